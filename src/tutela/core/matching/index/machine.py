"""A few instructions that Numba has no name for: counting bits, reading memory, asking for it in advance.

The loops of ``kernels`` are given addresses instead of arrays. Passing an array on, even to a function that
is then written into the loop, counts its owners up and down each time, and that cost more than the search
itself. Nothing is checked here: who calls keeps the array alive and stays inside it.
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


def _reader(kind: Any) -> Any:
    """Return the instruction that reads the number of ``kind`` at a place, counted from an address."""

    def read(typing_context: Any, address: Any, place: Any) -> Any:  # noqa: ARG001
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
            of = context.get_value_type(kind)
            pointer = builder.gep(builder.inttoptr(arguments[0], of.as_pointer()), [arguments[1]])
            return builder.load(pointer)

        return kind(types.int64, types.int64), generate

    return intrinsic(read)


def _fetch_soon(typing_context: Any, address: Any) -> Any:  # noqa: ARG001
    """Ask for the cache line at ``address`` and go on; nothing waits for it."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        byte, number = ir.IntType(8), ir.IntType(32)
        function = cgutils.get_or_insert_function(  # type: ignore[no-untyped-call]
            builder.module,
            ir.FunctionType(ir.VoidType(), [byte.as_pointer(), number, number, number]),
            "llvm.prefetch.p0",
        )
        pointer = builder.inttoptr(arguments[0], byte.as_pointer())
        # A read, to be kept in all levels of cache, of data.
        builder.call(function, [pointer, number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(types.int64), generate


count_bits: Any = intrinsic(_count_bits)
fetch_soon: Any = intrinsic(_fetch_soon)
read_8: Any = _reader(types.uint8)
read_16: Any = _reader(types.uint16)
read_32: Any = _reader(types.uint32)
read_64: Any = _reader(types.uint64)
read_signed: Any = _reader(types.int64)
