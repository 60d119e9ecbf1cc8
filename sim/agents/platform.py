"""Platforms as Mesa agents: the open list, and deep labour.

The attributes are the scenario's rules of the platform and counts of its accounts as of the last completed day.
"""

import numpy as np

from sim.agents.view.chain import Contracting, Recruitment, Work
from sim.agents.view.columns import Handle
from sim.kernel.arrays import ACCOUNTS
from sim.kernel.records import BANNED, CONTRACTED, REGISTERED, STRUCTURES

STEPS = CONTRACTED + 1  # states an account can be in


def _ladder(model):
    """Accounts by platform and state, int array, shape (P, STEPS)."""
    accounts = model.columns.accounts[: model.columns.counts[ACCOUNTS]]
    place = accounts["platform"].astype(np.int64) * STEPS + accounts["state"]
    platforms = len(model.columns.platforms)
    ladder = np.bincount(place, minlength=platforms * STEPS).reshape(platforms, STEPS)
    ladder[:, REGISTERED] += np.bincount(model.absent["platform"], minlength=platforms)
    return ladder


class Platform(Handle):
    """What all platforms have in common."""

    __slots__ = ()

    @property
    def key(self):
        """Name of the platform in the scenario."""
        return self.model.platform_keys[self.row]

    @property
    def rules(self):
        """The platform's part of the scenario, all fields."""
        return self.model.scenario.platform.members[self.key]

    @property
    def label(self):
        """Name in print."""
        return self.rules.label

    @property
    def structure(self):
        """Biface or deep."""
        return STRUCTURES[self.columns["structure"]]

    @property
    def opened(self):
        """Day it opened; negative before the start."""
        return int(self.columns["opened"])

    @property
    def wage(self):
        """Median euro per announced hour, as advertised."""
        return float(self.columns["wage"])

    @property
    def commission(self):
        """Share of pay that the client pays on top."""
        return int(self.columns["commission"]) / 1e6

    @property
    def cash_out_threshold(self):
        """Least balance that is paid out, euro."""
        return int(self.columns["cash_out_threshold"]) / 1e6

    @property
    def cash_out_delay(self):
        """Working days from asking to receiving."""
        return int(self.columns["cash_out_delay"])

    @property
    def vouchers(self):
        """Whether it pays in vouchers."""
        return bool(self.columns["vouchers"])

    @property
    def accounts(self):
        """Accounts ever opened on it."""
        return int(self.ladder.sum())

    @property
    def banned(self):
        """Accounts it has closed."""
        return int(self.ladder[BANNED])

    @property
    def clients(self):
        """Clients there on the last day completed."""
        present = self.model.register.today("active clients", self._active_clients)
        return int(present[self.row])

    @property
    def open_tasks(self):
        """Tasks open now."""
        return int(self.model.columns.open_tasks[self.row])

    def _active_clients(self):
        clients, today = self.model.columns.clients, max(self.model.day - 1, 0)
        there = (clients["first_day"] <= today) & (clients["last_day"] >= today)
        return np.bincount(clients["platform"][there], minlength=len(self.model.columns.platforms))

    @property
    def columns(self):
        """Its rules in kernel units, a PLATFORM record."""
        return self.model.columns.platforms[self.row]

    @property
    def ladder(self):
        """Its accounts by state (registered, banned, applied, qualified, contracted), int array."""
        return self.model.register.today("ladder", lambda: _ladder(self.model))[self.row]

    def __repr__(self):
        return f"<{type(self).__name__} {self.key}>"


class BifacePlatform(Platform):
    """An open list between clients and workers: first come, first served."""

    __slots__ = ()

    @property
    def ban_after(self):
        """Refused tasks before which no account is closed."""
        return int(self.columns["ban_after"])

    @property
    def ban_share(self):
        """Share of tasks refused above which an account is closed."""
        return float(self.columns["ban_share"])

    @property
    def notification(self):
        """Strength of its notifications, 0 to 1."""
        return float(self.columns["notification"])


class DeepLabourPlatform(Platform):
    """Deep labour: recruiter, contractor and the client's work platform, each with records of its own."""

    __slots__ = ()

    @property
    def recruitment(self):
        """The layer that advertises and takes applications."""
        return Recruitment(self)

    @property
    def contracting(self):
        """The layer that examines, signs and pays."""
        return Contracting(self)

    @property
    def work(self):
        """The layer on which the work is done."""
        return Work(self)
