"""One ``Media`` record: its fingerprints and its category, and nothing else of it.

Booleans often come as the texts "true" and "false", numbers as texts, ids in braces: what is kept of a
record is read in every spelling that exporters write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tutela.core.matching.fingerprints import Kind
from tutela.core.record.listed import ListedEntry, ListedFingerprint, Tally
from tutela.formats.fingerprints import LICENSED, kind_named, made_id, read_cell

NEVER = frozenset({"Miniature", "Thumbnail", "PhotoDNA"})
"""Pictures, and fingerprints that belong to somebody: dropped as soon as the name was read."""

_KEPT = frozenset({"MediaID", "MD5", "SHA1", "SHA256", "Category", "AlternativeHashes"})
_DIRECT = (("MD5", Kind.MD5), ("SHA1", Kind.SHA1), ("SHA256", Kind.SHA256))
_MOST_ALTERNATIVES = 100


def entry(item: Mapping[str, Any], scheme: str, tally: Tally) -> ListedEntry | None:
    """Return the entry of one record, ``None`` when nothing in it can be matched."""
    _count_left_out(item, tally)
    found = list(_fingerprints(item, tally))
    if not found:
        tally.refused["no_fingerprints"] += 1
        return None
    category = _category(item.get("Category"), tally)
    # The same file in two categories is two entries: a person decides, not the order of the file.
    key = [one for one in found if one.kind == Kind.MD5] or found
    return ListedEntry(made_id(key, scheme, category), tuple(found), scheme, category)


def _count_left_out(item: Mapping[str, Any], tally: Tally) -> None:
    for name, value in item.items():
        if value in (None, "", [], {}) or name in _KEPT:
            continue
        if name in ("Miniature", "Thumbnail"):
            tally.left_out["picture"] += 1
        elif name == "PhotoDNA":
            tally.left_out["licensed"] += 1
        else:
            tally.left_out["fields"] += 1


def _fingerprints(item: Mapping[str, Any], tally: Tally) -> Iterator[ListedFingerprint]:
    seen: set[tuple[str, str]] = set()
    for kind, value in _cells(item, tally):
        one = read_cell(kind, value, None, tally)
        if one and (one.kind, one.value) not in seen:
            seen.add((one.kind, one.value))
            yield one


def _cells(item: Mapping[str, Any], tally: Tally) -> Iterator[tuple[Kind, str]]:
    for name, kind in _DIRECT:
        if isinstance(value := item.get(name), str):
            yield kind, value.strip().strip("{}")
    others = item.get("AlternativeHashes")
    for other in others[:_MOST_ALTERNATIVES] if isinstance(others, list) else ():
        named = other.get("HashName") if isinstance(other, dict) else None
        value = other.get("HashValue") if isinstance(other, dict) else None
        if not isinstance(named, str) or not isinstance(value, str):
            tally.refused["bad_alternative"] += 1
        elif named.strip().lower() in LICENSED:
            tally.left_out["licensed"] += 1
        elif known := kind_named(named):
            yield known, value
        else:
            tally.left_out["other_kinds"] += 1


def _category(value: Any, tally: Tally) -> str:
    """Return the category as it was given: 0 is a value, only null and nothing are none."""
    if value is None or value == "":
        return ""
    text = str(value).strip()
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,3}|[A-Za-z]\d?", text):
        tally.refused["bad_category"] += 1
        return ""
    return text
