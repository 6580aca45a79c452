"""The way to partners: envelopes into an inbox or a mailbox, out of our own mailbox, announcements of keys.

Whatever the other side answers is judged here; nothing of it is believed but codes for what was sent.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from http_message_signatures import HTTPMessageSigner, MappingKeyResolver, algorithms

from tutela.apps.exchange.actions import Answer
from tutela.core.envelope.node_keys import NodeKeys
from tutela.core.protocol import batches
from tutela.core.protocol.errors import BrokenBatch, TooManyInBatch

SECONDS = 60.0
TAG = "tutela-mailbox"
_MOST_WAIT_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Fetched:
    """What lay in our mailbox; ``ids`` name them there."""

    ids: tuple[uuid.UUID, ...] = ()
    sealed: tuple[bytes, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs requests at mailboxes as this node."""

    node: str
    keys: NodeKeys

    def sign(self, request: httpx.Request) -> httpx.Request:
        """Put the signature (RFC 9421) into the request's headers."""
        name = f"{self.node}.{self.keys.public.key_id}"
        resolver = MappingKeyResolver(public_keys={}, private_keys={name: self.keys.ed25519})
        signer = HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=resolver)
        signer.sign(
            request, key_id=name, tag=TAG, nonce=secrets.token_urlsafe(18), label="tutela",
            covered_component_ids=("@method", "@target-uri"), body=request.content or None,
        )  # fmt: skip
        return request


class PartnerWay:
    """One client for all partners: it keeps connections open, follows no redirect and uses no proxy."""

    def __init__(self) -> None:
        self._client = httpx.Client(timeout=SECONDS, follow_redirects=False, trust_env=False)

    def hand_in(self, url: str, envelopes: Sequence[bytes]) -> Answer:
        """Put envelopes into a partner's inbox."""
        request = self._client.build_request(
            "POST",
            f"{url}/exchange/v1/inbox",
            content=batches.join(envelopes),
            headers={"Content-Type": batches.MEDIA_TYPE},
        )
        return self._results(request, envelopes)

    def put_in_mailbox(self, url: str, node: str, wrapped: Sequence[bytes], signer: Signer) -> Answer:
        """Put wrapped envelopes into a node's mailbox at a relay."""
        request = self._client.build_request(
            "POST",
            f"{url}/exchange/v1/mailbox/{node}",
            content=batches.join(wrapped),
            headers={"Content-Type": batches.MEDIA_TYPE},
        )
        return self._results(signer.sign(request), wrapped)

    def _results(self, request: httpx.Request, sent: Sequence[bytes]) -> Answer:
        try:
            response = self._client.send(request)
        except httpx.HTTPError as error:
            return Answer(error=_name_of(error))
        if response.status_code != 200:
            return Answer(error=_code_of(response), wait_seconds=_wait_of(response))
        try:
            digests = [hashlib.sha256(one).digest() for one in sent]
            return Answer(batches.read_results(response.content, digests=digests))
        except BrokenBatch:
            return Answer(error="broken_answer")

    def fetch(self, url: str, node: str, signer: Signer) -> Fetched:
        """Fetch the oldest of what lies in our mailbox at a relay."""
        request = self._client.build_request("GET", f"{url}/exchange/v1/mailbox/{node}")
        try:
            response = self._client.send(signer.sign(request))
        except httpx.HTTPError as error:
            return Fetched(error=_name_of(error))
        if response.status_code == 204:
            return Fetched()
        if response.status_code != 200:
            return Fetched(error=_code_of(response))
        try:
            ids = tuple(uuid.UUID(one) for one in response.headers.get("Tutela-Ids", "").split(","))
            sealed = batches.split(response.content)
        except (ValueError, BrokenBatch, TooManyInBatch):
            return Fetched(error="broken_answer")
        return Fetched(ids, sealed) if len(ids) == len(sealed) else Fetched(error="broken_answer")

    def take_out(self, url: str, node: str, boxed_id: uuid.UUID, signer: Signer) -> bool:
        """Remove one from our mailbox; what stays is fetched again and found to be replayed."""
        request = self._client.build_request("DELETE", f"{url}/exchange/v1/mailbox/{node}/{boxed_id}")
        try:
            return self._client.send(signer.sign(request)).status_code == 204
        except httpx.HTTPError:
            return False

    def announce(self, url: str, signed: bytes) -> str:
        """Hand over our statement of new keys; returns nothing when it was taken, or why it was not."""
        headers = {"Content-Type": "application/octet-stream"}
        try:
            response = self._client.post(f"{url}/exchange/v1/rotation", content=signed, headers=headers)
        except httpx.HTTPError as error:
            return _name_of(error)
        return "" if response.status_code == 204 else _code_of(response)

    def close(self) -> None:
        self._client.close()


def _name_of(error: httpx.HTTPError) -> str:
    known: dict[type[httpx.HTTPError], str] = {
        httpx.ConnectTimeout: "connect_timeout",
        httpx.ConnectError: "connect_failed",
        httpx.TimeoutException: "timeout",
    }
    return next((name for kind, name in known.items() if isinstance(error, kind)), "broken_off")


def _code_of(response: httpx.Response) -> str:
    """Return the problem's code as far as it can be one, else the status."""
    try:
        said: Any = response.json()
    except (ValueError, RecursionError):
        said = {}
    code = said.get("code") if isinstance(said, dict) else None
    fits = (
        isinstance(code, str) and 0 < len(code) <= 40 and code.isascii() and code.replace("_", "").isalnum()
    )
    return str(code) if fits else f"status_{response.status_code}"


def _wait_of(response: httpx.Response) -> int:
    text = response.headers.get("Retry-After", "")
    # Of a number too long to be read its first digits are long enough.
    return min(int(text[:9]), _MOST_WAIT_SECONDS) if text.isascii() and text.isdigit() else 0
