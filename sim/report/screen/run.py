"""The table at the end of a run: what happened, in plain text, without the manual.

English always, like everything a run says on the screen; the page has the reader's language.
"""

import textwrap

from sim.report.language.words import ON_ANY_TERMINAL, Words
from sim.results.summary import LONG_WEEK, MINIMUM_WAGE, last_month

_WIDTH = 100
_NAME, _CELL = 38, 15


def summary_text(results, seconds):
    """The table.

    Parameters
    ----------
    results : Results
    seconds : float
        Wall time of the run.

    Returns
    -------
    str
        Lines of at most 100 characters, the last one ended.
    """
    words, summary = Words("en"), results.summary
    lines = _head(results, words)
    lines += _people(summary, words)
    lines += _market(results, summary, words)
    lines += _earnings(results, summary, words)
    lines += _parts(results.scenario.platform.members, summary, words, _month_name(results, words))
    lines += ["", f"{words.figures(seconds, 3)} seconds."]
    return "\n".join(lines).translate(ON_ANY_TERMINAL) + "\n"


def tier_text(tiers):
    """The tier table: each reading with its sampling error beside the survey's estimate and the truth.

    Parameters
    ----------
    tiers : DataFrame
        From `sim.instruments.tiers.tiers`.

    Returns
    -------
    str
        Lines of at most 100 characters, the last one ended.
    """
    words = Words("en")
    lines = ["THREE READINGS OF ONE POPULATION, persons", "=" * _WIDTH]
    lines.append(
        f"{'tier':<13}{'instrument':<20}{'reading':>10}{'+- s.e.':>10}{'published':>11}{'ratio':>8}{'truth':>10}"
    )
    notes = []
    for row in tiers.itertuples():
        name = f"{row.tier:<13}{row.instrument:<20}"
        cells = [words.number(round(row.survey_estimate)), "-", words.number(round(row.truth))]
        reading, error = "-", "-"
        if row.comparable:
            reading, error = words.number(round(row.reading)), words.number(round(row.reading_se))
            cells[1] = f"{row.ratio:.2f}"
        lines.append(f"{name}{reading:>10}{error:>10}{cells[0]:>11}{cells[1]:>8}{cells[2]:>10}")
        notes.append(row.reason)
    truths = "Truth: looked in each of the last four weeks; looked in the last 30 days; registered."
    for note in [truths, *dict.fromkeys(note for note in notes if note)]:
        lines += textwrap.wrap(note, _WIDTH)
    return "\n".join(lines).translate(ON_ANY_TERMINAL) + "\n"


def _head(results, words):
    world = results.scenario
    chosen = f"platform={world.platform.name} demand={world.demand.name} population={world.population.name}"
    chosen += f" seed={world.seed}" + (f" replicate={world.replicate}" if world.replicate else "")
    period = f"{words.day(world.start)} to {words.day(world.end)}"
    return [f"The micro-work market, {period}", chosen, "=" * _WIDTH]


def _people(summary, words):
    registered = max(summary["registered"], 1)
    rows = [
        ("registered", "registered", f"with {words.number(summary['accounts'])} accounts"),
        ("looked for tasks, last 30 days", "seen_month", None),
        ("looked for tasks, last 7 days", "seen_week", None),
        ("did a task, last 30 days", "worked_month", None),
    ]
    lines = [_row("PEOPLE at the end")]
    for name, key, note in rows:
        share = f"{words.percent(summary[key] / registered)} of the registered"
        lines.append(f"{_row(name, words.number(summary[key]))}   {note or share}")
    return lines


def _market(results, summary, words):
    month = _month_name(results, words)
    lines = ["", _row("LOOKING AND WORKING", "whole run", month)]

    def both(name, key, form=words.number):
        lines.append(_row(name, form(summary[key]), form(summary[f"month.{key}"])))

    both("looks (a task list opened once)", "looks")
    both("... that found nothing", "empty_share", words.percent)
    both("tasks posted", "tasks_posted")
    both("tasks done", "tasks_done")
    both("... refused, hence unpaid", "tasks_refused")
    both("tasks withdrawn by the client", "tasks_withdrawn")
    both("tasks still open at the end", "tasks_open")
    lines.append(_row("median time to fill a batch", words.duration(summary["fill_median_seconds"])))
    both("paid hours", "paid_hours")
    both("unpaid hours (search, instructions)", "unpaid_hours")
    both("... share of all hours", "unpaid_share", words.percent)
    both("pay, euro", "pay_euro")
    both("what clients spent, euro", "spent_euro")
    return lines


def _earnings(results, summary, words):
    month = _month_name(results, words)
    if not summary["earners"]:
        return ["", f"EARNINGS in {month}: nobody earned anything"]
    top, below = words.percent(summary["top1_share"]), words.percent(summary["below_minimum_wage_share"])
    among = f"among earners; {words.number(summary['gini_registered'], 3)} among all registered"
    wage = f"{below} below the minimum wage (SMIC {words.number(MINIMUM_WAGE, 2)})"
    weekly = f"{words.percent(summary['hours_week_long_share'])} of those who looked: over {LONG_WEEK} h"
    nothing = f"{words.number(summary['worked_for_nothing'])} more worked, and all was refused"
    rows = [
        ("people who earned something", words.number(summary["earners"]), nothing),
        ("mean, euro in the month", words.number(summary["earned_mean_euro"], 2), ""),
        ("median", words.number(summary["earned_median_euro"], 2), ""),
        ("highest", words.number(summary["earned_max_euro"], 2), ""),
        ("share of the top 1% of earners", top, ""),
        ("inequality (Gini, 0 to 1)", words.number(summary["gini_earners"], 3), among),
        ("effective pay per hour, median", words.number(summary["hourly_median_euro"], 2), wage),
        ("hours a week of earners, median", words.number(summary["hours_week_earners_median"], 1), weekly),
    ]
    lines = ["", _row(f"EARNINGS in {month}")]
    return lines + [f"{_row(name, value)}   {note}".rstrip() for name, value, note in rows]


def _parts(members, summary, words, month):
    parts = [(member.label, f"platform.{key}.") for key, member in members.items()]
    structures = dict.fromkeys(member.structure for member in members.values())
    if len(parts) > 1 or len(structures) > 1:
        parts += [({"biface": "All biface", "deep": "All deep labour"}[s], f"structure.{s}.") for s in structures]
    head = ("BY PLATFORM", "people", "seen in", "", "found", "tasks", "median", "unpaid", "euro/")
    below = ("(whole run)", "joined", "month", "looks", "nothing", "done", "to fill", "time", "hour")
    lines = ["", _wide(head), _wide(below)]
    for label, prefix in parts:
        if label.startswith("All") and not lines[-1].startswith("All"):
            lines.append("-" * _WIDTH)
        part = {name: summary[prefix + name] for name in _COLUMNS}
        lines.append(_wide((label, *(_cell(name, value, words) for name, value in part.items()))))
    note = f"""A person counts on every platform joined. Seen in month: looked in {month}. Median to fill: half of the
    batches had their last task done within this time of being posted (withdrawn ones count as never). Unpaid time:
    share of all hours. Euro/hour: all pay over all hours, paid and unpaid."""
    return [*lines, *textwrap.wrap(" ".join(note.split()), _WIDTH)]


_COLUMNS = {
    "registered": "number",
    "seen_month": "number",
    "looks": "number",
    "empty_share": "percent",
    "tasks_done": "number",
    "fill_median_seconds": "duration",
    "unpaid_share": "percent",
    "hourly_euro": "euro",
}


def _cell(name, value, words):
    if _COLUMNS[name] == "euro":
        return words.number(value, 2)
    return getattr(words, _COLUMNS[name])(value)


def _row(name, *cells):
    return (f"{name:<{_NAME + 2}}" + "".join(f"{cell:>{_CELL}}" for cell in cells)).rstrip()


def _wide(cells):
    sizes = (25, 9, 9, 13, 8, 14, 9, 7, 6)
    first, *others = (str(cell) for cell in cells)
    row = f"{first[: sizes[0] - 1]:<{sizes[0]}}"
    row += "".join(f"{cell:>{size}}" for cell, size in zip(others, sizes[1:], strict=True))
    return row.rstrip()


def _month_name(results, words):
    month = last_month(results.months)
    return words.month(month["month"].iloc[0] if len(month) else f"{results.scenario.end:%Y-%m}")
