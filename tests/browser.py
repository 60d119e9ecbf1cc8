"""A page opened in headless Chromium: what it asks for and complains of, what can be seen, how wide and long it is."""

import html
import json
import re
import shutil
import subprocess

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on this machine: the page was not opened in a browser"
)
PHONE, SCREEN, HEIGHT = 390, 1280, 900  # pixels
MOST = 6  # screens before the appendix, as the page opens
# In a frame as wide as a phone, where a window cannot be; it tells the frame's owner what it sees.
_PROBE = """<script>addEventListener('load', () => {
  const fits = () => document.documentElement.scrollWidth <= innerWidth;
  const seen = {closed: fits(), top: document.getElementById('appendix').getBoundingClientRect().top,
    first: document.querySelector('header').getBoundingClientRect().bottom};
  const cut = [...document.querySelectorAll('header *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1);
  seen.cut = cut.map(e => e.tagName).join();
  document.querySelectorAll('details').forEach(fold => fold.open = true);
  const shown = f => [...f.querySelectorAll('svg,img')].find(one => one.checkVisibility());
  const boxes = [...document.querySelectorAll('figure')].map(f => shown(f).getBoundingClientRect());
  Object.assign(seen, {open: fits(), figures: boxes.filter(b => b.width > 300 && b.height > 150).length,
    asked: performance.getEntriesByType('resource').filter(e => !e.name.startsWith('data:')).length});
  parent.postMessage([innerWidth, seen], '*'); });</script></body>"""
_FRAMES = """<title></title><script>const seen = {}; addEventListener('message', e => { seen[e.data[0]] = e.data[1];
  document.title = JSON.stringify(seen); });</script>"""


def assert_page_is_whole(page, figures, folder):
    """No console message, every figure visible, nothing wider than a phone, few screens, no request.

    Parameters
    ----------
    page : Path
    figures : int
        That must be on it.
    folder : Path
        For the browser's own files.
    """
    text = page.read_text(encoding="utf-8")
    probe, frames = folder / "probe.html", folder / "frames.html"
    probe.write_text(re.sub(r"<meta http-equiv[^>]*>", "", text).replace("</body>", _PROBE), encoding="utf-8")
    frame = '<iframe src="probe.html" style="border: 0; width: {}px; height: {}px"></iframe>'
    frames.write_text(_FRAMES + frame.format(PHONE, HEIGHT) + frame.format(SCREEN, HEIGHT), encoding="utf-8")
    options = "--headless --no-sandbox --disable-gpu --disable-background-networking --dump-dom"
    options = [*options.split(), "--enable-logging=stderr", f"--user-data-dir={folder / 'profile'}"]

    def opened(path):
        return subprocess.run([CHROMIUM, *options, path.as_uri()], capture_output=True, text=True, timeout=60)

    assert "CONSOLE" not in opened(page).stderr  # the page as it is, with its ban on all requests
    seen = json.loads(html.unescape(re.search(r"<title>(.*?)</title>", opened(frames).stdout)[1]))
    for width in (PHONE, SCREEN):
        found = seen[str(width)]
        assert found["closed"] and found["open"] and found["cut"] == "", (width, found)
        assert (found["figures"], found["asked"]) == (figures, 0), (width, found)
    assert seen[str(SCREEN)]["top"] <= MOST * HEIGHT
    if 'class="columns"' in text:  # a brief: on the first screen as a whole
        assert seen[str(SCREEN)]["first"] <= HEIGHT
