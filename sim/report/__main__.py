"""Tables, figures and page of finished runs made anew: ``python -m sim.report FOLDER... [report.language=fr]``.

Only the door; the command is `sim.cli.report`.
"""

import sys

from sim.cli.exit_code import exit_code, leave


def main() -> int:
    """Make the reports that the command line asks for; gives back the exit code of `sim.cli.exit_code`."""
    from sim.cli.report import report

    return exit_code(lambda: report(sys.argv[1:]), "Stopped; every file is complete.")


if __name__ == "__main__":
    leave(main)
