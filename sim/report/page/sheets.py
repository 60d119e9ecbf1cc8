"""A brief in a folder, as PDF and as HTML: two pages to print, of a run that is finished."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from sim.instruments.fieldwork import Fieldwork
from sim.instruments.readings import comparison
from sim.report.figures.draw import draw_each
from sim.report.figures.embed import picture
from sim.report.figures.people import earnings
from sim.report.language.words import Words
from sim.report.page.brief import Brief, run_brief
from sim.report.page.page import command_of, story, template, under
from sim.report.page.paper import Sheet, paper
from sim.results.folder import atomic_file
from sim.results.results import Results
from sim.scenario.scenario import Scenario

HTML, PDF = "brief.html", "brief.pdf"


def brief_of_run(folder: Path, born: dict, language: str | None = None) -> str:
    """Write the brief of a finished run into its folder; gives back what the screen shows, or raises BadFolder."""
    results = Results.load(folder)
    if language is not None:
        results.scenario = results.scenario.shown(language=language)
    fieldwork, words = Fieldwork(results), Words.of(results.scenario, rules=born.get("own", ()))
    found = run_brief(fieldwork, words, comparison(fieldwork))
    sections = {words("page.run"): story(results, words), words("page.reproduce"): [command_of(results)]}
    write_brief(
        folder, results.scenario, words, found, sections, words("page.title"), partial(earnings, results, words)
    )
    return found.finding


def write_brief(
    folder: Path,
    scenario: Scenario,
    words: Words,
    brief: Brief,
    sections: dict[str, list[str]],
    title: str,
    plot: Callable | None = None,
) -> None:
    """Write `brief.html` and `brief.pdf`; `sections` stand on the second page, below the figure that `plot` makes."""
    sheet = Sheet(title, under(scenario, words), words.language, brief, words("brief.sources"), sections)
    with TemporaryDirectory() as there:
        drawn = draw_each({"brief": plot} if plot else {}, Path(there))
        shown = picture(Path(there), drawn[0]) if drawn else None
        if drawn:
            sheet = sheet._replace(picture=(Path(there) / "brief.png", drawn[0]["alt"]))
        page = template("sheet.html.jinja").render(sheet=sheet, words=words, picture=shown)
        printed = paper(sheet)
    with atomic_file(folder / HTML) as unfinished:
        unfinished.write_text(page, encoding="utf-8")
    with atomic_file(folder / PDF) as unfinished:
        unfinished.write_bytes(printed)
