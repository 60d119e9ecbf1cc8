"""What the columns of a Parquet file mean, said by the file itself: ``description`` and ``unit`` in their metadata."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.results.dictionary.numbers import about
from sim.results.dictionary.tables import SWEEP, TABLES, Column, Table
from sim.scenario import fields
from sim.scenario.parameter import find

CATEGORIES = b"categories"  # in the metadata of a Parquet file, which forgets those of a table without rows


def described(table: pa.Table, name: str) -> pa.Table:
    """A table whose columns carry ``description`` and ``unit`` in their metadata, where they are known.

    Parameters
    ----------
    table
    name
        Of its file.
    """
    columns = [_described(field, _known(name, field.name)) for field in table.schema]
    return pa.Table.from_arrays(table.columns, schema=pa.schema(columns, table.schema.metadata))


def write_parquet(frame: pd.DataFrame, path: Path, name: str) -> None:
    """Write a table of many runs as the Parquet file of that name, with what its columns mean."""
    pq.write_table(described(pa.Table.from_pandas(frame, preserve_index=False), name), path, compression="zstd")


def _known(name: str, column: str) -> Column | None:
    """What is declared of a column: in its table, among the numbers of a summary, as a field that was varied."""
    declared = (TABLES.get(name) or SWEEP.get(name, Table("", {}))).columns
    if column in declared:
        return declared[column]
    if of_tier := declared.get(f"{column.partition('.')[0]}.TIER"):
        return of_tier
    if number := about(column):
        return number
    found = find(fields.Scenario, column.split("."))
    return Column(found[1].unit, found[1].meaning) if found and found[1] else None


def _described(field: pa.Field, column: Column | None) -> pa.Field:
    if column is None:
        return field
    return field.with_metadata({"description": column.meaning, "unit": column.unit})
