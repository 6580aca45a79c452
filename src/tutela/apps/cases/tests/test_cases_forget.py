"""Promises about forgetting, and about who is mailed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import time_machine

from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.apps.cases.models import Exposure, Item, Question, Report, Sighting
from tutela.apps.ledger import queries as ledger_queries
from tutela.core.kernel import clock


def test_what_is_closed_long_ago_is_overwritten_and_its_codes_stay(desk: Any) -> None:
    reporter, item_id = desk.reported(more="what I saw", wish="email", email="a@example.org", worry="threat")
    desk.decide(desk.analyst, item_id, "ask_reporter", text="Which page?")
    reporter.answers(Question.objects.get().message_id, "The third")
    cases.open_exposure(by=desk.analyst, item_id=item_id)
    desk.remove(item_id)
    done = cases.forget_closed(before=clock.now() + timedelta(seconds=1))
    assert (done.reports, done.items, done.spans) == (1, 1, 1)
    report, item = Report.objects.get(), Item.objects.get()
    assert (report.words_locked, report.email_locked, report.worry) == (None, None, "threat")
    assert (item.canonical, item.host, item.registered_domain, item.outcome) == ("", "", "", "removed")
    assert Sighting.objects.get().original == ""
    assert (Question.objects.get().text_locked, Question.objects.get().answer_locked) == (None, None)
    assert not Exposure.objects.exists()
    assert case_queries.item(item_id).category == "baseline"
    assert ledger_queries.latest_lines(kind="records_forgotten")[0].facts["items"] == 1
    assert cases.forget_closed(before=clock.now() + timedelta(seconds=1)).reports == 0


def test_what_is_open_or_closed_since_is_kept(desk: Any) -> None:
    _, open_item = desk.reported(more="words")
    _, closed_item = desk.reported(more="words")
    desk.remove(closed_item)
    done = cases.forget_closed(before=clock.now() - timedelta(days=1))
    assert (done.reports, done.items) == (0, 0)
    assert case_queries.item(open_item).canonical and case_queries.item(closed_item).canonical


def test_an_item_that_an_open_report_names_is_kept(desk: Any, node: Any) -> None:
    node(checks={"mode": "head"})
    reporter, item_id = desk.reported()
    desk.remove(item_id)
    other = type(reporter)()
    other.reports(f"{case_queries.item(item_id).canonical} {desk.new_place()}")
    done = cases.forget_closed(before=clock.now() + timedelta(seconds=1))
    assert (done.reports, done.items) == (1, 0)
    assert case_queries.item(item_id).canonical


def test_what_was_forgotten_is_still_recognised_and_nobody_looks_again(desk: Any) -> None:
    reporter, item_id = desk.reported()
    address = case_queries.item(item_id).canonical
    key = bytes(Item.objects.get().key)
    desk.remove(item_id)
    cases.forget_closed(before=clock.now() + timedelta(seconds=1))
    assert bytes(Item.objects.get().key) != key
    done = type(reporter)().reports(address)
    assert done.known == (item_id,)
    seen = case_queries.item(item_id)
    assert (seen.canonical, seen.state, seen.to_assess, seen.forgotten) == (address, "deciding", False, False)
    assert bytes(Item.objects.get().key) == key


def test_a_reporter_who_chose_mail_is_mailed_about_news_once(desk: Any) -> None:
    reporter, item_id = desk.reported(wish="email", email="a@example.org", language="ka")
    desk.reported(wish="code")
    assert case_queries.mails_wanted() == []
    desk.notice(item_id)
    (wanted,) = case_queries.mails_wanted()
    assert (wanted.email, wanted.language) == ("a@example.org", "ka")
    cases.mark_mailed(report_id=wanted.report_id, told_at=wanted.told_at)
    assert case_queries.mails_wanted() == []
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        cases.record_gone(item_id=item_id)
        assert len(case_queries.mails_wanted()) == 1
    reporter.adds(wish="nothing")
    assert case_queries.mails_wanted() == []


def test_a_question_is_news_too(desk: Any) -> None:
    _, item_id = desk.reported(wish="email", email="a@example.org")
    desk.decide(desk.analyst, item_id, "ask_reporter", text="Which page?")
    assert len(case_queries.mails_wanted()) == 1
