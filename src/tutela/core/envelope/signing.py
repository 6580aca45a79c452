"""Two signatures that must both hold: one that is well tried, one that quantum computers cannot make.

Both sign ``purpose ‖ 0x00 ‖ SHA-512(data)``: Ed25519 (RFC 8032) and ML-DSA-65 (FIPS 204, pure, no context).
"""

from __future__ import annotations

import hashlib

from cryptography.exceptions import InvalidSignature

from tutela.core.envelope.errors import BadSignatureEd25519, BadSignatureMldsa65
from tutela.core.envelope.node_keys import NodeKeys, PublicKeys

ED25519_LENGTH = 64
LENGTH = ED25519_LENGTH + 3309
"""Bytes: Ed25519 ‖ ML-DSA-65."""


def sign(data: bytes, *, purpose: bytes, keys: NodeKeys) -> bytes:
    """Return both signatures over ``data``, 3373 bytes."""
    signed = _signed(data, purpose)
    return keys.ed25519.sign(signed) + keys.mldsa65.sign(signed)


def verify(signatures: bytes, data: bytes, *, purpose: bytes, public: PublicKeys) -> None:
    """Return when both signatures hold.

    Raises:
        BadSignatureEd25519: the first does not.
        BadSignatureMldsa65: the first does, the second does not.
    """
    signed = _signed(data, purpose)
    try:
        public.ed25519.verify(signatures[:ED25519_LENGTH], signed)
    except InvalidSignature:
        raise BadSignatureEd25519("the Ed25519 signature does not hold") from None
    try:
        public.mldsa65.verify(signatures[ED25519_LENGTH:], signed)
    except InvalidSignature:
        raise BadSignatureMldsa65("the ML-DSA-65 signature does not hold") from None


def _signed(data: bytes, purpose: bytes) -> bytes:
    return purpose + b"\x00" + hashlib.sha512(data).digest()
