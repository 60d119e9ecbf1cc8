"""Reference pages made of declarations: fields, policies, platforms, evidence, the data dictionary, the glossary."""

import csv
import itertools
import re
from pathlib import Path

import yaml
from odd import table

from experiments.dictionary import tables as tables_of_experiments
from experiments.validate import patterns as validated
from sim.cli.help import listing
from sim.instruments.targets import EVIDENCE
from sim.report.language.catalogue import catalogue
from sim.report.language.words import Words
from sim.results.dictionary.numbers import NUMBERS
from sim.results.dictionary.tables import ENSEMBLE, FILES, SWEEP, TABLES, Table
from sim.scenario import composition, fields
from sim.scenario.own.asked import ASKED
from sim.scenario.parameter import free

DOCS = Path(__file__).resolve().parent.parent
GROUPS = {"": "The run"}


def fields_tables() -> str:
    """All fields of a scenario, group by group, with the options that each group has."""
    priors, parts = {key: one.prior for key, one in free(fields.Scenario).items()}, []
    every = [row for row in listing() if not row[0].startswith("policy.") or row[0].count(".") == 1]
    for group, rows in itertools.groupby(every, key=lambda row: row[0].partition(".")[0] if "." in row[0] else ""):
        title = f"`{group}`: {getattr(fields.Scenario, group).meaning}" if group else GROUPS[group]
        parts.append(f"## {title}\n\n{_options(group)}")
        cells = []
        for key, default, unit, may, source, meaning in rows:
            prior = f"; prior {priors[key]}: {priors[key].reason}" if key in priors else ""
            cells.append((_key(key), meaning, default, unit, may, source + prior))
        head = ("key", "meaning", "default", "unit", "range", "source, prior")
        parts.append(_wide(table(head, cells)))
    return "\n\n".join(parts)


def policies() -> str:
    """Every policy: what its file says on top, how it works, its fields, what it leaves open."""
    words, known, parts = catalogue("en").english, {}, []
    for key, *rest in listing():
        if key.startswith("policy.") and key.count(".") == 2:
            known.setdefault(key.split(".")[1], []).append((key, *rest))
    for name in sorted(set(composition.options("policy")) - {"none"}):
        own = next(iter(composition.option("policy", name)))
        title = words.get(f"policy.{name}") or words.get(f"policy.{own}", name)
        title = f"`{name}`" + (f": {title}" if name == own else f", a variant of `{own}`")
        parts.append(f"## {title}\n\n{_comment('policy', name)}")
        if name == own:
            parts += [words[f"{about}.{name}"] for about in ("mechanism",) if f"{about}.{name}" in words]
            if f"silent.{name}" in words:
                parts.append(f"*What it leaves open:* {words[f'silent.{name}']}")
            rows = [(_key(key), says, default, unit, may, source) for key, default, unit, may, source, says in
                    known.get(name, ())]  # fmt: skip
            parts.append(_wide(table(("key", "meaning", "default", "unit", "range", "source"), rows)))
    return "\n\n".join(parts)


def asked() -> str:
    """What rules of one's own that kernels ask are told and give, decision by decision."""
    parts = []
    for role, one in ASKED.items():
        rows = [(f"`{name}`", told.unit, told.meaning) for name, told in one.told.items()]
        gives = f"{one.gives.meaning}, {one.gives.unit}, from 0 to {one.most:g}"
        head = f"### `@own.{role}`\n\nAsked {one.when}. It gives: {gives}."
        parts.append(f"{head}\n\n{_wide(table(('told', 'unit', 'meaning'), rows), 'three')}")
    return "\n\n".join(parts)


def platforms() -> str:
    """The institutions, their members and the bill of fares of each platform."""
    parts = []
    for name in composition.options("platform"):
        members = composition.option("platform", name)["members"]
        parts.append(f"## `platform={name}`\n\n{_comment('platform', name)}")
        head = (
            "key",
            "name",
            "structure",
            "opened",
            "accounts",
            "share of demand",
            "pay advertised, euro/hour",
            "kinds",
        )
        parts.append(_wide(table(head, [_member(key, one) for key, one in members.items()])))
    parts.append("## Bills of fares\n\nWhat clients of each platform ask for; fields `platform.members.<name>.tasks`.")
    for _, one in composition.option("platform", "ecosystem")["members"].items():
        rows = [(kind, *(fare[name] for name in ("share", "seconds", "hourly", "smallest", "largest", "french")))
                for kind, fare in one["tasks"].items() if fare]  # fmt: skip
        head = (
            "kind of task",
            "share of minutes",
            "seconds",
            "euro/hour",
            "smallest batch",
            "largest",
            "French asked for",
        )
        parts.append(f":::{{dropdown}} {one['label']}\n\n{table(head, rows)}\n:::")
    return "\n\n".join(parts)


def targets(name: str = "targets") -> str:
    """Every published number a run is compared with."""
    with open(EVIDENCE.parent / f"{name}.csv", encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file)]
    head = ("id", "quantity", "published", "band", "unit", "role", "source", "note")
    cells = [(f"`{row['id']}`", row["quantity"], row["value"], _band(row), row["unit"], row["role"], row["source"],
              row["note"]) for row in rows]  # fmt: skip
    return _wide(table(head, cells))


def patterns() -> str:
    """Patterns without a number, and what the evidence says of them."""
    with open(Path(validated.__file__).with_name("patterns.csv"), encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file)]
    head = ("pattern", "measure", "unit", "range", "said", "source", "otherwise")
    cells = [(row["pattern"], row["measure"], row["unit"], _band(row), row["said"], row["source"], row["otherwise"])
             for row in rows]  # fmt: skip
    return _wide(table(head, cells))


def sources() -> str:
    """The evidence's own document without its title, with links to what it cites by number."""
    text = (EVIDENCE.parent / "README.md").read_text(encoding="utf-8").split("\n", 1)[1]
    text = re.sub(r"arXiv (\d{4}\.\d{5})", r"[arXiv \1](https://arxiv.org/abs/\1)", text)
    return re.sub(r"\b(hal-\d{8})\b", r"[\1](https://hal.science/\1)", text)


def dictionary() -> str:
    """Every table of the folder of a run."""
    return _tables(TABLES)


def numbers() -> str:
    """Every number of summary.json."""
    rows = [(f"`{name}`", one.unit, one.meaning) for name, one in NUMBERS.items()]
    return _wide(table(("number", "unit", "meaning"), rows), "three")


def files(kind: str = "run") -> str:
    """What else stands in a folder; or the tables of many runs."""
    if kind == "run":
        return table(("file", "what it holds"), [(f"`{name}`", said) for name, said in FILES.items()])
    return _tables({"ensemble": ENSEMBLE, "sweep": SWEEP}[kind])


def experiments() -> str:
    """The tables of every experiment."""
    return "\n\n".join(
        f"## `experiments.{kind}`\n\n{_tables(own)}" for kind, own in sorted(tables_of_experiments().items())
    )


def glossary() -> str:
    """The words of the model in English and French."""
    terms = yaml.safe_load((DOCS / "terms.yaml").read_text(encoding="utf-8"))
    words, lines = {language: Words(language) for language in ("en", "fr")}, []
    for term, one in terms.items():
        told = {key: words[key](f"term.{one['catalogue']}.is") if "catalogue" in one else one[key] for key in words}
        english, french = (told[key][0].upper() + told[key][1:] for key in words)
        lines += [term, f"  {english}.", "", f"  **{one['terme']}** : {french}.", ""]
    return "\n".join([":::{glossary}", *lines, ":::"])


def _tables(tables: dict[str, Table]) -> str:
    parts = []
    for name, one in tables.items():
        rows = [(f"`{column}`", about.unit, about.meaning) for column, about in one.columns.items()]
        parts.append(
            f"### `{name}`\n\nOne row per {one.row}.\n\n{_wide(table(('column', 'unit', 'meaning'), rows), 'three')}"
        )
    return "\n\n".join(parts)


def _options(group: str) -> str:
    if group not in composition.chosen() or group == "policy":
        return ""
    usual = composition.chosen()[group]
    rows = [(f"`{group}={name}`" + (" (default)" if name == usual else ""), composition.summary(group, name))
            for name in composition.options(group)]  # fmt: skip
    return table(("choice", "what it is"), rows)


def _member(key: str, one: dict) -> tuple:
    kinds = ", ".join(kind for kind, fare in (one["tasks"] or {}).items() if fare)
    shown = [one[name] for name in ("label", "structure", "opened", "accounts", "demand_share", "wage")]
    return (f"`{key}`", *shown, kinds)


def _comment(group: str, name: str) -> str:
    lines = (composition.CONF / group / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    return " ".join(line.lstrip("# ") for line in itertools.takewhile(lambda line: line.startswith("#"), lines))


def _band(row: dict[str, str]) -> str:
    low, high = row["low"], row["high"]
    return f"{low} to {high}" if low and high else f"from {low}" if low else f"to {high}" if high else ""


def _key(key: str) -> str:
    return f"`{key}`"


def _wide(made: str, kind: str = "wide") -> str:
    """A table that scrolls sideways where it is too wide; one of three columns fits on a phone."""
    return f"::::{{div}} {kind}\n\n{made}\n\n::::"
