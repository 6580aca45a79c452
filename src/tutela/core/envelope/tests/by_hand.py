"""The sealed form written a second time, step by step from its standards, to check the first against.

RFC 9180 section 5.1 (key schedule, base mode), X-Wing (draft-connolly-cfrg-xwing-kem, section 5.3), FIPS 203.
"""

from __future__ import annotations

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

_XWING = bytes.fromhex("5c2e2f2f5e5c")
_SUITE = b"HPKE" + bytes.fromhex("647a 0001 0003")


def open_by_hand(sealed: bytes, private: bytes, info: bytes) -> bytes:
    """Return the padded plaintext."""
    enc, ciphertext = sealed[1:1121], sealed[1121:]
    x25519 = X25519PrivateKey.from_private_bytes(private[64:])
    mlkem_secret = MLKEM768PrivateKey.from_seed_bytes(private[:64]).decapsulate(enc[:1088])
    x25519_secret = x25519.exchange(X25519PublicKey.from_public_bytes(enc[1088:]))
    own = x25519.public_key().public_bytes_raw()
    shared = hashlib.sha3_256(mlkem_secret + x25519_secret + enc[1088:] + own + _XWING).digest()
    info_hash = _extract(b"", b"info_hash", b"tutela/sealed/1\x00" + info)
    context = b"\x00" + _extract(b"", b"psk_id_hash", b"") + info_hash
    secret = _extract(shared, b"secret", b"")
    key = _expand(secret, b"key", context, 32)
    nonce = _expand(secret, b"base_nonce", context, 12)
    return ChaCha20Poly1305(key).decrypt(nonce, ciphertext, b"")


def _extract(salt: bytes, label: bytes, material: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + _SUITE + label + material, "sha256")


def _expand(secret: bytes, label: bytes, info: bytes, length: int) -> bytes:
    labelled = length.to_bytes(2, "big") + b"HPKE-v1" + _SUITE + label + info
    return hmac.digest(secret, labelled + b"\x01", "sha256")[:length]
