"""Promises about handing in a report."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.db import DatabaseError
from django.test import Client

from tutela.apps.ledger import queries as ledger_queries
from tutela.apps.receipts import actions as receipts
from tutela.apps.receipts import queries, rules

ADDRESS = "https://files.example.org/a"


def test_one_form_is_a_complete_report_and_returns_a_code(visitor: Any, desk_reads: Any) -> None:
    visitor.report(ADDRESS)
    assert visitor.status == 200
    assert rules.parse_code(visitor.digits) == rules.parse_code(visitor.words)
    (payload,) = desk_reads()
    assert payload["kind"] == "report"
    assert payload["places"] == ADDRESS
    assert payload["no_address"] is False
    assert payload["language"] == "en"
    assert payload["wish"] == "code"


def test_what_is_stored_is_sealed(visitor: Any) -> None:
    visitor.report(ADDRESS)
    (submission,) = queries.submissions_waiting()
    assert b"example" not in submission.sealed


def test_the_ledger_keeps_codes_and_ids_only(visitor: Any) -> None:
    visitor.report(ADDRESS)
    (line,) = ledger_queries.latest_lines(kind="report_received")
    assert line.actor == "site"
    assert set(line.facts) == {"submission"}


def test_sending_the_form_twice_gives_the_same_code_and_stores_once(visitor: Any, desk_reads: Any) -> None:
    form = {**visitor.open().forms[0], "places": ADDRESS}
    visitor.send(places=ADDRESS)
    first = visitor.digits
    visitor.page = visitor.client.post("/en/", form)
    assert visitor.digits == first
    assert len(desk_reads()) == 1


def test_going_back_and_sending_something_else_adds_to_the_same_report(visitor: Any, desk_reads: Any) -> None:
    form = visitor.open().forms[0]
    visitor.send(places=ADDRESS)
    first = visitor.digits
    visitor.page = visitor.client.post("/en/", {**form, "places": "https://files.example.org/b"})
    assert visitor.digits == first
    assert [payload["kind"] for payload in desk_reads()] == ["report", "addition"]
    assert desk_reads()[1]["places"] == "https://files.example.org/b"


def test_two_visitors_get_two_codes(visitor: Any) -> None:
    first = visitor.report().digits
    assert visitor.report().digits != first


def test_a_form_that_was_open_for_three_hours_asks_to_send_once_more_and_keeps_the_text(
    visitor: Any, desk_reads: Any
) -> None:
    with time_machine.travel("2026-03-01T08:00:00Z", tick=False) as travel:
        visitor.open()
        travel.shift(3 * 3600)
        visitor.send(places=ADDRESS, service="Chat", account="somebody", more="On Monday")
        assert visitor.status == 409
        assert "once more" in visitor.text
        assert desk_reads() == []
        kept = visitor.forms[0]
        assert (kept["places"], kept["service"], kept["account"], kept["more"]) == (
            ADDRESS,
            "Chat",
            "somebody",
            "On Monday",
        )
        visitor.send()
        assert visitor.status == 200
        assert desk_reads()[0]["places"] == ADDRESS


@pytest.mark.parametrize("token", ["", "nonsense", "A" * 5000, "AAAA" * 40, "ÄÖ", "AQ\x00"])
def test_a_token_that_was_tampered_with_loses_nothing(visitor: Any, desk_reads: Any, token: str) -> None:
    visitor.open().send(places=ADDRESS, token=token)
    assert visitor.status == 409
    assert visitor.forms[0]["places"] == ADDRESS
    visitor.send()
    assert visitor.status == 200
    assert len(desk_reads()) == 1


def test_an_account_is_enough(visitor: Any, desk_reads: Any) -> None:
    visitor.report("", service="Chat", account="@somebody")
    assert visitor.status == 200
    (payload,) = desk_reads()
    assert (payload["service"], payload["account"], payload["no_address"]) == ("Chat", "@somebody", False)


def test_having_no_link_is_enough(visitor: Any, desk_reads: Any) -> None:
    visitor.report("", more="In a group chat, on Monday")
    assert visitor.status == 200
    (payload,) = desk_reads()
    assert payload["no_address"] is True
    assert payload["more"] == "In a group chat, on Monday"


def test_text_without_an_address_can_be_sent_as_it_is(visitor: Any, desk_reads: Any) -> None:
    visitor.report("somebody sent it to my sister")
    assert visitor.status == 422
    assert "without_address" in visitor.text
    assert visitor.forms[0]["places"] == "somebody sent it to my sister"
    visitor.send(without_address="yes")
    assert visitor.status == 200
    (payload,) = desk_reads()
    assert payload["no_address"] is True
    assert payload["more"] == "somebody sent it to my sister"


def test_a_full_disk_stores_nothing_and_keeps_what_was_typed(
    visitor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: object) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(receipts, "hand_in", full)
    visitor.report(ADDRESS)
    assert visitor.status == 503
    assert visitor.forms[0]["places"] == ADDRESS
    monkeypatch.undo()
    visitor.send()
    assert visitor.status == 200


def test_each_answer_is_added_as_it_is_given(visitor: Any, desk_reads: Any) -> None:
    visitor.report()
    visitor.send(0)
    visitor.send(worry="about_me", danger_now="yes", go="next")
    assert "112" in visitor.text
    visitor.send(more="The password is on the first page", country="NL", go="next")
    visitor.send(wish="email", email="somebody@example.org", go="next")
    assert "That was all" in visitor.text
    told = desk_reads()[1:]
    assert [payload["kind"] for payload in told] == ["addition"] * 3
    assert told[0]["worry"] == "about_me"
    assert told[0]["danger_now"] is True
    assert (told[1]["more"], told[1]["country"]) == ("The password is on the first page", "NL")
    assert (told[2]["wish"], told[2]["email"]) == ("email", "somebody@example.org")
    assert "places" not in told[0]


def test_every_question_can_be_skipped(visitor: Any, desk_reads: Any) -> None:
    visitor.report().send(0)
    for _ in range(3):
        visitor.send(go="skip")
    assert "That was all" in visitor.text
    assert len(desk_reads()) == 1


def test_nothing_is_ticked_but_the_safe_default(visitor: Any) -> None:
    visitor.report().send(0)
    assert "worry" not in visitor.forms[0]
    assert "danger_now" not in visitor.forms[0]
    visitor.send(go="skip").send(go="skip")
    assert visitor.forms[0]["wish"] == "code"


def test_going_back_shows_what_was_chosen(visitor: Any) -> None:
    visitor.report().send(0)
    visitor.send(worry="threat", go="next").send(more="later", go="back")
    assert visitor.forms[0]["worry"] == "threat"
    visitor.send(go="next")
    assert visitor.forms[0]["more"] == "later"


def test_pressing_twice_adds_once_and_a_changed_mind_is_kept(visitor: Any, desk_reads: Any) -> None:
    visitor.report().send(0)
    form = {**visitor.forms[0], "worry": "threat", "go": "next"}
    for _ in range(2):
        visitor.page = visitor.client.post("/en/", form)
    assert len(desk_reads()) == 2
    visitor.send(go="back").send(worry="about_me", go="next")
    visitor.send(go="back").send(worry="threat", go="next")
    assert [payload.get("worry") for payload in desk_reads()[1:]] == ["threat", "about_me", "threat"]


def test_wishing_mail_needs_an_address_and_says_so(visitor: Any, desk_reads: Any) -> None:
    visitor.report().send(0)
    visitor.send(go="skip").send(go="skip").send(wish="email", email="", go="next")
    assert visitor.status == 422
    visitor.send(wish="email", email="not mail", go="next")
    assert visitor.status == 422
    assert visitor.forms[0]["email"] == "not mail"
    assert len(desk_reads()) == 1


def test_the_token_of_the_questions_opens_no_receipt(visitor: Any) -> None:
    visitor.report().send(0)
    answer = {"step": "answer", "token": visitor.forms[0]["continue"], "text": "hello"}
    page = Client().post("/en/code/", answer)
    assert page.status_code == 409
    assert "What happened so far" not in page.content.decode()


def test_the_code_can_be_shown_again_while_the_questions_are_open(visitor: Any) -> None:
    digits = visitor.report().digits
    visitor.send(0)
    assert digits not in visitor.text
    visitor.send(1)
    assert visitor.digits == digits


def test_questions_left_open_for_three_hours_ask_for_the_code_and_keep_the_text(
    visitor: Any, desk_reads: Any
) -> None:
    with time_machine.travel("2026-03-01T08:00:00Z", tick=False) as travel:
        digits = visitor.report().digits
        visitor.send(0).send(go="skip")
        travel.shift(3 * 3600)
        visitor.send(more="The user is called somebody", go="next")
        assert visitor.status == 409
        visitor.send(code=digits)
        assert visitor.status == 200
        assert visitor.forms[0]["text"] == "The user is called somebody"
        visitor.send()
    assert desk_reads()[1]["more"] == "The user is called somebody"


def test_a_known_address_gets_the_same_receipt(visitor: Any) -> None:
    first = visitor.report(ADDRESS).text.replace(visitor.digits.replace(" ", "</span> <span>"), "")
    second = visitor.report(ADDRESS).text.replace(visitor.digits.replace(" ", "</span> <span>"), "")
    assert _without_secrets(first) == _without_secrets(second)


def _without_secrets(page: str) -> list[str]:
    return [line for line in page.splitlines() if 'type="hidden"' not in line and "code__words" not in line]
