"""The judge of the evidence told: its page, table by table and in the reader's language."""

from pathlib import Path

import pandas as pd

from experiments.consistency.judge import STRAINED, SURE, VERDICTS
from experiments.consistency.leave_out import inside
from experiments.consistency.wording import between, chance, expected, published, score, value
from sim.report.language.words import Words
from sim.report.page.cells import Cell, Row, Table
from sim.report.page.page import publish
from sim.scenario.scenario import Scenario

_SHOWN = 40  # pairs on the page, the most at odds first
_KINDS = {VERDICTS[0]: "inside", VERDICTS[1]: "", VERDICTS[2]: "outside"}


def write_verdicts(tables: dict[str, pd.DataFrame], scenario: Scenario, born: dict, folder: Path) -> Path:
    """Write the `report.html` of the tables leave_one_out, sources, pairs, questions and silent."""
    words = Words.of(scenario)
    silent = "; ".join(f"{words.named('target', row.quantity)} ({words(f'judge.silent_{row.reason}')})"
                       for row in tables["silent"].itertuples())  # fmt: skip
    return publish(
        folder,
        scenario,
        words,
        title=words("judge.title"),
        command=born["command"],
        birth=born,
        sections={
            "asked": asked(born, words),
            "answer": answers(tables, words),
            "silent": [words("judge.silent_model"), words("judge.silent_rows", rows=silent)],
        },
        tables=[
            question_table(tables["questions"], words),
            row_table(tables["leave_one_out"], words),
            source_table(tables["sources"], tables["leave_one_out"], words),
            pair_table(tables["pairs"], tables["leave_one_out"], words),
        ],
    )


def asked(born: dict, words: Words) -> list[str]:
    """What was asked and how it is judged."""
    counts = {name: words.number(born[name]) for name in ("runs", "parameters")}
    return [words("judge.asked", **counts), words("judge.how", strained=words.short(STRAINED), sure=words.short(SURE))]


def answers(tables: dict[str, pd.DataFrame], words: Words) -> list[str]:
    """The findings, a paragraph each: pairs, rows, sources, questions."""
    pairs, single, sources = tables["pairs"], tables["leave_one_out"], tables["sources"]
    counts = pairs["verdict"].value_counts()
    known = int(pairs["p"].notna().sum())
    told = {name: int(counts.get(name, 0)) for name in VERDICTS}
    first = words("judge.pairs_answer", all=known, false=words.figures(STRAINED * known, 2), **told)
    second = words("judge.rows_answer", all=len(single), inside=inside(single), usual=round(0.9 * len(single)))
    at_odds = single[single["verdict"] != VERDICTS[0]].sort_values("p")
    named = [words("judge.row_answer", name=words.named("target", row["quantity"]), published=published(row, words),
                   expected=expected(row, words)) for _, row in at_odds.iterrows()]  # fmt: skip
    second += " " + (words("judge.rows_odd", rows="; ".join(named)) if named else words("judge.rows_even"))
    unreached = single[single["alone"] < STRAINED]
    if len(unreached):
        names = words.listed([words.named("target", name) for name in unreached["quantity"]])
        second += " " + words("judge.unreached", rows=names)
    odd = sources[sources["verdict"] != VERDICTS[0]].sort_values("p")
    named = [f"{source_name(row, words)} (p {chance(row['p'], words)})" for _, row in odd.iterrows()]
    third = words("judge.sources_odd", rows="; ".join(named)) if named else words("judge.sources_even")
    return [first, second, third, *question_answers(tables["questions"], words)]


def question_answers(table: pd.DataFrame, words: Words) -> list[str]:
    """A sentence a question: what must be expected, beside what was published."""
    sentences = []
    for question, rows in table.groupby("question", sort=False):
        told = [words("judge.expects", name=words.named("target", row["quantity"]), expected=expected(row, words),
                      published=published(row, words), verdict=words(f"judge.{row['verdict']}"))
                for _, row in rows.iterrows()]  # fmt: skip
        sentences.append(f"{words(f'judge.question_{question}')} {'; '.join(told)}.")
    return sentences


def source_name(row: pd.Series, words: Words) -> str:
    """A source, and which part of it."""
    return f"{row['source']}: {words.named('part', row['part'])}" if row["part"] else row["source"]


def row_table(single: pd.DataFrame, words: Words) -> Table:
    """Every row left out, the least believed first."""
    rows = []
    for _, row in single.sort_values("p", kind="stable").iterrows():
        soft = "; ".join(filter(None, (row["source"], words.named("unit", row["unit"]), row["also"])))
        cells = [_published(row, words), _expected(row, words), *_judged(row, words)]
        rows.append(Row(words.named("target", row["quantity"]), cells, soft, _KINDS.get(row["verdict"], "not")))
    return _table("left_out", ("quantity", "published", "expected", "z", "p", "verdict"), rows, words)


def question_table(questions: pd.DataFrame, words: Words) -> Table:
    """Every number asked for."""
    rows = []
    for _, row in questions.iterrows():
        cells = [_published(row, words), _expected(row, words), *_judged(row, words)]
        soft = "; ".join((words(f"judge.question_{row['question']}").rstrip(" :\N{NO-BREAK SPACE}"),
                          words.named("unit", row["unit"])))  # fmt: skip
        rows.append(Row(words.named("target", row["quantity"]), cells, soft, _KINDS.get(row["verdict"], "not")))
    return _table("questions", ("quantity", "published", "expected", "z", "p", "verdict"), rows, words)


def source_table(sources: pd.DataFrame, single: pd.DataFrame, words: Words) -> Table:
    """Every source left out."""
    names, rows = single.set_index("id")["quantity"], []
    for _, row in sources.iterrows():
        furthest = Cell(words.named("target", names[row["furthest"]]), score(row["furthest_z"], words), "")
        cells = [Cell(words.number(row["rows"])), Cell(words.number(row["distance"], 1)), Cell(chance(row["p"], words)),
                 Cell(words(f"judge.{row['verdict']}"), kind="judged"), furthest]  # fmt: skip
        rows.append(Row(source_name(row, words), cells, "", _KINDS.get(row["verdict"], "not")))
    return _table("sources", ("source", "rows", "distance", "p", "verdict", "furthest"), rows, words)


def pair_table(pairs: pd.DataFrame, single: pd.DataFrame, words: Words) -> Table:
    """The pairs most at odds."""
    by_id, rows = single.set_index("id"), []
    for _, row in pairs.sort_values("p", kind="stable").head(_SHOWN).iterrows():
        cells = []
        for name, of in (("one", by_id.loc[row["one"]]), ("other", by_id.loc[row["other"]])):
            ends = between(row[f"expected_{name}_low"], row[f"expected_{name}_high"], of["unit"], words)
            cells.append(Cell(published(of, words), words("judge.must", expected=ends)))
        r = [10.0 ** row[name] if row[name] == row[name] else float("nan") for name in ("log10_r", "log10_r_rest")]
        cells += [Cell(words.figures(r[0], 2), words.figures(r[1], 2)), Cell(chance(row["p"], words))]
        cells.append(Cell(words(f"judge.{row['verdict']}"), kind="judged"))
        names = [words.named("target", by_id.loc[row[name], "quantity"]) for name in ("one", "other")]
        rows.append(Row(names[0], cells, words("judge.with", other=names[1]), _KINDS.get(row["verdict"], "not")))
    return _table("pairs", ("pair", "one", "other", "ratio", "p", "verdict"), rows, words)


def _published(row, words):
    band = "" if pd.isna(row["value"]) or pd.isna(row["low"]) and pd.isna(row["high"]) else (
        between(row["low"], row["high"], row["unit"], words))  # fmt: skip
    return Cell(published(row, words), band)


def _expected(row, words):
    return Cell(value(row["predicted"], row["unit"], words), expected(row, words))


def _judged(row, words):
    return [Cell(score(row["z"], words)), Cell(chance(row["p"], words)),
            Cell(words(f"judge.{row['verdict']}"), kind="judged")]  # fmt: skip


def _table(name, heads, rows, words):
    about, caption = (words(f"judge.{name}_{text}") for text in ("about", "caption"))
    return Table(f"{name}_judged", about, caption, [words(f"judge.head_{head}") for head in heads], rows)
