"""One line, four years of the market: ``python -m sim.run [choices and fields]``.

``--help`` is answered before anything is loaded that takes time; the rest is `sim.cli.simulate`.
"""

import sys
import time

from sim.cli.exit_code import exit_code, leave


def main() -> int:
    """Run what the command line asks for; gives back the exit code of `sim.cli.exit_code`."""
    return exit_code(_run, "Stopped; no half folder is left.")


def _run():
    words, began = sys.argv[1:], time.perf_counter()
    if {"--help", "-h"} & set(words):
        from sim.cli.help import manual

        print(manual(words), flush=True)
        return True
    from sim.cli.simulate import start

    return start(words, began)


if __name__ == "__main__":
    leave(main)
