"""What a policy can move: floors, pay, charges, the door, demand; each at one place, the same for everybody's policies.

Each takes the market's `State`, or what it needs of it.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.kernel.arrays import Market
from sim.kernel.units import HOUR, MICRO
from sim.policies.kernels import let_in

if TYPE_CHECKING:
    from sim.simulation.state import State


def floor(state: "State", where: np.ndarray, hourly: float) -> None:
    """A floor under pay per true second, on some platforms; what they advertise is no less."""
    platforms = state.market.firms.platforms
    platforms["least_pay"] = np.maximum(platforms["least_pay"], np.where(where, hourly * MICRO / HOUR, 0.0))
    platforms["wage"] = np.maximum(platforms["wage"], np.where(where, np.float32(hourly), 0.0))


def pay(state: "State", factor: np.ndarray) -> None:
    """Clients pay so many times the rate, and ask for less of what costs them more."""
    clients, elasticity = state.market.firms.clients, state.scenario.policy.demand_elasticity
    clients["wage"] *= factor
    clients["scale"] *= factor**-elasticity


def charge(state: "State", commission: np.ndarray, margin: np.ndarray) -> None:
    """What comes on top of pay, in millionths; how much dearer that makes work for clients."""
    platforms, before = state.market.firms.platforms, state.policy.charges
    platforms["commission"], platforms["margin"] = commission, margin
    platforms["dearer"] = (MICRO + platforms["commission"] + platforms["margin"]) / (MICRO + before)


def accounts_let_in(state: "State") -> np.ndarray:
    """Accounts let in so far, by platform; int64 array, shape (P,)."""
    accounts = np.zeros(len(state.market.firms.platforms), np.int64)
    let_in(state.market.people, accounts)
    return accounts


def largest_biface(market: Market, day: int, rank: int = 1) -> np.ndarray:
    """Row of the client of a biface platform who asks for most work, or for the so-manieth most, as an array of none or
    one."""
    biface = market.firms.platforms["listed"][market.firms.clients["platform"]]
    return largest(market.firms.clients, day, rank, biface)[rank - 1 :]


def largest(clients: np.ndarray, day: int, number: int, where: np.ndarray | bool = True) -> np.ndarray:
    """Rows of the clients present, of those asked about, who ask for most work."""
    there = (clients["first_day"] <= day) & (clients["last_day"] >= day) & (clients["volume"] > 0.0) & where
    rows = np.flatnonzero(there)
    return rows[np.argsort(-clients["volume"][rows], kind="stable")[:number]]
