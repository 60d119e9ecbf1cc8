"""Coordinates of chance: each named once beside its stream, and none drawn for two questions."""

import ast
import functools
import sys
from collections import defaultdict
from contextlib import contextmanager
from itertools import combinations

import numpy as np
import pytest
from test_architecture import TREES, imports

from experiments.bench.memory_floor import AHEAD, INSTRUCTIONS, _Counted
from sim.instruments import audience
from sim.instruments.surveys import questionnaire
from sim.kernel import streams
from sim.results.tables import results
from sim.scenario.scenario import Scenario
from sim.simulation.day import DayByDay, compile_all

CHANCE = "sim.kernel.streams"
NUMBERS = {name: value for name, value in vars(streams).items() if name.isupper() and isinstance(value, int)}
COORDINATES = {
    name: stream for stream in NUMBERS for name in NUMBERS if name.startswith(f"{stream}_") and name != stream
}
STREAMS = {number: name for name, number in NUMBERS.items() if name not in COORDINATES}


# --- in the code -----------------------------------------------------------------------------------------------
@functools.cache
def draws():
    """Every call of `draw`, `draw4` or `words`: where, stream, period if a number, names in the last coordinate."""
    found = []
    for module, tree in TREES.items():
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            for call in ast.walk(function):
                if (
                    isinstance(call, ast.Call)
                    and ast.unparse(call.func) in ("draw", "draw4", "words")
                    and CHANCE in imports(module)
                ):
                    _, stream, period, _, last = call.args
                    names = {node.id for node in ast.walk(last) if isinstance(node, ast.Name)} & COORDINATES.keys()
                    period = period.value if isinstance(period, ast.Constant) else None
                    found.append((f"{module}:{call.lineno}", ast.unparse(stream), period, names, ast.unparse(last)))
    return found


def test_the_last_coordinate_of_every_draw_is_a_name_beside_its_stream():
    found = draws()
    assert len(found) > 40
    for where, stream, _, names, last in found:
        handed_over = last == "question" and stream == "QUESTION"  # by `usable` and `respondents`
        assert handed_over or len(names) == 1 and COORDINATES[min(names)] == stream, f"{where}: {last}"
    named = {node.id for tree in TREES.values() for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert set(COORDINATES) <= named and set(streams.SPANS) <= set(COORDINATES)


def test_no_two_questions_of_a_stream_share_a_coordinate_in_a_period():
    used = {(stream, period, name) for _, stream, period, names, _ in draws() for name in names}
    for (stream, period, one), (other_stream, other_period, other) in combinations(sorted(used, key=str), 2):
        apart = period is not None and other_period is not None and period != other_period
        if stream == other_stream and one != other and not apart:
            first, second = sorted((one, other), key=NUMBERS.get)
            assert NUMBERS[first] + streams.SPANS.get(first, 1) <= NUMBERS[second], f"{first} and {second}"


# --- on lively days --------------------------------------------------------------------------------------------
class Silent:
    """In the place of the counts of a counted array."""

    def touch(self, *_):
        pass

    line = touch


class Row:
    """A record that Python holds by itself, its fields as a kernel reads and writes them."""

    def __init__(self, record):
        object.__setattr__(self, "_record", record)

    def __getattr__(self, name):
        return self._record[name].item()

    def __setattr__(self, name, value):
        self._record[name] = value


def plain(value):
    """The same argument of a kernel, its arrays of records such as plain Python can read."""
    if isinstance(value, np.ndarray) and value.dtype.names:
        return _Counted("", value, Silent())
    if isinstance(value, np.void):  # one record, written through
        return Row(value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(plain, value))
    return value


@contextmanager
def logged():
    """Kernels as plain Python; where each coordinate has been drawn and how often, ``{coordinate: {where: times}}``."""
    log, depth = defaultdict(lambda: defaultdict(int)), [0]

    def draws(compiled):
        def drawn(key, stream, period, who, k):
            caller = sys._getframe(1)
            while caller.f_code.co_name.startswith("<"):  # a comprehension
                caller = caller.f_back
            where = f"{caller.f_globals['__name__']}.{caller.f_code.co_name}"
            log[int(stream), int(period), int(who), int(k)][where] += 1
            return compiled(key, stream, period, who, k)

        return drawn

    def runs(function):
        def run(*arguments, **named):
            depth[0] += 1
            try:
                return function(*(map(plain, arguments) if depth[0] == 1 else arguments), **named)
            finally:
                depth[0] -= 1

        return run

    replaced = []
    for module in [module for name, module in sys.modules.items() if name.startswith("sim.")]:
        for name, value in list(vars(module).items()):
            if name in AHEAD:
                other = lambda *_: 0  # noqa: E731
            elif name in INSTRUCTIONS:
                other = INSTRUCTIONS[name]
            elif not hasattr(value, "written") or name in ("philox", "_mulhilo"):
                continue
            elif name in ("draw", "draw4", "words"):
                other = draws(value.written if name == "words" else value)
            else:
                other = runs(value.written)
            replaced.append((module, name, value))
            setattr(module, name, other)
    try:
        yield log
    finally:
        for module, name, value in replaced:
            setattr(module, name, value)


# Much work and many looks, in a market so small that plain Python can run it; deep labour with an exam every other day,
# whose clients have no names; shops to be visited; watchers so quick that several notice a batch in the same second.
CHAIN = "platform.members.appen.chain"
VISIT = {
    "share": 1.0,
    "seconds": 60,
    "seconds_log_sd": 0.3,
    "hourly": 20,
    "redundancy": 50,
    "smallest": 20,
    "french": 1,
}
LIVELY = {
    "population": {"people": 60, "absent": 40, "joined_at_sign_up": 1.0},
    "start": "2018-05-28", "end": "2018-06-24", "survey": {"waves": ["2018-06-05", "2018-06-12"], "incomplete": 0.1},
    "demand.hours_per_day": 500_000.0, "demand.strictness_mean": 0.2, "demand.collapse_on": "2018-06-10",
    "behaviour": {"looking_rate": 3.0, "joining_rate": 0.2, "need_every_days": 30.0, "notification_every_days": 10.0,
                  "started_share": 0.7, "staying": 0.98, "sitting_minutes": 70.0, "reaction_minutes": 0.01},
    f"{CHAIN}.known_large": 0.0, f"{CHAIN}.known_small": 0.0,
    f"{CHAIN}.exam_every_days": 2, f"{CHAIN}.profile_minutes": 1.0, f"{CHAIN}.exam_hours": 0.1,
    "behaviour.reach_km": 100.0,
    "policy": ["minimum_rate", "paid_search", "reviewed_refusals", "portable_qualifications", "sign_up_cap", "boycott"],
    "policy.start": "2018-06-10", "policy.sign_up_cap.ratio": 2.0, "policy.boycott.share": 0.5,
}  # fmt: skip
AGAIN = {  # questions asked again at the same coordinate for the same answer
    "LOOK_ACT": "who was called to a batch stands on the agenda for the end of the sitting again",
    "PICK_TASTE": "the batch is met again at a later look",
    "POLICY_CALLED": "each week, how many one who takes part in a boycott wants to see do so",
    "WATCH_NOTICE": "a batch that is still open calls those who watch again",
    "PLACE_DISTANCE": "the way to the nearest shop of a batch is asked for whenever it is seen",
    "CONTRACT_APPLY": "the same advertisement is read again",
    "CROWD_PIECES": "it is reckoned when the crowd will have emptied a batch before it does",
    "POLICY_ESCAPE": "a client has its answer for all its batches",
    "CLIENT_LIFE": "of a platform that none is left of in so small a market, one is drawn again to stay",
}
AGAIN |= dict.fromkeys(
    ("CLIENT_SIZE", "CLIENT_FRENCH", "CLIENT_MANNER", "CLIENT_PACE", "CLIENT_JUDGE", "CLIENT_NAME", "CONTRACT_TERMS"),
    AGAIN["CLIENT_LIFE"],
)
# Two questions at one coordinate; to keep them apart would move every number of `population=declared`.
KNOWN = {"SIGN_UP_DATE": "person and absent account of the same row", "SIGN_UP_SHIFT": "persons and absent accounts"}


def name_of(stream, period, k):
    """The coordinate in whose span `k` lies."""
    periods = {name: fixed for _, _, fixed, names, _ in draws() for name in names if fixed is not None}
    own = [name for name, of in COORDINATES.items() if of == STREAMS[stream] and NUMBERS[name] <= k]
    return max((name for name in own if periods.get(name, period) == period), key=NUMBERS.get)


def lively(demand):
    """The lively market, in which Ferpection has shops visited and nothing else; tests elsewhere ask for a profile."""
    tree = Scenario.load(seed=1, demand=demand, **LIVELY).model_dump(mode="json")
    tree["platform"]["members"]["ferpection"]["tasks"] = {"shop_visit": VISIT | {"largest": 50}}
    for member in tree["platform"]["members"].values():
        member["profiled"] = 0.5
    return Scenario.checked(tree)


@pytest.mark.parametrize("demand", ["volatile", pytest.param("collapse", marks=pytest.mark.slow)])
def test_no_coordinate_is_drawn_for_two_questions(demand):
    compile_all()  # before the kernels are replaced
    with logged() as log:
        market = DayByDay(lively(demand)).run()
        found = results(market)
        audience.visitors(found)
        questionnaire.respondents(found, questionnaire.usable(found))
    drawn, again, shared = set(), set(), set()
    for (stream, period, _, k), places in log.items():
        question = name_of(stream, period, k)
        drawn.add(question)
        if max(places.values()) > 1:
            again.add(question)
        if len(places) > 1:
            shared.add((question, *sorted(places)))
    assert not shared and again - AGAIN.keys() == KNOWN.keys()
    other = "CLIENT_COLLAPSE" if demand == "volatile" else "REGIME_SPELL"
    never = {other, "EXPERIMENT_COLUMN", "EXPERIMENT_NUMBERING", "OWN_RULE"}
    assert set(COORDINATES) - drawn == never  # the days were lively
