"""The results of a run: its tables, summary, scenario and provenance; written to a folder, and read back from one."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.results.folder import MARK, BadFolder, atomic_file, write_json
from sim.results.manifest import changed, claim, content, read_json
from sim.results.provenance import provenance, read_provenance, scenario_of
from sim.scenario.scenario import Scenario

TABLES = ("daily", "months", "workers", "batches", "clients", "funnel", "looks_by_hour", "waits", "accounts", "answers")
_CATEGORIES = b"categories"  # in the metadata of a Parquet file, which forgets those of a table without rows


@dataclass
class Results:
    """What a run leaves behind.

    Attributes
    ----------
    daily, months, workers, batches, clients, funnel, looks_by_hour, waits, accounts, answers
        As written to the Parquet file of that name.
    absent
        The same for accounts that nobody opens, counted by platform and day of sign-up; no rows, no file.
    summary
        Number by name, flat; nan for what is unknown.
    provenance
        Where the run comes from; made when it is written.
    """

    daily: pd.DataFrame
    months: pd.DataFrame
    workers: pd.DataFrame
    batches: pd.DataFrame
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

    def digest(self) -> str:
        """SHA-256 over every number of every table: equal if and only if the run was the same, to the bit."""
        sha = hashlib.sha256()
        for name in self._tables():
            for column, values in getattr(self, name).items():
                sha.update(f"{name}.{column}".encode())
                codes = values.cat.codes if isinstance(values.dtype, pd.CategoricalDtype) else values
                array = np.ascontiguousarray(codes)
                sha.update("\n".join(map(str, array)).encode() if array.dtype == object else array.view(np.uint8).data)
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
            table = _arrow(getattr(self, name))
            with atomic_file(folder / f"{name}.parquet") as path:
                pq.write_table(table, path, **_packing(table.schema))
        known = {name: None if value != value else value for name, value in self.summary.items()}
        write_json(folder / "summary.json", known)
        with atomic_file(folder / "scenario.yaml") as path:
            self.scenario.write_file(path)
        write_json(folder / MARK, self.provenance)

    @classmethod
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
            if results.digest() != born["digest"]:
                problems.append("the tables are not those that the run wrote: their digest is another")
            if results.scenario.digest() != born["scenario"]:
                problems.append("scenario.yaml is not the run's: its digest is another")
            problems += [f"{name} was changed since it was written" for name in changed(folder, [*files, MARK])]
        if problems:
            raise BadFolder(folder, problems)
        return results

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
        except (OSError, ValueError, AttributeError, LookupError, TypeError, pa.ArrowException) as problem:
            problems.append(f"{path.name} is broken: {' '.join(str(problem).split())}")
    return read, problems


def _arrow(frame: pd.DataFrame) -> pa.Table:
    table = pa.Table.from_pandas(frame, preserve_index=False)
    words = frame.select_dtypes("category")
    categories = json.dumps({name: list(column.cat.categories) for name, column in words.items()})
    return table.replace_schema_metadata({**table.schema.metadata, _CATEGORIES: categories.encode()})


def _packing(schema: pa.Schema) -> dict[str, Any]:
    """How Parquet is to hold columns: whole numbers as differences, half the time and three quarters of the size of
    a dictionary; only words as a dictionary."""
    encoding = {}
    for column in schema:
        if pa.types.is_integer(column.type):
            encoding[column.name] = "DELTA_BINARY_PACKED"
        elif pa.types.is_floating(column.type):
            encoding[column.name] = "BYTE_STREAM_SPLIT"
    words = [column.name for column in schema if pa.types.is_dictionary(column.type)]
    return {"compression": "zstd", "use_dictionary": words, "column_encoding": encoding}


def _table(path: Path) -> pd.DataFrame:
    table = pq.read_table(pa.BufferReader(content(path)))
    frame, categories = table.to_pandas(), json.loads(table.schema.metadata[_CATEGORIES])
    for name, words in categories.items():
        if list(frame[name].cat.categories) != words:  # of a table without rows
            frame[name] = frame[name].cat.set_categories(words)
    for name in frame.select_dtypes("datetime"):
        frame[name] = frame[name].astype("datetime64[s]")  # which Parquet does not know
    return frame


def _summary(path: Path) -> dict[str, float]:
    summary = read_json(path)
    return {name: np.nan if value is None else value for name, value in summary.items()}


_READERS: dict[str, Callable[[Path], Any]] = {".parquet": _table, ".json": _summary}
