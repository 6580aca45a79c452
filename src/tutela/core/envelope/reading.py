"""Reading an envelope: bytes, trust and a clock in; a message or a named refusal out.

The order of the checks is part of spec/envelope.md ("Reading"): two readers refuse the same bytes by the same
name. Nothing is opened before the sender is known and both signatures hold. That first part needs no private
key: a process that faces the network verifies, another one with the keys opens.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from tutela.core.envelope import canonical, frame, padding, sealing, signing, writing
from tutela.core.envelope.errors import (
    BrokenBody,
    BrokenContent,
    Expired,
    FromTheFuture,
    IdReused,
    InsideDiffers,
    NotCanonical,
    NotCommitted,
    NotForUs,
    Replayed,
    UnknownKind,
    UnknownOwnKey,
)
from tutela.core.envelope.frame import Frame
from tutela.core.envelope.header import Header
from tutela.core.envelope.node_keys import NodeKeys
from tutela.core.envelope.trust import OwnNode, Trust

SKEW = timedelta(hours=2)
"""How far two clocks may be apart before something is from the future, or still not expired."""

Seen = Callable[[str, UUID], bytes | None]
"""The digest of the envelope that this node sent under this id before, if any was taken."""


@dataclass(frozen=True)
class Message:
    """What a partner said, verified; ``digest`` (SHA-256 of the envelope) names these very bytes."""

    header: Header
    content: dict[str, Any]
    digest: bytes


@dataclass(frozen=True)
class Verified:
    """An envelope whose sender is known and whose signatures hold, still sealed to our key ``key_id``."""

    header: Header
    digest: bytes
    key_id: str
    parts: Frame = field(repr=False)
    wrapped: bytes = field(repr=False)


def digest_of(envelope: bytes) -> bytes:
    """Return the 32 bytes by which receipts and the inbox name an envelope."""
    return hashlib.sha256(envelope).digest()


def verify(
    envelope: bytes,
    *,
    node: str,
    own_key_ids: Collection[str],
    trust: Trust,
    now: datetime,
    kinds: Collection[str],
    seen: Seen,
) -> Verified:
    """Take steps 1 to 20 of reading, which need no private key.

    Args:
        envelope: the bytes as they came.
        node: this node's name.
        own_key_ids: ids of the private sets that this node holds, in whichever process.
        trust: what is believed about partners.
        now: the clock.
        kinds: what this node takes part in.
        seen: what it took before.

    Raises:
        EnvelopeRefusal: one of those that spec/envelope.md names up to ``unknown_kind``.
    """
    parts = frame.split(envelope)
    wrapped, key_id = _ours(parts, node, own_key_ids)
    signer = trust.signer(parts.header.sender, at=parts.header.sent_at)
    signing.verify(parts.signatures, parts.signed, purpose=writing.SIGNATURE_PURPOSE, public=signer.public)
    _check_time(parts.header, now)
    digest = digest_of(envelope)
    _check_new(parts.header, digest, seen)
    if parts.header.kind not in kinds:
        raise UnknownKind(f"kind {parts.header.kind} is not known")
    return Verified(parts.header, digest, key_id, parts, wrapped)


def open_verified(verified: Verified, *, own: OwnNode) -> Message:
    """Take the rest of the steps.

    Raises:
        UnknownOwnKey: the keys it was verified for are not held here.
        SealBroken, NotCommitted, BrokenBody, PaddingBroken, BrokenContent, InsideDiffers: in this order.
    """
    parts = verified.parts
    inside = _open(parts, verified.wrapped, _held(own, verified.key_id))
    return Message(verified.header, _content(parts, inside), verified.digest)


def open_stored(envelope: bytes, *, own: OwnNode) -> Message:
    """Open what this node verified when it came, and kept: nothing is verified again, no clock is asked.

    Only for bytes that no stranger could have put there; :func:`read` with the time at which they came is for
    a process that does not believe the one that took them.

    Raises:
        EnvelopeRefusal: as ``frame.split``, :class:`NotForUs` and :func:`open_verified`.
    """
    parts = frame.split(envelope)
    wrapped, key_id = _ours(parts, own.node, _ids_of(own))
    return open_verified(Verified(parts.header, digest_of(envelope), key_id, parts, wrapped), own=own)


def read(
    envelope: bytes, *, own: OwnNode, trust: Trust, now: datetime, kinds: Collection[str], seen: Seen
) -> Message:
    """Verify and open an envelope; nothing is remembered, so remembering it is the caller's next step.

    Raises:
        EnvelopeRefusal: each child by its name, in the order of spec/envelope.md.
    """
    verified = verify(
        envelope, node=own.node, own_key_ids=_ids_of(own), trust=trust, now=now, kinds=kinds, seen=seen
    )
    return open_verified(verified, own=own)


def unwrap_from_relay(wrapped: bytes, *, keys: NodeKeys) -> bytes:
    """Return the envelope that a relay kept for us.

    Raises:
        UnknownVersion, SealBroken, PaddingBroken: see ``sealing.open_sealed``.
    """
    private = keys.raw[: sealing.PRIVATE_LENGTH]
    return sealing.open_sealed(wrapped, private=private, info=writing.RELAY_PURPOSE)


def _ids_of(own: OwnNode) -> frozenset[str]:
    return frozenset(keys.public.key_id for keys in own.keys)


def _held(own: OwnNode, key_id: str) -> NodeKeys:
    keys = own.key(key_id)
    if keys is None:
        raise UnknownOwnKey(f"sealed to key {key_id}, which is not here")
    return keys


def _ours(parts: Frame, node: str, own_key_ids: Collection[str]) -> tuple[bytes, str]:
    for party, wrapped in zip(parts.header.to, parts.wrapped, strict=True):
        if party.node == node:
            if party.key not in own_key_ids:
                raise UnknownOwnKey(f"sealed to key {party.key}, which is not here")
            return wrapped, party.key
    raise NotForUs("addressed to others")


def _check_time(header: Header, now: datetime) -> None:
    if header.sent_at > now + SKEW:
        raise FromTheFuture("sent later than now")
    if header.expires_at <= now - SKEW:
        raise Expired("its time is over")


def _check_new(header: Header, digest: bytes, seen: Seen) -> None:
    before = seen(header.sender.node, header.id)
    if before is None:
        return
    if hmac.compare_digest(before, digest):
        raise Replayed("taken before")
    raise IdReused("the id was used for another envelope")


def _open(parts: Frame, wrapped: bytes, keys: NodeKeys) -> bytes:
    key = sealing.decrypt(wrapped, private=keys.sealing, info=writing.key_info(parts.header_bytes))
    body_key, commitment = writing.derive(key, parts.header_bytes)
    if not hmac.compare_digest(commitment, parts.commitment):
        raise NotCommitted("another key than the one committed to")
    try:
        padded = ChaCha20Poly1305(body_key).decrypt(writing.NONCE, parts.body, parts.header_bytes)
    except InvalidTag:
        raise BrokenBody("the body does not open") from None
    return padding.unpad(padded)


def _content(parts: Frame, inside: bytes) -> dict[str, Any]:
    try:
        members = canonical.from_bytes(inside)
    except NotCanonical as refusal:
        raise BrokenContent(str(refusal)) from None
    content = members.get("content")
    if members.keys() != {"id", "from", "to", "content"} or not isinstance(content, dict):
        raise BrokenContent("not id, from, to and an object called content, and nothing else")
    header = parts.header
    outside = (str(header.id), header.sender.to_json(), [party.to_json() for party in header.to])
    if (members["id"], members["from"], members["to"]) != outside:
        raise InsideDiffers("the body was written for another header")
    return content
