"""The market's columns from a scenario, and room to grow in.

Kernels never allocate: they stop before an array is full, `State` makes it half as large again, and they go on.
"""

import datetime

import numpy as np

from sim.agents.looking import learn
from sim.kernel.arrays import (
    ACCOUNTS,
    CLOSED,
    COUNTS,
    FREE_PART,
    FREE_SLOT,
    GRANTS,
    MONTH_ROWS,
    PARTS_LEFT,
    ROLL,
    SLOTS_LEFT,
    Market,
)
from sim.kernel.records import BATCH, D_PAY, D_POSTED, DAILY, GRANT, MONTH, NOBODY, PART, SECONDS_PER_DAY
from sim.kernel.streams import make_key
from sim.markets import book, contracting, posting
from sim.markets.agenda import CROWD, WORD
from sim.markets.matching import match
from sim.markets.settlement import pay_out, settle
from sim.markets.waking import begin, wake
from sim.policies.effects import legislate
from sim.policies.state import PolicyState
from sim.population import synthesis
from sim.population.demand import intensity, kinds, mean_sizes
from sim.population.schedules import availability_table, posting_table
from sim.scenario.rules import rules_of

SIZES = {"slots": 4_096, "parts": 65_536, "grants": 65_536, "months": 32_768}


class State:
    """Columns, rules and counters of one market.

    Parameters
    ----------
    scenario : Scenario

    Attributes
    ----------
    market : Market
    absent : ABSENT array
        Accounts nobody opens; no day touches them.
    rules : Rules
    days : int
    multiplier, label : arrays, shape (days,)
        What season and regime make of demand, and the regime's name.
    policy : PolicyState
        What policies keep from day to day.
    """

    def __init__(self, scenario):
        self.scenario = scenario
        self.days = (scenario.end - scenario.start).days + 1
        self.rules = rules_of(scenario)
        joined = scenario.population.joined_at_sign_up
        self.further = joined / (1.0 + joined) if len(scenario.platform.members) > 1 else 0.0
        self.market, self.multiplier, self.label = self._columns(scenario)
        self._crowd = np.zeros(CROWD, np.int32)
        self._weight = np.zeros((len(self.market.clients), 3))
        half_life = scenario.behaviour.drift_half_life_days
        begin(self.rules, self.market, self.further, half_life)
        self._posted = np.zeros(len(self.market.platforms))
        self.policy = PolicyState.of(self.market.platforms)

    def _columns(self, scenario):
        key = make_key(scenario.seed, scenario.replicate)
        days, members = self.days, list(scenario.platform.members.values())
        cumulated, multiplier, label = intensity(scenario, key, days)
        persons, workers = synthesis.people(scenario, key, days)
        self.absent = synthesis.absent(scenario, key, days)
        laws = kinds(scenario.demand)
        clients = synthesis.clients(scenario, key, cumulated, laws, mean_sizes(scenario.demand))
        clients = np.append(clients, synthesis.researcher(scenario))
        arrivals = np.bincount(np.clip(persons["signed_up"], -1, days) + 1, minlength=days + 2)
        self._arriving = arrivals[1 : days + 1]
        room = int(arrivals[0] * (1.0 + 2.0 * self.further)) + 4 * CROWD
        counts = np.zeros(COUNTS, np.int64)
        market = Market(
            key=key,
            persons=persons,
            workers=workers,
            accounts=synthesis.accounts(room),
            platforms=synthesis.platforms(scenario),
            clients=clients,
            book=_chained(SIZES["slots"], BATCH, "older", 0, NOBODY),
            parts=_chained(SIZES["parts"], PART, "next", 0, NOBODY),
            grants=np.zeros(SIZES["grants"], GRANT),
            months=np.zeros(SIZES["months"], MONTH),
            counts=counts,
            calendar=np.full(days + 1, NOBODY, np.int32),
            payments=np.full(days + 1, NOBODY, np.int32),
            agenda=np.full(SECONDS_PER_DAY, NOBODY, np.int32),
            busy=np.zeros(SECONDS_PER_DAY // WORD, np.uint64),
            posts=np.full(SECONDS_PER_DAY, NOBODY, np.int32),
            newest=np.full(len(members), NOBODY, np.int32),
            largest=np.full((len(members), 32), NOBODY, np.int32),
            open_tasks=np.zeros(len(members), np.int64),
            openings=np.zeros(len(members), np.int64),
            notice=np.zeros(len(members)),
            seen=np.zeros(len(workers), np.int32),
            seen_on=np.zeros(days, np.int64),
            worked_on=np.zeros(days, np.int64),
            closed=np.zeros(SIZES["slots"], np.int32),
            roll=np.zeros(4 * CROWD, np.int32),
            today=np.zeros((len(members), len(DAILY)), np.int64),
            hours=np.zeros((len(members), 168, 3), np.int64),
            available=availability_table(),
            intensity=cumulated,
            posting=posting_table(scenario.demand.weekend_share),
            kinds=laws,
            levels=np.cumsum([p.requires for p in members], axis=1),
        )
        market.book["id"] = NOBODY
        counts[SLOTS_LEFT], counts[PARTS_LEFT] = SIZES["slots"], SIZES["parts"]
        counts[FREE_SLOT] = counts[FREE_PART] = 0
        return market, multiplier, label

    # --- the day's verbs -------------------------------------------------------------------------------------
    def legislate(self, day):
        """Policies come into force on their day; until then, and without any, nothing is done."""
        legislate(self, day)

    def pay_out(self, day):
        """Payments due arrive."""
        while not pay_out(day, self.market):
            self._room("months", self.market.counts[MONTH_ROWS])

    def post(self, day):
        """Clients withdraw what is late and post what is new."""
        posting.withdraw(self.rules, day, self.market)
        at = posting.post(self.rules, day, self.market, 0)
        while at < len(self.market.clients):
            self._grow_book()
            at = posting.post(self.rules, day, self.market, at)

    def ask(self, day):
        """Researchers post their questionnaire on the days of its waves."""
        survey = self.scenario.survey
        if not survey.on or survey.platform not in self.scenario.platform.members:
            return
        if self.scenario.start + datetime.timedelta(days=day) in survey.waves:
            if self.market.counts[SLOTS_LEFT] == 0:
                self._grow_book()
            quota = max(1, round(survey.quota * self.scenario.population.scale))
            row = len(self.market.clients) - 1
            seconds = round(60 * survey.minutes)
            reward = round(1e6 * survey.reward)
            posting.post_questionnaire(self.market, row, day, 3600 * survey.hour, quota, seconds, reward)

    def allot(self, day):
        """Deep labour: contracts end any day; on Mondays assiduity is reviewed, contracts signed, work allotted."""
        contracting.contracts_end(day, self.market)
        if (day + self.scenario.start.weekday()) % 7 == 0 or day == 0:
            contracting.review_week(day, self.market)
            contracting.contracts_end(day, self.market)
            contracting.sign(day, self.market)
            contracting.allot(self.market, self._weight)

    def notify(self):
        """How much platforms call: at full strength when there is twice as much to do today as is usually posted.

        What counts is what is announced, not what is left: where work is rationed, nothing lies open in the morning.
        """
        market = self.market
        deep = market.platforms["structure"] == 1
        offered = market.open_tasks + market.today[:, D_POSTED]
        full = np.clip(offered / np.maximum(2.0 * self._posted, 1.0), 0.0, 1.0)
        market.notice[:] = market.platforms["notification"] * np.where(deep, market.openings > 0, full)

    def wake(self, day):
        """Sign-ups, returns, and everyone who will look today."""
        self._room("accounts", self.market.counts[ACCOUNTS] + 8 * int(self._arriving[day]) + CROWD)
        wake(self.rules, day, self.market, self.further)

    def match(self, day, month_start):
        """The day in the order of its seconds."""
        second = match(self.rules, day, self.market, 0, month_start, self._crowd)
        while second < SECONDS_PER_DAY:
            self._grow_all()
            second = match(self.rules, day, self.market, second, month_start, self._crowd)

    def settle(self, day):
        """Review, pay and bans; clients draw the lesson of what was filled today."""
        settle(self.rules, day, self.market)
        posting.adapt_all(self.rules, self.market, int(self.market.counts[CLOSED]))

    def learn(self, day):
        """What the day has taught, and the next look."""
        learn(self.rules, day, self.market)

    def clear(self, posted):
        """Give back the slots of closed batches and remember how much is posted in a day."""
        book.free_closed(self.market)
        self._posted += 0.1 * (posted - self._posted)
        self.policy.paid[:] = self.market.today[:, D_PAY]
        self.market.today[:] = 0

    def put_off(self, day, until):
        """Whoever would have signed up from `day` to before `until` does so on that day: there must be room."""
        if until < self.days:
            self._arriving[until] += self._arriving[day:until].sum()
            self._arriving[day:until] = 0

    # --- room ------------------------------------------------------------------------------------------------
    def _room(self, name, filled):
        """Make the array half as large again if one crowd more than `filled` would not fit."""
        array = getattr(self.market, name)
        if filled + CROWD < len(array):
            return
        rows = max(int(filled) + 2 * CROWD, len(array) * 3 // 2)
        larger = synthesis.accounts(rows) if name == "accounts" else np.zeros(rows, array.dtype)
        larger[: len(array)] = array
        self.market = self.market._replace(**{name: larger})

    def _grow_book(self):
        old = self.market.book
        larger = _chained(2 * len(old), BATCH, "older", len(old), int(self.market.counts[FREE_SLOT]))
        larger["id"] = NOBODY
        larger[: len(old)] = old
        self.market.counts[FREE_SLOT] = len(old)
        self.market.counts[SLOTS_LEFT] += len(old)
        closed = np.zeros(len(larger), np.int32)
        closed[: len(old)] = self.market.closed
        self.market = self.market._replace(book=larger, closed=closed)

    def _grow_all(self):
        """Make room wherever the day ran short of it."""
        counts = self.market.counts
        if counts[PARTS_LEFT] <= CROWD:
            old = self.market.parts
            larger = _chained(2 * len(old), PART, "next", len(old), int(counts[FREE_PART]))
            larger[: len(old)] = old
            counts[FREE_PART] = len(old)
            counts[PARTS_LEFT] += len(old)
            self.market = self.market._replace(parts=larger)
        self._room("grants", counts[GRANTS])
        self._room("months", counts[MONTH_ROWS])
        self._room("accounts", counts[ACCOUNTS])
        self._room("roll", counts[ROLL])


def _chained(rows, dtype, link, first, last):
    """Zeroed rows whose rows from `first` on are chained by `link`, the last one to `last`."""
    array = np.zeros(rows, dtype)
    array[link][first:] = np.arange(first + 1, rows + 1)
    array[link][-1] = last
    return array
