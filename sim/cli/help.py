"""What ``--help`` says: the choices, and every field with its default, unit, range and meaning."""

import textwrap
from collections.abc import Iterable, Iterator

from sim.scenario import composition, fields
from sim.scenario.own.brought import PLACES, brought
from sim.scenario.own.declared import parameters
from sim.scenario.own.source import find, names_own
from sim.scenario.parameter import allowed, fields_of, free, leaves, values_at
from sim.scenario.problems import shown

_WIDTH = 110
_INTRODUCTION = """\
Simulates the French micro-work market day by day, one worker for one worker.

  python -m sim.run [choice=option ...] [field=value ...]

  python -m sim.run population=small                     a first look, one worker in twenty
  python -m sim.run population.sample=0.2                one in five; population.people says how many there are
  python -m sim.run platform=deep demand=steady seed=7   other choices, another seed
  python -m sim.run population=small seeds=20            twenty runs, seeds 1 to 20, on all cores; goes on
                                                         where it stopped, or adds to what is there
  python -m sim.run seeds=40 until=earned_mean_euro:5%   until the mean is known that well, 40 runs at most
  python -m sim.run behaviour.looking_elasticity=3       any field, by its full key
  python -m sim.run policy=minimum_rate                  a policy, from policy.start on; or several together:
  python -m sim.run 'policy=[minimum_rate,open_sign_up]' policy.start=2017-07-01
  python -m sim.run policy=my_module:tax own.tax.rate=0.2  a policy of your own, in my_module.py
  python -m sim.run own=[my_module:tired]                your own rule of how often to look, who watches, what is paid
  python -m sim.run own=[my_module:second_survey]        what you read off a run, also one that is there
  python -m sim.run -m seed=1,2,3 platform=biface,deep   a sweep, on all cores; goes on where it stopped
  python -m sim.run --cfg job                            only show the scenario
  python -m sim.run hydra.run.dir=somewhere              put the run's folder elsewhere
  python -m sim.run hydra.run.dir=there overwrite=true   replace what another scenario or other code left there, or
                                                         make the same run anew; nothing that is not ours is touched
  python -m sim.run checkpoint=2016-12-31                write the market of that morning; or of several: [DATE,DATE]
  python -m sim.run start_from=FOLDER policy=boycott     go on from such a morning, to the bit; what acts from then on
                                                         may be another: policies, record, report
  python -m sim.run end=2044-12-31 checkpoint=90d        a long run that survives a kill: typed again it goes on
  python -m sim.run --config-dir mine platform=own       options of your own, here mine/platform/own.yaml
  python -m sim.run country=mine/                        another country: a folder with country.yaml, platform.yaml ...
"""


def listing(choices: dict[str, str] | None = None) -> Iterator[tuple[str, ...]]:
    """Key, default, unit, range, source and meaning of every field of a scenario, by default of the usual choices.

    ``<name>`` in a key stands for the name of a platform or of a kind of task; the default of such a field is the
    common one, or the smallest and largest.
    """
    every = [name for name in composition.options(composition.SEVERAL) if name in fields_of(fields.Policy)]
    tree = composition.compose({**(choices or {}), composition.SEVERAL: every})  # the values of all, chosen or not
    for key, kind, parameter in leaves(fields.Scenario):
        may = parameter.range() or allowed(kind, parameter)
        default = _default(values_at(tree, key))
        yield key, default, parameter.unit, may, parameter.source, parameter.meaning


def _default(values):
    """One word for all values of a field."""
    if not values:
        return "null"
    if all(value == values[0] for value in values):
        return shown(values[0])
    return f"{shown(min(values))} .. {shown(max(values))}"


def manual(words: Iterable[str] = ()) -> str:
    """The text of ``--help``; with choices among the words their defaults, with rules of one's own their parameters."""
    words = [*words]
    asked = dict(word.split("=", 1) for word in words if "=" in word)
    choices = {group: name for group, name in asked.items()
               if group in composition.chosen() and not names_own(name) and composition.where(group, name)}  # fmt: skip
    usual = composition.usual(choices.get(composition.LAW))
    lines = [_INTRODUCTION, "CHOICES (* is taken if nothing is said)"]
    for group, name in {**usual, **choices}.items():
        lines += ["", f"  {group}="]
        names = composition.options(group)
        width = max(14, *map(len, names))
        lines += [_entry("* " if each == name else "  ", group, each, width) for each in names]
    lines += ["", "FIELDS: key, default, unit, range, meaning [source]"]
    section = None
    priors = {key: f"; prior {one.prior}: {one.prior.reason}" for key, one in free(fields.Scenario).items()}
    for key, default, unit, may, source, meaning in listing(choices):
        if section != (section := key.partition(".")[0] if "." in key else ""):
            lines.append("")
        lines += _field(key, default, unit, f"{may}: {meaning} [{source}{priors.get(key, '')}]")
    lines += _of_own(words)
    names = ", ".join(composition.compose(choices)["platform"]["members"])
    lines += ["", *textwrap.wrap(f"Platforms of this choice, for <name>: {names}", _WIDTH, subsequent_indent="  ")]
    return "\n".join(lines)


def _field(key, default, unit, text):
    yield f"  {key:<44} {default}  {unit}".rstrip()
    yield from textwrap.indent(textwrap.fill(text, _WIDTH - 6, break_on_hyphens=False), " " * 6).splitlines()


def _of_own(words):
    """The parameters of rules of one's own that the words name; what is wrong with them a run says."""
    asked = dict(composition.assignment(word) for word in words if "=" in word and not word.startswith("-"))
    lines = []
    for name, rule in brought({key: asked[key] for key in PLACES if key in asked})[1].items():
        lines += ["", f"  own.{name:<40} {rule['role'].replace('_', ' ')} {rule['rule']}"]
        source = find(rule["rule"], f"own.{name}")
        declared = parameters(source.rule, f"own.{name}")[0] if callable(source.rule) else {}
        for key, (kind, one, usual) in declared.items():
            told = f"{one.range() or allowed(kind, one)}: {one.meaning} [{one.source}]"
            lines += _field(f"own.{name}.{key}", shown(usual), one.unit, told)
    return lines


def _entry(mark, group, name, width):
    return f"    {mark}{name:<{width}} {composition.summary(group, name)}"
