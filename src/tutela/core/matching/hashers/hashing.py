"""From a file to its fingerprints, each of them or the reason why not."""

from __future__ import annotations

import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from tutela.core.matching.errors import BadFingerprint, CannotHash
from tutela.core.matching.fingerprints import Fingerprint, refuse_meaningless
from tutela.core.matching.hashers.registry import Hasher, hasher_named
from tutela.core.matching.hashers.source import Readable, Source


@dataclass(frozen=True, slots=True)
class Hashed:
    """What became of one file: in ``fingerprints`` or ``refusals`` (kind → reason) stands every kind asked
    for.

    Reasons are ``empty``, ``degenerate``, ``too_many_bytes`` and those of ``pictures``; ``notes`` are codes
    of what a reader should know of the fingerprints (``pictures``). ``variants`` are those of the file
    turned and mirrored, where they were asked for. ``size`` is in bytes.
    """

    fingerprints: tuple[Fingerprint, ...]
    refusals: dict[str, str]
    notes: tuple[str, ...]
    size: int
    variants: tuple[Fingerprint, ...] = ()


def hash_bytes(data: bytes, kinds: Collection[str], *, exact: bool = False, variants: bool = False) -> Hashed:
    """Return the fingerprints of ``data`` of each of ``kinds``; see ``hash_file``."""
    return hash_file(io.BytesIO(data), kinds, exact=exact, variants=variants)


def hash_file(
    file: Path | str | Readable, kinds: Collection[str], *, exact: bool = False, variants: bool = False
) -> Hashed:
    """Return the fingerprints of a file of each of ``kinds``, reading it once.

    ``file`` is a path or anything to read bytes from, which stays open. ``exact`` takes no shortcut with
    large pictures; ``variants`` adds how the picture looks turned and mirrored.

    Raises:
        BadFingerprint: ``unknown_kind``, when no hasher is installed for one of ``kinds``.
        OSError: the file cannot be read.
    """
    # A set has no order of its own; one file's fingerprints must stand in one order in every process.
    ordered = kinds if isinstance(kinds, Sequence) else sorted(kinds)
    chosen = [hasher_named(kind) for kind in dict.fromkeys(ordered)]
    if isinstance(file, str | Path):
        with Path(file).open("rb", buffering=0) as stream:
            return _hash(_source(stream, chosen), chosen, exact, variants)
    return _hash(_source(file, chosen), chosen, exact, variants)


def _source(stream: Readable, chosen: list[Hasher]) -> Source:
    algorithms = {hasher.algorithm for hasher in chosen if hasher.algorithm}
    return Source(stream, algorithms, lambda head: any(hasher.needs_content(head) for hasher in chosen))


def _hash(source: Source, chosen: list[Hasher], exact: bool, variants: bool) -> Hashed:
    found, turned, refusals = list[Fingerprint](), list[Fingerprint](), dict[str, str]()
    for hasher in chosen:
        try:
            if not source.size:
                raise CannotHash("empty")
            found.append(refuse_meaningless(hasher.hash(source, exact)))
            if variants:
                turned.extend(hasher.variants(source, exact))
        except (CannotHash, BadFingerprint) as refusal:
            refusals[str(hasher.kind)] = refusal.reason
    return Hashed(tuple(found), refusals, tuple(source.notes), source.size, tuple(turned))
