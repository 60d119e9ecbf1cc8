"""What every column of every table of a run means, and in which unit it is: declared here, once.

The Parquet files carry it, ``datapackage.json`` beside them says it, and the documentation prints it.
Tables hold simulated persons, each of whom stands for ``scenario.population.weight`` people of the country.
"""

from typing import NamedTuple


class Column(NamedTuple):
    """Unit ("" for words and marks) and meaning of a column; its Frictionless type where no Parquet file says it."""

    unit: str
    meaning: str
    type: str = ""


class Table(NamedTuple):
    """What a file has a row of, its columns, and which of them tell a row from others."""

    row: str
    columns: dict[str, Column]
    key: tuple[str, ...] = ()


_SECOND, _MONEY = "second", "micro-euro"  # days and moments count from the start of the run
_PLATFORM = Column("", "key of the platform")
_STRUCTURE = Column("", "biface: an open list; deep: a chain of recruiter, contractor and client")
_DATE = Column("date", "the day")
_WORKER = Column("", "number of the worker, as in workers.parquet")

_ACTIVITY = {
    "looks": Column("looks", "openings of a platform's list"),
    "sessions": Column("sessions", "looks that led to work"),
    "visits": Column("visits", "sittings: from a first look until the worker leaves"),
    "reactions": Column("reactions", "batches noticed while watching, and gone to"),
    "too_late": Column("reactions", "of these, those that found nothing left"),
    "paid_seconds": Column(_SECOND, "time of work that was paid"),
    "unpaid_seconds": Column(
        _SECOND, "active time without pay: search, choice, reading, tests, applications, refused work, ways to shops"
    ),
    "watching_seconds": Column(_SECOND, "time there without work, the lists open, other things in hand"),
    "present_seconds": Column(_SECOND, "time of visits: paid, unpaid and watching"),
    "travel_seconds": Column(_SECOND, "of the unpaid time: ways to shops and back"),
    "tasks_done": Column("tasks", "tasks done, those that were refused included"),
    "tasks_refused": Column("tasks", "tasks judged wrong, hence unpaid"),
    "shop_visits": Column("tasks", "of the tasks done: those done in a shop"),
    "shop_seconds": Column(_SECOND, "time in shops, paid or not"),
    "earned_micro_euro": Column(_MONEY, "pay credited"),
    "shop_micro_euro": Column(_MONEY, "of the pay: by visits to shops"),
    "cashed_out_micro_euro": Column(_MONEY, "money that arrived, balances having reached the threshold"),
}

_DAILY = {
    "date": _DATE,
    "day": Column("day", "number of the day, 0 being the first"),
    "platform": _PLATFORM,
    "structure": _STRUCTURE,
    "looks": _ACTIVITY["looks"],
    "empty_looks": Column("looks", "looks that found nothing to do"),
    "sessions": _ACTIVITY["sessions"],
    "visitors": Column("accounts", "accounts seen for the first time in this month"),
    "paid_seconds": _ACTIVITY["paid_seconds"],
    "unpaid_seconds": _ACTIVITY["unpaid_seconds"],
    "tasks_posted": Column("tasks", "tasks posted"),
    "tasks_done": Column("tasks", "tasks done in France, those that were refused included"),
    "tasks_open": Column("tasks", "tasks still open at the end of the day"),
    "tasks_withdrawn": Column("tasks", "tasks that clients withdrew, being late"),
    "tasks_refused": _ACTIVITY["tasks_refused"],
    "batches_posted": Column("batches", "batches of identical tasks posted"),
    "demand_seconds": Column(_SECOND, "true time of the work posted"),
    "pay_micro_euro": Column(_MONEY, "pay of workers in France"),
    "commission_micro_euro": Column(_MONEY, "what the platform took above the pay"),
    "margin_micro_euro": Column(_MONEY, "what recruiter and contractor of deep labour kept"),
    "cashed_out_micro_euro": _ACTIVITY["cashed_out_micro_euro"],
    "spent_micro_euro": Column(_MONEY, "what clients paid for work done in France: pay, commission and margin"),
    "signed_up": Column("accounts", "accounts opened"),
    "lapsed": Column("persons", "workers who ceased to look of their own accord"),
    "returned": Column("persons", "workers whom a sudden need or a notification brought back"),
    "banned": Column("accounts", "accounts banned after many refusals"),
    "applied": Column("accounts", "applications for a project of deep labour"),
    "contracts_started": Column("contracts", "agreements of deep labour signed"),
    "contracts_ended": Column("contracts", "agreements of deep labour that ended"),
    **{name: _ACTIVITY[name] for name in ("watching_seconds", "present_seconds", "visits", "reactions", "too_late")},
    "profiles": Column("accounts", "first steps completed: the profile"),
    "payments_set": Column("accounts", "first steps completed: the means of payment"),
    "started": Column("accounts", "first steps completed: the first test, so that all are"),
    "first_tasks": Column("accounts", "accounts on which a task was done for the first time"),
    "barred": Column("accounts", "accounts banned because their owners joined a call in the platform's forum"),
    "shop_visits": _ACTIVITY["shop_visits"],
    "travel_seconds": _ACTIVITY["travel_seconds"],
    "considered": Column("persons", "candidates whose moment to sign up it was"),
    "considered_at_most": Column(
        "persons", "of these, those whom only more entry than there are candidates would meet"
    ),
    "tasks_done_abroad": Column("tasks", "tasks done by the crowd elsewhere"),
    "abroad_seconds": Column(_SECOND, "true time of the tasks done elsewhere"),
    "spent_abroad_micro_euro": Column(_MONEY, "pay and commission of the tasks done elsewhere"),
    "escaped_seconds": Column(_SECOND, "true time of work that a floor under pay made clients place elsewhere"),
    "regime": Column("", "regime of demand in force"),
    "intensity": Column("ratio", "demand of the day over that of an average day"),
}

_TRAITS = {
    "worker": Column("", "number of the worker; an agent's unique_id"),
    "sex": Column("", "sex"),
    "age": Column("year", "age"),
    "education": Column("", "highest degree"),
    "status": Column("", "activity status"),
    "household": Column("", "kind of household"),
    "children": Column("", "1 with children at home, else 0"),
    "income": Column("euro per month", "income of the household"),
    "domestic": Column("hours per week", "domestic work"),
    "free": Column("hours per week", "time left for micro-work"),
    "need": Column("share", "need of money, 0 (none) to 1 (pressing)"),
    "department": Column("", "department of residence"),
    "density": Column("", "density of the commune, by INSEE's grid"),
    "smartphone": Column("", "has a smartphone"),
    "reads_forums": Column("", "reads what is told in forums"),
    "principled": Column("", "refuses some clients on principle, where their name is known"),
    "reservation_wage": Column("euro per hour", "least pay for which the worker works, outside a spell of need"),
    "speed": Column("ratio", "the true time of a task is divided by this"),
    "accuracy": Column("share", "chance that a task is done right"),
    "accounts": Column("accounts", "accounts opened"),
    "platforms": Column("bit mask", "bit p: has an account on the platform number p, as scenario.yaml lists them"),
    "first_platform": Column("", "key of the platform on which the worker first registered"),
    "signed_up": Column("day", "day of the first registration; negative: before the start"),
    "last_seen": Column("day", "last day with a look; -1: none"),
    "engagement": Column("", "highest of the published levels that holds at the end of the run"),
    "told": Column("", "was told of the platform by somebody nearby who earned there"),
    "lapsed": Column("", "has ceased to look of their own accord"),
}

_ACCOUNT = {
    "worker": _WORKER,
    "signed_up": Column("day", "day on which the account was opened; negative: before the start"),
    "last_seen": Column("day", "last day on which its list was opened; -1: none"),
    "expected_return": Column("euro per hour", "what paid and unpaid time there brings, as its owner recalls it"),
    "qualification": Column("level", "level reached by tasks done well"),
    "tasks_done": _ACTIVITY["tasks_done"],
    "tasks_refused": _ACTIVITY["tasks_refused"],
    "earned_micro_euro": _ACTIVITY["earned_micro_euro"],
    "balance_micro_euro": Column(_MONEY, "earned and not asked for"),
    "on_its_way_micro_euro": Column(_MONEY, "asked for and not yet received"),
    "week_allotted_seconds": Column(_SECOND, "deep labour: work allotted for this week"),
    "project": Column("", "deep labour: client of the agreement; -1: none"),
    "platform": _PLATFORM,
    "state": Column("", "how far up the ladder, or how it was closed"),
    "step": Column("", "last step completed between sign-up and the first task"),
}

_BATCH = {
    "id": Column("", "number of the batch, in order of posting"),
    "client": Column("", "number of the client, as in clients.parquet"),
    "platform": _PLATFORM,
    "kind": Column("", "kind of task"),
    "piece_rate_micro_euro": Column(_MONEY, "pay of one task"),
    "announced_seconds": Column(_SECOND, "what one task is said to take"),
    "true_seconds": Column(_SECOND, "what one task takes a worker of speed 1"),
    "size": Column("tasks", "tasks of the batch"),
    "items": Column("tasks", "most tasks that one worker may do"),
    "posted": Column(_SECOND, "moment of posting, from the start of the run"),
    "first_filled": Column(_SECOND, "moment at which the first task was done; -1: none"),
    "last_filled": Column(_SECOND, "moment at which the last task was done; -1: none"),
    "done": Column("tasks", "tasks done in France"),
    "withdrawn": Column("tasks", "tasks withdrawn by the client"),
    "refused": Column("tasks", "of the tasks done in France: those refused"),
    "open": Column("tasks", "tasks still open at the end of the run"),
    "done_elsewhere": Column("tasks", "tasks done by the crowd elsewhere"),
}

_CLIENT = {
    "client": Column("", "number of the client"),
    "platform": _PLATFORM,
    "kind": Column("", "kind of task the client asks for"),
    "first_day": Column("day", "first day"),
    "last_day": Column("day", "last day"),
    "ended": Column("", "ended its contract from one day to the next"),
    "named": Column("", "its name stands on the list, or is told by the chain"),
    "contested": Column("", "some workers refuse it on principle"),
    "reviewed": Column("tasks", "tasks reviewed"),
    "refused": Column("tasks", "of these, those refused"),
    "volume": Column("seconds per day", "work asked for on a day of average intensity"),
    "announced_share": Column("ratio", "announced over true time of a task"),
    "strictness": Column("share", "chance that a wrong task is refused"),
    "patience": Column("day", "days after which it withdraws a batch"),
    "batches": Column("batches", "batches posted"),
    "spent_micro_euro": Column(_MONEY, "what it paid: pay, commission and margins"),
}

_ANSWER = {
    "wave": Column("", "wave of the questionnaire, 0 being the first"),
    "worker": _WORKER,
    "second": Column(_SECOND, "moment at which it was taken, from the start of the run"),
    "weekly": Column("", "looked at least once a week, as one would count it: on four of the last 28 days"),
    "platforms": _TRAITS["platforms"],
    "refused": Column("", "has ever had work refused"),
    **{
        name: _ACTIVITY[name]._replace(meaning=f"in the month before: {_ACTIVITY[name].meaning}")
        for name in ("looks", "sessions", "paid_seconds", "unpaid_seconds", "watching_seconds", "earned_micro_euro")
    },
}

_FUNNEL = {
    "date": _DATE,
    "registered": Column("persons", "registered by the end of the day"),
    "seen_month": Column("persons", "looked in the last 30 days"),
    "seen_week": Column("persons", "looked in the last seven days"),
    "worked_month": Column("persons", "worked in the last 30 days"),
}

_BY_HOUR = {
    "platform": _PLATFORM,
    "weekday": Column("", "0: Monday, to 6: Sunday"),
    "hour": Column("hour", "hour of the day, 0 to 23"),
    "looks": _ACTIVITY["looks"],
    "found": Column("looks", "looks that found something to do"),
    "tasks_open_mean": Column("tasks", "tasks open in that hour of the week, mean over weeks"),
}

_WAITS = {
    "platform": _PLATFORM,
    "from_minutes": Column("minute", "waiting without work: least"),
    "to_minutes": Column("minute", "waiting without work: less than"),
    "work_seconds": Column(_SECOND, "work taken by who had been there so long without any"),
}

_ABSENT = {
    "platform": _PLATFORM,
    "signed_up": _ACCOUNT["signed_up"],
    "accounts": Column("accounts", "accounts that nobody in France opens"),
}

_TIERS = {
    "tier": Column("", "very active, regular, occasional", "string"),
    "instrument": Column("", "what reads it", "string"),
    "reading": Column("persons of France", "what the instrument says", "number"),
    "reading_se": Column("persons of France", "its standard error", "number"),
    "survey_estimate": Column("persons of France", "what was published", "number"),
    "ratio": Column("ratio", "reading over what was published", "number"),
    "truth": Column("persons of France", "what is", "number"),
    "comparable": Column("", "there is a reading", "boolean"),
    "reason": Column("", "why there is none, or what to know before using it", "string"),
}

_TARGETS = {
    "id": Column("", "name of the row, as in the evidence", "string"),
    "quantity": Column("", "what is counted or measured", "string"),
    "value": Column("that of the row", "published value; empty: an interval, or nothing published", "number"),
    "low": Column("that of the row", "lower end of the published band", "number"),
    "high": Column("that of the row", "upper end of the published band", "number"),
    "unit": Column("", "unit of the row", "string"),
    "role": Column("", "input, calibrate (may be fitted), validate (never fitted), shown (not judged)", "string"),
    "simulated": Column("that of the row", "what the run reads", "number"),
    "uncertainty": Column(
        "that of the row", "standard error of that; over many runs their standard deviation", "number"
    ),
    "inside": Column("", "whether it lies inside the band; empty where nothing is judged", "boolean"),
    "comparable": Column("", "there is a reading", "boolean"),
    "reason": Column("", "why there is none", "string"),
}

_READINGS = {
    "name": Column("", "instrument of one's own; instrument.part of one of several readings", "string"),
    "instrument": Column("", "name of the rule, as in scenario.yaml", "string"),
    "value": Column("that of the row", "what it reads, of the country", "number"),
    "error": Column("that of the row", "standard error of that, where it says one", "number"),
    "unit": Column("", "unit of the row", "string"),
    "published": Column("that of the row", "what was published, where it says so", "number"),
    "low": Column("that of the row", "lower end of the published band", "number"),
    "high": Column("that of the row", "upper end of the published band", "number"),
    "truth": Column("that of the row", "what would be read if everybody were asked, where it says so", "number"),
    "note": Column("", "what it says beside", "string"),
    "reason": Column("", "why there is no reading", "string"),
    "inside": Column("", "whether it lies inside the band; empty where there is none", "boolean"),
}

TABLES = {
    "tiers.csv": Table("tier", _TIERS, ("tier",)),
    "targets.csv": Table("published number", _TARGETS, ("id",)),
    "readings.csv": Table("reading of one's own; only with own=", _READINGS, ("name",)),
    "daily.parquet": Table("day and platform", _DAILY, ("day", "platform")),
    "months.parquet": Table(
        "worker and month in which they were active (the last twelve months)",
        {"worker": _WORKER, "month": Column("month", "month of the calendar, as 2018-07")}
        | {"days_active": Column("days", "days with a look")}
        | _ACTIVITY
        | {"platforms": Column("bit mask", "bit p: looked on the platform number p, as scenario.yaml lists them")},
        ("worker", "month"),
    ),
    "workers.parquet": Table(
        "registered worker; what is counted is of the whole run", _TRAITS | _ACTIVITY, ("worker",)
    ),
    "accounts.parquet": Table("account", _ACCOUNT, ("worker", "platform")),
    "batches.parquet": Table("batch of identical tasks", _BATCH, ("id",)),
    "clients.parquet": Table("client", _CLIENT, ("client",)),
    "answers.parquet": Table("answer to the questionnaire: what could truthfully be said", _ANSWER),
    "funnel.parquet": Table("day", _FUNNEL, ("date",)),
    "looks_by_hour.parquet": Table("platform and hour of the week", _BY_HOUR, ("platform", "weekday", "hour")),
    "waits.parquet": Table("platform and step of waiting", _WAITS, ("platform", "from_minutes")),
    "absent.parquet": Table(
        "platform and day of sign-up; only with population.absent", _ABSENT, ("platform", "signed_up")
    ),
}
_RUNS = {
    "seed": Column("", "seed of the run"),
    "digest": Column("", "digest of the run's tables, that of the run by itself"),
    "...": Column("that of the number", "every number of summary.json, by name; own.NAME: readings of one's own"),
}
_INTERVAL = "end of the 95 % interval of the mean over runs (Student)"

ENSEMBLE = {
    "runs.parquet": Table("run", _RUNS, ("seed",)),
    "summary.csv": Table(
        "number of the summary",
        {
            "name": Column("", "the number", "string"),
            "runs": Column("runs", "runs in which it is known", "integer"),
            "mean": Column("that of the number", "mean over runs", "number"),
            "sd": Column("that of the number", "standard deviation between runs", "number"),
            "mean_low": Column("that of the number", f"lower {_INTERVAL}", "number"),
            "mean_high": Column("that of the number", f"upper {_INTERVAL}", "number"),
        },
        ("name",),
    ),
    "tiers.csv": Table(
        "tier; readings and truths are means over runs",
        _TIERS
        | {
            "reading_se": Column("persons of France", "standard deviation of the readings between runs", "number"),
            "sampling_se": Column("persons of France", "mean standard error that one run states", "number"),
            "low": Column("persons of France", "5 % of the runs read less", "number"),
            "high": Column("persons of France", "5 % of the runs read more", "number"),
            "truth_sd": Column("persons of France", "standard deviation of the truth between runs", "number"),
            "truth_low": Column("persons of France", "in 5 % of the runs the truth is less", "number"),
            "truth_high": Column("persons of France", "in 5 % of the runs the truth is more", "number"),
            "below": Column("share", "runs that read less than was published", "number"),
            "seeds": Column("runs", "runs that have a reading", "integer"),
            "reading_mean_low": Column("persons of France", f"reading: lower {_INTERVAL}", "number"),
            "reading_mean_high": Column("persons of France", f"reading: upper {_INTERVAL}", "number"),
            "truth_mean_low": Column("persons of France", f"truth: lower {_INTERVAL}", "number"),
            "truth_mean_high": Column("persons of France", f"truth: upper {_INTERVAL}", "number"),
        },
        ("tier",),
    ),
    "targets.csv": Table("published number; simulated is the mean over runs", _TARGETS, ("id",)),
    "readings.csv": Table(
        "reading of one's own; only with own=",
        _READINGS
        | {
            "runs": Column("runs", "runs in which it is known", "integer"),
            "value": Column("that of the row", "mean over runs, of the country", "number"),
            "sd": Column("that of the row", "standard deviation between runs", "number"),
            "mean_low": Column("that of the row", f"lower {_INTERVAL}", "number"),
            "mean_high": Column("that of the row", f"upper {_INTERVAL}", "number"),
        },
        ("name",),
    ),
    "until.csv": Table(
        "question asked with until=",
        {
            "quantity": Column("", "the number whose mean is asked for", "string"),
            "asked": Column("", "half width asked for, as typed", "string"),
            "limit": Column("that of the number", "half width asked for", "number"),
            "half_width": Column("that of the number", "half width reached", "number"),
            "seeds": Column("runs", "runs it took", "integer"),
            "most": Column("runs", "runs it could have taken", "integer"),
            "reached": Column("", "whether it is as narrow as asked", "boolean"),
        },
    ),
}
SWEEP = {
    "runs.parquet": Table(
        "run",
        {"KEY": Column("that of the field", "a column for each field that is varied, under its key")}
        | {"scenario": Column("", "digest of the scenario"), "seed": _RUNS["seed"]}
        | {"replicate": Column("", "world of the same seed, if varied"), "status": Column("", "finished or failed")}
        | {"digest": _RUNS["digest"], "...": _RUNS["..."]}
        | {"reading.TIER": _TIERS["reading"], "truth.TIER": _TIERS["truth"]}
        | {"own.NAME": Column("that of the instrument", "what an instrument of one's own reads, if there is one")},
    ),
    "targets.parquet": Table(
        "run and published number",
        {"KEY": Column("that of the field", "a column for each field that is varied, under its key")}
        | {"seed": _RUNS["seed"]}
        | _TARGETS,
    ),
}
FILES = {
    "summary.json": "the run in numbers by name; null where one is not known",
    "scenario.yaml": "every field of the scenario, as it was used",
    "provenance.json": "versions, commit, seed, digests, the words typed, seconds taken",
    "screen.json": "what the screen showed, and of which files, so that the same command shows it again at once",
    "manifest.json": "which files are the program's, with their SHA-256",
    "datapackage.json": "what every column means, for programs (Frictionless data package)",
    "report.html": "the page, which needs no network",
    "brief.pdf": "two pages to print, with python -m sim.report brief; brief.html is the same",
    "own/": "the sources of rules of one's own, by which the run can be repeated",
    "figures/": "each figure as PNG and SVG; figures.json has titles and texts for those who cannot see them",
}
