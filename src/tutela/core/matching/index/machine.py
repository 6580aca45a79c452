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


def _reader(kind: Any, align: int) -> Any:
    """Return the instruction that reads the number of ``kind`` at a place, counted from an address.

    The address is a multiple of ``align``.
    """

    def read(typing_context: Any, address: Any, place: Any) -> Any:  # noqa: ARG001
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
            of = context.get_value_type(kind)
            pointer = builder.gep(builder.inttoptr(arguments[0], of.as_pointer()), [arguments[1]])
            number = builder.load(pointer)
            number.align = align
            return number

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


LANES = 16
"""So many 16-bit numbers are judged at once: half a cache line, one register of AVX2."""


def _lanes_near(typing_context: Any, address: Any, place: Any, bits: Any, most: Any) -> Any:  # noqa: ARG001
    """Return a word: bit ``i`` says that the 16-bit number at ``place + i`` differs in at most ``most`` bits.

    Compilers do not find by themselves that this can be done in one piece.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        address, place, bits, most = arguments
        short, lanes = ir.IntType(16), ir.VectorType(ir.IntType(16), LANES)

        def in_each(number: Any) -> Any:
            nothing = ir.Constant(lanes, ir.Undefined)
            one = builder.insert_element(nothing, number, ir.Constant(ir.IntType(32), 0))
            return builder.shuffle_vector(
                one, nothing, ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
            )

        first = builder.gep(builder.inttoptr(address, short.as_pointer()), [place])
        numbers = builder.load(builder.bitcast(first, lanes.as_pointer()))
        numbers.align = 2
        count = cgutils.get_or_insert_function(  # type: ignore[no-untyped-call]
            builder.module, ir.FunctionType(lanes, [lanes]), f"llvm.ctpop.v{LANES}i16"
        )
        differ = builder.call(count, [builder.xor(numbers, in_each(bits))])
        near = builder.icmp_unsigned("<=", differ, in_each(most))
        return builder.zext(builder.bitcast(near, ir.IntType(LANES)), ir.IntType(64))

    return types.uint64(types.int64, types.int64, types.uint16, types.uint16), generate


def _lowest_bit(typing_context: Any, word: Any) -> Any:  # noqa: ARG001
    """Return which is the lowest set bit of a word that is not zero."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), generate


count_bits: Any = intrinsic(_count_bits)
lanes_near: Any = intrinsic(_lanes_near)
lowest_bit: Any = intrinsic(_lowest_bit)
fetch_soon: Any = intrinsic(_fetch_soon)
read_8: Any = _reader(types.uint8, 1)
read_16: Any = _reader(types.uint16, 2)
read_32: Any = _reader(types.uint32, 4)
read_32_anywhere: Any = _reader(types.uint32, 1)
read_64: Any = _reader(types.uint64, 8)
read_signed: Any = _reader(types.int64, 8)
