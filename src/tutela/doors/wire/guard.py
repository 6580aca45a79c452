"""The guard: every route but health and the description of the routes asks for a key with the right to it.

The key comes as ``Authorization: Bearer``, as the password of ``Authorization: Basic`` (so that a client
which only knows a base address can be given ``https://key:TOKEN@host``) or as ``X-Api-Key``; never in the
address, which others write to logs.
"""

from __future__ import annotations

import base64
import binascii

from tutela.doors.wire.bodies import Scope
from tutela.doors.wire.keys import Key, KeyRing, Right
from tutela.doors.wire.rates import Rates
from tutela.doors.wire.refusals import Refused

_ASK = {"WWW-Authenticate": 'Bearer realm="tutela"'}


class Guard:
    """Keys and rates of one worker."""

    def __init__(self, keys: KeyRing, rates: Rates) -> None:
        self._keys = keys
        self._rates = rates

    def admit(self, scope: Scope, right: Right) -> Key:
        """Return the key of a request.

        Raises:
            Refused: there is none (401), or it does not have the right (403).
        """
        token = _token(scope)
        if not token:
            raise Refused(401, "this needs a key", "no_key", _ASK)
        key = self._keys.key_of(token)
        if key is None:
            raise Refused(401, "this key is not known, or was revoked", "bad_key", _ASK)
        if right not in key.rights:
            raise Refused(403, f"this key does not have the right to {right.value}", "no_right")
        return key

    def charge(self, key: Key, amount: int) -> None:
        """Count ``amount`` fingerprints against the limits of ``key``.

        Raises:
            Refused: that is too many for now (429).
        """
        wait = self._rates.take(key, amount)
        if wait:
            seconds = str(max(1, round(wait + 0.5)))
            raise Refused(429, "this key asks more often than it may", "too_often", {"Retry-After": seconds})


def _token(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"authorization":
            scheme, _, rest = bytes(value).decode("latin-1").partition(" ")
            if scheme.lower() == "bearer":
                return rest.strip()
            if scheme.lower() == "basic":
                return _password(rest.strip())
        elif name == b"x-api-key":
            return bytes(value).decode("latin-1").strip()
    return ""


def _password(told: str) -> str:
    try:
        return base64.b64decode(told, validate=True).decode("utf-8").partition(":")[2]
    except (binascii.Error, ValueError):
        return ""
