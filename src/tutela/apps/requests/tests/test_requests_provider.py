"""Promises to a provider: what it is asked stands in one list and is answered per item or all at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tutela.apps.exchange.keyring import Keyring
from tutela.apps.requests import actions, queries
from tutela.apps.requests.errors import NotAnAnswer, NoteMissing
from tutela.core.kernel import clock, ids
from tutela.core.kernel.errors import NotPermitted
from tutela.testing import people, referring
from tutela.testing.partners import PartnerInMemory, deliver, hear, our_key, receipts

pytestmark = pytest.mark.django_db


@pytest.fixture
def ring(begin: Callable[[str], Keyring]) -> Keyring:
    return begin("provider")


@pytest.fixture
def police(ring: Keyring) -> PartnerInMemory:
    return PartnerInMemory("police.example.net", our_key(), role="police").join()


def test_a_notice_is_answered_item_by_item(ring: Keyring) -> None:
    hotline = PartnerInMemory("hotline.example.net", our_key()).join()
    abuse_desk = people.make_person("analyst", app=False).actor
    one, two = ids.new_id(), ids.new_id()
    hear(ring, hotline.write("notice", referring.notice(referring.noticed(one), referring.noticed(two))))
    (row,) = queries.requests(ours=False)
    assert (row.kind, row.items, row.waiting, row.unread) == ("notice", 2, 2, 1)
    assert set(receipts(hotline, ring).values()) == {"accepted"}
    actions.record_opened(by=abuse_desk, request_id=row.id)
    assert set(receipts(hotline, ring).values()) == {"opened"}

    first = actions.answer_request(by=abuse_desk, request_id=row.id, answers={one: "removed"})
    assert not first.complete
    assert queries.requests(ours=False)[0].waiting == 1
    done = actions.answer_request(
        by=abuse_desk, request_id=row.id, answers={two: "objection"}, note="It is a page of a museum."
    )
    assert done.complete
    said = [one for one in deliver(hotline, ring) if one.header.kind == "answer"]
    assert [one.content["items"][0]["answer"] for one in said] == ["removed", "objection"]
    assert said[1].content["note"] == "It is a page of a museum."
    assert set(receipts(hotline, ring).values()) == {"acted"}
    assert (queries.requests(ours=False), queries.counts(ours=False)) == ([], (0, 1))


def test_what_is_preserved_is_preserved_for_as_long_as_was_asked(
    police: PartnerInMemory, ring: Keyring
) -> None:
    abuse_desk = people.make_person("analyst", app=False).actor
    ref = ids.new_id()
    content = referring.preservation(referring.item(ref), days=60)
    hear(ring, police.write("preservation", content))
    (row,) = queries.requests(ours=False)
    actions.answer_request(by=abuse_desk, request_id=row.id, answers={ref: "preserved"})
    (said,) = [one for one in deliver(police, ring) if one.header.kind == "answer"]
    assert said.content["until"] == content["until"]
    seen = queries.request(row.id)
    assert seen.items[0].answer == "preserved"
    assert seen.items[0].until == clock.from_text(content["until"])


def test_only_what_fits_the_request_is_an_answer_to_it(police: PartnerInMemory, ring: Keyring) -> None:
    abuse_desk = people.make_person("analyst", app=False).actor
    ref = ids.new_id()
    hear(ring, police.write("preservation", referring.preservation(referring.item(ref))))
    (row,) = queries.requests(ours=False)
    for answers in ({ref: "removed"}, {ids.new_id(): "preserved"}, {}, {ref: "nonsense"}):
        with pytest.raises(NotAnAnswer):
            actions.answer_request(by=abuse_desk, request_id=row.id, answers=answers)
    with pytest.raises(NoteMissing):
        actions.answer_request(by=abuse_desk, request_id=row.id, answers={ref: "refused"})
    auditor = people.make_person("auditor", app=False).actor
    with pytest.raises(NotPermitted):
        actions.answer_request(by=auditor, request_id=row.id, answers={ref: "preserved"})
    assert [one for one in deliver(police, ring) if one.header.kind == "answer"] == []


def test_what_is_due_first_stands_first(ring: Keyring) -> None:
    hotline = PartnerInMemory("hotline.example.net", our_key()).join()
    hear(ring, hotline.write("notice", referring.notice(reference="LATER")))
    soon = referring.notice(reference="SOON", respond_by="2030-01-01T00:00:00.000000Z")
    hear(ring, hotline.write("notice", soon))
    assert [one.reference for one in queries.requests(ours=False)] == ["SOON", "LATER"]
