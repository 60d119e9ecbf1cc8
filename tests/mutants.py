"""Mutation testing: single changes that a machine makes to what matters most, and the tests that must notice them.

    pip install -e '.[test,mutation]'
    python tests/mutants.py                            # all modules and mutants: an hour or two
    python tests/mutants.py settlement --sample 40     # forty of one module

Cosmic Ray makes the changes, in a copy of the project; kernels run as plain Python (`plain`), so that a change costs
seconds. A change that no test can notice, because it is none, stands in ``equal_mutants.csv`` with its reason. Exit
code 1 if another one survives.
"""

import argparse
import csv
import os
import random
import re
import shutil
import signal
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import hypothesis  # noqa: F401  (what follows is loaded once, and found there by every fork)
import matplotlib.pyplot  # noqa: F401
import mesa  # noqa: F401
import numba  # noqa: F401
import numba.extending  # noqa: F401
import pandas  # noqa: F401
import pytest
import scipy.stats  # noqa: F401
from cosmic_ray import plugins
from cosmic_ray.commands.init import _all_work_items
from cosmic_ray.mutating import use_mutation

PROJECT = Path(__file__).parents[1]
EQUAL = Path(__file__).with_name("equal_mutants.csv")
# Each module with the tests that are to hold it, the quickest first.
MODULES = {
    "sim/markets/settlement.py": ["laws/test_settlement.py"],
    "sim/markets/searching.py": ["laws/test_searching.py"],
    "sim/agents/looking.py": ["laws/test_looking.py"],
    "sim/instruments/estimators.py": ["laws/test_counts.py"],
    "sim/instruments/arithmetic.py": ["laws/test_arithmetic.py"],
    "sim/simulation/accounting.py": ["laws/test_accounting.py"],
    "sim/policies/effects.py": ["laws/test_effects.py"],
    "sim/policies/kernels.py": ["laws/test_effects.py"],
}
# Of Cosmic Ray's changes those that a slip of the pen would make: a place is changed once or twice, not eleven times.
SLIPS = re.compile(
    "AddNot|NumberReplacer|ZeroIteration.*"
    "|Replace(AndWithOr|OrWithAnd|TrueWithFalse|FalseWithTrue|BreakWithContinue|ContinueWithBreak)"
    "|ReplaceUnaryOperator_Delete_.*|ReplaceBinaryOperator_(Add_Sub|Sub_Add|Mul_Div|Div_Mul|FloorDiv_Mul|Mod_Mul|Pow_Mul"
    "|LShift_RShift|RShift_LShift|BitAnd_BitOr|BitOr_BitAnd)"
    "|ReplaceComparisonOperator_(Lt_LtE|LtE_Lt|Gt_GtE|GtE_Gt|Eq_NotEq|NotEq_Eq|Is_IsNot|IsNot_Is)"
)


@dataclass(frozen=True)
class Mutant:
    """A line and what has been made of it."""

    module: str
    number: int
    line: str
    became: str

    def __str__(self) -> str:
        return f"{self.module}:{self.number}\n  - {self.line}\n  + {self.became}"


def equal() -> set:
    """The changes that are none, as (module, line, what it became); a line that only says where to seek has a star."""
    with EQUAL.open() as file:
        return {(row["module"], row["line"], row["became"]) for row in csv.DictReader(file)}


def mutations(module: str) -> list:
    """Every slip that can be made in a module, in the order of its lines."""
    lines = Path(module).read_text().splitlines()
    every = (item.mutations[0] for item in _all_work_items([Path(module)], {}))
    every = (m for m in every if lines[m.start_pos[0] - 1] != "if TYPE_CHECKING:")
    return sorted(
        (m for m in every if SLIPS.fullmatch(m.operator_name.split("/")[1])),
        key=lambda m: (m.start_pos, m.operator_name),
    )


def changed(module: str, before: str, after: str) -> Mutant:
    """The mutant that has one line other than before."""
    pairs = zip(before.splitlines(), after.splitlines(), strict=True)
    number, (line, became) = next((n, pair) for n, pair in enumerate(pairs, 1) if pair[0] != pair[1])
    return Mutant(module, number, line.strip(), became.strip())


def passes(tests: list[str], timeout: int) -> bool:
    """Do the tests pass on the files as they are? In a fork, which finds the libraries loaded and nothing of ours."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    signal.alarm(timeout)
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1), os.dup2(quiet, 2)
    loaded = "ignore:Module already imported:pytest.PytestAssertRewriteWarning"
    os._exit(pytest.main(["-x", "-q", "-n", "0", "-p", "no:cacheprovider", "-W", loaded, *tests]))


def survivors(module: str, sample: int | None, timeout: int) -> tuple[list[Mutant], int]:
    """Which changes to a module no test of its notices, and how many were made; run in a copy of the project."""
    tests = [f"tests/{name}" for name in MODULES[module]]
    if not passes(tests, 10 * timeout):
        raise SystemExit(f"{' '.join(tests)} do not pass as they are; PLAIN_KERNELS=1 pytest -n 0 {' '.join(tests)}")
    chosen, alive, known = mutations(module), [], equal()
    if sample and sample < len(chosen):
        chosen = sorted(random.Random(module).sample(chosen, sample), key=lambda m: m.start_pos)
    for n, mutation in enumerate(chosen, 1):
        operator = plugins.get_operator(mutation.operator_name)(**mutation.operator_args)
        with use_mutation(mutation.module_path, operator, mutation.occurrence) as (before, after):
            if not passes(tests, timeout):
                continue
        mutant = changed(module, before, after)
        if not {(mutant.module, mutant.line, became) for became in (mutant.became, "*")} & known:
            alive.append(mutant)
            print(f"{n}/{len(chosen)} survives: {mutant}", flush=True)
    return alive, len(chosen)


def main() -> int:
    """Make the changes and say which were not noticed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("modules", nargs="*", help=f"of {', '.join(Path(m).stem for m in MODULES)}; all without")
    parser.add_argument("--sample", type=int, help="changes per module; all without")
    parser.add_argument("--timeout", type=int, default=90, help="seconds after which a change counts as noticed")
    asked = parser.parse_args()
    modules = [m for m in MODULES if not asked.modules or Path(m).stem in asked.modules or m in asked.modules]
    if not modules:
        parser.error(f"no such module; there are {', '.join(Path(m).stem for m in MODULES)}")
    os.environ |= {"PLAIN_KERNELS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    sys.dont_write_bytecode = True
    alive = 0
    with tempfile.TemporaryDirectory() as room:
        copy = Path(room) / "project"
        shutil.copytree(PROJECT, copy, ignore=shutil.ignore_patterns(".git", "outputs", ".*_cache"))
        os.chdir(copy)
        for module in modules:
            survived, made = survivors(module, asked.sample, asked.timeout)
            alive += len(survived)
            print(f"{module}: {made - len(survived)} of {made} noticed or equal", flush=True)
    return 1 if alive else 0


if __name__ == "__main__":
    raise SystemExit(main())
