"""What both sides of a comparison need: identifiers, what marks keep back, locked bytes.

``core.protocol.overlap`` loads a library that takes half a second and that most processes never need, so it
is imported where something is compared.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable

from django.conf import settings

from tutela.apps.cases.queries import Comparable
from tutela.apps.exchange.models import Marked
from tutela.core.envelope import at_rest
from tutela.core.matching.errors import BadFingerprint
from tutela.core.protocol import marks
from tutela.core.terms.marks import HandlingMark

_STAYS = tuple(
    mark.value
    for mark in HandlingMark
    if not marks.may_pass_on(mark, within_node=False, to_partner=True, needs_to_know=True)
)


def identifiers_of(found: Iterable[Comparable]) -> list[tuple[uuid.UUID, bytes]]:
    """Return item and identifier of each; a fingerprint that this release cannot read is left out."""
    from tutela.core.protocol import overlap

    pairs = []
    for one in found:
        if one.key:
            pairs.append((one.item_id, one.key))
            continue
        try:
            pairs.append((one.item_id, overlap.fingerprint_identifier(*one.fingerprint)))
        except BadFingerprint:
            continue
    return pairs


def kept_back(partner_id: uuid.UUID) -> set[uuid.UUID]:
    """Return the items that came from others under marks that keep them from this partner."""
    bound = Marked.objects.filter(about_kind="item", mark__in=_STAYS).exclude(partner_id=partner_id)
    return set(bound.values_list("about_id", flat=True))


def allowed(found: Collection[Comparable], partner_id: uuid.UUID) -> list[Comparable]:
    """Return what may be compared with this partner: that we have something says something too."""
    back = kept_back(partner_id)
    return [one for one in found if one.item_id not in back]


def lock_bytes(data: bytes, row: uuid.UUID) -> bytes:
    """Return ``data`` locked for its row."""
    return at_rest.lock(data, key=settings.TUTELA_RECORD_KEY, context=_context(row))


def unlock_bytes(locked: bytes | memoryview, row: uuid.UUID) -> bytes:
    """Return what was locked for this row."""
    return at_rest.unlock(bytes(locked), key=settings.TUTELA_RECORD_KEY, context=_context(row))


def _context(row: uuid.UUID) -> bytes:
    return f"exchange.overlap:{row}".encode()
