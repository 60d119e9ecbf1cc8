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
from sim.scenario.own.fault import RuleFailed
from sim.scenario.problems import nearest, question

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matplotlib.figure import Figure

    from sim.instruments.fieldwork import Fieldwork

INDEX = "figures.json"
OWN = "own_"  # begins the name of the file of a figure of one's own, which so is none of the report's
NARROW = "_narrow"  # ends the name of what shows the figure before it on a narrow screen


def draw(fieldwork: "Fieldwork", folder: Path) -> list[dict[str, Any]]:
    """Draw all figures of a run into a folder, which is made if it is missing.

    Returns
    -------
    list of dict
        name (file without suffix), title, alt, headline (height of the title, share of the figure's) and, if there is
        one for narrow screens, narrow (its name and headline); in the order in which they are read.
    """
    plots, sample = _plots(fieldwork)
    return draw_each(plots, folder, sample)


def drawn(fieldwork: "Fieldwork", name: str) -> "Figure":
    """One figure of a run by its name, to be looked at or written by whoever asked for it.

    Raises
    ------
    ValueError
        If no figure has that name, or it has nothing to show, or what is there is too little to draw.
    """
    from sim.report.figures import ones_own, style

    plots, sample = _plots(fieldwork)
    if name not in plots:
        wrong = f"there is no figure {name!r}; one of" if name else "which figure? One of"
        raise ValueError(f"{wrong} {', '.join(plots)}{question(nearest(name, plots))}")
    with style.paper(sample), ones_own.formulas(name.startswith(OWN)):
        try:
            made = plots[name]()
        except (ArithmeticError, LookupError, TypeError, ValueError) as problem:
            last = fieldwork.scenario.end
            raise ValueError(f"the figure {name} cannot be drawn of what is there on {last}: {problem}") from problem
        if made is None:
            raise ValueError(f"the figure {name} has nothing to show of a run until {fieldwork.scenario.end}")
        return style.shown(made[0])


def _plots(fieldwork):
    """What makes each figure of a run, by name; and of whom its numbers are."""
    from sim.report.figures import entry, instruments, market, ones_own, people, presence, prices, work
    from sim.report.language.sample import of_country
    from sim.report.language.words import Words

    words = Words.of(fieldwork.scenario)
    of_instruments = (instruments.readings, instruments.readings_narrow, instruments.capture)
    plots: dict = dict.fromkeys(of_instruments, fieldwork)
    of_market = [people.funnel, entry.entry, market.tasks, prices.prices, prices.filling, people.earnings]
    of_market += [presence.hours, presence.waiting, work.work, market.day]
    plots |= dict.fromkeys(of_market, fieldwork.results)
    each = {plot.__name__: partial(plot, source, words) for plot, source in plots.items()}
    each |= {f"{OWN}{name}": plot for name, plot in ones_own.own_figures(fieldwork, words).items()}
    return each, of_country(fieldwork.scenario, words)


def draw_each(
    plots: "Mapping[str, Callable[[], tuple[Figure, str, str] | None]]", folder: Path, sample: str = ""
) -> list[dict[str, Any]]:
    """Draw figures made elsewhere, by name what makes figure, title and alternative text, into a folder of that form.

    What makes None has nothing to show: it is neither drawn nor listed.

    Parameters
    ----------
    plots
    folder
    sample
        Of whom the numbers are and on how many they were simulated; stands under each title.

    Returns
    -------
    list of dict
        As from `draw`.
    """
    from sim.report.figures import ones_own, style

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    drawn = []
    with style.paper(sample), doing("drawing", len(plots), "figures") as drawing:
        for drawing.done, (name, plot) in enumerate(plots.items()):
            try:
                with ones_own.formulas(name.startswith(OWN)):
                    if not (made := plot()):
                        continue
                    figure, title, alt = made
                    height = style.save(figure, folder / name, title)
            except (OSError, MemoryError):
                raise
            except RuleFailed as failed:
                tell(f"The figure {name.removeprefix(OWN)} could not be made: {failed}")
                continue
            except Exception as problem:  # what was found is there already, and the other figures can be
                tell(f"The figure {name} could not be made: {type(problem).__name__}: {problem}")
                continue
            if not name.endswith(NARROW):
                drawn.append({"name": name, "title": title, "alt": alt, "headline": height})
            elif drawn and drawn[-1]["name"] == name.removesuffix(NARROW):
                drawn[-1]["narrow"] = {"name": name, "headline": height}
    with atomic_file(folder / INDEX) as path:
        path.write_text(json.dumps(drawn, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return drawn
