"""Locking with a secret key what lies in the database, so that a stolen copy of it says nothing.

A locked value is ``version (1 byte, 0x01) ‖ nonce (12) ‖ ChaCha20-Poly1305 ciphertext`` (RFC 8439) with
AAD ``"tutela/locked/1" ‖ 0x00 ‖ context``. The context names table, column and row, so that a value moved to
another row does not open. Nonces are random: one key serves for 2^32 values, far more than a node writes.
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from tutela.core.envelope.errors import BadKey, LockBroken, UnknownVersion

VERSION = 1
KEY_LENGTH = 32
_NONCE_LENGTH = 12
_PURPOSE = b"tutela/locked/1\x00"


def lock(plaintext: bytes, *, key: bytes, context: bytes) -> bytes:
    """Return ``plaintext`` locked with a 32-byte ``key`` for the place named by ``context``.

    Raises:
        BadKey: the key is not 32 bytes.
    """
    nonce = secrets.token_bytes(_NONCE_LENGTH)
    return bytes([VERSION]) + nonce + _cipher(key).encrypt(nonce, plaintext, _PURPOSE + context)


def unlock(locked: bytes, *, key: bytes, context: bytes) -> bytes:
    """Return what was locked with this key for this place.

    Raises:
        UnknownVersion: the first byte is not 0x01.
        LockBroken: another key, another place, cut short, or any bit changed.
        BadKey: the key is not 32 bytes.
    """
    cipher = _cipher(key)
    if not locked:
        raise LockBroken("nothing is locked here")
    if locked[0] != VERSION:
        raise UnknownVersion(f"locked form {locked[0]} is not known")
    nonce, ciphertext = locked[1 : 1 + _NONCE_LENGTH], locked[1 + _NONCE_LENGTH :]
    if len(nonce) != _NONCE_LENGTH:
        raise LockBroken("the locked value is cut short")
    try:
        return cipher.decrypt(nonce, ciphertext, _PURPOSE + context)
    except InvalidTag:
        raise LockBroken("the locked value does not open") from None


def _cipher(key: bytes) -> ChaCha20Poly1305:
    if len(key) != KEY_LENGTH:
        raise BadKey(f"a key has {KEY_LENGTH} bytes, not {len(key)}")
    return ChaCha20Poly1305(key)
