"""The model: days, hours, the agenda of the moment, and the two ways to find those who look."""

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Callable

import mesa

from experiments.bench.mesa_market.chance import uniforms
from experiments.bench.mesa_market.client import Client
from experiments.bench.mesa_market.platform import Batch, Platform
from experiments.bench.mesa_market.week import Week
from experiments.bench.mesa_market.worker import Worker
from sim.kernel.categories import STRUCTURE
from sim.kernel.records import KIND, LAPSED
from sim.kernel.streams import make_key
from sim.kernel.units import DAY, HOUR, MICRO
from sim.population import synthesis
from sim.population.crowd import hours_elsewhere
from sim.population.demand import intensity, kinds
from sim.scenario.rules import rules_of
from sim.scenario.scenario import Scenario


def two_sided(scenario: Scenario) -> Scenario:
    """Without deep labour and survey; sign-up by date, and not in answer to what is heard."""
    tree = scenario.model_dump(mode="json")
    members = tree["platform"]["members"]
    tree["platform"]["members"] = {key: row for key, row in members.items() if STRUCTURE[row["structure"]].listed}
    tree["survey"]["on"] = tree["population"]["entry"]["responds"] = False
    return Scenario.checked(tree)


class MesaMarket(mesa.Model):
    """The micro-work market as plain Mesa agents; one step is one day.

    Parameters
    ----------
    scenario
        Without deep-labour platforms.
    style
        How those who look are found; may be changed between steps, since what is to come has no memory.

    Attributes
    ----------
    daily : list of Counter
        Each day's looks, empty_looks, visits, reactions, too_late, tasks_posted, tasks_done, tasks_refused,
        paid_seconds, unpaid_seconds, watching_seconds, present_seconds, pay (micro-euro), commission, cashed_out,
        started, banned and lapsed.
    """

    def __init__(self, scenario: Scenario, style: str = "calendar") -> None:
        super().__init__(rng=scenario.seed)
        self.world, self.rules = scenario, rules_of(scenario)
        self.key = make_key(scenario.seed, scenario.replicate)
        self.days = (scenario.end - scenario.start).days + 1
        self.day, self.midnight, self.horizon, self.now = 0, DAY, DAY, 0
        self.uniform = uniforms(self.key)
        self.week = Week(self.rules.start_second, scenario.demand.weekend_share, self.uniform)
        self.calendar, self.payments = defaultdict(list), defaultdict(list)
        self.posters, self.expiries = defaultdict(list), defaultdict(list)
        self.agenda, self.seen, self.works, self.filled = [], [], [], []
        self.today, self.daily = Counter(), []
        self._found_platforms()
        self._found_clients()
        self._settle_people()
        self._planned = True
        self.style = style

    def _found_platforms(self):
        scenario, members = self.world, list(self.world.platform.members.values())
        rows = synthesis.platforms(scenario)
        self.platforms = [Platform(self, number, row) for number, row in enumerate(rows)]
        joined = scenario.population.joined_at_sign_up
        self.further = joined / (1.0 + joined) if len(members) > 1 else 0.0
        self.levels = [[sum(p.requires[: level + 1]) for level in range(4)] for p in members]
        self.posted = [0] * len(members)

    def _found_clients(self):
        cumulated, _, _ = intensity(self.world, self.key, self.days)
        batches = kinds(self.world)
        self.intensity = cumulated.tolist()  # by use
        self.abroad = hours_elsewhere(self.world).tolist()
        self.kinds = [[dict(zip(KIND.names, row, strict=True)) for row in bill] for bill in batches.tolist()]
        rows = synthesis.clients(self.world, self.key, cumulated, batches)
        for row in rows[rows["volume"] > 0.0]:
            client = Client(self, row)
            first = client.next_day()
            if first <= client.last_day:
                self.posters[first].append(client)

    def _settle_people(self):
        """Everyone; early registrations are made, and everyone's first event is planned."""
        half_life = self.world.behaviour.drift_half_life_days
        for person, row in zip(*synthesis.people(self.world, self.key, self.days), strict=True):
            worker = Worker(self, person, row)
            if worker.signed_up >= 0:
                worker.registers_at = worker.next_look = self.week.moment_of(worker.signed_up, worker.profile)
                self.calendar[worker.signed_up].append(worker)
                continue
            worker.sign_up()
            if self.uniform() > 0.5 ** (-worker.signed_up / half_life):
                worker.state = LAPSED
            worker.plan(-1)

    # --- the day ---------------------------------------------------------------------------------------------
    def step(self) -> None:
        """One day, in the order of the engine's verbs."""
        self.today, self.midnight = Counter(), (self.day + 1) * DAY
        self.posted = [0] * len(self.platforms)
        self.pay_out()
        self.post()
        for hour in range(self.day * DAY, self.midnight, HOUR):
            self.expected_at(hour, self.catch_up, hour)
        for platform, posted in zip(self.platforms, self.posted, strict=True):
            full = min(1.0, max(0.0, (platform.open_tasks + posted) / max(2.0 * platform.posted_per_day, 1.0)))
            platform.notice = platform.notification * full
        if self.style == "scan":
            self.scan()
        else:
            self.call()
        self.now = self.midnight
        for worker in self.seen:
            worker.go_home(self.midnight)
        self.catch_up(self.midnight - 1)
        self.settle()
        self.learn()
        for platform, posted in zip(self.platforms, self.posted, strict=True):
            platform.posted_per_day += 0.1 * (posted - platform.posted_per_day)
        self.daily.append(self.today)
        self.day += 1
        self.running = self.day < self.days

    def pay_out(self) -> None:
        """Payments due arrive."""
        for account in self.payments.pop(self.day, ()):
            self.today["cashed_out"] += account.on_its_way
            account.on_its_way = 0
            account.platform.credit(account, 0)

    def post(self) -> None:
        """Clients withdraw what is late and post what is new."""
        for batch in self.expiries.pop(self.day, ()):
            if batch.left:
                batch.client.platform.withdraw(batch)
                batch.client.adapt(batch)
        for client in self.posters.pop(self.day, ()):
            client.post(self.day)

    def scan(self) -> None:
        """Tutorial style: every hour everyone asks whether to look in this hour."""
        self.calendar.clear()
        self._planned = False
        workers = self.agents_by_type[Worker]
        for start in range(self.day * DAY, self.midnight, HOUR):
            self.horizon = start + HOUR
            workers.shuffle_do("ask", start, self.week.hour(start))
            self.run_agenda(self.horizon)

    def call(self) -> None:
        """Event-driven: only those are called who have an event today."""
        if not self._planned:
            self._plan_everyone()
        self.horizon = self.midnight
        due = self.calendar.pop(self.day, [])
        self.calendar[self.day] = due
        for worker in due:  # grows while it is read: some have a second event today
            worker.wake()
        del self.calendar[self.day]
        self.run_agenda(self.midnight)

    def _plan_everyone(self):
        """After days of scanning nobody has an event in the calendar."""
        for worker in self.agents_by_type[Worker]:
            if worker.state:
                worker.plan(self.day * DAY - 1)
            elif worker.signed_up >= self.day:
                self.calendar[worker.signed_up].append(worker)
        self._planned = True

    # --- the agenda ------------------------------------------------------------------------------------------
    def enter(self, worker: Worker, moment: int) -> None:
        """A worker acts at `moment`, still today, and not when they would have; ties by lot."""
        worker.moment = moment
        heapq.heappush(self.agenda, (moment, self.uniform(), worker.act, moment))

    def expected_at(self, moment: int, deed: Callable, thing: Batch | int) -> None:
        """Something happens at `moment`, before any worker acts in that second."""
        heapq.heappush(self.agenda, (moment, -self.uniform(), deed, thing))

    def run_agenda(self, end: int) -> None:
        """Everything before the second `end`, in order."""
        agenda = self.agenda
        while agenda and agenda[0][0] < end:
            self.now, _, deed, what = heapq.heappop(agenda)
            deed(what)

    # --- the crowd elsewhere ---------------------------------------------------------------------------------
    def willing(self, platform: Platform, batch: Batch) -> float:
        """Share of the crowd that is qualified for a batch and would take it at what it pays."""
        rules = self.rules
        qualified = 1.0 if batch.requires == 0 else 1.0 - self.levels[platform.number][batch.requires - 1]
        return (
            qualified
            * 0.5
            * math.erfc(math.log(rules.crowd_wage / batch.hourly) / (rules.crowd_wage_log_sd * math.sqrt(2.0)))
        )

    def catch_up(self, now: int) -> None:
        """Deduct what the crowd has taken up to now, on all lists."""
        for platform in self.platforms:
            if platform.crowd:
                platform.catch_up_all(now)

    # --- the evening -----------------------------------------------------------------------------------------
    def settle(self) -> None:
        """Review, pay, commission, balances and bans; clients draw the lesson of what was filled."""
        for account, batch, tasks, seconds in self.works:
            worker, platform = account.worker, account.platform
            chance, client = (1.0 - worker.accuracy) * batch.client.strictness, batch.client
            if client.together:
                refused = tasks if self.uniform() < chance else 0
            else:
                refused = self._refusals(tasks, chance)
            pay, paid_seconds = (tasks - refused) * batch.piece_rate, seconds * (tasks - refused) // tasks
            commission = pay * platform.commission // MICRO
            for name, amount in (
                ("tasks_done", tasks),
                ("tasks_refused", refused),
                ("paid_seconds", paid_seconds),
                ("unpaid_seconds", -paid_seconds),
                ("pay", pay),
            ):
                self.today[name] += amount
                setattr(worker, name, getattr(worker, name) + amount)
            self.today["commission"] += commission
            account.done += tasks
            account.refused += refused
            account.day_earned += pay
            batch.refused += refused
            client.reviewed += tasks
            client.refused += refused
            client.spent += pay + commission
            platform.paid += paid_seconds
            platform.credit(account, pay)
            if refused:
                platform.judge(account)
                worker.mistrust(account, client)
        for platform in self.platforms:
            if platform.there:
                platform.busy += self.rules.rate_speed * (max(platform.paid, 0) / platform.there - platform.busy)
            platform.there = platform.paid = 0
        for batch in sorted(self.filled, key=lambda batch: batch.last_filled):
            batch.client.adapt(batch)
        self.works, self.filled = [], []

    def _refusals(self, tasks, chance):
        """How many tasks are refused: the binomial distribution, by inversion."""
        if chance <= 0.0:
            return 0
        if chance >= 1.0:
            return tasks
        log_term, refused, u = tasks * math.log1p(-chance), 0, self.uniform()
        total = math.exp(log_term)
        while u > total and refused < tasks:
            log_term += math.log(chance / (1.0 - chance) * (tasks - refused) / (refused + 1))
            refused += 1
            total += math.exp(log_term)
        return refused

    def learn(self) -> None:
        """Everyone seen today learns and, with a calendar, plans the next event."""
        for worker in self.seen:
            worker.learn()
            if self.style == "calendar":
                worker.plan(self.midnight - 1)
        self.seen = []
