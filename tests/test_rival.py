"""Rival evidence: what the critic's table changes, and what a calibration on it says would have to be true."""

import csv
import sys
from functools import partial
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from anew import assert_made_anew

from experiments import cli, report
from experiments.calibrate import __main__ as calibrate
from experiments.calibrate.inference.chain import sample
from experiments.calibrate.inference.chance import TOY, normals
from experiments.calibrate.inference.data import load
from experiments.calibrate.inference.design import luck, parameters
from experiments.calibrate.inference.posterior import Posterior
from experiments.calibrate.rival_targets import changes, compared, text
from sim.instruments.targets import EVIDENCE, load_targets, located


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def test_the_critics_table_denies_that_visits_and_registrations_count_workers_and_assumes_no_number():
    usual, crest = rows(EVIDENCE), rows(located("crest"))
    assert list(usual) == list(crest)
    other = {name for name in usual if usual[name] != crest[name]}
    denied = {"tier_regular", "tier_occasional", "visitors", "visitors_share", "ff_visitors_share"}
    assert other == denied | {"working_persons"}
    for name in denied:
        same = ("quantity", "value", "low", "high", "unit", "population", "instrument", "source")
        assert {key: crest[name][key] for key in same} == {key: usual[name][key] for key in same}
        assert crest[name]["role"] in ("shown", "input") and "CREST2019" in crest[name]["note"]
    total = crest["working_persons"]
    assert total["role"] == "calibrate" and float(total["value"]) == 14_903 and total["source"] == "CREST2019"
    changed = {name: (ours, theirs) for name, ours, theirs in changes(load("crest"), load())}
    assert set(changed) == {"working_persons", "visitors_share", "ff_visitors_share"}
    assert changed["visitors_share"] == (0.197, None) and changed["working_persons"] == (None, 14_903)


def test_a_file_of_that_name_comes_before_the_shipped_table(elsewhere):
    assert load_targets("crest").equals(load_targets(EVIDENCE.with_name("crest.csv")))
    (elsewhere / "crest").write_text(EVIDENCE.read_text(encoding="utf-8"), encoding="utf-8")
    assert load_targets("crest").equals(load_targets())


def test_a_name_that_is_no_table_is_told_which_there_are(monkeypatch, elsewhere, capsys):
    monkeypatch.setattr(sys, "argv", ["calibrate", "survey.targets=crset", "hydra.run.dir=there"])
    assert cli.main("calibrate", calibrate._MANUAL, calibrate.Settings, calibrate.experiment) == 2
    told = capsys.readouterr().err
    assert "survey.targets = crset: there is no such file; known by name: crest; did you mean crest?" in told


def test_shifts_are_in_standard_deviations_of_the_usual_posterior_where_priors_are_uniform():
    priors = parameters()
    keys = list(priors)[:3]
    shares = np.tile(np.linspace(0.3, 0.5, 201)[:, None], (1, 3))  # mean 0.4, sd 0.2 / sqrt(12)
    draws = np.array([[priors[key].at(u) for key, u in zip(keys, row, strict=True)] for row in shares])
    points = np.full((100, len(priors)), 0.5) + 0.01 * normals(1, TOY, 100, len(priors))
    points[:, 0] += 0.02  # 0.12 above: two standard deviations
    points[:, 1] -= 0.1  # where it was
    found = SimpleNamespace(posterior=Posterior(points, np.full(100, 0.01)))
    table = compared(found, keys, draws).set_index("key")
    sd = 0.2 / np.sqrt(12)
    assert table.loc[keys[0], "shift"] == pytest.approx(0.12 / sd, abs=0.1) and table.loc[keys[0], "moves"]
    assert table.loc[keys[1], "shift"] == pytest.approx(0, abs=0.1) and not table.loc[keys[1], "moves"]
    assert table.loc[keys[0], "width"] == pytest.approx(0.01 / sd, rel=0.3)
    assert table.loc[keys[0], "usual"] == pytest.approx(priors[keys[0]].at(0.4)) and table.index[0] == keys[0]
    assert table.loc[list(priors)[5], ["shift", "usual"]].isna().all() and not table.loc[list(priors)[5], "moves"]
    told = text(table.reset_index(), [("visitors_share", 0.197, 0.099)], "crest", "posterior.csv")
    assert "visitors_share 0.197 -> 0.099" in told and f"{keys[0]} higher" in told
    assert "Not in posterior.csv, so not compared" in told
    still = " ".join(text(table.reset_index().assign(moves=False), [], "mine.csv", "posterior.csv").split())
    assert "ask for nothing else" in still and "nothing that is fitted" in still


class Stub:
    """Stands for `Runs`: visits and who works rise with the first parameter alone, other readings with the second.

    Visits are as published at 0.6, those who work as many as the critics say at 0.4.
    """

    def __init__(self, folder, workers, clock):
        self.folder, self.clock = folder, clock

    def make(self, scenario, where, turn=0, worlds=None):
        data = load()
        chance = normals(2, TOY, [luck(n, turn) for n in range(len(where))], len(data.ids))
        visits = np.array(["visitors" in name for name in data.ids])
        slope = np.where(visits[:, None], np.eye(2)[0], np.eye(2)[1]) * 3.0
        found = data.back(data.middle + (where[:, :2] - 0.6) @ slope.T + 0.05 * chance)
        ids, working = [*data.ids, "working_persons"], 14_903 * np.exp(3.0 * (where[:, 0] - 0.4) + 0.05 * chance[:, 0])
        return [{"readings": {name: [x, 0.0] for name, x in zip(ids, row, strict=True)}, "outcomes": {"gini": 0.5}}
                for row in np.column_stack([found, working])]  # fmt: skip


@pytest.mark.slow  # two whole calibrations, their chains run until they agree
def test_one_command_says_what_else_would_have_to_be_true(monkeypatch, elsewhere, capsys):
    monkeypatch.setattr("experiments.calibrate.calibration.Runs", Stub)
    monkeypatch.setattr("experiments.calibrate.calibration.sample", partial(sample, steps=100))
    for words in (["hydra.run.dir=usual"], ["hydra.run.dir=rival", "survey.targets=crest",
                                            "behaviour.posterior=usual/posterior.csv"]):  # fmt: skip
        words += [f"report.figures={str(words[0].endswith('rival')).lower()}", "report.language=fr"]
        words += ["runs=200", "rounds=1", "scale_points=0", "predictive=0",
                  "recovery=0"]  # fmt: skip
        monkeypatch.setattr(sys, "argv", ["calibrate", *words])
        assert cli.main("calibrate", calibrate._MANUAL, calibrate.Settings, calibrate.experiment) == 0
    told = capsys.readouterr().out
    first, second, *rest = parameters()
    table = pd.read_csv("rival/rival.csv").set_index("key")
    assert table.loc[first, "shift"] < -2 and table.loc[first, "moves"] and table.index[0] == first
    assert abs(table.loc[second, "shift"]) < 1 and not table.loc[[second, *rest], "moves"].any()
    assert told.count("What else would have to be true") == 1 and f"{first} lower" in told
    assert not (elsewhere / "usual" / "rival.csv").exists()
    assert_made_anew(report.main, elsewhere / "rival")
    assert "paramètres bouge d’au moins" in (elsewhere / "rival" / "rival" / "rival.svg").read_text(encoding="utf-8")
