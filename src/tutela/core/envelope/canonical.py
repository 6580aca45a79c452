"""One spelling for every object, so that a signature and an unknown field survive being read and written.

RFC 8785 (JCS) without what makes it hard: numbers are whole and below 2^53, names of members are printable
ASCII. What is left is UTF-8, members sorted by name, no white space, the escapes of RFC 8785 section 3.2.2.2.
Other spellings are refused, not corrected.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from tutela.core.envelope.errors import NotCanonical

MOST_DEPTH = 16
"""Objects and lists inside each other; the outermost counts as one."""
MOST_INTEGER = (1 << 53) - 1
MOST_NAME = 64


def to_bytes(value: dict[str, Any]) -> bytes:
    """Return ``value`` in its only spelling.

    Raises:
        NotCanonical: it holds a fraction, a large number, an odd name, half a character, or is too deep.
    """
    _check(value, 1)
    return _spell(value)


def from_bytes(data: bytes) -> dict[str, Any]:
    """Read an object.

    Raises:
        NotCanonical: not JSON, not an object, not in its only spelling, or outside the limits.
    """
    try:
        value = json.loads(data.decode("utf-8"), parse_float=_refuse, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise NotCanonical("these bytes are not JSON without fractions") from None
    if not isinstance(value, dict):
        raise NotCanonical("JSON, but not an object")
    _check(value, 1)
    if _spell(value) != data:
        raise NotCanonical("an object, but in another spelling")
    return value


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"{len(text)} characters that are not a whole number")


def _spell(value: dict[str, Any]) -> bytes:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise NotCanonical("a text holds half a character") from None


def _check(value: dict[str, Any] | list[Any] | tuple[Any, ...], depth: int) -> None:
    if depth > MOST_DEPTH:
        raise NotCanonical(f"deeper than {MOST_DEPTH}")
    if isinstance(value, dict):
        if not all(_is_name(name) for name in value):
            raise NotCanonical(f"the name of a member is not 1 to {MOST_NAME} printable ASCII characters")
        value = list(value.values())
    for one in value:
        if one is None or isinstance(one, str | bool):
            continue
        if isinstance(one, dict | list | tuple):
            _check(one, depth + 1)
        elif not isinstance(one, int):
            raise NotCanonical(f"a {type(one).__name__} has no place in JSON")
        elif not -MOST_INTEGER <= one <= MOST_INTEGER:
            raise NotCanonical("a number is 2^53 or more")


def _is_name(name: object) -> bool:
    return isinstance(name, str) and 1 <= len(name) <= MOST_NAME and name.isascii() and name.isprintable()
