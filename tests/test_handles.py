"""What agents cost when somebody asks for them: handles on rows, beside Mesa agents of their own."""

import gc
import tracemalloc
from types import SimpleNamespace

import mesa
import numpy as np

from sim.agents import Worker
from sim.agents.view.registry import AgentsOfColumns, forget
from sim.kernel.records import ABSENT, CLIENT, MONTHLY, PERSON, PLATFORM, WORKER


class Plain(mesa.Agent):
    def __init__(self, model, income):
        super().__init__(model)
        self.income, self.speed = income, 1.0


class Ledger(AgentsOfColumns, mesa.Model):
    """Columns and nothing else."""

    def __init__(self, people):
        super().__init__(rng=1)
        self.columns = SimpleNamespace(
            people=SimpleNamespace(persons=np.zeros(people, PERSON), workers=np.zeros(people, WORKER)),
            firms=SimpleNamespace(platforms=np.zeros(1, PLATFORM), clients=np.zeros(1, CLIENT)),
            ledger=SimpleNamespace(months=np.zeros(1, MONTHLY)),
        )
        self.day, self.platform_keys, self.absent = 1, ["biface"], np.zeros(0, ABSENT)


def spent(make):
    """Bytes that what `make` makes takes: the least of three, for others may allocate meanwhile."""
    found = []
    for _ in range(3):
        gc.collect()
        tracemalloc.start()
        kept = make()
        found.append(tracemalloc.get_traced_memory()[0])
        tracemalloc.stop()
        del kept
    return min(found)


def test_handles_are_cheap():
    people = 30_000
    ledger = Ledger(people)

    def slim():
        vars(ledger).pop("register", None)
        return ledger.agents_by_type[Worker].to_list()

    def plain():
        model = mesa.Model(rng=1)
        agents = [Plain(model, 1.0) for _ in range(people)]
        forget(model)
        return agents

    traced, plain_traced = spent(slim), spent(plain)
    assert traced / people < 140  # the object, its number, a place in two lists and two arrays
    assert traced < 0.5 * plain_traced
