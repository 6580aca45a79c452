"""Writing an envelope: what it says is sealed to each addressee once, then everything is signed.

See spec/envelope.md, "Writing". The steps are functions of their own because vectors of refusals need
senders who take them wrongly.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tutela.core.envelope import canonical, frame, padding, sealing, signing
from tutela.core.envelope import header as headers
from tutela.core.envelope.errors import BrokenContent, NotCanonical, TooLarge
from tutela.core.envelope.header import Header
from tutela.core.envelope.node_keys import NodeKeys, PublicKeys
from tutela.core.envelope.trust import KnownKey, OwnNode
from tutela.core.terms.marks import HandlingMark

SIGNATURE_PURPOSE = b"tutela/envelope-signature/1"
KEY_PURPOSE = b"tutela/envelope-key/1\x00"
BODY_PURPOSE = b"tutela/envelope-body/1\x00"
RELAY_PURPOSE = b"tutela/relay/1"
NONCE = bytes(12)
"""One key, one body: the nonce has nothing to tell apart."""
DEFAULT_LIFE = timedelta(days=30)


@dataclass(frozen=True)
class Letter:
    """What is to be said, in which conversation, and until when."""

    id: UUID
    kind: str
    conversation: UUID
    sequence: int
    sent_at: datetime
    mark: HandlingMark
    content: Mapping[str, Any]
    life: timedelta = DEFAULT_LIFE
    more: Mapping[str, Any] = field(default_factory=dict)


def write(letter: Letter, *, sender: OwnNode, to: Sequence[KnownKey]) -> bytes:
    """Return the envelope: sealed to everybody in ``to``, signed with the sender's first keys.

    Raises:
        BrokenHeader: the letter does not fit its limits, or ``to`` is empty, too long or names a node twice.
        BrokenContent: the content has no canonical spelling.
        TooLarge: longer than an envelope may be.
        BadKey: an addressee's keys cannot be sealed to.
    """
    header = Header(
        id=letter.id,
        kind=letter.kind,
        conversation=letter.conversation,
        sequence=letter.sequence,
        sender=headers.Party(sender.node, sender.keys[0].public.key_id),
        to=tuple(known.party for known in to),
        sent_at=letter.sent_at,
        expires_at=letter.sent_at + letter.life,
        mark=letter.mark,
        more=letter.more,
    )
    inside = padding.pad(inside_bytes(header, letter.content))
    closed = close(headers.to_bytes(header), inside, [known.public for known in to])
    if len(closed) + signing.LENGTH > frame.MOST_BYTES:
        raise TooLarge(f"more than {frame.MOST_BYTES} bytes")
    return sign(closed, sender.keys[0])


def inside_bytes(header: Header, content: Mapping[str, Any]) -> bytes:
    """Return the object that is sealed: the content with id, sender and addressees beside it.

    Raises:
        BrokenContent: the content has no canonical spelling.
        TooLarge: no envelope holds that much.
    """
    inside = {
        "id": str(header.id),
        "from": header.sender.to_json(),
        "to": [party.to_json() for party in header.to],
        "content": dict(content),
    }
    try:
        data = canonical.to_bytes(inside)
    except NotCanonical as refusal:
        raise BrokenContent(str(refusal)) from None
    if len(data) > frame.MOST_BYTES:
        raise TooLarge(f"more than {frame.MOST_BYTES} bytes")
    return data


def close(header: bytes, padded: bytes, to: Sequence[PublicKeys]) -> bytes:
    """Seal ``padded`` once and its key to each addressee; return everything that is to be signed."""
    key = secrets.token_bytes(32)
    body_key, commitment = derive(key, header)
    wrapped = [sealing.encrypt(key, to=one.sealing, info=key_info(header)) for one in to]
    body = ChaCha20Poly1305(body_key).encrypt(NONCE, padded, header)
    return frame.join(header, wrapped, commitment, body)


def sign(closed: bytes, keys: NodeKeys) -> bytes:
    """Return the envelope: ``closed`` with both signatures behind it."""
    return closed + signing.sign(closed, purpose=SIGNATURE_PURPOSE, keys=keys)


def key_info(header: bytes) -> bytes:
    """Return HPKE's info for the wrapped keys of this header."""
    return KEY_PURPOSE + hashlib.sha256(header).digest()


def derive(key: bytes, header: bytes) -> tuple[bytes, bytes]:
    """Return the key of the body, and what shows to every addressee that all have the same one."""
    info = BODY_PURPOSE + hashlib.sha256(header).digest()
    both = HKDF(algorithm=SHA256(), length=64, salt=None, info=info).derive(key)
    return both[:32], both[32:]


def wrap_for_relay(envelope: bytes, *, to: PublicKeys) -> bytes:
    """Seal a whole envelope once more, so that a relay sees its padded length and nothing else."""
    return sealing.seal(envelope, to=to.sealing_raw, info=RELAY_PURPOSE)
