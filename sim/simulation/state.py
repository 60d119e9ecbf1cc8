"""The market's state and the verbs of its day: what each hands to which kernels."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.agents.looking import learn
from sim.kernel.arrays import MONTH_ROWS, SLOTS_LEFT
from sim.kernel.records import ALLOTMENT, DAILY
from sim.kernel.units import DAY, HOUR, MICRO, MINUTE
from sim.markets import book, contracting, posting, structures
from sim.markets.agenda import CROWD
from sim.markets.entry import fade
from sim.markets.matching import match
from sim.markets.settlement import pay_out, settle
from sim.markets.waking import begin, wake
from sim.policies.effects import legislate
from sim.policies.ones_own import OnesOwn
from sim.policies.state import PolicyState
from sim.population import synthesis
from sim.scenario.own.kernel_rules import KernelRules
from sim.scenario.rules import OWN, rules_of, with_policies
from sim.scenario.scenario import Scenario
from sim.simulation.columns import columns_of, with_room, with_room_everywhere, with_slots

# What a scenario alone makes.
OF_SCENARIO = frozenset({"scenario", "days", "further", "_waves", "_own", "_asked", "_decided"})


class State:
    """Columns, rules and counters of one market.

    Parameters
    ----------
    scenario
    kept
        What a state of the same market kept, from which this one goes on; without, it is before its first day.
    day
        That comes next.

    Attributes
    ----------
    market : Market
    absent : ABSENT array
        Accounts nobody opens; no day touches them.
    rules : Rules
    days : int
        For which the market is laid out: those of the run, and those that follow up to its horizon.
    multiplier, label : arrays, shape (days,)
        What season and regime make of demand, and the regime's name.
    policy : PolicyState
        What policies keep from day to day.
    """

    def __init__(self, scenario: Scenario, kept: Mapping[str, Any] | None = None, day: int = 0) -> None:
        self.scenario = scenario
        self.days = (scenario.laid_out - scenario.start).days + 1
        self._asked = KernelRules(scenario)
        self.rules: Any = rules_of(scenario)._replace(**self._asked.places)
        joined = scenario.population.joined_at_sign_up
        self.further = joined / (1.0 + joined) if len(scenario.platform.members) > 1 else 0.0
        self._waves = synthesis.waves(scenario) if scenario.survey.on else []
        self._own = OnesOwn(scenario) if scenario.ones_own("policy") else None
        self._decided = bool(scenario.decided)
        if kept is None:
            self._begin()
            return
        vars(self).update(kept, rules=self.rules._replace(**kept["rules"] | self._asked.places))
        if self._own and day <= self._own.since:  # none has acted, and they may be others than were to
            self.policy.own = self._own.kept

    def _begin(self):
        """People, platforms and clients before the first day."""
        scenario = self.scenario
        self.market, self.multiplier, self.label = columns_of(scenario, self.days, self.further)
        self.absent = synthesis.absent(scenario, self.market.key, self.days)
        self._crowd = np.zeros(CROWD, np.int32)
        self._projects = np.zeros(len(self.market.firms.clients), ALLOTMENT)
        at, half_life = 0, scenario.behaviour.drift_half_life_days
        while (at := begin(self.rules, self.market, self.further, half_life, at)) < len(self.market.people.workers):
            self.market = with_room_everywhere(self.market)
        self._asked.check()
        platforms = self.market.firms.platforms
        self._posted = np.zeros(len(platforms))
        self.policy = PolicyState.of(platforms, self._own.kept if self._own else {})

    def kept(self) -> dict[str, Any]:
        """All that the scenario alone does not make, by name."""
        names = vars(self).keys() - OF_SCENARIO
        rules = {name: value for name, value in self.rules._asdict().items() if name not in OWN}
        return {name: vars(self)[name] for name in sorted(names)} | {"rules": rules}

    def __setstate__(self, kept: dict[str, Any]) -> None:
        """A copy, or one brought to another process, has rules of one's own in a place of its own."""
        vars(self).update(kept)
        self._asked = KernelRules(self.scenario)
        self.rules = self.rules._replace(**self._asked.places)

    def __getstate__(self) -> dict[str, Any]:
        """All but what is of this process."""
        return {name: one for name, one in vars(self).items() if name != "_asked"}

    # --- the day's verbs -------------------------------------------------------------------------------------
    def legislate(self, day: int) -> None:
        """Policies come into force on their day; until then, and without any, nothing is done."""
        if self._decided:
            legislate(self, day)
            if self._own and day == self._own.since:
                self.rules = with_policies(self.rules, self.scenario)
                self._own.act("first_day", self, day)
            self._act("every_morning", day)

    def _act(self, moment, day):
        """Policies of one's own act, if there are any, from their first day on."""
        if self._own and day >= self._own.since:
            self._own.act(moment, self, day)

    def pay_out(self, day: int) -> None:
        """Payments due arrive."""
        while True:
            _, people, firms, _, schedule, ledger, _ = self.market
            if pay_out(day, people, firms, schedule, ledger):
                return
            self.market = with_room(self.market, "ledger.months", ledger.counts[MONTH_ROWS])

    def post(self, day: int) -> None:
        """Clients withdraw what is late and post what is new."""
        _, _, firms, order_book, _, ledger, _ = self.market
        posting.withdraw(self.rules, day, firms, order_book, ledger)
        at = posting.post(self.rules, day, self.market, 0)
        while at < len(firms.clients):
            self.market = with_slots(self.market)
            at = posting.post(self.rules, day, self.market, at)

    def ask(self, day: int) -> None:
        """Researchers post their questionnaire: in each wave every day, until they have asked for all the answers.

        On an open list; in deep labour as a message in every account, which who opens it sees before the day's work."""
        survey = self.scenario.survey
        for wave, (first, quotas) in enumerate(self._waves, start=1):
            if not (0 <= day - first < len(quotas) and quotas[day - first]):
                continue
            if self.market.book.counts[SLOTS_LEFT] == 0:
                self.market = with_slots(self.market)
            _, _, firms, order_book, schedule, ledger, _ = self.market
            client, second, last_day = len(firms.clients) - 1, round(HOUR * survey.hour), first + survey.open_days
            posting.post_questionnaire(
                *(firms, order_book, schedule, ledger, client, day, second, wave, last_day, quotas[day - first]),
                *(round(MINUTE * survey.minutes), round(MICRO * survey.reward)),
            )

    def allot(self, day: int) -> None:
        """Deep labour: contracts end any day; on Mondays assiduity is reviewed, contracts signed, work allotted."""
        key, people, firms, order_book, _, ledger, _ = self.market
        contracting.contracts_end(day, people, firms, ledger)
        if (day + self.scenario.start.weekday()) % 7 == 0 or day == 0:
            contracting.review_week(day, key, people, firms, order_book, ledger)
            contracting.contracts_end(day, people, firms, ledger)
            contracting.sign(day, key, people, firms, order_book, ledger)
            contracting.allot(people, firms, order_book, self._projects)

    def notify(self) -> None:
        """Platforms call people back."""
        structures.notify(self.market.firms, self.market.book, self.market.ledger, self._posted)

    def wake(self, day: int) -> None:
        """Sign-ups, returns, and everyone who will look today."""
        while not wake(self.rules, day, self.market, self.further):
            self.market = with_room_everywhere(self.market)

    def match(self, day: int, month_start: int) -> None:
        """The day in the order of its seconds."""
        second = match(self.rules, day, self.market, 0, month_start, self._crowd)
        while second < DAY:
            self.market = with_room_everywhere(self.market)
            second = match(self.rules, day, self.market, second, month_start, self._crowd)

    def settle(self, day: int) -> None:
        """Review, pay and bans; clients draw the lesson of what was filled today."""
        self._act("before_review", day)
        self.market = with_room(self.market, "ledger.months", self.market.ledger.counts[MONTH_ROWS])
        settle(self.rules, day, self.market)
        if self.rules.entry:
            fade(self.rules.memory, day, self.market.firms, self.market.ledger)
        posting.adapt_all(self.rules, self.market.firms, self.market.book, self.market.ledger)

    def learn(self, day: int) -> None:
        """What the day has taught, and the next look."""
        key, people, firms, _, schedule, ledger, _ = self.market
        learn(self.rules, day, key, people, firms, schedule, ledger)
        self._act("after_learning", day)
        self._asked.check()

    def clear(self, posted: np.ndarray) -> None:
        """Give back the slots of closed batches and remember how much is posted in a day."""
        book.free_closed(self.market.book)
        today = self.market.ledger.today
        self._posted += 0.1 * (posted - self._posted)
        self.policy.paid[:] = today[:, DAILY.pay_micro_euro]
        today[:] = 0
