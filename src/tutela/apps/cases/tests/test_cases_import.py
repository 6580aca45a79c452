"""Promises about reports that are taken over from another system."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.apps.cases.models import Report
from tutela.core.kernel import clock
from tutela.core.record.addresses import parse_address
from tutela.core.record.imported import ImportedReport, ImportedReports
from tutela.core.terms.states import ItemState, Worry

PLACE = parse_address("https://files.example.org/item/42.")
ROW = ImportedReport(line=2, address=PLACE, reference="N1", worry=Worry.CHILD_IMAGES, words="status: grade")

pytestmark = pytest.mark.django_db


def _import(*rows: ImportedReport) -> cases.Imported:
    return cases.import_reports(found=ImportedReports(rows), origin="scart")


def test_a_row_becomes_a_report_and_its_item_as_it_stood() -> None:
    done = _import(ROW)
    assert (done.made, done.already, done.items) == (1, 0, 1)
    row = case_queries.queue().rows[0]
    assert case_queries.item(row.id).canonical == PLACE.canonical
    report = Report.objects.get()
    assert (report.words, report.worry, report.wish) == ("status: grade", "child_images", "nothing")


def test_the_same_file_twice_makes_nothing_twice() -> None:
    other = ImportedReport(line=3, service="chat.example.net", account="somebody")
    _import(ROW, other)
    again = _import(ROW, other)
    assert (again.made, again.already, again.items) == (0, 2, 0)
    assert Report.objects.count() == 2
    assert cases.is_imported(row=ROW, origin="scart")


def test_the_line_of_the_ledger_says_who_and_from_where(desk: Any) -> None:
    _import(ROW)
    facts = desk.facts(Report.objects.get().id, "report_opened")
    assert facts["origin"] == "scart"


def test_a_moment_in_the_future_is_now_and_one_in_the_past_is_kept() -> None:
    now = clock.now()
    _import(ImportedReport(line=2, address=PLACE, received_at=now + timedelta(days=400)))
    _import(ImportedReport(line=3, address=PLACE, received_at=now - timedelta(days=400)))
    first, second = Report.objects.order_by("received_at")
    assert first.received_at == now - timedelta(days=400)
    assert second.received_at <= clock.now()


def test_what_the_desk_has_closed_is_not_put_before_a_person_again(desk: Any, assessed: Any) -> None:
    _, item_id = desk.reported()
    desk.settle(item_id, assessed["fine"])
    desk.decide(desk.analyst, item_id, "close", "not_illegal")
    _import(
        ImportedReport(
            line=2, address=parse_address(case_queries.item(item_id).canonical), words="status: old"
        )
    )
    assert case_queries.item(item_id).state == ItemState.CLOSED
