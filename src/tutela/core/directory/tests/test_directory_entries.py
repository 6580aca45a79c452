"""Entries of organisations: one spelling, named refusals, nothing in between."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.core.directory import entries, reach
from tutela.core.directory.entries import EntryKey, Status
from tutela.core.directory.errors import BrokenEntry, DirectoryRefusal, UnknownEntryVersion, WrongTarget
from tutela.core.envelope import canonical
from tutela.testing import directories

NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
ENTRY = directories.entry("hotline.ge", at=NOW, url="https://hotline.example.org/tutela")
DATA = entries.to_bytes(ENTRY)


def changed(**members: Any) -> bytes:
    return canonical.to_bytes(canonical.from_bytes(DATA) | members)


def test_an_entry_reads_as_it_was_written() -> None:
    assert entries.from_bytes(DATA) == ENTRY
    assert entries.from_target("hotline.ge.json", DATA) == ENTRY


def test_unknown_members_survive() -> None:
    data = changed(motto="later")
    assert entries.from_bytes(data).more == {"motto": "later"}
    assert entries.to_bytes(entries.from_bytes(data)) == data


def test_an_entry_under_another_name_is_the_wrong_target() -> None:
    with pytest.raises(WrongTarget):
        entries.from_target("hotline.nl.json", DATA)


def test_a_later_version_is_not_guessed_at() -> None:
    with pytest.raises(UnknownEntryVersion):
        entries.from_bytes(changed(version=2))


KEY = canonical.from_bytes(DATA)["keys"][0]


@pytest.mark.parametrize(
    "members",
    [
        {"version": "1"}, {"version": True}, {"node": "Hotline"}, {"node": 1}, {"organisation": ""},
        {"organisation": " x"}, {"organisation": "x" * 201}, {"organisation": "a\nb"}, {"role": "bank"},
        {"role": None}, {"country": "ge"}, {"country": "GEO"}, {"url": "http://hotline.example.org/"},
        {"url": "https://user@hotline.example.org/"}, {"url": "https://hotline.example.org/?q"},
        {"url": "ftp://127.0.0.1/"}, {"url": None}, {"url": "https://x.example/" + "a" * 300},
        {"relay": None},
        {"relay": "hotline.ge"}, {"relay": "no such"}, {"status": "gone"}, {"keys": []}, {"keys": [KEY] * 2},
        {"keys": [KEY] * 9}, {"keys": {}}, {"keys": [KEY | {"more": 1}]},
        {"keys": [KEY | {"public": "AAAA"}]},
        {"keys": [KEY | {"public": KEY["public"] + "\n"}]}, {"keys": [KEY | {"public": None}]},
        {"keys": [KEY | {"valid_from": None}]}, {"keys": [KEY | {"valid_until": KEY["valid_from"]}]},
        {"keys": [KEY | {"revoked_at": "2026-03-04T24:00:00.000000Z"}]}, {"more": "x" * (64 << 10)},
    ],
)  # fmt: skip
def test_what_is_out_of_its_form_is_refused(members: dict[str, Any]) -> None:
    with pytest.raises(BrokenEntry):
        entries.from_bytes(changed(**members))


def test_an_entry_cannot_be_written_wrongly() -> None:
    with pytest.raises(BrokenEntry):
        entries.to_bytes(replace(ENTRY, country="xx"))
    with pytest.raises(BrokenEntry):
        entries.to_bytes(replace(ENTRY, more={"half": 0.5}))
    over = EntryKey(ENTRY.keys[0].public, NOW, NOW + timedelta(days=1), NOW)
    assert entries.from_bytes(entries.to_bytes(replace(ENTRY, keys=(over,), status=Status.REVOKED)))


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://hotline.example.org", True), ("https://hotline.example.org:8443/a/b", True),
        ("https://192.0.2.7/x", True), ("https://[2001:db8::1]:444/", True), ("http://127.0.0.1:8004/", True),
        ("http://localhost:8004", True), ("http://[::1]:8004", True), ("http://192.0.2.7/", False),
        ("https://[::zz]/", False), ("https://Hotline.example.org/", False), ("https://x.example:0/", False),
        ("https://x.example:65536/", False), ("https://x.example/#f", False), ("https:///x", False),
        ("", False),
    ],
)  # fmt: skip
def test_where_a_node_may_be_reached(url: str, may: bool) -> None:
    assert reach.may_be_reached(url) is may


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=200)
    | st.dictionaries(st.sampled_from(sorted(canonical.from_bytes(DATA))), json_values, max_size=3).map(
        lambda members: json.dumps(
            canonical.from_bytes(DATA) | members, sort_keys=True, separators=(",", ":"), ensure_ascii=False
        ).encode("utf-8", "surrogatepass")
    )
)
def test_any_bytes_are_an_entry_or_a_named_refusal(data: bytes) -> None:
    try:
        found = entries.from_bytes(data)
    except DirectoryRefusal:
        return
    assert entries.to_bytes(found) == data


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60) | st.from_regex(r"https?://[a-z0-9.\[\]:@/-]{0,30}", fullmatch=True))
def test_any_text_may_be_reached_or_not(url: str) -> None:
    assert reach.may_be_reached(url) in (True, False)
