"""Money that is not money: what a euro credited on an account is worth to its owner.

``w = (1 - voucher loss x need [vouchers]) exp(-impatience (wait + delay))``. A voucher is worth less to who needs cash;
a balance under the threshold waits until it can be drawn, and where that is never, the pay has never been had; then
comes the platform's delay. Half the threshold is what a credited euro waits for on average.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.kernel.compiler import inner, kernel

if TYPE_CHECKING:
    from sim.scenario.rules import Rules

# What beginners believe: that they reach the threshold in so many days. It counts like so many days of experience.
THRESHOLD_DAYS, BELIEF_DAYS = 30.0, 7.0


@kernel
def worth(rules: "Rules", need: float, account: np.record, platform: np.record, day: int) -> float:
    """Value of a euro credited on `account` on `day` as a share of a euro in hand, 0 to 1.

    Parameters
    ----------
    need
        The owner's need of money, 0 to 1.
    account, platform
        Of ACCOUNT and PLATFORM.
    """
    days = days_to_threshold(account, platform.cash_out_threshold, day) + calendar_days(platform.cash_out_delay)
    cash = 1.0 - rules.voucher_loss * need if platform.vouchers else 1.0
    return cash * np.exp(-rules.impatience * days)


@inner
def days_to_threshold(account: np.record, threshold: int, day: int) -> float:
    """Days in which half the threshold (micro-euro) is earned at the pace of this account so far.

    ``pace = (credited + belief) / (days since the first pay + belief's days)``.
    """
    if threshold <= 0:
        return 0.0
    days = max(0, day - account.first_credit) if account.credited > 0 else 0
    earned = account.credited + threshold * (BELIEF_DAYS / THRESHOLD_DAYS)
    return 0.5 * threshold * (days + BELIEF_DAYS) / earned


@inner
def calendar_days(working_days: int) -> int:
    """Working days as calendar days (five in seven), at least one."""
    return max(1, working_days * 7 // 5)
