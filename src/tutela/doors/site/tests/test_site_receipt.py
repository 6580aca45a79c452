"""Promises about coming back with the code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from tutela.apps.receipts import actions as receipts
from tutela.apps.receipts import queries, rules
from tutela.apps.receipts.errors import CodeMistyped
from tutela.doors.site import opening, story

UNKNOWN = "0000 0000 0000 0000 0000"


@pytest.fixture
def digits(visitor: Any) -> str:
    return str(visitor.report().digits)


def test_digits_and_words_open_the_same_receipt(visitor: Any) -> None:
    visitor.report()
    digits, words = visitor.digits, visitor.words
    for code in (digits, words, words.upper(), digits.replace(" ", ""), words.replace(" ", ", ")):
        visitor.open_receipt(code)
        assert visitor.status == 200
        assert "Your report arrived." in visitor.text


def test_what_happened_is_told_in_plain_words_and_in_order(
    visitor: Any, digits: str, desk_tells: Any
) -> None:
    for state in ("received", "being_looked_at", "notice_sent", "removed"):
        desk_tells(digits, state=state)
    desk_tells(digits, state="closed", reason="removed")
    text = visitor.open_receipt(digits).text
    told = [
        "Your report arrived",
        "began to work",
        "take it down",
        "It is gone. It can",
        "you made this happen",
    ]
    assert sorted(told, key=text.index) == told
    assert text.count("Your report arrived") == 1
    assert "You do not have to do anything more" in text


@pytest.mark.parametrize("reason", ["duplicate", "handed_to_police", "not_illegal", "", "unheard_of"])
def test_every_reason_to_close_has_a_kind_sentence(
    visitor: Any, digits: str, desk_tells: Any, reason: str
) -> None:
    desk_tells(digits, state="closed", reason=reason)
    text = visitor.open_receipt(digits).text
    assert "We have finished" in text
    assert "duplicate" not in text


def test_the_receipt_says_what_a_reporter_must_hear(visitor: Any, digits: str) -> None:
    text = visitor.open_receipt(digits).text
    assert "You are not in trouble for telling us." in text
    assert "do not take a screenshot" in text
    assert "/en/help/" in text


def test_a_question_is_answered_and_only_the_desk_reads_the_answer(
    visitor: Any, digits: str, desk_tells: Any, desk_reads: Any
) -> None:
    question = desk_tells(digits, "question", text="Which <b>user</b>?")
    visitor.open_receipt(digits)
    assert "Which &lt;b&gt;user&lt;/b&gt;?" in visitor.text
    visitor.send(text="  It was somebody  ")
    assert visitor.status == 200
    assert "You have answered this." in visitor.text
    answer = desk_reads()[-1]
    assert (answer["kind"], answer["question"], answer["text"]) == (
        "answer",
        str(question),
        "It was somebody",
    )


def test_an_answered_question_is_not_asked_again(visitor: Any, digits: str, desk_tells: Any) -> None:
    question = desk_tells(digits, "question", text="Which user?")
    desk_tells(digits, "answer_received", question=str(question))
    text = visitor.open_receipt(digits).text
    assert "Which user?" not in text
    assert "Your answer arrived." in text


def test_the_same_answer_twice_is_stored_once(
    visitor: Any, digits: str, desk_tells: Any, desk_reads: Any
) -> None:
    desk_tells(digits, "question", text="Which user?")
    form = {**visitor.open_receipt(digits).forms[0], "text": "somebody"}
    for _ in range(2):
        assert visitor.client.post("/en/code/", form).status_code == 200
    assert len(desk_reads()) == 2


def test_a_question_of_another_receipt_cannot_be_answered(
    visitor: Any, digits: str, desk_tells: Any, desk_reads: Any
) -> None:
    elsewhere = visitor.report("https://files.example.org/b").digits
    question = desk_tells(elsewhere, "question", text="Which user?")
    visitor.open_receipt(digits).send(text="mine", question=str(question))
    assert visitor.status == 200
    assert desk_reads()[-1]["kind"] == "addition"


def test_something_can_be_added_later(visitor: Any, digits: str, desk_reads: Any) -> None:
    visitor.open_receipt(digits).send(text="I remember the name")
    assert desk_reads()[-1]["more"] == "I remember the name"


def test_an_empty_answer_is_asked_for_again(
    visitor: Any, digits: str, desk_tells: Any, desk_reads: Any
) -> None:
    desk_tells(digits, "question", text="Which user?")
    visitor.open_receipt(digits).send(text="   ")
    assert visitor.status == 422
    assert "Which user?" in visitor.text
    assert len(desk_reads()) == 1


def test_after_half_an_hour_the_code_is_asked_for_again_and_the_answer_is_kept(
    visitor: Any, desk_tells: Any, desk_reads: Any
) -> None:
    with time_machine.travel("2026-03-01T08:00:00Z", tick=False) as travel:
        digits = visitor.report().digits
        question = desk_tells(digits, "question", text="Which user?")
        visitor.open_receipt(digits)
        travel.shift(31 * 60)
        visitor.send(text="It was somebody")
        assert visitor.status == 409
        visitor.send(code=digits)
        assert visitor.forms[0]["text"] == "It was somebody"
        visitor.send()
    answer = desk_reads()[-1]
    assert (answer["question"], answer["text"]) == (str(question), "It was somebody")


def test_an_answer_that_cannot_be_stored_stays_in_its_box(
    visitor: Any, digits: str, desk_tells: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: object) -> None:
        raise DatabaseError("disk full")

    desk_tells(digits, "question", text="Which user?")
    visitor.open_receipt(digits)
    monkeypatch.setattr(receipts, "hand_in_more", full)
    visitor.send(text="It was somebody")
    assert visitor.status == 503
    assert visitor.forms[0]["text"] == "It was somebody"


def _out(*_: object) -> None:
    raise DatabaseError("gone away")


@pytest.mark.parametrize("right", [True, False])
def test_without_the_database_the_page_says_so_and_keeps_the_code(
    visitor: Any, digits: str, monkeypatch: pytest.MonkeyPatch, right: bool
) -> None:
    monkeypatch.setattr(queries, "receipt_by_lookup", _out)
    typed = digits if right else UNKNOWN
    visitor.open_receipt(typed)
    assert visitor.status == 503
    assert "We could not open it just now" in visitor.text
    assert visitor.forms[0]["code"] == typed
    monkeypatch.undo()
    visitor.send()
    assert visitor.status == (200 if right else 422)


def test_an_answer_waits_on_the_page_while_the_database_is_out(
    visitor: Any, digits: str, desk_tells: Any, desk_reads: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = desk_tells(digits, "question", text="Which user?")
    visitor.open_receipt(digits)
    monkeypatch.setattr(queries, "receipt_by_lookup", _out)
    visitor.send(text="It was somebody")
    assert visitor.status == 503
    monkeypatch.undo()
    visitor.send(code=digits)
    assert visitor.forms[0]["text"] == "It was somebody"
    visitor.send()
    assert desk_reads()[-1]["question"] == str(question)


def test_a_message_that_does_not_open_hides_only_itself(
    visitor: Any,
    digits: str,
    desk_tells: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken = desk_tells(digits, state="being_looked_at")
    desk_tells(digits, state="notice_sent")
    whole = queries.messages

    def damaged(receipt_id: Any) -> list[Any]:
        return [_damage(message) if message.id == broken else message for message in whole(receipt_id)]

    monkeypatch.setattr(queries, "messages", damaged)
    text = visitor.open_receipt(digits).text
    assert "take it down" in text
    assert "began to work" not in text
    assert "does not open" in caplog.text


def _damage(message: queries.MessageSealed) -> queries.MessageSealed:
    sealed = message.sealed[:-1] + bytes([message.sealed[-1] ^ 1])
    return queries.MessageSealed(message.id, message.receipt_id, message.kind, sealed, message.sent_at)


class _Work:
    """Counts the expensive steps that opening a code takes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.derived = self.opened = 0
        derive, open_message = rules.derive, rules.open_message

        def deriving(*arguments: Any) -> Any:
            self.derived += 1
            return derive(*arguments)

        def opening_message(*arguments: Any) -> Any:
            self.opened += 1
            return open_message(*arguments)

        monkeypatch.setattr(rules, "derive", deriving)
        monkeypatch.setattr(rules, "open_message", opening_message)

    def take(self) -> tuple[int, int]:
        done, self.derived, self.opened = (self.derived, self.opened), 0, 0
        return done


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Work]:
    yield _Work(monkeypatch)


def _tried(visitor: Any, code: str) -> tuple[Any, int]:
    with CaptureQueriesContext(connection) as captured:
        visitor.open_receipt(code)
    return visitor.page, len(captured)


def test_wrong_codes_take_the_same_work_as_right_ones(
    visitor: Any, digits: str, desk_tells: Any, work: _Work
) -> None:
    desk_tells(digits, state="received")
    work.take()
    _, asked_right = _tried(visitor, digits)
    right = work.take()
    for code in (UNKNOWN, "1234 5678 9012 3456 7890", "lemon", "x" * 200):
        page, asked = _tried(visitor, code)
        assert page.status_code == 422
        assert work.take() == right == (1, opening.OPENED_AT_LEAST)
        assert asked == asked_right


def test_wrong_codes_answer_in_the_same_shape(visitor: Any, digits: str, desk_tells: Any) -> None:
    desk_tells(digits, state="received")
    unknown, _ = _tried(visitor, UNKNOWN)
    mistyped, _ = _tried(visitor, "1234 5678 9012 3456 7890")
    right, _ = _tried(visitor, digits)
    assert unknown.status_code == mistyped.status_code
    names = set(unknown.headers)
    assert names == set(mistyped.headers) == set(right.headers)
    assert len(unknown.content) == len(mistyped.content) == len(right.content)
    for name in names:
        assert unknown.headers[name] == mistyped.headers[name] == right.headers[name]


def test_a_near_miss_is_helped_without_looking_anything_up(visitor: Any) -> None:
    word = rules.word_list()[100]
    visitor.report()
    words = visitor.words.split()
    visitor.open_receipt(" ".join([word + "zz", *words[1:]]))
    assert visitor.status == 422
    assert word in visitor.text
    visitor.open_receipt("1234")
    assert "count again" in visitor.text


def test_no_code_at_all_is_asked_for(visitor: Any) -> None:
    visitor.open_receipt("")
    assert visitor.status == 422
    assert "Please type your code" in visitor.text


def test_neither_code_nor_answer_ever_stands_in_an_address(visitor: Any, digits: str) -> None:
    visitor.open_receipt(digits)
    plain = digits.replace(" ", "")
    for page in visitor.text.split('href="')[1:]:
        assert plain not in page.split('"')[0]
    assert digits not in visitor.text
    with pytest.raises(CodeMistyped):
        rules.parse_code(visitor.forms[0]["token"])


def test_the_story_starts_with_the_arrival_even_before_the_desk_said_anything() -> None:
    from tutela.core.kernel import clock

    with translation.override("en"):
        told = story.tell(clock.now(), ())
        assert [str(event.text) for event in told.events] == ["Your report arrived."]
    assert not told.closed
