"""Measurements of runs, some of which fail; in a module that the processes which make runs load at once."""

import os
import signal

from sim.runs.ensemble import measured


def on_two(found):
    """All that a sweep keeps, but not of seed 2."""
    if found.scenario.seed == 2:
        raise ValueError("seed 2 is not to my taste")
    return measured(found)


def on_five(found):
    """All that an ensemble keeps, but not of seed 5; at seed 6 the process ends."""
    if found.scenario.seed == 5:
        raise ValueError("seed 5 is not to my taste")
    if found.scenario.seed == 6:
        os.kill(os.getpid(), signal.SIGKILL)  # as the system does when memory runs out
    return measured(found)
