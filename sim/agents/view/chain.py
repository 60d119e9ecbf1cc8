"""Deep labour's three parts as a user sees them: recruiter, contractor and the client's work platform."""

import numpy as np

from sim.kernel.arrays import ACCOUNTS
from sim.kernel.records import APPLIED, CONTRACTED, QUALIFIED


def _allotment(model):
    """Contracts by platform: seconds allotted this week, seconds left, sum of assiduity; shape (P, 3)."""
    accounts = model.columns.accounts[: model.columns.counts[ACCOUNTS]]
    accounts = accounts[accounts["state"] == CONTRACTED]
    platforms = len(model.columns.platforms)
    fields = ("week_allotted", "allotted", "assiduity")
    return np.stack([np.bincount(accounts["platform"], accounts[name], platforms) for name in fields], axis=1)


class Layer:
    """One of the three parts of a deep-labour platform; shows the records of the last completed day."""

    __slots__ = ("platform",)

    def __init__(self, platform):
        self.platform = platform

    @property
    def _rules(self):
        return self.platform.columns

    @property
    def _allotment(self):
        model = self.platform.model
        return model.register.today("allotment", lambda: _allotment(model))[self.platform.row]

    def __repr__(self):
        return f"<{type(self).__name__} of {self.platform.key}>"


class Recruitment(Layer):
    """The job advertisement and those who answered it."""

    __slots__ = ()

    @property
    def openings(self):
        """Applications still wanted this week."""
        return max(0, int(self.platform.model.columns.openings[self.platform.row]))

    @property
    def applied(self):
        """People who applied and wait for their exam."""
        return int(self.platform.ladder[APPLIED])

    @property
    def margin(self):
        """Share of what it receives that the recruiter keeps."""
        return self.platform.rules.chain.recruiter_margin


class Contracting(Layer):
    """Profile, dated exam, agreement and pay."""

    __slots__ = ()

    @property
    def qualified(self):
        """People who passed the exam and wait for an agreement."""
        return int(self.platform.ladder[QUALIFIED])

    @property
    def contracted(self):
        """People under contract."""
        return int(self.platform.ladder[CONTRACTED])

    @property
    def margin(self):
        """Share of what it receives that the contractor keeps."""
        return self.platform.rules.chain.contractor_margin

    @property
    def margin_on_pay(self):
        """What recruiter and contractor keep together, as a share of the worker's pay."""
        return int(self._rules["margin"]) / 1e6

    @property
    def exam_hours(self):
        """Unpaid hours the exam takes."""
        return int(self._rules["exam_seconds"]) / 3600

    @property
    def next_exam(self):
        """Day of the next exam, today if it is today."""
        every = int(self._rules["exam_every"])
        return -(-self.platform.model.day // every) * every


class Work(Layer):
    """Projects and the weekly allotment of hours, under a cap."""

    __slots__ = ()

    @property
    def projects(self):
        """Clients with people under contract."""
        clients = self.platform.model.columns.clients
        return int(((clients["platform"] == self.platform.row) & (clients["contracted"] > 0)).sum())

    @property
    def allotted(self):
        """Hours allotted this week, all workers together."""
        return float(self._allotment[0]) / 3600

    @property
    def left(self):
        """Hours of this week's allotment not worked yet."""
        return float(self._allotment[1]) / 3600

    @property
    def assiduity(self):
        """Mean recalled share of the allotment that was worked, None without contracts."""
        contracted = self.platform.contracting.contracted
        return float(self._allotment[2]) / contracted if contracted else None

    @property
    def weekly_cap(self):
        """Most hours one worker may be allotted in a week."""
        return int(self._rules["weekly_cap"]) / 3600
