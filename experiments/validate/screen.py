"""A validation on the screen: what contradicts the evidence, worst first, and the bars as a table."""

import pandas as pd

from sim.instruments.targets import published
from sim.report.language.sample import titled
from sim.report.language.words import Words
from sim.report.screen.table import printed, table
from sim.scenario.scenario import Scenario


def validation_text(
    tables: dict[str, pd.DataFrame], posterior: str | None, runs: int, defaults: int, scenario: Scenario
) -> str:
    """Rows of numbers, people of the interviews, patterns, and the bars where there are runs at the defaults.

    Parameters
    ----------
    tables
        validation, patterns, portraits and bars, as `experiments.validate` makes them.
    posterior
        Where each run's parameters were drawn from; None: all have the same.
    runs, defaults
        How many runs there are, and how many at the default parameters.
    """
    blocks = [*_rows(tables["validation"], posterior, runs, scenario), "", *_portraits(tables["portraits"]), ""]
    blocks += _patterns(tables["patterns"])
    return printed(*blocks, *(_bars(tables["bars"], defaults, scenario) if defaults else []))


def _rows(rows, posterior, runs, scenario):
    """Rows of numbers, worst first."""
    judged = rows[rows["comparable"]]
    drawn = "each with its own draw of the posterior" if posterior else "all with the same parameters: no posterior"
    inside = int(judged["inside"].fillna(False).sum())
    over = titled(f"mean of {runs} runs", scenario, Words("en"))
    yield f"{inside} of {len(judged)} comparable validate rows inside their band: {over}, {drawn}."
    yield "They were never fitted. Worst first:"
    for row in rows.itertuples():
        band = f" [{row.low:g} to {row.high:g}]" if row.value == row.value else ""
        yield f"\n  {row.quantity} ({row.id}): published {published(row, '{:g}'.format)}{band} {row.unit}"
        if not row.comparable:
            yield f"    not comparable: {row.reason}"
            continue
        spread = f"5 to 95 % of runs {row.predicted_low:.3g} to {row.predicted_high:.3g}"
        yield f"    simulated {row.simulated:.3g}; {spread}; inside in {row.inside_share:.0%} of runs"
        if row.inside is not True and not row.inside:
            far = f"outside by {row.away:.2g} half-bands" if row.away < float("inf") else "outside"
            yield f"    {far}: {row.means}"


def _portraits(portraits):
    """The people of the interviews, those that nobody resembles first."""
    verdicts = _counted(portraits, ("absent", "rare", "present"))
    yield f"People of the interviews, looked for among those who look within a year: {verdicts}."
    for row in portraits.itertuples():
        yield f"  {row.verdict}: {row.said}"
        many = f"{row.people:.0f} people ({row.people_low:.0f} to {row.people_high:.0f})"
        yield f"    {many}, {row.share:.2%} of those who look; in {row.runs_with:.0%} of {row.runs} runs"
        if row.verdict != "present":
            reach = f"{row.binding} is reached by {row.reach:.1%} of those with the same traits"
            yield f"    nearest: {row.nearest}; {reach}"
            yield f"    it means: {row.otherwise}"
        if row.missing:
            yield f"    not asked: {row.missing}"


def _patterns(patterns):
    """Patterns, those that contradict the words of the evidence first."""
    verdicts = _counted(patterns, ("contradicts", "agrees", "no words", "unknown"))
    yield f"Patterns no number was published for: {verdicts} (ranges are our reading of the evidence's words)."
    wrong = patterns["verdict"] == "contradicts"
    for row in patterns[wrong].itertuples():
        yield f"  contradicts: {row.measure}: {_value(row)}; asked {_range(row)}"
        yield f"    said: {row.said} ({row.source}); it means: {row.otherwise}"
    for pattern, rows in patterns[~wrong].groupby("pattern"):
        yield f"  {pattern}"
        for row in rows.itertuples():
            yield f"    {row.measure}: {_value(row)}" + (f"; agrees with {_range(row)}" * (row.verdict == "agrees"))


def _counted(rows, verdicts):
    counts = rows["verdict"].value_counts()
    return ", ".join(f"{counts[name]} {name}" for name in verdicts if name in counts)


def _value(row):
    if not row.runs:
        return "unknown"
    unit = f" {row.unit}" if row.unit else ""
    return f"{row.value:.3g}{unit} (5 to 95 % of runs {row.predicted_low:.3g} to {row.predicted_high:.3g})"


def _range(row):
    ends = [("at least", row.low), ("at most", row.high)]
    return ", ".join(f"{words} {end:g}" for words, end in ends if end == end)


def _bars(bars, defaults, scenario):
    """The bars as a table."""
    rows = []
    for row in bars.itertuples():
        cells = [row.bar, row.asked, row.found, "met" if row.met else "MISSED"]
        if row.published == row.published:
            reading = f"{row.reading:.0f}" if row.reading == row.reading else "none"
            truth = f"{row.truth:.0f} ({100 * (row.truth_ratio - 1):+.0f} %)"
            cells += [f"{row.published:.0f}", reading, truth]
        rows.append(cells)
    runs = f"mean of {defaults} runs" if defaults > 1 else "one run"
    yield f"\nThe bars, at the default parameters, {runs} of {scenario.population.people} people:"
    yield table(("", "asked", "found", "", "published", "reading", "truth"), rows, (0, 1, 3))
    if defaults < 20 or scenario.population.fraction < 1.0:
        yield "  (The bars are for the mean of 20 runs of all France: seeds=20, population.sample=1.)"
