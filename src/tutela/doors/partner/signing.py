"""Who signed a request (RFC 9421): a partner with its believed Ed25519 key, within five minutes, once."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.http import HttpRequest
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    algorithms,
)

from tutela.apps.exchange import queries
from tutela.core.envelope.errors import EnvelopeRefusal
from tutela.core.envelope.header import Party
from tutela.core.kernel import clock
from tutela.doors.partner.problems import Problem

TAG = "tutela-mailbox"
MOST_AGE = timedelta(minutes=5)
_MOST_NONCES = 50_000


@dataclass(slots=True)
class _Message:
    """A request as the library reads one."""

    method: str
    url: str
    headers: dict[str, str]


class _Keys(HTTPSignatureKeyResolver):
    """Finds keys by ``<node>.<key id>``; remembers whose it was."""

    node = ""

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey | None:
        node, _, key = key_id.rpartition(".")
        known = queries.believed()
        try:
            signer = known.trust.signer(Party(node, key), at=clock.now())
        except EnvelopeRefusal:
            return None
        self.node = node
        return signer.public.ed25519


class _Verifier(HTTPMessageVerifier):
    max_clock_skew = MOST_AGE


class _Nonces:
    """The nonces of the last minutes, in this process; what they protect can be asked twice without harm."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], float] = {}
        self._lock = threading.Lock()

    def is_new(self, node: str, nonce: str) -> bool:
        moment = clock.now().timestamp()
        with self._lock:
            while self._seen and (len(self._seen) > _MOST_NONCES or self._oldest() < moment - self._kept()):
                del self._seen[next(iter(self._seen))]
            if (node, nonce) in self._seen:
                return False
            self._seen[node, nonce] = moment
            return True

    def _oldest(self) -> float:
        return next(iter(self._seen.values()))

    def _kept(self) -> float:
        return 3 * MOST_AGE.total_seconds()


_nonces = _Nonces()


def signer_of(request: HttpRequest, body: bytes) -> str:
    """Return the partner that signed the request.

    Raises:
        Problem: ``bad_signature``, whatever of it does not hold.
    """
    keys = _Keys()
    message = _Message(str(request.method), _target_of(request), _headers_of(request))
    wanted = ["@method", "@target-uri", *(["content-digest"] if body else [])]
    verifier = _Verifier(signature_algorithm=algorithms.ED25519, key_resolver=keys)
    try:
        (found,) = verifier.verify(
            message, max_age=timedelta(0), expect_tag=TAG, require_components=wanted, body=body or None
        )
    except (InvalidSignature, HTTPMessageSignaturesException, ValueError):
        raise Problem("bad_signature") from None
    nonce: Any = found.parameters.get("nonce")
    if not nonce or not _nonces.is_new(keys.node, str(nonce)):
        raise Problem("bad_signature")
    return keys.node


def _headers_of(request: HttpRequest) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def _target_of(request: HttpRequest) -> str:
    """Return the address as the sender wrote it: below our public one, whatever a proxy made of it."""
    public = settings.TUTELA.exchange.url.rstrip("/")
    return f"{public}{request.get_full_path()}" if public else request.build_absolute_uri()
