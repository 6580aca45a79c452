"""Promises about deciding: only what works is offered, nothing typed is lost, what can be taken back."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.core.kernel import clock
from tutela.testing import people, stories
from tutela.testing.forms import checked, version_on

pytestmark = pytest.mark.django_db


def test_the_decision_shows_whom_a_letter_goes_to_and_its_text(client: Client, desk: stories.Desk) -> None:
    item_id = stories.item("https://files.example.org/item/1")
    stories.settle(item_id, desk.analyst, desk.second_analyst)
    people.be(client, desk.second_analyst)
    path = f"/items/{item_id}/decide/"
    assert "No contact is known yet" in client.get(path).content.decode()
    stories.hosted(item_id)
    html = client.get(path).content.decode()
    assert "The letter waits until this contact is approved" in html
    assert "abuse@provider.example.net" in html
    assert "hxxps://files[.]example[.]org/item/1" in html
    stories.approve_contacts(desk.coordinator)
    assert "The letter goes to this approved contact" in client.get(path).content.decode()


def test_only_what_works_is_offered(client: Client, desk: stories.Desk) -> None:
    item_id = stories.item()
    stories.settle(item_id, desk.analyst, desk.second_analyst)
    people.be(client, desk.second_analyst)
    html = client.get(f"/items/{item_id}/decide/").content.decode()
    assert set(re.findall(r'name="kind" value="(\w+)"', html)) == {
        "notify", "close", "ask_reporter", "hold_for_police",
    }  # fmt: skip
    assert "not_illegal" not in re.findall(r'name="reason" value="(\w+)"', html)


def test_closing_needs_a_reason_that_fits(client: Client, desk: stories.Desk) -> None:
    item_id = stories.item()
    people.be(client, desk.analyst)
    path = f"/items/{item_id}/decide/"
    for reason in ("", "not_illegal", "nonsense"):
        answer = client.post(path, {"version": version_on(client, path), "kind": "close", "reason": reason})
        assert answer.status_code == 422, reason
        assert "Choose a reason that fits" in answer.content.decode()
    assert client.post(path, {"version": version_on(client, path), "kind": "refer"}).status_code == 422
    client.post(path, {"version": version_on(client, path), "kind": "close", "reason": "outside_scope"})
    assert case_queries.item(item_id).outcome == "outside_scope"


def test_a_question_reaches_the_reporter_and_the_answer_stands_on_the_item(
    client: Client, desk: stories.Desk
) -> None:
    reporter = stories.hand_in()
    (item_id,) = stories.open_waiting()
    people.be(client, desk.analyst)
    path = f"/items/{item_id}/decide/"
    html = client.get(path).content.decode()
    assert "Never ask for pictures or videos" in html
    empty = client.post(
        path, {"version": version_on(client, path), "kind": "ask_reporter", "question_text": " "}
    )
    assert empty.status_code == 422
    assert "Write the question first" in empty.content.decode()
    text = "On which page did you find it?"
    client.post(path, {"version": version_on(client, path), "kind": "ask_reporter", "question_text": text})
    assert case_queries.item(item_id).state == "asked"
    asked = next(one for one in reporter.told() if one["kind"] == "question")
    assert asked["text"] == text
    seen = case_queries.questions_of_item(item_id)[0]
    assert seen.text == text
    reporter.answers(
        stories.question_of(reporter), "On the second one, see https://files.example.org/second/"
    )
    html = client.get(f"/items/{item_id}/").content.decode()
    assert "On the second one, see hxxps://files[.]example[.]org/second/" in html


def test_a_decision_is_taken_back_within_ten_minutes_and_not_later(
    client: Client, desk: stories.Desk
) -> None:
    item_id = stories.item()
    people.be(client, desk.analyst)
    stories.assess(item_id, desk.analyst, stories.NOT_ILLEGAL)
    stories.decide(item_id, desk.analyst, kind="close", reason="not_illegal")
    assert "Take it back" in client.get(f"/items/{item_id}/").content.decode()
    client.post(f"/items/{item_id}/undo/")
    assert case_queries.item(item_id).state == "deciding"
    assert "taken back" in client.get(f"/items/{item_id}/").content.decode()
    stories.decide(item_id, desk.analyst, kind="close", reason="not_illegal")
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        html = client.get(f"/items/{item_id}/").content.decode()
        assert "Take it back" not in html
        html = client.post(f"/items/{item_id}/undo/", follow=True).content.decode()
        assert "can no longer be taken back" in html
    assert case_queries.item(item_id).state == "closed"


def test_only_who_decided_is_offered_to_take_it_back(client: Client, desk: stories.Desk) -> None:
    item_id = stories.item()
    stories.assess(item_id, desk.analyst, stories.NOT_ILLEGAL)
    stories.decide(item_id, desk.analyst, kind="close", reason="not_illegal")
    people.be(client, desk.second_analyst)
    assert "Take it back" not in client.get(f"/items/{item_id}/").content.decode()
    client.post(f"/items/{item_id}/undo/")
    assert case_queries.item(item_id).state == "closed"


def test_what_is_held_for_the_police_goes_on_when_a_person_lets_it(
    client: Client, desk: stories.Desk
) -> None:
    item_id = stories.item()
    people.be(client, desk.analyst)
    path = f"/items/{item_id}/decide/"
    client.post(path, {"version": version_on(client, path), "kind": "hold_for_police"})
    assert case_queries.item(item_id).state == "held"
    assert "Let it go on" in client.get(f"/items/{item_id}/").content.decode()
    client.post(f"/items/{item_id}/unhold/")
    assert case_queries.item(item_id).state == "waiting"


@pytest.mark.on_postgresql
def test_many_items_of_one_report_are_decided_at_once_and_the_rest_is_named(
    client: Client, desk: stories.Desk
) -> None:
    first, second, third = stories.items("\n".join(stories.address() for _ in range(3)))
    report = case_queries.reports_of_item(first)[0]
    people.be(client, desk.analyst)
    path = f"/items/{first}/together/{report.id}/"
    assert client.get(path).content.decode().count('name="items"') == 3
    cases.claim_item(by=desk.second_analyst.actor, item_id=third)
    ids = [str(first), str(second), str(third), str(uuid.uuid4()), "rubbish"]
    html = client.post(path, {"items": ids, "kind": "close", "reason": "outside_scope"}).content.decode()
    assert "2 items are decided." in html
    assert "Left as they were" in html
    assert [case_queries.item(one).state for one in (first, second, third)] == ["closed", "closed", "waiting"]


def test_many_items_on_one_host_are_decided_at_once(client: Client, desk: stories.Desk) -> None:
    ids = [stories.item(stories.address("one.example.org")) for _ in range(2)]
    elsewhere = stories.item(stories.address("two.example.org"))
    people.be(client, desk.analyst)
    path = f"/items/{ids[0]}/together/host/"
    html = client.get(path).content.decode()
    assert "one[.]example[.]org" in html
    assert str(elsewhere) not in html
    client.post(path, {"items": [*map(str, ids), str(elsewhere)], "kind": "close", "reason": "outside_scope"})
    assert [case_queries.item(one).state for one in (*ids, elsewhere)] == ["closed", "closed", "waiting"]


def test_deciding_together_without_marking_or_choosing_loses_nothing(
    client: Client, desk: stories.Desk
) -> None:
    first, second = stories.items("\n".join(stories.address() for _ in range(2)))
    report = case_queries.reports_of_item(first)[0]
    people.be(client, desk.analyst)
    path = f"/items/{first}/together/{report.id}/"
    empty = client.post(path, {"kind": "close", "reason": "other"})
    assert empty.status_code == 422
    assert "Mark at least one item first" in empty.content.decode()
    assert {"kind-close", "reason-other"} <= checked(empty.content.decode())
    undecided = client.post(path, {"items": [str(second)], "reason": "other"})
    assert undecided.status_code == 422
    assert re.search(rf'value="{second}" checked', undecided.content.decode())
