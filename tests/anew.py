"""Reports made anew in this process, where no market may be run."""

import json
import sys

import pandas as pd
import pyarrow.parquet as pq
import pytest

from experiments import dictionary
from sim.results.dictionary import tables
from sim.simulation.day import DayByDay

DRAWN = (".html", ".svg", ".png")


def typed(main, *words):
    """The exit code of a command line."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["command", *map(str, words)])
        return main()


def without_a_market(main, *words):
    """The same, and whoever begins a day fails."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DayByDay, "__init__", lambda *_: pytest.fail("a market is run"))
        return typed(main, *words)


def content(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def assert_declared(folder):
    """Every column of every table is declared, those named after what is in them by "KEY", "seed N" and the like."""
    kind = json.loads((folder / "provenance.json").read_text())["kind"]
    every = {"run": tables.TABLES, "ensemble": tables.ENSEMBLE, "sweep": tables.SWEEP} | dictionary.tables()
    wrong = {}
    for path in [*folder.glob("*.parquet"), *folder.glob("*.csv")]:
        declared = every[kind][path.name].columns
        written = {*(pq.read_schema(path).names if path.suffix == ".parquet" else pd.read_csv(path, nrows=1))}
        plain = {name for name in declared if name.islower() and name.isidentifier()}
        always = {name for name in plain if "if varied" not in declared[name].meaning}
        if always - written or written - plain and len(plain) == len(declared):
            wrong[path.name] = {"not written": always - written, "not declared": written - plain}
    assert not wrong, f"{kind}: {wrong}"


def assert_made_anew(main, folder, gone=DRAWN):
    """What a folder shows is the same bytes when it is made anew, and what is there of others is left alone."""
    assert_declared(folder)
    before = content(folder)
    for name in before:
        if name.suffix in gone or name.name in gone:
            (folder / name).unlink()
    (folder / "figures").mkdir(exist_ok=True)
    mine = folder / "figures" / "thesis.tex"
    mine.write_text("mine")
    assert without_a_market(main, folder) == 0
    assert mine.read_text() == "mine"
    mine.unlink()
    assert content(folder) == before
