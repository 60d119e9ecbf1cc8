"""Tables in Parquet files: written piece by piece while a run goes on, read by column when somebody asks for them.

A table of a run is a DataFrame, or, where its rows grow with the length of the run, one that is `Stored`. Whoever
needs few columns, or each row but once, asks `read` or `pieces_of` and has no more of it in memory.
"""

import json
import os
import shutil
import weakref
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.results.dictionary.description import CATEGORIES, described
from sim.results.folder import atomic_file
from sim.results.manifest import opened


class Stored:
    """A table in a Parquet file, which is held open, so that it can be read even if its folder is renamed.

    Raises
    ------
    OSError, ValueError, LookupError, pyarrow.ArrowException
        If the file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._source = opened(path)
        weakref.finalize(self, self._source.close)
        self._file = pq.ParquetFile(self._source)
        self._schema = self._file.schema_arrow
        self._words = json.loads(self._schema.metadata[CATEGORIES])
        ordered = {name: bool(self._schema.field(name).type.ordered) for name in self._words}
        self._types = {name: pd.CategoricalDtype(words, ordered[name]) for name, words in self._words.items()}

    def __len__(self) -> int:
        return self._file.metadata.num_rows

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return self._schema.names

    def frame(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """All rows, of some columns or of all."""
        return self._pandas(self._file.read(columns, use_threads=False))

    def pieces(self, columns: Sequence[str] | None = None) -> Iterator[pd.DataFrame]:
        """The rows in their order, some ten thousand at a time, as they were written; to be read, not changed."""
        for group in range(self._file.num_row_groups):
            yield self._piece(self._file.read_row_group(group, columns, use_threads=False))

    def numbers(self, column: str) -> Iterator[Any]:
        """A column, its categories as numbers, piece by piece."""
        for group in range(self._file.num_row_groups):
            rows = self._file.read_row_group(group, [column], use_threads=False)
            values = self._plain(column, rows.column(0))
            yield _coded(self._pandas(rows)[column]) if values is None else getattr(values, "codes", values)

    def last(self) -> pd.DataFrame:
        """The last rows that were written together."""
        groups = (self._file.read_row_group(group) for group in reversed(range(self._file.num_row_groups)))
        return self._pandas(next((rows for rows in groups if len(rows)), self._schema.empty_table()))

    def write(self, path: Path) -> None:
        """Have the file stand at that path too, if it does not."""
        if not (path.exists() and os.path.samestat(os.fstat(self._source.fileno()), path.stat())):
            self._source.seek(0)
            with atomic_file(path) as unfinished, unfinished.open("wb") as copy:
                shutil.copyfileobj(self._source, copy)

    def _piece(self, table):
        made = {name: self._plain(name, table.column(name)) for name in table.column_names}
        if others := [name for name, values in made.items() if values is None]:
            made |= dict(self._pandas(table.select(others)).items())
        return pd.DataFrame(made, copy=False)

    def _plain(self, name, column):
        """A column as it lies in memory, without what Arrow needs for any kind of it; else None."""
        if column.num_chunks != 1 or column.null_count:
            return None
        values = column.chunk(0)
        if pa.types.is_integer(values.type) or pa.types.is_floating(values.type):
            return values.to_numpy()
        if name not in self._types or values.dictionary.to_pylist() != self._words[name]:
            return None
        return pd.Categorical.from_codes(values.indices.to_numpy(), dtype=self._types[name], validate=False)

    def _pandas(self, table):
        frame = table.to_pandas(use_threads=False)
        for name in frame.columns.intersection([*self._words]):
            if list(frame[name].cat.categories) != self._words[name]:  # of a table without rows
                frame[name] = frame[name].cat.set_categories(self._words[name])
        for name in frame.select_dtypes("datetime"):
            frame[name] = frame[name].astype("datetime64[s]")  # which Parquet does not know
        return frame


class Stream:
    """A Parquet file that grows by rows that are finished.

    Parameters
    ----------
    path
        In a folder that is not there under its own name before all is written.
    form
        What makes a DataFrame, always of the same columns and categories, of the rows that are added.
    """

    def __init__(self, path: Path, form: Callable[[Any], pd.DataFrame]) -> None:
        self._path, self._form = path, form
        self._writer: Any = None
        self._parts: list[Path] = []

    def add(self, rows: Any) -> None:
        """Write rows, which lie together in the file."""
        self._write(self._form(rows))

    def _write(self, frame):
        table = _arrow(frame, self._path.name)
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, table.schema, **_packing(table.schema))
        self._writer.write_table(table, row_group_size=max(len(table), 1))

    def pause(self) -> list[Path]:
        """Whole files that hold all rows so far, in their order; what is added from now on goes into another."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
            self.adopt([self._path])
            self._path.unlink()
        return [*self._parts]

    def adopt(self, parts: Sequence[Path]) -> None:
        """Go on after rows in files that `pause` gave."""
        for part in parts:
            mine = self._path.with_stem(f"{self._path.stem}-{len(self._parts)}")
            same_file(part, mine)
            self._parts.append(mine)

    def ended(self) -> Stored:
        """The table, to which no more is added."""
        if self._parts:
            parts, self._parts = self.pause(), []
            for part in parts:
                stored = Stored(part)
                for rows in stored.pieces() if len(stored) else [stored.frame()]:
                    self._write(rows)
                part.unlink()
        self._writer.close()
        return Stored(self._path)


def same_file(path: Path, other: Path) -> None:
    """Have a file that will not change stand at another path too; a copy where file systems differ."""
    try:
        os.link(path, other)
    except OSError:
        shutil.copyfile(path, other)


def write(frame: pd.DataFrame, path: Path) -> None:
    """Write a DataFrame as a Parquet file that appears complete."""
    table = _arrow(frame, path.name)
    with atomic_file(path) as unfinished:
        pq.write_table(table, unfinished, **_packing(table.schema))


def read(results: Any, name: str, columns: Sequence[str]) -> pd.DataFrame:
    """Some columns of a table of a run's results, by its name; of months that are not kept there are but some."""
    table = vars(results)[name]
    if not len(table):
        return pd.DataFrame(columns=[*columns])
    return table[[*columns]] if isinstance(table, pd.DataFrame) else table.frame(columns)


def pieces_of(results: Any, name: str, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
    """The same, rows after rows."""
    return pieces(vars(results)[name], columns)


def pieces(table: pd.DataFrame | Stored, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
    """Some columns of a table, rows after rows."""
    return iter([table[[*columns]]]) if isinstance(table, pd.DataFrame) else table.pieces(columns)


def bits(table: pd.DataFrame | Stored, column: str) -> Iterator[bytes | memoryview]:
    """The content of a column, its categories as numbers, piece by piece."""
    for piece in [_coded(table[column])] if isinstance(table, pd.DataFrame) else table.numbers(column):
        array = np.ascontiguousarray(piece)
        yield "\n".join(map(str, array)).encode() if array.dtype == object else array.view(np.uint8).data


def _coded(values):
    return values.cat.codes if isinstance(values.dtype, pd.CategoricalDtype) else values


def _arrow(frame: pd.DataFrame, name: str) -> pa.Table:
    table = pa.Table.from_pandas(frame, preserve_index=False, nthreads=1)
    words = frame.select_dtypes("category")
    categories = json.dumps({name: list(column.cat.categories) for name, column in words.items()})
    table = table.replace_schema_metadata({**table.schema.metadata, CATEGORIES: categories.encode()})
    return described(table, name)


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
