"""What a looking, watching or piece-rate rule of one's own is told, and what it gives: declared once, in one order.

`sim.agents.ones_own` tells it in this order; the documentation and the check at the door are made of it.
"""

from typing import NamedTuple

from sim.kernel.units import DAY, MINUTE


class Told(NamedTuple):
    """A number that a rule can be told, by its name."""

    unit: str
    meaning: str


class Asked(NamedTuple):
    """What a rule is asked."""

    when: str
    told: dict[str, Told]
    gives: Told
    most: float  # a number from 0 to this, or the usual one


_OF_WORKERS = {
    "expected": Told("euro/hour", "highest return expected of the worker's accounts, of paid and unpaid time"),
    "accepted": Told("euro/hour", "least pay accepted today: the reservation wage, lower in a spell of need"),
    "reservation": Told("euro/hour", "reservation wage outside such a spell"),
    "attention": Told("ratio", "readiness, by which the program multiplies how often they look"),
    "need": Told("share", "need of money, 0 (none) to 1 (pressing)"),
    "needy": Told("0 or 1", "whether the worker is in a spell of sudden need"),
    "outside": Told("share", "outside options, 0 (none) to 1 (good)"),
}

ASKED = {
    "looking": Asked(
        "at the end of each day on which the worker has looked, at sign-up, and when need or a notification brings "
        "them back; holds until the next time; below behaviour.lapse_rate they stop",
        {
            "usual": Told("look/day", "what the program's own law gives"),
            **_OF_WORKERS,
            "free": Told("hour/week", "left for micro-work by job and household"),
            "income": Told("euro/month", "of the household"),
            "age": Told("year", "of the worker"),
            "present": Told("hour", "spent at it today, paid and unpaid"),
            "earned": Told("euro", "earned this month so far"),
            "idle": Told("day", "since the last task; since sign-up, if there was none"),
            "registered": Told("day", "since sign-up"),
        },
        Told("look/day", "sittings in a day of average availability"),
        DAY / MINUTE,  # no sitting is shorter than a minute
    ),
    "watching": Asked(
        "once in a sitting, when no list has anything more for the worker",
        {
            "usual": Told("share", "behaviour.staying"),
            **_OF_WORKERS,
            "found": Told("0 or 1", "whether the last list had something for them"),
            "present": Told("minute", "since the sitting began"),
            "left": Told("minute", "until it ends"),
            "hour": Told("hour", "of the day, 0 to 24"),
            "lists": Told("platform", "whose lists were opened in this sitting"),
            "busy": Told("share", "of the time spent on the last of them lately that was paid"),
        },
        Told("share", "chance to stay and watch until the sitting ends"),
        1.0,
    ),
    "piece_rate": Asked(
        "for each batch of a biface client, when it is posted; contracts set the rates of deep labour",
        {
            "usual": Told("euro/hour", "what the program's own law gives, with what the client has learned so far"),
            "first": Told("euro/hour", "what the client began with"),
            "advertised": Told("euro/hour", "what the platform advertises"),
            "others": Told("ratio", "what clients there pay lately over what they began with"),
            "seconds": Told("second", "announced duration of a task"),
            "tasks": Told("task", "of the batch"),
            "level": Told("level", "qualification asked for, 0 to 3"),
            "lateness": Told("ratio", "time to fill of the client's last batch that is over, over its deadline; or 1"),
            "tightness": Told("ratio", "share of people's time that is paid there, over demand.busy_share"),
            "patience": Told("day", "until the client withdraws a batch"),
            "strictness": Told("share", "chance that it refuses a wrong task"),
            "french": Told("0 or 1", "whether it asks for French or for people in France"),
        },
        Told("euro/hour", "pay for an announced hour, before floors under pay"),
        1000.0,
    ),
}
