"""No field is declared that nothing reads: each is asked for while markets run and their results are shown."""

from sim.results.tables import results
from sim.runs.run_folder import fill, show
from sim.scenario import fields
from sim.scenario.joint.shares import joint_shares
from sim.scenario.parameter import fields_of, section
from sim.scenario.rules import DECLARED
from sim.scenario.scenario import Scenario, Section
from sim.simulation.day import DayByDay

# Read before there is a scenario, by what makes and shows many runs (`sim.cli`, `sim.runs`), or in a complaint.
ELSEWHERE = {("Behaviour", "posterior"), ("Behaviour", "row")}
ELSEWHERE |= {("World", "name"), ("Scenario", "until")}
DATES = {"start": "2018-05-20", "end": "2018-07-05", "policy.start": "2018-06-10", "demand.collapse_on": "2018-06-20"}


def declared(part=fields.Scenario):
    """Class and name of every field below a declared class, but for how things are shown and where they are run."""
    for name, (kind, _) in fields_of(part).items():
        inner, _ = section(kind)
        yield part.__name__, name
        if inner not in (None, fields.Report, fields.Cluster):
            yield from declared(inner)


def test_every_field_is_read(monkeypatch, tmp_path):
    """Vouchers are: they are kept with the platform, though what pay in vouchers is worth is not modelled."""
    read, plain = set(), Section.__getattribute__

    def noted(part, name):
        read.add((type(part).__name__, name))
        return plain(part, name)

    policies = [name for name, (kind, _) in fields_of(fields.Policy).items() if section(kind)[0]]
    policies.append("examples/tax.py:nothing")
    choices = {"platform": "ecosystem", "population": {"people": 900}, "policy": policies, "report": {"figures": False}}
    choices["policy.minimum_rate.lock_out"] = True
    of_use = {"kind": None, "use": "preparation", "feeds": "verification"}
    automated = {f"policy.automation.{name}": value for name, value in of_use.items()}
    worlds = [Scenario.load(demand=demand, **choices, **DATES, **more)
              for demand, more in (("volatile", {}), ("collapse", automated))]  # fmt: skip
    joint_shares.cache_clear()
    monkeypatch.setattr(Section, "__getattribute__", noted)
    for n, scenario in enumerate(worlds):
        show(fill(results(DayByDay(scenario).run()), tmp_path / str(n), [], 1.0), tmp_path / str(n))
    monkeypatch.undo()
    assert set(declared()) - read == ELSEWHERE


def test_minutes_reach_the_kernels_as_seconds():
    times = {key: parameter for key, parameter in DECLARED.values() if parameter.unit == "minute"}
    assert len(times) > 5
    assert {key: parameter.rule.value(7.0, None, "minute") for key, parameter in times.items()} == dict.fromkeys(
        times, 420
    )
