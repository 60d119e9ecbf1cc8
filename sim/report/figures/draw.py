"""The figures of a run, as PNG and SVG, with the finding of each as its title.

`draw` also leaves `figures.json` beside them: name, title, alternative text and height of the title of each,
which is what the report page needs and what a reader who cannot see the figure is told.
"""

import json
from pathlib import Path

INDEX = "figures.json"


def draw(results, folder):
    """Draw all figures of a run.

    Parameters
    ----------
    results : Results
    folder : path
        Where the files go; made if it is missing.

    Returns
    -------
    list of dict
        name (file without suffix), title, alt, headline (height of the title, share of the figure's); in the
        order in which they are read.
    """
    from sim.report.figures import instruments, market, people, style
    from sim.report.language.words import Words

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    words = Words(results.scenario.report.language)
    drawn = []
    with style.paper():
        instruments = (instruments.readings, instruments.capture)
        of_market = (people.funnel, market.tasks, people.earnings, people.hours, market.filling, market.day)
        for plot in (*instruments, *of_market):
            drawn.append(_saved(folder, plot.__name__, *plot(results, words)))
    return _indexed(folder, drawn)


def draw_each(plots, folder):
    """Draw figures made elsewhere, into a folder of the same form.

    Parameters
    ----------
    plots : dict of str to callable
        Name, and what makes (Figure, title, alternative text).
    folder : path

    Returns
    -------
    list of dict
        As from `draw`.
    """
    from sim.report.figures import style

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with style.paper():
        drawn = [_saved(folder, name, *plot()) for name, plot in plots.items()]
    return _indexed(folder, drawn)


def _saved(folder, name, figure, title, alt):
    from sim.report.figures import style

    height = style.save(figure, folder / name, title)
    return {"name": name, "title": title, "alt": alt, "headline": height}


def _indexed(folder, drawn):
    (folder / INDEX).write_text(json.dumps(drawn, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return drawn
