"""Reports made anew in this process, where no market may be run."""

import sys

import pytest

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


def assert_made_anew(main, folder, gone=DRAWN):
    """What a folder shows is the same bytes when it is made anew, and what is there of others is left alone."""
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
