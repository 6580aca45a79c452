"""Sealing to a public key: who can hand in cannot read, today or after quantum computers.

A sealed message is ``version (1 byte, 0x01) ‖ HPKE enc (1120 bytes) ‖ HPKE ciphertext``. HPKE is RFC 9180
in base mode with KEM MLKEM768-X25519 (X-Wing, draft-ietf-hpke-pq), KDF HKDF-SHA256, AEAD
ChaCha20-Poly1305, empty AAD. HPKE's info is ``"tutela/sealed/1" ‖ 0x00 ‖ info``; the plaintext is padded
(``padding``). Sealing proves nothing about the sender.

A private key is 96 bytes: the ML-KEM-768 seed (FIPS 203, d ‖ z, 64 bytes) ‖ the X25519 scalar (32). A public
key is 1216 bytes: ML-KEM-768 encapsulation key (1184) ‖ X25519 (32).
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tutela.core.envelope import padding
from tutela.core.envelope.errors import BadKey, SealBroken, UnknownVersion

VERSION = 1
PRIVATE_LENGTH = 96
PUBLIC_LENGTH = 1216
SEED_LENGTH = 32
OVERHEAD = 1 + 1120 + 16
"""Bytes that a sealed message has more than its padded plaintext."""

_MLKEM_SEED = 64
_MLKEM_PUBLIC = 1184
_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_PURPOSE = b"tutela/sealed/1\x00"
_KEY_PURPOSE = b"tutela/private-key/1"


def generate_private_key() -> bytes:
    """Return a fresh private key, 96 bytes from the system's random source."""
    return secrets.token_bytes(PRIVATE_LENGTH)


def private_key_from_seed(seed: bytes) -> bytes:
    """Return the private key that belongs to a 32-byte seed: HKDF-SHA256, no salt, 96 bytes.

    Raises:
        BadKey: the seed is not 32 bytes.
    """
    if len(seed) != SEED_LENGTH:
        raise BadKey(f"a seed has {SEED_LENGTH} bytes, not {len(seed)}")
    return HKDF(algorithm=SHA256(), length=PRIVATE_LENGTH, salt=None, info=_KEY_PURPOSE).derive(seed)


def public_key(private: bytes) -> bytes:
    """Return the 1216-byte public key of a 96-byte private key.

    Raises:
        BadKey: not 96 bytes.
    """
    mlkem, x25519 = _private_parts(private)
    return mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()


def seal(plaintext: bytes, *, to: bytes, info: bytes) -> bytes:
    """Seal ``plaintext`` so that only the owner of the public key ``to`` can open it.

    Args:
        info: what these bytes are and where they belong; opening needs exactly the same.

    Raises:
        BadKey: ``to`` is not a public key.
        ValueError: ``plaintext`` is longer than ``padding.MOST``.
    """
    return bytes([VERSION]) + encrypt(padding.pad(plaintext), to=public_object(to), info=_PURPOSE + info)


def open_sealed(sealed: bytes, *, private: bytes, info: bytes) -> bytes:
    """Return the plaintext of what was sealed to this key for this ``info``.

    Raises:
        UnknownVersion: the first byte is not 0x01.
        SealBroken: another key, another ``info``, cut short, or any bit changed.
        PaddingBroken: (a SealBroken) opened, but padded differently.
        BadKey: ``private`` is not a private key.
    """
    if not sealed:
        raise SealBroken("nothing is sealed here")
    if sealed[0] != VERSION:
        raise UnknownVersion(f"sealed form {sealed[0]} is not known")
    return padding.unpad(decrypt(sealed[1:], private=private_object(private), info=_PURPOSE + info))


def encrypt(plaintext: bytes, *, to: MLKEM768X25519PublicKey, info: bytes) -> bytes:
    """Return HPKE enc ‖ ciphertext of exactly these bytes: no version, no padding, ``info`` as it stands.

    Raises:
        BadKey: the X25519 half of ``to`` has low order.
    """
    try:
        return _SUITE.encrypt(plaintext, to, info=info)
    except ValueError as error:
        raise BadKey("the X25519 half of the public key has low order") from error


def decrypt(sealed: bytes, *, private: MLKEM768X25519PrivateKey, info: bytes) -> bytes:
    """Return what :func:`encrypt` was given.

    Raises:
        SealBroken: another key, another ``info``, cut short, or any bit changed.
    """
    try:
        return _SUITE.decrypt(sealed, private, info=info)
    except InvalidTag:
        raise SealBroken("the seal does not open") from None


def private_object(private: bytes) -> MLKEM768X25519PrivateKey:
    """Return the key object of a 96-byte private key, for those who use it often.

    Raises:
        BadKey: not 96 bytes.
    """
    return MLKEM768X25519PrivateKey(*_private_parts(private))


def _private_parts(private: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    if len(private) != PRIVATE_LENGTH:
        raise BadKey(f"a private key has {PRIVATE_LENGTH} bytes, not {len(private)}")
    return (
        MLKEM768PrivateKey.from_seed_bytes(private[:_MLKEM_SEED]),
        X25519PrivateKey.from_private_bytes(private[_MLKEM_SEED:]),
    )


def public_object(public: bytes) -> MLKEM768X25519PublicKey:
    """Return the key object of a 1216-byte public key, for those who use it often.

    Raises:
        BadKey: not 1216 bytes, or not an ML-KEM-768 key.
    """
    if len(public) != PUBLIC_LENGTH:
        raise BadKey(f"a public key has {PUBLIC_LENGTH} bytes, not {len(public)}")
    try:
        mlkem = MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC])
    except ValueError as error:
        raise BadKey("the ML-KEM half of the public key is not valid") from error
    return MLKEM768X25519PublicKey(mlkem, X25519PublicKey.from_public_bytes(public[_MLKEM_PUBLIC:]))
