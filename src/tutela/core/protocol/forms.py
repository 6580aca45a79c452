"""The forms that members of a content have: what is read from JSON, and how it is written back.

A form takes any value that JSON can hold and returns ours, or refuses by name and place (BadContent). Whoever
adds one keeps to that: nothing that a stranger sends may end in another exception.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from tutela.core.envelope import header as headers
from tutela.core.kernel import clock
from tutela.core.protocol.errors import BadContent

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
MOST_INTEGER = (1 << 53) - 1
_LINE = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]*")
_WORDS = re.compile(r"[^\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]*")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Form(Generic[T]):
    """``read(value, member)`` returns ours or raises BadContent; ``write`` returns what JSON holds."""

    read: Callable[[object, str], T]
    write: Callable[[T], Any]


def same(value: T) -> Any:
    """Write what JSON holds as it is."""
    return value


def text(most: int, *, least: int = 1, pattern: re.Pattern[str] = _LINE) -> Form[str]:
    """One line of ``least`` to ``most`` characters, all of them in ``pattern``."""

    def read(value: object, member: str) -> str:
        if not isinstance(value, str):
            raise BadContent("wrong_type", member)
        if len(value) > most:
            raise BadContent("too_long", member)
        if len(value) < least or not pattern.fullmatch(value):
            raise BadContent("wrong_form", member)
        return value

    return Form(read, same)


def words(most: int) -> Form[str]:
    """What a person wrote: lines, and nothing else that does not print."""
    return text(most, pattern=_WORDS)


def pattern(expression: str, most: int) -> Form[str]:
    """A text of at most ``most`` characters that is ``expression`` as a whole, ASCII classes."""
    return text(most, pattern=re.compile(expression, re.ASCII))


def code(kind: type[E], *, but: frozenset[E] = frozenset()) -> Form[E]:
    """One of the codes of ``kind``, those in ``but`` excepted."""

    def read(value: object, member: str) -> E:
        if not isinstance(value, str):
            raise BadContent("wrong_type", member)
        found = known.get(value)
        if found is None:
            raise BadContent("unknown_code", member)
        return found

    known = {one.value: one for one in kind if one not in but}
    return Form(read, str)


def number(least: int, most: int = MOST_INTEGER) -> Form[int]:
    """A whole number in a range, both ends in it."""

    def read(value: object, member: str) -> int:
        if type(value) is not int:
            raise BadContent("wrong_type", member)
        if not least <= value <= most:
            raise BadContent("out_of_range", member)
        return value

    return Form(read, same)


def _read_flag(value: object, member: str) -> bool:
    if not isinstance(value, bool):
        raise BadContent("wrong_type", member)
    return value


def _read_moment(value: object, member: str) -> datetime:
    if not isinstance(value, str):
        raise BadContent("wrong_type", member)
    try:
        return headers.moment(value)
    except ValueError:
        raise BadContent("wrong_form", member) from None


def _read_id(value: object, member: str) -> UUID:
    return UUID(_UUID_TEXT.read(value, member))


def _read_ip(value: object, member: str) -> str:
    found = _IP_TEXT.read(value, member)
    try:
        ipaddress.ip_address(found)
    except ValueError:
        raise BadContent("wrong_form", member) from None
    return found


def _write_base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def base64_bytes(most: int, least: int = 1) -> Form[bytes]:
    """``least`` to ``most`` bytes in base64, in its only spelling."""

    def read(value: object, member: str) -> bytes:
        if not isinstance(value, str):
            raise BadContent("wrong_type", member)
        if len(value) > (most + 2) // 3 * 4:
            raise BadContent("too_long", member)
        try:
            found = base64.b64decode(value.encode("ascii"), validate=True)
        except (binascii.Error, ValueError):
            raise BadContent("wrong_form", member) from None
        if not least <= len(found) <= most or _write_base64(found) != value:
            raise BadContent("wrong_form", member)
        return found

    return Form(read, _write_base64)


def many(form: Form[T], *, most: int, least: int = 0) -> Form[tuple[T, ...]]:
    """A list of ``least`` to ``most``."""

    def read(value: object, member: str) -> tuple[T, ...]:
        if not isinstance(value, list | tuple):
            raise BadContent("wrong_type", member)
        if len(value) > most:
            raise BadContent("too_many", member)
        if len(value) < least:
            raise BadContent("too_few", member)
        return tuple(form.read(one, f"{member}[{at}]") for at, one in enumerate(value))

    return Form(read, lambda values: [form.write(one) for one in values])


_UUID_TEXT = text(36, pattern=_UUID)
_IP_TEXT = pattern(r"[0-9a-f:.]+", 45)
flag = Form(_read_flag, same)
moment = Form(_read_moment, clock.to_text)
identifier = Form(_read_id, str)
ip = Form(_read_ip, same)
country = pattern(r"[A-Z]{2}", 2)
digest = pattern(r"[0-9a-f]{64}", 64)
node = text(64, pattern=headers.NODE)
name = pattern(r"[a-z][a-z0-9_]{0,63}", 64)
"""A code whose values are not fixed by the protocol."""
reference = pattern(r"[A-Za-z0-9][A-Za-z0-9 ._/:#-]{0,63}", 64)
address = pattern(r"[a-z][a-z0-9+.-]{0,31}://[!-~]+", 8192)
"""An address as its sender's node spells it: ASCII, no white space."""
