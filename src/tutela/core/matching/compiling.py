"""Compiling the inner loops once, and never while somebody waits.

Compiled code is kept where ``NUMBA_CACHE_DIR`` says, beside the source, or in the user's cache. Numba itself
only looks where it can also write, so that a container whose image was warmed and is read-only would compile
in every process; here all three places are looked through, and the first that lets itself be written to keeps
what is new. Where none does, a process compiles for itself when the module is imported. Code kept by one kind
of processor is of no use to another and is made anew.

What was kept is loaded without Numba's own preparation for compiling, which takes longer than everything else
that a command does before its first answer.

So: warm up while installing or building, and again where a process starts, and no request ever pays. With its
signatures given beforehand a function refuses every other type instead of compiling it silently.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit
from numba.core import caching, config
from numba.core.runtime.nrt import rtsys

F = TypeVar("F", bound=Callable[..., Any])


def compiled(*signatures: Any, **options: Any) -> Callable[[F], F]:
    """Compile a function for ``signatures`` (Numba types), free of the interpreter's lock.

    Divisions by zero give infinity, as in C, so that loops may be run on vectors; sums are never reordered.
    Without signatures the function is compiled for each new type that it is called with. ``options`` are
    Numba's own.
    """

    def compile_now(function: F) -> F:
        made = njit(nogil=True, error_model="numpy", **options)(function)
        made._cache = _Places(function)
        for signature in signatures:
            made.compile(signature)
        if signatures:
            made.disable_compile()
        return cast(F, made)

    return compile_now


class _Places(caching.NullCache):
    """All places where the compiled code of one function may be kept."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._caches = [kept(function) for kept in _kinds(function)]

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return what the first place holds that has it, None when none has."""
        for cache in self._caches:
            with suppress(OSError):
                found = cache.load_overload(sig, target_context)
                if found is not None:
                    return found
        return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep compiled code in the first place that can be written to."""
        for cache in self._caches:
            with suppress(OSError):
                cache.save_overload(sig, data)
                return


class _Kept(caching.FunctionCache):
    """What one place holds."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return kept code; all that it needs of Numba at run time is the counting of references."""
        rtsys.initialize(target_context)
        with self._guard_against_spurious_io_errors():
            return self._load_overload(sig, target_context)  # type: ignore[no-untyped-call]


def _kinds(function: Callable[..., Any]) -> Iterator[type[Any]]:
    """Yield a kind of cache for each place."""
    if not Path(function.__code__.co_filename).exists():
        return
    if getattr(config, "CACHE_DIR", ""):
        yield _kind(caching.UserProvidedCacheLocator)
    yield _kind(caching.InTreeCacheLocator)
    yield _kind(caching.UserWideCacheLocator)


def _kind(locator: Any) -> type[Any]:
    """Return a kind of cache that is taken to exist without being written to."""

    class Located(locator):  # type: ignore[misc]
        @classmethod
        def from_function(cls, function: Any, file: str) -> Any:
            return cls(function, file)

    implementation = type("Kept", (caching.CompileResultCacheImpl,), {"_locator_classes": [Located]})
    return type("KeptCode", (_Kept,), {"_impl_class": implementation})
