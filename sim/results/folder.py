"""Folders and files of runs: named after what was chosen, and there when they are complete or not at all.

The folder of an ensemble grows: its finished runs stand in it while the others go on, and each file is complete.
"""

import hashlib
import itertools
import json
import os
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sim.results.manifest import (
    HIDDEN,
    MANIFEST,
    MARK,
    REPLICATES,
    half_written,
    keep,
    keep_all,
    known,
    merge,
    settle,
    sweep,
)

FORMAT = 4  # of what a folder holds: another when columns of a run's tables change, so that older ones are told apart
_ELSE = ", or choose another"
OTHER = f"holds another scenario's; overwrite=true replaces it{_ELSE}"  # why a folder is refused
_LONGEST = 150  # bytes of a folder's name before the seed
_NAMED = ("platform", "demand", "population")  # groups that always stand in the name
_NOWHERE = (*_NAMED, "seed", "seeds", "until", "report.folders")  # what else stands in no name, beside the cluster


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
    if name != asked or len(name.encode()) > _LONGEST:
        name = f"{name.encode()[:_LONGEST].decode(errors='ignore')}-{hashlib.sha256(asked.encode()).hexdigest()[:8]}"
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

    In a folder of ours what is not as we wrote it is kept under another name (`sim.results.manifest`).

    Yields
    ------
    Path
        The file to write to, in the same folder.
    """
    with half_written(path.parent) as unfinished:
        yield unfinished
        settle(unfinished, path)


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
                from sim.results.dictionary.description import write_parquet  # pandas too

                write_parquet(table, unfinished, name)


@contextmanager
def atomic_folder(folder: Path, scenario: str = "", kind: str = "run") -> Iterator[Path]:
    """Fill a folder under another name; give it its own only when the block ends well.

    If there is a folder of ours by then its files are replaced, and no others. If the block raises, by Ctrl-C too,
    nothing is left behind.

    Parameters
    ----------
    folder
    scenario
        Digest of the scenario.
    kind
        As `sim.results.provenance.provenance`.

    Yields
    ------
    Path
        The folder to write into.
    """
    folder = folder.resolve()  # of a link, what it leads to
    home = folder if folder.is_dir() else folder.parent
    home.mkdir(parents=True, exist_ok=True)
    sweep(home)
    before = _claimed(folder)
    with half_written(home, directory=True) as unfinished:
        keep(unfinished, kind, scenario, {})
        yield unfinished
        if _claimed(folder) not in (before, (kind, scenario)):  # another run's, which ended meanwhile
            folder = next(path for path in _beside(folder) if not os.path.lexists(path))
            print(f"Another run has taken the folder; this one is in {near(folder)}", file=sys.stderr)
        if folder.is_dir():
            merge(unfinished, folder)
        else:
            keep_all(unfinished)
            os.rename(unfinished, folder)


def landed(folder: Path, scenario: str) -> Path:
    """Where the run that `atomic_folder` was asked to put into a folder is."""
    folder = folder.resolve()
    return next(
        (path for path in (folder, *itertools.islice(_beside(folder), 8)) if _claimed(path) == ("run", scenario)),
        folder,
    )


def _beside(folder):
    return (Path(f"{folder}-{number}") for number in itertools.count(2))


def _claimed(folder):
    """What a folder is of; None if nothing of ours is there."""
    found = known(folder)
    return (found["kind"], found["scenario"]) if found else None


def near(path: Path) -> Path:
    """A path as one would type it from here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def refusal(
    folder: Path, growing: bool = False, kind: str = "", scenario: str = "", overwrite: bool = False
) -> str | None:
    """Why nothing can be written there, or None.

    Parameters
    ----------
    folder
        The run's folder.
    growing
        It is to be the folder of an ensemble, a sweep or an experiment, not that of a run.
    kind
        Which of these, "" for any.
    scenario
        Digest of the scenario; "" where the folder may hold several.
    overwrite
        Another scenario may be replaced.
    """
    try:
        folder = folder.resolve()
        if folder.exists() and not folder.is_dir():
            return "is a file"
        if folder.is_dir() and any(not path.name.startswith(HIDDEN) for path in folder.iterdir()):
            if wrong := _taken(folder, growing, kind, scenario, overwrite):
                return f"{wrong}{_ELSE}" if "overwrite" in wrong else f"{wrong}; choose another"
        above = folder
        while not above.exists():
            above = above.parent
        with half_written(above, directory=True):
            pass
    except RuntimeError:
        return "cannot be written: its links lead in a circle"
    except OSError as error:
        return f"cannot be written: {error.strerror.lower()}"
    return None


def _taken(folder, growing, kind, scenario, overwrite):
    """What the folder is of, if it is not what is asked for."""
    found = known(folder)
    grown = found["kind"] != "run" if found and found["kind"] else (folder / REPLICATES).exists()
    many = "a checkpoint" if found and found["kind"] == "checkpoint" else "many runs"
    of = f"is the folder of {many if grown else 'a single run'}"
    if found is None:
        marked = grown or (folder / MARK).exists()
        return f"{of} without a {MANIFEST} of ours" if marked else "is there and is not the folder of a run"
    if grown != growing:
        return of
    if kind and found["kind"] not in ("", kind):
        return f"is the folder of something else: {found['kind']}"
    if scenario and found["scenario"] not in ("", scenario) and not overwrite:
        return OTHER.removesuffix(_ELSE)
    return None
