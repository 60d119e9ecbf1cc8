"""Who workers and clients are as economic agents: drawn once, by their own number, whatever the others are."""

from typing import NamedTuple

import numpy as np

from sim.kernel.compiler import inner, kernel
from sim.kernel.records import (
    BAD_NEWS,
    GOOD_NEWS,
    LEAST_ACCURACY,
    LONG_AGO,
    LONGEST_PATIENCE,
    MOST_ACCURACY,
    NOBODY,
    ON_PRINCIPLE,
    ON_THE_LIST,
    UNREGISTERED,
)
from sim.kernel.streams import (
    CLIENT,
    CLIENT_COLLAPSE,
    CLIENT_FRENCH,
    CLIENT_JUDGE,
    CLIENT_LIFE,
    CLIENT_MANNER,
    CLIENT_NAME,
    CLIENT_PACE,
    CLIENT_SIZE,
    PERSON,
    PERSON_SKILL,
    PERSON_VIEWS,
    PERSON_WAGE,
    REGIME,
    REGIME_SPELL,
    draw,
    draw4,
    gauss,
)
from sim.kernel.units import HOUR, MINUTE

NOISE = 0.15  # log-sd of true over announced duration between a client's batches


class WorkerDistribution(NamedTuple):
    """What workers differ in, as declared in the scenario's ``behaviour``; in its units."""

    reservation_wage: float  # median, euro per hour
    need_effect: float  # log points
    outside_effect: float  # log points
    reservation_wage_log_sd: float
    speed_log_sd: float
    error_log_median: float  # error: chance that a task is wrong
    error_log_sd: float
    attention_log_sd: float
    sitting_minutes: float  # mean at the middle free time
    sitting_elasticity: float  # of a sitting to free time
    free_middle: float  # that free time, hours per week
    day_share: float  # of a week's free time that one day can take
    forum_share: float  # read forums
    principled: float  # refuse some clients on principle


@kernel
def equip(key: np.ndarray, given: WorkerDistribution, persons: np.ndarray, workers: np.ndarray) -> None:
    """Reservation wage, speed, accuracy, attention, time and views of each person.

    ``log w = log median + need_effect (1/2 - need) + outside_effect (outside - 1/2) + sd z``. Errors are lognormal:
    most people are wrong on fewer than one task in a hundred, a few on more than one in twenty.

    Writes: workers.

    Parameters
    ----------
    persons : PERSON array (N,)
    workers : WORKER array (N,)
        Written.
    """
    for i in range(persons.size):
        person, worker = persons[i], workers[i]
        a, b, c, d = draw4(key, PERSON, 1, i, PERSON_WAGE)
        e, f, g, h = draw4(key, PERSON, 1, i, PERSON_SKILL)
        pressed, choosy = given.need_effect * (0.5 - person.need), given.outside_effect * (person.outside - 0.5)
        wage = np.log(given.reservation_wage) + pressed + choosy
        worker.reservation_wage = np.exp(wage + given.reservation_wage_log_sd * gauss(a, b))
        worker.speed = np.exp(given.speed_log_sd * gauss(c, d))
        error = np.exp(given.error_log_median + given.error_log_sd * gauss(e, f))
        worker.accuracy = min(MOST_ACCURACY, max(LEAST_ACCURACY, 1.0 - error))
        worker.attention = np.exp(given.attention_log_sd * gauss(g, h))
        worker.need = person.need
        worker.urgency = 0.5 + person.need  # who is pressed meets sudden needs more often
        worker.sitting = MINUTE * given.sitting_minutes * (person.free / given.free_middle) ** given.sitting_elasticity
        worker.day_budget = int(HOUR * person.free * given.day_share)
        worker.profile, worker.state = person.profile, UNREGISTERED
        worker.first_account, worker.first_claim, worker.month_row = NOBODY, NOBODY, NOBODY
        worker.last_seen, worker.last_worked, worker.account, worker.event = NOBODY, NOBODY, NOBODY, NOBODY
        worker.needy_until = worker.away_until = LONG_AGO
        hold_views(key, given, i, worker)


@inner
def hold_views(key: np.ndarray, given: WorkerDistribution, i: int, worker: np.record) -> None:
    """Who reads forums hears of good batches and of bad clients; who has principles refuses what is against them.

    Writes: worker."""
    u, v, _, _ = draw4(key, PERSON, 1, i, PERSON_VIEWS)
    worker.reads = GOOD_NEWS if u < given.forum_share else 0
    worker.refuses = (BAD_NEWS if u < given.forum_share else 0) | (ON_PRINCIPLE if v < given.principled else 0)


class ClientDistribution(NamedTuple):
    """What the clients of one platform differ in."""

    size_log_sd: float  # of the work asked for
    life_shape: float  # Weibull
    life_scale: float  # Weibull, days
    sudden_ends: float  # per day
    strictness_log_median: float
    strictness_log_sd: float
    together: float  # share who judge a piece of work by one task of it
    patience: float  # median, days
    patience_log_sd: float
    wage_log_sd: float
    announced_share: float  # median of announced over true seconds
    announced_log_sd: float
    burst: float  # how far one client's gaps between posts are stretched and squeezed, 1 is not at all
    named: float  # share whose name stands on the list
    contested: float  # share who ask for what some refuse on principle, if they know whose work it is


@kernel
def draw_clients(
    key: np.ndarray, p: int, first: float, days: int, given: ClientDistribution, kinds: np.ndarray, clients: np.ndarray
) -> None:
    """Clients of one platform: when they come and go, how much they ask for, what and how.

    Writes: clients.

    Parameters
    ----------
    p
        Platform.
    first
        Day of the first entry (before the start, so that the stock at the start is in equilibrium); entries are
        even from there to the end.
    days
        Length of the run.
    kinds
        The platform's bill of fares, of which share and pay are read.
    clients
        Written; ``volume`` is relative, to be scaled to the demand of the platform.
    """
    for j in range(clients.size):
        who = number(p, j)
        client = clients[j]
        a, b, c, d = draw4(key, CLIENT, 0, who, CLIENT_LIFE)
        manner(key, p, who, d, given, kinds, client)
        entry = first + (j + a) * (days - first) / clients.size
        life = given.life_scale * (-np.log(b)) ** (1.0 / given.life_shape)
        sudden = -np.log(c) / given.sudden_ends if given.sudden_ends > 0.0 else np.inf
        client.ended = 1 if sudden < life else 0
        client.first_day = int(np.floor(entry))
        client.last_day = int(min(np.floor(entry + min(life, sudden)), 2.0**30))
        s, t, _, _ = draw4(key, CLIENT, 0, who, CLIENT_NAME)
        if s < given.named:
            client.known_from, client.said = ON_THE_LIST, ON_PRINCIPLE if t < given.contested else 0


@inner
def manner(
    key: np.ndarray, p: int, who: int, d: float, given: ClientDistribution, kinds: np.ndarray, client: np.record
) -> None:
    """What client number `who` asks for and how, whenever it comes; `d`, uniform, says which kind of task.

    Writes: client."""
    e, f, g, h = draw4(key, CLIENT, 0, who, CLIENT_SIZE)
    s, t, u, v = draw4(key, CLIENT, 0, who, CLIENT_MANNER)
    w, x, y, z = draw4(key, CLIENT, 0, who, CLIENT_PACE)
    client.who, client.platform = who, p
    client.volume, client.scale = np.exp(given.size_log_sd * gauss(e, f)), 1.0
    kind = 0
    while kind < kinds.size - 1 and d >= kinds[kind].share:
        d -= kinds[kind].share
        kind += 1
    client.kind = kind
    client.wage = kinds[kind].hourly * np.exp(given.wage_log_sd * gauss(g, h))
    client.announced_share = given.announced_share * np.exp(given.announced_log_sd * gauss(s, t))
    client.strictness = min(1.0, np.exp(given.strictness_log_median + given.strictness_log_sd * gauss(u, v)))
    client.together = draw(key, CLIENT, 0, who, CLIENT_JUDGE) < given.together
    client.french = draw(key, CLIENT, 0, who, CLIENT_FRENCH) < kinds[kind].french
    client.patience = min(LONGEST_PATIENCE, given.patience * np.exp(given.patience_log_sd * gauss(w, x)))
    client.next_post = -np.log(y) * waiting(given.burst, z)
    client.first_slot, client.last_slot = NOBODY, NOBODY


@inner
def waiting(burst: float, u: float) -> float:
    """Factor on the first wait for a post: that of `sim.markets.posting.stretch` as met at a random moment.

    A gap is met in proportion to its length, so that posts are as many as expected from the first day on.
    """
    if burst <= 1.0:
        return 1.0
    long = 5.0 - 4.0 / burst
    return long if u < 0.2 * long else 1.0 / burst


@kernel
def regime(key: np.ndarray, quiet: float, surge: float, days: int, surging: np.ndarray) -> None:
    """Which days are surge days: quiet and surge spells of exponential length in turn, quiet first.

    Writes: surging.

    Parameters
    ----------
    quiet, surge
        Mean length of a spell, days.
    surging : bool array (days,)
        Written.
    """
    day, k = 0.0, 0
    while day < days:
        calm = -quiet * np.log(draw(key, REGIME, 0, 0, REGIME_SPELL + 2 * k))
        rush = -surge * np.log(draw(key, REGIME, 0, 0, REGIME_SPELL + 2 * k + 1))
        for d in range(int(day + calm), min(days, int(day + calm + rush))):
            surging[d] = True
        day += calm + rush
        k += 1


@inner
def number(p: int, j: int) -> int:
    """Coordinate of chance of client `j` of platform `p`, unlike that of any other: a million, then a million more."""
    return (j >> 20 << 25) + (p << 20) + (j & 0xFFFFF)


@kernel
def leave_at_once(key: np.ndarray, who: np.ndarray, depth: float, gone: np.ndarray) -> None:
    """Which clients, by their numbers, end their contract on the day of the collapse; `gone`, bool, is written.

    Writes: gone."""
    for j in range(gone.size):
        gone[j] = draw(key, CLIENT, 0, who[j], CLIENT_COLLAPSE) < depth
