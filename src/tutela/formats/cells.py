"""What the cells of a report's row mean; a cell that means nothing refuses its row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo

from tutela.core.kernel import texts
from tutela.core.record.addresses import Address, NotAnAddress, account_key, parse_address
from tutela.core.terms.states import Worry

MOST_WORDS = 20_000
MOST_REFERENCE = 255
MOST_ACCOUNT = 512
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?", re.ASCII)
_YES = ("yes", "y", "true", "1", "კი")
_NO = ("no", "n", "false", "0", "არა")
_COUNTRY = re.compile(r"[A-Z]{2}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,8})?")


class BadRow(Exception):  # noqa: N818 - a named answer within this package, told as a refused line
    """A row is no report; ``reason`` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def address(text: str) -> Address | None:
    """Return the address in a cell, None when it is empty."""
    if not text:
        return None
    try:
        return parse_address(text)
    except NotAnAddress as refusal:
        raise BadRow(refusal.reason.value) from None


def account(service: str, name: str) -> tuple[str, str]:
    """Return service and account as they are compared, two empty texts when both are empty."""
    if not service and not name:
        return "", ""
    try:
        found = account_key(service, name)[:2]
        if max(map(len, found)) > MOST_ACCOUNT:
            raise BadRow("too_long")
        return found
    except NotAnAddress as refusal:
        raise BadRow(refusal.reason.value) from None


def moment(text: str, zone: tzinfo) -> datetime | None:
    """Return the moment in a cell: ISO 8601, or ``31.12.2026 23:59``; ``zone`` where it names none.

    Slashes are refused: whether the day or the month is first, they do not say.
    """
    if not text:
        return None
    try:
        if found := _DAY_FIRST.fullmatch(text):
            day, month, year, hour, minute, second = (int(part or 0) for part in found.groups())
            said = datetime(year, month, day, hour, minute, second, tzinfo=zone)
        else:
            said = datetime.fromisoformat(text)
        return (said if said.tzinfo else said.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadRow("bad_moment") from None


def yes_no(text: str) -> bool | None:
    """Return yes or no in a cell, None when it is empty."""
    if not text:
        return None
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise BadRow("bad_yes_no")


def worry(text: str) -> Worry | None:
    """Return one of the codes of worry, None when the cell is empty."""
    try:
        return Worry(text.lower()) if text else None
    except ValueError:
        raise BadRow("bad_worry") from None


def country(text: str) -> str:
    """Return two capitals."""
    if text and not _COUNTRY.fullmatch(text.upper()):
        raise BadRow("bad_country")
    return text.upper()


def language(text: str) -> str:
    """Return a language tag of one or two parts."""
    if text and not _LANGUAGE.fullmatch(text):
        raise BadRow("bad_language")
    return text


def reference(text: str) -> str:
    """Return the other system's reference."""
    if len(text) > MOST_REFERENCE or not text.isprintable():
        raise BadRow("bad_reference")
    return text


def words(named: Iterable[tuple[str, str]]) -> str:
    """Return cells with the names of their columns, a line each; empty ones are passed over."""
    said = texts.storable("\n".join(f"{name}: {text}" if name else text for name, text in named if text))
    if len(said) > MOST_WORDS:
        raise BadRow("too_long")
    return said


def first(row: Mapping[str, str], names: Iterable[str]) -> str:
    """Return the first cell of these columns that is not empty."""
    return next((row[name] for name in names if row.get(name)), "")
