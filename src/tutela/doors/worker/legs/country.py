"""Which country an address is in, by a file: a hint with a source and a date.

It moves an item up the queue and may add a language to a letter; what is done is decided by people.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import maxminddb

from tutela.doors.worker.legs.egress import is_public

PACKAGED = Path(__file__).resolve().parent.parent / "data" / "geo-whois-asn-country.mmdb"
OWN_FILE = "geo.mmdb"


@dataclass(frozen=True, slots=True)
class Countries:
    """An opened database. ``date`` is the day it was built, ``2026-06-17``; empty when it does not say."""

    reader: Any
    date: str

    def country_of(self, ip: str) -> str:
        """Return the two-letter code, or nothing. Addresses that nobody can have are in no country."""
        try:
            address = ipaddress.ip_address(ip)
        except ValueError:
            return ""
        if not is_public(address):
            return ""
        record = self.reader.get(address)
        code = _code(record) if isinstance(record, dict) else ""
        return code if len(code) == 2 and code.isascii() and code.isalpha() and code.isupper() else ""


def open_countries(home: Path) -> Countries:
    """Open the node's own ``geo.mmdb`` when it is there and can be read, else the packaged file."""
    own = home / OWN_FILE
    if own.is_file():
        try:
            return _open(own)
        except (maxminddb.InvalidDatabaseError, OSError, ValueError):
            pass
    return _open(PACKAGED)


def _open(path: Path) -> Countries:
    reader = maxminddb.open_database(path)
    built = reader.metadata().build_epoch
    return Countries(reader, datetime.fromtimestamp(built, UTC).date().isoformat() if built else "")


def _code(record: dict[str, Any]) -> str:
    country = record.get("country")
    nested = country.get("iso_code") if isinstance(country, dict) else country
    return str(record.get("country_code") or nested or "")
