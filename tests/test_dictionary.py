"""Every column that is written is declared with its meaning, and the files say it themselves."""

import json

import pandas as pd
import pyarrow.parquet as pq
import pytest
from surveyed import ran

from sim.instruments.fieldwork import Fieldwork
from sim.instruments.readings import comparison
from sim.results.dictionary.numbers import about
from sim.results.dictionary.tables import FILES, TABLES
from sim.results.folder import write_tables
from sim.runs.run_folder import fill


@pytest.fixture(scope="module")
def folder(record, tmp_path_factory):
    path = tmp_path_factory.mktemp("described") / "run"
    fill(record, path, [], 0.0)
    return path


def test_every_column_of_every_file_is_declared_and_nothing_else(folder):
    for path in [*folder.glob("*.parquet"), *folder.glob("*.csv")]:
        written = pq.read_schema(path).names if path.suffix == ".parquet" else [*pd.read_csv(path)]
        assert {*written} == {*TABLES[path.name].columns}, path.name
    assert {path.name for path in folder.iterdir()} <= {*TABLES, *FILES}
    others = {"absent.parquet", "readings.csv"}  # of accounts nobody opens, of instruments of one's own
    assert {*TABLES} - {path.name for path in folder.iterdir()} == others


def test_parquet_files_say_what_their_columns_are(folder):
    for path in folder.glob("*.parquet"):
        for field in pq.read_schema(path):
            column = TABLES[path.name].columns[field.name]
            said = {key: field.metadata[key.encode()].decode() for key in ("description", "unit")}
            assert said == {"description": column.meaning, "unit": column.unit}
            assert column.meaning


def test_every_number_of_the_summary_is_declared(record):
    called = ran(policy="boycott", policy__start="2018-06-10", start="2018-06-01", end="2018-06-20")
    numbers = record.summary | called.summary
    assert not [name for name in numbers if about(name) is None]
    assert about("platform.appen.nothing") is None and about("nothing") is None


def test_the_data_package_lists_what_is_there(record, folder):
    package = json.loads((folder / "datapackage.json").read_text())
    resources = {resource["path"]: resource for resource in package["resources"]}
    assert {*resources} == {path.name for path in folder.iterdir() if path.name in TABLES} | {"summary.json"}
    assert package["weight"] == record.scenario.population.weight
    workers = {field["name"]: field for field in resources["workers.parquet"]["schema"]["fields"]}
    assert workers["sex"]["constraints"] == {"enum": ["man", "woman"]} and workers["age"]["type"] == "integer"
    assert {one["name"] for one in resources["summary.json"]["numbers"]} == {*record.summary}
    listed = json.loads((folder / "manifest.json").read_text())["files"]
    assert {"datapackage.json", *resources} <= {*listed}
    assert [*comparison(Fieldwork(record))] == [*TABLES["targets.csv"].columns]


def test_tables_of_many_runs_say_what_their_columns_are(tmp_path):
    """Numbers of the summary, readings of tiers and fields that are varied, each as it is declared elsewhere."""
    columns = ["behaviour.looking_elasticity", "demand", "seed", "status", "month.looks", "reading.regular"]
    write_tables(tmp_path, {"runs.parquet": pd.DataFrame({name: [1] for name in [*columns, "nobody's"]})})
    said = {field.name: field.metadata for field in pq.read_schema(tmp_path / "runs.parquet")}
    assert all(said[name][b"description"] for name in columns) and said.pop("nobody's") is None
    assert said["month.looks"][b"unit"] == b"looks" and said["reading.regular"][b"unit"] == b"persons of France"
