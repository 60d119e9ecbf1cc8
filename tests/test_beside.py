"""A copy of a process works beside it, and is neither waited for in vain nor left behind."""

import os
import time

import pytest

from sim.kernel import beside as copies
from sim.kernel.beside import beside

pytestmark = pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one processor")


def test_what_a_copy_writes_is_there_afterwards(tmp_path):
    with beside(lambda: (tmp_path / "there").write_text(str(os.getppid()))):
        pass
    assert (tmp_path / "there").read_text() == str(os.getpid())


@pytest.mark.parametrize("broken", [False, True])
def test_a_copy_that_hangs_is_given_up(monkeypatch, tmp_path, broken):
    """At once where this process has failed itself."""

    def hang():
        (tmp_path / "copy").write_text(str(os.getpid()))
        time.sleep(60.0)

    monkeypatch.setattr(copies, "_PATIENCE", 60.0 if broken else 0.1)
    begun = time.monotonic()
    with pytest.raises(KeyError) if broken else copies.contextlib.nullcontext(), beside(hang):
        while not (tmp_path / "copy").exists() or not (tmp_path / "copy").read_text():
            time.sleep(0.01)
        if broken:
            raise KeyError
    assert time.monotonic() - begun < 30.0
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "copy").read_text()), 0)
