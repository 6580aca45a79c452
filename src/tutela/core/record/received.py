"""A notice that came from somebody else, read into our words: what was said, and what was left unsaid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tutela.core.record.addresses import Address
from tutela.core.terms.assessment import Category


@dataclass(frozen=True, slots=True)
class ReceivedNotice:
    """One item of which another organisation gives notice.

    ``classification`` is the sender's own value, empty when it sent none; ``category`` is our category for it
    and None unless the two mean exactly the same. ``missing`` names what a complete notice would carry,
    ``left_out`` what was sent and is not kept. ``fingerprints`` are pairs of kind and lower-case hex.
    """

    format_version: str
    reference: str
    organisation: str
    contact_mail: str
    address: Address
    ip: str
    asn: int | None
    country: str
    classification: str
    category: Category | None
    seen_at: datetime
    assessed_at: datetime | None
    fingerprints: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    left_out: tuple[str, ...]
