"""What the room judges without Django: which answers fit which request, and which of them need words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tutela.core.terms.exchange import ProviderAnswer as A

NOTICE, PRESERVATION = "notice", "preservation"
KINDS = (NOTICE, PRESERVATION)

ANSWERS: Mapping[str, tuple[A, ...]] = MappingProxyType(
    {
        NOTICE: (A.REMOVED, A.ALREADY_GONE, A.NOT_OURS, A.NEED_MORE, A.OBJECTION),
        PRESERVATION: (A.PRESERVED, A.NOTHING_HELD, A.NOT_OURS, A.NEED_MORE, A.REFUSED),
    }
)
"""What a provider chooses from, the most common first."""

NEEDS_NOTE = frozenset({A.NEED_MORE, A.OBJECTION, A.REFUSED})


def answers_to(kind: str, *, asks: tuple[str, ...] = ()) -> tuple[A, ...]:
    """Return the answers that fit; a notice that also asks to preserve takes those answers too."""
    found = ANSWERS[kind]
    if kind == NOTICE and "preserve" in asks:
        return (*found, A.PRESERVED, A.NOTHING_HELD)
    return found
