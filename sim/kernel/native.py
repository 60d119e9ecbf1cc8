"""A function of one's own as native code: compiled once, kept on disk under what it says, called where it lies.

Numba would have it as part of each kernel that calls it, and these compiled again for each. So a kernel knows only the
place of some words of memory, a whole number: the first of them is where the function's code lies, and others are what
it is told (`sim.kernel.ones_own`).
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import CellType, CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple

import numba
import numpy as np
from llvmlite import ir
from numba.core import types
from numba.core.types import CPointer  # type: ignore[attr-defined]
from numba.extending import intrinsic

from sim.kernel import cache

_KINDS = {float: types.float64, int: types.int64, bool: types.boolean}
_WORD, _FLOAT = ir.IntType(64), ir.DoubleType()
_SIGNATURE = types.float64(types.int64)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_DULL = ("Failed in nopython", "During: ", "- Resolution failure", "- Of which", "Overload in", "No implementation of")
_CHANCE = re.compile(r"(random|secrets|numpy\.random)\.")
_WHERE = re.compile(r'File "([^"\n]+)", line (\d+)')


class CannotCompileError(ValueError):
    """A function that numba cannot compile; says what of it, in which line of which file."""


class Native(NamedTuple):
    """A compiled function: where its code lies, and what must be kept as long as somebody calls it."""

    code: int
    kept: Any


_MADE: dict[str, Native] = {}  # in this process, by what they say


def compiled(function: FunctionType, places: Sequence[int], kinds: Sequence[type], files: Sequence[Path]) -> Native:
    """A function that gives a number, as code that takes its arguments from words of memory.

    Parameters
    ----------
    function
    places
        Of each of its arguments, in their order and those by keyword too: which word.
    kinds
        Of each: float, int or bool.
    files
        Sources of one's own: functions that stand there are compiled with it.

    Raises
    ------
    CannotCompileError
    """
    own = frozenset((function.__code__.co_filename, *map(str, files)))
    words = [repr((tuple(places), [kind.__name__ for kind in kinds])), *_content(function, own, set())]
    said = hashlib.sha256("\0".join(words).encode()).hexdigest()[:32]
    if said not in _MADE:
        rule = _compilable(function, own, {})
        door = FunctionType(_ask.__code__, {"rule": rule, "told": _told(places, kinds), "__name__": __name__}, "ask")
        dispatcher: Any = numba.njit(no_cfunc_wrapper=True)(door)
        if cache.FOLDER:
            cache.keep(dispatcher, cache.FOLDER, said)
        try:
            dispatcher.compile(_SIGNATURE)
        except Exception:  # of numba's several kinds some have no base of their own
            raise CannotCompileError(_complaint(function, rule, kinds, own)) from None
        (found,) = dispatcher.overloads.values()
        _MADE[said] = Native(found.library.get_pointer_to_function(found.fndesc.llvm_func_name), dispatcher)
    return _MADE[said]


def _ask(place):
    return rule(*told(place))  # noqa: F821  (globals of each function that is made of this)


def _compilable(function, own, made):
    """A function, with those that it calls of one's own, for numba: all its arguments by place."""
    if function not in made:
        code, known = function.__code__, function.__globals__ | {"__name__": __name__}  # what is kept is of no module
        arguments = code.co_argcount + code.co_kwonlyargcount
        code = code.replace(co_argcount=arguments, co_kwonlyargcount=0) if not made else code
        closed = [CellType(cell.cell_contents) for cell in function.__closure__ or ()]
        copy = FunctionType(code, known, function.__name__, function.__defaults__, tuple(closed))
        made[function] = numba.njit(copy)
        for name in _names(code):
            if _ours(known.get(name), own):
                known[name] = _compilable(known[name], own, made)
        for cell in closed:
            if _ours(cell.cell_contents, own):
                cell.cell_contents = _compilable(cell.cell_contents, own, made)
    return made[function]


def _ours(thing, own):
    return isinstance(thing, FunctionType) and thing.__code__.co_filename in own


def _names(code: CodeType) -> Iterator[str]:
    """What a function asks of its module, and of what it finds there."""
    yield from code.co_names
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield from _names(part)


def _content(thing: Any, own: frozenset, seen: set) -> Iterator[str]:
    """All that the code of a function follows from: its own, that of functions it calls, and values that it finds."""
    if id(thing) in seen:
        return
    if drawing := _CHANCE.match(f"{_module(thing)}."):
        raise CannotCompileError(f"it draws chance ({drawing[1]}), which no rule does that kernels ask")
    if _ours(thing, own):
        seen.add(id(thing))
        yield from _content(thing.__code__, own, seen)
        found = [thing.__globals__.get(name) for name in _names(thing.__code__)]
        found += [cell.cell_contents for cell in thing.__closure__ or ()]
        modules = [one for one in found if isinstance(one, ModuleType)]
        for part in (*found, *(getattr(one, name, None) for one in modules for name in _names(thing.__code__))):
            yield from _content(part, own, seen)
    elif isinstance(thing, CodeType):
        yield repr((thing.co_code, thing.co_varnames, thing.co_names, thing.co_freevars))
        for part in thing.co_consts:
            yield from _content(part, own, seen)
    elif hasattr(thing, "py_func"):  # compiled by whoever wrote it
        yield from _content(thing.py_func, own | {thing.py_func.__code__.co_filename}, seen)
    elif isinstance(thing, np.ndarray):
        yield f"{thing.dtype} {thing.shape} {thing.tobytes().hex()}"
    elif isinstance(thing, ModuleType | FunctionType | type):
        yield f"{getattr(thing, '__module__', '')} {thing.__name__}"
    else:
        yield repr(thing)


def _module(thing):
    """Where something is from: a module, what stands in one, a method of an object of its own."""
    if isinstance(thing, ModuleType):
        return thing.__name__
    owner = getattr(thing, "__self__", None)
    return (getattr(thing, "__module__", None) if owner is None else type(owner).__module__) or ""


def _complaint(function, rule, kinds, own):
    """What numba has to say in a page of a function that is told numbers, in a sentence, with file and line."""
    name, line = Path(function.__code__.co_filename).name, function.__code__.co_firstlineno
    try:
        rule.compile(tuple(_KINDS[kind] for kind in kinds))
        return f"{name}, line {line}: it gives {rule.nopython_signatures[0].return_type}, and must give a number"
    except Exception as error:
        lines = [text.strip() for text in _COLOUR.sub("", str(error)).splitlines()]
    said = next((text for text in lines if text and not text.startswith(_DULL) and "<source" not in text), "")
    where = [(file, line) for file, line in _WHERE.findall("\n".join(lines)) if _is_own(file, own)]
    name, line = where[-1] if where else (name, line)
    said = said.partition(".. Raised")[0][:300].rstrip(" .:")
    return f"{Path(name).name}, line {line}: {said}"


def _is_own(file, own):
    """Numba tells a file by its last parts."""
    return any(Path(one).name == Path(file).name for one in own)


# --- as kernels and the compiled function see the words ----------------------------------------------------------
def _word(builder, place, k):
    """Where the word `k` lies of those at a place."""
    return builder.gep(builder.inttoptr(place, _FLOAT.as_pointer()), [ir.Constant(_WORD, k)])


def _told(places, kinds):
    """What a function is told: a tuple of its arguments, read from the words at a place."""
    kind = types.BaseTuple.from_types([_KINDS[one] for one in kinds])

    @intrinsic
    def told(_: Any, place: Any) -> tuple:
        def code(context, builder, signature, arguments):
            words = [builder.load(_word(builder, arguments[0], k)) for k in places]
            cast = [context.cast(builder, word, types.float64, one) for word, one in zip(words, kind, strict=True)]
            return context.make_tuple(builder, kind, cast)

        return kind(types.int64), code

    return told


@intrinsic
def words_at(_: Any, place: Any) -> tuple:
    """The words at a place, to be read and written by their number."""

    def code(context, builder, signature, arguments):
        return builder.inttoptr(arguments[0], _FLOAT.as_pointer())

    return CPointer(types.float64)(types.int64), code


@intrinsic
def called_at(_: Any, place: Any, first: Any, told: Any) -> tuple:
    """What the function at a place gives, told a tuple of numbers, which is laid there from the word `first` on.

    Not a number where it raises.
    """
    if not isinstance(first, types.IntegerLiteral):
        return None

    def code(context, builder, signature, arguments):
        for k, kind in enumerate(told):
            value = context.cast(builder, builder.extract_value(arguments[2], k), kind, types.float64)
            builder.store(value, _word(builder, arguments[0], first.literal_value + k))
        convention = context.call_conv
        shape = convention.get_function_type(types.float64, [types.int64])
        lies = builder.load(builder.bitcast(_word(builder, arguments[0], 0), _WORD.as_pointer()))
        function = builder.inttoptr(lies, shape.as_pointer())
        status, given = convention.call_function(builder, function, types.float64, [types.int64], [arguments[0]])
        return builder.select(status.is_error, ir.Constant(_FLOAT, float("nan")), given)

    return types.float64(types.int64, first, told), code
