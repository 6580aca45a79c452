"""From a code to what the node needs: where the receipt lies, and the key that opens it.

Two independent Argon2id runs (RFC 9106) over the twenty digits, each under its own pepper of the node and
its own purpose, so that the lookup in the database says nothing about the key. Neither code nor key is
stored. The cost is justified in docs/decisions/0003-report-codes.md.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from argon2.low_level import Type, hash_secret_raw

from tutela.apps.receipts.codes import Code
from tutela.core.envelope import sealing

ARGON2_MEMORY_KIB = 4096
ARGON2_PASSES = 1
ARGON2_LANES = 1
PEPPER_LENGTH = 32
LOOKUP_LENGTH = 32
_PURPOSE_LOOKUP = b"tutela/code/lookup/1"
_PURPOSE_KEY = b"tutela/code/key/1"


@dataclass(frozen=True, slots=True, repr=False)
class Derived:
    """What one code gives on one node."""

    lookup: bytes
    private_key: bytes
    public_key: bytes

    def __repr__(self) -> str:
        return "Derived(…)"


def derive(code: Code, pepper_lookup: bytes, pepper_key: bytes) -> Derived:
    """Return lookup (32 bytes), private key (96) and public key (1216) of ``code``.

    Raises:
        ValueError: a pepper is not 32 bytes, or both are the same.
    """
    if len(pepper_lookup) != PEPPER_LENGTH or len(pepper_key) != PEPPER_LENGTH or pepper_lookup == pepper_key:
        raise ValueError(f"two different peppers of {PEPPER_LENGTH} bytes are needed")
    lookup = _stretch(code, pepper_lookup, _PURPOSE_LOOKUP)
    private_key = sealing.private_key_from_seed(_stretch(code, pepper_key, _PURPOSE_KEY))
    return Derived(lookup, private_key, sealing.public_key(private_key))


def _stretch(code: Code, pepper: bytes, purpose: bytes) -> bytes:
    return hash_secret_raw(
        secret=code.plain.encode("ascii"),
        salt=hmac.digest(pepper, purpose, hashlib.sha256),
        time_cost=ARGON2_PASSES,
        memory_cost=ARGON2_MEMORY_KIB,
        parallelism=ARGON2_LANES,
        hash_len=LOOKUP_LENGTH,
        type=Type.ID,
    )
