"""The market as a policy of one's own sees it: its columns, and what a policy can move, in the field's units."""

import datetime
import zlib
from typing import TYPE_CHECKING

import numpy as np

from sim.kernel.records import DAILY, NOBODY
from sim.kernel.streams import OWN, OWN_RULE, uniforms
from sim.kernel.units import MICRO
from sim.policies import levers
from sim.scenario.problems import nearest, question
from sim.scenario.rules import DECLARED

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario
    from sim.simulation.state import State

_MANY = 256  # draws that a rule may ask for of one row on one day


class MarketView:
    """What a policy may read and move on one day.

    Attributes
    ----------
    scenario : Scenario
    day : int
        Since the start of the run.
    first : bool
        Whether it is the policy's first.
    """

    def __init__(self, state: "State", name: str, day: int, first: bool) -> None:
        self._state, self._name, self.day, self.first = state, name, day, first
        self.scenario: Scenario = state.scenario

    # --- what there is ---------------------------------------------------------------------------------------
    @property
    def date(self) -> datetime.date:
        """The day."""
        return self.scenario.start + datetime.timedelta(days=self.day)

    @property
    def platform_keys(self) -> list[str]:
        """Names of the platforms, in the order of their rows."""
        return list(self.scenario.platform.members)

    @property
    def platforms(self) -> np.ndarray:
        """PLATFORM array, shape (P,): prices in euro an hour, commission and margin in millionths; may be changed."""
        return self._state.market.firms.platforms

    @property
    def clients(self) -> np.ndarray:
        """CLIENT array, shape (C,): piece rates as `wage`, euro an hour; work asked for as `scale` x `volume`."""
        return self._state.market.firms.clients

    @property
    def workers(self) -> np.ndarray:
        """WORKER array, shape (N,)."""
        return self._state.market.people.workers

    @property
    def persons(self) -> np.ndarray:
        """PERSON array, shape (N,)."""
        return self._state.market.people.persons

    @property
    def accounts(self) -> np.ndarray:
        """ACCOUNT array; rows beyond those opened are empty."""
        return self._state.market.people.accounts

    @property
    def batches(self) -> np.ndarray:
        """Open batches, BATCH array: a copy, for slots are used again."""
        batches = self._state.market.book.batches
        return batches[batches["id"] != NOBODY]

    def today(self, name: str) -> np.ndarray:
        """What has been counted today so far: a name of `sim.kernel.records.DAILY`, such as "tasks_done"; int64
        array, shape (P,). Work is counted before the review; what that makes of it (pay, spending, refusals) after it,
        so from ``after_learning`` on."""
        return self._state.market.ledger.today[:, getattr(DAILY, name)]

    def present_clients(self) -> np.ndarray:
        """Rows of the clients who are there today."""
        clients = self.clients
        return np.flatnonzero((clients["first_day"] <= self.day) & (clients["last_day"] >= self.day))

    def largest_clients(self, number: int) -> np.ndarray:
        """Rows of the clients there today who ask for most work, the largest first."""
        return levers.largest(self.clients, self.day, number)

    # --- what a policy can move ------------------------------------------------------------------------------
    def floor(self, hourly: float, platforms: np.ndarray | None = None) -> None:
        """No task posted from now on pays less than so many euro a true hour; where a bool array (P,) says."""
        where = np.ones(len(self.platforms), bool) if platforms is None else platforms
        levers.floor(self._state, where, hourly)

    def pay(self, factor: float | np.ndarray) -> None:
        """Clients pay so many times their rate, each or all, and ask for less of what is dearer."""
        levers.pay(self._state, np.broadcast_to(np.asarray(factor, float), len(self.clients)))

    def charge(self, of_pay: float | np.ndarray) -> None:
        """Clients pay this share of pay on top of all else, by platform or everywhere, in place of what was charged.

        It goes to the platform; what several policies charge adds up, and work that is dearer is asked for less."""
        mine, platforms = self._state.policy.own.setdefault(self._name, {}), self.platforms
        further = np.broadcast_to(np.round(np.asarray(of_pay) * MICRO).astype(np.int64), len(platforms)).copy()
        commission = platforms["commission"] - mine.get("charged", 0) + further
        levers.charge(self._state, commission, platforms["margin"])
        mine["charged"] = further

    def ask(self, factor: float | np.ndarray) -> None:
        """Clients ask for so many times the work, each or all."""
        self.clients["scale"] *= factor

    def admit(self, share: float | np.ndarray) -> None:
        """Of who registers from now on this share is let in, by platform or everywhere."""
        self.platforms["admitted"] = share

    def rule(self, name: str, value: float) -> None:
        """A rule of the day is another from now on, in the units of the kernels (`sim.scenario.rules.Rules`).

        Raises
        ------
        ValueError
            If there is none of that name.
        """
        if name not in DECLARED:
            raise ValueError(f"there is no rule {name}{question(nearest(name, DECLARED))}")
        self._state.rules = self._state.rules._replace(**{name: value})

    # --- chance ----------------------------------------------------------------------------------------------
    def chance(self, rows: np.ndarray, which: int = 0) -> np.ndarray:
        """A uniform for each row, float array: the same whatever else is asked, another each day and for each policy.

        Parameters
        ----------
        rows : int array
            Whose they are: of workers, of clients, ...
        which
            0 to 255, for several draws of the same row.
        """
        found = np.empty(len(rows))
        mine = (zlib.crc32(self._name.encode()) % (1 << 22)) * _MANY + which % _MANY
        uniforms(self._state.market.key, OWN, self.day, np.ascontiguousarray(rows, np.int64), OWN_RULE + mine, found)
        return found

    def __repr__(self) -> str:
        return f"<the market of {self.date} as {self._name} sees it>"
