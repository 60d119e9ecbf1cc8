"""Kernels that only kernels call, made callable from Python for a test."""

import inspect

import numba
from numba.core.dispatcher import Dispatcher

from sim.kernel import compiler


class Opened:
    """A module whose every kernel Python may call; all else in it is as it is there."""

    def __init__(self, module):
        self._module = module

    def __getattr__(self, name):
        found = getattr(self._module, name)
        if isinstance(found, Dispatcher):
            found = way_in(found)
            setattr(self, name, found)
        return found


def way_in(kernel):
    """A compiled function that calls the kernel and does nothing else; not kept on disk."""
    names = ", ".join(inspect.signature(kernel.written).parameters)
    made = {"kernel": kernel}
    exec(f"def called({names}):\n    return kernel({names})", made)
    return numba.njit(**compiler._SETTINGS, pipeline_class=compiler._Kernel)(made["called"])
