"""A country of one's own: ``python -m sim.country template FOLDER`` and ``python -m sim.country check FOLDER``.

The first writes its files, commented; the second says row by row what is missing, wrong, assumed or without a source.
"""

import sys

from sim.cli.exit_code import exit_code, leave


def main() -> int:
    """Do what the words say; gives back the exit code of `sim.cli.exit_code`."""
    return exit_code(_run, "Stopped.")


def _run():
    from sim.cli.country.words import started  # loads what it needs

    return started(sys.argv[1:])


if __name__ == "__main__":
    leave(main)
