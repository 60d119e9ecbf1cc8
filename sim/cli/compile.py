"""Have every kernel compiled before the first run: ``python -m sim.cli.compile``."""

import time

from sim.cli.exit_code import exit_code, leave


def main() -> int:
    """Compile what is not compiled yet; the exit code of `sim.cli.exit_code`, 1 if the kernels cannot be kept."""
    return exit_code(_compile, "Stopped; what is compiled stays.")


def _compile():
    from sim.kernel import cache
    from sim.results.command.progress import doing
    from sim.simulation.day import compile_all

    begun = time.perf_counter()
    with doing("compiling the kernels"):
        made = compile_all()
    done = f"compiled ({time.perf_counter() - begun:.0f} s)" if made else "there"
    print(f"The kernels are {done}, in {cache.FOLDER}." if cache.LASTING else "They are not kept.")
    return cache.LASTING


if __name__ == "__main__":
    leave(main)
