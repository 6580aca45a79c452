"""Compiling the inner loops once, and never while somebody waits.

Numba keeps compiled code beside the source, else in the user's cache, else where ``NUMBA_CACHE_DIR`` says;
code kept on one kind of processor is compiled anew on another. Where no such folder can be written (a
read-only container), a process compiles for itself when the module is imported. So: warm up while
installing or building, and again where a process starts, and no request ever pays for it. All signatures
are given beforehand: a call with another type is an error and not a silent new compilation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])


def compiled(*signatures: object) -> Callable[[F], F]:
    """Compile a function for ``signatures`` (Numba types), free of the interpreter's lock.

    Divisions by zero give infinity, as in C, so that loops may be run on vectors; sums are never reordered.
    """

    def compile_now(function: F) -> F:
        try:
            made = njit(list(signatures), nogil=True, error_model="numpy", cache=True)(function)
        except RuntimeError as error:
            if "cache" not in str(error):
                raise
            made = njit(list(signatures), nogil=True, error_model="numpy")(function)
        return cast(F, made)

    return compile_now
