"""One page of NCMEC's entries: upserts, tombstones, and the way to the next page."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tutela.doors.worker.sources import answers

KEPT = ("md5", "sha1", "pdq")
"""Kinds that we match; of others (licensed, or files elsewhere) only the name is kept."""

_NEXT = "/v2/entries?"
_MOST_TEXT = 255


@dataclass(frozen=True, slots=True)
class EntriesPage:
    """``rows`` and ``deleted`` by ``member-entry``; ``in_range`` is how many entries the range holds."""

    rows: Mapping[str, Mapping[str, Any]]
    deleted: frozenset[str]
    following: str
    in_range: int
    unread: tuple[str, ...]


def read(data: bytes) -> EntriesPage:
    """Return what a page says.

    Raises:
        PageBroken: ``not_xml``, ``wrong_shape``. One entry that is wrong is passed over and named.
    """
    root = answers.as_xml(data)
    if root.tag != "queryResult":
        raise answers.PageBroken("wrong_shape", data)
    rows: dict[str, Mapping[str, Any]] = {}
    deleted: set[str] = set()
    unread: list[str] = []
    for entry in (*root.findall("images/*"), *root.findall("videos/*")):
        key = _key(entry)
        if not key:
            unread.append("no_key")
        elif entry.tag in ("deletedImage", "deletedVideo"):
            deleted.add(key)
            rows.pop(key, None)
        elif entry.tag in ("image", "video"):
            rows[key] = _row(entry)
            deleted.discard(key)
        else:
            unread.append("unknown_entry")
    following = (root.findtext("paging/next") or "").strip()
    if following and not following.startswith(_NEXT):
        # An address elsewhere would be given the password.
        raise answers.PageBroken("wrong_shape", data)
    return EntriesPage(
        rows, frozenset(deleted), following, _in_range(following, len(rows) + len(deleted)), tuple(unread)
    )


def _key(entry: ET.Element) -> str:
    member, name = entry.find("member"), _text(entry.findtext("id"))
    number = member.get("id", "") if member is not None else ""
    return f"{number}-{name}" if re.fullmatch(r"\d{1,12}", number) and name else ""


def _row(entry: ET.Element) -> dict[str, Any]:
    found: dict[str, str] = {}
    others: list[str] = []
    for one in entry.findall("fingerprints/*"):
        if one.tag in KEPT:
            if text := _text(one.text):
                found[one.tag] = text
        else:
            others.append(one.tag[:32])
    member = entry.find("member")
    return {
        "member": int(member.get("id", "0")) if member is not None else 0,
        "entry": _text(entry.findtext("id")),
        "type": entry.tag,
        "timestamp": _text(entry.findtext("timestamp")),
        "classification": _text(entry.findtext("classification")),
        "fingerprints": found,
        "others": sorted(set(others)),
        "affirmed": _voted(entry, "affirmativeFeedback"),
        "negated": _voted(entry, "negativeFeedback"),
    }


def _voted(entry: ET.Element, name: str) -> int:
    """Return how many members voted so; who they are is not kept."""
    votes = entry.findall(f"feedback/{name}")
    return len({member.get("id") for vote in votes for member in vote.iter("member")})


def _text(text: str | None) -> str:
    text = (text or "").strip()
    return text if text.isprintable() and len(text) <= _MOST_TEXT else ""


def _in_range(following: str, here: int) -> int:
    """Guess from the next page's address how many entries there are from this page on."""
    asked = parse_qs(urlsplit(following).query)
    try:
        return int(asked["max"][0]) - int(asked["start"][0]) + 1 + here
    except (KeyError, ValueError):
        return here
