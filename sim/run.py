"""One line, four years of the market: ``python -m sim.run [choices and fields]``.

Only the door: ``--help`` is answered before anything is loaded that takes time; the rest is `sim.cli.simulate`.
"""

import os
import sys

FAILED, BAD_CONFIGURATION, INTERRUPTED = 1, 2, 130


def main():
    """Run what the command line asks for.

    Returns
    -------
    int
        0; 1 if runs of an ensemble failed; 2 if the configuration cannot be run; 130 after Ctrl-C.
    """
    words = sys.argv[1:]
    try:
        if {"--help", "-h"} & set(words):
            from sim.cli.help import manual

            print(manual(words), flush=True)
            return 0
        from sim.cli.simulate import start
        from sim.scenario.problems import BadScenario

        try:
            return 0 if start(words) else FAILED
        except BadScenario as bad:
            print(bad.told(), file=sys.stderr)
            return BAD_CONFIGURATION
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt as stopped:
        print(f"\n{stopped}" if stopped.args else "\nStopped; no half folder is left.", file=sys.stderr)
        return INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
