"""The benchmark measures what it says: the plain Mesa market is the same market, and every question has an answer.

Nothing here looks at how long anything takes.
"""

import json
from collections import Counter
from functools import cache

import numpy as np
import pytest
from scipy.stats import t as student

from experiments.bench import __main__ as bench
from experiments.bench import memory_floor
from experiments.bench.measure import Row, Size
from experiments.bench.mesa_market import MesaMarket, two_sided
from experiments.bench.mesa_market.worker import Worker
from experiments.bench.processes import cost
from sim.kernel.arrays import ACCOUNTS
from sim.kernel.records import CLAIM, DAILY
from sim.scenario.scenario import Scenario
from sim.simulation.model import MicroworkMarket

NAMES = {"looks": "looks", "empty_looks": "empty_looks", "tasks_done": "tasks_done", "pay_micro_euro": "pay"}
NAMES |= {"tasks_posted": "tasks_posted", "unpaid_seconds": "unpaid_seconds", "lapsed": "lapsed"}
NAMES |= {"tasks_done_abroad": "tasks_done_abroad"}
HAPPENS = ("visits", "watching_seconds", "reactions", "too_late", "started", "banned")
NAMES |= {name: name for name in HAPPENS}
KEPT = ("credited", "refused", "expected_return")  # by accounts
FIGURES = [*NAMES, "empty_share", "ever_refused", "log_return"]  # the last two of accounts, the last where any has paid
STYLES = {"calendar": (1_000, 20, 20), "scan": (900, 10, 30)}  # people, days, seeds
TOLD = {name: 0.08 for name in ("looks", "lapsed", "unpaid_seconds", "watching_seconds", "banned", "ever_refused")}
TOLD |= {"reactions": 0.1, "empty_share": 0.01}  # largest standard error, as a share of the mean
FALSE_ALARM = 1e-3  # chance that equal markets are told apart, for each figure
COMMANDS = (bench.commands, bench.whole_run, bench.replicates, bench.ten_million, bench.causes)
TINY = Size(500, "2018-05-01", 8, 4, 2, 1_000, 300, 2, 1)


def scenario(seed, people):
    """A quarter in which nearly everybody has registered, with much to be watched for, missed, given up and refused."""
    lively = {"lapse_rate": 0.03, "started_share": 0.6, "reservation_wage": 0.5, "accuracy_mean": 0.9}
    lively |= {"staying": 0.9, "reaction_minutes": 0.2, "pick_seconds": 120.0, "prior_return": 1.5}
    lively |= {"looking_rate": 4.0, "looking_rate_max": 5.0, "learning_rate": 0.3, "sitting_minutes": 45.0}
    lively |= {"watching_weight": 0.6, "impatience_per_month": 1.0, "voucher_loss": 0.9, "drift_half_life_days": 900.0}
    lively |= {"need_effect": 0.6, "outside_effect": 0.6, "attention_log_sd": 0.35, "looking_elasticity": 2.0}
    lively |= {"search_seconds": 90.0, "need_every_days": 690.0}
    alike = {"age_bend": 0.0, "education": 0.27, "retired": -0.5, "need": 1.0, "free_time": 0.3}
    lively |= {"principled": 0.3, "distrust": 0.3, "forums.share": 0.5}
    asked = {"hours_per_day": 12_000, "client_size_log_sd": 1.0, "strictness_mean": 0.9, "announced_share": 0.57}
    return two_sided(
        Scenario.load(
            seed=seed,
            start="2018-05-01",
            end="2018-07-31",
            world={"active": 1.0},
            population={"people": people, "propensity": alike},
            behaviour=lively,
            demand=asked,
        )
    )


@cache
def both(style):
    """Figures of both markets, seed by seed: two arrays, shape (seeds, figures)."""
    people, days, seeds = STYLES[style]
    rows = []
    for seed in range(1, seeds + 1):
        chosen = scenario(seed, people)
        engine, mesa = MicroworkMarket(chosen), MesaMarket(chosen, style)
        for _ in range(days):
            engine.step()
            mesa.step()
        ours = dict(zip(DAILY._fields, engine.recorder.daily[:days].sum(axis=(0, 1)), strict=True))
        theirs = sum(mesa.daily, Counter())
        opened = engine.columns.people.accounts[: engine.columns.people.counts[ACCOUNTS]]
        held = [account for worker in mesa.agents_by_type[Worker] for account in worker.accounts.values()]
        columns = {name: np.array([getattr(account, name) for account in held]) for name in KEPT}
        one = figures([ours[name] for name in NAMES], opened)
        rows.append((one, figures([theirs[name] for name in NAMES.values()], columns)))
    return np.swapaxes(np.array(rows, float), 0, 1)


def figures(totals, accounts):
    """All that is compared: totals, and what accounts keep."""
    paid = np.log(accounts["expected_return"][accounts["credited"] > 0])
    return [*totals, totals[1] / totals[0], (accounts["refused"] > 0).sum(), paid.mean()]


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("style", ["calendar", pytest.param("scan", marks=pytest.mark.slow)])
def test_plain_mesa_is_the_same_market(style, figure):
    """Means over seeds agree.

    Both have the same people, clients and batches for the same seed and their own luck otherwise, so the
    differences of pairs are independent and their mean is within ``t`` standard errors of zero.
    """
    ours, theirs = (totals[:, FIGURES.index(figure)] for totals in both(style))
    difference = theirs - ours
    error = difference.std(ddof=1) / np.sqrt(len(difference))
    assert abs(difference.mean()) <= student.ppf(1.0 - FALSE_ALARM / 2, len(difference) - 1) * error + 1e-9
    assert figure not in HAPPENS or min(ours.sum(), theirs.sum()) > 50, "too seldom to tell anything"
    if figure in TOLD:
        assert error <= TOLD[figure] * ours.mean(), "too few seeds to tell anything"


def test_styles_may_change_between_days():
    """What is to come has no memory: a market that was scanned goes on with a calendar."""
    mesa = MesaMarket(scenario(3, 200))
    for mesa.style in ("calendar", "scan", "calendar"):
        mesa.step()
        mesa.step()
    workers = [worker for worker in mesa.agents_by_type[Worker] if worker.state]
    planned = Counter(worker for due in mesa.calendar.values() for worker in due)
    assert {planned[worker] for worker in workers if worker.event_rate()} == {1}
    assert {planned[worker] for worker in workers if not worker.event_rate()} == {0}, "nobody has given up all accounts"
    assert len(mesa.daily) == 6


def test_plain_mesa_books_close():
    """Every task posted is done, open or withdrawn; what clients spent is pay and commission.

    And everybody's presence is paid, unpaid or watching.
    """
    mesa = MesaMarket(scenario(4, 500))
    posted = []
    mesa_enlist = type(mesa.platforms[0]).enlist
    for platform in mesa.platforms:
        platform.enlist = lambda batch, platform=platform: (posted.append(batch), mesa_enlist(platform, batch))
    for _ in range(20):
        mesa.step()
    totals = sum(mesa.daily, Counter())
    abroad = sum(batch.size - batch.done - batch.left - batch.withdrawn for batch in posted)
    assert abroad == totals["tasks_done_abroad"] > 0
    assert totals["tasks_posted"] == sum(batch.size for batch in posted)
    assert totals["tasks_done"] == sum(batch.done for batch in posted) > 0
    assert all(sum(batch.taken.values()) == batch.done for batch in posted)
    assert all(done <= batch.items for batch in posted for done in batch.taken.values())
    clients = {batch.client for batch in posted}
    assert totals["pay"] + totals["commission"] + totals["spent_abroad"] == sum(client.spent for client in clients)
    assert sum(p.open_tasks for p in mesa.platforms) == sum(batch.left for batch in posted)
    for worker in mesa.agents_by_type[Worker]:
        assert worker.present_seconds == worker.paid_seconds + worker.unpaid_seconds + worker.watching_seconds
        assert not worker.ends and not any(worker in platform.watchers for platform in mesa.platforms)
    assert totals["present_seconds"] > totals["watching_seconds"] > 0


def test_a_counted_day_is_a_day_of_the_engine():
    """Kernels as plain Python over counting arrays do what they do compiled.

    But for the last micro-euro of a price, which a client's rate of 32 bits decides: a millionth of a day's money, and
    less than one of anything else.
    """
    ours, counted = (MicroworkMarket(scenario(2, 1_500)) for _ in range(2))
    for _ in range(15):
        ours.step()
        counted.step()
    ours.step()
    needs = memory_floor.counted_day(counted)
    np.testing.assert_allclose(counted.recorder.daily[15], ours.recorder.daily[15], rtol=1e-7)
    looks, reactions = ours.recorder.daily[15][:, [DAILY.looks, DAILY.reactions]].sum(axis=0)
    assert needs.looks == looks + reactions > looks > 20, "nobody has noticed anything that day"
    assert needs.draws > 1.0 and needs.reads["people.workers"] > 1.0 and needs.reads["people.accounts"] > 1.0
    assert all(needs.writes[name] <= reads for name, reads in needs.reads.items())
    counted.step()  # and it goes on, compiled
    assert counted.columns.book.claims.dtype == CLAIM


def test_places_in_tables_of_numbers_are_counted_by_their_line():
    """The calendar is a table of blocks, each a line: what is at two places of one is touched once."""
    count = memory_floor._Count()
    memory = np.empty(64_000 + 16, np.int32)
    blocks = memory[-memory.ctypes.data % memory_floor.LINE // 4 :][:64_000].reshape(-1, 16)  # each begins a line
    blocks[:] = np.arange(64_000, dtype=np.int32).reshape(-1, 16)
    table = memory_floor._Counted("blocks", blocks, count)
    count.verb = "wake"
    assert table[5, 3] == 83 and table[5, 4] == 84
    table[900, 2] = 7
    assert table[900, 2] == 7 and table.array[900, 2] == 7
    assert count.reads == {("wake", "blocks"): 2} and count.writes == {("wake", "blocks"): 1}
    assert count.rows["blocks"].tolist() == [5, 900] and len(count.lines) == 4


def test_the_floor_does_as_it_is_told():
    """As many rows are read and written as asked, all within the array, and spread over it."""
    rows = np.zeros((1_000, 4), np.int64)
    memory_floor.touch(rows, 5_000, 3_000, 7)
    written = (rows[:, 0] > 0).sum()
    assert not rows[:, 1:].any()
    # 3000 rows at random out of 1000 leave exp(-3) of them, 50, alone; sd below 7
    assert abs(written - 950) < 35
    assert rows[:, 0].max() == 3_006
    total = memory_floor.ask(np.array([1, 0, 0], np.uint32), 0, 10_000)
    assert abs(total - 5_000.0) < 5 * np.sqrt(10_000 / 12)


@pytest.mark.parametrize("question", [q for q in bench.QUESTIONS if q not in COMMANDS])
def test_every_question_has_an_answer(question):
    rows = question(TINY)
    assert rows
    for row in rows:
        assert row.question and row.yardstick and row.ratios
        assert 0.0 < row.low <= row.median <= row.high < np.inf
    assert len(bench.table(rows).splitlines()) == len(rows) + 1


def test_figures_are_printed_and_written(tmp_path, monkeypatch, capsys):
    """The command prints the table and writes every figure with its ratios."""

    def asked(size):
        """One answer."""
        return [Row.of("how much", "beside that", [3.0, 1.0, 2.0], "at most 4", "2 s")]

    monkeypatch.setattr(bench, "QUESTIONS", (asked, asked))
    bench.main(["--quick", "--out", str(tmp_path / "figures.json")])
    assert capsys.readouterr().out.count("1 to 3") == 2
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert figures["quick"] and [row["median"] for row in figures["rows"]] == [2.0, 2.0]
    assert figures["rows"][0]["ratios"] == [3.0, 1.0, 2.0]


def test_a_command_has_a_cost(tmp_path):
    """Wall time, first output, memory; the last words of a command that fails."""
    spent = cost(["-c", "import time; print(1, flush=True); x = bytearray(2**26); time.sleep(0.3)"])
    assert 0.0 < spent.first < spent.wall and spent.peak > 2**26
    with pytest.raises(RuntimeError, match="no such thing"):
        cost(["-c", "raise SystemExit('no such thing')"], cache=tmp_path)
