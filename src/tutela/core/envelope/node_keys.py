"""A node's keys: one set for sealing and for both signatures, made, named and replaced together.

The private set is 160 bytes: sealing key (96, see ``sealing``) ‖ Ed25519 seed (32) ‖ ML-DSA-65 seed (32). The
public set is 3200 bytes: sealing key (1216) ‖ Ed25519 (32) ‖ ML-DSA-65 (1952). A set is named by its key id:
the first 16 bytes of SHA-256 over ``"tutela/node-keys/1" ‖ 0x00 ‖ public set``.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from functools import cached_property

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey, MLDSA65PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tutela.core.envelope import sealing
from tutela.core.envelope.errors import BadKey
from tutela.core.envelope.words import words_of

PRIVATE_LENGTH = 160
PUBLIC_LENGTH = 3200
SEED_LENGTH = 32
KEY_ID_LENGTH = 16
_SIGNING = sealing.PUBLIC_LENGTH
_PURPOSE = b"tutela/node-keys/1"


@dataclass(frozen=True)
class PublicKeys:
    """What everybody may know of a node's keys: 3200 bytes."""

    raw: bytes

    def __post_init__(self) -> None:
        """Refuse what cannot be keys (BadKey), before anything is sealed to them or believed."""
        if len(self.raw) != PUBLIC_LENGTH:
            raise BadKey(f"a public set has {PUBLIC_LENGTH} bytes, not {len(self.raw)}")
        _ = self.sealing

    @property
    def sealing_raw(self) -> bytes:
        """The 1216 bytes that ``sealing.seal`` takes."""
        return self.raw[:_SIGNING]

    @cached_property
    def sealing(self) -> MLKEM768X25519PublicKey:
        """The key to seal to."""
        return sealing.public_object(self.sealing_raw)

    @cached_property
    def ed25519(self) -> Ed25519PublicKey:
        """The key that the first signature verifies with."""
        return Ed25519PublicKey.from_public_bytes(self.raw[_SIGNING : _SIGNING + 32])

    @cached_property
    def mldsa65(self) -> MLDSA65PublicKey:
        """The key that the second signature verifies with."""
        return MLDSA65PublicKey.from_public_bytes(self.raw[_SIGNING + 32 :])

    @cached_property
    def key_id(self) -> str:
        """Thirty-two lower-case hexadecimal digits."""
        return hashlib.sha256(_PURPOSE + b"\x00" + self.raw).digest()[:KEY_ID_LENGTH].hex()

    @property
    def words(self) -> str:
        """The key id as eight words to read over the telephone."""
        return words_of(bytes.fromhex(self.key_id))


@dataclass(frozen=True)
class NodeKeys:
    """A node's private keys: 160 bytes that no message, log or representation shows."""

    raw: bytes

    def __post_init__(self) -> None:
        """Refuse another length (BadKey)."""
        if len(self.raw) != PRIVATE_LENGTH:
            raise BadKey(f"a private set has {PRIVATE_LENGTH} bytes, not {len(self.raw)}")

    def __repr__(self) -> str:
        """Name the set without showing it."""
        return f"NodeKeys({self.public.key_id})"

    @cached_property
    def sealing(self) -> MLKEM768X25519PrivateKey:
        """The key to open with."""
        return sealing.private_object(self.raw[: sealing.PRIVATE_LENGTH])

    @cached_property
    def ed25519(self) -> Ed25519PrivateKey:
        """The key of the first signature."""
        return Ed25519PrivateKey.from_private_bytes(self.raw[96:128])

    @cached_property
    def mldsa65(self) -> MLDSA65PrivateKey:
        """The key of the second signature."""
        return MLDSA65PrivateKey.from_seed_bytes(self.raw[128:])

    @cached_property
    def public(self) -> PublicKeys:
        """What may be published."""
        return PublicKeys(
            sealing.public_key(self.raw[: sealing.PRIVATE_LENGTH])
            + self.ed25519.public_key().public_bytes_raw()
            + self.mldsa65.public_key().public_bytes_raw()
        )


def generate() -> NodeKeys:
    """Return fresh keys from the system's random source."""
    return NodeKeys(secrets.token_bytes(PRIVATE_LENGTH))


def from_seed(seed: bytes) -> NodeKeys:
    """Return the keys that belong to a 32-byte seed: HKDF-SHA256, no salt, 160 bytes. For vectors and tests.

    Raises:
        BadKey: the seed is not 32 bytes.
    """
    if len(seed) != SEED_LENGTH:
        raise BadKey(f"a seed has {SEED_LENGTH} bytes, not {len(seed)}")
    return NodeKeys(HKDF(algorithm=SHA256(), length=PRIVATE_LENGTH, salt=None, info=_PURPOSE).derive(seed))
