"""Have every kernel compiled before the first run: ``python -m sim.cli.compile``."""

import sys
import time

from sim.simulation.day import compile_all


def main() -> int:
    """Compile what is not compiled yet; the exit code is 0."""
    begun = time.perf_counter()
    made = compile_all()
    print(f"The kernels are compiled ({time.perf_counter() - begun:.0f} s)." if made else "The kernels are there.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
