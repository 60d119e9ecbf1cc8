"""What each policy changes, on one screen: policies by five outcomes, each beside the market without a policy."""

import numpy as np
import pandas as pd

from experiments.policy.page import Comparison, called, relative, shown
from sim.instruments.across_seeds import FEW
from sim.report.language.words import Words
from sim.report.page.brief import Brief, Line, sources
from sim.report.page.cells import Cell, Row, Table
from sim.report.page.ones_own import rests
from sim.report.page.strips import Ratio, marks, scale, span

FIVE = ("earners", "earned_mean", "hourly_median", "unpaid", "spent")  # who is paid, what, per hour, for what, by whom
_LEAST = 1.1  # ratio at the end of the strips of changes that are all small


def five(comparison: Comparison) -> pd.DataFrame:
    """The five outcomes of every variant, with `sure`: whether chance alone does not make the change, all comparisons
    taken together (`experiments.policy.paired.beyond`).
    """
    table = pd.DataFrame([comparison.of(variant, name) for variant in comparison.variants for name in FIVE])
    return table.assign(sure=table["beyond"].astype(bool)).set_index(["variant", "outcome"])


def summary_table(comparison: Comparison, words: Words) -> Table:
    """A row a policy, in the order of the changes of what people earn; changes beyond chance are marked."""
    found, rows = five(comparison), []
    order = sorted(comparison.variants, key=lambda name: -np.nan_to_num(found.loc[(name, FIVE[1]), "relative"]))
    for variant in order:
        cells = [_change(found.loc[(variant, name)], words) for name in FIVE]
        name = called(variant, words)
        rows.append(Row(name[:1].upper() + name[1:], cells))
    heads = [words("comparison.policy"), *(words(f"outcome.{name}") for name in FIVE)]
    about = words("comparison.five_few" if comparison.seeds < FEW else "comparison.five_about", few=FEW)
    return Table("five", about, words("comparison.five_caption"), heads, rows)


def _change(row, words):
    text, reach = relative(row, words)
    return Cell(
        f"{text}{words('comparison.mark')}" if row["sure"] else text, reach, "n sure" if row["sure"] else "n unsure"
    )


def comparison_brief(comparison: Comparison, words: Words) -> Brief:
    """The brief of a comparison: of one policy its five outcomes, of several what stands out; the table follows it."""
    found, single = five(comparison), len(comparison.variants) == 1
    lines, strips = _lines(comparison, found, words) if single else ([], None)
    told = {"count": comparison.seeds, "few": FEW}
    sure = [words("comparison.few_pairs" if comparison.seeds < FEW else "comparison.pairs", **told)]
    posterior = comparison.scenario.behaviour.posterior
    sure += [words("comparison.doubt" if posterior else "comparison.no_doubt"), *_narrower(comparison, words)]
    elasticity = words.short(comparison.scenario.policy.demand_elasticity)
    silent = [words("comparison.silent_people"), words("comparison.silent_clients", elasticity=elasticity)]
    silent += rests(comparison.provenance.get("own", ()), words)
    return Brief(
        finding=_single(comparison, found, words) if single else _several(comparison, found, words),
        about=words("comparison.outcome"),
        heads=[Cell(words(f"comparison.{head}")) for head in ("status_quo", "policy_head", "relative")],
        lines=lines,
        strips=strips,
        columns={words("brief.sure"): sure, words("brief.silent"): silent},
        sources=sources(comparison.scenario.country.name),
        terms=("look",),
    )


def _narrower(comparison, words):
    narrower = comparison.narrower
    return [words("comparison.narrow", times=words.figures(narrower, 2))] if np.isfinite(narrower) else []


def _single(comparison, found, words):
    """What one policy does to the first, second and last of the five outcomes."""
    (variant,) = comparison.variants
    policy, fate = called(variant, words), comparison.fate(variant)
    told = {name: _moved(found.loc[(variant, name)], words) for name in ("earners", "earned_mean", "spent")}
    counts = {name: words.number(fate[name]) for name in ("people", "gain", "lose")}
    return words("comparison.finding", policy=policy[:1].upper() + policy[1:], **told, **counts)


def _moved(row, words):
    """A change as one says it, or that there is none to tell."""
    return words.change(1.0 + row["relative"]) if row["sure"] else words("comparison.still")


def _several(comparison, found, words):
    """How many policies move what people earn beyond chance, and which most."""
    earned = found.xs(FIVE[1], level="outcome")
    sure, number = earned[earned["sure"]], len(comparison.variants)
    if not len(sure):
        return words("comparison.finding_none", number=number, count=comparison.seeds)
    best, worst = (earned.loc[place] for place in (sure["relative"].idxmax(), sure["relative"].idxmin()))
    named = [f"{called(row.name, words)} ({words.change(1.0 + row['relative'])})" for row in (worst, best)]
    return words("comparison.finding_some", count=len(sure), number=number, most=words.listed(dict.fromkeys(named)))


def _lines(comparison, found, words):
    """The five outcomes of the only policy, and the scale of their strips."""
    (variant,) = comparison.variants
    rows = [found.loc[(variant, name)] for name in FIVE]
    ratios = [Ratio("reading", *(1.0 + row[f"relative{end}"] for end in ("", "_low", "_high")),
                    name=relative(row, words)[0]) for row in rows]  # fmt: skip
    end, lines = max(_LEAST, span(ratios)), []
    for name, row, ratio in zip(FIVE, rows, ratios, strict=True):
        title, said = words(f"outcome.{name}"), [shown(row[of], row["unit"], words) for of in ("status_quo", "policy")]
        cells = [*map(Cell, said), _change(row, words)]
        told = f"{title}: {words('comparison.change_said', before=said[0], after=said[1], change=cells[2].text)}"
        lines.append(Line(title, words.field("unit", row["unit"]), cells, marks([ratio], end), told))
    return lines, scale(words("comparison.strips"), words("comparison.without"), end, words)
