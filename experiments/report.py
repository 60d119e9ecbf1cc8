"""Reports of experiments, and of runs, made anew: ``python -m experiments.report FOLDER... [report.language=fr]``.

Only the door; the command is `sim.cli.report`, to which each experiment says how its own report is made.
"""

import sys
from collections.abc import Callable

from sim.cli.exit_code import exit_code, leave


def main() -> int:
    """Make the reports that the command line asks for; gives back the exit code of `sim.cli.exit_code`."""
    from sim.cli.report import report

    return exit_code(lambda: report(sys.argv[1:], _reports, _briefs), "Stopped; every file is complete.")


def _reports() -> dict[str, Callable[..., str]]:
    """By name of the experiment, what makes its report; --help does without them."""
    from experiments.calibrate import calibration
    from experiments.consistency import study as consistency
    from experiments.policy import study as policy
    from experiments.scale import study as scale
    from experiments.scarcity import study as scarcity
    from experiments.search import study as search
    from experiments.sensitivity import study as sensitivity
    from experiments.tiers import study as tiers
    from experiments.validate import study as validate
    from experiments.world import study as world

    modules = {"calibrate": calibration, "policy": policy, "sensitivity": sensitivity, "tiers": tiers}
    modules |= {
        "consistency": consistency,
        "scale": scale,
        "scarcity": scarcity,
        "search": search,
        "validate": validate,
        "world": world,
    }
    return {name: module.report for name, module in modules.items()}


def _briefs() -> dict[str, Callable[..., str]]:
    """By name of the experiment, what makes its brief."""
    from experiments.policy import study as policy

    return {"policy": policy.brief}


if __name__ == "__main__":
    leave(main)
