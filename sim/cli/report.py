"""Reports of finished runs made anew from their folders: ``python -m sim.report FOLDER... [report.language=fr]``."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sim.scenario import composition
from sim.scenario.problems import ABSENT, BadScenario, Problem

_MANUAL = """\
Makes the tables, figures and page of finished runs anew, without a run: of a run, an ensemble or a sweep.

  python -m sim.report outputs/NAME                       as the run was shown, with figures
  python -m sim.report outputs/* report.language=fr       in French
  python -m sim.report outputs/NAME report.figures=false  the tables and the page; figures stay as they are
  python -m experiments.report outputs/NAME               the same, also for the folder of an experiment
  python -m sim.report brief outputs/NAME                 two pages to print: brief.pdf and brief.html, in the folder
  python -m sim.report brief outputs/NAME report.language=fr
  python -m experiments.report brief outputs/policy       the same, of a comparison of one policy with none

Nothing else in a folder is touched, and files appear complete. What cannot be read is told, with exit code 2: a folder
of another version, an incomplete one, or one with a broken file.
"""
_SHOWN = ("report.language", "report.figures")
BRIEF = "brief"  # the word before the folders; a folder of that name is ./brief
_NO_BRIEF = {
    "ensemble": "is an ensemble: its page says as much; a brief is of one run: python -m sim.report brief RUN",
    "sweep": "is a sweep, which finds no one thing; a brief is of one run: python -m sim.report brief RUN",
}
Report = Callable[..., str]


def report(
    words: list[str],
    experiments: Callable[[], dict[str, Report]] = dict,
    briefs: Callable[[], dict[str, Report]] = dict,
) -> bool:
    """Make the reports of folders anew, or their briefs, and print what each says.

    Parameters
    ----------
    words
        Folders, and fields of the group `report`; before them perhaps `BRIEF`.
    experiments, briefs
        Give back, by name of the experiment, what makes its report, or its brief, from a folder and its provenance.

    Returns
    -------
    bool
        True: all ended well.

    Raises
    ------
    BadScenario
        With every problem: of words and folders, before anything is written; of broken files, at the end.
    """
    if {"--help", "-h"} & set(words):
        print(_MANUAL, flush=True)
        return True
    brief = words[:1] == [BRIEF]
    reports = briefs() if brief else experiments()
    folders, shown = _checked(words[1:], reports, True) if brief else _checked(words, reports)
    from sim.instruments.targets import TargetsError
    from sim.results.command.progress import doing, exactly, waited
    from sim.results.folder import BadFolder, near

    with doing("loading what reads and draws"):
        reports |= _own(brief)
    problems = []
    for folder, provenance in folders.items():
        try:
            with doing(f"reading {near(folder.absolute())}"):
                text = reports[provenance["kind"]](folder, provenance, **shown)
            made = "brief.pdf and brief.html are in" if brief else "Made anew:"
            print(f"{text}\n{made} {near(folder.absolute())} ({exactly(waited())})", flush=True)
        except (BadFolder, BadScenario, TargetsError) as bad:
            problems += [Problem(str(folder), ABSENT, str(problem)) for problem in bad.problems]
    if problems:
        raise BadScenario(problems)
    return True


def _own(brief):
    """What makes the report, or the brief, of a folder that is no experiment's."""
    if brief:
        from sim.report.page.sheets import brief_of_run

        return {"run": brief_of_run}
    from sim.runs import ensemble, run_folder, sweep_report

    return {"run": run_folder.report, "ensemble": ensemble.report, "sweep": sweep_report.report}


def _checked(words, experiments, brief=False):
    """The provenance of each folder, and what is to be shown."""
    from sim.results.folder import MARK, BadFolder
    from sim.results.manifest import changed
    from sim.results.provenance import read_provenance
    from sim.scenario.scenario import Scenario

    settings = [word for word in words if "=" in word and not word.startswith("-")]
    folders = {Path(word): None for word in words if word not in settings and not word.startswith("-")}
    problems = [Problem(word, ABSENT, "is no flag here; see --help") for word in words if word.startswith("-")]
    if not folders:
        problems.append(Problem("FOLDER", ABSENT, "say which; outputs/* for all"))
    shown: dict[str, Any] = {} if brief else {"report.figures": True}
    try:
        Scenario.compose(settings)
    except BadScenario as bad:
        problems += bad.problems
    for key, value in map(composition.assignment, settings):
        if key in _SHOWN and not (brief and key == "report.figures"):
            shown[key] = value
        elif all(problem.key != key for problem in problems):
            problems.append(
                Problem(key, value, f"belongs to the run; here go {' and '.join(_SHOWN[: 1 if brief else 2])}")
            )
    for folder in folders:
        try:
            folders[folder] = read_provenance(folder)
            if changed(folder, [MARK]):
                raise BadFolder(folder, [f"{MARK} was changed since it was written"])
            _kind_known(folder, folders[folder]["kind"], experiments, settings, brief)
        except BadFolder as bad:
            problems += [Problem(str(folder), ABSENT, problem) for problem in bad.problems]
    if problems:
        raise BadScenario(problems)
    return folders, {key.partition(".")[2]: value for key, value in shown.items()}


def _kind_known(folder, kind, experiments, settings, brief):
    """Raise BadFolder if nothing here makes a report, or a brief, of a folder of that kind."""
    from sim.results.folder import BadFolder

    if kind == "run" or kind in experiments or (kind in _NO_BRIEF and not brief):
        return
    if brief and (kind in _NO_BRIEF or experiments):
        raise BadFolder(folder, [_NO_BRIEF.get(kind, f"is the folder of an experiment ({kind}) that has no brief")])
    words = [*([BRIEF] if brief else []), str(folder), *settings]
    told = f"its {BRIEF if brief else 'report'}: python -m experiments.report {' '.join(words)}"
    raise BadFolder(folder, [f"is the folder of an experiment ({kind}); {told}"])
