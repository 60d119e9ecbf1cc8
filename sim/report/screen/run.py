"""The table at the end of a run: what happened, in plain text, without the manual.

English always, like everything a run says on the screen; the page has the reader's language.
"""

import pandas as pd

from sim.report.language.words import Words
from sim.report.page.boycott import boycott_story
from sim.report.screen.table import printed, rule, table
from sim.results.results import Results
from sim.results.summary import LONG_WEEK, MINIMUM_WAGE, last_month_name

_FLOWS = {  # as printed: (in the summary, how it is written)
    "visits (sittings)": ("visits", "number"),
    "looks (a task list opened once)": ("looks", "number"),
    "... that found nothing": ("empty_share", "percent"),
    "reactions (to a batch, while watching)": ("reactions", "number"),
    "... that came too late": ("too_late_share", "percent"),
    "tasks posted": ("tasks_posted", "number"),
    "tasks done": ("tasks_done", "number"),
    "... refused, hence unpaid": ("tasks_refused", "number"),
    "tasks withdrawn by the client": ("tasks_withdrawn", "number"),
    "tasks still open at the end": ("tasks_open", "number"),
    "median time to fill a batch": ("fill_median_seconds", "duration"),
    "paid hours": ("paid_hours", "number"),
    "unpaid hours (search, too late, refused)": ("unpaid_hours", "number"),
    "... share of active hours": ("unpaid_share", "percent"),
    "watching hours (there, without work)": ("watching_hours", "number"),
    "pay, euro": ("pay_euro", "number"),
    "what clients spent, euro": ("spent_euro", "number"),
}
_PLATFORM = {
    "people\njoined": ("registered", "number"),
    "seen in\nmonth": ("seen_month", "number"),
    "\nvisits": ("visits", "number"),
    "\nlooks": ("looks", "number"),
    "found\nnothing": ("empty_share", "percent"),
    "tasks\ndone": ("tasks_done", "number"),
    "median\nto fill": ("fill_median_seconds", "duration"),
}
_HOURS = {
    "paid\nhours": ("paid_hours", "number"),
    "unpaid\nhours": ("unpaid_hours", "number"),
    "watching\nhours": ("watching_hours", "number"),
    "too\nlate": ("too_late_share", "percent"),
}
_PAY = {"euro/h\npaid": "hourly_paid_euro", "\nactive": "hourly_euro", "\npresent": "hourly_present_euro"}
_ABOUT_PLATFORMS = (
    "A person counts on every platform joined, a visit and its watching on the one whose list was opened last. Seen in "
    "month: looked in {month}. Median to fill: half of the batches had their last task done within this time of being "
    "posted (withdrawn ones count as never). Too late: share of reactions that found nothing left. Euro/h: all pay "
    "over paid hours; over active ones, paid and unpaid; over all hours of presence, watching too."
)


def summary_text(results: Results) -> str:
    """The table of a run."""
    words, world, summary = Words("en"), results.scenario, results.summary
    month = words.month(last_month_name(results))
    chosen = f"platform={world.platform.name} demand={world.demand.name} population={world.population.name}"
    chosen += f" seed={world.seed}" + (f" replicate={world.replicate}" if world.replicate else "")
    flows = [(name, *_both(summary, key, getattr(words, form))) for name, (key, form) in _FLOWS.items()]
    return printed(
        f"The micro-work market, {words.day(world.start)} to {words.day(world.end)}",
        f"{rule(chosen)}\n",
        table(("PEOPLE at the end", "", ""), _people(summary, words), (0, 2)),
        "",
        table(("LOOKING AND WORKING", "whole run", month), flows),
        "",
        _earnings(summary, month, words),
        "",
        _platforms(world.platform.members, summary, words, "BY PLATFORM\n(whole run)", _PLATFORM),
        "",
        _platforms(world.platform.members, summary, words, "TIME AND PAY\n(whole run)", _HOURS, _PAY),
        _ABOUT_PLATFORMS.format(month=month),
        *(f"\n{paragraph}" for paragraph in boycott_story(summary, words)),
    )


def tier_text(tiers: pd.DataFrame) -> str:
    """Each reading with its sampling error beside the survey's estimate and the truth, of a tier table."""
    words, rows = Words("en"), []
    for row in tiers.itertuples():
        known = row.reading == row.reading
        read = [words.number(round(row.reading)), words.number(round(row.reading_se))] if known else ["-", "-"]
        read += [words.number(round(row.survey_estimate)), f"{row.ratio:.2f}" if known else "-"]
        rows.append((row.tier, row.instrument, *read, words.number(round(row.truth))))
    return printed(
        rule("THREE READINGS OF ONE POPULATION, persons"),
        table(("tier", "instrument", "reading", "+- s.e.", "published", "ratio", "truth"), rows, (0, 1)),
        "Truth: looked in each of the last four weeks; looked in the last 30 days; registered.",
        *dict.fromkeys(filter(None, tiers["reason"])),
    )


def _people(summary, words):
    def share(key):
        return f"{words.percent(summary[key] / max(summary['registered'], 1))} of the registered"

    rows = [
        ("registered", "registered", f"with {words.number(summary['accounts'])} accounts"),
        ("looked for tasks, last 30 days", "seen_month", share("seen_month")),
        ("looked for tasks, last 7 days", "seen_week", share("seen_week")),
        ("did a task, last 30 days", "worked_month", share("worked_month")),
    ]
    return [(name, words.number(summary[key]), note) for name, key, note in rows]


def _both(summary, key, form):
    """A number of the whole run, and of its last month where that is known."""
    return form(summary[key]), form(summary[f"month.{key}"]) if f"month.{key}" in summary else ""


def _earnings(summary, month, words):
    if not summary["earners"]:
        return f"EARNINGS in {month}: nobody earned anything"
    below, weekly = (words.percent(summary[f"{name}_share"]) for name in ("below_minimum_wage", "hours_week_long"))
    nothing = f"{words.number(summary['worked_for_nothing'])} more worked, and all was refused"
    among = f"among earners; {words.number(summary['gini_registered'], 3)} among all registered"
    wage = f"{below} below the minimum wage (SMIC {words.number(MINIMUM_WAGE, 2)})"
    rows = [
        ("people who earned something", words.number(summary["earners"]), nothing),
        ("mean, euro in the month", words.number(summary["earned_mean_euro"], 2), ""),
        ("median", words.number(summary["earned_median_euro"], 2), ""),
        ("highest", words.number(summary["earned_max_euro"], 2), ""),
        ("share of the top 1% of earners", words.percent(summary["top1_share"]), ""),
        ("inequality (Gini, 0 to 1)", words.number(summary["gini_earners"], 3), among),
        ("pay per paid hour, median", words.number(summary["hourly_paid_median_euro"], 2), ""),
        ("... per active hour (effective pay)", words.number(summary["hourly_median_euro"], 2), wage),
        ("... per hour of presence", words.number(summary["hourly_present_median_euro"], 2), ""),
        ("hours of presence a week, median", words.number(summary["hours_week_earners_median"], 1),
         f"of earners; {weekly} of those who looked: over {LONG_WEEK} h"),
        ("length of a visit, mean", words.duration(summary["visit_mean_seconds"]), ""),
    ]  # fmt: skip
    # A space before each remark: some begin with a number, and columns may stand close.
    return table((f"EARNINGS in {month}", "", ""), [(*row[:2], f" {row[2]}") for row in rows], (0, 2))


def _platforms(members, summary, words, name, columns, pay=()):
    """A row for each platform, and for each structure where there are several."""
    rows = [(member.label, f"platform.{key}.") for key, member in members.items()]
    structures = dict.fromkeys(member.structure for member in members.values())
    if len(rows) > 1 or len(structures) > 1:
        names = {"biface": "All biface", "deep": "All deep labour"}
        rows += [None, *((names[structure], f"structure.{structure}.") for structure in structures)]

    def cells(prefix):
        known = [getattr(words, form)(summary[prefix + key]) for key, form in columns.values()]
        return *known, *(words.number(summary[prefix + key], 2) for key in dict(pay).values())

    return table((name, *columns, *pay), [row and (row[0], *cells(row[1])) for row in rows])
