"""Folders and files of runs: named after what was chosen, and there when they are complete or not at all.

The folder of an ensemble grows: its finished runs stand in it while the others go on, and each file is complete.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

MARK = "provenance.json"  # what only the folder of a run has; an ensemble's, when all of it is there
FORMAT = 1  # of what a folder holds: another when columns of a run's tables change, so that older ones are told apart
REPLICATES = "replicates"  # what only the folder of an ensemble, a sweep or an experiment has
_LONGEST = 150  # characters of a folder's name before the seed
_NAMED = ("platform", "demand", "population")  # groups that always stand in the name
_NOWHERE = (*_NAMED, "seed", "seeds", "report.folders")  # what else stands in no name, beside the cluster


class BadFolder(ValueError):
    """A folder that cannot be read; `problems` lists all that is wrong with it, in words."""

    def __init__(self, folder: Path, problems: list[str]) -> None:
        self.folder, self.problems = folder, problems
        super().__init__(f"{folder} cannot be read: " + "; ".join(problems))

    def __reduce__(self) -> tuple:
        return type(self), (self.folder, self.problems)


def run_name(choices: Mapping[str, str], words: Sequence[str], seed: int, seeds: int = 1) -> str:
    """The name of a run's folder: what was chosen, what was changed, and the seed.

    A pure function of the choices, so the runs of a sweep never collide and the same run has the same place. An
    ensemble's does not say how many runs it has, so that a larger one adds to it.
    """
    kind = ["ensemble"] if seeds > 1 else []
    return f"{_name([*kind, *(str(choices[group]) for group in _NAMED), *_others(words)])}_seed{seed}"


def sweep_name(choices: dict[str, str], words: list[str], varied: Collection[str]) -> str:
    """The name of a sweep's folder: what is the same in all its runs, and what is varied.

    How many values or seeds there are it does not say, so that further ones are added to what is there.

    Parameters
    ----------
    choices
        ``{group: option}``.
    words
        What was typed, but for what is varied.
    varied
        Keys with several values.
    """
    same = [str(choices[group]) for group in _NAMED if group not in varied]
    by = sorted(key for key in varied if key not in ("seed", "seeds"))
    return _name(["sweep", *same, *_others(words), *(["by", *by] if by else [])])


def own_name(words: Iterable[str]) -> str:
    """The name of the folder of one run of a sweep: what is its own among the words."""
    return _name(sorted(words))


def _others(words):
    """The words that a name tells one by one."""
    written = [re.sub("=(True|False)$", lambda found: found[0].lower(), word.lstrip("+")) for word in words]
    written = [word for word in map(_together, written) if word]
    return sorted(word for word in written if not _is_nowhere(word))


def _is_nowhere(word):
    """Whether a word stands in no name by itself; the fields of ``population={people: 300}`` do."""
    key, _, value = word.partition("=")
    return key.partition(".")[0] == "cluster" or (key in _NOWHERE and not value.startswith("{"))


def _name(parts):
    """The parts as the name of a folder; where something is lost, names are told apart."""
    asked = "_".join(parts)
    name = re.sub(r"[^\w.=,-]+", "-", asked)
    if name != asked or len(name) > _LONGEST:
        name = f"{name[:_LONGEST]}-{hashlib.sha256(asked.encode()).hexdigest()[:8]}"
    return name


def _together(word):
    """Policies in one order and without brackets; nothing of none."""
    key, _, value = word.partition("=")
    if key != "policy":
        return word
    names = sorted(name.strip("'\" ") for name in value.strip("[]").split(","))
    names = [name for name in names if name and name != "none"]
    return f"policy={','.join(names)}" if names else ""


@contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """Write a file under another name; give it its own only when the block ends well, else leave nothing behind.

    Yields
    ------
    Path
        The file to write to, in the same folder.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield unfinished
        os.replace(unfinished, path)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink()
        raise


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a JSON file that appears complete; nan and inf stand as Python writes them."""
    with atomic_file(path) as unfinished:
        unfinished.write_text(json.dumps(content, indent=1, default=float) + "\n", encoding="utf-8")


def write_tables(folder: Path, tables: dict[str, Any]) -> None:
    """Write tables that appear complete, one after the other.

    Parameters
    ----------
    tables
        By file name, which ends in ``.csv`` or ``.parquet``.
    """
    for name, table in tables.items():
        with atomic_file(folder / name) as unfinished:
            if name.endswith(".csv"):
                from sim.results.spreadsheets import write_csv  # pandas, which whoever gives a table has

                write_csv(table, unfinished)
            else:
                table.to_parquet(unfinished, compression="zstd", index=False)


@contextmanager
def atomic_folder(folder: Path) -> Iterator[Path]:
    """Fill a folder under another name; give it its own only when the block ends well.

    A finished folder of the same name is replaced at that moment. If the block raises, by Ctrl-C too, nothing
    is left behind.

    Yields
    ------
    Path
        The folder to write into.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()  # Hydra made it for us
    unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".partial", dir=folder.parent))
    try:
        yield unfinished
        unfinished.chmod(0o777 & ~_umask())
        _put(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _put(unfinished, folder):
    """Move a folder to its place; what stands there goes, once the new one is there."""
    former = unfinished.with_suffix(".former")
    if folder.exists():
        os.replace(folder, former)
    os.replace(unfinished, folder)
    shutil.rmtree(former, ignore_errors=True)


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def near(path: Path) -> Path:
    """A path as one would type it from here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def refusal(folder: Path, growing: bool = False) -> str | None:
    """Why nothing can be written there, or None.

    Parameters
    ----------
    folder
        The run's folder.
    growing
        It is to be the folder of an ensemble, a sweep or an experiment, not that of a run.
    """
    if folder.exists() and not folder.is_dir():
        return "is a file"
    if folder.is_dir() and any(folder.iterdir()):
        run, grown = (folder / MARK).exists(), (folder / REPLICATES).exists()
        if not run and not grown:
            return "is there and is not the folder of a run; choose another"
        if grown != growing:
            return f"is the folder of {'many runs' if grown else 'a single run'}; choose another"
    above = folder.absolute().parent
    while not above.exists():
        above = above.parent
    try:
        os.rmdir(tempfile.mkdtemp(prefix=".microwork-", dir=above))
    except OSError as error:
        return f"cannot be written: {error.strerror.lower()}"
    return None
