"""Key files of a node: made once, unique, mode 0600, each process reading only its own folder."""

from __future__ import annotations

import secrets
from pathlib import Path

from tutela.config.node import BadConfiguration

EXAMPLE_SECRETS = frozenset(
    {
        "changeme",
        "change-me",
        "secret",
        "insecure",
        "django-insecure",
        "example",
        "0" * 64,
        "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
    }
)
"""Secrets that stand in some example somewhere. A node that finds one of them refuses to start."""


def read_secret(path: Path) -> bytes:
    """Return the 32 bytes that the key file holds as 64 hexadecimal digits.

    Raises:
        BadConfiguration: missing, malformed, readable by others, or a known example.
    """
    return read_key(path, 32)


def read_key(path: Path, length: int) -> bytes:
    """Return a key of ``length`` bytes from its hexadecimal file; raises as :func:`read_secret`."""
    try:
        text = path.read_text(encoding="ascii").strip()
        mode = path.stat().st_mode
    except (OSError, UnicodeDecodeError) as error:
        raise BadConfiguration(f"key file {path} cannot be read: {type(error).__name__}") from error
    if path.suffix != ".public" and mode & 0o077:
        raise BadConfiguration(f"key file {path} is open to others; mend it with: chmod 600 {path}")
    if text.lower() in EXAMPLE_SECRETS or len(set(text)) < 6:
        raise BadConfiguration(f"key file {path} holds a known example; make a new one with: tutela init")
    try:
        key = bytes.fromhex(text)
    except ValueError:
        raise BadConfiguration(f"key file {path} is not hexadecimal") from None
    if len(key) != length:
        raise BadConfiguration(f"key file {path} holds {len(key)} bytes, not {length}")
    return key


def write_key(path: Path, key: bytes) -> None:
    """Write ``key`` as hexadecimal to a new file of mode 0600; never overwrites."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o644 if path.suffix == ".public" else 0o600, exist_ok=False)
    path.write_text(key.hex() + "\n", encoding="ascii")


def make_all(folder: Path) -> None:
    """Make every key of a new node below ``folder / "keys"``."""
    from tutela.core.envelope import sealing

    keys = folder / "keys"
    keys.mkdir(mode=0o700)
    for door in ("site", "provider", "desk"):
        write_key(keys / door / "web.key", secrets.token_bytes(32))
    for name in ("lookup.pepper", "key.pepper", "form.key"):
        write_key(keys / "site" / name, secrets.token_bytes(32))
    private = sealing.generate_private_key()
    write_key(keys / "desk" / "desk.private", private)
    write_key(keys / "desk" / "record.key", secrets.token_bytes(32))
    for door in ("site", "provider", "desk"):
        write_key(keys / door / "desk.public", sealing.public_key(private))
