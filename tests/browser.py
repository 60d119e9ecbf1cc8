"""A page opened in headless Chromium: what it asks for, what it complains of, what can be seen."""

import re
import shutil
import subprocess

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on this machine: the page was not opened in a browser"
)
_PROBE = """<script>addEventListener('load', () => {
  const boxes = [...document.querySelectorAll('figure')]
    .map(f => f.querySelector('svg,img').getBoundingClientRect());
  document.title = boxes.map(b => b.width > 300 && b.height > 150) + ' ' +
    (document.documentElement.scrollWidth <= innerWidth) + ' ' +
    performance.getEntriesByType('resource').filter(e => !e.name.startsWith('data:')).length; });</script></body>"""


def assert_page_is_whole(page, figures, folder):
    """No console message, every figure visible, nothing wider than a narrow window, no request.

    Parameters
    ----------
    page : Path
    figures : int
        That must be on it.
    folder : Path
        For the browser's own files.
    """
    text = page.read_text(encoding="utf-8")
    probe = folder / "probe.html"
    probe.write_text(re.sub(r"<meta http-equiv[^>]*>", "", text).replace("</body>", _PROBE), encoding="utf-8")
    options = "--headless --no-sandbox --disable-gpu --disable-background-networking --window-size=500,900 --dump-dom"
    options = [*options.split(), "--enable-logging=stderr", f"--user-data-dir={folder / 'profile'}"]

    def opened(path):
        return subprocess.run([CHROMIUM, *options, path.as_uri()], capture_output=True, text=True, timeout=60)

    assert "CONSOLE" not in opened(page).stderr  # the page as it is, with its ban on all requests
    title = re.search(r"<title>(.*?)</title>", opened(probe).stdout)[1]
    assert title == ",".join(["true"] * figures) + " true 0"
