"""The benchmark's own instruments: what time, nearness and parts are read with, on what is known beforehand."""

import time

import numpy as np
import pandas as pd
import pytest

from experiments.bench import whole
from experiments.bench.caches import CACHES, EMPTY, replay
from experiments.bench.commands import whole_run
from experiments.bench.look import FLOOR, draw, noted, of_rows, title
from experiments.bench.measure import QUICK, Row
from experiments.bench.sampling import ROOM, Interrupted, cause, sampled


def test_caches_keep_what_was_used_last():
    """Nine lines of one set, in turn, never find room in eight ways, and always in the sixteen of the next cache."""
    (sets, ways), *_ = CACHES.values()
    lines = np.stack([np.zeros(10 * (ways + 1), np.int64), np.tile(np.arange(ways + 1) * sets, 10)], axis=1)
    missed, caches = np.zeros((1, 3), np.int64), tuple(np.full(shape, EMPTY, np.int64) for shape in CACHES.values())
    replay(lines, caches, missed)
    assert missed.tolist() == [[10 * (ways + 1), ways + 1, ways + 1]]
    missed[:] = 0
    replay(lines[: ways - 1], caches, missed)  # those of the last turn but one are not there any more
    assert missed[0, 0] == ways - 1
    missed[:] = 0
    replay(lines[: ways - 1], caches, missed)
    assert missed.tolist() == [[0, 0, 0]]


def test_a_timer_notes_what_is_on_as_long_as_it_runs():
    samples = np.zeros(2 + 2 * ROOM, np.int64)
    samples[1] = 7
    with Interrupted(samples):
        until = time.process_time() + 0.2
        while time.process_time() < until:
            pass
    n = samples[0]
    each = samples[2 : 2 + 2 * n].reshape(-1, 2)
    assert 10 <= n <= 250 and (each[:, 1] == 7).all() and (each[:, 0] > 0).all()  # clocks tick at 100 to 1000 Hz
    time.sleep(0.05)
    assert samples[0] == n


def test_samples_count_where_the_line_stands_and_else_by_the_verb():
    assert cause("match", "streams.draw") == cause("learn", "streams.philox") == "draws"
    assert cause("match", "libm.so.6") == "logarithms and the like"
    assert cause("learn", "looking.clock") == "calendar and agenda" and cause("learn", "looking.learn") == "learning"
    assert cause("record", "libc.so.6") == "recording" and cause("between", "python") == "between the verbs"


@pytest.mark.slow  # compiles all kernels with tables of lines
def test_a_sampled_run_is_put_down_to_what_it_does():
    found = sampled(["population=small"])
    assert found.samples > 100 and found.looks > 1_000 and sum(found.causes.values()) == found.samples
    assert {"draws", "searching and choosing", "calendar and agenda", "learning"} <= set(found.causes)
    kernels = sum(
        n for name, n in found.functions.items() if name.split(".")[0] in ("matching", "searching", "streams")
    )
    assert kernels > 0.1 * found.samples and sum(found.nanoseconds().values()) == pytest.approx(
        1e9 * found.seconds / found.looks
    )


def test_each_second_counts_in_the_innermost_part(monkeypatch):
    at = iter([1.0, 3.0, 3.0, 4.0, 8.0, 9.0])
    monkeypatch.setattr(whole, "now", lambda: next(at))
    clock = whole.Clock()
    clock.run("days", lambda: clock.run("imports", lambda: None) or next(at))  # 3 to 3 days, to 4 imports, 8 spent
    assert clock.seconds == {"start": 1.0, "rest": 2.0, "days": 5.0, "imports": 1.0}


@pytest.mark.slow  # whole commands
def test_parts_are_all_of_a_whole_run():
    rows = {row.question: row for row in whole_run(QUICK)}
    parts = [rows[f"(j) {part}"].median for part in whole.NAMES]
    assert sum(parts) == pytest.approx(1.0, abs=0.05) and min(parts) > 0.0
    assert (
        rows["(j) figures"].median > 0.1 and rows["(j) of it outside the days"].median < rows[next(iter(rows))].median
    )


def test_a_look_is_drawn_before_and_after(tmp_path):
    rows = [
        Row.of("(m) draws", "a look", [0.25], "", "100 ns"),
        Row.of("(m) learning", "a look", [0.75], "", "300 ns"),
        Row.of("(a) one look", "at random", [4.0], "", "400 over 100 ns; 7.9 draws"),
    ]
    found = of_rows(rows)
    assert found == {"after": {"draws": 100.0, "learning": 300.0}, FLOOR: {"at random": 100.0}}
    table = pd.DataFrame(columns=["name", "cause", "nanoseconds", "commit", "date"])
    for name, parts in {"before": {"draws": 700.0, "learning": 100.0}, **found, "after": found["after"]}.items():
        table = noted(table, name, parts)
    assert len(table) == 5
    whole_look = {"before": 800.0, "after": 400.0, "at random": 100.0}
    assert title(whole_look, ["before", "after"]) == "A look takes 400 ns, 800 before: 4.0 times its floor"
    draw(table, tmp_path / "look.svg")
    drawn = (tmp_path / "look.svg").read_text(encoding="utf-8")
    assert drawn.count("learning") == 1 and "nanoseconds" in drawn
