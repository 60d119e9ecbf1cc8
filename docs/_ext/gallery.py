"""The gallery: figures of a small run that is made while the site is built, each with its title and its text."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUN = ["-m", "sim.run", "population=small", "seed=1", "report.folders=false"]
PLACE = Path("generated") / "gallery"


def make(docs: Path) -> None:
    """Make the run if it is not there, and lay its figures beside the pages."""
    run = docs / "generated" / "run"
    line = [sys.executable, *RUN, f"hydra.run.dir={run}", "overwrite=true"]
    made = subprocess.run(line, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    if made.returncode:
        raise RuntimeError(f"the gallery's run failed: {made.stderr}")
    (docs / PLACE).mkdir(parents=True, exist_ok=True)
    for path in (run / "figures").glob("*.png"):
        shutil.copy(path, docs / PLACE)


def page() -> str:
    """Every figure of the run, with its finding as a title."""
    docs = Path(__file__).resolve().parent.parent
    figures = json.loads((docs / "generated" / "run" / "figures" / "figures.json").read_text(encoding="utf-8"))
    parts = []
    for one in figures:
        picture = (
            f"```{{figure}} /{PLACE}/{one['name']}.png\n:alt: {one['title']}\n\n{' '.join(one['alt'].split())}\n```"
        )
        parts.append(f"## {one['name'].capitalize()}\n\n{picture}")
    return "\n\n".join(parts)
