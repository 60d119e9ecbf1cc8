"""The report in English; `sim.report.language.french` has the same keys."""

from sim.report.language import fit_english, policy_english, sweep_english, tiers_english

MONTHS = (
    "January February March April May June July August September October November December".split()
)  # fmt: skip
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
UNITS = {"s": ("s", "s"), "min": ("min", "min"), "h": ("h", "h"), "day": ("day", "days")}
PLURAL_FROM = 1.05
DATE = "{day} {month} {year}"
HOUR = "{hour:02d}:00"

NAMES = {
    "tier": {"very_active": "very active"},
}

WORDS = {
    "and": "and",
    "fraction": "{part} in {whole}",
    "nothing": "nothing to show",
    "structure.biface": "Biface platforms",
    "structure.deep": "Deep labour",
    # from registered to active
    "funnel.title": "{unseen} of those registered were not seen in the last month: {registered} people are "
    "registered, {seen_month} looked for tasks within the month, {seen_week} within the week",
    "funnel.alt": "Two line charts over time. Left, persons on a log scale, at the end: {registered} registered, "
    "{seen_month} seen in the last 30 days, {seen_week} in the last 7 days, {worked_month} worked in the last "
    "30 days. Right, the last three as shares of the registered.",
    "funnel.persons": "Persons (log scale)",
    "funnel.share": "Share of the registered",
    "funnel.registered": "registered",
    "funnel.seen_month": "seen, 30 days",
    "funnel.seen_week": "seen, 7 days",
    "funnel.worked_month": "worked, 30 days",
    # tasks
    "tasks.title": "Clients post {posted} tasks a day; {done} of all tasks posted get done",
    "tasks.title_surge": "In a surge clients post {ratio} times as many tasks a day as in quiet weeks; "
    "{done} of all tasks posted get done",
    "tasks.title_collapsed": "After contracts collapse clients post {ratio}% of the tasks they posted before; "
    "{done} of all tasks posted get done",
    "tasks.none": "Nobody posted any task",
    "tasks.alt": "Line charts over time: tasks posted per day ({posted} on average), and tasks still open at the "
    "end of the day. {regime}",
    "tasks.alt_calm": "Demand has a single regime.",
    "tasks.alt_surge": "Surges of demand, {days} of the days, are shaded; {ratio} times as much is posted in them.",
    "tasks.alt_collapsed": "The collapse of demand, {days} of the days, is shaded.",
    "tasks.shade_surge": "surge of demand",
    "tasks.shade_collapsed": "contracts have ended",
    "tasks.unit": "tasks",
    "tasks.unit_thousand": "thousand tasks",
    "tasks.unit_million": "million tasks",
    "tasks.weekly": "(weekly mean)",
    "tasks_posted": "Tasks posted per day",
    "tasks_open": "Tasks open at the end of the day",
    "tasks_open.biface": "Tasks open at the end of the day, biface platforms",
    "tasks_open.deep": "Tasks open at the end of the day, deep labour",
    # earnings
    "earnings.title": "The top 1% of those who earned in {month} took {top1_share} of all pay; half earned "
    "{earned_median_euro} or less, and {below_minimum_wage_share} less than the minimum wage per hour",
    "earnings.none": "Nobody earned anything in {month}",
    "earnings.alt": "Of {earners} people who earned in {month}: a histogram of monthly earnings on a log scale "
    "(mean {earned_mean_euro}, median {earned_median_euro}, highest {earned_max_euro}); a histogram of effective "
    "hourly pay (median {hourly_median_euro}); Lorenz curves with a Gini coefficient of {gini_earners} among "
    "earners and {gini_registered} among all registered.",
    "earnings.monthly": "Earnings in {month}",
    "earnings.hourly": "Pay per hour, unpaid time included",
    "earnings.lorenz": "How pay is shared (Lorenz)",
    "earnings.mean": "mean {earned_mean_euro}",
    "earnings.median": "median {earned_median_euro}",
    "earnings.smic": "minimum wage {wage}",
    "earnings.euro": "euro per month (log scale)",
    "earnings.euro_hour": "euro per hour (log scale)",
    "earnings.earners": "earners",
    "earnings.equal": "equal shares",
    "earnings.among_earners": "earners (Gini {gini})",
    "earnings.among_registered": "registered (Gini {gini})",
    "earnings.poorest": "share of people, poorest first",
    "earnings.held": "share of pay they hold",
    # hours
    "hours.title": "Half of the active give less than {median} a week, {long} more than {limit} h; {unpaid} of "
    "all the time is unpaid",
    "hours.none": "Nobody was active in the last month",
    "hours.alt": "Left, a histogram of weekly hours, paid and unpaid, of the {active} people active in the last "
    "month, on a log scale: median {median}, {long} above {limit} hours. Right, the share of time that is unpaid "
    "by weekly hours; {unpaid} overall.",
    "hours.distribution": "Paid and unpaid time per week",
    "hours.unpaid": "Unpaid share of time",
    "hours.time": "time per week (log scale)",
    "hours.workers": "workers",
    "hours.median": "median {median}",
    "hours.long": "{limit} h: {long}\nwork more",
    "hours.under": "under {hours}",
    "hours.over": "over {hours}",
    "hours.bracket": "hours per week (on the bars: workers)",
    "hours.unpaid_share": "unpaid share of time",
    # time to fill
    "filling.title": "Half of all batches are filled within {median} of being posted; {late} are not after a week",
    "filling.slow": "Fewer than half of all batches are ever filled; {late} are not after a week",
    "filling.none": "No batch was posted",
    "filling.alt": "Share of {number} batches filled within a time, by platform, on a log scale of time; batches "
    "withdrawn count as never filled, those open at the end as long as they were watched. Median {median}; "
    "{late} not filled within a week.",
    "filling.time": "time since posting (log scale)",
    "filling.share": "share of batches filled",
    "filling.legend": "Platform: median",
    "filling.line": "{name}: {median}",
    "filling.never": "never half",
    # a day
    "day.title": "Looks peak around {peak}; a look finds a task most often around {best} ({most}) and "
    "least often around {worst} ({least})",
    "day.none": "Nobody looked for tasks",
    "day.alt": "Three maps of weekday by hour: looks, tasks open, and share of looks that find a task. Looks peak "
    "at {peak}; the share that finds a task is highest at {best} ({most}) and lowest at {worst} ({least}).",
    "day.looks": "Looks (average hour = 1)",
    "day.open": "Tasks open on biface platforms (mean)",
    "day.allotted": "Tasks open (mean)",
    "day.found": "Share of looks that find a task",
    "day.hour": "hour of the day",
    # the page
    "page.title": "The micro-work market, simulated",
    "page.under": "\u201c{platform}\u201d platforms, {demand} demand, {start} to {end}, seed {seed}",
    "page.contents": "On this page",
    "page.run": "What was simulated",
    "page.tiers": "Three readings of one population",
    "page.targets": "Beside the published numbers, worst first",
    "page.figures": "What happened",
    "page.assumptions": "The assumptions that matter",
    "page.reproduce": "How to reproduce it",
    "page.wide": "{name} (scroll sideways if it is cut off)",
    "page.yes": "yes",
    "page.no": "no",
    "demand.steady": "steady",
    "demand.seasonal": "seasonal",
    "demand.volatile": "volatile",
    "demand.collapse": "collapsing",
    "run.market": "{registered} people register over the years on {platforms}, and hold {accounts} accounts. {scale} "
    "A person looks for tasks as often as it has been worth it; clients post batches of tasks and leave when they "
    "like; what is found, done, paid or refused decides who stays.",
    "run.whole": "Everyone is simulated, one for one.",
    "run.part": "It is a model of the market in small: one person here stands for {number}, and demand is scaled "
    "with them.",
    "run.many": "{number} platforms",
    "run.biface": "On a biface platform tasks stand on an open list, first come, first served.",
    "run.deep": "In deep labour a worker applies, sits an exam and gets a contract with weekly hours, which the "
    "client may end any day.",
    "run.steady": "Demand is steady: the same work asked for every week, but for growth and weekends.",
    "run.seasonal": "Demand follows the seasons: it dips in August and around Christmas.",
    "run.volatile": "Demand is volatile: quiet spells and surges of the whole market, bursts of single clients, "
    "dips in August and around Christmas.",
    "run.collapse": "Demand collapses: on {when}, {share} of contracts end.",
    "run.mean": "Every regime asks for the same amount of work in a year.",
    "run.people": "By the end {registered} people are registered; {seen_month} ({month_share}) have looked for tasks "
    "in the last 30 days and {seen_week} ({week_share}) in the last 7.",
    "run.looks": "They opened a list of tasks {looks} times; {empty_share} of these looks found nothing. Clients "
    "posted {tasks_posted} tasks, of which {done_share} were done and {refused_share} of these refused; half of the "
    "batches were filled within {fill}.",
    "run.earned": "In {month}, {earners} people earned something: {mean} on average, {median} at the median. Per "
    "hour of paid and unpaid time the median is {hourly}, and {below} earned less than the minimum wage of {wage}.",
    "run.none": "In {month} nobody earned anything.",
    "run.once": "This is a single run: another seed gives somewhat other numbers.",
    "tiers.about": "The published head-counts are three instruments applied to one population, not three groups of "
    "people. Here the same instruments are applied to simulated people whose truth is known. No worker is given a "
    "tier: it is read off what that person did.",
    "tiers.caption": "Readings of the instruments, with standard errors, beside the survey's estimates (ratio: "
    "reading over estimate) and the truth",
    "tiers.tier": "Tier and instrument",
    "tiers.reading": "Reading",
    "tiers.estimate": "Survey",
    "tiers.ratio": "Ratio",
    "tiers.truth": "Truth",
    "tiers.not": "Not comparable: {reason}",
    "targets.about": "{inside} of the {judged} published numbers that can be judged lie inside their range. "
    "\u201cValidate\u201d rows were never fitted; \u201cinput\u201d rows went into the model.",
    "targets.caption": "Published and simulated values; the furthest outside its range comes first",
    "targets.quantity": "Quantity, unit and role",
    "targets.value": "Published, range",
    "targets.simulated": "Simulated",
    "targets.judgement": "Verdict",
    "targets.inside": "inside",
    "targets.outside": "outside",
    "targets.open": "no range",
    "targets.not": "not comparable: {reason}",
    "assumptions.about": "What is not known from a source was assumed, or fitted (\u201ccalibrated\u201d). These "
    "fields are the place to doubt the results; each can be changed on the command line by its key.",
    "assumptions.platform": "Platforms",
    "assumptions.demand": "Clients and demand",
    "assumptions.population": "People",
    "assumptions.behaviour": "Decisions of workers",
    "assumptions.survey": "Instruments",
    "assumptions.caption": "{group}: assumed or calibrated fields",
    "assumptions.between": "{low} to {high}",
    "assumptions.value": "Value",
    "assumptions.unit": "Unit",
    "assumptions.meaning": "Meaning and key",
    "assumptions.source": "Source",
    "reproduce.about": "The same command, seed and versions give the same bits:",
    "reproduce.exact": "Or, from the resolved scenario in the run folder:",
    "reproduce.caption": "Where this run comes from",
    "reproduce.name": "What",
    "reproduce.value": "Value",
} | tiers_english.WORDS
WORDS |= fit_english.WORDS | policy_english.WORDS | sweep_english.WORDS
