"""What differs by the structure of a platform: one verb a function, one structure a branch.

=========  ==============================================  ==================================================
verb       biface                                          deep labour
=========  ==============================================  ==================================================
post       batch by batch, whenever a client's gap is over  on Mondays a week's work of each project
offer      what is found on the list that all may read     the oldest batch of one's project, up to the allotment;
                                                           before it, what is asked of all account holders by message
recruit    nobody: who registers may work                  application, then an exam on its date
notify     the more, the more there is to do today         while the contractor lacks people
=========  ==============================================  ==================================================

What is merely so or otherwise is told by `sim.kernel.categories.STRUCTURE` and stands in the records of platforms.
"""

from typing import TYPE_CHECKING

from sim.kernel.arrays import Chance, Firms, Ledger, Market, OrderBook, People
from sim.kernel.categories import DEEP
from sim.kernel.compiler import inlined, kernel
from sim.kernel.records import DAILY, NOBODY, STARTED
from sim.markets.batches import post_due, post_week
from sim.markets.contracting import climb
from sim.markets.searching import find, find_project

if TYPE_CHECKING:
    import numpy as np

    from sim.scenario.rules import Rules


@inlined
def post_batches(rules: "Rules", day: int, market: Market, c: int) -> bool:
    """Client `c` posts what it asks for today; False if the book was full before all was posted.

    Writes: firms, book, schedule, ledger."""
    if market.firms.platforms[market.firms.clients[c].platform].structure == DEEP:
        return post_week(rules, day, market, c)
    return post_due(rules, day, market, c)


@inlined
def offer(rules: "Rules", day: int, market: Market, i: int, now: int, ready: int, limit: int, chance: Chance) -> int:
    """Slot of the batch that the platform whose page worker `i` has open has for them, NOBODY if there is none.

    Writes: people, firms, book, ledger."""
    people, firms, book = market.people, market.firms, market.book
    account = people.accounts[people.workers[i].account]
    if account.step < STARTED:
        return NOBODY
    deep, slot = firms.platforms[account.platform].structure == DEEP, NOBODY
    if not deep or book.newest[account.platform] != NOBODY:  # nothing but messages stands on a deep platform's list
        slot = find(rules, day, market, i, now, ready, limit, chance)
    if deep and slot == NOBODY:
        slot = find_project(rules.least_own, people, firms, book, i, ready, limit)
    return slot


@inlined
def recruit(
    day: int, key: "np.ndarray", people: People, firms: Firms, ledger: Ledger, a: int, second: int, limit: int
) -> int:
    """Unpaid seconds that the owner of account `a`, who found no work, spends on being recruited.

    Writes: people.accounts, firms.counts, firms.openings, firms.roster, ledger.today."""
    account = people.accounts[a]
    if account.step == STARTED and firms.platforms[account.platform].structure == DEEP:
        return climb(day, key, people, firms, ledger, a, second, limit)
    return 0


@kernel
def notify(firms: Firms, book: OrderBook, ledger: Ledger, usual: "np.ndarray") -> None:
    """How much platforms call: a list at full strength when there is twice as much to do today as is usually posted.

    What counts is what is announced, not what is left: where work is rationed, nothing lies open in the morning.

    Writes: firms.notice.

    Parameters
    ----------
    usual : float64 array, shape (P,)
        Tasks posted on a recent day.
    """
    for p in range(firms.platforms.size):
        if firms.platforms[p].structure == DEEP:
            strength = 1.0 if firms.openings[p] > 0 else 0.0
        else:
            offered = book.open_tasks[p] + ledger.today[p, DAILY.tasks_posted]
            strength = min(1.0, offered / max(2.0 * usual[p], 1.0))
        firms.notice[p] = firms.platforms[p].notification * strength
