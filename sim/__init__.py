"""An agent-based model of the French micro-work market.

``MicroworkMarket``, ``Results`` and ``Scenario`` are imported when first asked for: ``import sim`` costs nothing.
"""

import signal
import sys
from importlib import import_module
from typing import Any

# `python -m sim...` while it loads: a Ctrl-C then ends the process as it ends any other, not in a traceback. Commands
# that have begun hear it themselves (`sim.results.command.ending`).
if sys.argv[:1] == ["-m"] and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

_HOMES = {
    "MicroworkMarket": "sim.simulation.model",
    "Parameter": "sim.scenario.parameter",
    "Results": "sim.results.results",
    "Scenario": "sim.scenario.scenario",
}
__all__ = [*_HOMES, "own"]


def __getattr__(name: str) -> Any:
    if name == "own":
        return import_module("sim.scenario.own")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
