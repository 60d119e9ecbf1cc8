"""A week's rhythm: operational time, which passes as fast as one is available, and the posting of clients."""

import math
from bisect import bisect_right
from collections.abc import Callable

from sim.kernel.units import DAY, HOUR, HOURS_PER_WEEK, WEEK
from sim.population.schedules import availability_table, posting_table


class Week:
    """Operational time by profile, as in `sim.agents.looking`, for plain Python.

    The epoch is in seconds from Monday 00:00 to the first day; `uniform` gives uniform numbers.
    """

    def __init__(self, epoch: int, weekend_share: float, uniform: Callable) -> None:
        self.epoch, self.uniform = epoch, uniform
        self.available = availability_table().tolist()
        self.posting = posting_table(weekend_share).tolist()

    def operational(self, profile: int, second: int) -> float:
        """Operational days from the epoch to a second since the epoch, as in `sim.agents.looking`."""
        week, rest = divmod(second, WEEK)
        hour, rest = divmod(rest, HOUR)
        row = self.available[profile]
        return 7.0 * week + row[hour] + (row[hour + 1] - row[hour]) * rest / HOUR

    def clock(self, profile: int, when: float) -> int:
        """Second since the epoch at which operational time reaches `when`."""
        week = int(when / 7.0)
        rest = when - 7.0 * week
        row = self.available[profile]
        hour = bisect_right(row, rest) - 1
        return week * WEEK + hour * HOUR + int(HOUR * (rest - row[hour]) / (row[hour + 1] - row[hour]))

    def next_event(self, profile: int, second: int, rate: float) -> int:
        """Second of the first event after `second` at `rate` per operational day."""
        wait = -math.log(self.uniform()) / rate
        return max(second + 1, self.clock(profile, self.operational(profile, second + self.epoch) + wait) - self.epoch)

    def event_before(self, end: int, profile: int, second: int, rate: float) -> int | None:
        """The same if it comes before the second `end`, else None."""
        if rate <= 0.0:
            return None
        wait = -math.log(self.uniform()) / rate
        now = self.operational(profile, second + self.epoch)
        if now + wait >= self.operational(profile, end + self.epoch):
            return None
        return max(second + 1, self.clock(profile, now + wait) - self.epoch)

    def moment_of(self, day: int, profile: int) -> int:
        """A second of the day, as likely as one is available."""
        start = day * DAY
        low = self.operational(profile, start + self.epoch)
        high = self.operational(profile, start + DAY + self.epoch)
        return self.clock(profile, low + self.uniform() * (high - low)) - self.epoch

    def posting_second(self, day: int, share: float) -> int:
        """Second of the day at which `share` of the posting of its weekday is done."""
        first = 24 * ((day + self.epoch // DAY) % 7)
        target = self.posting[first] + share * (self.posting[first + 24] - self.posting[first])
        hour = min(max(bisect_right(self.posting, target) - 1, first), first + 23)
        low, high = self.posting[hour], self.posting[hour + 1]
        return min(DAY - 1, (hour - first) * HOUR + int(HOUR * (target - low) / (high - low)))

    def availability(self, profile: int, second: int) -> float:
        """How available somebody is at `second`, over what they are in the mean of a week."""
        hour = (second + self.epoch) // HOUR % HOURS_PER_WEEK
        return 24.0 * (self.available[profile][hour + 1] - self.available[profile][hour])

    def hour(self, second: int) -> list[float]:
        """Operational days in the hour that begins at `second`, by profile."""
        hour = (second + self.epoch) // HOUR % HOURS_PER_WEEK
        return [row[hour + 1] - row[hour] for row in self.available]
