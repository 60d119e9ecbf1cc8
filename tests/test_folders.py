"""What a run wrote can be read back, to the bit; what cannot be read is told."""

import csv
import dataclasses
import hashlib
import json
import re
import shutil

import pandas as pd
import pytest
from surveyed import ran

from sim import Results
from sim.kernel.records import MONTHLY
from sim.results.folder import FORMAT, BadFolder, write_tables
from sim.results.results import TABLES
from sim.results.spreadsheets import read_back

COLUMNS = "0a8947af47a6"  # of the tables of a run: whoever moves them counts FORMAT up, and puts the new beginning here


@pytest.fixture(scope="module")
def folder(record, tmp_path_factory):
    path = tmp_path_factory.mktemp("written") / "run"
    dataclasses.replace(record, provenance={"overrides": ["population=small"]}).write(path)
    return path


def assert_same(one, other):
    for name in (*TABLES, "absent") if len(other.absent) else TABLES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True, check_freq=False)
    assert one.scenario == other.scenario and one.digest() == other.digest()
    assert one.summary.keys() == other.summary.keys()
    assert all(a == b or a != a and b != b for a, b in zip(one.summary.values(), other.summary.values(), strict=True))


def test_what_a_run_wrote_is_read_back_to_the_bit(record, folder):
    back = Results.load(folder)
    assert_same(back, record)
    born = json.loads((folder / "provenance.json").read_text())
    assert back.provenance == born and back.digest() == born["digest"]
    assert born["kind"] == "run" and born["overrides"] == ["population=small"]


@pytest.mark.parametrize(
    "changes",
    [
        {"platform": "deep", "survey__on": False, "start": "2018-06-01", "end": "2018-06-02"},  # tables without rows
        {"population__absent": 5000, "start": "2018-06-01", "end": "2018-06-03", "behaviour": "posterior"},
    ],
)
def test_tables_without_rows_and_accounts_without_people_come_back(changes, tmp_path):
    run = ran(**changes)
    run.write(tmp_path / "run")
    assert_same(Results.load(tmp_path / "run"), run)


def test_a_record_needs_no_table_of_draws(record, tmp_path):
    """What was drawn stands in the scenario; the table may be gone."""
    table = tmp_path / "mine.csv"
    table.write_text("behaviour.looking_rate\n2.5\n")
    run = ran(start="2018-06-01", end="2018-06-01", behaviour__posterior=str(table))
    run.write(tmp_path / "run")
    table.unlink()
    assert Results.load(tmp_path / "run").scenario.behaviour.looking_rate == 2.5


def test_everything_wrong_with_a_folder_is_told_at_once(folder, tmp_path):

    there = tmp_path / "run"
    shutil.copytree(folder, there)
    (there / "daily.parquet").unlink()
    (there / "batches.parquet").write_bytes((there / "batches.parquet").read_bytes()[:-100])
    (there / "summary.json").write_text("{")
    text = (there / "scenario.yaml").read_text()
    (there / "scenario.yaml").write_text(text.replace("looking_rate:", "loking_rate:", 1))
    with pytest.raises(BadFolder) as bad:
        Results.load(there)
    told = "\n".join(bad.value.problems)
    assert len(bad.value.problems) >= 4 and str(there) in str(bad.value)
    for words in ("daily.parquet is missing", "batches.parquet is broken", "summary.json is broken", "loking_rate"):
        assert words in told


def test_changed_files_and_other_folders_are_told(record, folder, tmp_path):

    def problem(change):
        there = tmp_path / "run"
        shutil.rmtree(there, ignore_errors=True)
        shutil.copytree(folder, there)
        change(there)
        with pytest.raises(BadFolder) as bad:
            Results.load(there)
        return "\n".join(bad.value.problems)

    def born(**changes):
        def change(there):
            was = json.loads((there / "provenance.json").read_text())
            (there / "provenance.json").write_text(json.dumps(was | changes))

        return change

    def other_seed(there):
        text = (there / "scenario.yaml").read_text()
        (there / "scenario.yaml").write_text(re.sub(r"^seed: \d+", "seed: 99", text, flags=re.MULTILINE))

    def other_table(there):
        table = pd.read_parquet(there / "clients.parquet")
        other = dataclasses.replace(record, clients=table.iloc[:-1])
        other.write(tmp_path / "other")
        shutil.copy(tmp_path / "other" / "clients.parquet", there)

    assert "another version" in problem(born(format=FORMAT + 1)) and "population=small" in problem(born(format=None))
    assert "many runs (sweep)" in problem(born(kind="sweep"))
    assert "scenario.yaml is not the run's" in problem(other_seed)
    assert "their digest is another" in problem(other_table)
    assert "no provenance.json" in problem(lambda there: (there / "provenance.json").unlink())
    assert "no such folder" in problem(shutil.rmtree)


def test_tables_of_another_form_have_another_format(record):
    form = {name: {column: kind.name for column, kind in getattr(record, name).dtypes.items()} for name in TABLES}
    digest = hashlib.sha256(json.dumps([FORMAT, form]).encode()).hexdigest()
    assert digest.startswith(COLUMNS), f"count FORMAT up; then {digest[:12]}"


def test_the_table_of_months_leaves_nothing_out(record):
    assert set(record.months) == {"month", *MONTHLY.names}


def test_all_work_is_in_the_table_of_waits(record):
    """Its steps touch; refused work was taken too."""
    steps = record.waits[record.waits["platform"] == record.waits["platform"].iloc[0]]
    assert steps["from_minutes"].tolist() == [0, *steps["to_minutes"][:-1]]
    assert (steps["to_minutes"] > steps["from_minutes"]).all()
    taken = record.waits.groupby("platform", observed=False)["work_seconds"].sum()
    paid = record.daily.groupby("platform", observed=False)["paid_seconds"].sum()
    assert (taken >= paid).all() and paid.sum() > 0


def test_no_spreadsheet_runs_a_text_of_a_table(tmp_path):
    """What begins a formula stands behind an apostrophe, and is read back as it was; numbers stay numbers."""
    hostile = [
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        " =1",
        "'=1",
        "''=1",
        "＝1",
        "-",
        "=cmd|' /C calc'!A0",
    ]
    plain = ["a=b", "it's", "'quoted'", "", "-3 is less", "1-1", "-3x", "Œuvre", "a\r=1", "a\n=1", 'a"=1']
    table = pd.DataFrame({"=name": hostile + plain, "number": -1.5, "whole": -2})
    table["kind"] = table["=name"].astype("category")
    write_tables(tmp_path, {"table.csv": table})
    with open(tmp_path / "table.csv", newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    assert header[0] == "'=name"
    for cells in rows:
        assert not re.match(r"\s*[=+\-@＝\t\r]", cells[0]) and cells[1:] == ["-1.5", "-2", cells[0]]
    back = read_back(tmp_path / "table.csv", keep_default_na=False)
    assert back["=name"].tolist() == back["kind"].tolist() == hostile + plain
    assert back["number"].dtype == float and back["whole"].dtype == int
