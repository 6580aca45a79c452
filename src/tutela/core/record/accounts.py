"""An account on a service: the other way to say where something is, for places without an address."""

from __future__ import annotations

import hashlib
import unicodedata

from tutela.core.record.reading import parse_address, refuse_unreadable
from tutela.core.record.reasons import NotAnAddress, PlaceReason
from tutela.core.record.refang import without_invisible

MOST_CHARACTERS = 512


def account_key(service: str, account: str) -> tuple[str, str, bytes]:
    """Return the canonical service, the canonical account and their key (SHA-256, 32 bytes).

    The service is its host without ``www.`` when it was given as an address, else its name folded to
    lower case; the account loses a leading ``@``. Either may be empty, not both.

    Raises:
        NotAnAddress: both are empty, one is too long, or one holds what nobody can read.
    """
    ready_service, ready_account = _folded(service), _folded(account).lstrip("@").strip()
    if not ready_service and not ready_account:
        raise NotAnAddress(PlaceReason.EMPTY)
    ready_service = _service(ready_service)
    joined = f"account\x00{ready_service}\x00{ready_account}"
    return ready_service, ready_account, hashlib.sha256(joined.encode()).digest()


def _folded(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        return ""
    if len(text) > MOST_CHARACTERS:
        raise NotAnAddress(PlaceReason.TOO_LONG)
    refuse_unreadable(text)
    # Folding can leave a form that is not composed, hence composed before and after.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", without_invisible(text)).casefold())
    return " ".join(folded.split())


def _service(text: str) -> str:
    if "." not in text or " " in text:
        return text
    try:
        return parse_address(text).host.removeprefix("www.")
    except NotAnAddress:
        return text
