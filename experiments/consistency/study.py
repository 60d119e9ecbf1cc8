"""The judge of the evidence from a finished design to its last table; nothing is run, and nothing goes into a fit."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.calibrate.inference.data import load
from experiments.consistency.beliefs import Beliefs
from experiments.consistency.design import judge_of, prior_of, runs_of
from experiments.consistency.evidence import COMPOSITION, JUDGED, silent
from experiments.consistency.figures import draw_left_out, draw_pairs, draw_questions
from experiments.consistency.judge import Judge, predict
from experiments.consistency.leave_out import groups, leave_one_out, leave_source_out, without_each
from experiments.consistency.page import write_verdicts
from experiments.consistency.pairwise import Alone, pairwise
from experiments.consistency.questions import answered, posed
from experiments.consistency.screen import verdict_text
from experiments.folder import begin, tables_of
from sim.report.figures.draw import draw_each
from sim.report.language.words import Words
from sim.results.folder import write_tables
from sim.results.provenance import scenario_of
from sim.scenario.scenario import Scenario

TABLES = ("leave_one_out", "sources", "pairs", "questions", "silent")


def run(scenario: Scenario, settings: dict[str, Any], folder: Path, command: str) -> str:
    """Judge the evidence of ``survey.targets`` by the runs of a design; gives back what the screen shows."""
    table = runs_of(settings["design"], load(scenario.published, JUDGED))
    judge = judge_of(scenario, table)
    likelihood = judge.sample.likelihood
    about = {"runs": len(table), "parameters": likelihood.d, "luck": likelihood.luck_of}
    born = begin(folder, "consistency", scenario, settings, command, **about)
    tables = judged(judge, prior_of(judge, settings["prior"]), settings["workers"])
    tables["silent"] = silent(judge.sharp.data, scenario.published)
    write_tables(folder, {f"{name}.csv": tables[name] for name in TABLES})
    return show({name: tables_of(folder, [name])[name] for name in TABLES}, scenario, born, folder)


def report(folder: Path, provenance: dict[str, Any], **shown: Any) -> str:
    """Make the report anew from its tables; gives back what the screen shows, or raises BadFolder."""
    return show(tables_of(folder, TABLES), scenario_of(folder, **shown), provenance, folder)


def judged(judge: Judge, prior: np.ndarray, workers: int | None = 1) -> dict[str, pd.DataFrame]:
    """The tables leave_one_out, sources, pairs and questions, from draws of the priors, shape (n, m)."""
    beliefs = Beliefs(judge, prior, workers)
    beliefs.prepare([
        *without_each(judge),
        *(judge.counted & ~mine for _, _, mine in groups(judge) if not mine[judge.counted].all()),
        *(believed for _, _, believed in posed(judge)),
    ])  # fmt: skip
    alone = predict(judge, prior, np.full(len(prior), 1.0 / len(prior)), beliefs.prior.below)
    single = leave_one_out(beliefs, alone)
    return {
        "leave_one_out": single,
        "sources": leave_source_out(beliefs),
        "pairs": pairwise(beliefs, Alone(beliefs), single),
        "questions": answered(beliefs),
    }


def show(tables: dict[str, pd.DataFrame], scenario: Scenario, born: dict[str, Any], folder: Path) -> str:
    """Draw the figures and write the page; gives back what the screen shows."""
    tables = {name: _with_words(table) for name, table in tables.items()}
    if scenario.report.figures:
        words, single = Words.of(scenario), tables["leave_one_out"]
        answers = single[single["part"] != COMPOSITION]
        plots = {
            "questions": lambda: draw_questions(tables["questions"], words),
            "left_out": lambda: draw_left_out(single, words),
            "pairs": lambda: draw_pairs(tables["pairs"], answers, words),
            "all_pairs": lambda: draw_pairs(tables["pairs"], single, words),
        }
        draw_each(plots, folder / "figures")
    write_verdicts(tables, scenario, born, folder)
    return verdict_text(tables)


def _with_words(table):
    """Empty cells of words as such, which a CSV cannot tell from unknown numbers."""
    names = [name for name in ("part", "also", "given") if name in table]
    return table.assign(**{name: table[name].astype(object).where(table[name].notna(), "") for name in names})
