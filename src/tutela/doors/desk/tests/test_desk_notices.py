"""Promises about notices at the desk: whom a letter goes to, what became of it, who may answer for whom."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from tutela.apps.cases import queries as case_queries
from tutela.apps.ledger import queries as ledger
from tutela.apps.notices import actions as notices
from tutela.apps.notices import queries as notice_queries
from tutela.apps.notices import rules as notice_rules
from tutela.core.kernel import clock
from tutela.testing import people, stories

pytestmark = pytest.mark.django_db

EMAIL = "abuse@provider.example.net"


@pytest.fixture
def item_id(desk: stories.Desk) -> uuid.UUID:
    """An item that is to be notified and whose contact nobody has approved yet."""
    made = stories.item("https://files.example.org/item/1")
    stories.hosted(made)
    stories.settle(made, desk.analyst, desk.second_analyst)
    stories.decide(made, desk.second_analyst)
    stories.follow()
    return made


def _sent(desk: stories.Desk) -> uuid.UUID:
    stories.approve_contacts(desk.coordinator)
    (letter,) = stories.send_due(clock.now() + timedelta(hours=2))
    return letter


def _token(notice_id: uuid.UUID) -> str:
    return notice_rules.link_token(settings.TUTELA_RECORD_KEY, notice_id)


def test_a_contact_waits_with_its_proof_until_a_person_approves_it(
    client: Client, desk: stories.Desk, item_id: uuid.UUID
) -> None:
    people.be(client, desk.coordinator)
    html = client.get("/contacts/").content.decode()
    assert EMAIL in html
    assert "Named as the contact for abuse" in html
    assert "registry (RDAP): ripe" in html
    assert "1 item" in html
    waiting = client.get("/notices/?state=waiting_contact").content.decode()
    assert "Waits for its contact" in waiting
    (one,) = notice_queries.contacts_waiting()
    client.post(f"/contacts/{one.contact.id}/approve/")
    assert "No contact waits" in client.get("/contacts/").content.decode()
    assert notice_queries.outbox_state().draft == 1


def test_a_refused_contact_is_never_written_to(
    client: Client, desk: stories.Desk, item_id: uuid.UUID
) -> None:
    people.be(client, desk.coordinator)
    (one,) = notice_queries.contacts_waiting()
    client.post(f"/contacts/{one.contact.id}/refuse/")
    assert stories.send_due(clock.now() + timedelta(hours=2)) == []
    html = client.get("/notices/").content.decode()
    assert "Items that wait for a host or a contact" in html
    assert str(item_id) in html


def test_a_person_names_the_contact_where_nobody_knows_one(
    client: Client, desk: stories.Desk, item_id: uuid.UUID
) -> None:
    people.be(client, desk.coordinator)
    (one,) = notice_queries.contacts_waiting()
    client.post(f"/contacts/{one.contact.id}/refuse/")
    assert 'name="email"' in client.get(f"/items/{item_id}/").content.decode()
    html = client.post(f"/items/{item_id}/contact/", {"email": "no address"}, follow=True).content.decode()
    assert "not a plain e-mail address" in html
    client.post(f"/items/{item_id}/contact/", {"email": "help@provider.example.net"})
    assert stories.send_due(clock.now() + timedelta(hours=2)) != []


@pytest.mark.on_postgresql
def test_the_letter_is_shown_without_the_providers_own_link(
    client: Client, desk: stories.Desk, item_id: uuid.UUID
) -> None:
    letter = _sent(desk)
    people.be(client, desk.analyst)
    html = client.get(f"/notices/{letter}/").content.decode()
    assert "hxxps://files[.]example[.]org/item/1" in html
    assert "Accepted" in html
    assert "SMTP 250" in html
    assert _token(letter) not in html
    assert "/n/…/" in html
    assert "Provider was notified" in client.get(f"/items/{item_id}/").content.decode()


def test_an_answer_waits_for_a_person_and_its_words_are_read_on_request(
    client: Client, desk: stories.Desk, item_id: uuid.UUID
) -> None:
    letter = _sent(desk)
    notices.answer_notice(token=_token(letter), kind="not_ours", text="Ask <i>another</i> host")
    stories.follow()
    people.be(client, desk.analyst)
    assert "Answers that wait for a person" in client.get("/notices/").content.decode()
    html = client.get(f"/notices/{letter}/").content.decode()
    assert "Not ours" in html
    assert "another" not in html
    (answer,) = notice_queries.answers_of(letter)
    html = client.post(f"/answers/{answer.id}/read/", {"notice": str(letter)}).content.decode()
    assert "Ask &lt;i&gt;another&lt;/i&gt; host" in html
    assert "answer_read" in [line.kind for line in ledger.lines_about(letter)]
    assert client.post(f"/answers/{answer.id}/read/", {"notice": str(uuid.uuid4())}).status_code == 404
    client.post(f"/answers/{answer.id}/settle/", {"notice": str(letter)})
    assert "Answers that wait for a person" not in client.get("/notices/").content.decode()


def test_a_letter_that_failed_begins_again(client: Client, desk: stories.Desk, item_id: uuid.UUID) -> None:
    stories.approve_contacts(desk.coordinator)
    at = clock.now() + timedelta(hours=2)
    notices.ready_notices(at)
    taken = notices.take_due_notice(at)
    assert taken is not None
    result = notice_rules.DeliveryResult(notice_rules.Outcome.FAILED, 550, "recipient_refused")
    notices.record_delivery(notice_id=taken.notice_id, result=result)
    people.be(client, desk.coordinator)
    assert "1 letter was not delivered" in client.get("/overview/").content.decode()
    html = client.get(f"/notices/{taken.notice_id}/").content.decode()
    assert "SMTP 550" in html
    assert "Letters came back" in html
    stories.approve_contacts(desk.coordinator)
    people.be(client, desk.analyst)
    client.post(f"/notices/{taken.notice_id}/again/")
    assert notice_queries.outbox_state().failed == 0


def test_a_letter_that_came_back_later_is_noted(
    client: Client, desk: stories.Desk, item_id: uuid.UUID
) -> None:
    letter = _sent(desk)
    people.be(client, desk.analyst)
    assert "This letter came back" in client.get(f"/notices/{letter}/").content.decode()
    client.post(f"/notices/{letter}/bounced/")
    assert notice_queries.outbox_state().failed == 1


def test_a_person_looks_by_hand_where_the_worker_does_not(
    client: Client, desk: stories.Desk, item_id: uuid.UUID
) -> None:
    people.be(client, desk.analyst)
    assert 'name="outcome"' not in client.get(f"/items/{item_id}/").content.decode()
    html = client.post(f"/items/{item_id}/look/", {"outcome": "missing"}, follow=True).content.decode()
    assert "No provider was told about this item yet" in html
    _sent(desk)
    assert 'name="outcome"' in client.get(f"/items/{item_id}/").content.decode()
    client.post(f"/items/{item_id}/look/", {"outcome": "rubbish"})
    assert notice_queries.checks_of(item_id) == []
    client.post(f"/items/{item_id}/look/", {"outcome": "missing"})
    seen = case_queries.item(item_id)
    assert (seen.state, seen.outcome) == ("closed", "removed")
    html = client.get(f"/items/{item_id}/").content.decode()
    assert "Not there" in html
    assert "Looked whether it is still there – Not there" in html


@pytest.mark.on_postgresql
def test_a_provider_is_saved_with_all_it_says_and_shown_again(client: Client, desk: stories.Desk) -> None:
    people.be(client, desk.coordinator)
    form = {
        "name": "Example Hosting", "country": "ge", "language": "ka", "domains": "Example.org\n\nexample.net",
        "networks": "192.0.2.0/24", "emails": "abuse@example.net", "time_zone": "Asia/Tbilisi",
        "quiet_from": "22:00", "quiet_to": "07:00", "working_days_only": "on",
    }  # fmt: skip
    path = client.post("/providers/new/", form)["Location"]
    html = client.get(path).content.decode()
    for word in (
        "Example Hosting",
        "example.org\nexample.net",
        "192.0.2.0/24",
        "Asia/Tbilisi",
        "22:00",
        "GE",
    ):
        assert word in html, word
    assert "abuse@example.net" in client.get("/providers/").content.decode()
    client.post(path, {**form, "name": "Example Hosting Ltd", "emails": ""})
    assert "Example Hosting Ltd" in client.get("/providers/").content.decode()
    assert notice_queries.providers()[0].emails == ()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("networks", "192.0.2.0/99", "not in the form 192.0.2.0/24"),
        ("domains", "not a domain", "not a host name"),
        ("emails", "nobody", "not a plain e-mail address"),
        ("time_zone", "Mars/Base", "not a name such as Asia/Tbilisi"),
        ("country", "12", "not a code of two letters"),
        ("quiet_to", "", "both ends of the quiet hours"),
        ("name", "", "This field is required"),
    ],
)
def test_what_is_wrong_with_a_provider_is_said_and_nothing_typed_is_lost(
    client: Client, desk: stories.Desk, field: str, value: str, sentence: str
) -> None:
    people.be(client, desk.coordinator)
    form = {
        "name": "Example Hosting", "domains": "example.org", "time_zone": "UTC", "quiet_from": "22:00",
        "quiet_to": "07:00", field: value,
    }  # fmt: skip
    answer = client.post("/providers/new/", form)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert sentence in html
    assert value in html
    assert notice_queries.providers() == []


def test_an_item_whose_host_moved_is_shown_on_the_notices_page(
    client: Client, desk: stories.Desk, item_id: uuid.UUID
) -> None:
    stories.approve_contacts(desk.coordinator)
    at = clock.now() + timedelta(hours=2)
    notices.ready_notices(at)
    taken = notices.take_due_notice(at)
    assert taken is not None
    stories.hosted(item_id, email="abuse@elsewhere.example.net", ip="198.51.100.7")
    notices.drop_moved(notice_id=taken.notice_id, item_ids=[item_id])
    people.be(client, desk.analyst)
    html = client.get("/notices/").content.decode()
    assert "Taken out because the host moved" in html
    assert re.search(rf'id="moved-{item_id}"', html)
