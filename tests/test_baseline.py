"""A frozen small run: if a number moves, the changelog says why ("Numbers move: ...").

Rewrite with ``python -m tests.test_baseline --write`` from the project's root, and read the difference before it
is kept. Every number is an integer and must be equal; the last bit of exp and log is the C library's, so another
one may legitimately give another world: then all numbers move a little, and the other tests hold.
"""

import json
import sys
from pathlib import Path

import numpy as np

from sim import MicroworkMarket
from sim.kernel.arrays import ACCOUNTS
from sim.kernel.categories import ENGAGEMENTS
from sim.kernel.records import DAILY

BASELINE = Path(__file__).with_name("baseline.json")
RUN = {"seed": 1, "population": "small", "end": "2014-12-31"}
FUNNEL = ("registered", "seen_month", "seen_week", "worked_month")


def numbers():
    """Totals of the daily counters and who there is at the end; dict of int."""
    market = MicroworkMarket(**RUN).run()
    totals = market.recorder.daily.sum(axis=(0, 1))
    found = {name: int(total) for name, total in zip(DAILY._fields, totals, strict=True) if name != "tasks_open"}
    found["tasks_open"] = int(market.columns.book.open_tasks.sum())
    found |= dict(zip(FUNNEL, market.recorder.funnel[-1].tolist(), strict=True))
    engaged = np.bincount(market.engagement(), minlength=len(ENGAGEMENTS))
    found |= dict(zip(ENGAGEMENTS, engaged.tolist(), strict=True))
    return found | {
        "accounts": int(market.columns.people.counts[ACCOUNTS]),
        "clients": len(market.columns.firms.clients),
    }


def test_the_baseline_has_not_moved():
    frozen = json.loads(BASELINE.read_text(encoding="utf-8"))
    assert frozen["run"] == RUN
    moved = {name: (frozen["numbers"].get(name), now) for name, now in numbers().items()}
    moved = {name: f"{before} -> {now}" for name, (before, now) in moved.items() if before != now}
    assert not moved, f"{moved}; if that is meant, rewrite the baseline and say why in the changelog"


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("usage: python -m tests.test_baseline --write")
    BASELINE.write_text(json.dumps({"run": RUN, "numbers": numbers()}, indent=2) + "\n", encoding="utf-8")
    print(f"written: {BASELINE.name}")
