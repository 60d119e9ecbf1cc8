"""What every number of ``summary.json`` means, and in which unit it is: declared here, once.

Numbers are of the whole country and the whole run. ``month.NAME`` is of the last month; ``platform.KEY.NAME`` and
``structure.NAME.NAME`` of a part; ``use.NAME.hours`` of work put to one use in artificial intelligence.
"""

from sim.results.dictionary.tables import Column

LAST_MONTH = "of the last month: "
_PREFIXES = ("month", "platform", "structure", "use")

NUMBERS = {
    "registered": Column("persons", "registered at the end of the run"),
    "seen_month": Column("persons", "looked in the last 30 days; of a part: in the last month of the calendar"),
    "seen_week": Column("persons", "looked in the last seven days"),
    "worked_month": Column("persons", "worked in the last 30 days"),
    "accounts": Column("accounts", "accounts opened"),
    "very_active": Column("persons", "looked in each of the last four weeks"),
    "regular": Column("persons", "looked in the last 30 days, the very active included"),
    "occasional": Column("persons", "registered, all of them"),
    "visits": Column("visits", "sittings: from a first look until the worker leaves"),
    "looks": Column("looks", "openings of a platform's list"),
    "empty_looks": Column("looks", "looks that found nothing to do"),
    "sessions": Column("looks", "looks that led to work"),
    "reactions": Column("reactions", "batches noticed while watching, and gone to"),
    "too_late": Column("reactions", "of these, those that found nothing left"),
    "batches_posted": Column("batches", "batches of identical tasks posted"),
    "tasks_posted": Column("tasks", "tasks posted"),
    "tasks_done": Column("tasks", "tasks done in France, those that were refused included"),
    "tasks_done_abroad": Column("tasks", "tasks done by the crowd elsewhere"),
    "tasks_refused": Column("tasks", "tasks judged wrong, hence unpaid"),
    "tasks_withdrawn": Column("tasks", "tasks that clients withdrew, being late"),
    "shop_visits": Column("tasks", "tasks done in a shop"),
    "tasks_open": Column("tasks", "tasks open at the end"),
    "empty_share": Column("share", "looks that found nothing to do, of all looks"),
    "done_share": Column("share", "tasks done, in France or elsewhere, of all on offer: done, withdrawn or still open"),
    "refused_share": Column("share", "tasks refused, of those done"),
    "too_late_share": Column("share", "reactions that found nothing left, of all reactions"),
    "abroad_hours": Column("hours", "work done by the crowd elsewhere"),
    "paid_hours": Column("hours", "time of work that was paid"),
    "unpaid_hours": Column("hours", "active time without pay: search, choice, reading, tests, refused work, ways"),
    "watching_hours": Column("hours", "time there without work, the lists open, other things in hand"),
    "present_hours": Column("hours", "time of visits: paid, unpaid and watching"),
    "travel_hours": Column("hours", "of the unpaid time: ways to shops and back"),
    "unpaid_share": Column("share", "unpaid time, of paid and unpaid time"),
    "pay_euro": Column("euro", "pay of workers in France"),
    "commission_euro": Column("euro", "what platforms took above the pay"),
    "margin_euro": Column("euro", "what recruiters and contractors of deep labour kept"),
    "cashed_out_euro": Column("euro", "money that arrived at workers"),
    "spent_euro": Column("euro", "what clients paid for work done in France"),
    "hourly_euro": Column("euro per hour", "all pay over paid and unpaid hours"),
    "hourly_paid_euro": Column("euro per hour", "all pay over paid hours"),
    "hourly_present_euro": Column("euro per hour", "all pay over hours of presence"),
    "fill_median_seconds": Column(
        "second", "time in which half of the batches are filled; withdrawn ones count as never"
    ),
    "filled_in_week_share": Column("share", "batches filled within a week of being posted"),
    "filled_share": Column("share", "batches filled, of those filled, withdrawn or open"),
    "arrived_month": Column("persons", "first registrations of the last 30 days"),
    "entry_at_most_share": Column("share", "candidates whom only more entry than there are candidates would meet"),
    "clients": Column("clients", "clients there were"),
    "clients_top1_share": Column(
        "share", "paid by the top 1 % of clients, of what clients paid on public lists in the last year"
    ),
    "hours": Column("hours", "true time of accepted work put to this use in artificial intelligence"),
    "active": Column("persons", LAST_MONTH + "looked"),
    "earners": Column("persons", LAST_MONTH + "earned something"),
    "worked_for_nothing": Column("persons", LAST_MONTH + "did tasks and earned nothing"),
    "earned_mean_euro": Column("euro per month", LAST_MONTH + "mean earnings of who earned"),
    "earned_median_euro": Column("euro per month", LAST_MONTH + "median earnings of who earned"),
    "earned_max_euro": Column("euro per month", LAST_MONTH + "highest earnings"),
    "top1_share": Column("share", LAST_MONTH + "earned by the top 1 % of earners"),
    "gini_earners": Column("Gini coefficient", LAST_MONTH + "of earnings among those who earned"),
    "gini_registered": Column("Gini coefficient", LAST_MONTH + "of earnings among all registered"),
    "hourly_median_euro": Column("euro per hour", LAST_MONTH + "earnings over active time, median of who earned"),
    "hourly_paid_median_euro": Column("euro per hour", LAST_MONTH + "earnings over paid time, median of who earned"),
    "hourly_present_median_euro": Column("euro per hour", LAST_MONTH + "earnings over presence, median of who earned"),
    "below_minimum_wage_share": Column(
        "share", LAST_MONTH + "of who earned, those below the legal minimum wage (country.minimum_wage) an active hour"
    ),
    "hours_week_mean": Column("hours per week", LAST_MONTH + "presence, mean of who looked"),
    "hours_week_median": Column("hours per week", LAST_MONTH + "presence, median of who looked"),
    "hours_week_earners_median": Column("hours per week", LAST_MONTH + "presence, median of who earned"),
    "hours_week_long_share": Column("share", LAST_MONTH + "of who looked, those present over 20 hours a week"),
    "visit_mean_seconds": Column("second", LAST_MONTH + "mean length of a visit"),
    "full_time_equivalents": Column(
        "jobs", "jobs of 35 hours a week that all hours of presence of the last year amount to"
    ),
    "boycott.meet": Column("persons", "could hear of the call"),
    "boycott.heard": Column("persons", "heard of it"),
    "boycott.joined": Column("persons", "joined"),
    "boycott.out_1": Column("persons", "still out after a week"),
    "boycott.out_2": Column("persons", "still out after two weeks"),
    "boycott.out_4": Column("persons", "still out after four weeks"),
    "boycott.banned": Column("accounts", "accounts banned in the platform's forum"),
    "boycott.fell_apart": Column("week", "week in which fewer than half were still out; 0: none"),
    "boycott.weeks": Column("week", "weeks it lasted"),
    "boycott.hours": Column("hours per day", "work done in France in its days"),
    "boycott.hours_before": Column("hours per day", "work done in France in as many days before"),
    "boycott.elsewhere": Column("hours per day", "work done elsewhere in its days"),
    "boycott.elsewhere_before": Column("hours per day", "work done elsewhere in as many days before"),
    "boycott.withdrawn": Column("tasks per day", "tasks withdrawn in its days"),
    "boycott.withdrawn_before": Column("tasks per day", "tasks withdrawn in as many days before"),
    "boycott.open": Column("tasks", "tasks open on its last day"),
    "boycott.open_before": Column("tasks", "tasks open on the day before it"),
}


def about(name: str) -> Column | None:
    """Unit and meaning of a number of the summary by its full name, as ``platform.appen.looks``; None of others."""
    prefix, _, rest = name.partition(".")
    if prefix not in _PREFIXES:
        return NUMBERS.get(name)
    part, _, plain = rest.rpartition(".")
    found = NUMBERS.get(plain)
    if found is None or prefix == "month" == part:
        return None
    where = {"month": "in the last month", "platform": f"on {part}", "structure": f"on {part} platforms"}
    return found._replace(meaning=f"{found.meaning} ({where.get(prefix, part)})")
