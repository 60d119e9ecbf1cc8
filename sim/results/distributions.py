"""The shape of a distribution: concentration of amounts, and times of which some are never seen.

Lorenz (1905) orders people from poorest to richest and plots the share of the total held by the poorest
share p; Gini's coefficient is twice the area between that curve and the diagonal. Time to fill is measured
with the product-limit estimator (Kaplan and Meier 1958), so that a batch still open at the end counts for
as long as it was watched, and one withdrawn by its client counts as never filled.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike


def lorenz(amounts: ArrayLike, people: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Lorenz curve of non-negative amounts.

    Parameters
    ----------
    amounts : array, shape (n,)
        One amount per person, any unit, none negative.
    people
        Size of the population when those with nothing are left out of `amounts`; at least n.

    Returns
    -------
    (population, held) : two float arrays, shape (n + 1,) or (n + 2,)
        Cumulated shares, both from 0 to 1; the diagonal when nobody holds anything.
    """
    amounts = np.sort(np.asarray(amounts, float))
    people = _size(amounts, people)
    total = amounts.sum()
    if total <= 0:
        return np.array([0.0, 1.0]), np.array([0.0, 1.0])
    without = people - len(amounts)
    population = np.concatenate([[0.0], np.arange(without, people + 1) / people])
    held = np.concatenate([[0.0, 0.0], np.cumsum(amounts) / total])
    return (population, held) if without else (population[1:], held[1:])


def gini(amounts: ArrayLike, people: int | None = None) -> float:
    """Gini coefficient, G = sum_i (2 i - n - 1) x_(i) / (n sum x), of non-negative amounts.

    Parameters
    ----------
    amounts, people
        As in `lorenz`.

    Returns
    -------
    float
        0 (all hold the same) to 1 - 1/n (one holds everything); nan when nobody holds anything.
    """
    amounts = np.sort(np.asarray(amounts, float))
    people = _size(amounts, people)
    total = amounts.sum()
    if total <= 0:
        return float("nan")
    rank = np.arange(people - len(amounts) + 1, people + 1)
    return float(((2 * rank - people - 1) * amounts).sum() / (people * total))


def top_share(amounts: ArrayLike, share: float = 0.01) -> float:
    """Share of the total held by the richest `share` of people (at least one person); nan without a total."""
    amounts = np.asarray(amounts, float)
    total = amounts.sum()
    if total <= 0:
        return float("nan")
    top = max(1, int(np.ceil(share * len(amounts) - 1e-9)))
    return float(np.partition(amounts, len(amounts) - top)[len(amounts) - top :].sum() / total)


def filled_within(seconds: ArrayLike, watched: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Share of batches filled within a time, by the product-limit estimator.

    By hand, for `scipy.stats.ecdf` takes a second to import, which every run would wait for; a test compares the two.

    Parameters
    ----------
    seconds : array, shape (filled,)
        Seconds from posting to the last task done, of the batches that were filled.
    watched : array, shape (not filled,)
        Seconds from posting to the end of the record of those still open (censored there), infinite (or longer
        than any time to fill) for those withdrawn: they never will be filled, and count as such.

    Returns
    -------
    times, share : arrays, same shape
        The steps: `share[i]` of the batches posted are filled within `times[i]` seconds.
    """
    watched = np.sort(watched)
    times, filled = np.unique(seconds, return_counts=True)
    return times, _product_limit(filled, len(watched), np.searchsorted(watched, times, side="left"))


def _product_limit(filled, unfilled, no_more):
    """The estimate at each time from how many are filled then, how many never, and how many of these are not watched
    any more."""
    waiting = filled.sum() + unfilled - (np.cumsum(filled) - filled) - no_more
    return 1.0 - np.cumprod(1.0 - filled / np.maximum(waiting, 1))


class Fills(NamedTuple):
    """What became of batches, counted by time: as many numbers as there are different times, however many batches."""

    times: np.ndarray  # seconds, int32, ascending
    filled: np.ndarray  # int64: filled so long after they were posted
    watched: np.ndarray  # int64: not filled, and watched so long

    @classmethod
    def of(cls, seconds: np.ndarray, filled: np.ndarray) -> "Fills":
        """Of batches each: seconds to fill, or watched; whether it was filled."""
        signed, number = np.unique(np.where(filled, seconds, ~seconds), return_counts=True)  # sorts, without an order
        cut = np.searchsorted(signed, 0)
        return cls.together(
            [
                cls(signed[cut:], number[cut:], np.zeros_like(number[cut:])),
                cls(~signed[:cut][::-1], np.zeros_like(number[:cut]), number[:cut][::-1]),
            ]
        )

    @classmethod
    def together(cls, several: "Iterable[Fills]") -> "Fills":
        """Of all batches of several."""
        several = [*several]
        if len(several) == 1:
            return several[0]
        times = np.unique(np.concatenate([np.zeros(0, np.int32), *(some.times for some in several)]))
        filled, watched = np.zeros((2, len(times)), np.int64)
        for some in several:
            at = np.searchsorted(times, some.times)
            filled[at] += some.filled
            watched[at] += some.watched
        return cls(times, filled, watched)

    def within(self) -> tuple[np.ndarray, np.ndarray]:
        """As `filled_within`, to the same bits."""
        here = self.filled > 0
        no_more = np.cumsum(self.watched) - self.watched
        return self.times[here], _product_limit(self.filled[here], self.watched.sum(), no_more[here])


def median_time(times: np.ndarray, share: np.ndarray, level: float = 0.5) -> float:
    """First time at which half (or another share) is filled, in the unit of `times`; nan when it never is."""
    place = np.searchsorted(share, level - 1e-12)
    return float(times[place]) if place < len(times) else float("nan")


def ratio(part: float, whole: float) -> float:
    """One number over another; nan if that is nothing."""
    return float(part) / float(whole) if whole else float("nan")


def _size(amounts: np.ndarray, people: int | None) -> int:
    people = len(amounts) if people is None else int(people)
    if people < len(amounts):
        raise ValueError(f"{len(amounts)} people hold amounts, but the population is only {people}")
    if len(amounts) and amounts[0] < 0:
        raise ValueError(f"amounts must not be negative; the smallest is {amounts[0]:g}")
    return people
