"""The source of a rule of one's own: which files it is, their digest, and what in them another machine may lack."""

import ast
import hashlib
import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

# What of a rule depends on more than its source and the market: as code names it, and why.
_DOUBTS = {
    r"(np|numpy)\.random\b|\brandom\.|default_rng": "draws chance of its own (market.chance is repeatable)",
    r"\btime\.|\b(date|datetime|Timestamp)\.(now|today)\(": "asks what time it is",
    r"\bos\.environ|\bgetenv": "asks for a variable of the environment",
    r"\bopen\(|read_csv\(|read_parquet\(|\.load\(|read_text\(": "reads a file, which is not in the digest",
    r"\brequests\.|urlopen|http": "asks the network",
}


def files_of(path: Path, known: frozenset = frozenset()) -> Iterator[Path]:
    """A module's file, and those of modules beside it that it imports."""
    yield path
    for module in sorted(_imports(path)) if path.suffix == ".py" else ():
        beside = path.parent / f"{module.partition('.')[0]}.py"
        if beside.is_file() and beside != path and beside not in known:
            yield from files_of(beside, known | {path, beside})


def _imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def digest_of(files: Sequence[Path]) -> str:
    """Digest of names and content, sixteen hexadecimal digits."""
    sha = hashlib.sha256()
    for path in sorted(set(files)):
        sha.update(path.name.encode() + b"\0" + path.read_bytes())
    return sha.hexdigest()[:16]


def doubts_of(files: Sequence[Path]) -> tuple[str, ...]:
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


def known_as(name: str) -> str:
    """The name by which a scenario knows a function or class: second_survey of SecondSurvey."""
    return name.lower() if name.isupper() else re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
