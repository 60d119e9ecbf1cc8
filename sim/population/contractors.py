"""Clients of a contractor of deep labour: a few standing positions, each held by one client after the other.

One or two clients make most of a contractor's revenue (DiPLab2019). So a position keeps its share of what the
contractor is asked for; who holds it leaves after a drawn life, at times from one day to the next, and after a gap a
successor comes with the same share. Chance by position and by how many have held it before.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.kernel.compiler import kernel
from sim.kernel.records import CLIENT as CLIENT_RECORD
from sim.kernel.streams import CLIENT, CLIENT_LIFE, CONTRACT, CONTRACT_TERMS, draw4
from sim.kernel.units import COMMON_YEAR
from sim.population.draws import ClientDistribution, manner, number

if TYPE_CHECKING:
    from sim.scenario.scenario import Chain

SUCCESSORS = 1 << 15  # of one position, that have a coordinate of chance each
LARGE = 0.25  # share of revenue above which a client counts as a big group


class Terms(NamedTuple):
    """What the clients of one contractor are like, beside what all clients differ in."""

    shares: np.ndarray  # float64 [positions]: of what the contractor is asked for
    life: float  # mean, days
    gap: float  # mean, days
    hourly_share: float
    known_large: float
    known_small: float


def terms_of(chain: "Chain") -> Terms:
    """The terms of a chain in days."""
    given = (chain.hourly_share, chain.known_large, chain.known_small)
    return Terms(np.array(chain.client_shares), chain.client_years * COMMON_YEAR, 7.0 * chain.gap_weeks, *given)


@kernel
def fill(
    key: np.ndarray,
    p: int,
    held: int,
    day: float,
    position: int,
    given: ClientDistribution,
    terms: Terms,
    kinds: np.ndarray,
    client: np.record,
) -> float:
    """The client that takes a position of platform `p` after `held` others, a gap after `day`; when it leaves.

    Writes: client.

    Parameters
    ----------
    client : CLIENT record
        Written.

    Returns
    -------
    float
        Day.
    """
    who = number(p, position * SUCCESSORS + held)
    a, b, c, d = draw4(key, CLIENT, 0, who, CLIENT_LIFE)
    paid, named, layer, _ = draw4(key, CONTRACT, 0, who, CONTRACT_TERMS)
    manner(key, p, who, d, given, kinds, client)
    share = terms.shares[position]
    client.share, client.volume = share, share
    comes = day - terms.gap * np.log(a)
    life = -terms.life * np.log(b)
    sudden = -np.log(c) / given.sudden_ends if given.sudden_ends > 0.0 else np.inf
    leaves = comes + min(life, sudden)
    client.ended = 1 if sudden < life else 0
    client.first_day, client.last_day = int(np.floor(comes)), int(min(np.floor(leaves), 2.0**30))
    client.by_hour = 1 if paid < terms.hourly_share else 0
    if client.by_hour == 1:
        client.announced_share = 1.0  # what an hour pays is paid for an hour of work
    told = named < (terms.known_large if share > LARGE else terms.known_small)
    client.known_from = 1 + int(3.0 * layer) if told else 0
    return leaves


def positions(
    key: np.ndarray,
    p: int,
    first: float,
    days: int,
    given: ClientDistribution,
    kinds: np.ndarray,
    chain: "Chain",
) -> np.ndarray:
    """Who holds the positions of the contractor on platform `p` from day `first` to the end of the run.

    Parameters
    ----------
    key : uint32 array, shape (3,)
    kinds : KIND array, shape (KINDS,)
        The platform's bill of fares.

    Returns
    -------
    CLIENT array
        By position, then in the order of succession; ``volume`` is the position's share.
    """
    terms, found = terms_of(chain), []
    for position, share in enumerate(chain.client_shares):
        day, held = first, 0
        while day < days and share > 0.0 and held < SUCCESSORS:
            row = np.zeros(1, CLIENT_RECORD)
            day = fill(key, p, held, day, position, given, terms, kinds, row[0])
            found.append(row)
            held += 1
    return np.concatenate(found)
