"""How a command ends: `sim.results.command.ending`, where an instrument's own command finds it too."""

from sim.results.command.ending import BAD_CONFIGURATION, FAILED, INTERRUPTED, exit_code, leave

__all__ = ["BAD_CONFIGURATION", "FAILED", "INTERRUPTED", "exit_code", "leave"]
