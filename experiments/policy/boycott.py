"""A call to boycott in a comparison of policies: how it went, and where the work went that was left."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from experiments.policy.packing import packed, unpacked
from sim.kernel.units import HOUR, WEEK
from sim.report.language.words import Words
from sim.results.boycott import boycott_numbers
from sim.results.whole.country import of_country
from sim.simulation.day import DayByDay

WEEKS = (1, 2, 4)  # after which those who take part are counted


def of_call(market: DayByDay) -> dict[str, Any] | None:
    """What a comparison keeps of a call: its numbers, and who joined as packed rows; None without a call."""
    call = market.state.policy.call
    if call is None:
        return None
    numbers = boycott_numbers(call, market.recorder.daily[: market.day])
    return {"numbers": of_country(numbers, market.scenario.population.weight), "who": packed(call.who)}


def where_it_went(status_quo: dict[str, Any], policy: dict[str, Any]) -> dict[str, float]:
    """A call of one seed and where the work went, from what is kept of both runs.

    Returns
    -------
    dict
        Numbers of the call, and hours of work a month more than without it: by those who joined (``own``), by
        ``others`` in France, ``elsewhere``, ``withdrawn`` and still ``open``; nothing without a call.
    """
    call = policy["call"]
    if not call:
        return {}
    before, after = (unpacked(run["people"]["paid"]).astype(np.int64) for run in (status_quo, policy))
    who, scale = unpacked(call["who"]), HOUR * policy["months"] / policy["weight"]
    own = float((after[who] - before[who]).sum() / scale)
    others = float((after - before).sum() / scale) - own
    numbers = {name.removeprefix("boycott."): number for name, number in call["numbers"].items()}
    more = {
        name: policy["numbers"][f"work_{name}"] - status_quo["numbers"][f"work_{name}"]
        for name in ("elsewhere", "withdrawn", "open")
    }
    return numbers | {"own": own, "others": others} | more


def calls_over_seeds(seeds: list[dict[str, float]]) -> pd.DataFrame:
    """The calls of a variant, a row a seed, from `where_it_went`; no rows without a call."""
    return pd.DataFrame([one for one in seeds if one])


def call_sentences(calls: pd.DataFrame, policy: str, words: Words) -> Iterator[str]:
    """How the calls of one variant went, as means over seeds, and where the work went."""
    if not len(calls):
        return
    mean = calls.mean(numeric_only=True)
    told = [week for week in WEEKS if np.isfinite(mean[f"out_{week}"])]
    out = words.listed([words.number(mean[f"out_{week}"]) for week in told] or [words.number(mean["joined"])])
    weeks = words.listed([words.duration(week * WEEK) for week in told] or [words.duration(0)])
    counted = {name: words.number(mean[name]) for name in ("meet", "heard", "joined", "banned")}
    fell, nobody = (calls["fell_apart"] > 0).sum(), (calls["joined"] == 0).sum()
    ended = {"fell": fell, "nobody": nobody, "held": len(calls) - fell - nobody, "seeds": len(calls)}
    counted |= {name: words.number(number) for name, number in ended.items()}
    yield words("boycott.over_seeds", policy=policy, out=out, weeks=weeks, **counted)
    more = {name: _signed(mean[name], words) for name in ("own", "others", "elsewhere", "withdrawn", "open")}
    yield words("boycott.where", policy=policy, **more)


def _signed(number, words):
    return ("+" if number >= 0.0 else "\N{MINUS SIGN}") + words.number(abs(number))
