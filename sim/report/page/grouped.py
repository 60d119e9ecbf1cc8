"""The figures of a page: those that stand in a folder as they were drawn, in groups, each a fold of the page."""

import json
from pathlib import Path
from typing import Any

from sim.report.figures.draw import INDEX, OWN
from sim.report.figures.embed import picture
from sim.results.manifest import changed

# Figures of a run; others stand in a group of their own.
_GROUPS = {
    "instruments": ("readings", "capture"),
    "earners": ("funnel", "entry", "earnings", "prices"),
    "work": ("tasks", "filling", "work"),
    "time": ("hours", "day", "waiting"),
}


def grouped(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The figures of a folder, as in its index and with their markup, by name of their group, in order."""
    figures = _figures(folder)
    groups = {name: [figure for figure in figures if figure["name"] in some] for name, some in _GROUPS.items()}
    own = [figure for figure in figures if figure["name"].startswith(OWN)]
    known = {*(name for some in _GROUPS.values() for name in some), *(figure["name"] for figure in own)}
    groups |= {"own_figures": own}
    groups["figures"] = [figure for figure in figures if figure["name"] not in known]
    if groups["figures"]:  # an experiment's, or figures that no group knows: all together
        groups = {"figures": figures} if len(groups["figures"]) > 2 else groups
    return {name: some for name, some in groups.items() if some}


def _figures(folder):
    index = folder / INDEX
    if not index.exists():
        return []
    other = {Path(name).stem for name in changed(folder.parent) if name.startswith(f"{folder.name}/")}
    drawn = [] if index.stem in other else json.loads(index.read_text(encoding="utf-8"))
    return [{**figure, "picture": picture(folder, figure)} for figure in drawn if figure["name"] not in other]
