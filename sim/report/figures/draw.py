"""The figures of a run, as PNG and SVG, with the finding of each as its title.

`draw` also leaves `figures.json` beside them: name, title, alternative text and height of the title of each,
which is what the report page needs and what a reader who cannot see the figure is told.
"""

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.results.command.ending import tell
from sim.results.command.progress import doing
from sim.results.folder import atomic_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matplotlib.figure import Figure

    from sim.instruments.fieldwork import Fieldwork

INDEX = "figures.json"


def draw(fieldwork: "Fieldwork", folder: Path) -> list[dict[str, Any]]:
    """Draw all figures of a run into a folder, which is made if it is missing.

    Returns
    -------
    list of dict
        name (file without suffix), title, alt, headline (height of the title, share of the figure's); in the
        order in which they are read.
    """
    from sim.report.figures import entry, instruments, market, people, presence, prices, work
    from sim.report.language.words import Words

    words = Words(fieldwork.scenario.report.language)
    plots: dict = {plot: fieldwork for plot in (instruments.readings, instruments.capture)}
    of_market = [people.funnel, entry.entry, market.tasks, prices.prices, prices.filling, people.earnings]
    of_market += [presence.hours, presence.waiting, work.work, market.day]
    plots |= dict.fromkeys(of_market, fieldwork.results)
    return draw_each({plot.__name__: partial(plot, source, words) for plot, source in plots.items()}, folder)


def draw_each(plots: "Mapping[str, Callable[[], tuple[Figure, str, str]]]", folder: Path) -> list[dict[str, Any]]:
    """Draw figures made elsewhere, by name what makes figure, title and alternative text, into a folder of that form.

    Returns
    -------
    list of dict
        As from `draw`.
    """
    from sim.report.figures import style

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    drawn = []
    with style.paper(), doing("drawing", len(plots), "figures") as drawing:
        for drawing.done, (name, plot) in enumerate(plots.items()):
            try:
                figure, title, alt = plot()
                height = style.save(figure, folder / name, title)
            except (OSError, MemoryError):
                raise
            except Exception as problem:  # what was found is there already, and the other figures can be
                tell(f"The figure {name} could not be made: {type(problem).__name__}: {problem}")
                continue
            drawn.append({"name": name, "title": title, "alt": alt, "headline": height})
    with atomic_file(folder / INDEX) as path:
        path.write_text(json.dumps(drawn, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return drawn
