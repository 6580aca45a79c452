"""Promises about partners at the desk: what leaves is shown first, what comes back with its receipts."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from tutela.apps.cases import queries as case_queries
from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange import queries as exchange_queries
from tutela.apps.exchange.keyring import Keyring
from tutela.apps.exchange.models import Marked
from tutela.apps.notices import queries as notice_queries
from tutela.core.kernel import clock
from tutela.doors.desk.shown import partners
from tutela.testing import people, stories
from tutela.testing.partners import PartnerInMemory, deliver, hear, our_key

pytestmark = pytest.mark.django_db
ADDRESS = "https://files.example.org/gallery/7"
COLD = "hxxps://files[.]example[.]org/gallery/7"


@pytest.fixture
def german(ring: Keyring) -> PartnerInMemory:
    return PartnerInMemory("beschwerde.example.com", our_key()).join(organisation="Beschwerde", country="DE")


@pytest.fixture
def police(ring: Keyring) -> PartnerInMemory:
    return PartnerInMemory("police.example.org", our_key(), role="police").join(
        organisation="Police", country="GE"
    )


def _html(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def _settled(desk: stories.Desk, country: str = "NL") -> uuid.UUID:
    item_id = stories.item(ADDRESS)
    stories.hosted(item_id, country=country)
    stories.settle(item_id, desk.analyst, desk.second_analyst)
    return item_id


def _form(client: Client, path: str, **chosen: Any) -> dict[str, Any]:
    """Return what the form on the page would send."""
    html = _html(client, path)
    found = {name: re.findall(rf'name="{name}" value="([^"]+)"', html) for name in ("items", "seen")}
    picked = dict(re.findall(r'name="(\w+)" value="([^"]+)"[^>]* checked', html))
    return {**picked, **found, "send": "1", **chosen}


def _talk_of(answer: Any) -> uuid.UUID:
    assert answer.status_code == 302, answer.content.decode()
    return uuid.UUID(answer["Location"].split("/")[2])


def test_the_hotline_of_the_hosting_country_is_proposed_and_what_leaves_is_shown(
    client: Client, desk: stories.Desk, dutch: PartnerInMemory, german: PartnerInMemory, ring: Keyring
) -> None:
    item_id = _settled(desk)
    people.be(client, desk.second_analyst)
    path = f"/items/{item_id}/hand-over/"
    html = _html(client, path)
    assert html.index("Meldpunt, Netherlands") < html.index("Beschwerde, Germany")
    assert "Meldpunt, Netherlands – proposed by the law" in html
    assert COLD in html and "TLP:AMBER – only to those who cannot act without it" in html
    form = _form(client, path, note="Hosted with you.")
    assert form["partner"] == dutch.name
    talk = _talk_of(client.post(path, form))
    (said,) = deliver(dutch, ring)
    assert (said.content["note"], said.content["items"][0]["address"]) == ("Hosted with you.", ADDRESS)
    assert case_queries.item(item_id).state == "held"
    page = _html(client, f"/conversations/{talk}/")
    assert "The partner has not confirmed it yet." in page and "Hosted with you." in page and COLD in page
    item = _html(client, f"/items/{item_id}/")
    assert f"/conversations/{talk}/" in item and "No answer yet" in item
    assert f"/items/{item_id}/hand-over/" not in item


def test_another_hotline_than_the_law_proposes_needs_a_reason(
    client: Client, desk: stories.Desk, dutch: PartnerInMemory, german: PartnerInMemory, ring: Keyring
) -> None:
    item_id = _settled(desk)
    people.be(client, desk.second_analyst)
    path = f"/items/{item_id}/hand-over/"
    form = _form(client, path, partner=german.name, note="Kept words")
    answer = client.post(path, form)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "The law proposes another way" in html and "Kept words" in html
    assert deliver(german, ring) == []
    _talk_of(client.post(path, {**form, "ground": "agreed_with_partner"}))
    assert len(deliver(german, ring)) == 1


def test_a_mark_keeps_an_item_here_and_the_form_as_it_was(
    client: Client, desk: stories.Desk, dutch: PartnerInMemory, german: PartnerInMemory, ring: Keyring
) -> None:
    item_id = _settled(desk)
    Marked.objects.create(
        about_kind="item", about_id=item_id, mark="TLP:RED", at=clock.now(),
        partner_id=exchange_queries.partner(german.name).id,
    )  # fmt: skip
    people.be(client, desk.second_analyst)
    path = f"/items/{item_id}/hand-over/"
    assert re.findall(r'name="mark" value="([^"]+)"', _html(client, path)) == ["TLP:RED"]
    answer = client.post(path, _form(client, path))
    assert answer.status_code == 422
    assert "a mark that keeps it from this partner" in answer.content.decode()
    assert case_queries.item(item_id).state == "deciding"
    form = _form(client, path, mark="TLP:CLEAR", partner=german.name, ground="other")
    assert "looser" in client.post(path, form).content.decode()


def test_who_chose_nobody_or_saw_an_older_item_sends_nothing(
    client: Client, desk: stories.Desk, dutch: PartnerInMemory, ring: Keyring
) -> None:
    item_id = stories.item(ADDRESS)
    people.be(client, desk.analyst)
    path = f"/items/{item_id}/hand-over/"
    form = _form(client, path)
    assert "Choose to whom it goes." in client.post(path, form).content.decode()
    stories.assess(item_id, desk.second_analyst)
    answer = client.post(path, {**form, "partner": dutch.name})
    assert answer.status_code in (409, 422)
    assert deliver(dutch, ring) == []
    assert case_queries.decisions(item_id) == []


@pytest.mark.on_postgresql
def test_without_a_partner_the_pages_say_what_to_do(client: Client, desk: stories.Desk) -> None:
    item_id = stories.item(ADDRESS)
    people.be(client, desk.analyst)
    assert "No partner hotline takes messages now" in _html(client, f"/items/{item_id}/hand-over/")
    assert "No police unit takes messages now" in _html(client, f"/items/{item_id}/refer/")
    assert "There is no partner yet" in _html(client, "/partners/")
    no_address = stories.item("", no_address=True, more="Somebody writes.")
    assert "Nothing here can go this way now" in _html(client, f"/items/{no_address}/refer/")


def test_a_referral_is_graded_and_its_outcome_read_at_the_item(
    client: Client, desk: stories.Desk, police: PartnerInMemory, ring: Keyring
) -> None:
    item_id = stories.item(ADDRESS, danger_now=True)
    people.be(client, desk.analyst)
    path = f"/items/{item_id}/refer/"
    form = _form(client, path, partner=police.name, source="B", handling=["H1"], afterwards="hold")
    assert (form["information"], form["mark"]) == ("4", "TLP:AMBER+STRICT")
    wrong = client.post(path, {**form, "handling": ["H3"]})
    assert wrong.status_code == 422, "H3 needs a note"
    talk = _talk_of(client.post(path, form))
    (said,) = deliver(police, ring)
    assert said.content["evaluation"] == {"source": "B", "information": 4}
    assert case_queries.item(item_id).state == "held"
    outcome = {"outcome": "investigating", "note": "A file is open.", "at": clock.to_text(clock.now())}
    hear(ring, police.write("outcome", outcome, conversation=said.header.conversation))
    told = re.sub(r"<[^>]+>", "", _html(client, f"/items/{item_id}/").partition("What happened")[2])
    assert "Police said what became of it – Being investigated · police.example.org" in told
    page = _html(client, f"/conversations/{talk}/")
    assert "Being investigated" in page and "A file is open." in page and "H1 – " in page
    assert "Being investigated" in _html(client, f"/items/{item_id}/")


def test_many_items_leave_in_one_message_and_what_cannot_go_is_counted(
    client: Client, desk: stories.Desk, dutch: PartnerInMemory, ring: Keyring
) -> None:
    first, second, third = stories.items("\n".join(stories.address() for _ in range(3)))
    stories.assess(third, desk.analyst, stories.NOT_ILLEGAL)
    stories.decide(third, desk.analyst, stories.DecisionKind.CLOSE, stories.CloseReason.NOT_ILLEGAL)
    report = case_queries.reports_of_item(first)[0]
    people.be(client, desk.analyst)
    assert f"/items/{first}/hand-over/" in _html(client, f"/items/{first}/together/{report.id}/")
    path = f"/items/{first}/hand-over/"
    marked = {"items": [str(one) for one in (first, second, third)]}
    html = client.post(path, marked).content.decode()
    assert "What leaves: 2 items" in html and "1 item that was marked cannot go this way" in html
    seen = re.findall(r'name="seen" value="([^"]+)"', html)
    form = {
        "items": [one.partition(":")[0] for one in seen],
        "seen": seen,
        "partner": dutch.name,
        "send": "1",
    }
    talk = _talk_of(client.post(path, form))
    (said,) = deliver(dutch, ring)
    assert {one["ref"] for one in said.content["items"]} == {str(first), str(second)}
    assert f"/conversations/{talk}/" in _html(client, f"/items/{second}/")


@pytest.mark.on_postgresql
def test_health_and_refusals_stand_at_each_partner(
    client: Client, desk: stories.Desk, dutch: PartnerInMemory, ring: Keyring
) -> None:
    from tutela.apps.exchange.models import Partner

    hear(ring, dutch.write("question", {"text": 5}))
    forged = bytearray(dutch.write("ping", {}))
    forged[-1] ^= 1
    hear(ring, bytes(forged))
    Partner.objects.update(failures=3, skew_seconds=-3600)
    exchange.say(partner=dutch.name, kind="question", content={"text": "Who?"}, actor="worker")
    people.be(client, desk.analyst)
    html = _html(client, "/partners/")
    for words in (
        "Known by words read aloud", "3 tries failed", "Its clock is 60 minutes behind",
        "1 × the signature does not hold", "the oldest for 0 minutes",
    ):  # fmt: skip
        assert words in html, words
    assert exchange_queries.own_keys()[0].words in html
    (path,) = set(re.findall(r'href="(/partners/[^"]+)"', html)) - {"/partners/"}
    page = _html(client, path)
    assert dutch.keys.public.words in page and "/pause/" not in page


def test_who_was_never_heard_is_not_called_in_touch(dutch: PartnerInMemory, ring: Keyring) -> None:
    from tutela.apps.exchange.models import Partner

    at = datetime(2026, 3, 4, 10, 5, tzinfo=UTC)
    steps: list[tuple[dict[str, Any], str]] = [
        ({}, "Never heard yet"),
        ({"reached_at": at}, "Reached 4 March 2026"),
        ({"heard_at": at - timedelta(days=1)}, "Heard 3 March 2026"),
        ({"state": "paused"}, "Paused"),
        ({"state": "revoked"}, "No longer believed"),
    ]
    for known, words in steps:
        Partner.objects.filter(name=dutch.name).update(**(known or {"heard_at": None}))
        (one,) = partners.every()
        assert strip_tags(one.state.label) == words


def test_a_coordinator_pauses_pins_and_agrees(client: Client, desk: stories.Desk, ring: Keyring) -> None:
    stranger = PartnerInMemory("new.example.net", our_key())
    exchange.add_partner(description=stranger.description())
    (seen,) = exchange_queries.partners()
    people.be(client, desk.coordinator)
    page = f"/partners/{seen.id}/"
    assert "Not believed yet" in _html(client, page)
    assert "has these words" in client.post(f"{page}pin/", {"words": "no"}, follow=True).content.decode()
    client.post(f"{page}pin/", {"words": stranger.keys.public.words})
    assert exchange_queries.partner(stranger.name).believed
    for verb, state in (("pause", "paused"), ("resume", "active")):
        client.post(f"{page}{verb}/")
        assert exchange_queries.partner(stranger.name).state == state
    client.post(f"{page}agree/")
    assert exchange_queries.partner(stranger.name).overlap_agreed_at is not None
    assert "Ask about all open items" in _html(client, page)
    client.post(f"{page}disagree/")
    assert "neither asked nor answered" in _html(client, page)


def test_partners_are_asked_whether_they_have_it_too(
    client: Client, desk: stories.Desk, dutch: PartnerInMemory, ring: Keyring
) -> None:
    import base64

    from tutela.core.protocol import overlap

    item_id = stories.item(ADDRESS)
    people.be(client, desk.analyst)
    assert "/compare/" not in _html(client, f"/items/{item_id}/")
    refused = client.post(f"/partners/{exchange_queries.partner(dutch.name).id}/compare/", follow=True)
    assert "Nobody agreed with this partner to compare cases" in refused.content.decode()
    exchange.agree_overlap(partner=dutch.name)
    assert f"/items/{item_id}/compare/" in _html(client, f"/items/{item_id}/")
    answer = client.post(f"/items/{item_id}/compare/", {"partner": ""}, follow=True)
    assert "1 partner was asked." in answer.content.decode() and "No answer yet" in answer.content.decode()
    (said,) = deliver(dutch, ring)
    request = base64.b64decode(said.content["request"])
    given = overlap.answer("addresses", 1, request, [overlap.address_identifier(ADDRESS)])
    content = {
        "scope": "addresses",
        "setup": base64.b64encode(given.setup).decode(),
        "response": base64.b64encode(given.response).decode(),
    }
    hear(ring, dutch.write("overlap_answer", content, conversation=said.header.conversation))
    html = _html(client, f"/items/{item_id}/")
    assert "Has it too" in html and "A partner has it too" in html
    (path,) = set(re.findall(r'href="(/conversations/[^"]+)"', html))
    page = _html(client, path)
    assert "1 item there too" in page and COLD in page and "The last word was said here" in page


def test_the_notices_of_a_provider_with_a_node_of_its_own_can_go_there(
    client: Client, desk: stories.Desk, ring: Keyring, dutch: PartnerInMemory
) -> None:
    people.be(client, desk.coordinator)
    form = {"name": "Hosting", "domains": "example.org", "emails": "a@example.org", "time_zone": "UTC"}
    assert "Its own node" not in _html(client, "/providers/new/"), "there is none to choose"
    PartnerInMemory("hosting.example.net", our_key(), role="provider").join(organisation="Hosting")
    offered = _html(client, "/providers/new/")
    assert "hosting.example.net" in offered
    assert dutch.name not in offered, "a hotline is no provider"
    path = client.post("/providers/new/", {**form, "partner": "hosting.example.net"})["Location"]
    assert notice_queries.providers()[0].partner == "hosting.example.net"
    item_id = _settled(desk)
    people.be(client, desk.second_analyst)
    decide = _html(client, f"/items/{item_id}/decide/")
    assert "It goes to hosting.example.net, the provider’s own node" in decide
    people.be(client, desk.coordinator)
    client.post(path, {**form, "partner": dutch.name})
    assert notice_queries.providers()[0].partner == "hosting.example.net"
    client.post(path, {**form, "partner": ""})
    assert notice_queries.providers()[0].partner == ""


def test_what_a_partner_never_sent_is_said_where_others_wait_for_it(
    client: Client, desk: stories.Desk, dutch: PartnerInMemory, ring: Keyring
) -> None:
    late = dutch.letter("question", {"text": "Second"}, sequence=2)
    hear(ring, dutch.seal(late))
    people.be(client, desk.analyst)
    assert "A message of theirs is missing" not in _html(client, "/partners/")
    exchange.pass_time(clock.now() + timedelta(days=2))
    assert "A message of theirs is missing" in _html(client, "/partners/")
