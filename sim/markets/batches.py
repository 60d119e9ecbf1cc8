"""What clients ask for: how many tasks come in a batch, what they pay, and when a batch is due.

A biface client posts as a renewal process in *cumulated intensity* (weekday x season x regime x growth of its
use), so two regimes that ask for the same over a year differ only in when the same batches come. Batch ``k`` of a
client has the same size, price and difficulty in every regime. Projects of deep labour ask by the week.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.agents.ones_own import own_rate
from sim.kernel.arrays import BATCHES, FREE_SLOT, SLOTS_LEFT, Firms, Ledger, Market, OrderBook
from sim.kernel.categories import USE
from sim.kernel.compiler import bring, bring_both, inlined, inner
from sim.kernel.records import (
    BAD_NEWS,
    DAILY,
    DEAREST_TASK,
    GOOD_NEWS,
    LARGEST_BATCH,
    LONGEST_TASK,
    NOBODY,
    ON_THE_LIST,
)
from sim.kernel.streams import (
    BATCH,
    BATCH_NOISE,
    BATCH_PROFILE,
    BATCH_ROUNDING,
    BATCH_SIZE,
    POLICY,
    POLICY_ESCAPE,
    draw,
    draw4,
    gauss,
)
from sim.kernel.units import DAY, HOUR, MICRO
from sim.markets.agenda import appear, second_of_day
from sim.markets.book import chain, new_slot
from sim.population.draws import NOISE

if TYPE_CHECKING:
    from sim.scenario.rules import Rules


@inlined
def post_due(rules: "Rules", day: int, market: Market, c: int) -> bool:
    """The batches of a biface client that are due today; False if the book was full before the last.

    Writes: firms, book, schedule, ledger."""
    demand, client = market.demand, market.firms.clients[c]
    use = USE[client.kind]
    start, end = demand.intensity[use, day], demand.intensity[use, day + 1]
    weekday = (day + rules.start_second // DAY) % 7
    while client.next_post < end:
        if market.book.counts[SLOTS_LEFT] == 0:
            return False
        share = (client.next_post - start) / (end - start)
        post_one(rules, day, market, c, second_of_day(demand.posting, weekday, share))
    return True


@inner
def post_one(rules: "Rules", day: int, market: Market, c: int, second: int) -> None:
    """One batch of a biface client, to appear on its platform's list at `second` of the day.

    Writes: firms, book, schedule, ledger."""
    key, _, firms, book, schedule, ledger, demand = market
    client = firms.clients[c]
    bring_both(book.batches, book.counts[FREE_SLOT])  # where it will be written, and what it is chained to
    bring(schedule.posts, second)
    u, v, w, x = draw4(key, BATCH, client.k, client.who, BATCH_SIZE)
    y, z, short, gap = draw4(key, BATCH, client.k, client.who, BATCH_NOISE)
    kind = demand.kinds[client.platform, client.kind]
    spread, redundancy = kind.seconds_log_sd, int(kind.redundancy)
    announced = seconds_of(kind.seconds * np.exp(spread * gauss(v, w) - 0.5 * spread * spread))
    true = seconds_of(announced / client.announced_share * np.exp(NOISE * gauss(y, z)))
    size = asked(client, kind.exponent, announced, u)
    level = 0
    while level < 3 and x > demand.levels[client.platform, level]:
        level += 1
    platform = firms.platforms[client.platform]
    rate, dearer = price(platform, offered(rules, day, platform, client, announced, size, level), announced, true)
    left = still_asked(rules.demand_elasticity, key, client, size, dearer)
    if escapes(rules.escape, key, platform, client, dearer):
        ledger.today[client.platform, DAILY.escaped_seconds] += size * true
        client.k += 1
    elif left > 0:
        slot = write(firms, book, ledger, c, day, second, left, announced, true, rate)
        batch = book.batches[slot]
        batch.requires = level
        batch.profile = profile(key, batch, kind.profiled)
        batch.items = 1 if redundancy == 0 else (left + redundancy - 1) // redundancy
        batch.said = said_of(rules, platform, client, batch.hourly)
        appear(book, schedule, slot, second)
    else:
        client.k += 1
    client.next_post += -np.log(gap) / client.posts * stretch(rules.burst, short)


@inner
def said_of(rules: "Rules", platform: np.record, client: np.record, hourly: float) -> int:
    """What forums, and its name, tell of a batch that is posted now; bits.

    It pays well where an announced hour brings so many times what is usual there, the advertised wage and what clients
    have lately added; a client whose name stands on the list is one to avoid once it has refused more than a share of
    enough tasks."""
    said = int(client.said)
    if hourly > rules.good_news * platform.wage * np.exp(platform.usual):
        said |= GOOD_NEWS
    enough = client.known_from == ON_THE_LIST and client.reviewed >= rules.bad_news_after
    if enough and client.refused > rules.bad_news * client.reviewed:
        said |= BAD_NEWS
    return said


@inner
def profile(key: np.ndarray, batch: np.record, profiled: float) -> int:
    """Whom a test or a survey asks for: everybody, or people of one sex or any, and of one band of age.

    As `sim.markets.visiting.asked_for` reads it; sexes and bands are asked for alike (assumed).
    """
    if profiled == 0.0:
        return 0
    whether, sex, band, _ = draw4(key, BATCH, batch.k, batch.who, BATCH_PROFILE)
    return int(3.0 * sex) + 3 * (1 + int(4.0 * band)) if whether < profiled else 0


@inner
def escapes(escape: float, key: np.ndarray, platform: np.record, client: np.record, dearer: float) -> bool:
    """Does a client take a batch that a floor makes dearer elsewhere, as whoever asks for nobody in France can?"""
    if escape == 0.0 or client.french == 1 or platform.crowd == 0.0 or platform.least_pay == 0.0:
        return False
    return dearer > platform.dearer and draw(key, POLICY, 0, client.who, POLICY_ESCAPE) < escape


@inner
def asked(client: np.record, exponent: float, announced: int, u: float) -> int:
    """Tasks of a batch: a Pareto tail from the client's smallest to its largest, and no less than the least order."""
    low, high = client.smallest**-exponent, client.largest**-exponent
    size = int((low - u * (low - high)) ** (-1.0 / exponent))
    least = int(min(np.ceil(client.least_work / announced), LARGEST_BATCH))
    return max(size, least, client.smallest)


@inner
def stretch(burst: float, u: float) -> float:
    """Factor on a gap between two posts: many short ones and a few long ones, of mean one."""
    if burst <= 1.0:
        return 1.0
    return 1.0 / burst if u < 0.8 else 5.0 - 4.0 / burst


@inlined
def post_week(rules: "Rules", day: int, market: Market, c: int) -> bool:
    """A week's work of a deep-labour project, on Mondays, for those under contract; False if the book is full.

    Writes: firms, book, ledger."""
    key, _, firms, book, _, ledger, demand = market
    client = firms.clients[c]
    weekday = (day + rules.start_second // DAY) % 7
    if weekday > 0 and day != max(client.first_day, 0):
        return True
    if book.counts[SLOTS_LEFT] == 0:
        return False
    end = min(day + 7 - weekday, client.last_day + 1)
    intensity = demand.intensity[USE[client.kind]]
    last = min(end, intensity.size - 1)  # days past the end of the run ask for as much as those before it
    announced = seconds_of(demand.kinds[client.platform, client.kind].seconds)
    mean = announced / client.announced_share
    asked = client.volume * (intensity[last] - intensity[day]) * (end - day) / (last - day)
    size = int(min(asked / mean, LARGEST_BATCH) + draw4(key, BATCH, client.k, client.who, BATCH_SIZE)[0])
    true = seconds_of(mean)
    rate, dearer = price(firms.platforms[client.platform], usual_rate(client), announced, true)
    size = still_asked(rules.demand_elasticity, key, client, size, dearer)
    if size == 0:
        client.k += 1
        return True
    slot = write(firms, book, ledger, c, day, 0, size, announced, true, rate)
    book.batches[slot].requires = 0
    book.batches[slot].items = size
    book.batches[slot].expires = day + 7 * max(1, int(client.patience))  # a project is patient by the week
    chain(firms, book, slot)
    return True


@inner
def seconds_of(task: float) -> int:
    """What a task takes, in whole seconds."""
    return int(min(max(task + 0.5, 1.0), LONGEST_TASK))


@inner
def usual_rate(client: np.record) -> float:
    """What a client pays by the announced hour, euro: what it began with, and what it has added since."""
    return client.wage * np.exp(client.raised)


@inner
def offered(
    rules: "Rules", day: int, platform: np.record, client: np.record, announced: int, size: int, level: int
) -> float:
    """What a client offers for a batch, euro an announced hour: its usual rate, or by a rule of one's own."""
    usual = usual_rate(client)
    if rules.own_piece_rate == 0:
        return usual
    return own_rate(rules, day, platform, client, usual, announced, size, level)


@inner
def price(platform: np.record, hourly: float, announced: int, true: int) -> tuple[int, float]:
    """What a task of so many announced and true seconds pays at a rate by the hour, floors under pay being kept.

    Returns
    -------
    rate : int
        Micro-euro.
    dearer : float
        What the task costs the client over what it would without policies: the floor, and what comes on top of pay.
    """
    free = max(1, platform.least_task, int(min(hourly * announced / HOUR * MICRO, DEAREST_TASK)))
    rate = max(free, int(min(np.ceil(platform.least_pay * true), DEAREST_TASK)))
    return rate, rate / free * platform.dearer


@inner
def still_asked(demand_elasticity: float, key: np.ndarray, client: np.record, size: int, dearer: float) -> int:
    """Tasks of a batch of `size` that a client asks for at what they cost: ``size x scale x dearer ^ -elasticity``.

    Rounded by lot, so that it holds on average for batches of one task too. The same batches come at the same
    moments as without policies, each larger or smaller.
    """
    factor = client.scale
    if dearer != 1.0:
        factor *= dearer**-demand_elasticity
    if factor == 1.0:
        return size
    return int(min(size * factor, LARGEST_BATCH) + draw(key, BATCH, client.k, client.who, BATCH_ROUNDING))


@inner
def write(
    firms: Firms,
    book: OrderBook,
    ledger: Ledger,
    c: int,
    day: int,
    second: int,
    size: int,
    announced: int,
    true: int,
    rate: int,
) -> int:
    """Write a new batch of a client into the book, that pays so many micro-euro a task, and count it as posted.

    Writes: firms.clients, book.batches, book.counts, ledger.today."""
    client = firms.clients[c]
    slot = new_slot(book)
    batch = book.batches[slot]
    batch.id = book.counts[BATCHES]
    book.counts[BATCHES] += 1
    batch.client, batch.k, batch.platform, batch.kind = c, client.k, client.platform, client.kind
    batch.who, batch.profile, batch.wave = client.who, 0, 0
    batch.size_class = -1
    batch.called_until = day * DAY + second
    batch.announced_seconds, batch.true_seconds = announced, true
    batch.piece_rate = rate
    batch.hourly = float(batch.piece_rate) * HOUR / (MICRO * batch.announced_seconds)
    batch.pull = np.log(batch.hourly)
    batch.size, batch.left = size, size
    batch.done, batch.refused, batch.withdrawn = 0, 0, 0
    batch.strictness, batch.together, batch.said = client.strictness, client.together, 0
    batch.posted = day * DAY + second
    batch.first_filled, batch.last_filled, batch.next_abroad = NOBODY, NOBODY, np.inf
    batch.expires = day + 1 + int(client.patience)
    client.k += 1
    today = ledger.today[client.platform]
    today[DAILY.tasks_posted] += size
    today[DAILY.batches_posted] += 1
    today[DAILY.demand_seconds] += size * true
    return slot
