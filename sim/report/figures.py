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
    from sim.report import market, people, style
    from sim.report.words import Words

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    words = Words(results.scenario.report.language)
    drawn = []
    with style.paper():
        for plot in (people.funnel, market.tasks, people.earnings, people.hours, market.filling, market.day):
            figure, title, alt = plot(results, words)
            height = style.save(figure, folder / plot.__name__, title)
            drawn.append({"name": plot.__name__, "title": title, "alt": alt, "headline": height})
    (folder / INDEX).write_text(json.dumps(drawn, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return drawn
