"""Reports made anew from the folders of finished runs: the same bytes, another language, no market, nothing lost."""

import json
import re
import shutil

import pytest
from anew import DRAWN, assert_made_anew, content, typed, without_a_market
from in_process import said

from sim import run
from sim.report import __main__ as report
from sim.results.folder import REPLICATES

TINY = ["population=small", "population.sample=0.00263", "start=2018-04-01", "end=2018-06-30", "survey.quota=12000"]
TINY += ["survey.waves=[2018-05-14,2018-06-18]"]
PLACES = {
    "run": ["hydra.run.dir=run"],
    "ensemble": ["hydra.run.dir=ensemble", "seeds=2"],
    "sweep": ["-m", "hydra.sweep.dir=sweep", "platform=biface,deep", "seed=1,2"],
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A run, an ensemble and a sweep, by name."""
    home = tmp_path_factory.mktemp("made")
    for words in PLACES.values():
        flags = [word for word in words if word == "-m"]
        assert said(run.main, home, *flags, *TINY, *(word for word in words if word not in flags))[0] == 0
    return {name: home / name for name in PLACES}


@pytest.mark.parametrize("name", PLACES)
def test_a_report_made_anew_is_the_same_bytes_and_nothing_is_lost(made, name, tmp_path):
    gone = (*DRAWN, ".csv", "runs.parquet", "targets.parquet")
    assert_made_anew(report.main, shutil.copytree(made[name], tmp_path / name), gone)


def test_a_run_without_figures_gets_them_in_another_language(made, tmp_path, capsys):
    there = shutil.copytree(made["run"], tmp_path / "run")
    shutil.rmtree(there / "figures")
    text = (there / "scenario.yaml").read_text().replace("figures: true", "figures: false")
    (there / "scenario.yaml").write_text(text)
    assert without_a_market(report.main, there, "report.language=fr") == 0
    page = (there / "report.html").read_text(encoding="utf-8")
    assert '<html lang="fr">' in page and page.count('role="img"') + page.count("<img") == 13 + 3  # the strips
    drawn = json.loads((there / "figures" / "figures.json").read_text(encoding="utf-8"))
    assert any("inscrits" in figure["title"] for figure in drawn)
    before, after = content(made["run"]), content(there)
    assert all(after[name] == before[name] for name in before if name.suffix in (".csv", ".parquet"))
    assert "Made anew" in capsys.readouterr().out


def test_a_brief_is_two_pages_in_either_language(made, tmp_path, capsys):
    there = shutil.copytree(made["run"], tmp_path / "run")
    before = content(there)
    for language, found in (("fr", "en juin 2018"), ("en", "in June 2018")):
        assert without_a_market(report.main, "brief", there, f"report.language={language}") == 0
        told, printed = capsys.readouterr().out, (there / "brief.pdf").read_bytes()
        page = (there / "brief.html").read_text(encoding="utf-8")
        assert found in told and found in page and f'<html lang="{language}">' in page
        assert len(re.findall(rb"/Type /Page\n", printed)) == 2
        fonts = (printed.count(name) for name in (b"/Type /FontDescriptor", b"/FontFile2"))
        assert len({*fonts} - {0}) == 1  # all are embedded
        assert b"/Lang (%s)" % language.encode() in printed and b"/MarkInfo" in printed and b"/H1" in printed
    assert without_a_market(report.main, "brief", there) == 0 and (there / "brief.pdf").read_bytes() == printed
    after = content(there)
    assert all(after[name] == before[name] for name in before if name.name != "manifest.json")
    assert without_a_market(report.main, "brief", there, made["sweep"], "report.figures=true") == 2
    told = capsys.readouterr().err
    assert "is a sweep, which finds no one thing" in told and "report.figures = true: belongs to the run" in told
    assert without_a_market(report.main, "brief") == 2


def test_targets_that_are_gone_are_told_and_stay_as_they_were(made, tmp_path, capsys):
    there = shutil.copytree(made["run"], tmp_path / "run")
    assert without_a_market(report.main, there, "report.figures=false") == 0
    text = (there / "scenario.yaml").read_text().replace("  targets: null", "  targets: gone.csv")
    (there / "scenario.yaml").write_text(text)
    before = content(there)
    assert without_a_market(report.main, there, "report.figures=false") == 0
    assert "targets.csv is left as it is: gone.csv" in capsys.readouterr().out
    assert content(there) == before  # the page too


def test_a_sweep_gets_its_figures_in_another_language(made, tmp_path):
    there = shutil.copytree(made["sweep"], tmp_path / "sweep")
    assert without_a_market(report.main, there, "report.language=fr") == 0
    index = "figures/figures.json"
    drawn = [json.loads((one / index).read_text(encoding="utf-8")) for one in (made["sweep"], there)]
    assert all(a["name"] == b["name"] and a["alt"] != b["alt"] for a, b in zip(*drawn, strict=True))


def test_everything_wrong_with_a_command_is_said_at_once(made, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    for name, changes in (("other", {"format": 0}), ("tiers", {"kind": "tiers"})):
        (tmp_path / name).mkdir()
        born = json.loads((made["run"] / "provenance.json").read_text())
        (tmp_path / name / "provenance.json").write_text(json.dumps(born | changes))
    words = ["mine", "nowhere", "other", "tiers", "report.language=de", "report.lang=fr", "seed=3", "--all"]
    assert typed(report.main, *words) == 2
    printed, told = capsys.readouterr()
    expected = (
        "mine: is not the folder of a run",
        "nowhere: there is no such folder",
        "other: was written by another version",
        "tiers: is the folder of an experiment (tiers); its report: python -m experiments.report tiers",
        "report.language = de: must be one of en, fr",
        "report.lang = fr: there is no such field; did you mean report.language?",
        "seed = 3: belongs to the run",
        "--all: is no flag here",
    )
    assert printed == "" and told.startswith(f"{len(expected)} problems; nothing was run")
    assert all(line in told for line in expected)
    assert typed(report.main) == 2 and typed(report.main, "--help") == 0


def test_what_cannot_be_read_is_told_and_the_others_are_made(made, tmp_path, capsys):
    broken, short = (shutil.copytree(made[name], tmp_path / name) for name in ("run", "ensemble"))
    (broken / "daily.parquet").write_bytes(b"PAR1")
    next((short / REPLICATES).glob("*.json")).unlink()
    before = content(broken)
    assert without_a_market(report.main, broken, short, made["sweep"], "report.figures=false") == 2
    printed, told = capsys.readouterr()
    assert f"{broken}: " in told and "daily.parquet is broken" in told
    assert "1 of its 2 runs are not there; this makes them: python -m sim.run population=small" in told
    assert "Made anew" in printed and content(broken) == before
