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
from llvmlite import ir  # noqa: E402
from numba.core import types  # noqa: E402
from numba.extending import intrinsic  # noqa: E402

numba.config.CACHE_DIR = os.environ["NUMBA_CACHE_DIR"]  # for whoever imported numba before us

# Kernels allocate nothing, so they need no reference counts: without these they are ten times as fast.
_SETTINGS = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False, "no_cfunc_wrapper": True}
kernel = numba.njit(**_SETTINGS)
inlined = numba.njit(forceinline=True, **_SETTINGS)


@intrinsic
def bring(_, array, row):
    """Ask memory for the record `row` of `array`, both its lines, without waiting for it; decides nothing."""

    def code(context, builder, signature, arguments):
        view = context.make_array(signature.args[0])(context, builder, arguments[0])
        byte, word, void = ir.IntType(8), ir.IntType(64), ir.VoidType()
        at = builder.add(builder.ptrtoint(view.data, word), builder.mul(arguments[1], view.itemsize))
        shape = ir.FunctionType(void, [byte.as_pointer(), *[ir.IntType(32)] * 3])
        ask = builder.module.declare_intrinsic("llvm.prefetch", [byte.as_pointer()], shape)
        for line in (0, 64):
            where = builder.inttoptr(builder.add(at, ir.Constant(word, line)), byte.as_pointer())
            builder.call(ask, [where, *[ir.Constant(ir.IntType(32), x) for x in (1, 3, 1)]])
        return context.get_dummy_value()

    return types.void(array, types.int64), code


@intrinsic
def trailing_zeros(_, word):
    """How many bits of a uint64 other than 0 are zero below its lowest one."""

    def code(context, builder, signature, arguments):
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), code
