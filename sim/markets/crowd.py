"""The crowd elsewhere: people all over the world who take what asks for nobody in France, as an aggregate.

They watch a platform's list as people in France do. Of ``n`` who are there in an hour, a share would take what a
batch pays, ``Phi((log pay - log median) / log-sd)`` of their reservation wages, as many are qualified for it as clients
ask for, and each of these notices it after a wait that is exponential; so pieces of work go as a Poisson process at
rate ``n x share x qualified / reaction time``, of as many tasks each as are taken at a time in France. The process runs
by itself and is looked at only when somebody in France looks, on the hour, and at midnight: what it has taken since is
deducted then.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.kernel.arrays import Firms, Ledger, Market
from sim.kernel.compiler import inner
from sim.kernel.records import DAILY, NOBODY
from sim.kernel.streams import CROWD, CROWD_PIECES, draw4
from sim.kernel.units import DAY, HOUR
from sim.markets.book import remove, share_of

if TYPE_CHECKING:
    from sim.scenario.rules import Rules

FEW = 32  # pieces of a batch of which it is reckoned when the last goes


@inner
def willing(rules: "Rules", hourly: float) -> float:
    """Share of the crowd whose reservation wage is at most `hourly`, euro per announced hour."""
    return 0.5 * math.erfc(math.log(rules.crowd_wage / hourly) / (rules.crowd_wage_log_sd * math.sqrt(2.0)))


@inner
def opens_to_crowd(rules: "Rules", market: Market, slot: int) -> None:
    """A batch that has appeared can be taken elsewhere from the next moment on, unless it asks for people in France.

    Writes: book."""
    firms, batch = market.firms, market.book.batches[slot]
    if firms.platforms[batch.platform].crowd > 0.0 and firms.clients[batch.client].french == 0:
        seen = float(batch.posted + rules.pick_seconds)  # as in France, to choose takes a moment
        batch.pace = pace(rules, market, batch)
        batch.next_abroad = next_piece(market, batch, chance(market.key, batch, 0)[0], seen)


@inner
def pace(rules: "Rules", market: Market, batch: np.record) -> float:
    """Pieces of a batch that go elsewhere per second of a mean hour."""
    levels = market.demand.levels
    qualified = 1.0 if batch.requires == 0 else 1.0 - levels[batch.platform, batch.requires - 1]
    there = market.firms.platforms[batch.platform].crowd * qualified * willing(rules, batch.hourly)
    return there / rules.reaction_seconds


@inner
def chance(key: np.ndarray, batch: np.record, n: int) -> tuple:
    """Uniforms of the four pieces of a batch among which its piece number `n` is, each at the place of `n % 4`."""
    return draw4(key, CROWD, n >> 2, batch.who, CROWD_PIECES + batch.k)


@inner
def next_piece(market: Market, batch: np.record, u: float, since: float) -> float:
    """Moment after `since`, in seconds, at which the crowd takes a piece of a batch; infinity if never.

    A unit exponential, ``-log(u)``, is used up at the rate of each hour in turn.
    """
    abroad = market.schedule.abroad
    left = -math.log(u)
    while since < batch.expires * DAY:
        hour = int(since) // HOUR
        speed, end = batch.pace * abroad[hour % 24], float(hour + 1) * HOUR
        if left < speed * (end - since):
            return since + left / speed
        left -= speed * (end - since)
        since = end
    return np.inf


@inner
def piece_of(hold_seconds: int, batch: np.record) -> int:
    """Tasks that one of the crowd takes at a time."""
    return min(batch.items, max(1, hold_seconds // batch.true_seconds))


@inner
def gone_by(rules: "Rules", market: Market, batch: np.record) -> float:
    """Moment by which the crowd alone has emptied a batch, if a few pieces do; else infinity.

    Nobody in France need be called to a batch for a later moment.
    """
    piece = piece_of(rules.hold_seconds, batch)
    at, n, pieces = batch.next_abroad, pieces_taken(batch, piece), (batch.left + piece - 1) // piece
    if pieces > FEW:
        return np.inf
    four = chance(market.key, batch, n + 1)
    for k in range(n + 1, n + pieces):
        if k & 3 == 0:
            four = chance(market.key, batch, k)
        if at < np.inf:
            at = next_piece(market, batch, four[k & 3], at)
    return at


@inner
def pieces_taken(batch: np.record, piece: int) -> int:
    """Pieces of a batch that went elsewhere so far."""
    return (batch.size - batch.left - batch.done + piece - 1) // piece


@inner
def catch_up(rules: "Rules", market: Market, slot: int, now: int) -> None:
    """Deduct what the crowd elsewhere has taken of an open batch up to `now`.

    Writes: firms, book, ledger."""
    firms, book = market.firms, market.book
    batch = book.batches[slot]
    tasks, left = 0, batch.left
    piece = piece_of(rules.hold_seconds, batch)
    n = pieces_taken(batch, piece)
    four = chance(market.key, batch, n + 1)
    while batch.next_abroad <= now and tasks < left:
        at = batch.next_abroad
        took = min(piece, left - tasks)
        tasks += took
        n += 1
        end = int(at) + took * batch.true_seconds
        batch.last_filled = max(batch.last_filled, end)
        if batch.first_filled == NOBODY or batch.first_filled > at:
            batch.first_filled = int(at)
        if n & 3 == 0:
            four = chance(market.key, batch, n)
        batch.next_abroad = next_piece(market, batch, four[n & 3], at)
    if tasks > 0:
        record_abroad(firms, market.ledger, batch, tasks)
        remove(firms, book, slot, tasks)


@inner
def record_abroad(firms: Firms, ledger: Ledger, batch: np.record, tasks: int) -> None:
    """Tasks, time and money of what was done elsewhere.

    Writes: firms.clients, ledger.today."""
    rate = batch.piece_rate
    spent = tasks * (rate + share_of(rate, firms.platforms[batch.platform].commission))
    firms.clients[batch.client].spent += spent
    today = ledger.today[batch.platform]
    today[DAILY.tasks_done_abroad] += tasks
    today[DAILY.abroad_seconds] += tasks * batch.true_seconds
    today[DAILY.spent_abroad_micro_euro] += spent


@inner
def catch_up_all(rules: "Rules", market: Market, now: int) -> None:
    """Deduct what the crowd has taken of all open batches.

    Writes: firms, book, ledger."""
    firms, book = market.firms, market.book
    for p in range(firms.platforms.size):
        slot = book.newest[p] if firms.platforms[p].crowd > 0.0 else NOBODY
        while slot != NOBODY:
            older = book.batches[slot].older
            if book.batches[slot].next_abroad <= now:
                catch_up(rules, market, slot, now)
            slot = older
