"""Every field of a scenario, declared once: its type, meaning, unit, range and source.

Plain classes without values and imports that take time, so that ``--help`` is answered at once; the values stand in the
YAML groups of ``conf/``, and `sim.scenario.scenario` makes validated models of them. Sources are the short names of
``sim/evidence``; "assumed" is a guess of ours, "calibrated" comes from fitting, "choice" is for the user to say.
A field with a prior is a free parameter, and its source is "calibrated".
A field with a rule is given to the kernels, in their unit (`sim.scenario.rules`).
"""

from datetime import date
from pathlib import Path
from typing import Literal

from sim.kernel.categories import KindName, StructureName
from sim.kernel.units import DAY, MEAN_MONTH
from sim.scenario.cluster import Cluster
from sim.scenario.conversion import DECAY, LEAST_SECOND, RATE, SAME, SECONDS, Rule
from sim.scenario.country.country import Country
from sim.scenario.country.population import Population
from sim.scenario.country.traits import Five, Four
from sim.scenario.own.section import Own
from sim.scenario.parameter import CHOICE
from sim.scenario.parameter import Parameter as P
from sim.scenario.policies import Policy
from sim.scenario.priors import LogUniform, Uniform

# Languages of the report: those that it has a catalogue of.
_CATALOGUES = (Path(__file__).parents[1] / "report" / "language").iterdir()
LANGUAGES = tuple(sorted(path.stem for path in _CATALOGUES if path.suffix in (".po", ".pot")))


class Chain:
    """Deep labour: recruitment, contracting and the client's own work platform."""

    recruiter_margin: float = P("layer 1 keeps this of what the client pays", "share", 0, 0.9)
    contractor_margin: float = P("layer 2 keeps this of what layer 1 passes on", "share", 0, 0.9)
    weekly_cap_hours: float = P("most hours allotted to one worker", "hour/week", 0.1, 168, "DiPLab2019")
    target_hours: float = P("hours the contractor plans per worker", "hour/week", 0.1, 168, "DiPLab2019")
    profile_minutes: float = P("unpaid time to fill in the profile", "minute", 0, 1440)
    exam_hours: float = P("unpaid time to prepare and sit the exam", "hour", 0, 48)
    exam_every_days: int = P("days between two dates of the exam", "day", 1, 365)
    exam_window_days: int = P("days an exam stays open", "day", 1, 365)
    exam_difficulty: float = P("chance that somebody of mean accuracy fails the exam", "share", 0, 1)
    assiduity_floor: float = P("share of the allotment below which a contract is ended", "share", 0, 1)
    renewal_days: int = P("length of a contract", "day", 1, 3650, "DiPLab2019")
    client_shares: Five = P("each position's share of revenue; a client holds one", "share", 0, 1, "DiPLab2019")
    client_years: float = P("mean time that a client would hold its position, sudden ends aside", "year", 0.1, 100)
    gap_weeks: float = P("until a successor takes a position, mean", "week", 0, 520)
    hourly_share: float = P("clients that pay by the hour and not by the piece", "share", 0, 1)
    known_large: float = P("chance that a client of more than a quarter of revenue is named at all", "share", 0, 1)
    known_small: float = P("chance that a smaller one is", "share", 0, 1)
    trust_unknown: float = P("chance to apply, and each Monday to sign, for a client without a name", "share", 0, 1)
    quit_unnamed_per_month: float = P("contracts given up whose client is never named", "share/month", 0, 1)


class Fare:
    """What the clients of one platform ask for and pay in one kind of task: a line of its bill of fares."""

    share: float = P("of the minutes of work demanded on the platform", "share", 0, 1, "DiPLab2019, some assumed")
    seconds: float = P("announced duration of a task, median", "second", 1, 86_400, "DiPLab2019, some assumed")
    seconds_log_sd: float = P("spread of durations between batches", "log point", 0, 3)
    hourly: float = P("median pay per announced hour", "euro/hour", 0.01, 200, "DiPLab2019, ILO2018, some assumed")
    redundancy: int = P("answers asked for per item; as many as the largest batch: everybody once", "answer", 1, 10**7)
    smallest: int = P("smallest batch", "task", 1, 10**7)
    largest: int = P("largest batch; a questionnaire or test asks so many people at most", "task", 1, 10**7)
    french: float = P(
        "clients who ask for the language or for people of the country; others take anybody", "share", 0, 1
    )


class Platform:
    """One platform: its people, its prices and its rules."""

    label: str = P("name as printed")
    structure: StructureName = P("two-sided list of tasks, or deep labour", source="DiPLab2019")
    opened: date = P("first day of registrations from the country", "date")
    accounts: float = P(
        "accounts from the country by the end, full scale", "account", 1, 1e8, "DiPLab2019, split assumed"
    )
    sign_up_growth: float = P("g in: share signed up = (time since opening / whole time) ^ g", "", 0.1, 10)
    reach: float = P("how many candidates it comes to, over its share of accounts", "ratio", 0, 100,
                     "assumed: so that registrations come out as its accounts")  # fmt: skip
    referral_bonus: float = P("paid to who told of it, once the newcomer has done a first task", "euro", 0, 1000,
                              "DiPLab2019: a third of French platforms; which ones and how much assumed")  # fmt: skip
    demand_share: float = P("weight in the minutes of work demanded", "weight", 0, 1e6)
    wage: float = P("pay per announced hour that it advertises", "euro/hour", 0.01, 200, "DiPLab2019, others assumed")
    wage_log_sd: float = P("spread of pay between clients", "log point", 0, 3)
    announced_share: float | None = P("announced over true duration, median; null: as demand has it", "share", 0.05, 5)
    announced_log_sd: float = P("spread of the announced share between clients", "log point", 0, 3)
    commission: float = P("paid by the client on top of pay", "share of pay", 0, 2, "DiPLab2019")
    cash_out_threshold: float = P("balance from which money can be drawn", "euro", 0, 1000, "DiPLab2019")
    cash_out_delay: int = P("until money drawn arrives", "working day", 0, 250, "DiPLab2019")
    vouchers: bool = P("pays in gift vouchers")
    profiled: float = P("tests and surveys that ask for people of one age, often one sex", "share of batches", 0, 1)
    tasks: dict[KindName, Fare] = P("its bill of fares: the kinds of task asked for there")
    least_task: float = P("least that a task pays", "euro", 0, 100)
    least_order: float = P(
        "least that a batch pays in all, at the lowest rate that clients ever come to", "euro", 0, 10_000
    )
    patience_days: float = P("until a client withdraws what is left, median; of deep labour: weeks", "day", 0.1, 365)
    clients: float = P("clients at any time, full scale; of deep labour the chain says", "client", 1, 1e6)
    requires: Four = P("batches that ask for level 0, 1, 2, 3", "share", 0, 1)
    admitted: float = P("share of those who register that are let in", "share", 0, 1, "DiPLab2019, value assumed")
    ban_after: int = P("refused tasks before a ban is considered", "task", 1, 1_000_000)
    ban_share: float = P("share of tasks refused from which an account is banned", "share", 0, 1)
    notification: float = P("strength of messages that call people back", "", 0, 1)
    foreign_share: float = P("declared registrations that are foreign or duplicate", "share", 0, 1, "DiPLab2019")
    names_clients: float = P("clients of a list whose name stands on it; of deep labour the chain says", "share", 0, 1)
    own_forum: bool = P("has a forum of its own, in which it can ban who calls for a boycott", source="assumed")
    chain: Chain | None = P("the three layers of deep labour; nothing on a biface platform")


class Institution:
    """Group platform: which platforms there are."""

    name: str = P("name of this choice")
    members: dict[str, Platform] = P("the platforms, in the order of their number")


class GrowthByUse:
    """What each use of work in AI grows by beyond the growth of all demand."""

    preparation: float = P("data to learn from: annotation, recording, transcription", "share/year", -0.5, 0.5)
    verification: float = P("what a program made of it is checked", "share/year", -0.5, 0.5)
    imitation: float = P("people do what a program is said to do", "share/year", -0.5, 0.5)
    other: float = P("surveys, tests, clicks and visits", "share/year", -0.5, 0.5)


class Demand:
    """Group demand: what clients ask for, and how unevenly over time."""

    name: Literal["steady", "seasonal", "volatile", "collapse"] = P("the regime")
    hours_per_day: float = P("true hours of work asked for by all clients, mean", "hour/day", 0, 1e7,
                             prior=LogUniform(100, 8_000, "20 to 1 600 full-time jobs of paid work"))  # fmt: skip
    growth_per_year: float = P("growth of demand", "share/year", -0.9, 5, "Ipeirotis2016")
    growth_by_use: GrowthByUse = P("further growth of each use")
    weekend_share: float = P("volume of a weekend day over that of a weekday", "ratio", 0, 10, "DiPLab2019")
    announced_share: float = P("announced over true duration, median of clients", "share", 0.05, 5,
                               prior=LogUniform(0.35, 1.0, "too short, but not a third of the truth"))  # fmt: skip
    client_size_log_sd: float = P("spread of clients' volumes", "log point", 0, 5,
                                  prior=Uniform(1.8, 3.6, "top 1 % with 0.3 to 0.9 of spending"))  # fmt: skip
    client_life_shape: float = P("Weibull shape of a client's life", "", 0.1, 5, "Ipeirotis2016")
    client_life_months: float = P("Weibull scale of a client's life", "month", 0.1, 600, "Ipeirotis2016")
    sudden_end_per_year: float = P("rate of contracts ended from one day to the next", "1/year", 0, 365)
    batch_size_exponent: float = P("tail exponent of batch sizes, from the smallest on", "", 0.05, 5, "Ipeirotis2010")
    strictness_mean: float = P("chance that a wrong task is refused, mean of clients", "share", 0, 1,
                               prior=LogUniform(0.05, 1, "one wrong task in twenty to all"))  # fmt: skip
    strictness_log_sd: float = P("spread of strictness between clients, before it is cut at 1", "log point", 0, 3)
    judged_together: float = P("clients who look at one task of a piece of work and take or refuse all", "share", 0, 1)
    patience_log_sd: float = P("spread of patience between clients", "log point", 0, 3)
    contested: float = P("clients of lists who ask for what some refuse on principle, if they know whose work it is",
                         "share", 0, 1)  # fmt: skip
    deadline_share: float = P("time in which a client wants a batch filled over its patience", "share", 0.001, 1,
                              rule=SAME)  # fmt: skip
    rate_response: float = P("log points added to the rate per log point beyond the deadline", "ratio", 0, 0.5,
                             rule=SAME)  # fmt: skip
    rate_speed: float = P("part of the way to the rate it wants that a client goes per batch", "share", 0, 1,
                          rule=SAME)  # fmt: skip
    rate_following: float = P("part of what is usually added there that a client adds too", "share", 0, 0.9, rule=SAME)
    rate_tightness: float = P("log points added per log point that people are busier than `busy_share`", "ratio", 0, 1,
                              rule=SAME)  # fmt: skip
    busy_share: float = P("paid share of people's time at which clients pay what is announced", "share", 0.001, 1,
                          rule=SAME)  # fmt: skip
    usual_weight: float = P("weight of a batch in what is usually added on its platform", "share", 0, 1, rule=SAME)
    august_dip: float = P("loss of volume in August (seasonal, volatile)", "share", 0, 0.95)
    christmas_dip: float = P("loss of volume around Christmas (seasonal, volatile)", "share", 0, 0.95)
    surge_factor: float = P("market in surge over market in quiet (volatile)", "ratio", 1, 100)
    surge_days: float = P("mean length of a surge (volatile)", "day", 1, 1000)
    quiet_days: float = P("mean length of a quiet spell (volatile)", "day", 1, 1000)
    client_surge_factor: float = P("one client in surge over quiet (volatile)", "ratio", 1, 100,
                                   rule=Rule(of=lambda _, demand: demand.burst, name="burst"))  # fmt: skip
    collapse_on: date = P("day of the collapse (collapse)", "date")
    collapse_depth: float = P("contracts ended by it (collapse)", "share", 0, 1)


class Forums:
    """What workers tell each other: of batches that pay well, and of clients who refuse work."""

    share: float = P("workers who read forums; 0: there are none", "share", 0, 1,
                     "assumed; more than half of those on Mechanical Turk (Yin et al. 2016)")  # fmt: skip
    good_pay: float = P("batches told of: announced pay over what is usual there, more than", "ratio", 0, 1000,
                        rule=Rule(name="good_news"))  # fmt: skip
    speed: float = P("by how much sooner who watches and reads notices such a batch", "ratio", 1, 1000,
                     rule=Rule(name="forum_speed"))  # fmt: skip
    bad_share: float = P("clients told of, if their name is known: of their tasks refused, more than", "share", 0, 1,
                         rule=Rule(name="bad_news"))  # fmt: skip
    bad_after: int = P("tasks of a client reviewed before it is told of", "task", 1, 1_000_000,
                       rule=Rule(name="bad_news_after"))  # fmt: skip


class Region:
    """Where people elsewhere are."""

    share: float = P("of the crowd elsewhere", "share", 0, 1, "ILO2018 and Difallah2018, value assumed")
    ahead: float = P("of French time", "hour", -12, 14)


class World:
    """Group world: the crowd elsewhere, who take what asks for nobody in France; an aggregate, no agents."""

    name: str = P("name of this choice")
    active: float = P("who is active among the registered elsewhere, over that in the country; 0: nobody",
                      "ratio", 0, 100, "assumed, such that nine in ten of the active are elsewhere")  # fmt: skip
    watching: float = P("who watches a list in the mean hour, over the accounts of active people", "share", 0, 1)
    wage: float = P("median reservation wage", "euro/hour", 0.001, 200, "HortonChilton2010",
                    rule=Rule(name="crowd_wage"))  # fmt: skip
    wage_log_sd: float = P("spread of reservation wages", "log point", 0.01, 4, "HortonChilton2010",
                           rule=Rule(name="crowd_wage_log_sd"))  # fmt: skip
    regions: dict[str, Region] = P("where they are")


class Behaviour:
    """Group behaviour: how workers decide."""

    posterior: str | None = P("table that free parameters are drawn from; null: as they stand", "path", source=CHOICE)
    row: int | None = P("row of that table; drawn by seed and replicate", "", 0, 1_000_000, CHOICE)
    reservation_wage: float = P("median reservation wage", "euro/hour", 0.001, 200,
                                prior=LogUniform(0.5, 8.0, "1.15 on Mechanical Turk (HortonChilton2010)"))  # fmt: skip
    reservation_wage_log_sd: float = P("spread of reservation wages", "log point", 0, 4, "HortonChilton2010")
    need_effect: float = P("full need lowers the reservation wage by", "log point", 0, 5,
                           prior=Uniform(0, 2, "by nothing to a seventh of it"))  # fmt: skip
    outside_effect: float = P("full outside options raise the reservation wage by", "log point", 0, 5,
                              prior=Uniform(0, 2, "by nothing to seven times it"))  # fmt: skip
    speed_log_sd: float = P("spread of speed between workers", "log point", 0, 2)
    accuracy_mean: float = P("chance that a task is done right, mean; of each 0.5 to 0.999", "share", 0.5, 1)
    accuracy_sd: float = P("spread of accuracy between workers, whose errors are lognormal", "share", 0, 0.5)
    attention_log_sd: float = P("spread of readiness to look", "log point", 0, 3,
                                prior=Uniform(0.0, 1.5, "alike, or 4.5 times as ready to look"))  # fmt: skip
    looking_rate: float = P("looks when expected return equals the reservation wage", "look/day", 0, 1000,
                            prior=LogUniform(0.03, 2.0, "from once a month to twice a day"), rule=SAME)  # fmt: skip
    looking_elasticity: float = P("of looking to expected return over reservation wage", "", 0, 10,
                                  prior=Uniform(0.5, 5.0, "weaker than proportional to steep"), rule=SAME)  # fmt: skip
    looking_rate_max: float = P("most a worker of middling readiness looks", "look/day", 0.001, 1440,
                                prior=LogUniform(0.3, 12, "twice a week to twelve times a day"), rule=SAME)  # fmt: skip
    lapse_rate: float = P("looking less than this, a worker stops", "look/day", 0, 10, rule=SAME)
    learning_rate: float = P("weight of a day's experience in expected return", "share", 0, 1,
                             prior=LogUniform(0.015, 0.4, "from three months to three days"), rule=SAME)  # fmt: skip
    prior_return: float = P("return expected before any experience", "share of advertised wage", 0, 10,
                            prior=LogUniform(0.1, 1.5, "from a tenth of what is advertised to more"),
                            rule=SAME)  # fmt: skip
    prior_log_sd: float = P("spread of the first expectation", "log point", 0, 3, rule=SAME)
    search_seconds: float = P("unpaid time to look at a list", "second", 0, 3600,
                              prior=LogUniform(30, 300, "from a glance to five minutes"),
                              rule=LEAST_SECOND)  # fmt: skip
    pick_seconds: float = P("unpaid time to choose a batch", "second", 0, 3600, rule=LEAST_SECOND)
    instructions_seconds: float = P("unpaid time to read a batch's instructions", "second", 0, 3600, rule=SECONDS)
    page: int = P("batches seen at a look", "batch", 1, 50, rule=SAME)
    newest_first: float = P("workers who sort by newest; the others by largest", "share", 0, 1, rule=SAME)
    taste_log_sd: float = P("spread of taste for kinds of task", "log point", 0, 3, rule=SAME)
    sitting_minutes: float = P("mean length of a sitting: at work, at lists and watching", "minute", 1, 1440,
                               prior=LogUniform(8, 120, "from a short break to an evening"))  # fmt: skip
    sitting_elasticity: float = P("elasticity of the length of a sitting to free time", "", 0, 2,
                                  prior=Uniform(0, 1.2, "from not at all to in proportion"))  # fmt: skip
    staying: float = P("chance that who finds nothing stays and watches until the sitting ends", "share", 0, 1,
                       prior=Uniform(0.05, 1, "from one sitting in twenty to all"), rule=SAME)  # fmt: skip
    reaction_minutes: float = P("until a watcher of middling attention notices a batch", "minute", 0.01, 1440,
                                prior=LogUniform(0.5, 10, "from ready at the screen to the television on"),
                                rule=SECONDS)  # fmt: skip
    watching_weight: float = P("of an hour of watching in what an hour has returned", "hour", 0, 1,
                               prior=LogUniform(0.03, 1.0, "cheap, or as good as work"), rule=SAME)  # fmt: skip
    free_middle: float = P("free time at which a sitting has that mean", "hour/week", 0.1, 112)
    day_share: float = P("most of a week's free time that one day can take", "share", 0.01, 1)
    hold_minutes: float = P("work taken at a time, before looking again", "minute", 0.1, 1440, rule=SECONDS)
    persistence: float = P("chance of trying the next list after an empty one", "share", 0, 1, rule=SAME)
    choice_noise: float = P("noise in choosing whose list to open", "log point", 0, 10, rule=SAME)
    drift_half_life_days: float = P("half-life of participation", "day", 1, 100_000,
                                    prior=LogUniform(90, 4000, "three months or more"), rule=DECAY)  # fmt: skip
    need_every_days: float = P("mean time between two sudden needs", "day", 1, 100_000,
                               prior=LogUniform(90, 2500, "four times a year to once in seven"), rule=RATE)  # fmt: skip
    need_days: float = P("mean length of a spell of need", "day", 1, 3650, rule=SAME)
    need_factor: float = P("reservation wage in a spell of need over the usual", "ratio", 0.001, 1, rule=SAME)
    hope: float = P("share of the first expectation that somebody who returns has again", "share", 0, 1, rule=SAME)
    notification_every_days: float = P("mean time between messages heeded, at full strength", "day", 1, 100_000,
                                       rule=RATE)  # fmt: skip
    joining_rate: float = P("further platforms joined by an active worker", "1/day", 0, 1, rule=SAME)
    joining_minutes: float = P("unpaid time to join a platform", "minute", 0, 1440, rule=SECONDS)
    test_minutes: float = P("unpaid time of a qualification test", "minute", 0, 1440, rule=SECONDS)
    started_share: float = P("share of accounts let in that complete all first steps", "share", 0.001, 1,
                             prior=LogUniform(0.2, 1, "one in five to all"),
                             rule=Rule(of=lambda share, _: share ** (1 / 3), name="step_chance"))  # fmt: skip
    profile_minutes: float = P("unpaid time of the first step, the profile", "minute", 0, 1440, rule=SECONDS)
    payment_minutes: float = P("unpaid time of the second, the means of payment", "minute", 0, 1440, rule=SECONDS)
    first_test_minutes: float = P("unpaid time of the third, the first test", "minute", 0, 1440, rule=SECONDS)
    forums: Forums = P("what workers tell each other")
    principled: float = P("workers who refuse clients on principle, if they know whose work it is", "share", 0, 1)
    distrust: float = P("loss of expected return by a refusal of nobody knows whom", "share", 0, 1, rule=SAME)
    travels: bool = P("shop visits are reached by travel; false: they are done at home like all else", rule=SAME)
    reach_km: float = P("furthest shop that is shown", "km", 0.01, 1000, "DiPLab2019", rule=SAME)
    errand_share: float = P("of the way to a shop, made anyway", "share", 0, 1, rule=SAME)
    town_kmh: float = P("speed of the way to a shop in dense communes", "km/hour", 1, 130, rule=SAME)
    suburb_kmh: float = P("in communes of intermediate density", "km/hour", 1, 130, rule=SAME)
    country_kmh: float = P("in sparse communes", "km/hour", 1, 130, rule=SAME)
    voucher_loss: float = P("full need lowers the worth of a voucher by", "share", 0, 1, rule=SAME)
    impatience_per_month: float = P("rate at which later pay is worth less", "1/month", 0, 10,
                                    rule=Rule(of=lambda rate, _: rate / MEAN_MONTH, name="impatience"))  # fmt: skip


class Survey:
    """Group survey: the instruments that measure the market."""

    on: bool = P("post the questionnaire; the other instruments only read", source=CHOICE)
    targets: str | None = P("file of estimates to compare with; null: the published; crest: a critic's", "path",
                            source=CHOICE)  # fmt: skip
    divisor: float = P("platforms per person in the published arithmetic", "account/person", 1, 10, "LeLudec2019")
    retained: int | None = P("platforms kept for the estimate, the first; null: 7", "platform", 1, 32, "LeLudec2019")
    platform: str = P("where the questionnaire is posted; else the first open list, or by message", source="DiPLab2019")
    waves: tuple[date, date] = P("days on which the questionnaire is posted", "date", source="DiPLab2019")
    first_day: float = P("days after its date on which a wave begins, the whole ones", "day", 0, 28,
                         prior=Uniform(0, 7, "any day of the week"))  # fmt: skip
    hour: float = P("hour of the day at which it is posted", "hour", 0, 23.99,
                    prior=Uniform(7, 22, "when somebody is at work or at home"))  # fmt: skip
    quota: int = P("answers paid for per wave, at full scale", "answer", 1, 1_000_000, "DiPLab2019")
    days: float = P("days over which they are asked for, as many on each", "day", 0.1, 365,
                    prior=LogUniform(0.5, 14, "500 at once, or 36 a day for two weeks"))  # fmt: skip
    reward: float = P("pay for the questionnaire", "euro", 0.01, 1000, "DiPLab2019")
    minutes: float = P("true time it takes", "minute", 0.1, 600, "DiPLab2019")
    open_days: int = P("days a wave stays open", "day", 1, 365)
    incomplete: float = P("answers that cannot be used", "share", 0, 1)
    recall_log_sd: float = P("recall error of hours and earnings; 0: exact", "log point", 0, 3, CHOICE)
    rounding_hours: float = P("answers on hours are rounded to this; 0: exact", "hour/week", 0, 10, CHOICE)
    rounding_euro: float = P("answers on earnings are rounded to this; 0: exact", "euro/month", 0, 100, CHOICE)
    duplicate_share: float = P("declared accounts that are second accounts of the same person", "share", 0, 0.9)
    devices: float = P("devices counted per visitor and month", "device/person", 1, 5)
    panel_log_sd: float = P("sampling error of the audience panel", "log point", 0, 1)


class Record:
    """Group record: what is kept."""

    months: int = P("last months kept worker by worker", "month", 0, 1200, CHOICE)
    daily: bool = P("keep the day x platform table")


class Report:
    """Group report: what is shown."""

    figures: bool = P("draw the figures")
    language: Literal[*LANGUAGES] = P("language of the page")
    folders: bool = P("leave each run of a sweep or an ensemble a folder of its own, too")


FIRST_SECOND = Rule("second", lambda start, _: start.weekday() * DAY, "start_second")  # Monday 00:00 is 0


class Scenario:
    """Everything that a run depends on, and how and where it is made and shown."""

    seed: int = P("key of chance", "", 0, 2**64 - 1, CHOICE)
    seeds: int = P("runs to be made, with seed and the seeds that follow it; 1: one run", "run", 1, 10_000, CHOICE)
    until: str | None = P("stop before all seeds once the mean of a number is known this well: earned_mean_euro:0.5, "
                          "half the width of its interval, or :5%; null: run all", source=CHOICE)  # fmt: skip
    replicate: int = P("another world of the same seed", "", 0, 2**24 - 1, CHOICE)
    start: date = P("first day", "date", source=CHOICE, rule=FIRST_SECOND)
    end: date = P("last day", "date", source=CHOICE)
    horizon: date | None = P("last day for which people and clients are laid out; null: end", "date", source=CHOICE)
    country: Country = P("the country")
    platform: Institution = P("the platforms")
    demand: Demand = P("the clients")
    population: Population = P("the people")
    world: World = P("the crowd elsewhere")
    behaviour: Behaviour = P("their decisions")
    survey: Survey = P("the instruments")
    policy: Policy = P("what is decided, from a day on")
    own: dict[str, Own] = P("rules of one's own")
    record: Record = P("what is kept")
    report: Report = P("what is shown")
    cluster: Cluster = P("where many runs are made")
