"""Rules of one's own as kernels ask them: some numbers are told, and one is given.

What a kernel is handed is a place in memory, 0 where there is no rule: some words, each eight bytes, that stay where
they are as long as the market runs. `FUNCTION` is where the rule's code lies; `MOST` what it may give; `FAILED` whether
it gave anything else, `ON` and `GIVEN` on which day and what; from `TOLD` on is what it was told last, then its
parameters.
"""

from collections.abc import Sequence

import numpy as np

from sim.kernel.compiler import inner
from sim.kernel.native import Native, called_at, words_at

FUNCTION, MOST, FAILED, ON, GIVEN, TOLD = range(6)


class Words:
    """The words of one rule of one market.

    Parameters
    ----------
    native
        The compiled rule.
    most
        It may give a number from 0 to this, or the usual one.
    told
        How many numbers it can be told.
    parameters
        Their values.
    """

    def __init__(self, native: Native, most: float, told: int, parameters: Sequence[float]) -> None:
        self.words, self.native, self._told = np.zeros(TOLD + told + len(parameters)), native, told
        self.words[:1].view(np.int64)[0] = native.code
        self.words[MOST] = most
        self.words[TOLD + told :] = parameters

    @property
    def place(self) -> int:
        """Where they are in the memory of this process, and as long as this object is kept."""
        return self.words.ctypes.data

    @property
    def failed(self) -> tuple[int, float, list[float]] | None:
        """On which day what was given that may not be, and what had been told; None if that has not happened."""
        if not self.words[FAILED]:
            return None
        return int(self.words[ON]), float(self.words[GIVEN]), self.words[TOLD : TOLD + self._told].tolist()


@inner
def decided(place: int, day: int, usual: float, told: tuple) -> float:
    """What the rule at a place gives, told some numbers of which the usual one is the first.

    Where it gives no number from 0 to the most it may, that is noted, the usual one holds, and it is asked no more.
    """
    words = words_at(place)
    if words[FAILED] != 0.0:
        return usual
    given = called_at(place, TOLD, told)
    if given == usual or 0.0 <= given <= words[MOST]:
        return given
    words[FAILED], words[ON], words[GIVEN] = 1.0, day, given
    return usual
