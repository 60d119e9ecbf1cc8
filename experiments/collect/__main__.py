"""Sweeps, ensembles and runs joined into one table, and what differs between them: ``python -m experiments.collect``.

Only the door; the command is `experiments.collect.collection`.
"""

from sim.cli.exit_code import BAD_CONFIGURATION, exit_code, leave

BAD = BAD_CONFIGURATION


def main(words: list[str] | None = None) -> int:
    """Join, write and show; gives back the exit code of `sim.cli.exit_code`."""

    def work():
        from experiments.collect.collection import collect  # with pandas and figures: the first line does not wait

        return collect(words)

    return exit_code(work, "Stopped; every file is complete.")


if __name__ == "__main__":
    leave(main)
