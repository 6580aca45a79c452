"""A notice to a provider, complete and neutral: what a letter and every format are written from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tutela.core.record.addresses import Address


@dataclass(frozen=True, slots=True)
class NoticeItemRecord:
    """One item of a notice: where it is, who hosts it, what category an assessment gave it, and when.

    ``asn`` is None, and texts are empty, where nothing is known. ``country`` is ISO 3166-1 alpha-2.
    ``seen_at`` is when it was reported, ``resolved_at`` when the host was looked up, ``assessed_at`` when a
    person last saw it there.
    """

    address: Address
    host: str
    ip: str
    asn: int | None
    network: str
    country: str
    category: str
    seen_at: datetime
    resolved_at: datetime | None
    assessed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NoticeRecord:
    """One notice with its items. All moments are aware."""

    reference: str
    sent_at: datetime
    organisation: str
    contact_mail: str
    items: tuple[NoticeItemRecord, ...]
