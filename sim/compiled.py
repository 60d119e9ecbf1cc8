"""The one door to the compiler: `kernel` compiles a function and keeps the result on disk, never stale.

Numba's own cache looks only at the file a function stands in; a kernel that calls another file's kernel
would be kept although that one changed. So the folder is named after a digest of *all* kernel sources,
the versions of Python, numba and numpy, and the processor.
"""

import functools
import hashlib
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_SHAPES = ("columns.py", "rules.py", "compiled.py")  # what kernels are compiled against


def _sources():
    """Files that hold kernels, and those that give their arguments a shape."""
    every = sorted(_HERE.rglob("*.py"))
    return [p for p in every if p.name in _SHAPES or b"from sim.compiled import" in p.read_bytes()]


@functools.cache
def digest():
    """Sixteen hexadecimal digits that change when any kernel source, the compiler or the processor does."""
    sha = hashlib.sha256()
    for path in _sources():
        sha.update(path.name.encode() + b"\0" + path.read_bytes())
    sha.update(f"{sys.version} {version('numba')} {version('numpy')} {platform.processor()}".encode())
    sha.update(platform.machine().encode() + _processor())
    return sha.hexdigest()[:16]


def _processor():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return b""
    return "".join(line for line in lines if line.startswith(("model name", "flags"))).encode()[:8192]


def _folder():
    asked = os.environ.get("NUMBA_CACHE_DIR")
    if asked and Path(asked).name == digest():  # set by the process that started this one
        return asked
    base = asked or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "microwork" / digest()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise OSError("not writable")
    except OSError:
        import tempfile

        folder = Path(tempfile.gettempdir()) / f"microwork-{os.getuid()}" / folder.name
        folder.mkdir(parents=True, exist_ok=True)
    return folder


os.environ["NUMBA_CACHE_DIR"] = str(_folder())

import numba  # noqa: E402  (the cache's folder must be set before numba reads its settings)

numba.config.CACHE_DIR = os.environ["NUMBA_CACHE_DIR"]  # for whoever imported numba before us

# Kernels allocate nothing, so they need no reference counts: without these they are ten times as fast.
_SETTINGS = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False, "no_cfunc_wrapper": True}
kernel = numba.njit(**_SETTINGS)
inlined = numba.njit(forceinline=True, **_SETTINGS)
