"""Some of the changes that a machine makes to each important module are all noticed."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_a_sample_of_single_changes_is_noticed():
    pytest.importorskip("cosmic_ray", reason="pip install -e '.[test,mutation]'")
    command = [sys.executable, str(Path(__file__).with_name("mutants.py")), "--sample", "15"]
    made = subprocess.run(command, capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr
