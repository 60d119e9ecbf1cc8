"""A country of one's own, row by row: what is missing, wrong, without a source, or assumed."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from sim.instruments.readings import readings_known
from sim.instruments.targets import TIERS, TargetsError, load_targets, located
from sim.scenario import composition
from sim.scenario.problems import ABSENT, BadScenario, Problem, nearest, question, shown
from sim.scenario.scenario import Scenario

MISSING, WRONG, NAKED, ASSUMED, SOURCED = "missing", "wrong", "no source", "assumed", "sourced"
_FILES = {  # and what is taken where it is missing
    "platform.yaml": "France's platforms are taken",
    "population.yaml": "France's people are taken",
    "survey.yaml": "France's survey is taken",
}
_CHOICES = "name label targets defaults chooses survey language bundle sample platform on".split()  # no facts
_LONGEST = 60


class Row(NamedTuple):
    """What is said of one value, file or row of a table."""

    state: str
    where: str
    what: str


def checked(folder: Path) -> bool:
    """Print what is to be said of each row; True if the country can be run.

    Raises
    ------
    BadScenario
        With all that is wrong, if it cannot.
    """
    rows, problems = [*_missing(folder)], []
    for group in composition.chosen():
        if (folder / f"{group}.yaml").is_file():
            try:
                rows += _said(folder / f"{group}.yaml")
            except BadScenario as bad:
                problems += bad.problems
    scenario = None
    try:
        scenario = Scenario.resolve({"country": f"{folder}/"})
    except BadScenario as bad:
        problems += bad.problems
    table = located(scenario.published if scenario else folder / "targets.csv")
    try:
        rows += _published(table, scenario)
    except TargetsError as error:
        problems += [Problem(str(table), ABSENT, wrong) for wrong in error.problems]
    rows += [Row(WRONG, problem.key, str(problem).removeprefix(problem.key).lstrip(" :")) for problem in problems]
    _print(folder, rows)
    if problems:
        raise BadScenario(problems)
    print(f"It runs: python -m sim.run country={folder}/ population=small", flush=True)
    return True


def _print(folder, rows):
    count = {state: sum(row.state == state for row in rows) for state in (MISSING, WRONG, NAKED, ASSUMED, SOURCED)}
    lines = [f"{folder}/: {', '.join(f'{n} {state}' for state, n in count.items())}"]
    for state in (MISSING, WRONG, NAKED, ASSUMED):
        mine = [row for row in rows if row.state == state]
        lines += ["", state.upper(), *(f"  {row.where}: {row.what}" for row in mine)] if mine else []
    print("\n".join([*lines, ""]), flush=True)


def _missing(folder: Path) -> Iterator[Row]:
    """Files that are not there."""
    for name, instead in _FILES.items():
        if not (folder / name).is_file():
            yield Row(MISSING, name, instead)
    if not (folder / "targets.csv").is_file():
        yield Row(MISSING, "targets.csv", "what is published is looked for at country.targets")


def _said(path: Path) -> Iterator[Row]:
    """A row for each value of a file, with what stands behind it."""
    composition.read(path)  # what is no YAML is told
    lines = path.read_text(encoding="utf-8").splitlines()
    tree = yaml.compose("\n".join(lines), yaml.SafeLoader)
    for key, node in _leaves(tree, ""):
        value = "\n".join(lines)[node.start_mark.index : node.end_mark.index].strip()
        if key.rpartition(".")[2] in _CHOICES or key.partition(".")[0] in ("defaults", "chooses") or value == "null":
            continue
        comment = _comment(lines, node)
        state = NAKED if not comment else ASSUMED if comment.startswith(("assumed", "choice")) else SOURCED
        if not comment.startswith("choice"):
            source = f"  # {_cut(comment.partition(' (')[0])}" if comment else ""
            yield Row(state, f"{path.stem}.{key}", f"{_cut(value)}{source}")


def _leaves(node, prefix):
    """Full key and node of each value; a list, and what stands on one line, is one."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style:
        for key, below in node.value:
            yield from _leaves(below, f"{prefix}.{key.value}".lstrip("."))
    elif prefix:
        yield prefix, node


def _comment(lines, node):
    """What stands behind a value, or on the lines above it that are nothing else."""
    behind = re.search(
        r"(?:^|\s)#\s*(.*)$", lines[node.end_mark.line if node.end_mark.column else node.end_mark.line - 1]
    )
    if behind:
        return behind[1]
    above = lines[node.start_mark.line - 1].strip() if node.start_mark.line else ""
    return above.lstrip("# ") if above.startswith("#") else ""


def _cut(text: Any) -> str:
    text = " ".join(str(text).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _published(path: Path, scenario: Scenario | None) -> Iterator[Row]:
    """What is to be said of the rows of the table of what is published."""
    table, known = load_targets(path), readings_known()
    for row in table.itertuples():
        where = f"{path.name}, {row.id}"
        if row.id not in known:
            yield Row(
                WRONG, where, f"no instrument reads it{question(nearest(row.id, known))}; it is shown and not compared"
            )
        valued = row.value == row.value or row.low == row.low or row.high == row.high
        if not valued:
            yield Row(MISSING, where, "has no value: its reading stands alone")
        elif not row.source:
            yield Row(NAKED, where, shown(row.value))
        else:
            state = ASSUMED if "assumed" in row.source else SOURCED
            yield Row(state, where, f"{row.value:g}  # {row.source}")
    for tier in TIERS:
        if (name := f"tier_{tier.replace(' ', '_')}") not in set(table["id"]):
            yield Row(MISSING, f"{path.name}, {name}", f"the {tier} are read and compared with nothing")
    if scenario is not None:
        yield from _of_one_size(table.set_index("id")["value"], scenario)


def _of_one_size(published, scenario):
    """Numbers that should be one: of those registered, of the people, of the table."""
    registered, people = scenario.country.registered, scenario.population.people
    if people != registered:
        yield Row(
            WRONG, "population.people", f"{people}, where country.registered is {registered}: no count is compared"
        )
    told = published.get("tier_occasional", registered)
    if told == told and told != registered:
        yield Row(WRONG, "tier_occasional", f"{told:g}, where country.registered is {registered}")
