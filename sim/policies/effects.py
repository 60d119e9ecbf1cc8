"""Policies in force: what each changes on its first day, and what some keep up day by day.

A policy changes a few rules, prices or people, at one place and on one day; the kernels of the day do the rest.
What makes work dearer for clients makes them ask for less: ``tasks x (cost / cost before) ^ -demand_elasticity``.
Accounting identities hold, since all money goes the usual ways: pay, margins of the chain, commission of the platform.

What only changes rules is told where its fields are declared and has no function here.
Each function takes what it needs to know of the policy, ``own``, the market's `State` and the day.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from sim.kernel.categories import KINDS, USE, USES
from sim.kernel.records import BOYCOTTED, NOBODY
from sim.kernel.units import MICRO
from sim.policies import levers
from sim.policies.kernels import (
    EVERYBODY,
    JOINED,
    MEET,
    READERS,
    TOLD,
    Terms,
    bar,
    call_out,
    call_up,
    disband,
    look_around,
    readmit,
    recognise,
    release,
)
from sim.policies.state import AGAIN, Call
from sim.population.crowd import hours_elsewhere
from sim.scenario.policies import (
    Automation,
    Boycott,
    CommissionOnWorkers,
    CrowdChange,
    DemandChange,
    EmploymentPresumption,
    LargestClientLeaves,
    MinimumRate,
    NoCashOutThreshold,
    OpenSignUp,
    PaidSearch,
    Placebo,
    PortableQualifications,
    RaiseAlone,
    SignUpCap,
)
from sim.scenario.rules import with_policies

if TYPE_CHECKING:
    from sim.simulation.state import State

MOST_SURCHARGE = 5.0  # of pay, however much search there is
MEMORY = 0.1  # weight of yesterday in what search and work cost


def legislate(state: "State", day: int) -> None:
    """Put the policies chosen in force on their first day, and keep up from day to day those that need it."""
    policy = state.scenario.policy
    since = (policy.start - state.scenario.start).days
    if not policy.chosen or day < since:
        return
    if day == since:
        state.rules = with_policies(state.rules, state.scenario)
        for name in policy.chosen:
            if name in FIRST_DAY:
                FIRST_DAY[name](getattr(policy, name), state, day)
    for name in policy.chosen:
        if name in EVERY_DAY:
            EVERY_DAY[name](getattr(policy, name), state, day)


def minimum_rate(own: MinimumRate, state: "State", day: int) -> None:
    """No task posted from now on pays less per true minute than the floor, and platforms advertise accordingly."""
    levers.floor(state, np.ones(len(state.market.firms.platforms), bool), own.hourly)


def paid_search(own: PaidSearch, state: "State", day: int) -> None:
    """Search that led to work is paid by the second; the platform advances it out of its commission."""
    state.policy.commission = state.market.firms.platforms["commission"].copy()
    state.policy.search_paid = state.market.firms.platforms["search_paid"].copy()


def share_search(own: PaidSearch, state: "State", day: int) -> None:
    """Where clients bear it, a surcharge of what search has lately cost over what work has cost makes it good."""
    platforms, lately = state.market.firms.platforms, state.policy
    searched = platforms["search_paid"] - lately.search_paid
    lately.search_paid = platforms["search_paid"].copy()
    lately.search_cost += MEMORY * (searched - lately.search_cost)
    lately.work_cost += MEMORY * (np.maximum(lately.paid - searched, 0) - lately.work_cost)
    if own.payer == "clients":
        surcharge = np.minimum(lately.search_cost / np.maximum(lately.work_cost, 1.0), MOST_SURCHARGE)
        levers.charge(state, lately.commission + np.round(surcharge * MICRO).astype(np.int64), platforms["margin"])


def no_cash_out_threshold(own: NoCashOutThreshold, state: "State", day: int) -> None:
    """The threshold is nothing, the delay at most so many working days, and what stands on accounts is on its way."""
    platforms = state.market.firms.platforms
    platforms["cash_out_threshold"] = 0
    platforms["cash_out_delay"] = np.minimum(platforms["cash_out_delay"], own.within)
    release(day, state.market.people, state.market.firms, state.market.schedule)


def portable_qualifications(own: PortableQualifications, state: "State", day: int) -> None:
    """Levels count on all biface platforms, from now on and at once."""
    recognise(state.market.people, state.market.firms, own.lost_levels)


def open_sign_up(own: OpenSignUp, state: "State", day: int) -> None:
    """Nobody is turned away any more."""
    state.market.firms.platforms["admitted"] = 1.0
    if own.readmit:
        readmit(state.market.people)


def sign_up_cap(own: SignUpCap, state: "State", day: int) -> None:
    """How many accounts each platform lets in at most; `keep_cap` looks every day whether it has them."""
    state.policy.most_accounts = own.ratio * levers.accounts_let_in(state)
    state.policy.admitted = state.market.firms.platforms["admitted"].copy()


def keep_cap(own: SignUpCap, state: "State", day: int) -> None:
    """A platform that has its number turns everybody away."""
    lately = state.policy
    room = levers.accounts_let_in(state) < lately.most_accounts
    state.market.firms.platforms["admitted"] = np.where(room, lately.admitted, 0.0)


def commission_on_workers(own: CommissionOnWorkers, state: "State", day: int) -> None:
    """The posted rate pays worker and platform: pay falls by as much as clients save, but for what they pass on.

    With a commission ``c`` on top of pay, a share ``s`` of it moved and ``t`` of what clients save passed on, pay is
    ``((1 + (1 - s) c) / (1 + c)) ^ (1 - t)`` of what it was, and so is the cost of a task. The platform keeps the
    same share of what is paid.
    """
    commission = state.market.firms.platforms["commission"] / MICRO
    kept = (1.0 + (1.0 - own.share) * commission) / (1.0 + commission)
    factor = np.where(state.market.firms.platforms["contracts"], 1.0, kept) ** (1.0 - own.passed_on)
    levers.pay(state, factor[state.market.firms.clients["platform"]])
    state.market.firms.platforms["wage"] *= factor


def employment_presumption(own: EmploymentPresumption, state: "State", day: int) -> None:
    """Deep labour pays the minimum and contributions; clients who end contracts say so some time before."""
    market = state.market
    deep = market.firms.platforms["contracts"]
    levers.floor(state, deep, own.hourly)
    margin = market.firms.platforms["margin"] + np.where(deep, round(own.contributions * MICRO), 0)
    levers.charge(state, market.firms.platforms["commission"], margin)
    market.firms.platforms["assiduity_floor"][deep] = own.assiduity_floor
    clients = market.firms.clients
    leaving = deep[clients["platform"]] & (clients["last_day"] >= day) & (clients["last_day"] < state.days)
    clients["last_day"][leaving] += own.notice_days


def boycott(own: Boycott, state: "State", day: int) -> None:
    """A share of the active who hear of a call stay away, or leave one client's batches alone; forums may ban them.

    Without a reservoir nobody new, lapsed or unregistered takes their place."""
    market, until = state.market, min(day + own.days, state.days)
    target = levers.largest_biface(market, day) if own.against == "client" else [NOBODY]
    if not len(target):
        return
    call = state.policy.call = Call(day, until, int(target[0]))
    heard_by = {"all": EVERYBODY, "forum": READERS, "surroundings": TOLD}[own.heard_by]
    first = min(day + AGAIN, until) if own.needed > 0.0 else until
    terms = Terms(own.share, heard_by, own.told, call.against, own.reservoir, until, first)
    call_up(day, market.key, market.people, market.firms, terms, call.counts)
    if own.heard_by == "forum" and own.banned > 0.0:
        call.barred = bar(day, market.key, market.people, market.firms, market.ledger, own.banned)
    call.who = np.flatnonzero(market.people.workers["refuses"] & BOYCOTTED).astype(np.int32)
    call.out.append(int(call.counts[JOINED]))
    _mark(market, call.against, BOYCOTTED)


def keep_out(own: Boycott, state: "State", day: int) -> None:
    """Week by week, who sees too few take part in a call goes back; at its end, all do."""
    market, call = state.market, state.policy.call
    if call is None or day == call.since or day > call.until:
        return
    if (day - call.since) % AGAIN == 0:
        seen = call.out[-1] / max(int(call.counts[MEET]), 1)
        again = min(day + AGAIN, call.until) if call.against == NOBODY else NOBODY
        call.out.append(look_around(day, call.since, market.key, market.people, seen, own.needed, again))
    if day == call.until:
        disband(market.people)
        _mark(market, call.against, 0)


def raise_alone(own: RaiseAlone, state: "State", day: int) -> None:
    """Rates are higher from now on, and adapt from there as they would have.

    A client that pays more of its own accord wants the same work done; where all have to, they ask for less.
    """
    clients = state.market.firms.clients
    if own.clients == "all":
        levers.pay(state, np.full(len(clients), 1.0 + own.raised))
        state.market.firms.platforms["wage"] *= 1.0 + own.raised
    else:
        clients["wage"][levers.largest_biface(state.market, day, own.rank)] *= 1.0 + own.raised


def demand_change(own: DemandChange, state: "State", day: int) -> None:
    """Every client asks for so many times the work, in batches of so many times the size."""
    state.market.firms.clients["scale"] *= own.factor


def automation(own: Automation, state: "State", day: int) -> None:
    """Clients ask for that much less of one kind of task or use; those of another use for what that feeds them.

    Of ``A`` minutes that the one would still ask for and ``B`` of the other, ``share A`` are gone, and each client of
    the other asks for ``1 + fed share A / B`` times what it did. Where nobody asks for the other, nothing is fed.
    """
    clients, use = state.market.firms.clients, np.array(USE)[state.market.firms.clients["kind"]]
    less = clients["kind"] == KINDS.index(own.kind) if own.kind else use == USES.index(own.use)
    if own.feeds:
        more, asked = ~less & (use == USES.index(own.feeds)), _still_asked(state, use, day)
        if (there := asked[more].sum()) > 0.0:
            clients["scale"][more] *= 1.0 + own.fed * own.share * asked[less].sum() / there
    clients["scale"][less] *= 1.0 - own.share


def crowd_change(own: CrowdChange, state: "State", day: int) -> None:
    """So many times as many people elsewhere come from one region, at the hours of their day."""
    state.market.schedule.abroad[:] = hours_elsewhere(state.scenario, own.region, own.factor)


def largest_client_leaves(own: LargestClientLeaves, state: "State", day: int) -> None:
    """The clients who ask for most work have ended their contracts overnight, unless they must give notice."""
    clients, presumed = state.market.firms.clients, state.scenario.policy.employment_presumption
    gone = levers.largest(clients, day, own.clients)
    deep = state.market.firms.platforms["contracts"][clients["platform"][gone]]
    clients["last_day"][gone] = day - 1 + deep * (presumed.notice_days if presumed else 0)
    clients["ended"][gone] = 1


def placebo(own: Placebo, state: "State", day: int) -> None:
    """A few of the active stay away for a week: nothing that matters, but luck falls differently from then on."""
    call_out(day, state.market.key, state.market.people, own.share, day + 7, True)


FIRST_DAY: dict[str, Callable] = {
    one.__name__: one
    for one in (
        *(minimum_rate, paid_search, no_cash_out_threshold, portable_qualifications, open_sign_up),
        *(sign_up_cap, commission_on_workers, employment_presumption, boycott, raise_alone, demand_change),
        *(automation, crowd_change, largest_client_leaves, placebo),
    )
}
EVERY_DAY: dict[str, Callable] = {"paid_search": share_search, "sign_up_cap": keep_cap, "boycott": keep_out}


def _mark(market, client, bit):
    """Whether it is said of a client, and of its batches that are open, that they are boycotted."""
    clients, batches = market.firms.clients["said"], market.book.batches
    if client == NOBODY:
        return
    clients[client] = clients[client] & ~np.uint8(BOYCOTTED) | bit
    its = (batches["client"] == client) & (batches["id"] != NOBODY)
    batches["said"][its] = batches["said"][its] & ~np.uint8(BOYCOTTED) | bit


def _still_asked(state, use, day):
    """Seconds of work that each client would ask for from a day on; float64 array, shape (C,)."""
    clients, intensity = state.market.firms.clients, state.market.demand.intensity
    last = intensity.shape[1] - 1
    comes, leaves = (np.clip(day_of, day, last) for day_of in (clients["first_day"], clients["last_day"] + 1))
    return clients["scale"] * clients["volume"] * np.maximum(intensity[use, leaves] - intensity[use, comes], 0.0)
