"""Promises of imports: a whole file or nothing, and no row twice."""

from __future__ import annotations

import io
import json

import pytest

from tutela.apps.hashbank import actions as bank
from tutela.apps.hashbank.actions import _entries
from tutela.apps.hashbank.errors import ListUnknown, NotASource, NothingToList
from tutela.apps.hashbank.models import Entry, Print, Source
from tutela.formats.errors import CannotRead
from tutela.formats.lists import open_list
from tutela.testing.hash_lists import Bank, row, value

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """250 rows are several pages, and a page several statements."""
    monkeypatch.setitem(bank.import_entries.__globals__, "ROWS_A_PAGE", 100)
    monkeypatch.setattr(_entries, "AT_ONCE", 40)


CONTEXT = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Media"


def _vics(*numbers: int, **more: object) -> bytes:
    records = [{"MD5": value(number, "md5"), "Category": 1, **more} for number in numbers]
    return json.dumps({"@odata.context": CONTEXT, "value": records}).encode()


def _take(data: bytes, **more: object) -> bank.Imported:
    return bank.import_entries(
        list_name="example", source_name="set", reader=open_list(io.BytesIO(data)), **more
    )  # type: ignore[arg-type]


def test_a_hash_set_is_taken_once_however_often_it_is_imported(store: Bank) -> None:
    first = _take(_vics(*range(250), Miniature="bm90IGEgcGljdHVyZQ=="))
    assert (first.put, first.left_out["picture"]) == (250, 250)
    again = _take(_vics(*range(250)))
    assert (again.put, again.unchanged) == (0, 250)
    assert Entry.objects.count() == 250
    assert "bm90" not in repr(list(Entry.objects.values_list("row", flat=True)[:5]))
    (entry,) = list(Entry.objects.all()[:1])
    assert (entry.scheme, entry.classification) == ("vics-2.0-us", "1")


def test_a_file_that_ends_in_the_middle_leaves_nothing_behind(store: Bank) -> None:
    with pytest.raises(CannotRead):
        _take(_vics(*range(250))[:-20])
    assert Entry.objects.count() == Print.objects.count() == 0
    assert not Source.objects.filter(name="set").exists()


def test_what_a_newer_file_does_not_hold_stays_unless_it_replaces_the_older(store: Bank) -> None:
    store.take({"x": row(900)}, at=1)
    _take(_vics(1, 2, 3))
    assert _take(_vics(1)).withdrawn == 0
    assert len(store.entries()) == 4
    assert _take(_vics(1), replace=True).withdrawn == 2
    assert len(store.entries()) == 2, "the entries of another source stay"


def test_an_import_has_a_name_and_a_list_of_its_own(store: Bank) -> None:
    for name in ("desk", "partner", "Bad Name"):
        with pytest.raises(NotASource):
            bank.import_entries(list_name="example", source_name=name, reader=open_list(io.BytesIO(_vics(1))))
    with pytest.raises(ListUnknown):
        bank.import_entries(list_name="none", source_name="set", reader=open_list(io.BytesIO(_vics(1))))
    with pytest.raises(NothingToList) as refused:
        _take(b"md5 oops\n")
    assert refused.value.reasons == ("wrong_length",)
