"""Agents: the decisions of workers (kernels over columns), and handles for Mesa users.

The classes are imported when first asked for, so that the kernels do not need Mesa.
"""

from importlib import import_module

_HOMES = {
    "Worker": "sim.agents.worker",
    "Account": "sim.agents.worker",
    "AbsentAccount": "sim.agents.view.absent",
    "Client": "sim.agents.client",
    "BifacePlatform": "sim.agents.platform",
    "DeepLabourPlatform": "sim.agents.platform",
    "Platform": "sim.agents.platform",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> type:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
