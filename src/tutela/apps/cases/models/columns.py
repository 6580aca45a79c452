"""What several tables need: lists of codes for constraints, and text locked for its row and column."""

from __future__ import annotations

import uuid
from enum import StrEnum

from django.conf import settings

from tutela.core.envelope import at_rest


def values(codes: type[StrEnum]) -> list[str]:
    """Return the codes as plain text, as a migration must hold them."""
    return [code.value for code in codes]


def lock(text: str, column: str, row: uuid.UUID) -> bytes | None:
    if not text:
        return None
    return at_rest.lock(
        text.encode(), key=settings.TUTELA_RECORD_KEY, context=f"cases.{column}:{row}".encode()
    )


def unlock(locked: bytes | memoryview | None, column: str, row: uuid.UUID) -> str:
    if not locked:
        return ""
    context = f"cases.{column}:{row}".encode()
    return at_rest.unlock(bytes(locked), key=settings.TUTELA_RECORD_KEY, context=context).decode()
