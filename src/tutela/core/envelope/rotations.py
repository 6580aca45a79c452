"""Rotating a node's keys: a statement signed by the old keys and by the new ones.

The old signatures say that the partner wants it; the new ones, that whoever asks holds the new private keys.
Both sets are good between ``valid_from`` and ``old_until``, so that nothing on its way is lost.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime, timedelta

from tutela.core.envelope import canonical, signing
from tutela.core.envelope import header as headers
from tutela.core.envelope.errors import BadKey, BrokenRotation, NotCanonical, UnknownVersion
from tutela.core.envelope.header import Party
from tutela.core.envelope.node_keys import NodeKeys, PublicKeys
from tutela.core.envelope.trust import Trust
from tutela.core.kernel import clock

MAGIC = b"tutela/r"
VERSION = 1
MOST_BYTES = 16 << 10
PURPOSE = b"tutela/rotation-signature/1"
LONGEST_OVERLAP = timedelta(days=90)
_MEMBERS = {"node", "old", "new", "valid_from", "old_until"}


@dataclass(frozen=True)
class Rotation:
    """From ``valid_from`` on ``node`` signs with ``new``; what ``old`` signs is good until ``old_until``."""

    node: str
    old: str
    new: PublicKeys
    valid_from: datetime
    old_until: datetime


def write_rotation(
    node: str, *, old: NodeKeys, new: NodeKeys, valid_from: datetime, old_until: datetime
) -> bytes:
    """Return the signed statement.

    Raises:
        BrokenRotation: the times or the name are not in their limits, or the keys are the same.
    """
    statement = canonical.to_bytes(
        {
            "version": VERSION,
            "node": node,
            "old": old.public.key_id,
            "new": base64.b64encode(new.public.raw).decode("ascii"),
            "valid_from": clock.to_text(valid_from),
            "old_until": clock.to_text(old_until),
        }
    )
    _parse(statement)
    signed = MAGIC + statement
    return signed + b"".join(signing.sign(signed, purpose=PURPOSE, keys=keys) for keys in (old, new))


def read_rotation(data: bytes, *, trust: Trust) -> Rotation:
    """Return what a partner announced, when both its old and its new keys signed it.

    Raises:
        BrokenRotation, UnknownVersion: not a statement in its form; another version of it.
        UnknownSender, UnknownSenderKey, RevokedKey, KeyNotValid: the old key is not good at ``valid_from``.
        BadSignatureEd25519, BadSignatureMldsa65: one of the four signatures does not hold.
    """
    end = len(data) - 2 * signing.LENGTH
    if not data.startswith(MAGIC) or not len(MAGIC) < end <= MOST_BYTES:
        raise BrokenRotation("this is no rotation")
    signed, by_old, by_new = data[:end], data[end : end + signing.LENGTH], data[end + signing.LENGTH :]
    rotation = _parse(signed[len(MAGIC) :])
    old = trust.signer(Party(rotation.node, rotation.old), at=rotation.valid_from)
    signing.verify(by_old, signed, purpose=PURPOSE, public=old.public)
    signing.verify(by_new, signed, purpose=PURPOSE, public=rotation.new)
    return rotation


def _parse(statement: bytes) -> Rotation:
    try:
        members = canonical.from_bytes(statement)
    except NotCanonical as refusal:
        raise BrokenRotation(str(refusal)) from None
    version = members.pop("version", None)
    if type(version) is not int:
        raise BrokenRotation("version is not a number")
    if version != VERSION:
        raise UnknownVersion(f"version {version} of a rotation is not known")
    texts = {name: value for name, value in members.items() if isinstance(value, str)}
    if texts.keys() != _MEMBERS or len(texts) != len(members):
        raise BrokenRotation("not exactly its members, or one is not a text")
    return _judge(texts)


def _judge(texts: dict[str, str]) -> Rotation:
    if not headers.NODE.fullmatch(texts["node"]) or not headers.KEY_ID.fullmatch(texts["old"]):
        raise BrokenRotation("a member is not in its form")
    try:
        new = PublicKeys(base64.b64decode(texts["new"], validate=True))
        valid_from, old_until = (headers.moment(texts[name]) for name in ("valid_from", "old_until"))
    except (binascii.Error, ValueError, BadKey):
        raise BrokenRotation("the new keys cannot be keys, or a time is none") from None
    if new.key_id == texts["old"] or not timedelta(0) <= old_until - valid_from <= LONGEST_OVERLAP:
        raise BrokenRotation("the same keys, or an overlap out of its limits")
    return Rotation(texts["node"], texts["old"], new, valid_from, old_until)
