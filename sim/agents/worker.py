"""A worker as a Mesa agent: who they are, what they expect, what they have done."""

from typing import NamedTuple

import numpy as np

from sim.agents.view.columns import Column, Handle, computed, number, word
from sim.agents.worth import worth
from sim.kernel.categories import DENSITIES, DEPARTMENTS, EDUCATION, ENGAGEMENTS, HOUSEHOLDS, SEXES, STATUSES
from sim.kernel.records import NOBODY, ON_PRINCIPLE, STEPS
from sim.kernel.records import STATES as ACCOUNT_STATES
from sim.kernel.units import HOUR, MICRO

STATES = ("unregistered", "looking", "lapsed")  # a worker's, in the order of sim.kernel.records


class Account(NamedTuple):
    """A worker's account on one platform, as it was when looked at."""

    platform: str  # key of the platform
    qualification: int  # level reached, 0 to 3
    rating: float | None  # share of the tasks done that was approved, None before the first task
    balance: float  # euro earned and not asked for
    on_its_way: float  # euro asked for and not yet received
    expected_return: float  # euro per hour of paid and unpaid time, as recalled
    signed_up: int  # day
    state: str  # registered, banned, turned_away, dropped; in deep labour also applied, qualified, contracted
    step: str  # last of the first steps completed: none, profile, payment, started
    worth: float  # of a euro credited there to its owner, as a share of a euro in hand


def _persons(model):
    return model.columns.people.persons


def _workers(model):
    return model.columns.people.workers


def _principled(model, rows):
    return (model.columns.people.workers["refuses"][rows] & ON_PRINCIPLE) > 0


def _so_far(field, doc, per=1):
    """A lifetime total: months that are over, and the present one."""

    def many(model, rows):
        row = model.columns.people.workers["month_row"][rows]
        month = np.where(row == NOBODY, 0, model.columns.ledger.months[field][row])
        total = model.lifetime[field][rows].astype(np.int64) + month
        return total / per if per != 1 else total

    def one(model, row):
        total, now = model.lifetime[field].item(row), model.columns.people.workers["month_row"].item(row)
        if now != NOBODY:
            total += model.columns.ledger.months[field].item(now)
        return total / per if per != 1 else total

    return Column(many, one, doc)


def _last_month(model):
    """Euro earned last month by row; float64 array, shape (N,)."""

    def spread():
        earned = np.zeros(len(model.columns.people.workers))
        if model.last_month is not None:
            earned[model.last_month["worker"]] = model.last_month["earned_micro_euro"] / MICRO
        return earned

    return model.register.today("earned last month", spread)


def _engagement(model):
    """Engagement as of the last completed day by row; uint8 array, shape (N,)."""
    return model.register.today("engagement", model.engagement)


def _keys(model, mask):
    return tuple(key for p, key in enumerate(model.platform_keys) if mask >> p & 1)


def _platforms(model, rows):
    different, place = np.unique(model.columns.people.workers["platforms"][rows], return_inverse=True)
    tuples = np.empty(len(different), object)
    for n, mask in enumerate(different.tolist()):
        tuples[n] = _keys(model, mask)
    return tuples[place]


ENGAGEMENT_WORDS = np.array(ENGAGEMENTS, object)


class Worker(Handle):
    """One registered person; every attribute is read from the model's columns.

    Lifetime totals run from the first day of the run to the last day completed. Days count from the start of the
    run; negative days are before it.
    """

    __slots__ = ()

    sex = word(_persons, "sex", SEXES, "Man or woman.")
    age = number(_persons, "age", "Years.")
    education = word(_persons, "education", EDUCATION, "Highest diploma: below_bac, bac, bac_plus_2, ...")
    status = word(_persons, "status", STATUSES, "Activity status: full_time, unemployed, student, ...")
    household = word(_persons, "household", HOUSEHOLDS, "Household: alone, couple_with_children, ...")
    children = number(_persons, "children", "Whether children live in the household.", kind=bool)
    income = number(_persons, "income", "Income of the household, euro per month.")
    domestic = number(_persons, "domestic", "Domestic work, hours per week.")
    free = number(_persons, "free", "Time left for micro-work, hours per week.")
    need = number(_persons, "need", "Need of money, 0 (none) to 1 (pressing).")
    outside = number(_persons, "outside", "Outside options, 0 (none) to 1 (good).")
    department = word(_persons, "department", DEPARTMENTS, "Department of residence, by number: 01 to 95, 2A, 2B.")
    density = word(_persons, "density", DENSITIES, "Where they live: town, suburb or country.")
    around = number(_persons, "around", "People per km2 where they live.")
    smartphone = number(_persons, "smartphone", "Whether they have a smartphone.", kind=bool)
    signed_up = number(_persons, "signed_up", "Day of the first registration.")

    reservation_wage = number(_workers, "reservation_wage", "Euro per hour, outside a spell of need.")
    speed = number(_workers, "speed", "True seconds of a task are divided by this.")
    accuracy = number(_workers, "accuracy", "Chance that a task is right.")
    looking_rate = number(_workers, "looking_rate", "Looks per day of average availability.")
    last_seen = number(_workers, "last_seen", "Last day with a look, -1 if none.")
    last_worked = number(_workers, "last_worked", "Last day with a task, -1 if none.")
    references = number(_workers, "references", "Deep labour: contracts that can be shown to another contractor.")
    reads_forums = number(_workers, "reads", "Whether they read forums.", kind=bool)
    principled = computed(_principled, "Whether they refuse, on principle, what some clients ask for.")
    state = word(_workers, "state", STATES, "Looking of their own accord, or lapsed.")
    platforms = Column(
        _platforms,
        lambda model, row: _keys(model, model.columns.people.workers["platforms"].item(row)),
        "Keys of the platforms with an account, a tuple.",
    )
    engagement = Column(
        lambda model, rows: ENGAGEMENT_WORDS[_engagement(model)[rows]],
        lambda model, row: ENGAGEMENTS[_engagement(model).item(row)],
        "Very_active, regular or occasional, read off what they did lately.",
    )

    looks = _so_far("looks", "Times they opened a platform's list of tasks, lifetime.")
    sessions = _so_far("sessions", "Looks that found something to do, lifetime.")
    hours_paid = _so_far("paid_seconds", "Hours of work approved and paid, lifetime.", HOUR)
    hours_unpaid = _so_far("unpaid_seconds", "Hours of search, of coming too late and of refused work, lifetime.", HOUR)
    hours_travelling = _so_far("travel_seconds", "Of these, hours to shops and back, lifetime.", HOUR)
    hours_watching = _so_far("watching_seconds", "Hours of watching lists without work, lifetime.", HOUR)
    hours_present = _so_far("present_seconds", "Hours of presence, paid, unpaid and watching, lifetime.", HOUR)
    visits = _so_far("visits", "Sittings: times they came and stayed a while, lifetime.")
    reactions = _so_far("reactions", "Batches noticed while watching, and gone to, lifetime.")
    too_late = _so_far("too_late", "Reactions that found nothing left, lifetime.")
    tasks_done = _so_far("tasks_done", "Tasks done, refused ones included, lifetime.")
    tasks_refused = _so_far("tasks_refused", "Tasks refused, lifetime.")
    shop_visits = _so_far("shop_visits", "Tasks done in a shop, lifetime.")
    earned_in_shops = _so_far("shop_micro_euro", "Of what was earned, euro by visits to shops, lifetime.", MICRO)
    earned = _so_far("earned_micro_euro", "Euro earned, lifetime.", MICRO)
    cashed_out = _so_far("cashed_out_micro_euro", "Euro received, lifetime.", MICRO)
    earned_last_month = Column(
        lambda model, rows: _last_month(model)[rows],
        lambda model, row: _last_month(model).item(row),
        "Euro earned in the last calendar month that is over.",
    )

    @property
    def accounts(self) -> tuple:
        """One read-only `Account` per platform joined, in order of sign-up."""
        views, a = [], self.model.columns.people.workers["first_account"][self.row]
        while a != NOBODY:
            views.append(_view(self.model, self.model.columns.people.accounts[a]))
            a = self.model.columns.people.accounts["next"][a]
        return tuple(views[::-1])  # the newest account heads the list


def _view(model, account):
    done, worker = int(account["done"]), model.columns.people.workers[account["worker"]]
    platform = model.columns.firms.platforms[account["platform"]]
    return Account(
        platform=model.platform_keys[account["platform"]],
        qualification=int(account["qualification"]),
        rating=1.0 - int(account["refused"]) / done if done else None,
        balance=int(account["balance"]) / MICRO,
        on_its_way=int(account["on_its_way"]) / MICRO,
        expected_return=float(account["expected_return"]),
        signed_up=int(account["signed_up"]),
        state=ACCOUNT_STATES[account["state"]],
        step=STEPS[account["step"]],
        worth=float(worth(model.state.rules, worker["need"], account, platform, max(model.day - 1, 0))),
    )
