"""Uniform numbers for plain Python, a block at a time, from the same streams as all chance."""

from collections.abc import Callable
from itertools import chain, count

import numpy as np

from sim.kernel.compiler import kernel
from sim.kernel.streams import EXPERIMENT, EXPERIMENT_NUMBERING, draw4

BLOCK = 1 << 16


@kernel
def fill(key: np.ndarray, block: int, numbers: np.ndarray) -> None:
    """Write one block of uniforms on (0, 1); `numbers`, float64 array with a length divisible by four."""
    for n in range(numbers.size // 4):
        a, b, c, d = draw4(key, EXPERIMENT, block, n, EXPERIMENT_NUMBERING)
        numbers[4 * n], numbers[4 * n + 1], numbers[4 * n + 2], numbers[4 * n + 3] = a, b, c, d


def uniforms(key: np.ndarray) -> Callable[[], float]:
    """An endless source of uniforms: a callable without arguments that is about as fast as ``random.random``."""
    return chain.from_iterable(_blocks(key)).__next__


def _blocks(key):
    numbers = np.empty(BLOCK)
    for block in count():
        fill(key, block, numbers)
        yield numbers.tolist()
