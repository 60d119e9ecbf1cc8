"""The laws of the market one by one, as plain Python, in a process of their own."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
# That the stand-in for the compiled generator is the same one is known from its published answers.
KNOWN = ("published_known_answers", "the_coordinates_are_the_counter_and_the_key")
GENERATOR = [f"{HERE}/test_streams.py::test_{name}" for name in KNOWN]


def test_laws_hold_where_nothing_is_compiled():
    """Tiny markets against slow twins, at every boundary; `python tests/mutants.py` says what these tests notice."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", f"{HERE}/laws", *GENERATOR]
    run = subprocess.run(command, env=os.environ | {"PLAIN_KERNELS": "1"}, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout
