"""Tables from everywhere are read; a bad line costs itself, is named by its number, and is kept."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.core.record.imported import ImportedReports
from tutela.formats.errors import CannotRead
from tutela.formats.reports.read import read
from tutela.formats.scart.read import read as read_scart

HEADER = "address;reference;note\n"
ROWS = [("https://files.example.org/a", "A-1", 'a; "b"\nc'), ("https://files.example.net/b", "A-2", "ცხელი")]


def _table(delimiter: str, end: str) -> str:
    out = io.StringIO()
    table = csv.writer(out, delimiter=delimiter, lineterminator=end)
    table.writerow(["Address", "Reference", "Note"])
    table.writerows(ROWS)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_spreadsheets_save_is_read(encoding: str, delimiter: str, end: str) -> None:
    found = read(_table(delimiter, end).encode(encoding))
    assert [one.address and one.address.canonical for one in found.reports] == [row[0] for row in ROWS]
    assert [one.words for one in found.reports] == [row[2] for row in ROWS]
    assert [one.line for one in found.reports] == [2, 4]
    assert not found.refused


def test_a_lost_quote_costs_its_own_line() -> None:
    found = read(
        f'{HEADER}"https://files.example.org/lost;;\n'.encode() + b"https://files.example.org/%d;;\n" * 80
    )
    assert len(found.reports) == 80
    assert [(one.line, one.reason) for one in found.refused] == [(2, "broken_row")]


def test_a_quote_that_another_one_closes_costs_its_own_line() -> None:
    text = f'{HEADER}"https://files.example.org/lost;;\nhttps://files.example.org/a;;\nhttps://files.example.org/b;;"x"\n'
    found = read(text.encode())
    assert [one.line for one in found.reports] == [3, 4]
    assert [one.line for one in found.refused] == [2]


def test_a_refused_line_is_kept_as_it_stood() -> None:
    bad = "https://10.0.0.1/x;B-1;=note"
    found = read(f"{HEADER}{bad}\n".encode())
    assert [(one.line, one.reason, one.text) for one in found.refused] == [(2, "private_address", bad)]


def test_a_moment_without_a_zone_is_of_the_zone_that_is_said() -> None:
    data = b"url;received\nhttps://files.example.org/a;04.03.2026 10:15\n"
    assert read(data).reports[0].received_at == datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
    assert read(data, zone=ZoneInfo("Asia/Tbilisi")).reports[0].received_at == datetime(
        2026, 3, 4, 6, 15, tzinfo=UTC
    )


def test_a_row_without_a_reference_is_the_same_row_only_with_the_same_words() -> None:
    first, other = (read(f"url;note\nhttps://files.example.org/a;{note}\n".encode()) for note in ("x", "y"))
    assert first.reports[0].digest != other.reports[0].digest


lines = st.text(st.sampled_from('ab;,"\\\t\n\r#=é\x00 ') | st.characters(), max_size=60)


@settings(max_examples=150, deadline=None)
@pytest.mark.parametrize("reader", [read, read_scart])
@given(st.lists(lines, max_size=6), st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]))
def test_any_table_is_read_and_no_line_is_lost(
    reader: Callable[[bytes], ImportedReports], rows: list[str], encoding: str
) -> None:
    data = ("url;note\n" + "\n".join(rows)).encode(encoding, "surrogatepass")
    try:
        found = reader(data)
    except CannotRead:
        return
    covered = {one.line for one in (*found.reports, *found.refused)}
    assert len(covered) == len(found.reports) + len(found.refused)
    for one in found.refused:
        assert one.reason and one.text.encode()
    for report in found.reports:
        assert len(report.digest) == 32


@given(st.binary(max_size=300))
@pytest.mark.parametrize("reader", [read, read_scart])
def test_any_bytes_are_read_or_refused_by_name(
    reader: Callable[[bytes], ImportedReports], data: bytes
) -> None:
    try:
        reader(data)
    except CannotRead as refusal:
        assert refusal.reason
