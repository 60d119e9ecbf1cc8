"""A figure on disk as a picture inside a page: the SVG itself where it is light, else the PNG in base64.

The page prints the title as a heading, so it is taken off the SVG. Names inside an SVG count for the whole
page once it is inline; each figure's get the figure's name in front.
"""

import base64
import re
from pathlib import Path

from markupsafe import Markup, escape

HEADLINE = "headline"  # the title's id in an SVG
HEAVY = 400_000  # bytes of SVG above which the PNG is shown
_BY_WIDTH = (
    "<style>.narrow-picture{display:none}@media screen and (max-width:600px)"
    "{.narrow-picture{display:block}.wide-picture{display:none}.narrow-picture :is(svg,img){min-width:0}}</style>"
)
_PREAMBLE = re.compile(r"^.*?(?=<svg\b)|<metadata>.*?</metadata>|<!--.*?-->", re.DOTALL)
_TAG = re.compile(r'<svg\b[^>]*?viewBox="([^"]+)"[^>]*>', re.DOTALL)
_NAMES = re.compile(r'(\bid="|url\(#|href="#)')


def picture(folder: Path, figure: dict) -> Markup:
    """Markup of one figure; of both its pictures, one for narrow screens, if it has two.

    Parameters
    ----------
    figure
        name, title, headline, narrow; as in ``figures.json``.

    Returns
    -------
    Markup
    """
    wide, narrow = _one(folder, figure, figure["title"]), figure.get("narrow")
    if not narrow:
        return wide
    other = _one(folder, narrow, figure["title"])
    return Markup(f'{_BY_WIDTH}<div class="wide-picture">{wide}</div><div class="narrow-picture">{other}</div>')


def _one(folder, figure, title):
    name, label = figure["name"], escape(title)
    vector = folder / f"{name}.svg"
    if not vector.exists() or vector.stat().st_size > HEAVY:
        code = base64.b64encode((folder / f"{name}.png").read_bytes()).decode()
        return Markup(f'<img src="data:image/png;base64,{code}" alt="{label}">')
    text = _PREAMBLE.sub("", vector.read_text(encoding="utf-8"))
    text = _without(text, HEADLINE)
    left, top, width, height = (float(number) for number in _TAG.search(text)[1].split())
    cut = height * figure.get("headline", 0)
    frame = f"{left:g} {top + cut:g} {width:g} {height - cut:g}"
    tag = f'<svg xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="{frame}" role="img" aria-label="{label}">'
    return Markup(_NAMES.sub(rf"\g<1>{name}-", _TAG.sub(lambda _: tag, text, count=1)))


def _without(text, name):
    """The SVG without the group of that id."""
    start = text.find(f'<g id="{name}">')
    if start < 0:
        return text
    depth = 0
    for tag in re.finditer(r"<g\b|</g>", text[start:]):
        depth += 1 if tag[0] == "<g" else -1
        if not depth:
            return text[:start] + text[start + tag.end() :]
    return text
