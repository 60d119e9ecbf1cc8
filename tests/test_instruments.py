"""Instruments on a tiny market: they move nothing, see only the record, and stand beside the truth."""

import dataclasses
import itertools
import math
import sys
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from surveyed import CHOICES, PEOPLE, QUOTA_HERE, ran, scenario, seen_by

from experiments.tiers import gap
from sim.instruments.audience import last_month, visitors
from sim.instruments.capture import by_activity, wave_counts
from sim.instruments.fieldwork import Fieldwork
from sim.instruments.readings import comparison, readings
from sim.instruments.registrations import declared
from sim.instruments.surveys.counterfactual import BY_MESSAGE, COUNTERFACTUAL
from sim.instruments.targets import NotComparable, load_targets
from sim.instruments.tiers import COLUMNS
from sim.instruments.truth import LEVELS, truth
from sim.kernel import units
from sim.kernel.arrays import ACCOUNTS, MONTH_ROWS
from sim.kernel.records import NOBODY
from sim.scenario.problems import BadScenario
from sim.simulation.model import MicroworkMarket


@pytest.fixture(scope="module")
def without():
    """The same market without the questionnaire."""
    return ran(survey__on=False)


@pytest.fixture(scope="module")
def deep():
    return ran(platform="deep")


# --- nothing moves ---------------------------------------------------------------------------------------------
def state(model):
    """Every bit of the market that is in use, but for the questionnaire's own client (the last)."""
    market = model.columns
    return [
        market.people.persons,
        market.people.workers,
        market.people.accounts[: market.people.counts[ACCOUNTS]],
        market.firms.clients[:-1],
        market.book.batches[market.book.batches["id"] != NOBODY],
        market.ledger.months[: market.ledger.counts[MONTH_ROWS]],
        *(record.counts for record in (market.people, market.firms, market.book, market.ledger)),
        model.recorder.daily[: model.day],
        model.recorder.funnel[: model.day],
    ]


def same(one, other):
    return one.shape == other.shape and not differing(one, other).any()


def differing(one, other):
    """Rows that differ in any field, to the bit; what lies between the fields is nothing."""
    parts = [(one[name], other[name]) for name in one.dtype.names] if one.dtype.names else [(one, other)]
    unequal = [np.frombuffer(a.tobytes(), f"V{a.itemsize}") != np.frombuffer(b.tobytes(), f"V{b.itemsize}")
               for a, b in parts]  # fmt: skip
    return np.any(unequal, axis=0)


def test_the_questionnaire_changes_only_takers_and_those_behind_them():
    comers = {"behaviour__staying": 0.0}  # nobody watches, to be called by a list opened before
    asked, left_alone = MicroworkMarket(scenario(**comers)), MicroworkMarket(scenario(survey__on=False, **comers))
    wave = (asked.scenario.survey.waves[0] - asked.scenario.start).days
    for _ in range(wave):
        asked.step(), left_alone.step()
    assert all(map(same, state(asked), state(left_alone)))
    asked.step(), left_alone.step()
    posted = wave * units.DAY + 3600 * asked.scenario.survey.hour
    one, other = asked.columns.people.workers, left_alone.columns.people.workers
    differ = np.flatnonzero(differing(one, other))
    took = np.concatenate(asked.recorder.captures)["worker"]
    assert 0 < len(took) <= QUOTA_HERE and set(took) <= set(differ)
    # Whoever else differs opened a list after the questionnaire was there: behind somebody who took it.
    after = (one["opened"] >= posted) | (other["opened"] >= posted)
    assert after[differ].all() and len(differ) < after.sum()


def test_the_market_before_the_first_wave_is_the_same_without_it(record, without):
    day = (record.scenario.survey.waves[0] - record.scenario.start).days
    for name in ("daily", "funnel"):
        one, other = (getattr(run, name) for run in (record, without))
        rows = day * (len(record.scenario.platform.members) if name == "daily" else 1)
        pd.testing.assert_frame_equal(one.iloc[:rows], other.iloc[:rows])
    assert len(record.answers) and not len(without.answers)
    assert record.digest() != without.digest()


def test_other_instruments_move_not_one_bit(record):
    settings = {
        "divisor": 1.27,
        "incomplete": 0.4,
        "recall_log_sd": 0.7,
        "rounding_hours": 1.0,
        "rounding_euro": 5.0,
        "duplicate_share": 0.2,
        "devices": 1.5,
        "panel_log_sd": 0.3,
    }
    other = ran(**{f"survey__{name}": value for name, value in settings.items()})
    assert other.digest() == record.digest()
    one, two = Fieldwork(other), Fieldwork(record)
    pd.testing.assert_frame_equal(one.tiers, Fieldwork(seen_by(record, **settings)).tiers)  # may be changed afterwards
    assert len(one.answers) < len(two.answers)
    assert (one.registrations / two.registrations).to_numpy() == pytest.approx(1 / 0.8)
    assert not one.respondents["hours"].equals(two.respondents["hours"])


def test_instruments_leave_the_record_as_it_is(record):
    before = record.digest()
    fieldwork = Fieldwork(record)
    comparison(fieldwork), gap.counts(fieldwork), by_activity(fieldwork)
    assert record.digest() == before


def test_a_run_asks_each_instrument_once(monkeypatch, elsewhere):
    """From the command line to the page; `truth` twice, of all platforms and of the survey's."""
    import sim.cli.simulate  # noqa: F401
    import sim.report.figures.instruments  # noqa: F401
    import sim.report.page.page  # noqa: F401
    from sim import run

    asked = Counter()
    names = ("french", "visitors", "usable", "respondents", "recapture", "truth", "tiers")
    instruments = {getattr(sys.modules["sim.instruments.fieldwork"], name) for name in names}
    for ask in (*instruments, readings, wave_counts, by_activity):

        def counted(*given, ask=ask):
            asked[ask.__name__, *given[1:] if ask is truth else ()] += 1
            return ask(*given)

        for module in [module for name, module in sys.modules.items() if name.partition(".")[0] == "sim"]:
            for name in [name for name, value in vars(module).items() if value is ask]:
                monkeypatch.setattr(module, name, counted)
    words = [f"{key}={str(value).replace(' ', '')}".replace("'", "") for key, value in CHOICES.items()]
    monkeypatch.setattr(sys, "argv", ["run", "population=small", *words])
    assert run.main() == 0
    every = {(name,) for name in (*names, "readings", "wave_counts", "by_activity")} | {("truth", "foule_factory")}
    assert asked == dict.fromkeys(every, 1)


# --- the questionnaire is a task ---------------------------------------------------------------------------------
def test_one_answer_a_person_and_no_more_than_the_quota(record):
    asked = record.batches[record.batches["client"] == record.clients["client"].max()]
    answers = record.answers
    assert len(asked) == 2 and (asked["kind"] == "survey").all() and (asked["platform"] == "foule_factory").all()
    assert (asked["size"] == QUOTA_HERE).all() and (asked["items"] == 1).all()
    assert asked["piece_rate_micro_euro"].to_numpy() == pytest.approx(12_000_000, abs=2)  # wages have 24 bits
    assert asked["done"].tolist() == answers["wave"].value_counts().sort_index().tolist()
    assert not answers.duplicated(["wave", "worker"]).any()
    holders = record.accounts.loc[record.accounts["platform"] == "foule_factory", "worker"]
    assert set(answers["worker"]) <= set(holders)
    posted = asked["posted"].to_numpy()[answers["wave"]]
    assert (answers["second"] >= posted).all() and (answers["second"] < posted + 15 * units.DAY).all()


def test_a_wave_over_days_asks_for_so_many_a_day_at_its_hour_and_nobody_twice():
    spread = ran(survey__days=5.0, survey__hour=20.5, survey__first_day=2.9, start="2018-05-01")
    asked, answers = spread.batches[spread.batches["client"] == spread.clients["client"].max()], spread.answers
    day, second = np.divmod(asked["posted"].to_numpy(), units.DAY)
    assert asked["size"].tolist() == [QUOTA_HERE // 5] * 10 and (second == 20.5 * 3600).all()
    begins = (spread.scenario.survey.waves[0] - spread.scenario.start).days + 2
    assert day[:5].tolist() == [*range(begins, begins + 5)]
    assert asked["done"].sum() == len(answers) and answers["wave"].nunique() == 2
    assert not answers.duplicated(["wave", "worker"]).any() and answers.duplicated("worker").any()


def test_answers_are_exact_unless_people_forget(record):
    people = Fieldwork(record).respondents
    first = record.answers.sort_values("wave", kind="stable").drop_duplicates("worker").set_index("worker")
    first = first.loc[people["worker"]]
    month = 365.25 / 12 / 7
    hours = (first["paid_seconds"] + first["unpaid_seconds"] + first["watching_seconds"]) / 3600 / month
    assert people["hours"].to_numpy() == pytest.approx(hours.to_numpy())
    assert people["earnings"].to_numpy() == pytest.approx(first["earned_micro_euro"].to_numpy() / 1e6)
    forgetful = seen_by(record, rounding_hours=2.0, recall_log_sd=0.5)
    assert (Fieldwork(forgetful).respondents["hours"] % 2 == 0).all()


# --- truth -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("platform", [None, "foule_factory", "appen"])
def test_truth_is_nested_and_adds_up(record, platform):
    table = truth(record, platform)
    people = table["people"]
    assert list(table.index) == list(LEVELS)
    working, looking = ("registered", "ever worked", "ever paid"), ("registered", *LEVELS[3:])
    for chain in (working, looking):
        assert (
            people[list(chain)].is_monotonic_decreasing and table.loc[list(chain), "accounts"].is_monotonic_decreasing
        )
    assert table["disjoint"].sum() == people["registered"] and (table["disjoint"] <= people).all()
    assert (table["accounts"] >= people).all()
    if platform:
        assert table["accounts"].equals(people)
    assert people["very active"] > 0 or platform == "appen"


def test_truth_agrees_with_the_record(record):
    people, last = truth(record)["people"], record.funnel.iloc[-1]
    assert people["registered"] == last["registered"] == len(record.workers)
    assert people["active in the month"] == last["seen_month"]
    assert people["active in the week"] == last["seen_week"]
    assert people["very active"] == (record.workers["engagement"] == "very_active").sum()


def test_accounts_that_nobody_opens_are_nobody():
    with_absent = ran(population__absent=5000, start="2018-06-01", end="2018-06-10", survey__on=False)
    assert truth(with_absent)["people"]["registered"] == len(with_absent.workers)
    assert Fieldwork(with_absent).registrations.sum() < 1.5 * PEOPLE


# --- readings ----------------------------------------------------------------------------------------------------
def test_the_tier_table_is_the_arithmetic_on_its_parts(record):
    table = Fieldwork(record).tiers.set_index("tier")
    scale = 266_126 / PEOPLE
    assert tuple(Fieldwork(record).tiers.columns) == COLUMNS
    waves = [set(record.answers.loc[record.answers["wave"] == wave, "worker"]) for wave in (0, 1)]
    n1, n2, m = len(waves[0]), len(waves[1]), len(waves[0] & waves[1])
    assert m > 0
    accounts = record.accounts["platform"].value_counts()
    ratio = n1 * n2 / m / accounts["foule_factory"]
    assert table.loc["very active", "reading"] == pytest.approx(scale * ratio * accounts.sum() / 1.2)
    error = math.sqrt(n1 * n2 * (n1 - m) * (n2 - m) / m**3) / accounts["foule_factory"]
    assert table.loc["very active", "reading_se"] == pytest.approx(scale * error * accounts.sum() / 1.2)
    assert table.loc["occasional", "reading"] == pytest.approx(scale * accounts.sum() / 1.2)
    june = record.daily[pd.to_datetime(record.daily["date"]).dt.month == 6]
    exact = seen_by(record, panel_log_sd=0.0)
    regular = Fieldwork(exact).tiers.set_index("tier").loc["regular"]
    assert regular["reading"] == pytest.approx(scale * june["visitors"].sum() / 1.2) and regular["reading_se"] == 0
    published = load_targets().set_index("id")["value"]
    assert table["survey_estimate"].tolist() == [
        published[f"tier_{t}"] for t in ("very_active", "regular", "occasional")
    ]
    people = (truth(record)["people"] * scale).round()
    levels = ["very active", "active in the month", "registered"]
    assert table["truth"].tolist() == pytest.approx(people[levels].tolist())
    assert table["ratio"].to_numpy() == pytest.approx((table["reading"] / table["survey_estimate"]).to_numpy())
    assert table["comparable"].all() and (table["reason"] == "").all()


def test_declared_accounts_hold_the_foreign_and_the_second_ones(record):
    twice = seen_by(record, duplicate_share=0.5)
    members = record.scenario.platform.members
    counts = record.accounts["platform"].value_counts()
    for key, figure in declared(twice).items():
        assert figure == pytest.approx(counts[key] / 0.5 / (1 - members[key].foreign_share))
    assert Fieldwork(twice).registrations.sum() == pytest.approx(2 * counts.sum())


def test_the_panel_errs_as_much_as_it_says(record):
    noisy = [
        visitors(dataclasses.replace(record, scenario=record.scenario.model_copy(update={"replicate": r})))
        for r in range(200)
    ]
    ratios = np.concatenate([(v["reading"] / v["visitors"])[v["visitors"] > 0].to_numpy() for v in noisy])
    # 1400 lognormals of log-sd 0.05 and mean 1: the mean has a standard error of 0.0013, the sd of 0.001
    assert ratios.mean() == pytest.approx(1, abs=0.006) and ratios.std() == pytest.approx(0.05, abs=0.005)


def test_last_month_is_the_last_whole_one():
    days = pd.date_range("2018-01-20", "2018-06-14")
    daily = pd.DataFrame({"date": days})
    assert set(days[last_month(daily)].month) == {5}
    assert set(days[:-14][last_month(daily.iloc[:-14])].month) == {5}  # up to 31 May
    assert last_month(daily.iloc[:20]).all()  # no whole month: the last 30 days


def test_every_target_has_a_reading_or_a_reason(record, deep, without):
    names = set(load_targets()["id"])
    for fieldwork in map(Fieldwork, (record, deep, without)):
        read = readings(fieldwork)
        assert names <= set(read)
        for name, found in read.items():
            if isinstance(found, NotComparable):
                assert found.reason, name
            else:
                assert len(found) == 2 and all(isinstance(float(part), float) for part in found), name
        compared = comparison(fieldwork)
        assert set(compared["id"]) == names and (compared["comparable"] | (compared["reason"] != "")).all()
        by_id = compared.set_index("id")
        for tier in fieldwork.tiers.itertuples():
            shown = by_id.loc["tier_" + tier.tier.replace(" ", "_")]
            assert bool(shown["comparable"]) == bool(tier.comparable)
            assert shown["simulated"] == pytest.approx(tier.reading, nan_ok=True)


def test_a_market_without_the_survey_platform_is_read_as_it_would_have_been(deep):
    fieldwork, scale = Fieldwork(deep), deep.scenario.population.weight
    table = fieldwork.tiers.set_index("tier")
    assert not table["comparable"].any() and (table["reason"].str.split("; ").str[0] == COUNTERFACTUAL).all()
    assert BY_MESSAGE in table.loc["very active", "reason"]
    n1, n2, m = fieldwork.waves.n1, fieldwork.waves.n2, fieldwork.waves.m
    assert n1 == n2 == QUOTA_HERE and table.loc["very active", "reading"] == pytest.approx(scale * n1 * n2 / m)
    assert round(table.loc["occasional", "reading"]) == table.loc["occasional", "truth"]  # nobody counts twice
    paid = deep.answers.merge(deep.accounts, on="worker")  # who answers has an account there, and is paid for it
    assert len(paid) == 2 * QUOTA_HERE and (paid["tasks_done"] > 0).all()
    compared = comparison(fieldwork).set_index("id")
    assert compared["inside"].isna().all() and not compared["comparable"].any()
    read = compared["simulated"].notna()
    assert read[
        ["tier_very_active", "earnings_mean", "client_top1pct_spend", "hourly_pay_mturk", "ff_visitors_share"]
    ].all()


@pytest.mark.parametrize(
    "changes",
    [{"end": "2018-04-20"}, {"survey__on": False, "end": "2018-05-20"}, {"platform": "deep", "start": "2018-06-25"}],
)
def test_a_run_without_answers_can_be_read_and_drawn(changes, tmp_path):
    from sim.report.figures import instruments as figures
    from sim.report.figures import style
    from sim.report.language.words import Words

    run = Fieldwork(ran(**changes))
    compared = comparison(run)
    assert not run.tiers["comparable"].iloc[0] and len(compared) == len(load_targets())
    chain = gap.chains(gap.counts(run))
    assert chain.loc[chain["tier"] == "very active", "value"].iloc[0] != chain["value"].iloc[0]  # nan
    assert run.truth.loc["active in the month", "people"] == run.results.funnel["seen_month"].iloc[-1]
    with style.paper():
        assert figures.capture(run, Words("en")) is None  # nobody was caught: there is nothing to draw
        for plot, language in itertools.product((figures.readings, figures.readings_narrow), ("en", "fr")):
            figure, title, alt = plot(run, Words(language))
            figure.draw_without_rendering()
            assert "{" not in title + alt and "nan" not in title + alt


def test_a_bad_file_of_targets_is_reported_by_row_and_column(tmp_path):
    from sim.cli.command import read

    path = tmp_path / "own.csv"
    text = load_targets().to_csv(index=False).splitlines()
    cells = text[1].split(",")
    cells[2] = "many"
    path.write_text("\n".join([text[0], ",".join(cells), *text[2:4], text[3]]) + "\n", encoding="utf-8")
    with pytest.raises(BadScenario) as bad:
        read([f"survey.targets={path}"])
    told = [str(problem) for problem in bad.value.problems]
    assert any("row 2, column 'value': 'many'" in line for line in told)
    assert any("row 5, column 'id'" in line and "already on row 4" in line for line in told)
