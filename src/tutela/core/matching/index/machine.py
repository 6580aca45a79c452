"""Three instructions that Numba has no name for.

Counting bits; asking memory for a line in advance; reading an array at a place that is known to be inside it
(Numba's own reading first asks whether the place is negative, which keeps a loop from becoming one vector
instruction).
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic


def _count_bits(typing_context: Any, word: Any) -> Any:  # noqa: ARG001 - Numba's own signature
    """Return the number of set bits of an unsigned word, in its own type."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        return builder.ctpop(arguments[0])

    return word(word), generate


def _pointer(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    of = context.make_array(signature.args[0])(context, builder, arguments[0])
    return builder.gep(of.data, [arguments[1]])


def _peek(typing_context: Any, array: Any, place: Any) -> Any:  # noqa: ARG001
    """Return ``array[place]`` of a contiguous array; nothing is checked."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer = _pointer(context, builder, signature, arguments)
        return context.unpack_value(builder, signature.args[0].dtype, pointer)

    return array.dtype(array, types.int64), generate


def _fetch_soon(typing_context: Any, array: Any, place: Any) -> Any:  # noqa: ARG001
    """Ask for the cache line of ``array[place]`` and go on; nothing waits for it, nothing is checked."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        byte, number = ir.IntType(8), ir.IntType(32)
        pointer = builder.bitcast(_pointer(context, builder, signature, arguments), byte.as_pointer())
        function = cgutils.get_or_insert_function(  # type: ignore[no-untyped-call]
            builder.module,
            ir.FunctionType(ir.VoidType(), [byte.as_pointer(), number, number, number]),
            "llvm.prefetch.p0",
        )
        # A read, to be kept in all levels of cache, of data.
        builder.call(function, [pointer, number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(array, types.int64), generate


count_bits: Any = intrinsic(_count_bits)
peek: Any = intrinsic(_peek)
fetch_soon: Any = intrinsic(_fetch_soon)
