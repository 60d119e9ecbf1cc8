"""Commands, and the runs they ask for, in this process: for tests of what is told of runs, not of who makes them."""

import contextlib
import io
from concurrent.futures import Future

import pytest
from anew import typed


class Here:
    """In the place of `sim.runs.pool.LocalWorkers`: each run is made when it is asked for."""

    slots = 2

    def __init__(self, *_):
        pass

    def prepare(self):
        pass

    def capacity(self):
        return self.slots

    def submit(self, work, *given):
        future = Future()
        try:
            future.set_result(work(*given))
        except Exception as problem:
            future.set_exception(problem)
        return future

    def finished(self, done, _running):
        return done, set()

    def describe(self, problem):
        return f"{type(problem).__name__}: {problem}"

    def shutdown(self, _running):
        pass


def said(main, home, *words):
    """A command line typed in a folder: its exit code, what it printed and what it complained about."""
    printed, complaints = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        patch.setattr("sim.runs.pool.LocalWorkers", Here)
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(complaints):
            code = typed(main, *words)
    assert "Traceback" not in complaints.getvalue(), complaints.getvalue()
    return code, printed.getvalue(), complaints.getvalue()
