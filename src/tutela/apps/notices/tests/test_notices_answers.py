"""Promises about the one-time link and what follows from an answer."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from tutela.apps.cases import queries as case_queries
from tutela.apps.ledger import queries as ledger_queries
from tutela.apps.notices import actions as notices
from tutela.apps.notices import errors, queries, rules
from tutela.apps.notices.models import Answer, Notice
from tutela.core.envelope.errors import SealBroken
from tutela.core.kernel import clock
from tutela.core.kernel.errors import NotPermitted
from tutela.testing.notifying import Story

A, B = "https://files.example.org/item/1", "https://files.example.org/item/2"


@pytest.fixture
def notice(story: Story) -> rules.NoticeToSend:
    story.node(checks={"mode": "head"})
    made: rules.NoticeToSend = story.sent_to_provider(A, B)
    return made


def _answers(notice: rules.NoticeToSend) -> dict[uuid.UUID, str]:
    seen = queries.notice_by_token(notice.token)
    assert seen is not None
    return {item.item_id: item.answer for item in seen.items}


def test_an_answer_without_items_is_about_all_of_them(notice: rules.NoticeToSend) -> None:
    taken = notices.answer_notice(token=notice.token, kind="removed")
    assert not taken.correction
    assert set(_answers(notice).values()) == {"removed"}
    [line] = ledger_queries.lines_after(0, kinds=["notice_answered"])
    assert (line.actor, line.about_id) == ("provider", notice.notice_id)
    assert line.facts == {
        "answer": "removed",
        "answer_id": str(taken.answer_id),
        "items": 2,
        "correction": False,
    }


def test_an_answer_can_be_about_one_item(notice: rules.NoticeToSend) -> None:
    first, second = (item.item_id for item in notice.items)
    notices.answer_notice(token=notice.token, kind="not_ours", item_ids=[first])
    assert _answers(notice) == {first: "not_ours", second: ""}


def test_a_second_answer_is_a_correction_and_both_stay(story: Story, notice: rules.NoticeToSend) -> None:
    notices.answer_notice(token=notice.token, kind="not_ours")
    story.clock.shift(timedelta(minutes=3))
    assert notices.answer_notice(token=notice.token, kind="removed").correction
    assert set(_answers(notice).values()) == {"removed"}
    kinds = [(answer.kind, answer.correction) for answer in queries.answers_of(notice.notice_id)]
    assert kinds == [("not_ours", False), ("removed", True)]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"token": "wrong"}, errors.LinkUnknown),
        ({"token": ""}, errors.LinkUnknown),
        ({"token": "\ud800"}, errors.LinkUnknown),
        ({"kind": "perhaps"}, errors.NotAnAnswer),
        ({"item_ids": [uuid.UUID(int=5)]}, errors.NotAnAnswer),
        ({"kind": "need_more"}, errors.TextMissing),
        ({"kind": "objection", "text": " \n "}, errors.TextMissing),
        ({"text": "x" * 2001}, errors.TextTooLong),
    ],
)
def test_a_bad_answer_changes_nothing(
    notice: rules.NoticeToSend, changes: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        notices.answer_notice(**({"token": notice.token, "kind": "removed"} | changes))
    assert Answer.objects.count() == 0
    assert set(_answers(notice).values()) == {""}


def test_a_link_lasts_thirty_days_and_then_shows_nothing(story: Story, notice: rules.NoticeToSend) -> None:
    story.clock.shift(timedelta(days=30) - timedelta(seconds=1))
    seen = queries.notice_by_token(notice.token)
    assert seen is not None and len(seen.items) == 2
    story.clock.shift(timedelta(seconds=1))
    seen = queries.notice_by_token(notice.token)
    assert seen is not None
    assert (seen.expired, seen.items, seen.answers, seen.reference) == (True, (), (), "")
    with pytest.raises(errors.LinkExpired):
        notices.answer_notice(token=notice.token, kind="removed")


def test_the_secret_of_the_link_is_nowhere_in_the_database(notice: rules.NoticeToSend) -> None:
    row = Notice.objects.get()
    assert bytes(row.token_digest or b"") == rules.token_digest(notice.token)
    assert notice.token not in str(Notice.objects.values())


def test_nobody_can_play_with_a_link_for_ever(
    notice: rules.NoticeToSend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_ANSWERS", 2)
    notices.answer_notice(token=notice.token, kind="removed")
    notices.answer_notice(token=notice.token, kind="removed")
    with pytest.raises(errors.TooManyAnswers):
        notices.answer_notice(token=notice.token, kind="removed")


def test_the_providers_words_are_sealed_and_only_the_desk_opens_them(
    story: Story, notice: rules.NoticeToSend
) -> None:
    words = "We object: თარგმანი\nsecond line"
    taken = notices.answer_notice(token=notice.token, kind="objection", text=f"  {words}\r\n")
    row = Answer.objects.get()
    assert row.text_sealed is not None
    assert b"object" not in bytes(row.text_sealed)
    assert notices.read_answer(by=story.person("analyst"), answer_id=taken.answer_id) == words
    with pytest.raises(NotPermitted):
        notices.read_answer(by=story.person("welfare_lead"), answer_id=taken.answer_id)
    with pytest.raises(errors.AnswerUnknown):
        notices.read_answer(by=story.person("analyst"), answer_id=uuid.uuid4())


def test_words_moved_to_another_answer_do_not_open(story: Story, notice: rules.NoticeToSend) -> None:
    first = notices.answer_notice(token=notice.token, kind="objection", text="one").answer_id
    second = notices.answer_notice(token=notice.token, kind="objection", text="two").answer_id
    Answer.objects.filter(pk=second).update(text_sealed=Answer.objects.get(pk=first).text_sealed)
    with pytest.raises(SealBroken):
        notices.read_answer(by=story.person("analyst"), answer_id=second)


@pytest.mark.parametrize("kind", ["removed", "already_gone"])
def test_an_answer_that_can_be_checked_is_checked_at_once(
    story: Story, notice: rules.NoticeToSend, kind: str
) -> None:
    first = notice.items[0].item_id
    assert notices.take_due_watch(clock.now()) is None
    notices.answer_notice(token=notice.token, kind=kind, item_ids=[first])
    assert notices.follow_answers() == 1
    assert notices.follow_answers() == 0
    look = notices.take_due_watch(clock.now())
    assert look is not None
    assert look.item_id == first
    assert notices.take_due_watch(clock.now()) is None
    assert queries.answers_waiting() == []


def test_what_is_said_to_be_removed_and_still_answers_goes_to_a_person(
    notice: rules.NoticeToSend,
) -> None:
    item = notice.items[0].item_id
    notices.answer_notice(token=notice.token, kind="removed")
    notices.follow_answers()
    recorded = notices.record_check(item_id=item, facts=rules.LookFacts("head", 200))
    assert recorded.event == "unclear"
    assert case_queries.item(item).state == "deciding"


def test_not_ours_goes_back_to_a_person_and_the_host_is_looked_up_again(
    story: Story, notice: rules.NoticeToSend
) -> None:
    first, second = (item.item_id for item in notice.items)
    story.clock.shift(timedelta(minutes=10))
    taken = notices.answer_notice(token=notice.token, kind="not_ours", item_ids=[first])
    notices.follow_answers()
    assert case_queries.item(first).state == "deciding"
    assert case_queries.item(second).state == "noticed"
    assert [due.item_id for due in queries.lookups_due(clock.now())] == [first]
    story.hosted(first)
    assert queries.lookups_due(clock.now()) == []
    assert [answer.id for answer in queries.answers_waiting()] == [taken.answer_id]


def test_an_answer_for_a_person_stays_on_the_list_until_it_is_settled(
    story: Story, notice: rules.NoticeToSend
) -> None:
    taken = notices.answer_notice(token=notice.token, kind="need_more", text="Which account?")
    notices.follow_answers()
    assert case_queries.item(notice.items[0].item_id).state == "noticed"
    [waiting] = queries.answers_waiting()
    assert (waiting.kind, waiting.has_text, waiting.reference) == ("need_more", True, notice.reference)
    with pytest.raises(NotPermitted):
        notices.settle_answer(by=story.person("welfare_lead"), answer_id=taken.answer_id)
    notices.settle_answer(by=story.person("analyst"), answer_id=taken.answer_id)
    notices.settle_answer(by=story.person("second"), answer_id=taken.answer_id)
    assert queries.answers_waiting() == []
    assert [line.kind for line in ledger_queries.lines_about(notice.notice_id)].count("answer_settled") == 1


def test_a_withdrawn_notice_answers_no_more(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    story.provider()
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    notice = story.taken()
    notices.record_hosting(item_id=item, found=story.found(asn=64501))
    notices.drop_moved(notice_id=notice.notice_id, item_ids=[item])
    with pytest.raises(errors.LinkExpired):
        notices.answer_notice(token=notice.token, kind="removed")


def test_an_answer_to_a_letter_of_which_nobody_knew_that_it_arrived_is_kept(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    story.provider()
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    notice = story.taken()
    notices.answer_notice(token=notice.token, kind="removed")
    story.clock.shift(timedelta(minutes=11))
    again = story.taken()
    story.delivered(again)
    assert queries.notices_of(item)[0].state == "answered"
    assert case_queries.item(item).state == "noticed"
