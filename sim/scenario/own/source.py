"""Where a rule of one's own stands: found by its word, with a digest of its source and what another machine lacks.

Code of the user's is imported, as any module that they write is; nothing is taken from a file of data.
"""

import ast
import functools
import hashlib
import importlib
import importlib.util
import inspect
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from sim.scenario.problems import BadScenario, Problem, nearest, question

GROUP = "microwork"  # of entry points
HERE = "here"  # in place of a module: a function that Python was handed, and that stands in no module
_WORD = re.compile(r"(?P<module>[A-Za-z_]\w*(\.[A-Za-z_]\w*)*|[^:]+\.py):(?P<name>[A-Za-z_]\w*)")
# What of a rule depends on more than its source and the market: as code names it, and why.
_DOUBTS = {
    r"(np|numpy)\.random\b|\brandom\.|default_rng": "draws chance of its own (market.chance is repeatable)",
    r"\btime\.|\.now\(|\.today\(": "asks what time it is",
    r"\bos\.environ|\bgetenv": "asks for a variable of the environment",
    r"\bopen\(|read_csv\(|read_parquet\(|\.load\(|read_text\(": "reads a file, which is not in the digest",
    r"\brequests\.|urlopen|http": "asks the network",
}


@dataclass(frozen=True)
class Source:
    """A rule of one's own, found.

    Attributes
    ----------
    word
        By which it is found again: ``my_module:tax``, ``intensity.csv``, or the name of an entry point.
    name
        By which the scenario knows it: ``tax``.
    rule
        The function or class; of a table of data the path.
    files
        Its source: the module and those beside it that it imports; of a table the table. Empty where there is none.
    digest
        Of the files' content, sixteen hexadecimal digits.
    doubts
        Why another machine might not repeat a run with it; empty if it would.
    """

    word: str
    name: str
    rule: Any
    files: tuple[Path, ...]
    digest: str
    doubts: tuple[str, ...] = ()


_GIVEN: dict[str, Source] = {}  # by word: what Python was handed


def names_own(word: Any) -> bool:
    """Whether a word at `policy`, `demand` or `own` names a rule of one's own and no option."""
    if callable(word):
        return True
    return isinstance(word, str) and (":" in word or word.endswith(".csv") or word in _entries())


def find(word: Any, key: str, folders: Sequence[str | Path] = ()) -> Source:
    """A rule by its word, or itself.

    Parameters
    ----------
    word
        ``module:name``, ``path/file.py:name``, ``table.csv``, the name of an entry point; or a function or class.
    key
        Where it was typed, for the problem.
    folders
        Where modules are looked for before the working folder and what is installed.

    Raises
    ------
    BadScenario
        If nothing is found there, or its module cannot be imported.
    """
    if callable(word):
        return _given(word)
    if word in _GIVEN:
        return _GIVEN[word]
    if word.endswith(".csv"):
        return _table(word, key, folders)
    if word in (entries := _entries()):
        module, _, name = entries[word].value.partition(":")
        return _of_module(word, _imported(module, key, word), name, key)
    match = _WORD.fullmatch(word)
    if match is None:
        raise BadScenario([Problem(key, word, "must be module:name, such as my_module:tax, or file.py:name")])
    module = match["module"]
    return _of_module(word, _module(module, key, word, folders), match["name"], key)


@functools.cache
def _entries():
    return {one.name: one for one in entry_points(group=GROUP)}


def _given(rule):
    """A function or class that Python was handed: known by module and name if it is found there."""
    module, name = rule.__module__, rule.__qualname__
    if getattr(sys.modules.get(module), name, None) is rule and module != "__main__":
        return _of_module(f"{module}:{name}", sys.modules[module], name, "own")
    try:
        text = inspect.getsource(rule)
    except (OSError, TypeError):
        text = repr(getattr(rule, "__code__", rule) and getattr(rule.__code__, "co_code", b""))
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    source = Source(f"{HERE}:{rule.__name__}", rule.__name__, rule, (), digest, ("stands in no module of its own",))
    _GIVEN[source.word] = source
    return source


def _table(word, key, folders):
    path = next((p for p in (*(Path(f) / word for f in folders), Path(word)) if p.is_file()), None)
    if path is None:
        raise BadScenario([Problem(key, word, "there is no such file")])
    name = re.sub(r"\W", "_", path.stem)
    return Source(word, name if name.isidentifier() else f"_{name}", path, (path,), _digest([path]))


def _module(module, key, word, folders):
    """A module by name or file, from the folders, then the working folder, then what is installed."""
    by_file = module.endswith(".py")
    relative = Path(module).expanduser() if by_file else Path(*module.split(".")).with_suffix(".py")
    for folder in (*folders, Path.cwd()):
        path = (Path(folder) / relative).resolve()
        if path.is_file():
            home = path.parent if by_file else path.parents[module.count(".")]
            return _of_file(path, path.stem if by_file else module, home, key, word)
    if by_file:
        raise BadScenario([Problem(key, word, f"there is no file {module}")])
    return _imported(module, key, word)


def _of_file(path, module, home, key, word):
    known = sys.modules.get(module)
    if known is not None and Path(getattr(known, "__file__", None) or ".").resolve() == path:
        return known
    if known is not None or module.partition(".")[0] in sys.stdlib_module_names:
        taken = f"a module named {module} is there already (of Python or of what is installed); rename the file"
        raise BadScenario([Problem(key, word, taken)])
    if str(home) not in sys.path:
        sys.path.append(str(home))  # for what it imports, and for the processes that make many runs
    return _imported(module, key, word)


def _imported(module, key, word):
    try:
        return importlib.import_module(module)
    except Exception as error:  # whatever a user's module does when it is imported is told and ends in no traceback
        near = ""
        if isinstance(error, ModuleNotFoundError) and error.name == module.partition(".")[0]:
            near = question(nearest(module, (path.stem for path in Path.cwd().glob("*.py"))))
            raise BadScenario([Problem(key, word, f"there is no module {module} here or installed{near}")]) from None
        line = _line(error, module)
        wrong = f"{module} cannot be imported{line}: {type(error).__name__}: {' '.join(str(error).split())}"
        raise BadScenario([Problem(key, word, wrong)]) from None


def _line(error, module):
    """In which line of the user's file it went wrong."""
    found, trace = "", error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_globals.get("__name__") == module:
            found = f", line {trace.tb_lineno}"
        trace = trace.tb_next
    return f", line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else found


def _of_module(word, module: ModuleType, name, key):
    rule = getattr(module, name, None)
    if not callable(rule):
        public = [one for one, what in vars(module).items() if callable(what) and what.__module__ == module.__name__]
        there = f"{module.__name__} has {', '.join(public) or 'no functions'}{question(nearest(name, public))}"
        raise BadScenario([Problem(key, word, f"there is no function or class {name}; {there}")])
    files = tuple(_files(Path(module.__file__).resolve())) if getattr(module, "__file__", None) else ()
    return Source(word, name.lower() if name.isupper() else _snake(name), rule, files, _digest(files), _doubts(files))


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _files(path: Path, known: frozenset = frozenset()) -> Iterator[Path]:
    """A module's file, and those of modules beside it that it imports."""
    yield path
    for module in sorted(_imports(path)):
        beside = path.parent / f"{module.partition('.')[0]}.py"
        if beside.is_file() and beside != path and beside not in known:
            yield from _files(beside, known | {path, beside})


def _imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def _digest(files: Sequence[Path]) -> str:
    sha = hashlib.sha256()
    for path in sorted(set(files)):
        sha.update(path.name.encode() + b"\0" + path.read_bytes())
    return sha.hexdigest()[:16]


def _doubts(files) -> tuple[str, ...]:
    """By file and line, what makes a rule depend on more than its source and the market."""
    found = []
    for path in files:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            code = line.partition("#")[0]
            found += [f"{path.name}:{number} {why}" for pattern, why in _DOUBTS.items() if re.search(pattern, code)]
    return tuple(found)


def called(rule: Callable) -> str:
    """The first sentence of a rule's docstring, "" if it has none."""
    text = inspect.getdoc(rule) or ""
    return re.split(r"(?<=[.!?])\s", " ".join(text.split()))[0]
