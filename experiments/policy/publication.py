"""The page of a comparison of policies: a brief, what each changes on one screen, then each policy in a fold."""

from dataclasses import replace
from pathlib import Path

from experiments.policy.page import (
    Comparison,
    answer,
    answers,
    asked,
    called,
    chance_sentences,
    first,
    gain_table,
    group_table,
    of_each,
    outcome_table,
    parameters,
    silent_of_all,
)
from experiments.policy.summary import comparison_brief, summary_table
from sim.report.language.words import Words
from sim.report.page.cells import Fold
from sim.report.page.page import publish
from sim.report.page.sheets import write_brief


def write_comparison(comparison: Comparison, folder: Path) -> Path:
    """Write the comparison's `report.html`."""
    words = Words.of(comparison.scenario, rules=comparison.provenance.get("own", ()))
    single = len(comparison.variants) == 1
    given = _single(comparison, words) if single else _several(comparison, words)
    return publish(
        folder,
        comparison.scenario,
        words,
        title=title(comparison, words),
        command=comparison.command,
        birth=comparison.provenance,
        brief=comparison_brief(comparison, words),
        **given,
    )


def write_brief_of(comparison: Comparison, folder: Path) -> str:
    """Write the brief of a comparison of one policy; gives back its finding."""
    words = Words.of(comparison.scenario, rules=comparison.provenance.get("own", ()))
    found, sections = comparison_brief(comparison, words), _single(comparison, words)["sections"]
    told = {words(f"page.{name}"): paragraphs for name, paragraphs in sections.items() if name != "silent"}
    told[words("page.reproduce")] = [comparison.command]
    write_brief(folder, comparison.scenario, words, found, told, title(comparison, words))
    return found.finding


def title(comparison: Comparison, words: Words) -> str:
    """What the page is called."""
    variants = [called(variant, words) for variant in comparison.variants]
    policies = variants[0] if len(variants) == 1 else words("comparison.many", number=len(variants))
    return words("comparison.title", policies=policies)


def _single(comparison, words):
    """The sections and tables of the only policy."""
    return {
        "sections": {
            "asked": [asked(comparison, words), parameters(comparison, words)],
            "answer": answers(comparison, words),
            "mechanisms": of_each(comparison, "mechanism", words),
            "silent": [*of_each(comparison, "silent", words), silent_of_all(comparison, words)],
        },
        "tables": _tables(comparison, words),
    }


def _tables(comparison, words):
    return [outcome_table(comparison, words), group_table(comparison, words), gain_table(comparison, words)]


def _several(comparison, words):
    """The table of all policies, and a fold for each."""
    return {
        "sections": {
            "asked": [asked(comparison, words), *chance_sentences(comparison, words)],
            "silent": [silent_of_all(comparison, words)],
        },
        "tables": [summary_table(comparison, words)],
        "unfolded": ("five",),
        "folds": [_fold(comparison, variant, words) for variant in comparison.variants],
    }


def _fold(comparison, variant, words):
    """All of one policy."""
    own = replace(comparison, markets={variant: comparison.markets[variant]})
    told = [*answer(own, variant, words), *of_each(own, "mechanism", words), *of_each(own, "silent", words)]
    return Fold(
        f"policy-{variant}", first(called(variant, words)), [*told, parameters(own, words)], _tables(own, words)
    )
