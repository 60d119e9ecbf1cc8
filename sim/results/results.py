"""The results of a run: its tables, summary, scenario and provenance; written to a folder, and read back from one."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.results.dictionary.datapackage import write_datapackage
from sim.results.folder import MARK, BadFolder, write_json
from sim.results.manifest import changed, claim, read_json
from sim.results.provenance import provenance, read_provenance, scenario_of, write_scenario
from sim.results.stored import Stored, bits, write
from sim.scenario.problems import corrected
from sim.scenario.scenario import Scenario

TABLES = ("daily", "months", "workers", "batches", "clients", "funnel", "looks_by_hour", "waits", "accounts", "answers")
_BROKEN = (OSError, ValueError, AttributeError, LookupError, TypeError, pa.ArrowException)
_LONG = ("batches", "months")  # grow with the length of a run, so that a folder's are read when they are asked for


class _Table:
    """A table of the results, which is read whole when it is first asked for; `sim.results.stored` reads less."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, results: Any, owner: type) -> pd.DataFrame:
        if results is None:
            raise AttributeError(self._name)  # no default
        table = vars(results)[self._name]
        if isinstance(table, Stored):
            table = vars(results)[self._name] = table.frame()
        return table

    def __set__(self, results: Any, table: pd.DataFrame | Stored) -> None:
        vars(results)[self._name] = table


@dataclass
class Results:
    """What a run leaves behind.

    Attributes
    ----------
    daily, months, workers, batches, clients, funnel, looks_by_hour, waits, accounts, answers
        As written to the Parquet file of that name. What is read of months and batches, which lie in the folder of a
        run, is kept once they have been asked for whole; `sim.results.stored` reads some of their columns.
    absent
        The same for accounts that nobody opens, counted by platform and day of sign-up; no rows, no file.
    summary
        Number by name, flat; nan for what is unknown.
    provenance
        Where the run comes from; made when it is written.
    """

    daily: pd.DataFrame
    months: pd.DataFrame = _Table()
    workers: pd.DataFrame
    batches: pd.DataFrame = _Table()
    clients: pd.DataFrame
    funnel: pd.DataFrame
    looks_by_hour: pd.DataFrame
    waits: pd.DataFrame
    accounts: pd.DataFrame
    answers: pd.DataFrame
    scenario: Scenario
    absent: pd.DataFrame = field(default_factory=pd.DataFrame)
    summary: dict[str, float] = field(default_factory=dict)
    provenance: dict[str, Any] = field(default_factory=dict)

    def __getstate__(self) -> dict[str, Any]:
        """What a copy has: every table whole, for a file that is open is this one's; nothing that is read anew."""
        kept = {name: value for name, value in vars(self).items() if not name.startswith("_")}
        return {name: value.frame() if isinstance(value, Stored) else value for name, value in kept.items()}

    def digest(self) -> str:
        """SHA-256 over every number of every table: equal if and only if the run was the same, to the bit."""
        sha = hashlib.sha256()
        for name in self._tables():
            table = vars(self)[name]
            for column in table.columns:
                sha.update(f"{name}.{column}".encode())
                for some in bits(table, column):
                    sha.update(some)
        return sha.hexdigest()

    def write(self, folder: str | Path) -> None:
        """Write everything into a folder, each file complete; the provenance, by which it is known, comes last."""
        folder = Path(folder)
        claim(folder, "run", self.scenario.digest())
        digest = self.digest()
        if self.provenance.get("digest") != digest:
            born = provenance(self.scenario, digest)
            self.provenance = born | self.provenance | born
        kept = [name for name in self._tables() if name != "daily" or self.scenario.record.daily]
        for name in kept:
            table, path = vars(self)[name], folder / f"{name}.parquet"
            table.write(path) if isinstance(table, Stored) else write(table, path)
        known = {name: None if value != value else value for name, value in self.summary.items()}
        write_json(folder / "summary.json", known)
        write_scenario(self.scenario, folder)
        write_datapackage(folder, self.scenario, self.summary)
        write_json(folder / MARK, self.provenance)

    @classmethod
    @corrected(lambda *_: 'Results.load("outputs/NAME"), with the folder of a finished run')
    def load(cls, folder: str | Path) -> Self:
        """Read back what a run wrote, with the same types and categories.

        Raises
        ------
        BadFolder
            With every problem: not the folder of a run, of another version, or with files missing, broken or changed.
        """
        folder = Path(folder)
        born = read_provenance(folder)
        if born["kind"] != "run":
            tables = ", ".join(sorted(path.name for path in folder.glob("*.parquet"))) or "none"
            raise BadFolder(folder, [f"holds many runs ({born['kind']}), no tables of a single one; its own: {tables}"])
        absent = ["absent.parquet"] if (folder / "absent.parquet").exists() else []
        files = [*(f"{name}.parquet" for name in TABLES), *absent, "summary.json"]
        read, problems = _contents(folder, files)
        try:
            read["scenario"] = scenario_of(folder)
            if not read["scenario"].record.daily:
                problems.append("record.daily = false: the table by day and platform was not kept, and all needs it")
        except BadFolder as bad:
            problems += bad.problems
        if not problems:
            results = cls(**read, provenance=born)
            problems += results._other_than(born["digest"])
            if results.scenario.digest() != born["scenario"]:
                problems.append("scenario.yaml is not the run's: its digest is another")
            problems += [f"{name} was changed since it was written" for name in changed(folder, [*files, MARK])]
        if problems:
            raise BadFolder(folder, problems)
        return results

    def _other_than(self, digest: str) -> list[str]:
        """What is wrong with the tables, of which that is the digest."""
        try:
            other = self.digest() != digest
        except _BROKEN as problem:
            return [f"a table is broken: {_in_words(problem)}"]
        return ["the tables are not those that the run wrote: their digest is another"] if other else []

    def _tables(self) -> tuple[str, ...]:
        return (*TABLES, "absent") if len(self.absent) else TABLES


def _contents(folder: Path, files: list[str]) -> tuple[dict[str, Any], list[str]]:
    """The content of each file by its name without suffix, and what is wrong with those that cannot be read."""
    read, problems = {}, []
    for path in (folder / file for file in files):
        try:
            read[path.stem] = _READERS[path.suffix](path)
        except FileNotFoundError:
            problems.append(f"{path.name} is missing")
        except _BROKEN as problem:
            problems.append(f"{path.name} is broken: {_in_words(problem)}")
    return read, problems


def _in_words(problem: Exception) -> str:
    return " ".join(str(problem).split())


def _table(path: Path) -> pd.DataFrame | Stored:
    table = Stored(path)
    return table if path.stem in _LONG else table.frame()


def _summary(path: Path) -> dict[str, float]:
    summary = read_json(path)
    return {name: np.nan if value is None else value for name, value in summary.items()}


_READERS: dict[str, Callable[[Path], Any]] = {".parquet": _table, ".json": _summary}
