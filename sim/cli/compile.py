"""Have every kernel compiled before the first run: ``python -m sim.cli.compile``."""

import sys
import time

from sim.kernel import cache
from sim.simulation.day import compile_all


def main() -> int:
    """Compile what is not compiled yet; the exit code is 1 if they cannot be kept."""
    begun = time.perf_counter()
    made = compile_all()
    done = f"compiled ({time.perf_counter() - begun:.0f} s)" if made else "there"
    print(f"The kernels are {done}, in {cache.FOLDER}." if cache.LASTING else "They are not kept.")
    return 0 if cache.LASTING else 1


if __name__ == "__main__":
    sys.exit(main())
