"""JSON: ``{"scheme": …, "entries": [{"id", "classification", "fingerprints": [{"kind", "value"}]}]}``.

Read entry by entry, so that a file of gigabytes needs no more memory than one entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from tutela.core.record.listed import ListedEntry, ListedFingerprint, Tally
from tutela.formats.fingerprints import LICENSED, kind_named, made_id, read_cell
from tutela.formats.streaming import Document

_MOST_FINGERPRINTS = 10_000


def entries(file: BinaryIO, tally: Tally) -> Iterator[ListedEntry]:
    """Yield the entries of one document.

    Raises:
        CannotRead: ``not_json``, ``truncated``, ``no_entries``, ``too_deep``, ``too_long``.
    """
    document = Document(file, ("", "entries"))
    for item in document.items():
        entry = _entry(item, _text(document.said.get("scheme")), tally)
        if entry is not None:
            yield entry


def _entry(item: Any, scheme: str, tally: Tally) -> ListedEntry | None:
    given = item.get("fingerprints") if isinstance(item, dict) else None
    if not isinstance(given, list) or len(given) > _MOST_FINGERPRINTS:
        tally.refused["no_fingerprints"] += 1
        return None
    found = [one for part in given if (one := _fingerprint(part, tally))]
    if not found:
        return None
    return ListedEntry(
        _text(item.get("id")) or made_id(found),
        tuple(found),
        _text(item.get("scheme")) or scheme,
        _text(item.get("classification")),
    )


def _fingerprint(part: Any, tally: Tally) -> ListedFingerprint | None:
    if not isinstance(part, dict) or not isinstance(part.get("value"), str):
        tally.refused["wrong_alphabet"] += 1
        return None
    name, quality = _text(part.get("kind")), part.get("quality")
    kind = kind_named(name)
    if name.lower() in LICENSED:
        tally.left_out["licensed"] += 1
    elif kind is None:
        tally.refused["unknown_kind"] += 1
    elif quality is not None and (isinstance(quality, bool) or not isinstance(quality, int)):
        tally.refused["bad_quality"] += 1
    else:
        return read_cell(kind, part["value"], quality, tally)
    return None


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = str(value).strip()
    return text if text.isprintable() and len(text) <= 255 else ""
