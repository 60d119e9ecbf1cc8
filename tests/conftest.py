"""What all tests share."""

import os
import signal

import matplotlib
import pytest
from hypothesis import settings

# Files that take longest, the longest first, of which workers take one after the other: whatever comes last is short,
# and no core waits for another at the end.
LONGEST = "laws policies sweeps tiers_experiment ensemble bench reports_anew nothing_lost calibration compiled".split()
LONGEST += "installed coordinates configuration report app likelihood validation consistency".split()
LONGEST += "population mesa_user".split()
PLAIN = os.environ.get("PLAIN_KERNELS")
collect_ignore = [] if PLAIN else ["laws"]  # run by test_laws.py, in a process of their own
if PLAIN:
    import plain  # noqa: F401

matplotlib.use("Agg")
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # begun in the background, where Ctrl-C is not heard
    signal.signal(signal.SIGINT, signal.default_int_handler)
settings.register_profile("project", deadline=None, derandomize=True)  # a first call compiles; no luck in tests
settings.load_profile("project")


def pytest_configure(config):
    config.option.loadscopereorder = False  # of xdist: the files with most tests first
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # a worker a core: more threads would wait for one another
        os.environ.setdefault(name, "1")


def pytest_collection_modifyitems(items):
    place = {f"test_{name}": place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(place)))


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """An empty working folder; what a command writes stays in it."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def record():
    """The results of a small market in which the survey was held; read by many, changed by none."""
    from surveyed import ran

    return ran()
