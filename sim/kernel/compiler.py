"""The one door to the compiler: `kernel` compiles a function and keeps the result on disk, never stale.

Numba's own cache looks only at the file a function stands in; a kernel that calls another file's kernel
would be kept although that one changed. So the folder is named after a digest of *all* kernel sources,
the versions of Python, numba and numpy, and the processor; `sim.kernel.cache` says where it is.

Processes that start together would each compile everything; `ready` has one of them do it while the others wait.
``python -m sim.cli.compile`` does it ahead of time.
"""

import functools
import gc
import hashlib
import inspect
import os
import platform
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from types import FunctionType
from typing import Any

import numba
from llvmlite import ir
from numba.core import types
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from numba.extending import intrinsic

from sim.kernel import cache
from sim.kernel.cache import say
from sim.kernel.handover import Door, put_down, put_down_as
from sim.kernel.reference import referred

_SIM = Path(__file__).resolve().parent.parent
# What kernels are compiled against: records, constants, and the declarations that give the rules their order.
_SHAPES = ("kernel", "scenario/fields.py", "scenario/policies.py", "scenario/rules.py", "scenario/conversion.py")
_SHAPES += ("scenario/country",)
# Settings of numba that make other code of the same sources.
_OTHER_CODE = [f"NUMBA_{name}" for name in ("BOUNDSCHECK", "OPT", "LOOP_VECTORIZE", "SLP_VECTORIZE", "DEBUGINFO")]
_OTHER_CODE += ["NUMBA_ENABLE_AVX", "NUMBA_DISABLE_INTEL_SVML"]


def _sources():
    """Files that hold kernels, and those that give their arguments a shape."""
    every = sorted(_SIM.rglob("*.py"))
    shapes = {path for name in _SHAPES for path in (_SIM / name, *(_SIM / name).glob("*.py"))}
    return [p for p in every if p in shapes or b"from sim.kernel.compiler import" in p.read_bytes()]


@functools.cache
def digest() -> str:
    """Sixteen hexadecimal digits that change when any kernel source, the compiler or the processor does."""
    sha = hashlib.sha256()
    for path in _sources():
        sha.update(path.relative_to(_SIM).as_posix().encode() + b"\0" + path.read_bytes())
    sha.update(f"{sys.version} {version('numba')} {version('numpy')} {platform.processor()}".encode())
    sha.update(platform.machine().encode() + _processor())
    sha.update(str([sys.flags.optimize, *(os.environ.get(name) for name in _OTHER_CODE)]).encode())
    return sha.hexdigest()[:16]


def _processor():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return b""
    return "".join(line for line in lines if line.startswith(("model name", "flags"))).encode()[:8192]


if numba.config.DISABLE_JIT:
    raise RuntimeError("NUMBA_DISABLE_JIT is set, and the kernels cannot run uncompiled; unset it")
_FOLDER = cache.place(digest())
_COMPILING = _READY = False  # this process is at it; has found or made all

# Kernels allocate nothing, so they need no reference counts: without these they are ten times as fast.
_SETTINGS = {"nogil": True, "error_model": "numpy", "_nrt": False, "no_cfunc_wrapper": True}


class _AsWritten(JITCodeLibrary):
    """Code that is optimised as a whole only: numba would first do so function by function, which changes nothing."""

    _linking_libraries: Any

    def _optimize_functions(self, ll_module: Any) -> None:
        pass


class _Part(_AsWritten):
    """The code of an inner kernel: it stays as it was written until the kernel is known that Python calls."""

    def finalize(self) -> None:
        """Neither optimise nor translate what will be, with all that it is part of."""
        self._finalized = True


class _Whole(_AsWritten):
    """The code of a kernel that Python calls, and of all inner kernels below it, each linked once."""

    def finalize(self) -> None:
        """Optimise and translate all."""
        below, ahead = {}, [*self._linking_libraries]
        while ahead:
            library = ahead.pop(0)
            if library not in below:
                below[library] = None
                ahead += library._linking_libraries if isinstance(library, _Part) else []
        self._linking_libraries = [*below]
        super().finalize()


class _Kernel(Compiler):
    def compile_extra(self, func: Callable) -> Any:
        self.state.library = _Whole(self.state.targetctx.codegen(), func.__qualname__)
        self.state.library.enable_object_caching()
        return super().compile_extra(func)


class _Inner(Compiler):
    def compile_extra(self, func: Callable) -> Any:
        context = self.state.targetctx  # of this compilation alone
        context.get_executable = lambda *_: object()  # there is none; numba wants something to know it by
        self.state.library = _Part(context.codegen(), func.__qualname__)
        return super().compile_extra(func)


def kernel(function: Callable) -> Callable:
    """A compiled function that Python may call; kept on disk, with all kernels below it.

    Named tuples that Python calls it with are put down once, for all kernels; it is called by place.
    """
    if not _with_tuples(function):
        return _kept(_compiled(function, pipeline_class=_Kernel))
    body: Any = inner(function)
    door: Any = _kept(_compiled(_door(function, body), pipeline_class=_Kernel))
    door.get_call_template, door.get_overload = body.get_call_template, body.get_overload  # kernels go in directly
    door.written = function
    door.__class__ = Door
    return door


def inner(function: Callable) -> Callable:
    """A compiled function that only kernels call, and part of those that Python calls.

    Numba would optimise and translate it by itself, and again in each kernel on the way up to these: most of the time
    that compiling would take.
    """
    return _closed(_compiled(function, pipeline_class=_Inner, no_cpython_wrapper=True))


def inlined(function: Callable) -> Callable:
    """An `inner` kernel that becomes part of each that calls it.

    For the heart of a look: a call hands over seven words for each array of each record.
    """
    return _closed(_compiled(function, pipeline_class=_Inner, no_cpython_wrapper=True, forceinline=True))


@intrinsic
def bring(_: Any, array: Any, row: Any) -> tuple:
    """Ask memory for the first line of the record `row` of `array`, without waiting for it; decides nothing."""
    return types.void(array, types.int64), _asking(0)


@intrinsic
def bring_both(_: Any, array: Any, row: Any) -> tuple:
    """Ask memory for both lines of the record `row` of `array`, without waiting for them; decides nothing."""
    return types.void(array, types.int64), _asking(0, 64)


def _asking(*lines):
    def code(context, builder, signature, arguments):
        view = context.make_array(signature.args[0])(context, builder, arguments[0])
        byte, word, void = ir.IntType(8), ir.IntType(64), ir.VoidType()
        at = builder.add(builder.ptrtoint(view.data, word), builder.mul(arguments[1], view.itemsize))
        shape = ir.FunctionType(void, [byte.as_pointer(), *[ir.IntType(32)] * 3])
        ask = builder.module.declare_intrinsic("llvm.prefetch", [byte.as_pointer()], shape)
        for line in lines:
            where = builder.inttoptr(builder.add(at, ir.Constant(word, line)), byte.as_pointer())
            builder.call(ask, [where, *[ir.Constant(ir.IntType(32), x) for x in (1, 3, 1)]])
        return context.get_dummy_value()

    return code


@intrinsic
def trailing_zeros(_: Any, word: Any) -> tuple:
    """How many bits of a uint64 other than 0 are zero below its lowest one."""

    def code(context, builder, signature, arguments):
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), code


def _with_tuples(function):
    """Is a function handed a named tuple?"""
    kinds = (parameter.annotation for parameter in inspect.signature(function).parameters.values())
    return any(kind == "Rules" or hasattr(kind, "_fields") for kind in kinds)


def _door(function, body):
    """A function that hands on what it is called with to another; for numba it stands where that stands."""
    code = _through.__code__.replace(
        co_filename=function.__code__.co_filename, co_firstlineno=function.__code__.co_firstlineno
    )
    door = FunctionType(code, {"body": body, "__name__": function.__module__}, function.__name__)
    door.__qualname__, door.__doc__ = function.__qualname__, function.__doc__
    return door


def _through(*given):
    return body(*given)  # noqa: F821  (a global of each function that is made of this)


def _compiled(function, **settings):
    """A function to be compiled.

    Whole numbers are handed over between kernels as int64, whatever they were kept as: numba would compile a kernel
    again for each mixture of short and long integers among its arguments. Named tuples are handed over by reference.
    As `written` it has the Python that stands in the source.
    """
    dispatcher = numba.njit(**_SETTINGS, **settings)(function)
    dispatcher.written = function
    template = dispatcher.get_call_template
    dispatcher.get_call_template = lambda args, kws: template(tuple(map(_widened, args)), kws)
    return dispatcher


def _kept(dispatcher):
    if _FOLDER:
        cache.keep(dispatcher, _FOLDER)
    return dispatcher


def _widened(kind):
    if isinstance(kind, types.Integer) and kind.signed:
        return types.int64
    return put_down_as(kind) or referred(kind)


def _closed(dispatcher):
    """Have a call from Python say what is wrong: there is no code that could answer it."""

    def refuse(*_, **__):
        raise TypeError(f"{dispatcher.__name__} is called by kernels only; write a kernel that calls it")

    dispatcher.add_overload = lambda found: dispatcher.overloads.update({tuple(found.signature.args): found})
    dispatcher._compile_for_args = refuse
    return dispatcher


def ready(warm_up: Callable) -> bool:
    """Have all kernels on disk: compiled by this process, or waited for if another one is at it.

    Costs a look at one file where they are there already. A process that is killed meanwhile lets go of the lock.

    Parameters
    ----------
    warm_up
        Calls every kernel once.

    Returns
    -------
    bool
        Whether this process has compiled.
    """
    global _COMPILING, _READY
    if _COMPILING or _READY:
        return False
    _READY = cache.whole(_FOLDER)
    if _READY:
        return False
    with cache.alone(_FOLDER, "lock", "waiting for another process, which compiles the kernels once ..."):
        _READY = cache.whole(_FOLDER)
        if _READY:
            return False
        if not cache.TOLD:
            say("compiling the kernels once, some fifteen seconds ...")
        if cache.NOTE:
            say(cache.NOTE)
        _COMPILING, collecting = True, gc.isenabled()
        gc.disable()  # what compiling makes stays, and to look through it again and again takes a tenth of the time
        try:
            warm_up()
        finally:
            _COMPILING = False
            if collecting:
                gc.enable()
        cache.complete(_FOLDER)
        _READY = True
    return True


Door.put_down = staticmethod(kernel(put_down))
