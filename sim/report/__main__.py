"""Tables, figures and page of finished runs made anew: ``python -m sim.report FOLDER... [report.language=fr]``.

Only the door; what it does is `sim.cli.report`.
"""

import sys


def main() -> int:
    """Make the reports that the command line asks for; gives back the exit code."""
    from sim.cli.report import MANUAL, report
    from sim.scenario.problems import BadScenario

    words = sys.argv[1:]
    if not words or {"--help", "-h"} & set(words):
        print(MANUAL)
        return 0 if words else 2
    try:
        return 0 if report(words) else 1
    except BadScenario as bad:
        print(bad.told(), file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
