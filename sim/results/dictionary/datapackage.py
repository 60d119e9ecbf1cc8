"""``datapackage.json`` of a run's folder: what every column means, in the form of Frictionless data packages.

Spec: https://specs.frictionlessdata.io/data-package/
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sim.results.dictionary.description import CATEGORIES
from sim.results.dictionary.numbers import about
from sim.results.dictionary.tables import TABLES, Column, Table
from sim.results.folder import write_json
from sim.results.manifest import PROJECT
from sim.scenario.scenario import Scenario

NAME = "datapackage.json"
_TYPES: dict[str, Callable[[pa.DataType], bool]] = {
    "boolean": pa.types.is_boolean,
    "integer": pa.types.is_integer,
    "number": pa.types.is_floating,
    "datetime": pa.types.is_timestamp,
    "string": lambda _: True,
}
_WEIGHT = "people of the country for whom one simulated person of the Parquet tables stands; CSV and JSON are of all"


def write_datapackage(folder: Path, scenario: Scenario, summary: dict[str, float]) -> None:
    """Describe the tables that stand in the folder of a run, and the numbers of its summary."""
    resources = [_resource(folder / name, table) for name, table in TABLES.items() if (folder / name).exists()]
    numbers = {name: found for name in summary if (found := about(name))}
    resources.append(
        {
            "name": "summary",
            "path": "summary.json",
            "description": "the run in numbers of the whole country, by name; null where one is not known",
            "format": "json",
            "mediatype": "application/json",
            "numbers": [{"name": name, "unit": one.unit, "description": one.meaning} for name, one in numbers.items()],
        }
    )
    market = f"{scenario.country.label}, platform={scenario.platform.name}"
    package = {
        "profile": "data-package",
        "name": PROJECT,
        "title": f"A run of {PROJECT}: {market}, seed {scenario.seed}",
        "country": scenario.country.label,
        "language": scenario.country.language,
        "currency": f"{scenario.country.currency.code} ({scenario.country.currency.symbol}), tables in EUR",
        "weight": scenario.population.weight,
        "weight_description": _WEIGHT,
        "resources": resources,
    }
    write_json(folder / NAME, package)


def _resource(path: Path, table: Table) -> dict[str, Any]:
    about_it = {"name": path.stem, "path": path.name, "description": f"one row per {table.row}"}
    schema: dict[str, Any] = {"fields": [], "missingValues": [""]}
    if path.suffix == ".parquet":
        about_it |= {"format": "parquet", "mediatype": "application/vnd.apache.parquet"}
        schema["fields"] = _fields(pq.read_schema(path), table)
    else:
        about_it |= {"format": "csv", "mediatype": "text/csv", "encoding": "utf-8", "profile": "tabular-data-resource"}
        schema["fields"] = [_field(name, one.type, one) for name, one in table.columns.items()]
    if table.key:
        schema["primaryKey"] = list(table.key)
    links = {"worker": "workers", "client": "clients"}
    keys = [
        {"fields": [name], "reference": {"resource": home, "fields": [name]}}
        for name, home in links.items()
        if name in table.columns and home != path.stem
    ]
    return about_it | {"schema": schema | ({"foreignKeys": keys} if keys else {})}


def _fields(schema: pa.Schema, table: Table) -> list[dict[str, Any]]:
    """The columns of a Parquet file, with the words that categories may be."""
    words = json.loads((schema.metadata or {}).get(CATEGORIES, b"{}"))
    found = []
    for one in schema:
        kind = next(name for name, is_so in _TYPES.items() if is_so(one.type))
        field = _field(one.name, kind, table.columns.get(one.name, Column("", "")))
        found.append(field | ({"constraints": {"enum": words[one.name]}} if one.name in words else {}))
    return found


def _field(name: str, kind: str, column: Column) -> dict[str, Any]:
    return {"name": name, "type": kind, "description": column.meaning, "unit": column.unit}
