"""An agent-based model of the French micro-work market.

``from sim import MicroworkMarket, Results, Scenario, simulate, ensemble, compare``: each is imported when first asked
for, ``import sim`` costs nothing.
"""

import signal
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # whoever reads types reads these
    from sim.library.market import MicroworkMarket as MicroworkMarket
    from sim.library.results import Results as Results
    from sim.library.runs import compare as compare
    from sim.library.runs import ensemble as ensemble
    from sim.library.runs import simulate as simulate
    from sim.scenario import own as own
    from sim.scenario.parameter import Parameter as Parameter
    from sim.scenario.scenario import Scenario as Scenario

# `python -m sim...` while it loads: a Ctrl-C then ends the process as it ends any other, not in a traceback. Commands
# that have begun hear it themselves (`sim.results.command.ending`).
if sys.argv[:1] == ["-m"] and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

_HOMES = {
    "MicroworkMarket": "sim.library.market",
    "Parameter": "sim.scenario.parameter",
    "Results": "sim.library.results",
    "Scenario": "sim.scenario.scenario",
    "compare": "sim.library.runs",
    "ensemble": "sim.library.runs",
    "simulate": "sim.library.runs",
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
