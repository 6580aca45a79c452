"""Promises about the law at the desk: shown with reasons, followed or departed from in words."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from tutela.apps.cases import queries as case_queries
from tutela.apps.ledger import queries as ledger_queries
from tutela.core.law import countries
from tutela.core.terms import assessment
from tutela.testing import people, stories
from tutela.testing.forms import version_on

pytestmark = pytest.mark.django_db

BASELINE = {"reality": "photo_video", "age_band": "7_10", "category": "baseline"}


def _codes(**chosen: str) -> dict[str, str]:
    rest = dict.fromkeys(assessment.FIELDS, "unclear")
    return rest | BASELINE | chosen


def test_the_item_shows_what_each_law_says_after_it_was_assessed(client: Client, desk: stories.Desk) -> None:
    item_id = stories.item()
    people.be(client, desk.second_analyst)
    before = client.get(f"/items/{item_id}/").content.decode()
    assert "What the law says" in before and "not assessed yet" in before
    stories.settle(item_id, desk.analyst, desk.second_analyst)
    after = client.get(f"/items/{item_id}/").content.decode()
    assert "INTERPOL baseline" in after and "Meets it" in after
    assert "Where it should go" in after
    assert "Georgia" in after and "our country" in after


def test_the_strip_follows_what_is_keyed_in_and_records_nothing(client: Client, desk: stories.Desk) -> None:
    item_id = stories.item()
    people.be(client, desk.analyst)
    client.get(f"/items/{item_id}/assess/")
    lines = ledger_queries.head()[0]
    path = f"/items/{item_id}/law/"
    whole = client.post(path, _codes()).content.decode()
    assert "Meets it" in whole and "<html" not in whole
    drawn = client.post(path, _codes(reality="drawn", category="national")).content.decode()
    assert "Does not meet it" in drawn
    for part in ({}, {"reality": "photo_video"}, _codes(age_band="adult"), _codes(reality="nonsense")):
        assert "not assessed yet" in client.post(path, part).content.decode()
    assert ledger_queries.head()[0] == lines
    assert client.get(path).status_code == 405


def test_the_law_where_a_reporter_is_is_asked_too(client: Client, desk: stories.Desk) -> None:
    item_id = stories.item(country="de")
    stories.hosted(item_id, country="NL")
    people.be(client, desk.analyst)
    html = client.get(f"/items/{item_id}/").content.decode()
    assert re.search(r"Germany</strong> <span class=\"hint\">where a reporter is", html)
    for nonsense in ("XX", "D", "deu", "D1"):
        other = client.get(f"/items/{stories.item(stories.address(), country=nonsense)}/")
        assert "where a reporter is" not in other.content.decode()


def test_the_second_look_stays_blind_to_what_the_law_said_of_the_first(
    client: Client, desk: stories.Desk
) -> None:
    item_id = stories.item()
    stories.assess(item_id, desk.analyst)
    people.be(client, desk.second_analyst)
    for path in (f"/items/{item_id}/", f"/items/{item_id}/assess/"):
        html = client.get(path).content.decode()
        assert "Meets it" not in html and "Where it should go" not in html, path


def test_whoever_decides_otherwise_than_the_law_proposes_says_why_and_the_ledger_keeps_it(
    client: Client, desk: stories.Desk
) -> None:
    item_id = stories.item()
    stories.settle(item_id, desk.analyst, desk.second_analyst)
    people.be(client, desk.second_analyst)
    path = f"/items/{item_id}/decide/"
    html = client.get(path).content.decode()
    assert "If you decide otherwise than the law proposes: why?" in html
    given = {"kind": "close", "reason": "other"}
    for ground in ("", "nonsense"):
        refused = client.post(path, {**given, "ground": ground, "version": version_on(client, path)})
        assert refused.status_code == 422
        assert "The law proposes another way" in refused.content.decode()
        assert case_queries.item(item_id).outcome == ""
    client.post(path, {**given, "ground": "urgent", "version": version_on(client, path)})
    assert case_queries.item(item_id).outcome == "other"
    kept = [line for line in ledger_queries.lines_about(item_id) if line.kind == "route_departed"]
    assert [line.facts for line in kept] == [{"decision": "close", "ground": "urgent"}]


def test_deciding_many_asks_for_the_ground_once_and_keeps_it_for_each(
    client: Client, desk: stories.Desk
) -> None:
    items = [stories.item(stories.address("one.example.org")) for _ in range(2)]
    for item_id in items:
        stories.settle(item_id, desk.analyst, desk.second_analyst)
    people.be(client, desk.second_analyst)
    path = f"/items/{items[0]}/together/host/"
    given = {"items": [str(one) for one in items], "kind": "close", "reason": "other"}
    refused = client.post(path, given)
    assert refused.status_code == 422
    html = refused.content.decode()
    assert "The law proposes another way" in html
    assert all(f'value="{one}" checked' in html for one in items)
    client.post(path, {**given, "ground": "agreed_with_partner"})
    for item_id in items:
        kept = [line.facts for line in ledger_queries.lines_about(item_id) if line.kind == "route_departed"]
        assert kept == [{"decision": "close", "ground": "agreed_with_partner"}]


def test_a_decision_along_the_route_needs_no_ground_and_leaves_no_such_line(
    client: Client, desk: stories.Desk
) -> None:
    item_id = stories.item()
    stories.settle(item_id, desk.analyst, desk.second_analyst)
    people.be(client, desk.second_analyst)
    path = f"/items/{item_id}/decide/"
    client.post(path, {"kind": "notify", "ground": "urgent", "version": version_on(client, path)})
    kinds = {line.kind for line in ledger_queries.lines_about(item_id)}
    assert "item_decided" in kinds and "route_departed" not in kinds


def test_nobody_views_where_no_law_allows_it_and_no_person_answers(
    client: Client, desk: stories.Desk, settings: Any
) -> None:
    settings.TUTELA = replace(settings.TUTELA, desk=replace(settings.TUTELA.desk, view_confirmed=""))
    item_id = stories.item()
    for person in (desk.analyst, desk.coordinator):
        people.be(client, person)
        html = client.get(f"/items/{item_id}/").content.decode()
        assert "Unknown is not permission" in html
        assert "Show for the viewing workstation" not in html
        client.post(f"/items/{item_id}/plain/")
        client.post(f"/items/{item_id}/assess/", {**_codes(), "version": case_queries.item(item_id).version})
    assert case_queries.assessments(item_id, seen_by=desk.analyst.actor.id) == []
    kinds = {line.kind for line in ledger_queries.lines_about(item_id)}
    assert not kinds & {"address_revealed", "item_assessed"}


def test_where_the_law_allows_viewing_nobody_needs_to_answer_for_it(settings: Any) -> None:
    settings.TUTELA = replace(
        settings.TUTELA, country="US", desk=replace(settings.TUTELA.desk, view_confirmed="")
    )
    assert countries.country("US")
    found = case_queries.viewing()
    assert found.allowed and found.why == "law_allows"
