"""How a command ends: its exit code, and what is said instead of a traceback."""

import os
import sys
from collections.abc import Callable

FAILED, BAD_CONFIGURATION, INTERRUPTED = 1, 2, 130


def exit_code(work: Callable[[], bool], stopped: str) -> int:
    """The exit code of some work.

    Parameters
    ----------
    work
        Gives back whether all ended well.
    stopped
        What is said after Ctrl-C, where the work says nothing itself.

    Returns
    -------
    int
        0; 1 if something failed; 2 if the configuration cannot be run; 130 after Ctrl-C.
    """
    from sim.scenario.problems import BadScenario

    try:
        return 0 if work() else FAILED
    except BadScenario as bad:
        print(bad.explained(), file=sys.stderr)
        return BAD_CONFIGURATION
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt as interrupt:
        print(f"\n{interrupt}" if interrupt.args else f"\n{stopped}", file=sys.stderr)
        return INTERRUPTED
