"""Where a rule of one's own stands: found by its word, with a digest of its source and what another machine lacks.

Code of the user's is imported, as any module that they write is; nothing is taken from a file of data.
"""

import functools
import hashlib
import importlib
import importlib.util
import inspect
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from sim.scenario.own.files import digest_of, doubts_of, files_of, known_as
from sim.scenario.problems import BadScenario, Problem, nearest, question

GROUP = "microwork"  # of entry points
KEPT = "own"  # folder in that of a run, in which it keeps the sources of rules of one's own
HERE = "here"  # in place of a module: a function that Python was handed, and that stands in no module
_WORD = re.compile(r"(?P<module>[A-Za-z_]\w*(\.[A-Za-z_]\w*)*|[^:]+\.py):(?P<name>[A-Za-z_]\w*)")


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
    home
        The folder that its module's name begins in.
    package
        Name and version of the package that brought it; "" of a file.
    """

    word: str
    name: str
    rule: Any
    files: tuple[Path, ...]
    digest: str
    doubts: tuple[str, ...] = ()
    home: Path = Path()
    package: str = ""

    @property
    def kept(self) -> dict[str, Path]:
        """Its files by the names under which a run keeps them."""
        inside = {path: path.is_relative_to(self.home) for path in self.files}
        return {path.relative_to(self.home).as_posix() if inside[path] else path.name: path for path in self.files}


_GIVEN: dict[str, Source] = {}  # by word: what Python was handed
_LOOKED_IN: list[Path] = []


def names_own(word: Any) -> bool:
    """Whether a word at `policy`, `demand` or `own` names a rule of one's own and no option."""
    if callable(word):
        return True
    return isinstance(word, str) and (":" in word or word.endswith(".csv") or word in _entries())


def find(word: Any, key: str, folders: Sequence[str | Path] = (), digest: str = "") -> Source:
    """A rule by its word, or itself.

    Parameters
    ----------
    word
        ``module:name``, ``path/file.py:name``, ``table.csv``, the name of an entry point; or a function or class.
    key
        Where it was typed, for the problem.
    folders
        Where modules are looked for before the working folder and what is installed.
    digest
        That it had; of several sources of that word the one that has it is taken.

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
        return _table(word, key, folders, digest)
    if word in _entries():
        return _brought(word, key)
    if word.startswith(f"{HERE}:"):
        raise BadScenario([Problem(key, word, "was a function that Python was handed; put it into a module")])
    match = _WORD.fullmatch(word)
    if match is None:
        raise BadScenario([Problem(key, word, "must be module:name, such as my_module:tax, or file.py:name")])
    module = match["module"]
    return _of_module(word, _module(module, key, word, folders, digest), match["name"], key)


def look_in(folder: Path) -> None:
    """Have rules be looked for in a folder too, after all others: the sources that a run has kept."""
    if folder.is_dir() and folder.resolve() not in _LOOKED_IN:
        _LOOKED_IN.append(folder.resolve())


def _there(relative: Path, folders: Sequence[str | Path], digest: str, by_file: bool) -> Path | None:
    """A file by its path in the folders, the working folder, or what was kept of finished runs."""
    names = (relative, Path(relative.name)) if by_file else (relative,)
    asked_before = [one for one in sys.path if by_file or Path(one).name == KEPT]  # by who made this process, too
    homes = [*folders, Path.cwd(), *_LOOKED_IN, *asked_before]
    found = [path for name in names for home in homes if (path := (Path(home) / name).resolve()).is_file()]
    same = (path for path in found if digest and digest_of(tuple(files_of(path))) == digest)
    path = next(same, found[0] if found else None)
    for home in (str(Path(one).resolve()) for one in folders if by_file and path is not None):
        sys.path += [home] if path.is_relative_to(home) and home not in sys.path else []
    return path


@functools.cache
def _entries():
    """The entry points of packages that are installed, by name."""
    found = {}
    for one in entry_points(group=GROUP):
        found.setdefault(one.name, []).append(one)
    return found


def _brought(word, key):
    """A rule that a package brings, known by the name that it gave it."""
    packages = {f"{one.dist.name} {one.dist.version}" if one.dist else one.value: one for one in _entries()[word]}
    if len(packages) > 1:
        wrong = f"{' and '.join(sorted(packages))} both bring a rule of that name; say module:name, or remove one"
        raise BadScenario([Problem(key, word, wrong)])
    ((package, entry),) = packages.items()
    module, _, name = entry.value.partition(":")
    source = _of_module(word, _imported(module, key, word), name, key)
    return replace(source, name=word if word.isidentifier() else source.name, package=package)


def _given(rule):
    """A function or class that Python was handed: known by module and name if it is found there."""
    module, name = rule.__module__, rule.__qualname__
    if getattr(sys.modules.get(module), name, None) is rule and module != "__main__":
        return _of_module(f"{module}:{name}", sys.modules[module], name, "own")
    try:
        text = inspect.getsource(rule)
    except (OSError, TypeError):
        text = repr(getattr(rule, "__code__", rule) and getattr(rule.__code__, "co_code", b""))
    text += repr([cell.cell_contents for cell in getattr(rule, "__closure__", None) or ()])  # values of one's own
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    source = Source(f"{HERE}:{rule.__name__}", rule.__name__, rule, (), digest, ("stands in no module of its own",))
    _GIVEN[source.word] = source
    return source


def _table(word, key, folders, digest):
    path = _there(Path(word).expanduser(), folders, digest, True)
    if path is None:
        raise BadScenario([Problem(key, word, "there is no such file")])
    name = re.sub(r"\W", "_", path.stem)
    name = name if name.isidentifier() else f"_{name}"
    return Source(word, name, path, (path,), digest_of([path]), home=path.parent)


def _module(module, key, word, folders, digest):
    """A module by name or file, from the folders, then the working folder, then what is installed."""
    by_file = module.endswith(".py")
    relative = Path(module).expanduser() if by_file else Path(*module.split(".")).with_suffix(".py")
    if path := _there(relative, folders, digest, by_file):
        home = path.parent if by_file else path.parents[module.count(".")]
        return _of_file(path, path.stem if by_file else module, home, key, word)
    if by_file:
        raise BadScenario([Problem(key, word, f"there is no file {module}")])
    return _imported(module, key, word)


def _of_file(path, module, home, key, word):
    known = sys.modules.get(module)
    there = Path(getattr(known, "__file__", None) or ".").resolve()
    if there == path or (there.is_file() and digest_of([*files_of(there)]) == digest_of([*files_of(path)])):
        return known
    if known is not None or module.partition(".")[0] in sys.stdlib_module_names:
        taken = f"a module named {module} is there already (of Python or of what is installed); rename the file"
        raise BadScenario([Problem(key, word, taken)])
    if str(home) not in sys.path:
        sys.path.append(str(home))  # for what it imports, and for the processes that make many runs
    return _imported(module, key, word, None if "." in module else path)


def _imported(module, key, word, path=None):
    try:
        return importlib.import_module(module) if path is None else _loaded(module, path)
    except Exception as error:  # whatever a user's module does when it is imported is told and ends in no traceback
        near = ""
        if isinstance(error, ModuleNotFoundError) and error.name == module.partition(".")[0]:
            near = question(nearest(module, (path.stem for path in Path.cwd().glob("*.py"))))
            raise BadScenario([Problem(key, word, f"there is no module {module} here or installed{near}")]) from None
        line = _line(error, module)
        wrong = f"{module} cannot be imported{line}: {type(error).__name__}: {' '.join(str(error).split())}"
        raise BadScenario([Problem(key, word, wrong)]) from None


def _loaded(module, path):
    """A module of that name from this very file, whatever else there is of that name."""
    spec = importlib.util.spec_from_file_location(module, path)
    made = sys.modules[module] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(made)
    except BaseException:
        del sys.modules[module]
        raise
    return made


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
    files = tuple(files_of(Path(module.__file__).resolve())) if getattr(module, "__file__", None) else ()
    above = module.__name__.count(".") + (bool(files) and files[0].name == "__init__.py")
    home = files[0].parents[above] if files else Path()
    return Source(word, known_as(name), rule, files, digest_of(files), doubts_of(files), home)
