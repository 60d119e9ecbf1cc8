"""What the columns of experiments' tables mean, as ``dictionary.yaml`` says; of a run `sim.results.dictionary` does."""

from functools import cache
from pathlib import Path

from sim.results.dictionary.tables import Column, Table
from sim.scenario.composition import read


@cache
def tables() -> dict[str, dict[str, Table]]:
    """The tables of each experiment, by experiment and name of the file."""
    declared = read(Path(__file__).with_suffix(".yaml"))
    return {
        kind: {
            name: Table(one["row"], {column: Column(*about) for column, about in one["columns"].items()})
            for name, one in files.items()
        }
        for kind, files in declared.items()
    }
