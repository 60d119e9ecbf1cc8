"""The books close on every day of every market, and an error in them does not go unseen."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim import MicroworkMarket
from sim.kernel import arrays as r
from sim.kernel import records as c
from sim.kernel.units import DAY, HOUR
from sim.simulation import accounting
from sim.simulation.recorder import THREE_KINDS

# Fifty days with plenty of work and strict clients; contracts end on the 27th.
FIFTY = {"end": "2014-08-19", "demand.collapse_on": "2014-07-28"}
FIFTY |= {"demand.hours_per_day": 8000.0, "demand.strictness_mean": 0.9}
DEEP = "platform.members.deep"
# Money moves soon: low thresholds, short delays, frequent exams.
SOON = {
    "france": {"platform.members.clickworker.cash_out_threshold": 0.5},
    "biface": {"platform.members.biface.cash_out_threshold": 0.5},
    "deep": {f"{DEEP}.cash_out_delay": 3, f"{DEEP}.chain.exam_every_days": 2, f"{DEEP}.chain.exam_window_days": 2},
}
MARKETS = [(p, d) for p in ("france", "biface", "deep") for d in ("volatile", "collapse")]


class Watched:
    """A market whose pieces of work are noted day by day, before they are settled."""

    def __init__(self, **choices):
        self.market = MicroworkMarket(**choices)
        self.work = []  # worker, batch, tasks, second, seconds
        state, settle = self.market.state, self.market.state.settle

        def noting(*arguments):
            columns = state.market
            grants = columns.ledger.grants[: columns.ledger.counts[r.GRANTS]]
            parts = (
                columns.people.accounts["worker"][grants["account"]],
                columns.book.batches["id"][grants["slot"]],
                grants["tasks"],
                grants["second"],
                grants["seconds"],
            )
            self.work.append(np.stack(parts, axis=1).astype(np.int64))
            settle(*arguments)

        state.settle = noting

    def seconds(self):
        """Seconds of everyone so far, paid, unpaid and watching; int64 (N,)."""
        columns, lifetime = self.market.columns, self.market.lifetime
        whole = sum(lifetime[name].astype(np.int64) for name in THREE_KINDS)
        month = columns.ledger.months[: columns.ledger.counts[r.MONTH_ROWS]]
        whole[month["worker"]] += sum(month[name].astype(np.int64) for name in THREE_KINDS)
        return whole


def closes_every_day(**choices):
    """Step by step; after each day the books close and nobody was there for more than the day."""
    watched = Watched(**choices)
    market, before = watched.market, watched.seconds()
    while market.running:
        market.step()
        accounting.check(market)
        after = watched.seconds()
        assert (after >= before).all() and (after - before).max() <= DAY
        before = after
    return watched


@pytest.fixture(scope="module", params=MARKETS, ids="-".join)
def watched(request):
    platform, demand = request.param
    keen = {"looking_rate": 1.0, "reservation_wage": 0.8, "started_share": 0.8, "reaction_minutes": 0.5}
    keen |= {"staying": 0.98, "sitting_minutes": 70.0, "looking_rate_max": 1.8, "watching_weight": 0.6}
    small = {"population": {"people": 1200}, "behaviour": keen}
    return closes_every_day(seed=7, platform=platform, demand=demand, **small, **FIFTY, **SOON[platform])


def test_books_close_on_every_day(watched):
    daily = watched.market.recorder.daily.sum(axis=(0, 1))
    assert (
        daily[c.DAILY.tasks_done] > 500
        and daily[c.DAILY.tasks_refused] > 0
        and daily[c.DAILY.cashed_out_micro_euro] > 0
    )
    if watched.market.scenario.platform.name == "deep":
        assert daily[c.DAILY.margin_micro_euro] > 0 and daily[c.DAILY.contracts_started] > 0
    else:
        assert daily[c.DAILY.commission_micro_euro] > 0 and daily[c.DAILY.tasks_withdrawn] > 0
        assert daily[c.DAILY.reactions] > 50 and daily[c.DAILY.watching_seconds] > daily[c.DAILY.paid_seconds]


def test_each_batch_closes(watched):
    """Posted = done anywhere + open + withdrawn for each batch; it has cost what was approved or the hours it took."""
    market = watched.market
    batches = market.recorder.batches(market.columns)
    np.testing.assert_array_equal(batches["id"], np.arange(len(batches)))
    gone = batches["size"] - batches["left"] - batches["withdrawn"]
    anybody = market.columns.firms.clients["french"][batches["client"]] == 0
    assert (gone >= batches["done"]).all() and (gone == batches["done"])[~anybody].all()
    assert (batches["refused"] <= batches["done"]).all()
    assert ((batches["first_filled"] == c.NOBODY) == (gone == 0)).all()
    filled = batches[gone > 0]
    assert (filled["posted"] < filled["first_filled"]).all() and (filled["first_filled"] < filled["last_filled"]).all()
    pay, clients = (
        (batches["done"] - batches["refused"]).astype(np.int64) * batches["piece_rate"],
        market.columns.firms.clients,
    )
    by_hour = clients["by_hour"][batches["client"]] == 1
    for p in range(len(market.columns.firms.platforms)):
        hourly = clients["paid_by_hour"][clients["platform"] == p].sum()
        by_piece = pay[(batches["platform"] == p) & ~by_hour].sum()
        assert by_piece + hourly == market.recorder.daily[:, p, c.DAILY.pay_micro_euro].sum()
    assert not clients["paid_by_hour"][clients["by_hour"] == 0].any()


def test_nobody_is_in_two_places(watched):
    """The pieces of work of one worker follow one another, each within its day."""
    for day, work in enumerate(watched.work):
        worker, _, _, second, seconds = work[np.lexsort((work[:, 3], work[:, 0]))].T
        end = second + seconds
        assert (second >= day * DAY).all() and (end <= (day + 1) * DAY).all()
        assert (end[:-1][worker[:-1] == worker[1:]] <= second[1:][worker[:-1] == worker[1:]]).all()


def test_nobody_does_an_item_twice(watched):
    """Of a batch of size / redundancy items a worker does as many tasks at most."""
    batches = watched.market.recorder.batches(watched.market.columns)
    work = np.concatenate(watched.work)
    pairs, which = np.unique(work[:, :2], axis=0, return_inverse=True)
    tasks = np.bincount(which.ravel(), work[:, 2]).astype(np.int64)
    items = batches["items"][pairs[:, 1]]
    assert (tasks <= items).all()
    if watched.market.scenario.platform.name != "deep":
        assert (tasks == items).any()  # the bound was reached
    done = np.bincount(work[:, 1], work[:, 2], len(batches)).astype(np.int64)
    np.testing.assert_array_equal(done, batches["done"])


def test_what_the_columns_count_can_be_counted_again(watched):
    market, kept = watched.market, watched.market.recorder
    columns, lifetime = market.columns, market.recorder.lifetime
    assert kept.whole()
    daily = kept.daily.sum(axis=(0, 1))
    for name, counter in (
        ("looks", c.DAILY.looks),
        ("sessions", c.DAILY.sessions),
        ("visits", c.DAILY.visits),
        ("reactions", c.DAILY.reactions),
        ("too_late", c.DAILY.too_late),
        ("watching_seconds", c.DAILY.watching_seconds),
        ("tasks_done", c.DAILY.tasks_done),
        ("tasks_refused", c.DAILY.tasks_refused),
        ("paid_seconds", c.DAILY.paid_seconds),
        ("earned_micro_euro", c.DAILY.pay_micro_euro),
        ("cashed_out_micro_euro", c.DAILY.cashed_out_micro_euro),
    ):
        assert lifetime[name].sum(dtype=np.int64) == daily[counter], name
    np.testing.assert_array_equal(
        columns.ledger.hours["looks"].sum(axis=1), kept.daily[:, :, c.DAILY.looks].sum(axis=0)
    )
    np.testing.assert_array_equal(
        columns.ledger.hours["successes"].sum(axis=1), kept.daily[:, :, c.DAILY.sessions].sum(axis=0)
    )
    seen, last = columns.people.workers["last_seen"], market.day - 1
    assert kept.funnel[last, 1] == (seen > last - 30).sum() and kept.funnel[last, 2] == (seen > last - 7).sum()
    assert kept.funnel[last, 3] == (columns.people.workers["last_worked"] > last - 30).sum()
    july = slice(0, 31)
    month = kept.months[0][1]
    for p in range(len(columns.firms.platforms)):
        visitors = (month["platforms"] >> np.uint32(p) & 1).sum()
        assert kept.daily[july, p, c.DAILY.visitors].sum() == visitors
    contracted = columns.people.accounts["state"][: columns.people.counts[r.ACCOUNTS]] == c.CONTRACTED
    started, ended = daily[c.DAILY.contracts_started], daily[c.DAILY.contracts_ended]
    assert contracted.sum() == started - ended == columns.firms.clients["contracted"].sum()


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(
    platform=st.sampled_from(["france", "biface", "deep"]),
    demand=st.sampled_from(["steady", "seasonal", "volatile", "collapse"]),
    seed=st.integers(0, 2**64 - 1),
    people=st.integers(1, 600),
    hours=st.floats(0.0, 20_000.0),
    rate=st.floats(0.0, 20.0),
    accuracy=st.floats(0.5, 1.0),
    threshold=st.floats(0.0, 20.0),
)
def test_books_close_in_any_market(platform, demand, seed, people, hours, rate, accuracy, threshold):
    member = {"france": "clickworker", "biface": "biface", "deep": "deep"}[platform]
    closes_every_day(
        seed=seed,
        platform=platform,
        demand=demand,
        population={"people": people},
        behaviour={"looking_rate": rate, "accuracy_mean": accuracy, "accuracy_sd": 0.0, "joining_rate": 0.5},
        end="2014-08-03",
        **{"demand.hours_per_day": hours, "demand.collapse_on": "2014-07-20"},
        **{f"platform.members.{member}.cash_out_threshold": threshold},
    )


def test_time_that_was_meant_for_work_is_counted_once():
    """Who comes back in vain, again and again, for sittings that overlap, has wanted to work at most all day."""
    often = {"looking_rate": 300.0, "looking_rate_max": 300.0, "sitting_minutes": 1440.0, "day_share": 1.0}
    none = {"end": "2014-07-31", "demand.hours_per_day": 0.0}
    market = MicroworkMarket(seed=3, population={"people": 50}, behaviour=often, **none).run()
    accounting.check(market)
    assert DAY / 3 < market.recorder.longest_day <= DAY


# --- errors are seen -------------------------------------------------------------------------------------------
def one_more(array, name, row=0):
    array[name][row] += 1


def open_slot(columns):
    return int(np.flatnonzero((columns.book.batches["id"] != c.NOBODY) & (columns.book.batches["left"] > 0))[0])


ERRORS = {
    "a client's spending": (lambda m: one_more(m.columns.firms.clients, "spent"), "clients' accounts = spending"),
    "a balance": (lambda m: one_more(m.columns.people.accounts, "balance"), "pay = held"),
    "money on its way": (lambda m: one_more(m.columns.people.accounts, "on_its_way"), "pay = held"),
    "a task left": (lambda m: one_more(m.columns.book.batches, "left", open_slot(m.columns)), "posted = done"),
    "an open task": (
        lambda m: m.columns.book.open_tasks.__setitem__(0, m.columns.book.open_tasks[0] + 1),
        "open tasks",
    ),
    "a task done": (lambda m: one_more(m.columns.people.accounts, "done"), "tasks on accounts"),
    "a day's pay": (lambda m: m.recorder.daily.__setitem__((3, 0, c.DAILY.pay_micro_euro), 10**9), "spending = pay"),
    "a day's look": (lambda m: m.recorder.daily.__setitem__((3, 0, c.DAILY.looks), 10**6), "looks = empty looks"),
    "a day too long": (lambda m: m.columns.people.workers["used"].__setitem__(0, DAY + 1), "longer than a day"),
    "a second nobody spent": (lambda m: one_more(m.recorder.lifetime, "unpaid_seconds"), "presence = paid"),
    "a second no platform saw": (lambda m: a_second_more(m.recorder.lifetime), "workers' present_seconds"),
    "a batch nobody noticed": (lambda m: one_more(m.recorder.lifetime, "reactions"), "workers' reactions"),
    "a platform's watchers": (lambda m: a_second_watched(m.recorder.daily), "workers' watching_seconds"),
    "money both sides of which wrapped": (lambda m: wrapped(m), "pay = tasks approved"),
    "money near the end of 64 bits": (lambda m: m.columns.firms.platforms["margin"].fill(2**62), "within 64 bits"),
    "negative time": (lambda m: less_than_nothing(m.recorder.daily, c.DAILY.unpaid_seconds), "negative time"),
    "a negative day": (lambda m: less_than_nothing(m.recorder.daily, c.DAILY.visitors), "negative in daily visitors"),
    "a debt": (lambda m: m.columns.people.accounts["balance"].__setitem__(slice(2), (-9, 9)), "pay = held|balance"),
    "a refusal of nothing": (lambda m: one_more(m.columns.people.accounts, "refused", idle(m)), "refused tasks"),
    "no number": (lambda m: m.columns.firms.clients["volume"].__setitem__(0, np.nan), "finite numbers in clients"),
    "an endless rate": (lambda m: m.columns.people.workers["looking_rate"].__setitem__(0, np.inf), "looking rate"),
    "a day of 25 hours": (lambda m: setattr(m.recorder, "longest_day", 25.0 * HOUR), "more than 24 hours"),
}


def a_second_more(lifetime):
    one_more(lifetime, "watching_seconds")
    one_more(lifetime, "present_seconds")


def a_second_watched(daily):
    daily[3, 0, c.DAILY.watching_seconds] += 1


def less_than_nothing(daily, counter):
    daily[3, 0, counter] = -(10**9)


def idle(market):
    """Row of an account on which nothing was ever done."""
    return int(np.flatnonzero(market.columns.people.accounts["done"] == 0)[0])


def wrapped(market):
    """Every account of money is 2^62 more, as after an overflow that both sides of an identity share."""
    for name in ("pay_micro_euro", "spent_micro_euro"):
        market.recorder.daily[3, 0, getattr(c.DAILY, name)] += 2**62
    market.columns.firms.clients["spent"][0] += 2**62
    market.columns.people.accounts["balance"][0] += 2**62


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_in_the_books_is_found(error):
    busy = {"demand.hours_per_day": 20_000.0, "behaviour": {"reservation_wage": 0.5, "started_share": 0.8}}
    market = MicroworkMarket(seed=3, population={"people": 600}, end="2014-07-31", **busy).run()
    accounting.check(market)
    make, message = ERRORS[error]
    make(market)
    with pytest.raises(accounting.Unbalanced, match=message):
        accounting.check(market)
