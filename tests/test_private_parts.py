"""Parts of libraries that their makers promise to nobody, each with the test that would notice a change.

| library | part | where | what for |
| --- | --- | --- | --- |
| numba | `_nrt`, `no_cfunc_wrapper`, `no_cpython_wrapper` | `sim.kernel.compiler` | faster kernels, sooner compiled |
| numba | `get_call_template` of a dispatcher | `sim.kernel.compiler` | one version of a kernel for all integers |
| numba | `add_overload`, `_compile_for_args` of one | `sim.kernel.compiler` | what calls an inner kernel is told |
| numba | `core.caching`, `_CacheLocator`; `_cache` of a dispatcher | `sim.kernel.cache` | kernels are kept safely |
| numba | `_optimize_functions`, `_data_layout` of code | `sim.kernel.compiler` | kernels are optimised whole |
| numba | `make_array`, `get_dummy_value` of a context | `sim.kernel.compiler` | the two intrinsics |
| numba | `_optimize_functions`, `_linking_libraries` of a library | `sim.kernel.compiler` | all is optimised once |
| numba | `__class__` of a dispatcher | `sim.kernel.handover` | records are handed over put down |
| numba | `load_overload`, `_load_overload`, `rtsys` | `sim.kernel.cache` | kernels load without what compiles them |
| Matplotlib | `_prepare_font`, `_renderer` of Agg's | `sim.report.figures.formats` | text is drawn by lines |
| Hydra | `core.override_parser` | `sim.cli.overrides` | the grammar of the command line, without the rest |
| Mesa | `Agent._ids` (3.3 only) | `sim.agents.view.registry` | a model is let go of |
| Mesa | `GroupBy`, which moved in 3.5 | `sim.agents.view.agentset` | groups are Mesa's |
| pydantic | dictionaries of a core schema | `sim.scenario.parameter` | a range holds for each number inside a field |

Their upper bounds stand in `pyproject.toml`. Of concurrent.futures and loky nothing private is used.
"""

import ast
import gc
import re
import tomllib
import weakref
from pathlib import Path

import mesa
import numba
import numpy as np
import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import ValueType
from hydra.errors import HydraException
from numba.core.codegen import JITCodeLibrary
from numba.core.errors import NumbaError

from sim.agents.view.agentset import GroupBy
from sim.agents.view.registry import forget
from sim.kernel import compiler
from sim.kernel.compiler import _SETTINGS as SETTINGS
from sim.kernel.compiler import bring, inlined, inner, kernel, trailing_zeros
from sim.scenario.parameter import Parameter
from sim.scenario.scenario import settings_of

ROOT = Path(__file__).resolve().parent.parent
NAMED = set(re.findall(r"`(?:\w+\.)*(_\w+)`", __doc__)) | {"_compile_for_args", "_nrt"}
OPEN = {"_asdict", "_replace", "_fields", "_make", "_exit"}  # of named tuples and of `os`: documented


def test_nothing_private_is_used_that_is_not_named_here():
    own, used = set(), {}
    for path in [*ROOT.glob("sim/**/*.py"), *ROOT.glob("experiments/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                own.add(node.name)
            elif isinstance(node, ast.Name):
                own.add(node.id)
            elif isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("self", "cls"):
                own.add(node.attr)
            elif isinstance(node, ast.Attribute):
                used[node.attr] = path
            elif isinstance(node, ast.ImportFrom):
                used |= dict.fromkeys([*node.module.split("."), *(alias.name for alias in node.names)], path)
            elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("getattr", "setattr", "hasattr"):
                used |= {node.args[1].value: path} if isinstance(node.args[1], ast.Constant) else {}
    private = {name: path for name, path in used.items() if re.match("_[a-zA-Z]", name) and name not in own | OPEN}
    assert set(private) <= NAMED, {name: path for name, path in private.items() if name not in NAMED}


def test_private_parts_have_upper_bounds():
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    bounds = {re.match(r"[\w-]+", line)[0]: "<" in line for line in needed}
    assert all(bounds[name] for name in ("numba", "hydra-core", "mesa", "pydantic"))


# --- numba -----------------------------------------------------------------------------------------------------
@inner
def _doubled(n):
    return 2 * n


@inlined
def _lowest(word):
    return trailing_zeros(word)


@kernel
def _asked(short, long, rows):
    bring(rows, 0)
    return _doubled(short) + _doubled(long) + _lowest(np.uint64(8))


@kernel
def _allocating(n):
    return np.zeros(n).sum()


def test_kernels_call_one_another_with_any_integer_and_only_with_one_version():
    assert _asked(np.int16(1), np.int64(2), np.zeros(1, [("a", "i8", 16)])) == 9
    for kind in (numba.int16, numba.int32, numba.int64):
        _doubled.get_call_template((kind,), {})
    assert len(_doubled.overloads) == 1
    with pytest.raises(TypeError, match="called by kernels only"):
        _doubled(1)


def test_a_kernel_is_optimised_once_with_all_that_is_below(monkeypatch):
    """Numba comes by where these take its place: no function is optimised alone, and nothing twice."""
    done = []
    for name in ("_optimize_functions", "_optimize_final_module"):
        own = getattr(JITCodeLibrary, name)
        note = lambda library, *given, name=name, own=own: (done.append((name, library.name)), own(library, *given))  # noqa: E731
        monkeypatch.setattr(JITCodeLibrary, name, note)
    below = inner(lambda n: n + 1)
    between = inner(lambda n: below(n) * 2)
    above = compiler._compiled(lambda n: between(n) + below(n), pipeline_class=compiler._Kernel)
    assert above(3) == 12 and [name for name, library in done if "lambda" in library] == ["_optimize_final_module"]


def _plain(n):
    return 2 * n


def test_kernels_have_neither_wrappers_nor_reference_counts():
    """C's way in is left out of all, Python's out of inner ones; what would have to count references is refused."""
    ways = []
    for options in ({}, SETTINGS, SETTINGS | {"no_cpython_wrapper": True}):
        compiled = numba.njit(**options | {"cache": False})(_plain)
        compiled.compile("int64(int64)")
        code = "".join(compiled.inspect_llvm().values())
        ways.append(("cfunc." in code, "cpython" in code))
    assert ways == [(True, True), (False, True), (False, False)]
    assert numba.njit(_allocating.py_func)(2) == 0.0
    with pytest.raises(NumbaError):
        _allocating(2)


# --- Hydra -----------------------------------------------------------------------------------------------------
def test_words_are_read_as_hydra_reads_them():
    parser = OverridesParser.create()
    one = parser.parse_override(word := "+a.b=[1,'x y',{c: null}]")
    assert (one.key_or_group, one.value(), one.input_line) == ("a.b", [1, "x y", {"c": None}], word)
    assert one.get_key_element() == "+a.b" and one.package is None and not one.is_sweep_override()
    assert parser.parse_override("~a").is_delete()
    several = parser.parse_override("a=1,b,'c d'")
    assert several.is_sweep_override() and several.is_discrete_sweep()
    assert [*several.sweep_string_iterator()] == ["1", "b", "'c d'"] and next(several.sweep_iterator()) == 1
    assert [*parser.parse_override("a=range(1,4)").sweep_iterator()] == [1, 2, 3]
    assert not parser.parse_override("a=interval(1,4)").is_discrete_sweep()
    assert parser.parse_override("a=glob(*)").value_type is ValueType.GLOB_CHOICE_SWEEP
    with pytest.raises(HydraException):
        parser.parse_override("nonsense")


# --- Mesa ------------------------------------------------------------------------------------------------------
def test_a_model_can_be_let_go_of():
    model = mesa.Model()
    mesa.Agent(model)
    forget(model)
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


def test_groups_are_those_of_mesa():
    model = mesa.Model()
    for _ in range(3):
        mesa.Agent(model)
    assert type(model.agents.groupby(lambda agent: agent.unique_id % 2)) is GroupBy


# --- pydantic --------------------------------------------------------------------------------------------------
def test_a_range_holds_for_each_number_inside_a_field():
    class Declared:
        """Fields of every form."""

        pair: tuple[float, float] = Parameter("", "", 0, 1)
        perhaps: int | None = Parameter("", "", 1, 9)

    good = {"pair": (0, 1), "perhaps": None}
    assert settings_of(Declared, good) == (good, [])
    for wrong in ({"pair": (0, 2)}, {"pair": (True, 1)}, {"perhaps": 0}, {"perhaps": "3"}):
        assert settings_of(Declared, good | wrong)[1] == [*wrong]
