"""The judge of the evidence on the screen: the finding first, in at most 25 lines."""

import pandas as pd

from experiments.consistency.judge import VERDICTS
from experiments.consistency.leave_out import inside
from experiments.consistency.page import answers
from experiments.consistency.wording import chance, expected, published, score
from sim.report.language.words import Words
from sim.report.screen.table import printed, table

_MOST = 3  # pairs shown
_BELIEVED = {
    "heads": "money to pay gap",
    "money": "heads",
    "hours": "heads, money",
    "refused": "heads to hours",
    "gap": "heads to refusals",
    "critics": "all published",
    "critics_simply": "visitors, money",
    "from_critics": "critics' total",
}


def verdict_text(tables: dict[str, pd.DataFrame]) -> str:
    """The findings, the questions as a table, and the pairs most at odds."""
    words = Words("en")
    first, _, sources, *_ = answers(tables, words)
    questions = tables["questions"]
    rows, before = [], None
    for _, row in questions.iterrows():
        believed = "" if row["question"] == before else _BELIEVED[row["question"]]
        numbers = published(row, words), expected(row, words), score(row["z"], words)
        rows.append((believed, row["id"], *numbers, words(f"judge.{row['verdict']}")))
        before = row["question"]
    blocks = [first, _rows(tables["leave_one_out"], words), sources]
    if rows:
        blocks += [table(("who believes", "must expect", "published", "5 to 95%", "sd", ""), rows, (0, 1, 5))]
    worst = tables["pairs"].dropna(subset=["p"]).sort_values("p").head(_MOST)
    pairs = "; ".join(f"{row.one} and {row.other} (p {chance(row.p, words)})" for row in worst.itertuples())
    return printed(*blocks, f"Pairs most at odds: {pairs}.")


def _rows(single, words):
    odd = single[single["verdict"] != VERDICTS[0]].sort_values("p")
    named = [f"{row['id']} {published(row, words)} against {expected(row, words)}" for _, row in odd.iterrows()]
    share = f"{inside(single)} of {len(single)} are within the 90 % that the others expect"
    return f"Left out in turn, {share}. Not expected: {'; '.join(named) or 'none'}."
