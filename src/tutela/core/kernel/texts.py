"""Text from outside, made so that every database, every JSON and every page takes it."""

from __future__ import annotations

import re

_NO_KEYBOARD_MAKES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def storable(text: str) -> str:
    """Return all of ``text``: halves of a pair joined, what is no character replaced by U+FFFD."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\x00", "\ufffd")


def typed(text: str) -> str:
    """Return ``text`` as a person types it: signs that no keyboard makes dropped, line ends of one kind."""
    return _NO_KEYBOARD_MAKES.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
