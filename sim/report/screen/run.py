"""The table at the end of a run: what happened, in plain text, without the manual.

English always, like everything a run says on the screen; the page has the reader's language.
"""

import math

import pandas as pd

from sim.report.language.precise import Precise
from sim.report.language.sample import titled
from sim.report.language.words import HOME, Words
from sim.report.page.boycott import boycott_story
from sim.report.screen.table import printed, rule, table
from sim.results.results import Results
from sim.results.summary import LONG_WEEK, last_month_name
from sim.scenario.scenario import Scenario

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
    "posted (withdrawn ones count as never). Too late: share of reactions that found nothing left. Pay is all pay "
    "over paid hours; over active ones, paid and unpaid; over all hours of presence, watching too."
)


def summary_text(results: Results) -> str:
    """The table of a run."""
    words, world, summary = Words.of(results.scenario, "en"), results.scenario, results.summary
    precise = Precise(world, words)
    month = words.month(last_month_name(results))
    chosen = f"platform={world.platform.name} demand={world.demand.name} population={world.population.name}"
    chosen = chosen if words.country.label == HOME else f"country={world.country.name} {chosen}"
    chosen += f" seed={world.seed}" + (f" replicate={world.replicate}" if world.replicate else "")
    flows = [
        (name.replace("euro", words.symbol), *_both(summary, key, form, precise))
        for name, (key, form) in _FLOWS.items()
    ]
    return printed(
        titled(f"The micro-work market, {words.day(world.start)} to {words.day(world.end)}", world, words),
        f"{rule(chosen)}\n",
        *([words.money(), ""] if words.money() else []),
        table(("PEOPLE at the end", "", "", ""), _people(summary, precise), (0, 2, 3)),
        "",
        table(("LOOKING AND WORKING", "whole run", month), flows),
        "",
        _earnings(summary, month, precise),
        "",
        _platforms(world.platform.members, summary, precise, "BY PLATFORM\n(whole run)", _PLATFORM),
        "",
        _platforms(world.platform.members, summary, precise, "TIME AND PAY\n(whole run)", _HOURS, _PAY),
        _ABOUT_PLATFORMS.format(month=month),
        *(f"\n{paragraph}" for paragraph in boycott_story(summary, words)),
    )


def tier_text(tiers: pd.DataFrame, world: Scenario) -> str:
    """Each reading with its sampling error beside the survey's estimate and the truth, of the tier table of a run.

    Below reading and truth stands what a run of this size and seed tells of each.
    """
    words, rows = Words.of(world, "en"), []
    precise = Precise(world, words)
    for row in tiers.itertuples():
        tier, known = str(row.tier).replace(" ", "_"), row.reading == row.reading
        read, truth = (f"tier_{tier}", row.reading), (f"truth.{tier}", row.truth)
        reading, error = (precise(*read), _two(row.reading_se, words)) if known else ("-", "-")
        said = row.survey_estimate == row.survey_estimate  # not where a table of one's own is silent on it
        published = words.number(round(row.survey_estimate)) if said else "-"
        ratio = f"{row.ratio:.2f}" if known and said else "-"
        rows.append((row.tier, reading, error, published, ratio, precise(*truth)))
        rows.append((f"  {row.instrument}", precise.ends(*read), "", "", "", precise.ends(*truth)))
    return printed(
        rule(titled("THREE READINGS OF ONE POPULATION, persons", world, words)),
        table(("tier", "reading", "s.e.", "published", "ratio", "truth"), rows, (0,)),
        "Truth: looked in each of the last four weeks; looked in the last 30 days; registered.",
        precise.about(),
        *dict.fromkeys(filter(None, tiers["reason"])),
    )


def _two(error, words):
    """A standard error in two figures."""
    return words.number(round(error, 1 - math.floor(math.log10(error))) if error > 0.0 else error)


def _people(summary, precise):
    def share(key):
        return f"{precise.words.percent(summary[key] / max(summary['registered'], 1))} of the registered"

    rows = [
        ("registered", "registered", f"with {precise('accounts', summary['accounts'])} accounts"),
        ("looked, last 30 days", "seen_month", share("seen_month")),
        ("looked, last 7 days", "seen_week", share("seen_week")),
        ("did a task, last 30 days", "worked_month", share("worked_month")),
    ]
    return [(name, precise(key, summary[key]), f" {precise.ends(key, summary[key])}", f" {note}")
            for name, key, note in rows]  # fmt: skip


def _both(summary, key, form, precise):
    """A number of the whole run, and of its last month where that is known."""
    month = f"month.{key}"
    return precise(key, summary[key], form), precise(month, summary[month], form) if month in summary else ""


def _earnings(summary, month, precise):
    if not summary["earners"]:
        return f"EARNINGS in {month}: nobody earned anything"
    words = precise.words
    wage = words.number(precise.scenario.country.minimum_wage * words.per_euro, 2)
    rows = [
        ("people who earned something", "earners", "number", 0),
        ("... who worked and had all refused", "worked_for_nothing", "number", 0),
        (f"mean, {words.symbol} in the month", "earned_mean_euro", "number", 2),
        ("median", "earned_median_euro", "number", 2),
        ("highest", "earned_max_euro", "number", 2),
        ("share of the top 1% of earners", "top1_share", "percent", 0),
        ("inequality (Gini, 0 to 1) among earners", "gini_earners", "number", 3),
        ("... among all registered", "gini_registered", "number", 3),
        ("pay per paid hour, median", "hourly_paid_median_euro", "number", 2),
        ("... per active hour (effective pay)", "hourly_median_euro", "number", 2),
        ("... per hour of presence", "hourly_present_median_euro", "number", 2),
        (f"earners below the minimum wage ({wage})", "below_minimum_wage_share", "percent", 0),
        ("hours of presence a week, median earner", "hours_week_earners_median", "number", 1),
        (f"over {LONG_WEEK} h a week, of all who looked", "hours_week_long_share", "percent", 0),
        ("length of a visit, mean", "visit_mean_seconds", "duration", 0),
    ]
    # A space before each interval, for columns may stand close.
    told = [(name, precise(key, summary[key], form, most), f" {precise.ends(key, summary[key], form, most)}")
            for name, key, form, most in rows]  # fmt: skip
    return table((f"EARNINGS in {month}", "", ""), told, (0, 2))


def _platforms(members, summary, precise, name, columns, pay=()):
    """A row for each platform, and for each structure where there are several."""
    rows = [(member.label, f"platform.{key}.") for key, member in members.items()]
    structures = dict.fromkeys(member.structure for member in members.values())
    if len(rows) > 1 or len(structures) > 1:
        names = {"biface": "All biface", "deep": "All deep labour"}
        rows += [None, *((names[structure], f"structure.{structure}.") for structure in structures)]

    def cells(prefix):
        known = [precise(prefix + key, summary[prefix + key], form) for key, form in columns.values()]
        return *known, *(precise(prefix + key, summary[prefix + key], most=2) for key in dict(pay).values())

    heads = [head.replace("euro", precise.words.symbol) for head in pay]
    return table((name, *columns, *heads), [row and (row[0], *cells(row[1])) for row in rows])
