"""Sealed tokens: what a form remembers between two pages, since the site itself remembers nothing.

A token is ChaCha20-Poly1305 over JSON, bound to its purpose, so that one kind cannot be used as another:

- ``form``: the code that the report will get, made when the form was shown. Sending the form twice therefore
  gives the same code twice.
- ``more``: lets its holder add to one report. It does not open the receipt.
- ``keep``: shows the code once more to the person who has just been given it.
- ``receipt``: lets the reader of a receipt answer without typing the code again.
- ``ticket``: a place in the queue.

Tokens travel in hidden fields of POST forms: never in addresses, cookies or logs.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from django.conf import settings

from tutela.core.kernel import clock
from tutela.core.kernel.errors import Refusal

_VERSION = b"\x01"
_NONCE_BYTES = 12
_MOST_CHARACTERS = 4000


class Purpose(StrEnum):
    """What a token is good for."""

    FORM = "form"
    MORE = "more"
    KEEP = "keep"
    RECEIPT = "receipt"
    TICKET = "ticket"


LASTS_SECONDS = {
    Purpose.FORM: 2 * 3600,
    Purpose.MORE: 2 * 3600,
    Purpose.KEEP: 2 * 3600,
    Purpose.RECEIPT: 30 * 60,
    Purpose.TICKET: 3600,
}


class TokenBroken(Refusal):
    """Not a token of this site and purpose, or changed on the way."""

    code = "token_broken"


class TokenExpired(Refusal):
    """The page has been open for too long."""

    code = "token_expired"


def seal(purpose: Purpose, **facts: Any) -> str:
    """Return a token that holds ``facts`` (JSON values) and the time."""
    plain = json.dumps({"at": int(clock.now().timestamp()), **facts}, separators=(",", ":")).encode()
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = ChaCha20Poly1305(settings.TUTELA_FORM_KEY).encrypt(nonce, plain, _context(purpose))
    return base64.urlsafe_b64encode(_VERSION + nonce + sealed).rstrip(b"=").decode()


def unseal(purpose: Purpose, token: str) -> dict[str, Any]:
    """Return the facts of a token.

    Raises:
        TokenBroken: not ours, of another purpose, or changed.
        TokenExpired: older than its purpose allows, or from the future.
    """
    if not token or len(token) > _MOST_CHARACTERS:
        raise TokenBroken("no token, or too long for one")
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
        nonce, sealed = raw[1 : 1 + _NONCE_BYTES], raw[1 + _NONCE_BYTES :]
        if raw[:1] != _VERSION:
            raise TokenBroken("unknown version")
        plain = ChaCha20Poly1305(settings.TUTELA_FORM_KEY).decrypt(nonce, sealed, _context(purpose))
    except (ValueError, binascii.Error, InvalidTag):
        raise TokenBroken("not a token of this site and purpose") from None
    facts: dict[str, Any] = json.loads(plain)
    age = clock.now().timestamp() - facts["at"]
    if not -60 <= age <= LASTS_SECONDS[purpose]:
        raise TokenExpired("the page has been open for too long")
    return facts


def _context(purpose: Purpose) -> bytes:
    return b"tutela/site/token/1/" + purpose.value.encode()
