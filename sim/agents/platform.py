"""Platforms as Mesa agents: the open list, and deep labour.

The attributes are the scenario's rules of the platform and counts of its accounts as of the last completed day.
"""

import numpy as np

from sim.agents.view.chain import Contracting, Recruitment, Work, in_state, ladder
from sim.agents.view.columns import Handle, computed, number, word
from sim.kernel.categories import STRUCTURES
from sim.kernel.records import BANNED, DAILY, DROPPED
from sim.kernel.units import DAY, MICRO


def _platforms(model):
    return model.columns.firms.platforms


def _present_clients(model):
    """Clients by platform that were there on the last completed day; int array, shape (P,)."""

    def count():
        clients, today = model.columns.firms.clients, max(model.day - 1, 0)
        there = (clients["first_day"] <= today) & (clients["last_day"] >= today)
        return np.bincount(clients["platform"][there], minlength=len(model.columns.firms.platforms))

    return model.register.today("active clients", count)


def _watched(model):
    """Seconds watched on the last completed day by platform, int array (P,): between days nobody watches."""
    if not model.day:
        return np.zeros(len(model.columns.firms.platforms), np.int64)
    return model.recorder.daily[model.day - 1, :, DAILY.watching_seconds]


class Platform(Handle):
    """What all platforms have in common."""

    __slots__ = ()

    @property
    def key(self) -> str:
        """Name of the platform in the scenario."""
        return self.model.platform_keys[self.row]

    @property
    def rules(self) -> "Platform":
        """The platform's part of the scenario, all fields."""
        return self.model.scenario.platform.members[self.key]

    @property
    def label(self) -> str:
        """Name in print."""
        return self.rules.label

    structure = word(_platforms, "structure", STRUCTURES, "Biface or deep.")
    opened = number(_platforms, "opened", "Day it opened; negative before the start.")
    wage = number(_platforms, "wage", "Median euro per announced hour, as advertised.")
    commission = number(_platforms, "commission", "Share of pay that the client pays on top.", per=MICRO)
    cash_out_threshold = number(_platforms, "cash_out_threshold", "Least balance paid out, euro.", per=MICRO)
    cash_out_delay = number(_platforms, "cash_out_delay", "Working days from asking to receiving.")
    vouchers = number(_platforms, "vouchers", "Whether it pays in vouchers.", kind=bool)
    accounts = computed(lambda model, rows: ladder(model)[rows].sum(axis=1), "Accounts ever opened on it.")
    banned = in_state(BANNED, "Accounts it has closed.")
    dropped = in_state(DROPPED, "Accounts given up before the first steps were done.")
    clients = computed(lambda model, rows: _present_clients(model)[rows], "Clients there on the last day completed.")
    open_tasks = computed(lambda model, rows: model.columns.book.open_tasks[rows], "Tasks open now.")
    watchers = computed(
        lambda model, rows: _watched(model)[rows] / DAY,
        "Workers who watch without work, its list the last they opened; mean over the last day completed.",
    )

    @property
    def ladder(self) -> np.ndarray:
        """Its accounts by state, in the order of `sim.kernel.records.STATES`; int array."""
        return ladder(self.model)[self.row]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.key}>"


class BifacePlatform(Platform):
    """An open list between clients and workers: first come, first served."""

    __slots__ = ()

    ban_after = number(_platforms, "ban_after", "Refused tasks before which no account is closed.")
    ban_share = number(_platforms, "ban_share", "Share of tasks refused above which an account is closed.")
    notification = number(_platforms, "notification", "Strength of its notifications, 0 to 1.")


class DeepLabourPlatform(Platform):
    """Deep labour: recruiter, contractor and the client's work platform, each with records of its own."""

    __slots__ = ()

    @property
    def recruitment(self) -> Recruitment:
        """The layer that advertises and takes applications."""
        return Recruitment(self)

    @property
    def contracting(self) -> Contracting:
        """The layer that examines, signs and pays."""
        return Contracting(self)

    @property
    def work(self) -> Work:
        """The layer on which the work is done."""
        return Work(self)
