"""Deep labour's three layers as a user sees them: recruiter, contractor and the client's work platform."""

from typing import TYPE_CHECKING

import numpy as np

from sim.agents.view.columns import Column, computed, number
from sim.kernel.arrays import ACCOUNTS
from sim.kernel.records import APPLIED, CONTRACTED, NOBODY, QUALIFIED, REGISTERED, STATES
from sim.kernel.units import HOUR, MICRO

if TYPE_CHECKING:
    from sim.agents.platform import DeepLabourPlatform
    from sim.simulation.model import MicroworkMarket


def _platforms(model):
    return model.columns.firms.platforms


def ladder(model: "MicroworkMarket") -> np.ndarray:
    """Accounts by platform and state, int array, shape (P, states)."""

    def count():
        accounts = model.columns.people.accounts[: model.columns.people.counts[ACCOUNTS]]
        place = accounts["platform"].astype(np.int64) * len(STATES) + accounts["state"]
        platforms = len(model.columns.firms.platforms)
        steps = np.bincount(place, minlength=platforms * len(STATES)).reshape(platforms, len(STATES))
        steps[:, REGISTERED] += np.bincount(model.absent["platform"], minlength=platforms)
        return steps

    return model.register.today("ladder", count)


def in_state(state: int, doc: str) -> Column:
    """A column of the accounts in one state."""
    return computed(lambda model, rows: ladder(model)[rows, state], doc)


def _contracts(field):
    """The sum of a field over a platform's contracts."""

    def many(model, rows):
        def total():
            accounts = model.columns.people.accounts[: model.columns.people.counts[ACCOUNTS]]
            accounts = accounts[accounts["state"] == CONTRACTED]
            return np.bincount(accounts["platform"], accounts[field], len(model.columns.firms.platforms))

        return model.register.today(("contracts", field), total)[rows]

    return many


def _projects(model, rows):
    clients = model.columns.firms.clients
    under_way = clients["platform"][clients["contracted"] > 0]
    return np.bincount(under_way, minlength=len(model.columns.firms.platforms))[rows]


def _assiduity(model, rows):
    total, contracts = _contracts("assiduity")(model, rows), ladder(model)[rows, CONTRACTED]
    return np.array([share / count if count else None for share, count in zip(total, contracts, strict=True)], object)


def _advertised(model, rows):
    client = model.columns.firms.platforms["advertised"][rows]
    return np.array([int(c) if c != NOBODY else None for c in client], object)


def _named(model, rows):
    """Contracts whose client is known by name."""
    clients = model.columns.firms.clients
    known = np.where(clients["known_from"] > 0, clients["contracted"], 0)
    return np.bincount(clients["platform"], known, len(model.columns.firms.platforms)).astype(np.int64)[rows]


def _next_exam(model, rows):
    every = model.columns.firms.platforms["exam_every"][rows].astype(np.int64)
    return -(-model.day // every) * every


class Layer:
    """One of the three layers of a deep-labour platform; shows the records of the last completed day."""

    __slots__ = ("platform",)
    first = 0  # its row is the platform's

    def __init__(self, platform: "DeepLabourPlatform") -> None:
        self.platform = platform

    @property
    def model(self) -> "MicroworkMarket":
        """The market."""
        return self.platform.model

    @property
    def unique_id(self) -> int:
        """Row of the platform."""
        return self.platform.row

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.platform.key}>"


class Recruitment(Layer):
    """The job advertisement and those who answered it."""

    __slots__ = ()

    openings = computed(
        lambda model, rows: np.maximum(model.columns.firms.openings[rows], 0), "Applications still wanted."
    )
    advertised = computed(_advertised, "Row of the client whose project is advertised, None without openings.")
    applied = in_state(APPLIED, "People who applied and wait for their exam.")

    @property
    def margin(self) -> float:
        """Share of what it receives that the recruiter keeps."""
        return self.platform.rules.chain.recruiter_margin


class Contracting(Layer):
    """Profile, dated exam, agreement and pay."""

    __slots__ = ()

    qualified = in_state(QUALIFIED, "People who passed the exam and wait for an agreement.")
    contracted = in_state(CONTRACTED, "People under contract.")
    named = computed(_named, "Of these, those who know by name whom they work for, or will at work.")
    margin_on_pay = number(_platforms, "margin", "What the chain keeps, as a share of the worker's pay.", per=MICRO)
    exam_hours = number(_platforms, "exam_seconds", "Unpaid hours the exam takes.", per=HOUR)
    next_exam = computed(_next_exam, "Day of the next exam, today if it is today.")

    @property
    def margin(self) -> float:
        """Share of what it receives that the contractor keeps."""
        return self.platform.rules.chain.contractor_margin


class Work(Layer):
    """Projects and the weekly allotment of hours, under a cap."""

    __slots__ = ()

    projects = computed(_projects, "Clients with people under contract.")
    allotted = computed(lambda *at: _contracts("week_allotted")(*at) / HOUR, "Hours allotted this week, all workers.")
    left = computed(lambda *at: _contracts("allotted")(*at) / HOUR, "Hours of this week's allotment not worked yet.")
    assiduity = computed(_assiduity, "Mean recalled share of the allotment that was worked, None without contracts.")
    weekly_cap = number(_platforms, "weekly_cap", "Most hours one worker may be allotted in a week.", per=HOUR)
