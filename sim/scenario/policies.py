"""What can be decided from a given day on: the parameters of each policy, declared once.

Plain classes as in `sim.scenario.fields`; a policy that is chosen has its parameters in ``conf/policy/<name>.yaml``,
one that is not is null. `sim.policies.effects` does what they say, `docs/policies.md` tells it at length.
"""

from datetime import date
from typing import Literal

from sim.kernel.categories import KindName, UseName
from sim.scenario.conversion import Rule, a_second
from sim.scenario.parameter import CHOICE
from sim.scenario.parameter import Parameter as P

DIRECTIVE = "Directive (EU) 2024/2831"
SMIC = "decree 2017-1719"

NOTHING = Rule(without=0.0)
SEARCH_PAY = Rule("micro-euro/second", name="search_pay", without=0.0)
WATCH_PAY = Rule("micro-euro/second", lambda watching, own: a_second(own.hourly) if watching else 0.0, "watch_pay", 0.0)
EMPTY_PAY = Rule("micro-euro/second", lambda empty, own: a_second(own.hourly) if empty else 0.0, "empty_pay", 0.0)
LEAST_OWN = Rule(  # a worker is turned away from a task that would bring less than this at their own speed
    "micro-euro/second", lambda lock_out, own: a_second((1.0 - own.tolerance) * own.hourly) if lock_out else 0.0,
    "least_own", 0.0)  # fmt: skip


class MinimumRate:
    """A floor under what is paid per minute that a task truly takes."""

    hourly: float = P("least pay per true hour of a worker of usual speed", "euro/hour", 0, 200, SMIC)
    lock_out: bool = P("clients turn away who would not reach it at their own speed", source=CHOICE, rule=LEAST_OWN)
    tolerance: float = P("share by which they may fall short before they are turned away", "share", 0, 1)
    escape: float = P("clients who take work that the floor makes dearer, and anybody may do, elsewhere", "share", 0, 1,
                      rule=NOTHING)  # fmt: skip


class PaidSearch:
    """Search that led to work is paid, not only the work."""

    hourly: float = P("pay per hour of search, choice and reading", "euro/hour", 0, 200, SMIC, rule=SEARCH_PAY)
    payer: Literal["clients", "platform"] = P("who bears it: clients by a surcharge, or platforms out of commission")
    empty: bool = P("looks that find nothing are paid too", source=CHOICE, rule=EMPTY_PAY)
    watching: bool = P("time spent watching the lists is paid too", source=CHOICE, rule=WATCH_PAY)


class NoCashOutThreshold:
    """Whatever has been earned can be drawn at once."""

    within: int = P("money drawn arrives within", "working day", 0, 250, CHOICE)


class PortableQualifications:
    """Levels reached on one biface platform count on all."""

    lost_levels: int = P("levels lost on the way to another platform", "level", 0, 3, CHOICE, rule=Rule(without=99))


class ReviewedRefusals:
    """Refusals are explained, and reviewed by somebody else."""

    reversed: float = P("share of refusals that the review takes back; that work is paid", "share", 0, 1, rule=NOTHING)
    learned: float = P(
        "share of errors that a worker unlearns from each explained refusal", "share", 0, 1, rule=NOTHING
    )


class OpenSignUp:
    """Platforms let in everybody who registers."""

    readmit: bool = P("those turned away before are let in too", source=CHOICE)


class SignUpCap:
    """Platforms let nobody in beyond a number of accounts."""

    ratio: float = P("most accounts let in, over those at the start of the policy", "ratio", 0, 1000, CHOICE)


class CommissionOnWorkers:
    """Platforms keep their commission out of workers' pay instead of adding it for clients."""

    share: float = P("share of the commission that is moved", "share", 0, 1, CHOICE)
    passed_on: float = P("share of what clients save that they add to their rates at once", "share", 0, 1)


class EmploymentPresumption:
    """Those under a deep-labour contract are employees."""

    hourly: float = P("least pay per true hour", "euro/hour", 0, 200, SMIC)
    contributions: float = P("employer's contributions, paid by the client through the chain", "share of pay", 0, 2)
    notice_days: int = P("days from a client's decision to end contracts to their end", "day", 0, 365,
                         f"{DIRECTIVE}; length assumed, a month in French law after six")  # fmt: skip
    assiduity_floor: float = P("share of the allotment below which a contract can be ended", "share", 0, 1)


class Boycott:
    """A call to stop working for a while: who hears of it, who joins, and who goes on where few do."""

    share: float = P("of those seen in the last 30 days who hear of it, who join", "share", 0, 1, CHOICE)
    days: int = P("how long", "day", 0, 3650, CHOICE)
    heard_by: Literal["all", "forum", "surroundings"] = P(
        "everybody, those who read forums, or only those who are told by somebody they know")  # fmt: skip
    told: float = P("of those seen in the last 30 days, told by somebody they know (surroundings)", "share", 0, 1)
    against: Literal["platforms", "client"] = P(
        "work on all platforms, or the largest client of a list, if it is known by name")  # fmt: skip
    needed: float = P(
        "share, of those among whom one hears of it, that who is most hesitant must see take part; 0: nobody looks",
        "share", 0, 1, "assumed; thresholds from none to this, each as likely (Granovetter 1978)")  # fmt: skip
    banned: float = P("of those who join a call in a platform's own forum, banned there", "share", 0, 1)
    reservoir: bool = P("those registered but not seen can come back and sign-up stays open", source=CHOICE)


class RaiseAlone:
    """A client, or every client, pays more from one day to the next."""

    raised: float = P("added to the piece rate", "share", -0.9, 10, CHOICE)
    clients: Literal["largest", "all"] = P("the largest client of a biface platform, or all clients", source=CHOICE)
    rank: int = P("which of the largest, by work asked for: 1, the largest", "rank", 1, 1000, CHOICE)


class DemandChange:
    """Clients ask for more or less of everything."""

    factor: float = P("work asked for, over what it was", "ratio", 0, 100, CHOICE)


class Automation:
    """Part of one kind of task, or of one use, is no longer done by people, and may need people elsewhere."""

    kind: KindName | None = P("kind of task; null: all of a use", source=CHOICE)
    use: UseName | None = P("use of work in AI; null: one kind of task", source=CHOICE)
    share: float = P("of it that is gone", "share", 0, 1, CHOICE)
    feeds: UseName | None = P("use of which more is asked for in return; null: none", source=CHOICE)
    fed: float = P("minutes of that use for each minute that is gone", "ratio", 0, 10)


class CrowdChange:
    """More or fewer people elsewhere, in one region, compete for what asks for nobody in France."""

    region: str = P("where", source=CHOICE)
    factor: float = P("people there, over what they were", "ratio", 0, 1000, CHOICE)


class LargestClientLeaves:
    """The largest client ends its contract from one day to the next."""

    clients: int = P("how many of the largest leave", "client", 0, 1_000_000, CHOICE)


class Placebo:
    """Nothing that matters: it shows what differs between two runs by chance alone."""

    share: float = P("of those seen in the last 30 days, who stay away for a week", "share", 0, 1, CHOICE)


class Policy:
    """Group policy: what is decided, and when; any number of policies together."""

    start: date = P("first day on which the policies chosen are in force", "date", source=CHOICE)
    demand_elasticity: float = P(
        "by how much clients ask for less when a task costs them more, in percent per percent", "", 0, 10,
        "assumed; 1: they spend the same. Labour at large about 0.5 (Lichter, Peichl and Siegloch 2015)",
        rule=Rule(without=1.0))  # fmt: skip
    minimum_rate: MinimumRate | None = P("least pay per true minute")
    paid_search: PaidSearch | None = P("search that led to work is paid")
    no_cash_out_threshold: NoCashOutThreshold | None = P("no balance is too small to be drawn")
    portable_qualifications: PortableQualifications | None = P("levels count everywhere")
    reviewed_refusals: ReviewedRefusals | None = P("refusals explained, reviewed and in part taken back")
    open_sign_up: OpenSignUp | None = P("nobody is turned away at sign-up")
    sign_up_cap: SignUpCap | None = P("no more accounts than so many")
    commission_on_workers: CommissionOnWorkers | None = P("workers bear the commission")
    employment_presumption: EmploymentPresumption | None = P("deep-labour contracts are employment, with notice")
    boycott: Boycott | None = P("some of the active stay away for a while")
    raise_alone: RaiseAlone | None = P("a client pays more")
    demand_change: DemandChange | None = P("more or less work asked for")
    automation: Automation | None = P("a kind of task, or a use, is automated")
    crowd_change: CrowdChange | None = P("more or fewer of the crowd elsewhere")
    largest_client_leaves: LargestClientLeaves | None = P("the largest client ends its contract")
    placebo: Placebo | None = P("nothing that matters: what chance alone makes of it")
