"""Who workers and clients are as economic agents: drawn once, by their own number, whatever the others are."""

import numpy as np

from sim.kernel.compiler import inner, kernel
from sim.kernel.records import LONG_AGO, NOBODY, UNREGISTERED
from sim.kernel.streams import CLIENT, PERSON, REGIME, SIGN_UP, draw, draw4, gauss
from sim.kernel.units import HOUR

GOLDEN = 0.6180339887498949


@kernel
def register(key, shares, opened, growth, days, early, platform, signed_up):
    """First platform and day of the first registration.

    Platforms fill by a golden-ratio sequence over the numbers of persons, which meets the shares almost exactly
    for any number of people and leaves everyone where he is when one more is added. Registrations on a platform
    that opened on day ``o`` have grown like ``((t - o) / (days - o)) ** growth``.

    Parameters
    ----------
    shares, opened, growth : float64 arrays, shape (P,)
        Share of first registrations, day of opening, exponent.
    days : int
        Length of the run.
    early : bool
        Everyone has registered before the start (accounts never looked at).
    platform, signed_up : integer arrays, shape (N,)
        Written.
    """
    shift = draw(key, SIGN_UP, 0, 0, 200)
    for i in range(signed_up.size):
        u = ((i + 1) * GOLDEN + shift) % 1.0
        p = 0
        while p < shares.size - 1 and u >= shares[p]:
            u -= shares[p]
            p += 1
        platform[i] = p
        share = draw(key, SIGN_UP, 0, i, 0) ** (1.0 / growth[p])
        end = 0.0 if early else days
        signed_up[i] = min(int(np.floor(opened[p] + (end - opened[p]) * share)), int(end) - 1)


@kernel
def equip(key, wages, skills, time, persons, workers):
    """Reservation wage, speed, accuracy, attention and time of each person.

    ``log w = log median + need_effect (1/2 - need) + outside_effect (outside - 1/2) + sd z``.

    Parameters
    ----------
    wages : float64 array (4,)
        Median (euro per hour), need effect, outside effect (log points), log-sd.
    skills : float64 array (4,)
        Log-sd of speed, mean and sd of accuracy, log-sd of attention.
    time : float64 array (3,)
        Mean sitting (seconds) at the middle free time, that free time (hours per week), share of a week's free
        time that one day can take.
    persons : PERSON array (N,)
    workers : WORKER array (N,)
        Written.
    """
    for i in range(persons.size):
        person, worker = persons[i], workers[i]
        a, b, c, d = draw4(key, PERSON, 1, i, 0)
        e, f, g, h = draw4(key, PERSON, 1, i, 1)
        wage = np.log(wages[0]) + wages[1] * (0.5 - person.need) + wages[2] * (person.outside - 0.5)
        worker.reservation_wage = np.exp(wage + wages[3] * gauss(a, b))
        worker.speed = np.exp(skills[0] * gauss(c, d))
        worker.accuracy = min(0.999, max(0.5, skills[1] + skills[2] * gauss(e, f)))
        worker.attention = np.exp(skills[3] * gauss(g, h))
        worker.urgency = 0.5 + person.need  # who is pressed meets sudden needs more often
        worker.sitting = time[0] * np.sqrt(person.free / time[1])
        worker.day_budget = int(HOUR * person.free * time[2])
        worker.profile, worker.state = person.profile, UNREGISTERED
        worker.first_account, worker.first_part, worker.month_row = NOBODY, NOBODY, NOBODY
        worker.last_seen, worker.last_worked, worker.account = NOBODY, NOBODY, NOBODY
        worker.needy_until = worker.away_until = LONG_AGO


@kernel
def found(key, p, first, rows, law, kinds, wage, announced, days, burst, clients):
    """Clients of one platform: when they come and go, how much they ask for, what and how.

    Parameters
    ----------
    p : int
        Platform.
    first : float
        Day of the first entry (before the start, so that the stock at the start is in equilibrium); entries are
        even from there to the end.
    law : float64 array (9,)
        Log-sd of volume; shape and scale (days) of the Weibull life; sudden ends per day; strictness median (log) and
        log-sd; patience median (days) and log-sd; log-sd of wage.
    kinds : float64 array (KINDS, 3)
        Share of clients, factor on the wage, mean seconds.
    wage : float
        Median wage of the platform, euro per announced hour.
    announced : float64 array (2,)
        Median and log-sd of announced over true seconds.
    days : int
    burst : float
        How far one client's gaps between posts are stretched and squeezed, 1 is not at all.
    clients : CLIENT array (rows,)
        Written; ``volume`` is relative, to be scaled to the demand of the platform.
    """
    for j in range(rows):
        who = (p << 20) + j
        client = clients[j]
        a, b, c, d = draw4(key, CLIENT, 0, who, 0)
        e, f, g, h = draw4(key, CLIENT, 0, who, 1)
        s, t, u, v = draw4(key, CLIENT, 0, who, 2)
        w, x, y, z = draw4(key, CLIENT, 0, who, 3)
        entry = first + (j + a) * (days - first) / rows
        life = law[2] * (-np.log(b)) ** (1.0 / law[1])
        sudden = -np.log(c) / law[3] if law[3] > 0.0 else np.inf
        client.ended = 1 if sudden < life else 0
        client.who, client.platform = who, p
        client.first_day = int(np.floor(entry))
        client.last_day = int(min(np.floor(entry + min(life, sudden)), 2.0**30))
        client.volume, client.scale = np.exp(law[0] * gauss(e, f)), 1.0
        kind = 0
        while kind < kinds.shape[0] - 1 and d >= kinds[kind, 0]:
            d -= kinds[kind, 0]
            kind += 1
        client.kind = kind
        client.wage = wage * kinds[kind, 1] * np.exp(law[8] * gauss(g, h))
        client.announced_share = announced[0] * np.exp(announced[1] * gauss(s, t))
        client.strictness = min(1.0, np.exp(law[4] + law[5] * gauss(u, v)))
        client.patience = law[6] * np.exp(law[7] * gauss(w, x))
        client.next_post = -np.log(y) * waiting(burst, z)
        client.first_slot, client.last_slot = NOBODY, NOBODY


@inner
def waiting(burst, u):
    """Factor on the first wait for a post: that of `sim.markets.posting.stretch` as met at a random moment.

    A gap is met in proportion to its length, so that posts are as many as expected from the first day on.
    """
    if burst <= 1.0:
        return 1.0
    long = 5.0 - 4.0 / burst
    return long if u < 0.2 * long else 1.0 / burst


@kernel
def regime(key, quiet, surge, days, surging):
    """Which days are surge days: quiet and surge spells of exponential length in turn, quiet first.

    Parameters
    ----------
    quiet, surge : float
        Mean length of a spell, days.
    surging : bool array (days,)
        Written.
    """
    day, k = 0.0, 0
    while day < days:
        calm = -quiet * np.log(draw(key, REGIME, 0, 0, 2 * k))
        rush = -surge * np.log(draw(key, REGIME, 0, 0, 2 * k + 1))
        for d in range(int(day + calm), min(days, int(day + calm + rush))):
            surging[d] = True
        day += calm + rush
        k += 1


@kernel
def leave_at_once(key, p, depth, gone):
    """Which clients of platform `p` end their contract on the day of the collapse; `gone`, bool, is written."""
    for j in range(gone.size):
        gone[j] = draw(key, CLIENT, 0, (p << 20) + j, 9) < depth
