"""Where people live: the departments of metropolitan France, and how densely each is settled.

Inhabitants and areas are those of the census of 2016 (INSEE, municipal populations). Of each department only its
density is known here, not how it splits into towns, suburbs and country; the split is assumed to follow it,
``share of class c in d = k_c x (density of d) ^ (1, 0, -1)``, with k_c such that all of France comes out as in INSEE's
grid of density. In dense communes then live 84 % of Ile-de-France (published: 85), 43 % of Hauts-de-France (35) and
of Provence-Alpes-Cote d'Azur (48).
"""

import functools

import numpy as np

from sim.kernel.categories import DENSITIES, DEPARTMENTS

# Number, thousands of inhabitants, km2.
_CENSUS = """
    01 638 5784, 02 536 7411, 03 339 7379, 04 163 6993, 05 141 5697, 06 1084 4294, 07 325 5566, 08 275 5246,
    09 153 4909, 10 309 6027, 11 368 6343, 12 279 8773, 13 2020 5247, 14 694 5592, 15 146 5774, 16 353 5973,
    17 642 6906, 18 307 7307, 19 242 5898, 21 533 8802, 22 599 6989, 23 120 5599, 24 415 9222, 25 539 5256,
    26 508 6558, 27 603 6031, 28 434 5931, 29 908 6796, 2A 154 4017, 2B 176 4704, 30 742 5875, 31 1348 6359,
    32 191 6300, 33 1567 10086, 34 1132 6232, 35 1052 6842, 36 224 6898, 37 606 6157, 38 1253 7878, 39 261 5049,
    40 405 9355, 41 333 6422, 42 762 4804, 43 227 5003, 44 1381 7004, 45 674 6812, 46 173 5226, 47 333 5385,
    48 76 5175, 49 811 7172, 50 498 6040, 51 571 8196, 52 178 6256, 53 308 5213, 54 734 5285, 55 189 6235,
    56 748 6870, 57 1045 6251, 58 209 6875, 59 2604 5750, 60 824 5890, 61 285 6145, 62 1471 6692, 63 651 8015,
    64 674 7683, 65 228 4519, 66 474 4137, 67 1121 4797, 68 763 3531, 69 1836 2720, 70 237 5390, 71 555 8613,
    72 568 6245, 73 430 6269, 74 801 4840, 75 2190 105, 76 1256 6329, 77 1398 5927, 78 1432 2306, 79 375 6040,
    80 573 6191, 81 386 5782, 82 257 3731, 83 1056 6030, 84 559 3577, 85 671 6794, 86 436 7038, 87 375 5557,
    88 370 5897, 89 341 7461, 90 144 611, 91 1287 1819, 92 1603 175, 93 1607 236, 94 1378 244, 95 1222 1253
"""
# In dense, intermediate, and sparse or very sparse communes (INSEE Focus 169, 2019; Centre d'observation de la societe,
# after INSEE: 3 000, 413, and 64 or 14 people per km2, of whom the last two have 29 and 4 % of all).
_SHARES = np.array([0.375, 0.295, 0.33])
_PER_KM2 = np.array([3000.0, 413.0, 0.33 / (0.29 / 64.0 + 0.04 / 14.0)])
_TILT = np.array([1.0, 0.0, -1.0])  # assumed
_ROUNDS = 200  # until the shares of France are met to the last digits that matter


def census() -> np.ndarray:
    """Inhabitants and km2 of each department; float64 array, shape (96, 2)."""
    lines = [line.split() for line in _CENSUS.replace("\n", " ").split(",")]
    found = {number: (1000.0 * float(thousand), float(area)) for number, thousand, area in lines}
    return np.array([found[number] for number in DEPARTMENTS])


@functools.lru_cache(maxsize=1)
def settlement() -> tuple[np.ndarray, np.ndarray]:
    """Who lives where, and among how many.

    Returns
    -------
    shares : float64 array, shape (96, 3)
        Of the people of France, by department and density; sums to one.
    per_km2 : float64 array, shape (96, 3)
        People per km2 there: those of France, times what makes the area of the department come out.
    """
    people, area = census().T
    tilt = np.outer(people / area / (people.sum() / area.sum()), np.ones(len(DENSITIES))) ** _TILT
    level = np.ones(len(DENSITIES))
    for _ in range(_ROUNDS):
        within = tilt * level
        within /= within.sum(axis=1, keepdims=True)
        level *= _SHARES / (people @ within / people.sum())
    factor = (within / _PER_KM2).sum(axis=1) * people / area
    return within * (people / people.sum())[:, None], np.outer(factor, _PER_KM2)
