"""What a task pays: piece-rate rules of one's own in place of the program's.

python -m sim.run population=small own=[examples/piece_rate.py:cents] own.cents.least=2
"""

import math
from typing import Annotated

from sim import Parameter, own

HOUR = 3600  # seconds


@own.piece_rate
def cents(
    usual,
    seconds,
    *,
    least: Annotated[int, Parameter("that any task pays", "cent", 1, 100, "assumed")] = 1,
):
    """Tasks are priced in whole cents, from a least price on: what the usual rate comes to, rounded to the nearest.

    So lists of tasks look, on which a task of five seconds pays a cent (assumed; the program prices to the millionth).
    Short tasks then pay better by the hour than long ones do.
    """
    price = max(least, math.floor(usual * seconds / HOUR * 100.0 + 0.5))
    return min(price / 100.0 / seconds * HOUR, 200.0)


@own.piece_rate
def in_a_hurry(
    usual,
    first,
    lateness,
    tightness,
    *,
    late: Annotated[
        float, Parameter("added per log point of lateness of the last batch", "ratio", 0, 1, "assumed")
    ] = 0.2,
    tight: Annotated[float, Parameter("added per log point of tightness", "ratio", 0, 1, "assumed")] = 0.1,
    most: Annotated[float, Parameter("more or less than at first, at the most", "ratio", 1, 20, "assumed")] = 3.0,
):
    """Rates that are not sticky: each batch is priced anew, by how late the last one was and how busy people are.

    ``first x lateness ^ late x tightness ^ tight``, within bounds. The program's own law comes there slowly, a part of
    the way with each batch; a wage that answers at once is the textbook's (elasticities assumed).
    """
    if tightness <= 0.0:
        return min(usual, first)
    factor = lateness**late * tightness**tight
    return first * min(max(factor, 1.0 / most), most)
