"""The summary, table, figures and page of a run, on invented results."""

import ast
import json
import math
import re
import shutil
import subprocess
import sys
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from babel.messages.pofile import read_po, write_po
from browser import assert_page_is_whole, needs_browser
from fake_results import Chance, fake_results
from scipy.stats import CensoredData, ecdf

from experiments.tiers.gap import STEPS
from sim.instruments.fieldwork import Fieldwork
from sim.instruments.targets import compare, load_targets
from sim.report.language import precise
from sim.report.language.catalogue import HERE
from sim.report.language.precise import Precise
from sim.report.language.sample import of_country, people
from sim.report.language.terms import TERMS, Terms
from sim.report.language.words import Words
from sim.report.page.brief import sources
from sim.report.screen.run import summary_text, tier_text
from sim.report.screen.table import printed, table
from sim.results.distributions import Fills, filled_within, gini, lorenz, median_time, top_share
from sim.results.summary import summarise
from sim.scenario import fields
from sim.scenario.parameter import leaves

ROOT = Path(__file__).resolve().parent.parent

TIERS = pd.DataFrame(
    {
        "tier": ["very active", "regular"],
        "instrument": ["capture-recapture", "monthly visitors"],
        "reading": [14_000.0, math.nan],
        "reading_se": [1200.0, math.nan],
        "survey_estimate": [14_903.0, 52_337.0],
        "ratio": [0.94, math.nan],
        "truth": [21_000.0, 55_000.0],
        "comparable": [True, False],
        "reason": ["", "no <Foule Factory> here"],
    }
)

FIGURES = ["readings", "funnel", "entry", "tasks", "prices", "filling", "earnings", "hours", "waiting"]
FIGURES += ["work", "day"]


@pytest.fixture(scope="module")
def results():
    return fake_results()


@pytest.fixture(scope="module")
def folder(results, tmp_path_factory):
    from sim.report.figures.draw import draw

    path = tmp_path_factory.mktemp("run")
    draw(Fieldwork(results), path / "figures")
    return path


@pytest.fixture(scope="module")
def page(results, folder):
    from sim.report.page.page import write

    targets = load_targets()
    drift = targets["value"] * np.linspace(1, 2.5, len(targets))
    far = {name: (value, 0.1) for name, value in zip(targets["id"], drift, strict=True)}
    fieldwork = Fieldwork(results)
    vars(fieldwork)["tiers"] = TIERS  # as if read
    return write(fieldwork, folder, compare(targets, far))


# --- distributions -------------------------------------------------------------------------------------------
def test_gini_has_its_closed_forms():
    n = 1000
    assert gini(np.full(n, 3.0)) == pytest.approx(0, abs=1e-12)
    assert gini(np.r_[np.zeros(n - 1), 5.0]) == pytest.approx(1 - 1 / n)
    assert gini(np.arange(1, n + 1)) == pytest.approx((n - 1) / (3 * n))
    assert math.isnan(gini(np.zeros(3)))
    x = Chance(3).lognormal(20_000, 2.0, 1.0)
    assert gini(x) == pytest.approx(math.erf(0.5), abs=0.02)  # lognormal: 2 Phi(sd / sqrt 2) - 1; se about 0.004
    assert gini(x, 50_000) == pytest.approx(1 - (1 - gini(x)) * 20_000 / 50_000)  # those with nothing, left out
    assert gini(x, 50_000) == pytest.approx(gini(np.r_[x, np.zeros(30_000)]))
    with pytest.raises(ValueError, match="not be negative"):
        gini([-1.0, 2.0])


@pytest.mark.parametrize("people", [None, 7])
def test_gini_is_twice_the_area_above_the_lorenz_curve(people):
    population, held = lorenz([5, 1, 0, 4], people)
    assert (population[0], held[0], population[-1], held[-1]) == (0, 0, 1, 1)
    # the curve through n points has 1/n more area below the diagonal than the sum formula: none, by trapezes
    assert gini([5, 1, 0, 4], people) == pytest.approx(1 - 2 * np.trapezoid(held, population))


def test_top_share_takes_at_least_one_person():
    assert top_share(np.arange(1, 101)) == pytest.approx(100 / 5050)
    assert top_share([3.0, 1.0]) == 0.75
    assert math.isnan(top_share([]))


def test_time_to_fill_counts_open_and_withdrawn_batches():
    chance = Chance(5)
    seconds = np.ceil(chance.lognormal(40, 20, 1))
    watched = np.r_[np.ceil(chance.lognormal(15, 20, 1)), np.full(5, np.inf)]
    times, share = filled_within(seconds, watched)
    left = 1.0
    for t, told in zip(times, share, strict=True):  # the slow twin, from Kaplan and Meier's formula
        waiting = sum(s >= t for s in [*seconds, *watched])
        left *= 1 - sum(s == t for s in seconds) / waiting
        assert told == pytest.approx(1 - left)
    survival = ecdf(CensoredData(uncensored=seconds, right=np.minimum(watched, 1e9)))
    assert share == pytest.approx(survival.cdf.evaluate(times))
    assert filled_within([1, 2, 3], [np.inf])[1][-1] == pytest.approx(0.75)  # withdrawn: never filled
    assert filled_within([1, 2, 3], [0.5])[1][-1] == pytest.approx(1.0)  # censored before anything happened
    assert median_time(*filled_within([1, 2, 3], [np.inf])) == 2
    assert math.isnan(median_time(*filled_within([1], [np.inf, np.inf])))


def test_batches_counted_by_time_piece_by_piece_are_filled_as_all_at_once():
    seconds, filled = np.ceil(Chance(3).lognormal(900, 20, 1)).astype(np.int32), np.arange(900) % 7 > 0
    counted = Fills.together(Fills.of(seconds[n::4], filled[n::4]) for n in range(4))
    for mine, whole in zip(counted.within(), filled_within(seconds[filled], seconds[~filled]), strict=True):
        np.testing.assert_array_equal(mine, whole)


# --- summary and table ---------------------------------------------------------------------------------------
def test_parts_add_up_to_the_whole(results):
    summary, members = results.summary, results.scenario.platform.members
    for name in ("looks", "tasks_posted", "tasks_done", "paid_hours", "pay_euro", "month.looks"):
        whole = summary[name]
        if "." not in name:
            assert sum(summary[f"platform.{key}.{name}"] for key in members) == pytest.approx(whole)
            assert sum(summary[f"structure.{s}.{name}"] for s in ("biface", "deep")) == pytest.approx(whole)
        assert 0 < whole <= summary[name.removeprefix("month.")]
    accounts = sum(summary[f"platform.{key}.accounts"] for key in members)
    assert accounts == pytest.approx(summary["accounts"], abs=len(members) / 2)  # each is rounded to a whole one
    assert summary["structure.biface.registered"] < sum(
        summary[f"platform.{key}.registered"] for key in members if members[key].structure == "biface"
    )
    in_july = results.daily[pd.to_datetime(results.daily["date"]).dt.strftime("%Y-%m") == "2015-07"]
    assert summary["month.looks"] == round(in_july["looks"].sum() * results.scenario.population.weight)


def test_summary_is_flat_numbers_of_the_same_names_when_nothing_happens(results):
    empty = fake_results(people=50, days=20, empty=True)
    assert set(empty.summary) == set(results.summary)
    assert all(isinstance(value, (int, float)) for value in results.summary.values())
    assert empty.summary["earners"] == 0 and math.isnan(empty.summary["gini_earners"])
    json.dumps(results.summary, allow_nan=False)


def test_hourly_pay_counts_unpaid_time(results):
    month = results.months.iloc[:1].assign(
        earned_micro_euro=30_000_000, paid_seconds=7200, unpaid_seconds=3600, present_seconds=36_000, tasks_done=9
    )
    tables = (results.daily, month, results.workers, results.batches, results.clients, results.funnel)
    summary = summarise(*tables, results.scenario)
    assert summary["hourly_median_euro"] == pytest.approx(10)
    assert summary["hourly_paid_median_euro"] == pytest.approx(15)
    assert summary["hourly_present_median_euro"] == pytest.approx(3)
    assert summary["below_minimum_wage_share"] == 0
    assert summary["hours_week_median"] == pytest.approx(10 * 7 / 31)


@pytest.mark.parametrize("columns", [80, 100, 300])
def test_table_fits_the_screen_and_tells_the_numbers(results, columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    for told in (results, fake_results(people=50, days=20, empty=True, platform="ecosystem")):
        text = summary_text(told)
        assert max(map(len, text.splitlines())) <= min(columns, 100)
        assert text.isascii()
        for member in told.scenario.platform.members.values():
            assert all(word in text for word in member.label.split())
    text, summary = summary_text(results), results.summary
    assert text.count("simulated on one in 20") == 1 and text.splitlines()[0].endswith("simulated on one in 20")
    for name in ("registered", "looks", "tasks_posted", "tasks_done", "earners"):
        assert Precise(results.scenario, Words("en"))(name, summary[name]) in text
    work, pay = [line for line in text.splitlines() if line.startswith("Appen ")]
    for name, line in (("visits", work), ("watching_hours", pay)):
        assert f"{float(format(summary[f'platform.appen.{name}'], '.3g')):,.0f}" in line
    hourly = [summary[f"platform.appen.hourly_{name}euro"] for name in ("paid_", "", "present_")]
    assert [*map(float, pay.split()[-3:])] == [float(f"{euro:.3g}") for euro in hourly]
    tiers = tier_text(TIERS, results.scenario)
    assert "no <Foule Factory> here\n" in tiers and "\x1b" not in text + tiers  # no markup, no colours
    assert max(map(len, tiers.splitlines())) <= columns and tiers.count("simulated on one in 20") == 1


def test_no_digit_is_finer_than_what_a_run_tells(results, monkeypatch):
    """Of 12,345 between 11,000 and 14,000 the hundreds are told; of a share the points; of what nobody knows three."""
    ends = {"earners": (11_000.0, 14_000.0), "top1_share": (0.2, 0.4), "gini_earners": (0.7, 0.9), "looks": (0.0, 9e6)}
    monkeypatch.setattr(precise, "interval", lambda name, *_: ends.get(name, (math.nan, math.nan)))
    small = Precise(results.scenario, Words("en"))
    assert small("earners", 12_345) == "12,300" and small.ends("earners", 12_345) == "11,000 to 14,000"
    assert small("top1_share", 0.3141, "percent") == "31%" and small.ends("top1_share", 0.3, "percent") == "20% to 40%"
    assert small("gini_earners", 0.8123, most=3) == "0.81" and small("looks", 12_345) == "10,000"
    assert small("accounts", 123_456) == "123,000" and small.ends("accounts", 123_456) == "" and small("x", 0) == "0"
    assert Precise(results.scenario.load(), Words("fr"))("accounts", 123_456) == "123\N{NARROW NO-BREAK SPACE}000"


def test_a_narrow_screen_breaks_text_and_never_numbers(monkeypatch):
    rows = [("  two words", "123,456,789", "[x]"), None, ("other",)]
    for columns, lines in ((25, ["  two     123,456,789 [x]", "  words", "-" * 25, "other"]),
                           (10, ["  two   123,456,789 [x]", "  words", "-" * 23, "other"]),
                           (99, ["  two words  123,456,789  [x]", "-" * 29, "other"])):  # fmt: skip
        monkeypatch.setenv("COLUMNS", str(columns))
        assert printed(table(("what", "number", "b"), rows)).splitlines()[2:] == lines
    assert printed("  one two three four five six seven eight nine ten " * 3).splitlines()[1].startswith("    ")


# --- words ---------------------------------------------------------------------------------------------------
def test_the_page_knows_every_reason_that_an_instrument_gives():
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "sim" / "instruments").rglob("*.py")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    given = [call.args[0] for call in calls if ast.unparse(call.func) == "NotComparable"]
    constant = [reason.value for reason in given if isinstance(reason, ast.Constant)]
    assert len(constant) > 8 and not [reason for reason in constant if Words("fr").reason(reason) == reason]


def entries(name):
    """The entries of a catalogue by key and English text."""
    with open(HERE / name, "rb") as file:
        return {(entry.context, entry.id): entry for entry in read_po(file) if entry.id}


@pytest.mark.parametrize("name", sorted(path.name for path in HERE.glob("*.po")))
def test_every_language_says_the_same_things(name):
    source, own = entries("en.pot"), entries(name)
    assert set(source) == set(own)
    for key, entry in own.items():
        texts = [entry.string] if isinstance(entry.string, str) else entry.string
        assert all(texts) and not entry.fuzzy, key
        english = key[1] if isinstance(key[1], tuple) else [key[1]]
        slots = [{*re.findall(r"{(\w+)", text)} for text in (*english, *texts)]
        assert all(some <= slots[len(english) - 1] for some in slots) and slots[-1] == slots[len(english) - 1], key


@pytest.mark.parametrize("name", sorted(path.name for path in HERE.glob("*.po")))
def test_every_field_is_explained_in_every_language(name):
    own, declared = entries(f"fields/{name}"), [(key, one) for key, _, one in leaves(fields.Scenario)]
    said = {(key, one.meaning) for key, one in declared}
    said |= {("unit", one.unit) for _, one in declared} | {("source", one.source) for _, one in declared}
    assert {key for key in said if key[1]} == set(own)
    texts = [entry.string for entry in own.values()]
    assert all(texts)


@pytest.mark.parametrize("name", sorted(str(path.relative_to(HERE)) for path in HERE.rglob("fr.po")))
def test_french_has_its_spaces_and_one_apostrophe(name):
    for key, entry in entries(name).items():
        text = "".join([entry.string] if isinstance(entry.string, str) else entry.string)
        assert not re.search(r" [:;!?%»]|« |'", text), key


def test_the_source_has_the_names_that_instruments_give():
    keys = set(entries("en.pot"))
    assert {("target", quantity) for quantity in load_targets()["quantity"]} <= keys
    assert {(f"step.meaning.{step}", meaning) for step, meaning in STEPS.items()} <= keys
    contexts = [context for context, _ in keys if "." in context]
    assert len(contexts) == len(set(contexts))


def test_a_term_is_explained_where_it_first_stands_and_once():
    for language, text in (("en", "Looks & readings"), ("fr", "Consultations & lectures")):
        words = Words(language)
        terms = Terms(words, known=["reading"])
        first, second = terms.told(text), terms.told(text)
        assert first.startswith("<dfn>") and words("term.look.is") in unescape(first) and "&amp;" in first
        assert first.count("<dfn>") == 1 and "<dfn>" not in second
        assert all(words(f"term.{name}") and words(f"term.{name}.is") for name in TERMS)


def test_counted_things_are_singular_or_plural():
    en, fr = Words("en"), Words("fr")
    assert [en("validation.title", count=n, all=9).split()[8] for n in (0, 1, 2)] == ["lie", "lies", "lie"]
    assert [fr("validation.title", count=n, all=9).split()[6] for n in (0, 1, 2)] == ["est", "est", "sont"]
    assert [words.duration(36 * 3600) for words in (en, fr)] == ["1.5\xa0days", "1,5\xa0jour"]


def test_a_third_language_is_one_file_and_one_word(tmp_path):
    for folder in ("sim", "conf"):
        shutil.copytree(
            Path(__file__).parents[1] / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    with open(HERE / "en.pot", "rb") as file:
        toy = read_po(file)
    toy.get("no", context="page.no").string = "nein"
    with open(tmp_path / "sim" / "report" / "language" / "de.po", "wb") as file:
        write_po(file, toy)
    script = "from sim.cli.command import read; read(['report.language=de'])\n"
    script += "from sim.report.language.words import Words; de = Words('de'); "
    script += "print(de('page.no'), de('page.yes'), de.number(1234.5, 1), de.month('2018-07'))"
    said = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True)
    assert said.stdout == "nein yes 1.234,5 Juli 2018\n", said.stderr
    with pytest.raises(ValueError, match="report.language: 'de' is not one of en, fr"):
        Words("de")


def test_numbers_are_written_as_each_language_does():
    en, fr = Words("en"), Words("fr")
    assert (en.number(266126), fr.number(266126)) == ("266,126", "266\u202f126")
    assert (en.euro(9.5), fr.euro(9.5), en.euro(2000)) == ("€9.50", "9,50\u202f€", "€2,000")
    assert [en.share(x) for x in (0.8, 0.5, 0.667, 0.06, 1)] == ["4 in 5", "1 in 2", "2 in 3", "6.0%", "100%"]
    assert [en.percent(x) for x in (0.9997, 0.0021, 0)] == ["99.97%", "0.21%", "0%"]
    assert [en.duration(x).replace("\xa0", " ") for x in (5, 90, 7200, 86_400)] == ["5 s", "1.5 min", "2 h", "1 day"]
    assert fr.month("2018-08") == "août 2018"
    assert len(en.change(1e30)) == 45 and len(fr.number(1e300)) == 401  # as far as two runs may lie apart
    assert en.number(math.nan) == "\u2013"


# --- figures -------------------------------------------------------------------------------------------------
def test_figures_state_findings_and_can_be_searched(folder):
    drawn = json.loads((folder / "figures" / "figures.json").read_text(encoding="utf-8"))
    assert [figure["name"] for figure in drawn] == FIGURES
    assert drawn[1]["title"].startswith("2 in 5 of those registered started and 13% ever worked")
    for figure in drawn:
        svg = (folder / "figures" / f"{figure['name']}.svg").read_text(encoding="utf-8")
        assert " ".join(figure["title"].split()[:3]) in svg  # text is text
        assert len(svg) < 300_000
        assert (folder / "figures" / f"{figure['name']}.png").stat().st_size > 10_000
        assert 0 < figure["headline"] < 0.3 and len(figure["alt"]) > 80


def test_figures_are_of_the_country_and_say_so(results, folder):
    words, text = Words("en"), (folder / "figures" / "funnel.svg").read_text(encoding="utf-8")
    assert results.scenario.population.weight > 1 and of_country(results.scenario, words).split(", ")[1] in text
    assert people(len(results.workers), results.scenario, words) in text
    drawn = json.loads((folder / "figures" / "figures.json").read_text(encoding="utf-8"))
    assert drawn[0]["narrow"]["name"] == "readings_narrow" and (folder / "figures" / "readings_narrow.png").exists()


def test_numbers_have_the_digits_that_their_error_leaves():
    words = Words("en")
    assert [words.rounded(10_854, error) for error in (3368, 84, 0)] == ["11,000", "10,850", "10,854"]
    assert [words.euro(value, error) for value, error in ((2.06, 0.15), (147, 15), (21.4, 0.3))] == [
        "€2.1",
        "€150",
        "€21",
    ]


def test_no_bar_rests_on_one_person(results):
    from sim.report.figures import style
    from sim.report.figures.histogram import histogram

    figure, axis = style.sheet("title", 3, ncols=1)
    histogram(axis, np.r_[np.full(5, 2.0), 300.0], Words("en"), weight=20.0)
    assert sorted({*axis.patches[0].get_data().values}) == [0.0, 100.0] and axis.get_xlim()[1] < 100


def test_deep_labour_is_who_had_work_there_and_was_there_in_the_month(results):
    from sim.report.figures.people import in_deep_labour

    keys, month = [*results.scenario.platform.members], results.months.iloc[:4].assign(worker=[1, 2, 3, 4])
    bit = np.uint32(1 << keys.index("appen"))
    accounts = pd.DataFrame({"platform": ["appen"] * 3, "worker": [1, 2, 3], "tasks_done": [5, 5, 0]})
    told = SimpleNamespace(scenario=results.scenario, accounts=accounts, daily=results.daily)
    month = month.assign(month=results.months["month"].iloc[-1], platforms=[bit, 1, bit, bit])
    assert in_deep_labour(told, month).tolist() == [True, False, False, False]
    idle = results.daily.assign(pay_micro_euro=0)
    assert not in_deep_labour(SimpleNamespace(**{**vars(told), "daily": idle}), month).any()


def test_hours_are_by_kind_of_time_and_by_tier_of_whoever_was_there(results):
    from sim.report.figures.presence import hours_by_tier

    workers = results.workers.iloc[:3].assign(worker=[7, 8, 9], engagement=["very_active", "regular", "very_active"])
    month = results.months.iloc[:2].assign(worker=[9, 8], paid_seconds=[7200, 0], unpaid_seconds=[3600, 360])
    table = hours_by_tier(month.assign(watching_seconds=[18_000, 3600], tasks_done=[5, 0]), workers, 14)
    assert table.loc["very_active", ["people", "paid", "unpaid", "watching", "tasks"]].tolist() == [1, 1.0, 0.5, 2.5, 5]
    assert table.loc["regular", ["people", "unpaid", "watching"]].tolist() == pytest.approx([1, 0.05, 0.5])
    assert not table.loc["occasional"].any()


def test_open_tasks_are_a_mean_over_the_last_days(results):
    from sim.report.figures.prices import open_tasks

    last = results.daily[results.daily["day"] >= 396 - 30]
    for key, mean in open_tasks(results).items():
        assert mean == pytest.approx(last.loc[last["platform"] == key, "tasks_open"].mean()) and mean > 0


def test_registrations_are_those_of_the_workers_table(results):
    from sim.report.figures.entry import registrations

    table, came = registrations(results), results.workers[results.workers["signed_up"] >= 0]
    assert table["people"].sum() == len(came) > 0 and table["told"].sum() == came["told"].sum() > 0
    assert table["days"].sum() == results.daily["day"].max() + 1
    assert (table["pay"] * table["days"]).sum() == pytest.approx(results.daily["pay_micro_euro"].sum() / 1e6)


def test_hours_by_use_are_those_of_all_batches_and_places_those_that_a_crowd_elsewhere_shares(results):
    from sim.report.figures.work import hours_by_use, in_france

    batches, length = results.batches, np.diff([*hours_by_use(results).index, results.daily["day"].max() + 1])
    whole = (batches["done"] * batches["true_seconds"].astype(float)).sum() / 3600.0
    assert (hours_by_use(results).to_numpy().T @ length).sum() == pytest.approx(whole)
    elsewhere = np.where(batches["platform"] == "clickworker", 3 * batches["done"], 0)
    with_crowd = SimpleNamespace(batches=batches.assign(done_elsewhere=elsewhere), scenario=results.scenario)
    shared = in_france(with_crowd)
    assert [*shared.index] == ["clickworker"]
    assert shared["elsewhere"].item() == pytest.approx(3 * shared["france"].item())


def test_a_figure_is_the_same_bytes_again(results, folder, tmp_path):
    from sim.report.figures import presence, style

    with style.paper(of_country(results.scenario, Words("en"))):
        figure, title, _ = presence.hours(results, Words("en"))
        style.save(figure, tmp_path / "hours", title)
    for kind in ("svg", "png"):
        assert (tmp_path / f"hours.{kind}").read_bytes() == (folder / "figures" / f"hours.{kind}").read_bytes()


def test_both_formats_show_what_matplotlib_would_draw_in_each(results, tmp_path):
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    from sim.report.figures import market, style

    with style.paper():
        figure, title, _ = market.day(results, Words("en"))
        style.save(figure, tmp_path / "ours", title)
        FigureCanvasAgg(figure)
        for kind in ("png", "svg"):
            figure.savefig(tmp_path / f"theirs.{kind}", dpi=style.DPI)
    names = "ours", "theirs"
    ours, theirs = (np.asarray(Image.open(tmp_path / f"{name}.png").convert("RGB"), float) for name in names)
    assert ours.shape == theirs.shape and np.abs(ours - theirs).mean() < 2.0  # of 255; a letter moves by a dot
    ours, theirs = ((tmp_path / f"{name}.svg").read_text() for name in names)
    for what in ("<path", "<use", "<text", "<image", "clip-path"):  # the ruler's colours are a picture in the SVG
        assert ours.count(what) == theirs.count(what) > 0


def test_figures_have_the_style_and_colours_of_seaborn():
    import seaborn as sns

    from sim.report.figures import style

    theme = sns.axes_style("ticks") | sns.plotting_context("paper")
    own = style._SETTINGS.keys() - style._TICKS.keys() - style._PAPER.keys()
    assert style._TICKS | style._PAPER == {name: theme[name] for name in theme if name not in {"image.cmap", *own}}
    assert style.COLOURS == [sns.color_palette("colorblind", 10).as_hex()[place] for place in (0, 3, 2, 4, 1, 7, 5, 9)]


def test_figures_of_nothing_are_not_drawn(tmp_path):
    from sim.report.figures.draw import draw

    drawn = draw(Fieldwork(fake_results(people=50, days=20, empty=True)), tmp_path)
    assert [figure["name"] for figure in drawn] == ["readings", "funnel"]  # of nothing else there are numbers
    assert {path.stem for path in tmp_path.glob("*.png")} == {"readings", "readings_narrow", "funnel"}


WORLDS = [{"demand": "steady"}, {"demand": "collapse"}, {"platform": "deep", "language": "fr"}]


@pytest.mark.parametrize("choice", WORLDS)
def test_figures_of_other_worlds(choice):
    from sim.report.figures import market, prices, style

    told = fake_results(people=300, days=40, batches=30, **choice)
    words = Words(told.scenario.report.language)
    with style.paper():
        for plot in (market.tasks, prices.filling):
            figure, title, _ = plot(told, words)
            figure.draw_without_rendering()
            assert "nan" not in title and "{" not in title


# --- page ----------------------------------------------------------------------------------------------------
class Reader(HTMLParser):
    """Collects what the tests ask about a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    handle_startendtag = handle_starttag

    def handle_data(self, data):
        self.text.append(data)

    def all(self, *names):
        return [attrs for tag, attrs in self.tags if tag in names]


def test_page_asks_the_network_for_nothing_and_is_accessible(page):
    text = page.read_text(encoding="utf-8")
    reader = Reader(text)
    assert reader.all("html")[0]["lang"] == "en"
    for tag, attrs in reader.tags:
        for name in ("src", "href", "xlink:href"):
            assert attrs.get(name, "#").startswith(("#", "data:")) or (tag, name) == ("a", "href")
    assert not reader.all("script", "link", "iframe")
    assert "@import" not in text and re.findall(r"url\((?!#)", text) == []
    levels = [int(tag[1]) for tag, _ in reader.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(levels, levels[1:], strict=False))
    pictures = reader.all("img") + [a for a in reader.all("svg") if a.get("role") == "img"]
    assert len(pictures) == len(FIGURES) + 1 and all(a.get("alt") or a.get("aria-label") for a in pictures)
    assert len(reader.all("table")) == len(reader.all("caption")) > 3
    assert all("scope" in attrs for attrs in reader.all("th"))
    ids = [attrs["id"] for _, attrs in reader.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    links = {a["href"] for a in reader.all("a")}
    assert {link[1:] for link in links if link[0] == "#"} <= set(ids)
    assert {link for link in links if link[0] != "#"} == {address for _, address in sources("france") if address}
    style = text[: text.index("</style>")]
    for colour in [*re.findall(r"--(?:ink|soft|link): (#\w+)", style), *re.findall(r"[{ ]color: (#\w+)", style)]:
        assert _contrast(colour) >= 4.5  # WCAG 2.1 AA, against white


def _contrast(colour):
    code = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    parts = [int(code[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 1.05 / (np.dot(linear, [0.2126, 0.7152, 0.0722]) + 0.05)


def test_page_tells_tiers_targets_assumptions_and_how_to_run_it(page, results):
    text = page.read_text(encoding="utf-8")
    assert "14,000" in text and "no &lt;Foule Factory&gt; here" in text
    verdicts = re.findall(r'<tr class="(\w+)">', text[text.index('id="targets"') :])
    assert verdicts == sorted(verdicts, key=["outside", "inside", "open", "not"].index)
    assert len(verdicts) == len(load_targets())
    assert "0.5 – 3" in text and "1 or more" in text  # rows without a value: an interval, and somebody who is there
    assert "looking_<wbr>elasticity" in text
    assert "python -m sim.run platform=france demand=volatile population=small seed=1" in text
    assert results.provenance["digest"] in text


def test_french_page_without_figures_or_instruments(tmp_path):
    from sim.report.page.page import write

    told = fake_results(people=50, days=20, language="fr", demand="collapse")
    text = write(Fieldwork(told), tmp_path).read_text(encoding="utf-8")
    reader = Reader(text)
    assert reader.all("html")[0]["lang"] == "fr"
    assert not reader.all("svg", "img", "figure")
    assert "Ce qui a été simulé" in text and "Trois lectures" not in text
    assert "La demande s’effondre" in text
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


@needs_browser
def test_page_in_a_browser(page, tmp_path):
    assert_page_is_whole(page, len(FIGURES), tmp_path)
