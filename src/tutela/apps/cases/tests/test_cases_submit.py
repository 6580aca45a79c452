"""Promises about taking reports in."""

from __future__ import annotations

from typing import Any

import pytest

from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.apps.cases.errors import BrokenPayload, NoSuchReport
from tutela.apps.cases.models import Report, Sighting
from tutela.core.kernel import clock, ids

PLACE = "https://files.example.org/a"


def test_a_report_becomes_items_in_the_queue(reporter: Any, desk: Any) -> None:
    done = reporter.reports(f"{PLACE} https://b.example.net/", worry="child_images", danger_now=True)
    rows = case_queries.queue().rows
    assert {row.id for row in rows} == set(done.item_ids)
    assert rows[0].reasons == ("danger_now", "new")
    assert desk.lines(done.report_id) == ["report_opened"]
    assert desk.facts(done.report_id, "report_opened")["items"] == 2
    assert desk.lines(rows[0].id) == ["item_received"]
    assert reporter.states() == ["received"]


def test_the_same_submission_counts_once(reporter: Any) -> None:
    submission, payload = ids.new_id(), {"v": 1, "kind": "report", "places": PLACE}
    first, again = (
        cases.submit_report(
            payload=payload,
            receipt_id=reporter.receipt_id,
            submission_id=submission,
            received_at=clock.now(),
        )
        for _ in range(2)
    )
    assert (first.report_id, first.item_ids) == (again.report_id, again.item_ids)
    assert (first.already, again.already) == (False, True)
    assert Report.objects.count() == Sighting.objects.count() == 1
    assert reporter.states() == ["received"]


def test_the_same_address_in_another_spelling_is_the_same_item(desk: Any) -> None:
    _, item_id = desk.reported()
    second_reporter, _ = desk.reported()
    spelled = case_queries.item(item_id).canonical.replace("https", "hxxps").replace(".", "[.]")
    again = second_reporter.adds(places=f"look: <{spelled}>, please")
    assert again.known == (item_id,)
    seen = case_queries.item(item_id)
    assert (seen.known, seen.sightings) == (True, 2)
    assert len(case_queries.sightings(item_id)) == 2


def test_a_reporter_cannot_tell_from_the_receipt_that_an_address_was_known(desk: Any) -> None:
    first, item_id = desk.reported()
    second = type(first)()
    second.reports(case_queries.item(item_id).canonical)
    shape = [[set(message) for message in one.told()] for one in (first, second)]
    assert first.states() == second.states() == ["received"]
    assert shape[0] == shape[1]


def test_a_second_report_never_lowers_an_item(desk: Any) -> None:
    _, item_id = desk.reported()
    before = case_queries.item(item_id).rank
    address = case_queries.item(item_id).canonical
    type(desk.reported()[0])().reports(address)
    assert case_queries.item(item_id).rank == before
    type(desk.reported()[0])().reports(address, danger_now=True)
    assert case_queries.item(item_id).rank < before
    assert case_queries.item(item_id).reasons == ("danger_now", "new")


def test_one_report_names_an_address_once(reporter: Any) -> None:
    done = reporter.reports(f"{PLACE}\n{PLACE}/../a {PLACE}#top")
    assert len(done.item_ids) == 1
    assert reporter.adds(places=PLACE).item_ids == ()
    assert case_queries.item(done.item_ids[0]).sightings == 1


def test_what_cannot_be_read_is_kept_for_a_person(reporter: Any, desk: Any) -> None:
    done = reporter.reports(f"{PLACE} http://192.168.0.1/x", more="seen twice")
    assert done.refused == ("private_address",)
    assert case_queries.report(done.report_id).refused == ("private_address",)
    assert cases.read_words(by=desk.analyst, report_id=done.report_id) == "seen twice\n\nhttp://192.168.0.1/x"


def test_a_report_of_nothing_readable_still_reaches_a_person(reporter: Any) -> None:
    done = reporter.reports("http://localhost/ javascript:alert(1)")
    assert case_queries.item(done.item_ids[0]).kind == "no_address"
    assert len(done.refused) == 2


def test_a_broken_payload_changes_nothing(reporter: Any) -> None:
    with pytest.raises(BrokenPayload):
        cases.submit_report(
            payload={"v": 9},
            receipt_id=reporter.receipt_id,
            submission_id=ids.new_id(),
            received_at=clock.now(),
        )
    assert not Report.objects.exists()
    assert reporter.told() == []


def test_five_hundred_addresses_are_taken_and_the_rest_is_named(reporter: Any) -> None:
    done = reporter.reports("\n".join(f"https://h{n}.example.org/" for n in range(700)))
    assert len(done.item_ids) == 500
    assert done.refused == ("too_many",)


def test_words_and_mail_are_locked_for_their_row_and_column(reporter: Any, desk: Any) -> None:
    done = reporter.reports(PLACE, more="what I saw", email="someone@example.org", wish="email")
    other = type(reporter)().reports(desk.new_place())
    row = Report.objects.get(pk=done.report_id)
    assert b"what I saw" not in bytes(row.words_locked)
    assert b"example" not in bytes(row.email_locked)
    moved = Report.objects.get(pk=other.report_id)
    moved.words_locked = row.words_locked
    with pytest.raises(Exception, match="does not open"):
        _ = moved.words


def test_an_addition_changes_only_what_it_says(reporter: Any, desk: Any) -> None:
    done = reporter.reports(PLACE, more="one", worry="threat", wish="email", email="a@example.org")
    more = reporter.adds(more="two", danger_now=True, places=f"{PLACE} https://new.example.net/")
    assert more.report_id == done.report_id
    report = case_queries.report(done.report_id)
    assert (report.worry, report.danger_now, report.wish) == ("threat", True, "email")
    assert cases.read_words(by=desk.analyst, report_id=done.report_id) == "one\n\ntwo"
    assert len(case_queries.items_of_report(done.report_id)) == 2
    assert all(item.danger_now for item in case_queries.items_of_report(done.report_id))


def test_taking_danger_back_lowers_the_item_again(reporter: Any) -> None:
    item_id = reporter.reports(PLACE, danger_now=True).item_ids[0]
    reporter.adds(danger_now=False)
    assert case_queries.item(item_id).reasons == ("new",)


def test_danger_that_another_reporter_sees_stays(reporter: Any) -> None:
    item_id = reporter.reports(PLACE, danger_now=True).item_ids[0]
    type(reporter)().reports(PLACE, danger_now=True)
    reporter.adds(danger_now=False)
    assert case_queries.item(item_id).danger_now


def test_an_addition_before_its_report_is_asked_to_come_again(reporter: Any) -> None:
    with pytest.raises(NoSuchReport):
        reporter.adds(more="early")


def test_the_same_addition_counts_once(reporter: Any, desk: Any) -> None:
    done = reporter.reports(PLACE)
    submission = ids.new_id()
    for _ in range(2):
        cases.add_to_report(
            payload={"v": 1, "kind": "addition", "more": "once"},
            receipt_id=reporter.receipt_id,
            submission_id=submission,
            received_at=clock.now(),
        )
    assert cases.read_words(by=desk.analyst, report_id=done.report_id) == "once"


def test_hosted_here_moves_an_item_up(reporter: Any, node: Any) -> None:
    node(country="GE")
    item_id = reporter.reports(PLACE).item_ids[0]
    before = case_queries.item(item_id).rank
    assert cases.record_hosting(item_id=item_id, country="ge")
    seen = case_queries.item(item_id)
    assert (seen.hosted_here, seen.reasons) == (True, ("new", "hosted_here"))
    assert seen.rank < before
    assert cases.record_hosting(item_id=item_id, country="NL")
    assert case_queries.item(item_id).rank == before
    assert not cases.record_hosting(item_id=item_id, country="NL")
    assert cases.record_hosting(item_id=item_id, country="not a country")
    assert case_queries.item(item_id).hosting_country == ""


def test_a_child_reporting_itself_comes_before_what_is_only_new(desk: Any) -> None:
    _, first = desk.reported()
    _, second = desk.reported(worry="about_me")
    assert [row.id for row in case_queries.queue().rows] == [second, first]
