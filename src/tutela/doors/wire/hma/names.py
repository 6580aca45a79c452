"""HMA's names for our things, and back: signal types, content types, banks, and entries as whole numbers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from tutela.core.matching.fingerprints import Kind
from tutela.doors.wire.refusals import bad_request

SIGNAL_TYPES: Mapping[str, Kind] = {
    "pdq": Kind.PDQ,
    "video_md5": Kind.MD5,
    "photo_md5": Kind.MD5,
    "md5": Kind.MD5,
    "sha1": Kind.SHA1,
    "sha256": Kind.SHA256,
}
CONTENT_TYPES: Mapping[str, tuple[str, ...]] = {
    "photo": ("pdq", "md5", "sha1", "sha256"),
    "video": ("video_md5", "sha1", "sha256"),
}
_BANK = re.compile(r"[A-Z_][A-Z0-9_]*")
_OWN = re.compile(r"content-([1-9][0-9]{0,14})")
_FOREIGN = 1 << 52


def kind_of(signal_type: str) -> Kind:
    """Return our kind of a signal type.

    Raises:
        Refused: there is no such type (400).
    """
    kind = SIGNAL_TYPES.get(signal_type)
    if kind is None:
        raise bad_request(f"No such SignalType '{signal_type[:60]}'", "unknown_kind")
    return kind


def bank_of(name: str) -> str:
    """Return the bank that a list is."""
    return name.upper()


def list_of(bank: str) -> str:
    """Return the list that a bank is."""
    return bank.lower()


def new_list(bank: str) -> str:
    """Return the list for a new bank.

    Raises:
        Refused: HMA would not take the name either, or it is too long (400).
    """
    if not _BANK.fullmatch(bank) or len(bank) > 64 or bank.startswith("_"):
        raise bad_request("Bank names must be UPPER_WITH_UNDERSCORE, of up to 64 characters", "bad_name")
    return list_of(bank)


def entry_of(number: int) -> str:
    """Return the entry that a content of that number is, which was put in here."""
    return f"content-{number}"


def own_number(entry: str) -> int | None:
    """Return the number of a content that was put in here; None for entries of others."""
    found = _OWN.fullmatch(entry)
    return int(found[1]) if found else None


def number_of(name: str, entry: str) -> int:
    """Return the whole number that stands for an entry, always the same.

    What was put in here has the number it was given. Entries that others keep have 52 bits of a digest above
    those, below the 2^53 to which every JSON reader counts.
    """
    own = own_number(entry)
    if own is not None:
        return own
    digest = hashlib.sha256(f"{name}\0{entry}".encode()).digest()
    return _FOREIGN | int.from_bytes(digest[:8], "big") >> 12
