"""Promises about the queue: its order and filters, finding, the next item, and who has it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.testing import people, stories

pytestmark = pytest.mark.django_db

RAW = "https://files.example.org/secret-path/42?key=value"
COLD = "hxxps://files[.]example[.]org/secret-path/42?key=value"


def test_the_queue_shows_reasons_in_their_order_and_filters(client: Client, desk: stories.Desk) -> None:
    calm = stories.item("https://calm.example.org/1")
    pressing = stories.item("https://pressing.example.org/1", danger_now=True)
    stories.hosted(calm, country="DE")
    people.be(client, desk.analyst)
    html = client.get("/queue/").content.decode()
    assert html.index(str(pressing)) < html.index(str(calm))
    assert str(calm) not in client.get("/queue/?reason=danger_now").content.decode()
    assert str(pressing) not in client.get("/queue/?country=de").content.decode()
    assert "No item fits this filter" in client.get("/queue/?state=closed").content.decode()
    assert str(calm) in client.get("/queue/?state=nonsense&after=rubbish").content.decode()
    client.post(f"/items/{calm}/claim/")
    mine = client.get("/queue/?who=me").content.decode()
    assert str(calm) in mine
    assert str(pressing) not in mine


def test_the_queue_goes_on_where_the_last_page_ended(client: Client, desk: stories.Desk) -> None:
    wanted = set(map(str, stories.items("\n".join(stories.address() for _ in range(60)))))
    people.be(client, desk.analyst)
    first = client.get("/queue/").content.decode()
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older is not None
    second = client.get(older.group(1).replace("&amp;", "&")).content.decode()
    shown = [set(re.findall(r'id="place-([0-9a-f-]{36})"', page)) for page in (first, second)]
    assert len(shown[0]) == 50
    assert shown[0] | shown[1] == wanted
    assert not shown[0] & shown[1]


@pytest.mark.parametrize(
    "text",
    [RAW, COLD, "files.example.org", "files[.]example[.]org", RAW.replace("https://files", "HTTPS://FILES")],
)
def test_an_item_is_found_by_its_address_however_it_is_pasted(
    client: Client, desk: stories.Desk, text: str
) -> None:
    item_id = stories.item(RAW)
    people.be(client, desk.analyst)
    html = client.post("/queue/find/", {"q": text}).content.decode()
    assert f'id="place-{item_id}"' in html


@pytest.mark.on_postgresql
def test_an_item_is_found_by_its_reference_and_a_notice_by_its_own(
    client: Client, desk: stories.Desk
) -> None:
    item_id = stories.item(RAW)
    stories.hosted(item_id)
    stories.settle(item_id, desk.analyst, desk.second_analyst)
    stories.decide(item_id, desk.second_analyst)
    stories.follow()
    people.be(client, desk.analyst)
    assert f'id="place-{item_id}"' in client.post("/queue/find/", {"q": str(item_id)}).content.decode()
    reference = re.search(r"TUT-\d{4}-\d{6}", client.get("/notices/").content.decode())
    assert reference is not None
    found = client.post("/queue/find/", {"q": reference.group().lower()})
    assert f'id="place-{item_id}"' in found.content.decode()


def test_a_search_that_finds_very_many_shows_some_and_says_that_there_are_more(
    client: Client, desk: stories.Desk
) -> None:
    stories.items("\n".join(f"https://files.example.org/{n}" for n in range(26)))
    people.be(client, desk.analyst)
    html = client.post("/queue/find/", {"q": "files.example.org"}).content.decode()
    assert html.count("data-row>") == 25
    assert "There are more." in html
    html = client.post("/queue/find/", {"q": "https://files.example.org/7"}).content.decode()
    assert "There are more." not in html


def test_a_list_asks_the_database_as_often_for_many_items_as_for_few(
    client: Client, desk: stories.Desk, django_assert_max_num_queries: Any
) -> None:
    made = stories.items("\n".join(f"https://files.example.org/{n}" for n in range(12)))
    for item_id in made:
        stories.hosted(item_id)
        stories.settle(item_id, desk.analyst, desk.second_analyst)
        stories.decide(item_id, desk.second_analyst)
    stories.follow()
    people.be(client, desk.analyst)
    client.get("/queue/")
    reference = re.search(r"TUT-\d{4}-\d{6}", client.get("/notices/").content.decode())
    assert reference is not None
    with django_assert_max_num_queries(16):
        listed = client.get("/queue/?state=deciding").content.decode()
    with django_assert_max_num_queries(16):
        found = client.post("/queue/find/", {"q": reference.group()}).content.decode()
    assert [html.count("data-row>") for html in (listed, found)] == [12, 12]


@pytest.mark.parametrize("text", ["", "   ", "\x00", "\ud800", "x" * 5000, "‮evil", "%%%", "((("])
def test_finding_with_rubbish_finds_nothing_and_says_so(
    client: Client, desk: stories.Desk, text: str
) -> None:
    stories.item(RAW)
    people.be(client, desk.analyst)
    body = urlencode({"q": text.encode("utf-8", "surrogatepass")})
    answer = client.post("/queue/find/", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert "Nothing was found" in answer.content.decode()


@pytest.mark.on_postgresql
def test_next_claims_the_most_pressing_free_item_and_opens_it(client: Client, desk: stories.Desk) -> None:
    stories.item()
    pressing, taken = stories.item(danger_now=True), stories.item(danger_now=True, worry="about_me")
    cases.claim_item(by=desk.second_analyst.actor, item_id=taken)
    people.be(client, desk.analyst)
    assert client.post("/queue/next/")["Location"] == f"/items/{pressing}/"
    assert case_queries.item(pressing).claimed_by == desk.analyst.id


def test_next_never_gives_a_person_their_own_second_look(client: Client, desk: stories.Desk) -> None:
    item_id = stories.item()
    assert stories.assess(item_id, desk.analyst) == "second_look"
    people.be(client, desk.analyst)
    answer = client.post("/queue/next/", follow=True)
    assert answer.redirect_chain[-1][0] == "/queue/"
    assert "A good moment for a break" in answer.content.decode()
    people.be(client, desk.second_analyst)
    assert client.post("/queue/next/")["Location"] == f"/items/{item_id}/"


def test_a_claim_that_came_too_late_says_who_has_the_item(client: Client, desk: stories.Desk) -> None:
    item_id = stories.item()
    cases.claim_item(by=desk.second_analyst.actor, item_id=item_id)
    people.be(client, desk.analyst)
    html = client.post(f"/items/{item_id}/claim/", follow=True).content.decode()
    assert "Levan has this item. Nothing was changed." in html
    assert "Levan has it until" in html


def test_a_coordinator_gives_an_item_to_a_colleague_and_frees_it(client: Client, desk: stories.Desk) -> None:
    item_id = stories.item()
    cases.claim_item(by=desk.second_analyst.actor, item_id=item_id)
    people.be(client, desk.coordinator)
    client.post(f"/items/{item_id}/give/", {"to": str(desk.analyst.id)})
    assert case_queries.item(item_id).claimed_by == desk.analyst.id
    client.post(f"/items/{item_id}/release/")
    assert case_queries.item(item_id).claimed_by is None


def test_a_long_queue_asks_the_database_no_more_often_than_a_short_one(
    client: Client, desk: stories.Desk, django_assert_max_num_queries: Any
) -> None:
    stories.items("\n".join(stories.address() for _ in range(40)))
    people.be(client, desk.analyst)
    with django_assert_max_num_queries(35):
        client.get("/queue/")
