"""Where compiled kernels are kept: a folder that nobody else can change, each file there under a checksum.

What is kept is pickled, so whoever could lay a file there could have us run it. The folder (``microwork/`` below
NUMBA_CACHE_DIR, XDG_CACHE_HOME or ``~/.cache``) is used only if it is ours and closed to others (mode 0700), and if
nobody but us and root could put another in its place; else a fresh one that ends with this process.
A file that is not what was written (empty, cut, changed, of something else, no file at all) counts as missing, and what
cannot be written is not kept: both cost the time to compile.
"""

import atexit
import contextlib
import functools
import hashlib
import io
import os
import re
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from numba.core.caching import CompileResultCacheImpl, FunctionCache, IndexDataCacheFile, _CacheLocator
from numba.core.runtime import rtsys

from sim.kernel.private_folder import ours, private, remove
from sim.kernel.units import HOUR

_NAMED = "NUMBA_CACHE_DIR"
_CHECKED = hashlib.sha256().digest_size  # bytes at the end of a file
_OWN = "own-"  # begins the names of rules of one's own, which may come and go
_LATEST = 8  # digests whose kernels stay, the last used
FOLDER: Path | None = None  # where kernels are kept
LASTING, NOTE = True, ""  # later processes find them there; what is to be said of it
TOLD: set[str] = set()


def say(text: str) -> None:
    """Tell a line on the terminal, once in a process."""
    if text not in TOLD:
        TOLD.add(text)
        print(text, file=sys.stderr, flush=True)


def place(name: str) -> Path | None:
    """The folder that is used for a digest; `FOLDER`, `LASTING` and `NOTE` then tell of it.

    Returns
    -------
    Path or None
        None if there is none; kernels are then compiled by each process.
    """
    global FOLDER, LASTING, NOTE
    named = {key: os.environ.get(key) for key in (_NAMED, "XDG_CACHE_HOME")}
    bases: list[tuple[str, Callable[[], Path]]] = [(key, Path(of).expanduser) for key, of in named.items() if of]
    reasons = []
    for key, base in [*bases, ("the home folder", lambda: Path.home() / ".cache")]:
        try:
            if not base().is_absolute():
                raise ValueError(f"{base()} begins nowhere")
            folder = private(base(), name, "kernels").parent
            if not os.access(folder / "kernels", os.W_OK) and not whole(folder):
                raise PermissionError(0, f"{folder} cannot be written")
            FOLDER, NOTE = folder, f"They are kept in {folder} ({'; '.join(reasons)})." if reasons else ""
            return FOLDER
        except (OSError, RuntimeError, ValueError) as error:  # no home, a name that no folder can have
            reasons.append(f"{key}: {getattr(error, 'strerror', None) or error}")
    FOLDER, LASTING = None, False
    try:
        fresh = Path(tempfile.mkdtemp(prefix="microwork-"))
        atexit.register(_leave, fresh, os.getpid())
        FOLDER = private(fresh, name, "kernels").parent
        os.environ[_NAMED] = str(fresh)  # for processes of this one
    except OSError as error:
        reasons.append(f"temporary folder: {error.strerror or error}")
    NOTE = f"They cannot be kept for later runs ({'; '.join(reasons)}); XDG_CACHE_HOME may name a folder of yours."
    return FOLDER


def _leave(folder, process):
    if os.getpid() == process:
        shutil.rmtree(folder, ignore_errors=True)


def whole(folder: Path | None) -> bool:
    """Whether every kernel is on disk as it was written."""
    if folder is None or not _sound(folder / "complete"):
        return False
    names = (folder / "complete").read_bytes()[:-_CHECKED].decode().split("\n")
    if not all([_sound(folder / "kernels" / name) for name in names if name]):  # all of them: each damage is mended
        return False
    with contextlib.suppress(OSError):
        os.utime(folder)  # last used
    return True


def complete(folder: Path | None) -> None:
    """Say on disk that every kernel is there; kernels of sources that were used long ago go."""
    if folder is None:
        return
    names = sorted(path.name for path in folder.glob("kernels/*.nb[ci]") if not path.name.startswith(_OWN))
    with contextlib.suppress(OSError):
        _write(folder / "complete", "\n".join(names).encode())
        for left in folder.glob("kernels/*.tmp.*"):
            if time.time() - left.lstat().st_mtime > HOUR:  # nobody is still at it
                remove(left)
        others = [each for each in folder.parent.iterdir() if re.fullmatch("[0-9a-f]{16}", each.name)]
        for each in sorted(others, key=lambda each: (each != folder, -each.lstat().st_mtime))[_LATEST:]:
            remove(each)


@contextlib.contextmanager
def alone(folder: Path | None, name: str, waiting: str = "") -> Iterator[None]:
    """No other process is inside, as a file of that name tells; where files cannot be locked, several may be.

    Whoever has to wait says so. In whatever way the process inside ends, others come in.
    """
    flags, file = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0), None
    with contextlib.suppress(ImportError, OSError, TypeError):
        import fcntl

        file = os.open(folder / name, flags, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting:
                say(waiting)
            fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if file is not None:
            os.close(file)  # and nobody is inside


def _sound(path):
    """Whether a file is there as it was written; something else in its place is told, and taken away."""
    with contextlib.suppress(OSError):
        if ours(path, stat.S_ISREG):
            content = path.read_bytes()
            if content[-_CHECKED:] == _checksum(path, content[:-_CHECKED]):
                return True
    if os.path.lexists(path):
        say(f"Compiled kernels in {path.parent} are damaged; they are made again, in some fifteen seconds.")
        remove(path)
    return False


def _checksum(path, content):
    """Of a file's content, its name and that of its folder: a whole file of another place is foreign."""
    return hashlib.sha256(f"{path.parents[1].name}/{path.name}\0".encode() + content).digest()


def _write(path, content):
    """Write a file and its checksum; it appears complete."""
    unfinished = path.with_name(f"{path.name}.tmp.{os.getpid()}")
    try:
        remove(unfinished)
        unfinished.write_bytes(content + _checksum(path, content))
        if path.is_dir():
            remove(path)
        os.replace(unfinished, path)
    except BaseException:
        remove(unfinished)
        raise


class _Files(IndexDataCacheFile):
    """Numba's two kinds of files of a kernel, each followed by its checksum, which numba does not read."""

    def _load_index(self):
        """What there is; nothing where somebody's own types are among it that are not here."""
        try:
            return super()._load_index() if _sound(Path(self._index_path)) else {}
        except (ImportError, AttributeError):
            return {}

    def _load_data(self, name: str) -> Any:
        if not _sound(Path(self._data_path(name))):
            raise FileNotFoundError(name)  # numba then compiles
        return super()._load_data(name)

    @contextlib.contextmanager
    def _open_for_write(self, filepath: str) -> Iterator[io.BytesIO]:
        content = io.BytesIO()
        yield content
        _write(Path(filepath), content.getvalue())


class _Locator(_CacheLocator):
    """One place for the kernels of all checkouts with the same sources; `said` names one by what it says."""

    def __init__(self, function: Callable, folder: Path, said: str) -> None:
        self._py_file, self._folder, self._said = function.__code__.co_filename, folder, said
        self._named = said or f"{function.__module__}-{function.__code__.co_firstlineno}"

    def ensure_cache_path(self) -> None:
        Path(self.get_cache_path()).mkdir(0o700, exist_ok=True)

    def get_cache_path(self) -> str:
        return str(self._folder / "kernels")

    def get_source_stamp(self) -> str:
        return self._said or _stamp(self._py_file)

    def get_disambiguator(self) -> str:
        return self._named


@functools.cache
def _stamp(path):
    """A digest of a source; of one outside ``sim`` the folder's name says nothing."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


class _Kernels(CompileResultCacheImpl):
    def __init__(self, function: Callable, folder: Path, said: str) -> None:
        self._lineno, self._locator = function.__code__.co_firstlineno, _Locator(function, folder, said)
        self._filename_base = self.get_filename_base(_OWN[:-1] if said else function.__qualname__, "")


class _Kept(FunctionCache):
    """The compiled forms of one kernel on disk."""

    def __init__(self, function: Callable, folder: Path, said: str) -> None:
        self._name, self._py_func, self._impl = repr(function), function, _Kernels(function, folder, said)
        self._cache_path = self._impl.locator.get_cache_path()
        stamp = self._impl.locator.get_source_stamp()
        self._cache_file = _Files(self._cache_path, self._impl.filename_base, stamp)
        self.enable()

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """What was compiled, from disk; what numba compiles with is loaded only where there is none."""
        with self._guard_against_spurious_io_errors():
            rtsys.initialize(target_context)
            if (found := self._load_overload(sig, target_context)) is not None:
                return found
        target_context.refresh()
        return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep what was compiled, if there is room."""
        try:
            with alone(Path(self._cache_path).parent, "saving"):  # two may add to one index at the same time
                super().save_overload(sig, data)
        except OSError as error:
            say(f"Compiled kernels cannot be kept in {self._cache_path}: {error.strerror or error}.")


def keep(dispatcher: Any, folder: Path, said: str = "") -> None:
    """Have numba keep a kernel in a folder, unless it stands in no file; by what it says, where that is told."""
    with contextlib.suppress(OSError):
        dispatcher._cache = _Kept(dispatcher.py_func, folder, said)
