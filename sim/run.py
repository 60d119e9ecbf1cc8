"""One line, four years of the market: ``python -m sim.run [choices and fields]``.

``--help`` is answered before anything is loaded that takes time; the rest is `sim.cli.simulate`.
"""

import sys

from sim.cli.exit_code import exit_code, leave


def main() -> int:
    """Run what the command line asks for; gives back the exit code of `sim.cli.exit_code`."""
    return exit_code(_run, "Stopped; no half folder is left.")


def _run():
    words = sys.argv[1:]
    if {"--help", "-h"} & set(words):
        from sim.cli.help import manual

        print(manual(words), flush=True)
        return True
    from sim.cli.simulate import start

    return start(words)


if __name__ == "__main__":
    leave(main)
