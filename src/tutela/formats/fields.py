"""Taking fields out of somebody's JSON: each is there and in its form, or the document is refused.

What the readers of JSON documents share. Nothing here keeps a value that was not asked for.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NoReturn

from tutela.core.kernel import clock
from tutela.core.record.addresses import Address, NotAnAddress, parse_address
from tutela.formats.errors import CannotRead

MOST_TEXT = 8192
_COUNTRY = re.compile(r"[A-Z]{2}")
_MOST_ASN = 4294967295


def load(data: bytes, *, most_bytes: int) -> Any:
    """Return what ``data`` says as JSON in UTF-8, each name once and no ``NaN``.

    Raises:
        CannotRead: ``too_large``, ``not_json``.
    """
    if len(data) > most_bytes:
        raise CannotRead("too_large")
    try:
        return json.loads(data.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise CannotRead("not_json") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that stands twice: two readers would see two different documents."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def part(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the object called ``name``."""
    found = document.get(name)
    if not isinstance(found, dict):
        raise CannotRead("missing_field")
    return found


def text(document: Mapping[str, Any], name: str, *, required: bool = True) -> str:
    """Return one line of printable text; empty when it is missing and not ``required``."""
    value = document.get(name)
    if value is None and not required:
        return ""
    if value is None or value == "":
        raise CannotRead("missing_field")
    if not isinstance(value, str) or len(value) > MOST_TEXT or not value.isprintable():
        raise CannotRead("bad_field")
    return value


def one_of(document: Mapping[str, Any], name: str, values: Iterable[str]) -> str:
    """Return a text that is one of ``values``."""
    value = text(document, name)
    if value not in values:
        raise CannotRead("bad_field")
    return value


def yes_no(document: Mapping[str, Any], name: str) -> bool | None:
    """Return true or false, None when it is missing."""
    value = document.get(name)
    if value is not None and not isinstance(value, bool):
        raise CannotRead("bad_field")
    return value


def many(document: Mapping[str, Any], name: str, *, most: int) -> list[Any]:
    """Return the list called ``name``, empty when it is missing."""
    value = document.get(name, [])
    if not isinstance(value, list) or len(value) > most:
        raise CannotRead("bad_field")
    return value


def address(document: Mapping[str, Any], name: str) -> Address:
    """Return an address; raises ``CannotRead`` (``bad_address``) when the text is none."""
    try:
        return parse_address(text(document, name))
    except NotAnAddress:
        raise CannotRead("bad_address") from None


def ip_in(value: str) -> str:
    """Return the IP address in ``value``, or nothing: a source may also be named by its domain."""
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        return ""


def asn(document: Mapping[str, Any], name: str) -> int | None:
    """Return the number of an autonomous system, None when it is missing."""
    value = document.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST_ASN:
        raise CannotRead("bad_field")
    return value


def country(document: Mapping[str, Any], name: str) -> str:
    """Return two capitals, empty when it is missing."""
    value = text(document, name, required=False)
    if value and not _COUNTRY.fullmatch(value):
        raise CannotRead("bad_field")
    return value


def moment(document: Mapping[str, Any], name: str) -> datetime:
    """Return an aware moment; raises ``CannotRead`` (``bad_moment``) when the text is none."""
    try:
        return clock.from_text(text(document, name))
    except (ValueError, OverflowError):
        raise CannotRead("bad_moment") from None
