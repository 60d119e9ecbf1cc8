"""The scenario: everything a run depends on, frozen and checked at the door.

The fields are declared in `sim.scenario.fields`, their values stand in ``conf/``; here they become one validated tree.
"""

import functools
import hashlib
import json
from collections.abc import Collection, Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, create_model, model_validator

from sim.kernel.categories import STRUCTURE
from sim.scenario import composition, fields
from sim.scenario.composition import Tree
from sim.scenario.consistency import conflicts
from sim.scenario.country import country, population, traits
from sim.scenario.own import brought
from sim.scenario.own.kernel_rules import wrong_kernel_rules
from sim.scenario.own.marks import SHOWN
from sim.scenario.own.regimes import wrong_regime
from sim.scenario.own.section import Own as DeclaredOwn
from sim.scenario.own.source import KEPT, look_in
from sim.scenario.parameter import fields_of, section
from sim.scenario.posterior import laid
from sim.scenario.problems import BadScenario, at, corrected, of_fields


class Section(BaseModel):
    """One frozen part of a scenario; it knows its fields and no others."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class _Strict(Section):
    """A part whose words and numbers are taken as they stand: 1 is not true."""

    model_config = ConfigDict(strict=True)


class _Sampled(Section):
    @property
    def simulated(self) -> int:
        """People of the country who are simulated."""
        return round(self.people * self.sample)

    @property
    def absent_simulated(self) -> int:
        """Accounts that nobody in the country opens, as many as go with the people simulated."""
        return round(self.absent * self.sample)

    @property
    def fraction(self) -> float:
        """People simulated over people of the country: `sample`, to a whole number of people."""
        return self.simulated / self.people

    @property
    def weight(self) -> float:
        """People of the country for whom one simulated stands; counts, hours and euros are shown times it."""
        return 1.0 / self.fraction


class _Bursting(Section):
    @property
    def burst(self) -> float:
        """How far the gaps between one client's posts are stretched and squeezed; 1 unless demand is volatile."""
        return self.client_surge_factor if self.name == "volatile" else 1.0


class _Structured(Section):
    @property
    def listed(self) -> bool:
        """Whether tasks stand on a list that all may read."""
        return STRUCTURE[self.structure].listed

    @property
    def contracts(self) -> bool:
        """Whether work is done under contract to one project."""
        return STRUCTURE[self.structure].contracts


class _Open(Section):
    """A part with further fields: the parameters that a rule of one's own declares, checked where it is found."""

    model_config = ConfigDict(extra="allow")


class _Chosen(Section):
    @property
    def chosen(self) -> tuple[str, ...]:
        """The policies in force from `start` on, in the order of their declaration."""
        return tuple(name for name, own in self if isinstance(own, Section))


_MODELS = {}


def _model(declared: type, base: type[Section] = Section) -> type[Section]:
    """The validated model of a class whose fields are each declared as a `Parameter`; policies may be left out."""
    parts, absent = fields_of(declared).items(), None if base is _Chosen else ...
    members = {
        name: (Annotated[_swapped(kind), parameter], absent if section(kind)[0] else ...)
        for name, (kind, parameter) in parts
    }
    model = create_model(declared.__name__, __base__=base, __doc__=declared.__doc__, __module__=__name__, **members)
    return _MODELS.setdefault(declared, model)


def _swapped(kind):
    """The same type with declared classes replaced by their models."""
    origin = get_origin(kind)
    if origin is None or origin is Literal:
        return _MODELS.get(kind, kind)
    parts = tuple(_swapped(part) for part in get_args(kind))
    return origin[parts] if origin in (dict, tuple) else Union[parts]  # noqa: UP007


def settings_of(declared: type, tree: Tree) -> tuple[Tree, list[str]]:
    """The checked settings of an experiment that declares them, and the names of those that may not be as they are."""
    try:
        return dict(_model(declared, _Strict)(**tree)), []
    except ValidationError as error:
        return tree, [*dict.fromkeys(each["loc"][0] for each in error.errors())]


Currency = _model(country.Currency)
Country = _model(country.Country)
Chain = _model(fields.Chain)
Fare = _model(fields.Fare)
Platform = _model(fields.Platform, _Structured)
Institution = _model(fields.Institution)
GrowthByUse = _model(fields.GrowthByUse)
Demand = _model(fields.Demand, _Bursting)
Traits, Propensity = _model(traits.Traits), _model(traits.Propensity)
Entry = _model(population.Entry)
Population = _model(population.Population, _Sampled)
Forums = _model(fields.Forums)
Region = _model(fields.Region)
World = _model(fields.World)
Behaviour = _model(fields.Behaviour)
Survey = _model(fields.Survey)
for _kind, _ in fields_of(fields.Policy).values():
    if (_one := section(_kind)[0]) is not None:
        globals()[_one.__name__] = _model(_one)  # by its name, so that a scenario can be pickled
Policy = _model(fields.Policy, _Chosen)
Own = _model(DeclaredOwn, _Open)
Record = _model(fields.Record)
Report = _model(fields.Report)
Cluster = _model(fields.Cluster)
_MOVES_NOTHING = {"seeds": True, "until": True, "report": True, "cluster": True, "survey": {"targets"}}
_MOVES_NOTHING |= {"country": {"label", "targets", "bundle", "language", "currency"}}
_MADE = "a Scenario is made of choices by load; write"


class Scenario(_model(fields.Scenario)):
    """Everything that a run depends on; `load` makes one of choices."""

    def __new__(cls, *given: Any, **values: Any) -> "Scenario":
        """A scenario of the values of all groups; raises TypeError with what to write instead if some are missing."""
        needed = {name for name, one in cls.model_fields.items() if one.is_required()}
        if given or (values and needed - values.keys()):  # without either it is pydantic that makes one
            raise TypeError(f"{_MADE} {_instead(*given, **values)}")
        return super().__new__(cls)

    @model_validator(mode="before")
    @classmethod
    def _drawn(cls, tree, info):
        if not tree and info.context is None:
            raise TypeError(f"{_MADE} Scenario.load()")
        context = info.context or {}
        drawn = isinstance(tree, dict) and not context.get("recorded")
        return laid(composition.with_minimum_wage(tree), context.get("typed", ())) if drawn else tree

    @model_validator(mode="after")
    def _possible(self, info):
        problems = conflicts(self)
        if not (info.context or {}).get("recorded"):  # a run that is over needs nobody's rules any more
            problems += brought.wrong(self.own) or [*wrong_regime(self), *wrong_kernel_rules(self)]
        if problems:
            raise BadScenario(problems)
        return self

    @classmethod
    def compose(cls, overrides: Iterable[str] = ()) -> "Scenario":
        """A scenario from ``conf/`` and a list of words such as ``"platform=deep"`` or ``"seed=3"``.

        Raises
        ------
        BadScenario
            With every problem of every word.
        """
        return cls.resolve(dict(map(composition.assignment, overrides)))

    @classmethod
    @corrected(lambda cls, *given: _instead(*given))
    def load(cls, **choices: Any) -> "Scenario":
        """A scenario from ``conf/``: per group an option (a word) or changes (a dictionary); and single fields.

        ``Scenario.load(seed=2, platform="deep", behaviour={"looking_rate": 1.0})``; a full key works too, as in
        ``Scenario.load(**{"behaviour.looking_rate": 1.0})``.

        Raises
        ------
        BadScenario
            With every problem of every choice.
        """
        return cls.resolve(choices)

    @classmethod
    def resolve(cls, changes: Tree, folders: composition.Folders = (composition.CONF,)) -> "Scenario":
        """A scenario from values by full key; a word at a group's own key chooses the option to start from.

        A dictionary as a value stands for the keys below. Groups are looked up in `folders`, first one first.

        Raises
        ------
        BadScenario
            With every problem of every change.
        """
        base, tree, typed, problems = composition.choose(changes, folders)
        scenario, of_values = cls._tried(tree, typed)
        if scenario is None:  # with the wrong values put right, what else is wrong with the others?
            wrong = {problem.key for problem in of_values}
            mended = composition.repaired(tree, base, wrong)
            _, further = cls._tried(mended, typed)
            as_given = (one for one in further if at(mended, one.key.split(".")) == at(tree, one.key.split(".")))
            of_values += [problem for problem in as_given if problem.key not in wrong]
        if problems or of_values:
            raise BadScenario(problems + of_values)
        return scenario

    @classmethod
    def load_file(cls, path: str | Path, recorded: bool = False) -> "Scenario":
        """Read back a ``scenario.yaml``, to be run on this machine.

        That of a finished run (`recorded`) holds what was drawn for it, and no table of draws is looked up. Rules of
        one's own are looked for in ``own/`` beside it too.

        Raises
        ------
        BadScenario
            If the file is not a scenario.
        """
        look_in(Path(path).parent / KEPT)
        tree = {"cluster": composition.option("cluster", "local")} | composition.read(path)
        return cls.checked(tree, recorded=recorded)

    def write_file(self, path: str | Path) -> None:
        """Write a ``scenario.yaml``; where it was run is no part of it."""
        text = yaml.safe_dump(self.model_dump(mode="json", exclude={"cluster"}), sort_keys=False, allow_unicode=True)
        Path(path).write_text(text, encoding="utf-8")

    @classmethod
    def checked(cls, tree: Tree, typed: Collection[str] = (), recorded: bool = False) -> "Scenario":
        """The scenario of a complete tree; a table of draws does not move the full keys in `typed`.

        Raises
        ------
        BadScenario
            With every problem of the tree.
        """
        scenario, problems = cls._tried(tree, typed, recorded)
        if problems:
            raise BadScenario(problems)
        return scenario

    @classmethod
    def _tried(cls, tree, typed=(), recorded=False):
        """The scenario of a tree and no problems, or None and its problems."""
        try:
            return cls.model_validate(tree, context={"typed": typed, "recorded": recorded}), []
        except ValidationError as error:
            errors = error.errors(include_url=False)
            combined = errors[0].get("ctx", {}).get("error")
            return None, combined.problems if isinstance(combined, BadScenario) else of_fields(errors, tree)

    @property
    def laid_out(self) -> date:
        """The last day for which people and clients are laid out: a run that ends before is the first part of it."""
        return self.horizon or self.end

    @property
    def decided(self) -> tuple[str, ...]:
        """The policies in force from `policy.start` on, of the program and of one's own."""
        return (*self.policy.chosen, *self.ones_own("policy"))

    def ones_own(self, *roles: str) -> list[str]:
        """Names of the rules of one's own that are for something."""
        return [name for name, one in self.own.items() if one.role in roles]

    def shown(self, **report: Any) -> "Scenario":
        """The same scenario, its results shown otherwise: ``shown(language="fr")``."""
        return self.model_copy(update={"report": self.report.model_copy(update=report)})

    @property
    def surveyed(self) -> str:
        """Key of the platform on which the questionnaire is held: the survey's, else the first with an open list.

        Where tasks stand on no list it goes to the account holders of the first, by message."""
        members = self.platform.members
        if self.survey.platform in members:
            return self.survey.platform
        return next((key for key, member in members.items() if member.listed), next(iter(members)))

    @property
    def scale(self) -> float:
        """People simulated over those of the published country; what is declared at full scale is multiplied by it."""
        return self.population.simulated / self.country.registered

    @property
    def published(self) -> str:
        """The table that its results are held against: the user's, else the country's."""
        return self.survey.targets or self.country.targets

    def at(self, key: str) -> Any:
        """The value at a full key, such as ``"behaviour.looking_rate"``."""
        return functools.reduce(getattr, key.split("."), self)

    def digest(self) -> str:
        """SHA-256 of the canonical JSON of all that moves a run.

        So not of how many others there are (`seeds`, `until`), where they are made (`cluster`) and what is shown of
        them (`report`, `survey.targets`).
        """
        text = json.dumps(self.moving(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def moving(self) -> Tree:
        """Every field that moves a run, as a tree of plain numbers and words."""
        tree = self.model_dump(mode="json", exclude=_MOVES_NOTHING)
        own = {name: one for name, one in tree.pop("own").items() if one["role"] not in SHOWN}
        return tree | ({"own": own} if own else {})


def _instead(*given, **values):
    """What was meant by a scenario of words without names."""
    named = [*filter(None, [composition.named(*given) if given else ""]), *(f"{k}={v!r}" for k, v in values.items())]
    return named[0] if named and named[0].startswith("Scenario.") else f"Scenario.load({', '.join(named)})"
