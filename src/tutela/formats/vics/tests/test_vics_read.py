"""Promises of VICS that twin files cannot show: length, pictures, and a file that ends too early."""

from __future__ import annotations

import io
import json
import tracemalloc
from collections.abc import Iterator

import pytest

from tutela.formats.errors import CannotRead
from tutela.formats.lists import open_list
from tutela.formats.vics.read import Reader

CONTEXT = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Media"


class _Endless:
    """A document whose records are made while it is read, as if it were gigabytes on a disk."""

    def __init__(self, records: int, picture: str = "") -> None:
        self._records, self._picture = records, picture
        self._parts = self._made()
        self._rest = b""

    def _made(self) -> Iterator[bytes]:
        yield f'{{"@odata.context": "{CONTEXT}", "value": ['.encode()
        for number in range(self._records):
            record = {
                "MediaID": number,
                "MD5": f"{number + 1:032X}",
                "Category": 1,
                "Miniature": self._picture,
            }
            yield (", " if number else "").encode() + json.dumps(record).encode()
        yield b"]}"

    def seek(self, place: int, whence: int = 0) -> int:
        self._parts, self._rest = self._made(), b""
        return 0

    def read(self, most: int = -1) -> bytes:
        while len(self._rest) < most and (part := next(self._parts, None)):
            self._rest += part
        taken, self._rest = self._rest[:most], self._rest[most:]
        return taken


def test_a_long_file_needs_no_more_memory_than_a_short_one() -> None:
    def peak(records: int) -> int:
        tracemalloc.start()
        assert sum(1 for _ in Reader(_Endless(records))) == records  # type: ignore[arg-type]
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    peak(10)
    assert peak(6000) < peak(600) + 200_000


def test_a_picture_is_counted_and_nothing_of_it_is_kept() -> None:
    reader = Reader(_Endless(3, picture="bm90IGEgcGljdHVyZQ==" * 100))  # type: ignore[arg-type]
    entries = list(reader)
    assert len(entries) == 3
    assert reader.tally.left_out["picture"] == 3
    assert "bm90" not in repr(entries) + repr(reader.tally)


def test_a_file_that_ends_in_the_middle_says_so_at_its_end() -> None:
    whole = json.dumps({"@odata.context": CONTEXT, "value": [{"MD5": f"{n:032x}"} for n in range(1, 50)]})
    reader = Reader(io.BytesIO(whole.encode()[:-2]))
    with pytest.raises(CannotRead) as refused:
        list(reader)
    assert refused.value.reason == "truncated"


def test_the_same_file_in_two_categories_is_two_entries_with_its_profile() -> None:
    records = [{"MD5": "1" * 31 + "2", "Category": category} for category in (0, 1, None)]
    document = json.dumps({"@odata.context": CONTEXT, "value": records}).encode()
    entries = list(Reader(io.BytesIO(document)))
    assert [(entry.scheme, entry.classification) for entry in entries] == [
        ("vics-2.0-us", "0"),
        ("vics-2.0-us", "1"),
        ("vics-2.0-us", ""),
    ]
    assert len({entry.id for entry in entries}) == 3


def test_an_id_does_not_tell_the_fingerprint() -> None:
    document = json.dumps({"@odata.context": CONTEXT, "value": [{"MD5": "ab" * 15 + "01"}]}).encode()
    (entry,) = Reader(io.BytesIO(document))
    assert "ababab" not in entry.id


@pytest.mark.parametrize(
    ("data", "scheme"),
    [
        (b'\xef\xbb\xbf{"odata.metadata": "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media", '
         b'"value": [{"MD5": "%s"}]}' % (b"12" * 16), "vics-1.3"),
        (b"md5 " + b"12" * 16, ""),
        (b"kind,value,scheme\nmd5," + b"12" * 16 + b",own\n", "own"),
    ],
)  # fmt: skip
def test_a_list_file_is_opened_without_being_told_its_format(data: bytes, scheme: str) -> None:
    file = io.BytesIO(data)
    (entry,) = open_list(file)
    assert entry.scheme == scheme
    assert not file.closed


def test_a_file_can_be_walked_twice() -> None:
    reader = open_list(io.BytesIO(b"md5 " + b"12" * 16 + b"\nmd5 oops\n"))
    assert list(reader) == list(reader)
    assert reader.tally.refused == {"wrong_length": 1}
