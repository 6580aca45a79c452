"""Plain lines: ``<kind> <value> [<quality>]``, or bare values after ``# kind: <kind>``.

What ``sha256sum`` and its sisters write is read too when the kind is said: the name after the value is not
looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TextIO

from tutela.core.matching.fingerprints import Kind
from tutela.core.record.listed import ListedEntry, Tally
from tutela.formats.errors import CannotRead
from tutela.formats.fingerprints import LICENSED, kind_named, made_id, read_cell

_MOST_LINE = 8192
_SAID = re.compile(r"#\s*kind\s*[:=]\s*(\S+)\s*", re.IGNORECASE)


def entries(text: TextIO, tally: Tally, kind: str = "") -> Iterator[ListedEntry]:
    """Yield one entry a line.

    Raises:
        CannotRead: ``no_kind``: bare values, and nobody said of which kind they are.
    """
    said = _known(kind) if kind else None
    while line := text.readline(_MOST_LINE):
        if len(line) == _MOST_LINE and not line.endswith("\n"):
            raise CannotRead("not_text")
        line = line.strip()
        if line.startswith("#"):
            if found := _SAID.fullmatch(line):
                said = _known(found.group(1))
        elif line and (entry := _entry(re.split(r"[\s,;]+", line), said, tally)):
            yield entry


def _entry(words: list[str], said: Kind | None, tally: Tally) -> ListedEntry | None:
    if words[0].lower() in LICENSED:
        tally.left_out["licensed"] += 1
        return None
    kind = kind_named(words[0])
    if kind is None and said is None:
        raise CannotRead("no_kind")
    value, after = (words[1] if len(words) > 1 else "", words[2:]) if kind else (words[0], words[1:])
    if not value:
        tally.refused["wrong_length"] += 1
        return None
    quality = int(after[0]) if after and after[0].isascii() and re.fullmatch(r"\d{1,3}", after[0]) else None
    found = read_cell(kind or said or Kind.SHA256, value.removeprefix("*"), quality, tally)
    return ListedEntry(made_id([found]), (found,)) if found else None


def _known(name: str) -> Kind:
    kind = kind_named(name)
    if kind is None:
        raise CannotRead("no_kind")
    return kind
