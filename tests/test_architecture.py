"""Who may import whom and what may not stand in the code, read from the sources themselves."""

import ast
import functools
import os
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from sim.kernel import units

ROOT = Path(__file__).resolve().parent.parent
ROOMS = 14  # folders of sim/, beside run.py and __init__.py
FILES = range(3, 19)  # Python files in a folder
KERNELS = (
    "sim.population.contractors",
    "sim.population.draws",
    "sim.population.persons",
    "sim.population.registration",
    "sim.agents.looking",
    "sim.agents.ones_own",
    "sim.agents.worth",
    "sim.markets",
    "sim.policies.kernels",
)
# Room by room, from below: a module imports from its own and those before. Rooms of one line do not know each other
# but from left to right.
FLOORS = (
    "sim.kernel",
    *("sim.scenario", "sim.population", "sim.agents"),
    "sim.markets",
    "sim.policies",
    "sim.simulation",
    "sim.results",
    "sim.instruments",
    "sim.report",
    "sim.runs",
    "sim.library",
    "sim.cli",
    "sim.app",
    *("sim.run", "sim.country"),
    "experiments",
)
# What only some may know. The first word of the import; where it may stand.
KNOWN_TO = {
    "mesa": ("sim.agents.view", "sim.simulation.model", "experiments.bench"),
    "hydra": ("sim.cli",),
    "omegaconf": ("sim.cli",),
    "seaborn": ("sim.report", "experiments"),
    "matplotlib": ("sim.report", "experiments"),
    "panel": ("sim.app",),
    "bokeh": ("sim.app",),
    "jinja2": ("sim.report",),
    "fpdf": ("sim.report",),
    "babel": ("sim.report",),
    "rich": ("sim.report.screen.table",),
    "numba": ("sim.kernel", "experiments.bench.sampling"),
    "pydantic": ("sim.scenario",),
    "dask": ("sim.runs.cluster", "experiments"),
    "dask_jobqueue": ("sim.runs.cluster",),
    "loky": ("sim.runs", "experiments"),
    "pyabc": ("experiments.calibrate.inference",),
    "emcee": ("experiments.calibrate.inference",),
    "SALib": ("experiments.sensitivity", "experiments.calibrate"),
    "optuna": ("experiments.search.sampler",),
}
# Imports stand at the top, but for doors, what an extra or another system brings, and what takes so long to load that
# who only wants the first line, or no figures, would wait for it.
DOORS = ("sim.run", "sim.country", "sim.cli", "sim.report.__main__", "experiments.cli", "experiments.report")
EXTRAS = ("panel", "bokeh", "dask", "dask_jobqueue", "optuna", "pyabc", "SALib", "fcntl", "pty", "resource")
LATE = {
    "sim.instruments.estimators": {"scipy.optimize", "scipy.special"},  # a second, which runs do without
    "sim.report.figures.draw": {"sim.report.figures", *(f"sim.report.language.{name}" for name in ("sample", "words"))},
    "sim.library.asked": {"sim.report.figures.draw"},
    "sim.report.screen.table": {"rich.box", "rich.console", "rich.padding", "rich.table"},
    # The first line of many runs comes before the market is loaded; who only asks for runs never loads it.
    "sim.runs.ensemble": {"pandas", "sim.instruments.across_seeds", "sim.instruments.surveys.ones_own_tables",
                          "sim.instruments.targets", "sim.report.figures.ensemble", "sim.report.page.many_runs",
                          "sim.report.page.page", "sim.report.screen.ensemble", "sim.report.screen.ones_own",
                          "sim.runs.quantities", "sim.runs.until"},
    "sim.runs.cores": {"loky"},
    "sim.runs.pool": {"sim.simulation.day"},
    "sim.runs.replicate": {"sim.runs.pool", "sim.runs.cluster", "sim.results.tables", "sim.simulation.accounting",
                           "sim.simulation.day"},
    "sim.runs.store": {"sim.runs.run_folder"},
    "sim.runs.sweep": {"sim.runs.sweep_report"},
    "sim.scenario.consistency": {"sim.scenario.joint.shares"},  # NumPy, for whose traits are not the usual ones
    "sim.scenario.own.kernel_rules": {"sim.kernel.native", "sim.kernel.ones_own"},  # numba, for whose rules are asked
    "sim.scenario.joint.raking": {"scipy", "scipy.optimize"},  # only to say what contradicts what
    "sim.scenario.posterior": {"sim.kernel.streams"},  # numba, for who draws from a posterior
    "sim.scenario.own.declared": {"pydantic"},  # for who brings rules; --help does without
    "sim.results.folder": {"sim.results.dictionary.description", "sim.results.spreadsheets"},
    "experiments.folder": {"sim.results.spreadsheets"},
}  # fmt: skip
BRINGS = "sim.scenario.own.source"  # imports what a user names, and nothing else by a name that is not written there
MOST_LINES, WISH = 400, 250
MOST_FUNCTION_LINES = 55  # without the docstring; the wish is 40


def name_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


SOURCES = {name_of(path): path for path in sorted([*ROOT.glob("sim/**/*.py"), *ROOT.glob("experiments/**/*.py")])}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in SOURCES.items()}
CODE = [name for name in SOURCES if name not in ("sim", "sim.agents")]  # those two are doors: they import by name


@functools.cache
def imports(name):
    """Modules a module imports, not for types alone; of our own by full name, of others the first word."""
    found, nodes = set(), [TREES[name]]
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        nodes += ast.iter_child_nodes(node)
        if name in CODE and name != BRINGS and isinstance(node, ast.Call) and "import_module" in ast.unparse(node.func):
            assert isinstance(node.args[0], ast.Constant), f"{name}:{node.lineno}: which module?"
            found.add(node.args[0].value)
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: relative import"
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {module for module in inner if module in SOURCES} or {node.module}
    return {module if module in SOURCES else module.split(".")[0] for module in found}


def belongs(name, parts):
    return any(name == part or name.startswith(f"{part}.") for part in parts)


def floor(name):
    """The floor of the room that a module stands in; the door of ``python -m sim.report`` is one like `sim.run`."""
    name = "sim.run" if name == "sim.report.__main__" else name
    return next((level for level, room in enumerate(FLOORS) if belongs(name, (room,))), None)


def test_the_table_of_contents_is_short():
    rooms = {path.name for path in (ROOT / "sim").iterdir() if path.is_dir() and path.name != "__pycache__"}
    files = {path.name for path in (ROOT / "sim").iterdir() if path.is_file()}
    assert files == {"__init__.py", "country.py", "py.typed", "run.py"} and len(rooms) <= ROOMS
    assert {f"sim.{name}" for name in rooms} | {"sim.run", "sim.country", "experiments"} == set(FLOORS)


def test_a_folder_is_a_room_and_not_a_cupboard():
    folders = {path.parent for path in SOURCES.values()} - {ROOT / "sim", ROOT / "experiments"}
    inside = {f: [*f.glob("*.py"), *(path for path in folders if path.parent == f)] for f in folders}
    counts = {folder.relative_to(ROOT): len(found) for folder, found in inside.items()}
    assert not {folder: count for folder, count in counts.items() if count not in FILES}


@pytest.mark.parametrize("name", CODE)
def test_imports_go_one_way(name):
    above = {module for module in imports(name) - {"sim"} if module in SOURCES and floor(module) > floor(name)}
    assert not above, f"{name} (floor {floor(name)}) imports from above: {sorted(above)}"


def test_imports_stand_at_the_top():
    found = {}
    for name in (name for name in CODE if not belongs(name, DOORS) and not name.endswith("__main__")):
        for function in (node for node in ast.walk(TREES[name]) if isinstance(node, ast.FunctionDef)):
            for node in ast.walk(function):
                late = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                late += [node.module] if isinstance(node, ast.ImportFrom) else []
                if own := {module for module in late if not belongs(module, EXTRAS)}:
                    found.setdefault(name, set()).update(own)
    assert found == LATE


def test_no_circles():
    graph = {name: {module for module in imports(name) if module in SOURCES} - {"sim"} for name in CODE}
    assert len(list(TopologicalSorter(graph).static_order())) >= len(CODE)


def test_every_module_of_sim_is_reached_by_a_run():
    """From `sim.run`, from what the doors `sim` and `sim.agents` offer, and from the commands that the how-tos name."""
    named = {node.value for door in ("sim", "sim.agents") for node in ast.walk(TREES[door])
             if isinstance(node, ast.Constant) and node.value in SOURCES}  # fmt: skip
    told = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("docs/how_to/*.md"))
    commands = set(re.findall(r"python -m (sim[\w.]*\w)", told))
    ahead = [*named, *commands, *(f"{name}.__main__" for name in commands if f"{name}.__main__" in SOURCES)]
    reached = set()
    while ahead:
        if (name := ahead.pop()) in SOURCES and name not in reached:
            reached.add(name)
            ahead += imports(name)
    modules = {name for name, path in SOURCES.items() if belongs(name, ("sim",)) and path.name != "__init__.py"}
    assert "sim.run" in commands and not modules - reached


@pytest.mark.parametrize("library", KNOWN_TO)
def test_who_knows_what(library):
    knowing = {name for name in SOURCES if library in imports(name)}
    strangers = {name for name in knowing if not belongs(name, KNOWN_TO[library])}
    assert not strangers, f"{library} is imported by {sorted(strangers)}"
    if library == "mesa":
        assert not any(belongs(name, KERNELS) for name in knowing)


def test_kernels_know_only_what_kernels_need():
    allowed = (*KERNELS, "sim.kernel", "numpy", "math", "typing")
    for name in filter(lambda name: belongs(name, KERNELS), SOURCES):
        assert not {module for module in imports(name) if not belongs(module, allowed)}, name


def test_only_kernels_and_streams_go_through_the_compiler():
    compiled = {name for name in SOURCES if "sim.kernel.compiler" in imports(name)}
    assert "sim.kernel.streams" in compiled
    inside = {"sim.kernel.streams", "sim.kernel.ones_own"}
    others = compiled - {*inside, "sim.simulation.day"}  # a market has all compiled before it begins
    assert not {name for name in others if not belongs(name, (*KERNELS, "experiments"))}


@pytest.mark.parametrize("first", ["sim.simulation.model", "sim.kernel.streams", "numba"])
def test_kernels_are_kept_under_their_digest_whoever_comes_first(first):
    """Numba's usual place beside the source would keep a kernel although one it calls has changed."""
    code = f"import {first}; from sim.kernel.compiler import digest; from sim.markets.matching import match\n"
    code += "from pathlib import Path; print(Path(match.stats.cache_path).parent.name == digest())"
    environment = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert told.stdout.strip() == "True", told.stderr


def test_chance_comes_only_from_streams():
    """No generator of numpy's, scipy's or Python's own. (Mesa's `model.random` is the user's; no rule asks it.)"""
    for name, tree in TREES.items():
        assert not imports(name) & {"random", "secrets", "uuid"}, name
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                of_numpy = isinstance(node.value, ast.Name) and node.value.id in ("np", "numpy")
                assert not (of_numpy and node.attr == "random"), f"{name}:{node.lineno}"
                assert node.attr not in ("default_rng", "RandomState", "rvs", "urandom"), f"{name}:{node.lineno}"
            elif isinstance(node, ast.ImportFrom):
                assert not node.module.startswith("numpy.random"), f"{name}:{node.lineno}"
                assert "random" not in {alias.name for alias in node.names}, f"{name}:{node.lineno}"
            elif isinstance(node, ast.Name):
                assert node.id != "default_rng", f"{name}:{node.lineno}"


def test_arithmetic_is_exact():
    """No option that lets the compiler reorder arithmetic or run threads: the bits would depend on the machine."""
    for name, path in SOURCES.items():
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"fast" "math|pra" "nge|parallel\\s*=\\s*True", text), name


def test_nothing_that_others_may_have_written_is_run():
    """No pickle but numba's, in `sim.kernel.cache`; YAML, SQL and tables of plain values; spreadsheets run no text."""
    unpickling = {"pickle", "cPickle", "_pickle", "cloudpickle", "dill", "joblib", "shelve", "marshal", "copyreg"}
    said = {"read_pickle", "allow_pickle", "unsafe_load", "full_load", "UnsafeLoader", "FullLoader", "eval", "exec"}
    caching = {name for name, tree in TREES.items() if "numba.core.caching" in ast.unparse(tree)}
    assert caching == {"sim.kernel.cache"}
    for name, tree in TREES.items():
        assert not imports(name) & unpickling, name
        for node in ast.walk(tree):
            words = {getattr(node, "id", None), getattr(node, "attr", None), getattr(node, "arg", None)}
            assert not words & said, f"{name}:{node.lineno}"
            assert name == "sim.results.spreadsheets" or "to_csv" not in words, f"{name}:{node.lineno}"
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "yaml.load":
                assert "_Loader" in ast.unparse(node), f"{name}:{node.lineno}"


def test_constants_of_time_and_money_stand_once():
    """In `sim.kernel.units`, each under one name; the bounds of a field (in ``P(...)``) are no constants."""
    names, spans = {name for name in vars(units) if name.isupper()}, {3_600, 86_400, 604_800, 365.25, 30.44}
    for name, tree in TREES.items():
        bounds = {id(part) for call in ast.walk(tree) if isinstance(call, ast.Call)
                  if ast.unparse(call.func) == "P" for part in ast.walk(call)}  # fmt: skip
        for node in ast.walk(tree) if name != "sim.kernel.units" else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and id(node) not in bounds:
                assert node.value not in spans, f"{name}:{node.lineno}: {node.value}"
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                assert node.id.lstrip("_") not in names, f"{name}:{node.lineno}: {node.id}"


def test_modules_are_small():
    sizes = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in SOURCES.items()}
    assert not {name: size for name, size in sizes.items() if size > MOST_LINES}
    assert sum(size <= WISH for size in sizes.values()) > 0.9 * len(sizes)


def test_functions_are_small():
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                told = node.body[0] if ast.get_docstring(node) else None
                lines = node.end_lineno - node.lineno + 1
                lines -= told.end_lineno - told.lineno + 1 if told else 0
                assert lines <= MOST_FUNCTION_LINES, f"{name}.{node.name}: {lines} lines"


def test_modules_and_kernels_say_what_they_are():
    for name in CODE:
        if SOURCES[name].name != "__init__.py":
            assert ast.get_docstring(TREES[name]), name
    for name in filter(lambda name: belongs(name, KERNELS), SOURCES):
        for node in TREES[name].body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{name}.{node.name}"


def test_rooms_are_named_by_the_field():
    leftovers = "utils util helpers helper manager managers common misc"
    riddles = (
        "crew kept leave gathered quantity fitting door parts hands told found books days handles pairs pictures birth"
    )
    never = {*leftovers.split(), *riddles.split(), "legislation", "affinities", "gaps"}
    assert not [name for name in SOURCES if never & set(name.split("."))]


def texts():
    """Files that are part of the project, as text: those git knows of, or all without git."""
    folders = ("sim", "conf", "experiments", "tests", "docs", ":(glob)*")  # not somebody's environment beside them
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *folders]
    try:
        told = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
        paths = [ROOT / name for name in told if name]
    except (OSError, subprocess.CalledProcessError):
        paths = [path for part in ("sim", "conf", "experiments", "tests") for path in (ROOT / part).rglob("*.*")]
        paths += ROOT.glob("*.*")
    for path in paths:
        try:
            yield path, path.read_text(encoding="utf-8")
        except (UnicodeDecodeError, OSError):
            continue


def test_nothing_of_this_machine_is_written_down():
    """No absolute path of somebody's machine, no host of a package registry."""
    homes = "|".join(("home", "root", "work", "Users", "mnt", "scratch", "tmp"))
    machine = re.compile(rf"(?<![\w.}}])/(?:{homes})/\w|[A-Z]:\\\\?Users")
    registry = re.compile(r"https?://[\w.-]*(?:pypi|pythonhosted|artifactory|nexus|devpi)", re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if machine.search(line) or registry.search(line)
    ]
    assert not found


def test_the_lock_names_no_host():
    lock = ROOT / "requirements.lock"
    if lock.exists():
        assert "://" not in lock.read_text(encoding="utf-8")
