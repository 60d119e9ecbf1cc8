"""How kernels hand records over to one another: a tuple of columns as one word, where it lies, and not all its words.

Numba copies a named tuple at each call, seven words an array: to hand over the market and the rules would cost as much
as a look. Within kernels a named tuple is therefore of a type of its own, `Reference`, whose fields are read where the
kernel that Python called has put them. Python sees named tuples only.
"""

import hashlib
from typing import Any

from llvmlite import ir
from numba.core import cgutils
from numba.core.datamodel import register_default
from numba.core.datamodel.models import PrimitiveModel
from numba.core.imputils import impl_ret_borrowed
from numba.core.typeconv import Conversion
from numba.core.types import Array, IntegerLiteral, Record, Type
from numba.core.types.containers import BaseNamedTuple, NamedTuple, NamedUniTuple
from numba.extending import lower_builtin, lower_cast, lower_getattr_generic


class Reference(BaseNamedTuple):
    """The type of a named tuple that lies where a caller has put it."""

    def __init__(self, target: BaseNamedTuple) -> None:
        self.target, self.instance_class, self.fields = target, target.instance_class, target.fields
        self.types = tuple(map(referred, target.types))
        self.count = len(self.types)
        # a short name: it is part of that of each function it is handed to
        super().__init__(f"{target.instance_class.__name__}_{hashlib.sha256(target.name.encode()).hexdigest()[:8]}")

    def can_convert_from(self, typingctx: Any, other: Type) -> Conversion | None:
        """A tuple may be handed over wherever one is referred to, and words that were put down under its name."""
        words = isinstance(other, Array) and isinstance(other.dtype, Record) and self.name in other.dtype.fields
        return Conversion.safe if words or other == self.target else None

    def __getitem__(self, i: int) -> Type:
        return self.types[i]

    def __len__(self) -> int:
        return len(self.types)

    def __iter__(self) -> Any:
        return iter(self.types)


def referred(kind: Type) -> Type:
    """As what a kernel is handed over a value: named tuples by reference, all else as it is."""
    return Reference(kind) if isinstance(kind, NamedTuple | NamedUniTuple) else kind


@register_default(Reference)
class _Model(PrimitiveModel):
    def __init__(self, dmm: Any, fe_type: Reference) -> None:
        super().__init__(dmm, fe_type, dmm.lookup(fe_type.target).get_value_type().as_pointer())


@lower_cast(NamedTuple, Reference)
@lower_cast(NamedUniTuple, Reference)
def _put_down(context: Any, builder: ir.IRBuilder, fromty: Type, toty: Reference, value: Any) -> Any:
    return cgutils.alloca_once_value(builder, value)


@lower_getattr_generic(Reference)
def _field(context: Any, builder: ir.IRBuilder, kind: Reference, where: Any, name: str) -> Any:
    return _read(context, builder, kind, where, kind.fields.index(name))


@lower_builtin("static_getitem", Reference, IntegerLiteral)
def _item(context: Any, builder: ir.IRBuilder, sig: Any, args: tuple) -> Any:
    return _read(context, builder, sig.args[0], args[0], args[1])


def _read(context, builder, kind, where, i):
    """A field that is a named tuple lies within the other; any other is read."""
    place = cgutils.gep_inbounds(builder, where, 0, i)
    if isinstance(kind[i], Reference):
        return place
    return impl_ret_borrowed(context, builder, kind[i], builder.load(place))
