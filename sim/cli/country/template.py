"""The files of a country to be filled in: every value with its unit, range and meaning, from the declarations.

A template runs as it is: all its values are France's, and say so.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from sim.results.folder import atomic_file
from sim.scenario import composition
from sim.scenario.country.country import Country
from sim.scenario.country.population import Entry, Population
from sim.scenario.country.traits import Traits
from sim.scenario.fields import Fare, Platform, Survey
from sim.scenario.parameter import Parameter, allowed, fields_of
from sim.scenario.problems import BadScenario, Problem

PLATFORM, PEOPLE = "my_platform", 100_000
_ASSUMED = "assumed: as in France"
_TARGETS = """\
id,quantity,value,low,high,unit,population,instrument,role,source,note
tier_very_active,very active workers,,,,persons,my country,two waves of a questionnaire,shown,,"published: give value, low, high and source, and make the role validate"
tier_regular,regular workers,,,,persons,my country,monthly visitors / accounts per person,shown,,
tier_occasional,registered persons,{people},,,persons,my country,registrations / accounts per person,input,assumed,as registered in country.yaml
survey_respondents,usable answers over the two waves,,,,persons,my platform,paid questionnaire task,shown,,
earnings_mean,mean monthly earnings from micro-tasks,,,,euro/month,survey respondents,questionnaire,shown,,
hours_median,median weekly hours,,,,hour/week,survey respondents,questionnaire,shown,,
weekly_lookers,respondents looking for tasks at least weekly,,,,share,survey respondents,questionnaire,shown,,
refused_ever,respondents with at least one task not validated,,,,share,survey respondents,questionnaire,shown,,
"""  # noqa: E501


def written(folder: Path) -> bool:
    """Write the files of a country into a folder that has none of them; True, for all is well.

    Raises
    ------
    BadScenario
        With every file that is there already.
    """
    files = {"country.yaml": _country(), "platform.yaml": _platform(), "population.yaml": _population(),
             "survey.yaml": _survey(), "targets.csv": _TARGETS.format(people=PEOPLE)}  # fmt: skip
    there = [name for name in files if (folder / name).exists()]
    if there or folder.is_file():
        wrong = "is there already, and nothing is overwritten; give another folder"
        raise BadScenario([Problem("template", str(folder / name), wrong) for name in there or ["."]])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        with atomic_file(folder / name) as unfinished:
            unfinished.write_text(text, encoding="utf-8")
    print(f"Written: {', '.join(files)} in {folder}/\nNow: python -m sim.country check {folder}/", flush=True)
    return True


def _country():
    changed = {"name": "my_country", "label": "my country", "registered": PEOPLE, "survey": PLATFORM, "language": "en"}
    own = composition.option("country", "france") | changed | {"targets": "targets.csv"}
    lines = [
        "# My country, in the year that its evidence is of.",
        "# What stands behind # on a line is taken for the source of its values; replace what is assumed.",
        *_lines(Country, own, 0, {"bundle"}, {"name", "label", "targets", "survey", "language"}),
        "# Files of this folder are chosen by themselves; options of other groups and the days of a run can be, too:",
        "# chooses: {demand: steady, world: none, start: 2019-01-01, end: 2022-12-31, policy.start: 2021-01-01}",
    ]
    return _text(lines)


def _platform():
    usual = composition.option("platform", "france")["members"]["foule_factory"]  # shared by all who read it
    own = usual | {"label": "My platform", "accounts": float(PEOPLE), "opened": date(2014, 2, 1)}
    lines = ["# The platforms of my country, in the order of their number; below a single one.", "name: my_country",
             "members:", f"  {PLATFORM}: # a name of letters, digits and _",
             *_lines(Platform, own, 4, {"tasks", "chain"}, {"label"}),
             "    chain: null # the three layers of deep labour: see conf/platform/deep.yaml"]  # fmt: skip
    about = "; ".join(f"{name}: {_about(*part)}" for name, part in fields_of(Fare).items())
    lines += ["    tasks:", f"      # {about}"]
    for kind, fare in own["tasks"].items():
        lines.append(f"      {kind}: {_flow(fare)} # {_ASSUMED}")
    return _text(lines)


def _population():
    own = composition.option("population", "france_2018") | {"name": "my_country", "people": PEOPLE}
    entry = own["entry"] | {"responds": False}
    return _text([
        "# Who registers in my country. What is not said here is that of France.",
        "defaults:", "  - france_2018", "  - _self_", "",
        *_lines(Population, own, 0, {"entry", "traits", "propensity"}, {"name", "sample"}),
        "entry:", *_lines(Entry, entry, 2, fields_of(Entry).keys() - {"responds", "adults"}),
        "traits:", *_lines(Traits, own["traits"], 2),
    ])  # fmt: skip


def _survey():
    own = composition.option("survey", "diplab") | {"platform": PLATFORM}
    return _text(["# How my country was measured.", *_lines(Survey, own, 0, set(), {"on", "targets", "platform"})])


def _lines(declared: type, own: dict[str, Any], indent: int, without=frozenset(), chosen=frozenset()) -> Iterator[str]:
    """A line for each field of a declared class but some; those `chosen` are no facts, and need no source."""
    for name, (kind, parameter) in fields_of(declared).items():
        if name in without:
            continue
        source = "choice" if name in chosen else _ASSUMED
        yield f"{' ' * indent}{_key(name)}: {_flow(own[name])} # {source} ({_about(kind, parameter)})"


def _about(kind: Any, parameter: Parameter) -> str:
    """Meaning, unit and range of a field."""
    may = parameter.range() or (allowed(kind, parameter) if kind is not str else "")
    return ", ".join(filter(None, (parameter.meaning, parameter.unit, may)))


def _key(name):
    return f'"{name}"' if name == "on" else name  # which YAML takes for true


def _flow(value):
    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=1_000)
    return text.removesuffix("\n").removesuffix("\n...").strip()


def _text(lines):
    return "\n".join(lines) + "\n"
