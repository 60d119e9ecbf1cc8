"""Checks the links of the built site: ``python docs/_ext/links.py build/site``.

Every link within the site leads to a page and an anchor that are there, every picture is there and has a text, every
file of this project that a page or the README names exists, and what leads outside is a well-formed https address of a
host in `HOSTS`. Needs no network; ``python -m sphinx -b linkcheck docs build/links`` asks the hosts themselves.
"""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parents[2]
HOSTS = {
    "arxiv.org",
    "doi.org",
    "hal.science",
    "news-archive.exeter.ac.uk",
    "pydata-sphinx-theme.readthedocs.io",
    "specs.frictionlessdata.io",
    "www.sphinx-doc.org",
}
NAMED = re.compile(r"`((?:sim|experiments|conf|docs|tests)/[\w./*-]+|[A-Z]+\.(?:md|cff))`")
PLACEHOLDER = re.compile(r"/(?!README)[A-Z]{3,}|\*")


class Page(HTMLParser):
    """What a page of the site links to, and the anchors it has."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.anchors: set[str] = set()
        self.silent: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Takes links, anchors, and pictures without a text."""
        known = dict(attrs)
        self.anchors |= {known[name] for name in ("id", "name") if known.get(name)}
        if tag in ("a", "link") and known.get("href"):
            self.links.add(known["href"])
        if tag in ("img", "script") and known.get("src"):
            self.links.add(known["src"])
        if tag == "img" and not known.get("alt"):
            self.silent.append(known.get("src", ""))


def wrong_links(site: Path) -> list[str]:
    """What is wrong with the links of a built site, in words."""
    pages = {path.resolve(): Page(path) for path in sorted(site.rglob("*.html")) if "_static" not in path.parts}
    told = []
    for path, page in pages.items():
        here = path.relative_to(site.resolve()).as_posix()
        told += [f"{here}: picture without a text: {src}" for src in page.silent]
        for link in sorted(page.links):
            if wrong := _wrong(path, link, pages):
                told.append(f"{here}: {link}: {wrong}")
    return told


def _wrong(path: Path, link: str, pages: dict[Path, Page]) -> str:
    parts = urlsplit(link)
    if parts.scheme in ("mailto", "data", "javascript"):
        return ""
    if parts.scheme or parts.netloc:
        return "" if parts.scheme == "https" and parts.hostname in HOSTS else "not https, or a host not in the list"
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.is_file():
        return "no such file"
    missing = parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].anchors
    return "no such anchor" if missing else ""


def wrong_files() -> list[str]:
    """Files of this project that README and pages name and that do not exist."""
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    told = []
    for name in listed.split():
        for found in NAMED.findall((ROOT / name).read_text(encoding="utf-8")):
            invented = PLACEHOLDER.search(found) or name == "CHANGELOG.md"  # which tells of files that were
            if not invented and not (ROOT / found).exists():
                told.append(f"{name}: no file {found}")
    return told


if __name__ == "__main__":
    wrong = wrong_links(Path(sys.argv[1])) + wrong_files()
    print("\n".join(wrong) or "Every link leads somewhere.")
    sys.exit(bool(wrong))
