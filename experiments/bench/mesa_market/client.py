"""Clients: they post batches at moments of cumulated intensity, and learn from how fast these are filled."""

import math
from bisect import bisect_right
from typing import TYPE_CHECKING

import mesa

from experiments.bench.mesa_market.platform import Batch
from sim.kernel.categories import USE
from sim.kernel.records import BAD_NEWS, BUSIEST, FURTHEST, GOOD_NEWS
from sim.kernel.streams import BATCH, BATCH_NOISE, BATCH_PROFILE, BATCH_SIZE, draw4
from sim.kernel.units import DAY, HOUR, MICRO
from sim.population.draws import NOISE

if TYPE_CHECKING:
    import numpy as np

    from experiments.bench.mesa_market.market import MesaMarket


def normal(u: float, v: float) -> float:
    """One standard normal from two uniforms (Box and Muller 1958)."""
    return math.sqrt(-2.0 * math.log(u)) * math.cos(2.0 * math.pi * v)


class Client(mesa.Agent):
    """A client with its rate, its patience and its moments of posting.

    Batches are drawn at the engine's own coordinates: batch ``k`` of a client is the same batch there and here.
    """

    def __init__(self, model: "MesaMarket", row: "np.void") -> None:
        super().__init__(model)
        self.platform = model.platforms[int(row["platform"])]
        self.tasks = model.kinds[int(row["platform"])][int(row["kind"])]
        self.levels = model.levels[int(row["platform"])]
        self.kind, self.intensity = int(row["kind"]), model.intensity[USE[int(row["kind"])]]
        for name in ("who", "first_day", "last_day", "k", "smallest", "largest", "known_from", "said"):
            setattr(self, name, int(row[name]))
        for name in ("posts", "next_post", "wage", "announced_share", "strictness", "patience", "least_work"):
            setattr(self, name, float(row[name]))
        self.ended, self.together, self.french = bool(row["ended"]), bool(row["together"]), bool(row["french"])
        self.raised, self.spent, self.reviewed, self.refused = 0.0, 0, 0, 0

    def next_day(self) -> int:
        """Day of the next batch: that on which cumulated intensity reaches its moment."""
        return max(self.first_day, bisect_right(self.intensity, self.next_post) - 1)

    def post(self, day: int) -> None:
        """Post the batches of the day, and note the day of the next one."""
        start, end = self.intensity[day], self.intensity[day + 1]
        while self.next_post < end:
            share = (self.next_post - start) / (end - start)
            self.post_one(day, self.model.week.posting_second(day, share))
        following = self.next_day()
        if following <= self.last_day:
            self.model.posters[following].append(self)

    def post_one(self, day: int, second: int) -> None:
        """One batch, to appear at `second` of the day."""
        model, rules, platform = self.model, self.model.rules, self.platform
        u, v, w, x = draw4(model.key, BATCH, self.k, self.who, BATCH_SIZE)
        y, z, short, gap = draw4(model.key, BATCH, self.k, self.who, BATCH_NOISE)
        mean, spread, redundancy = (self.tasks[name] for name in ("seconds", "seconds_log_sd", "redundancy"))
        announced = max(1, int(mean * math.exp(spread * normal(v, w) - 0.5 * spread * spread) + 0.5))
        true = max(1, int(announced / self.announced_share * math.exp(NOISE * normal(y, z)) + 0.5))
        size = self.asked(announced, u)
        rate = max(1, platform.least_task, int(self.wage * math.exp(self.raised) * announced / HOUR * MICRO))
        hourly = rate * HOUR / (MICRO * announced)
        batch = Batch(
            client=self,
            kind=self.kind,
            said=self.said_of(hourly),
            profile=self.profile(),
            announced=announced,
            requires=next((level for level in range(3) if x <= self.levels[level]), 3),
            piece_rate=rate,
            hourly=hourly,
            true_seconds=true,
            size=size,
            items=-(-size // int(redundancy)) if redundancy else 1,
            posted=day * DAY + second,
            expires=day + 1 + int(self.patience),
            left=size,
        )
        self.k += 1
        model.expected_at(batch.posted, platform.enlist, batch)
        gone = min(batch.expires, self.last_day + 1) if self.ended else batch.expires
        model.expiries[gone].append(batch)
        model.today["tasks_posted"] += size
        model.posted[platform.number] += size
        stretch = 1.0
        if rules.burst > 1.0:
            stretch = 1.0 / rules.burst if short < 0.8 else 5.0 - 4.0 / rules.burst
        self.next_post += -math.log(gap) / self.posts * stretch

    def asked(self, announced: int, u: float) -> int:
        """Tasks of a batch: a Pareto tail from the smallest to the largest, and no less than the least order."""
        exponent = self.tasks["exponent"]
        low, high = self.smallest**-exponent, self.largest**-exponent
        size = int((low - u * (low - high)) ** (-1.0 / exponent))
        return max(size, math.ceil(self.least_work / announced), self.smallest)

    def said_of(self, hourly: float) -> int:
        """What forums, and its name, tell of a batch that pays so much; bits."""
        rules, said = self.model.rules, self.said
        if hourly > rules.good_news * self.platform.wage * math.exp(self.platform.usual):
            said |= GOOD_NEWS
        enough = self.known_from and self.reviewed >= rules.bad_news_after
        if enough and self.refused > rules.bad_news * self.reviewed:
            said |= BAD_NEWS
        return said

    def profile(self) -> int:
        """Whom the next batch asks for: 0 everybody, else people of one sex or any, and of one band of age."""
        if not self.tasks["profiled"]:
            return 0
        whether, sex, band, _ = draw4(self.model.key, BATCH, self.k, self.who, BATCH_PROFILE)
        return int(3.0 * sex) + 3 * (1 + int(4.0 * band)) if whether < self.tasks["profiled"] else 0

    def adapt(self, batch: Batch) -> None:
        """Go part of the way to the rate that the time to fill, busy people and what is usual there call for."""
        rules, platform = self.model.rules, self.platform
        until = self.model.day * DAY if batch.withdrawn else batch.last_filled
        took = max(until - batch.posted, 1) * batch.size / max(batch.size - batch.withdrawn, 1)
        late = math.log(took / (rules.deadline_share * self.patience * DAY))
        busier = math.log(max(platform.busy, 1e-9) / rules.busy_share)
        wanted = rules.rate_response * min(max(late, -FURTHEST), FURTHEST) + rules.rate_following * platform.usual
        weight = 1.0 if self.french else platform.france
        wanted += weight * rules.rate_tightness * min(max(busier, -BUSIEST), BUSIEST)
        self.raised += rules.rate_speed * (wanted - self.raised)
        platform.usual += rules.usual_weight * (self.raised - platform.usual)
