"""First steps between sign-up and the first task: profile, means of payment, first test; unpaid, and many give up.

Each step is completed with the same chance, ``started_share ** (1/3)``, whatever the day; who does not complete one
has dropped the account, which stays registered and is never looked at again. A contractor of deep labour asks for no
first test, for its dated exam is one (`sim.markets.contracting`): there the first two steps make the start.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.kernel.arrays import Firms, Ledger, People
from sim.kernel.compiler import inner
from sim.kernel.records import BANNED, DAILY, DROPPED, NO_STEP, PAYMENT, PROFILE, STARTED
from sim.kernel.streams import SIGN_UP, SIGN_UP_STEP, draw

if TYPE_CHECKING:
    from sim.scenario.rules import Rules


@inner
def take_first_steps(
    rules: "Rules", key: np.ndarray, people: People, firms: Firms, ledger: Ledger, a: int, now: int, midnight: int
) -> int:
    """Go on with the first steps on account `a` until all are done, one is not, or the day is over.

    Writes: people.accounts, ledger.today.

    Returns
    -------
    int
        Unpaid seconds it takes; 0 if all is done already. No task is open to the account before its step is STARTED.
    """
    account = people.accounts[a]
    today, spent = ledger.today[account.platform], 0
    while account.step < STARTED and account.state < BANNED:
        seconds = step_seconds(rules, account.step)
        if now + spent + seconds > midnight:
            break
        spent += seconds
        before = int(account.step)
        try_step(rules.step_chance, key, firms, account)
        for step in range(before, int(account.step)):
            today[DAILY.profiles + step] += 1
    return spent


@inner
def have_taken_first_steps(step_chance: float, key: np.ndarray, firms: Firms, account: np.record) -> None:
    """What has come of the first steps of one who signed up before the first day.

    Writes: account."""
    while account.step < STARTED and account.state < BANNED:
        try_step(step_chance, key, firms, account)


@inner
def try_step(step_chance: float, key: np.ndarray, firms: Firms, account: np.record) -> None:
    """Complete the next step, or drop the account.

    Writes: account."""
    place = 3 * int(account.platform) + int(account.step)
    if draw(key, SIGN_UP, 0, account.worker, SIGN_UP_STEP + place) >= step_chance:
        account.state = DROPPED
    elif account.step == PROFILE and not firms.platforms[account.platform].listed:
        account.step = STARTED
    else:
        account.step += 1


@inner
def step_seconds(rules: "Rules", step: int) -> int:
    """Seconds that the step after `step` takes."""
    if step == NO_STEP:
        return rules.profile_seconds
    return rules.payment_seconds if step < PAYMENT else rules.first_test_seconds
