"""Referrals, notices and requests as partners say them, for the tests of whoever hears them."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from tutela.core.kernel import clock, ids

PLACE = "https://files.example.org/item/42"
FOUND = {"reality": "photo_video", "age_band": "7_10", "category": "baseline"}


def item(ref: uuid.UUID | None = None, address: str = PLACE, **more: Any) -> dict[str, Any]:
    """Return one item of a message."""
    return {"ref": str(ref or ids.new_id()), "kind": "address", "address": address, **more}


def referral(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the content of a referral."""
    return {"reference": "TUT-R-1", "items": list(items) or [item()], **more}


def notice(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the content of a notice."""
    given = list(items) or [noticed()]
    return {"reference": "TUT-2026-000123", "items": given, "asks": ["remove", "preserve"], **more}


def noticed(ref: uuid.UUID | None = None, address: str = PLACE, **more: Any) -> dict[str, Any]:
    """Return one item of a notice."""
    return {"ref": str(ref or ids.new_id()), "address": address, "category": "baseline", **more}


def preservation(*items: dict[str, Any], days: int = 90, **more: Any) -> dict[str, Any]:
    """Return the content of a request to preserve."""
    return {
        "reference": "P-1",
        "items": list(items) or [item()],
        "period_days": days,
        "law": {"country": "NL", "source": "Budapest Convention art. 16"},
        "until": clock.to_text(clock.now() + timedelta(days=days)),
        "keep_secret": True,
        **more,
    }
