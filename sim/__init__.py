"""An agent-based model of the French micro-work market.

``MicroworkMarket``, ``Results`` and ``Scenario`` are imported when first asked for: ``import sim`` costs nothing.
"""

from importlib import import_module

_HOMES = {
    "MicroworkMarket": "sim.simulation.model",
    "Results": "sim.results.results",
    "Scenario": "sim.scenario.scenario",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> type:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
