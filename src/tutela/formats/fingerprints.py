"""What the formats of hash lists share: cells that hold fingerprints, and ids for entries that bring none."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from tutela.core.matching.errors import BadFingerprint
from tutela.core.matching.fingerprints import MINIMUM_QUALITY, Kind, read_fingerprint
from tutela.core.record.listed import ListedFingerprint, Tally

NAMES = {
    "sha256": Kind.SHA256,
    "sha-256": Kind.SHA256,
    "sha1": Kind.SHA1,
    "sha-1": Kind.SHA1,
    "md5": Kind.MD5,
    "video_md5": Kind.MD5,
    "pdq": Kind.PDQ,
}
"""Spellings of a kind in headers, columns and fields, in lower case."""

LICENSED = frozenset({"photodna", "pdna"})
"""Kinds whose values belong to somebody: they are left out, and counted."""


def kind_named(name: str) -> Kind | None:
    """Return the kind that ``name`` spells, None when it is none that we match."""
    return NAMES.get(name.strip().lower())


def read_cell(kind: Kind, text: str, quality: int | None, tally: Tally) -> ListedFingerprint | None:
    """Return what one cell holds; an empty one holds nothing, a wrong one is counted as refused.

    A ``pdq`` value whose quality is said to be under the minimum is refused: such values match each other.
    """
    if not text.strip():
        return None
    quality = quality if kind is Kind.PDQ else None
    try:
        read = read_fingerprint(kind, text, quality)
    except BadFingerprint as bad:
        tally.refused[bad.reason] += 1
        return None
    if quality is not None and quality < MINIMUM_QUALITY:
        tally.refused["low_quality"] += 1
        return None
    return ListedFingerprint(str(read.kind), read.text, read.quality)


def made_id(fingerprints: Iterable[ListedFingerprint], *more: str) -> str:
    """Return an id for an entry that has none: 32 hexadecimal digits that do not tell its fingerprints."""
    parts = [f"{one.kind}:{one.value}" for one in fingerprints] + list(more)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
