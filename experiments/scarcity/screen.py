"""The scarcity experiment on the screen, in plain English text: what was found beside what is known."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from experiments.scarcity.measure import EXAMPLES, LEVELS, QUARTERS
from experiments.scarcity.paired import PEOPLE, RAISED, SWITCHES, elasticity
from sim.report.language.sample import titled
from sim.report.language.words import Words
from sim.report.screen.table import printed, rule, table
from sim.scenario.scenario import Scenario

_SEEDS = 5  # of which every one is shown; of more, the lowest and the highest
_REPORT = {"voice_recording": ("0.20", "60"), "information_search": ("0.15", "45"), "annotation": ("0.03", "few")}
# Number, what it is called, what is published (sim/instruments/evidence/README.md, targets.csv).
_PEOPLE = (
    ("gini", "Gini of earners' pay", "0.6-0.7"),
    ("top_tenth_pay", "top tenth's share of pay", "0.4-0.5"),
    ("top_tenth_paid_time", "top tenth of paid time", "0.4-0.5"),
    ("earners", "earners in a month", ""),
    ("median_earner", "median earner, euro", "tens"),
    ("ever_worked", "ever worked, share", "0.04-0.20"),
    ("full_time_jobs", "full-time jobs", "5000"),
    ("portrait.woman_one_platform", "people like D", "some"),
    ("portrait.single_mother", "people like A", "some"),
    ("portrait.woman_on_welfare", "people like T", "some"),
)
_TIME = (
    ("minutes_per_visit", "minutes of a visit", "long"),
    ("empty_looks", "empty looks", ""),
    ("empty_visits", "empty visits, at least", ""),
    ("too_late", "reactions too late", ""),
    ("unpaid_share", "unpaid of active time", "0.20-0.33"),
    ("watching_share", "watching of all time", ""),
)
_ASKED = (
    ("respondents", "respondents", "908"),
    ("respondents_earn", "earnings, mean euro", "21"),
    ("respondents_hours", "hours a week, median", "2.9"),
    ("most_assiduous", "most assiduous, 99.5 %", "20-60"),
    ("deep_share", "earnings from deep labour", "<0.33"),
    ("deep_people", "who ever earned there", ""),
    ("women", "women", "0.561"),
    ("retired", "retired", "0.05"),
    ("over_55", "55 and over", "0.09"),
    ("employed_women", "women with another job", "0.61"),
    ("employed_men", "men with another job", "0.67"),
    ("students", "students", "0.10"),
    ("full_time", "full-time open-ended", "0.284"),
)
_MOVED = {"hourly_run": "pay", "looks_run": "looks", "pay_micro_euro_run": "earnings"}
_OFF = dict.fromkeys(SWITCHES, " off")
_ABOUT = (
    "Money and time are of the last year, people and open tasks of the last month recorded; counts are of the country. "
    "Earners are who earned anything in the month; the tenth of paid time is of who worked. D: a woman, one platform, "
    "86 euros a month; A: a lone mother with a job, several platforms, 80 to 100 in her best month; T: a woman, three "
    "platforms, half the day, 130 to 170. A visit found nothing at least where a person had fewer pieces of work in "
    "the month than visits. As much of a month's earnings is deep labour's as of all that the person ever earned."
)


def scarcity_text(tables: dict[str, pd.DataFrame], scenario: Scenario) -> str:
    """The experiment's tables.

    Parameters
    ----------
    tables
        `scarcity` and, where other markets were run, `moves` and `elasticities`, as `experiments.scarcity.study` and
        `experiments.scarcity.paired` make them.
    """
    whole = tables["scarcity"].set_index("number")
    base = whole[whole["variant"] == "base"].drop(columns="variant")
    labels = {key: one.label for key, one in scenario.platform.members.items()}
    seeds = base.shape[1] - 1
    over = f"{seeds} seed{'s' * (seeds > 1)}"
    title = titled(f"WHAT A PAID HOUR BRINGS, euro, {over}", scenario, Words("en"))
    blocks = [rule(title), _by_seed(base, _hourly(labels))]
    blocks += ["", rule("PRICES AND BATCHES, the report's examples, euro a task"), _by_seed(base, _prices())]
    deep = base.loc["deep_month"].drop("mean").astype(float)
    if seeds > 1 and deep.min() > 0.0:
        blocks.append(f"Deep labour pays France {deep.max() / deep.min():.2f} times as much in one seed as in another.")
    blocks += ["", rule("THE MEDIAN BATCH, means over seeds"), _median_batches(base, labels)]
    if any(one.listed for one in scenario.platform.members.values()):
        blocks += ["", rule("HOW FAST BATCHES ARE FILLED, minutes, median over seeds"), _filled(base, labels)]
        blocks.append("Cheapest and dearest quarter of a platform's batches by pay for their true duration.")
    for title, rows in (("WHO WATCHES", _TIME), ("WHO EARNS", _PEOPLE)):
        blocks += ["", rule(title), _by_seed(base, rows)]
    for variant in whole["variant"].unique()[1:]:
        part = whole[whole["variant"] == variant].drop(columns="variant")
        blocks += ["", rule(f"WHO ANSWERS, the questionnaire {variant}:00"), _by_seed(part, _ASKED)]
    blocks += ["", _ABOUT]
    return printed(*blocks, *(_paired(tables, over) if "moves" in tables else []))


def _by_seed(numbers, rows):
    """One row a number: each seed, or the range of many; the mean."""
    seeds = [name for name in numbers.columns if name.startswith("seed ")]
    lines = [(label, *_seeds(numbers.loc[name], seeds), _number(numbers.loc[name, "mean"]), known)
             for name, label, known in rows]  # fmt: skip
    return table(("seed", *_heads(seeds), "mean", "known"), lines)


def _heads(seeds):
    return [name.removeprefix("seed ") for name in seeds] if len(seeds) <= _SEEDS else ["lowest", "highest"]


def _seeds(row, seeds):
    each = row[seeds].to_numpy(float)
    return [*map(_number, each if len(each) <= _SEEDS else (np.fmin.reduce(each), np.fmax.reduce(each)))]


def _hourly(labels):
    rows = [(f"hourly.{key}", label, "") for key, label in labels.items()]
    return [*rows, ("hourly_biface", "all that list tasks", "3.8-5.6")]


def _prices():
    rows = []
    for kind in EXAMPLES:
        price, seconds = _REPORT[kind]
        rows += [(f"example_price.{kind}", kind.replace("_", " "), price)]
        rows += [(f"example_seconds.{kind}", "  announced seconds", seconds)]
    rows += [("at_least", "volume at least task", "<0.05")]
    return [*rows, ("deep_month", "deep labour, a month", "<2 apart")]


def _median_batches(base, labels):
    names = ("price", "size", "at_least", "open")
    rows = [(label, *(_number(base.loc[f"{name}.{key}", "mean"]) for name in names)) for key, label in labels.items()]
    return table(("platform", "euro a task", "tasks", "at least task", "open tasks"), rows)


def _filled(base, labels):
    rows = []
    for key, label in labels.items():
        names = [f"filled.{quarter}.{level}.{key}" for quarter in QUARTERS for level in LEVELS]
        if names[0] in base.index:
            rows.append((label, *(_number(base.loc[name, "mean"]) for name in names)))
    levels = [f"{level:.0%}" for level in LEVELS]
    heads = [f"{quarter if not place else ''}\n{level}" for quarter in QUARTERS for place, level in enumerate(levels)]
    return table(("\nplatform", *heads), rows)


def _paired(tables: dict[str, pd.DataFrame], over: str) -> Iterator:
    """What other markets change on the same luck."""
    moved = tables["moves"]
    each = [name for name in moved if name.startswith("seed ")]
    rows = []
    for _, row in moved.iterrows():
        name = f"{_MOVED[row['number']]}: {row['variant'].replace('_', ' ')}"
        label = name + (f" / {row['against']}" if row["against"] == PEOPLE else "") + _OFF.get(row["variant"], "")
        rows.append((label, *_seeds(row, each), f"{row['ratio']:.3f}".replace("nan", "-"), _number(row["error"])))
    yield from ("", rule(f"THE SAME LUCK, two years, {over}: ratios to the market as it is"))
    yield table(("seed", *_heads(each), "mean", "s.e."), rows)
    yield "Pay is per paid hour where tasks are listed; demand over registrations is asked to be 1.05 or more."
    yield "Looks and earnings are those where the platform has what is switched off."
    pairs = tables["elasticities"]
    if not len(pairs):
        return
    raised = np.log1p(RAISED)
    yield from ("", rule(f"ONE CLIENT ALONE PAYS {RAISED:.0%} MORE: how much faster its batches are filled"))
    rows = []
    pairs = pairs[pairs["batches"] > 0]
    alike = pairs.assign(speed=pairs["speed"] / pairs["batches"], rate=pairs["rate"] / pairs["batches"], batches=1)
    for name, part in (("all batches alike", pairs), ("all clients alike", alike)):
        value, error = elasticity(part, RAISED)
        rate = part["rate"].sum() / part["batches"].sum() / raised
        counts = (len(pairs), pairs["batches"].sum())
        rows.append((name, *map(str, counts), *(f"{one:.2f}" for one in (rate, value, error))))
    yield table(("mean, with", "clients", "batches", "rate", "speed", "s.e."), rows)
    yield "Elasticities of the rate in force and of the speed; speed is asked to be 0.05 to 0.3 (Dube et al. 2020)."


def _number(value):
    """Three figures."""
    if np.isnan(value):
        return "-"
    if np.isinf(value):
        return "never"
    return f"{value:.0f}" if abs(value) >= 100.0 else f"{value:.3g}"
