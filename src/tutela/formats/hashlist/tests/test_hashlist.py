"""Promises of plain lists: what is written is read again, whatever stands in a file."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.core.matching.fingerprints import SIZES, Kind
from tutela.core.record.listed import ListedEntries, ListedEntry, ListedFingerprint
from tutela.formats.errors import CannotRead
from tutela.formats.hashlist.read import Reader, read
from tutela.formats.hashlist.write import write


def _value(kind: Kind, number: int) -> str:
    return number.to_bytes(SIZES[kind], "big").hex()


_FINGERPRINTS = st.builds(
    lambda kind, number, quality: ListedFingerprint(
        kind.value, _value(kind, number), quality if kind is Kind.PDQ else None
    ),
    st.sampled_from(Kind),
    st.integers(1, 2**64),
    st.none() | st.integers(50, 100),
)
_ENTRIES = st.lists(st.lists(_FINGERPRINTS, min_size=1, max_size=4).map(tuple), min_size=1, max_size=8).map(
    lambda all_: tuple(ListedEntry(f"e{n}", found, "s", 'A;1, "x"') for n, found in enumerate(all_))
)


@settings(max_examples=60, deadline=None)
@given(_ENTRIES)
def test_what_is_written_is_read_again(entries: tuple[ListedEntry, ...]) -> None:
    assert read(write(ListedEntries(entries))).entries == entries


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_stands_in_a_file_is_read_or_refused(data: bytes) -> None:
    try:
        read(data)
    except CannotRead:
        return


def test_the_kind_is_said_and_never_guessed() -> None:
    sixty_four = "12" * 32
    with pytest.raises(CannotRead) as refused:
        read(sixty_four.encode())
    assert refused.value.reason == "no_kind"
    for kind in ("sha256", "pdq"):
        (entry,) = Reader(io.BytesIO(sixty_four.encode()), kind=kind)
        assert entry.fingerprints[0].kind == kind
