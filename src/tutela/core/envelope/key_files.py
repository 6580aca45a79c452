"""A node's private keys as bytes on a disk: under a passphrase, or plain where a service manager guards them.

Both forms begin with ``"tutela/k"`` and one byte. ``0x00``: the 160 bytes follow. ``0x01``: Argon2id memory
in KiB (4 bytes, big-endian) ‖ iterations (4) ‖ lanes (4) ‖ salt (16) ‖ nonce (12) ‖ ChaCha20-Poly1305 of the
160 bytes, with everything before the nonce as associated data. The passphrase is NFC, UTF-8. Callers read and
write the file itself.
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from tutela.core.envelope.errors import BrokenKeyFile, PassphraseNeeded, TooCostly, WrongPassphrase
from tutela.core.envelope.node_keys import PRIVATE_LENGTH, NodeKeys

MAGIC = b"tutela/k"
_PLAIN, _LOCKED = b"\x00", b"\x01"
_SALT, _NONCE, _TAG = 16, 12, 16
_COST_LENGTH = 12
_HEAD = len(MAGIC) + 1 + _COST_LENGTH + _SALT
_LOCKED_LENGTH = _HEAD + _NONCE + PRIVATE_LENGTH + _TAG


@dataclass(frozen=True)
class Cost:
    """What one guess of the passphrase takes. The default is RFC 9106's second choice: 64 MiB, 3, 4."""

    memory_kib: int = 64 << 10
    iterations: int = 3
    lanes: int = 4


MOST = Cost(memory_kib=1 << 20, iterations=16, lanes=16)
"""What reading a file may take; whoever can put a file there must not be able to stop the node with it."""


def write_plain(keys: NodeKeys) -> bytes:
    """Return the file for a service manager that hands it to the process and to nobody else."""
    return MAGIC + _PLAIN + keys.raw


def write_locked(keys: NodeKeys, passphrase: str, *, cost: Cost | None = None) -> bytes:
    """Return the file under a passphrase.

    Raises:
        PassphraseNeeded: the passphrase is empty.
        TooCostly: ``cost`` is out of the limits.
    """
    cost = cost or Cost()
    _check(cost)
    numbers = (cost.memory_kib, cost.iterations, cost.lanes)
    head = MAGIC + _LOCKED + b"".join(one.to_bytes(4, "big") for one in numbers) + secrets.token_bytes(_SALT)
    nonce = secrets.token_bytes(_NONCE)
    return head + nonce + _cipher(passphrase, head, cost).encrypt(nonce, keys.raw, head)


def read(data: bytes, passphrase: str | None = None) -> NodeKeys:
    """Return the keys of either form.

    Raises:
        BrokenKeyFile: neither form, or cut short.
        PassphraseNeeded: under a passphrase, and none was given.
        WrongPassphrase: another passphrase, or changed.
        TooCostly: asks for more than :data:`MOST`.
    """
    if not data.startswith(MAGIC):
        raise BrokenKeyFile("these are no keys of a node")
    form = data[len(MAGIC) : len(MAGIC) + 1]
    if form == _PLAIN and len(data) == len(MAGIC) + 1 + PRIVATE_LENGTH:
        return NodeKeys(data[len(MAGIC) + 1 :])
    if form != _LOCKED or len(data) != _LOCKED_LENGTH:
        raise BrokenKeyFile("another form, cut short, or too long")
    return _unlock(data, passphrase)


def _unlock(data: bytes, passphrase: str | None) -> NodeKeys:
    head, nonce, locked = data[:_HEAD], data[_HEAD : _HEAD + _NONCE], data[_HEAD + _NONCE :]
    at = len(MAGIC) + 1
    cost = Cost(*(int.from_bytes(data[one : one + 4], "big") for one in range(at, at + _COST_LENGTH, 4)))
    _check(cost)
    try:
        return NodeKeys(_cipher(passphrase, head, cost).decrypt(nonce, locked, head))
    except InvalidTag:
        raise WrongPassphrase("the keys do not open") from None


def _check(cost: Cost) -> None:
    fits = 1 <= cost.lanes <= MOST.lanes and 1 <= cost.iterations <= MOST.iterations
    if not fits or not 8 * cost.lanes <= cost.memory_kib <= MOST.memory_kib:
        raise TooCostly("memory, iterations or lanes are out of their limits")


def _cipher(passphrase: str | None, head: bytes, cost: Cost) -> ChaCha20Poly1305:
    if not passphrase:
        raise PassphraseNeeded("the keys are under a passphrase")
    secret = unicodedata.normalize("NFC", passphrase).encode("utf-8")
    derive = Argon2id(
        salt=head[-_SALT:],
        length=32,
        iterations=cost.iterations,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    )
    return ChaCha20Poly1305(derive.derive(secret))
