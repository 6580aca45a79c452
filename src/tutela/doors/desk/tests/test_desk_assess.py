"""Promises about assessing: nothing typed is lost, nobody is steered, no two people collide."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from django.test import Client

from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.apps.ledger import queries as ledger
from tutela.testing import people, stories
from tutela.testing.forms import checked, version_on

pytestmark = pytest.mark.django_db

BASELINE = stories.BASELINE.as_codes()


def _assess(client: Client, item_id: uuid.UUID, **codes: str) -> object:
    path = f"/items/{item_id}/assess/"
    return client.post(path, {"version": version_on(client, path), "then": "item", **BASELINE, **codes})


def test_an_assessment_is_saved_and_goes_on_to_the_decision(client: Client, desk: stories.Desk) -> None:
    item_id = stories.item()
    people.be(client, desk.analyst)
    client.post(f"/items/{item_id}/claim/")
    path = f"/items/{item_id}/assess/"
    codes = stories.NOT_ILLEGAL.as_codes()
    answer = client.post(path, {"version": version_on(client, path), "then": "on", **codes})
    assert answer["Location"] == f"/items/{item_id}/decide/"
    assert case_queries.item(item_id).category == "not_illegal"


def test_contradictions_are_explained_and_nothing_that_was_chosen_is_lost(
    client: Client, desk: stories.Desk
) -> None:
    item_id = stories.item()
    people.be(client, desk.analyst)
    answer = _assess(client, item_id, reality="drawn", age_band="16_17", livestream="yes")
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "Baseline is only for photographs and videos of a real child" in html
    assert "Baseline is only for an apparent age up to about 13" in html
    assert "Nothing you chose was lost" in html
    assert {"reality-drawn", "age_band-16_17", "livestream-yes", "category-baseline"} <= checked(html)
    assert case_queries.assessments(item_id, seen_by=desk.analyst.id) == []


def test_a_missing_answer_is_named_and_the_others_are_kept(client: Client, desk: stories.Desk) -> None:
    item_id = stories.item()
    people.be(client, desk.analyst)
    answer = _assess(client, item_id, age_band="")
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "“Apparent age” has no answer yet." in html
    assert 'href="#question-age_band"' in html
    assert {"reality-photo_video", "category-baseline"} <= checked(html)


@pytest.mark.parametrize("code", ["nonsense", "<script>", "\x00", "unclear'--"])
def test_a_code_that_does_not_exist_is_no_answer(client: Client, desk: stories.Desk, code: str) -> None:
    item_id = stories.item()
    people.be(client, desk.analyst)
    answer = _assess(client, item_id, reality=code)
    assert answer.status_code == 422
    assert "<script>" not in answer.content.decode()


def test_the_second_person_does_not_see_what_the_first_one_found(client: Client, desk: stories.Desk) -> None:
    item_id = stories.item()
    people.be(client, desk.analyst)
    _assess(client, item_id, series_known="yes")
    people.be(client, desk.second_analyst)
    for path in (f"/items/{item_id}/", f"/items/{item_id}/assess/"):
        html = client.get(path).content.decode()
        assert "after you have said what you found" in html, path
        assert "Baseline (illegal everywhere)</td>" not in html, path
    assert checked(client.get(f"/items/{item_id}/assess/").content.decode()) == {
        "series_known-unclear", "self_generated-unclear", "livestream-unclear", "commercial-unclear",
    }  # fmt: skip
    _assess(client, item_id)
    assert "Baseline (illegal everywhere)</td>" in client.get(f"/items/{item_id}/").content.decode()


def test_the_third_person_of_a_dispute_sees_both(client: Client, desk: stories.Desk) -> None:
    item_id = stories.item()
    stories.assess(item_id, desk.analyst)
    assert stories.assess(item_id, desk.second_analyst, stories.NOT_ILLEGAL) == "disputed"
    people.be(client, desk.third_analyst)
    html = client.get(f"/items/{item_id}/assess/").content.decode()
    assert "What the two found" in html
    assert "Nino" in html
    assert "Levan" in html
    assert html.count(">differs<") == 2
    _assess(client, item_id, **stories.NOT_ILLEGAL.as_codes())
    assert case_queries.item(item_id).state == "deciding"


def test_nobody_gives_their_own_second_look(client: Client, desk: stories.Desk) -> None:
    item_id = stories.item()
    stories.assess(item_id, desk.analyst)
    people.be(client, desk.analyst)
    version = case_queries.item(item_id).version
    answer = client.post(f"/items/{item_id}/assess/", {"version": version, **BASELINE})
    assert answer.status_code == 409
    assert "A second look is another person’s look" in answer.content.decode()


@pytest.mark.on_postgresql
def test_two_people_at_once_the_page_says_what_the_other_did_and_keeps_the_choice(
    client: Client, desk: stories.Desk
) -> None:
    item_id = stories.item()
    stories.assess(item_id, desk.analyst, stories.NOT_ILLEGAL)
    cases.release_item(by=desk.analyst.actor, item_id=item_id)
    people.be(client, desk.second_analyst)
    path = f"/items/{item_id}/decide/"
    version = version_on(client, path)
    stories.decide(item_id, desk.analyst, kind="close", reason="not_illegal")
    answer = client.post(path, {"version": version, "kind": "close", "reason": "outside_scope"})
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "Nino has decided: Close (Not illegal)." in html
    assert "nothing of it was saved" in html
    assert "<strong>Close (Outside our scope)</strong>" in html
    assert len(case_queries.decisions(item_id)) == 1


def test_an_assessment_that_met_another_one_is_kept_in_the_form(client: Client, desk: stories.Desk) -> None:
    item_id = stories.item()
    people.be(client, desk.second_analyst)
    path = f"/items/{item_id}/assess/"
    version = version_on(client, path)
    stories.assess(item_id, desk.analyst)
    answer = client.post(path, {"version": version, **BASELINE, "commercial": "yes"})
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "The item changed while you had it open" in html
    assert "save once more" in html
    assert "commercial-yes" in checked(html)
    fresh = re.search(r'name="version" value="(\d+)"', html)
    assert fresh is not None
    client.post(path, {"version": fresh.group(1), **BASELINE, "commercial": "yes"})
    assert case_queries.item(item_id).state == "deciding"


@pytest.mark.parametrize("version", ["", "0", "-1", "99999999999999999999", "x", "١"])
def test_a_version_that_is_none_never_fits(client: Client, desk: stories.Desk, version: str) -> None:
    item_id = stories.item()
    people.be(client, desk.analyst)
    answer = client.post(f"/items/{item_id}/assess/", {"version": version, **BASELINE})
    assert answer.status_code == 409
    assert case_queries.assessments(item_id) == []


def test_without_viewing_a_person_passes_the_item_on_and_says_so(
    client: Client, desk: stories.Desk, no_view: None
) -> None:
    item_id = stories.item()
    people.be(client, desk.analyst)
    html = client.get(f"/items/{item_id}/assess/").content.decode()
    assert "Viewing is not allowed here" in html
    assert 'type="radio"' not in html
    assert "Nothing leaves this node by itself" in html
    assert "INHOPE member directory (for every country)" in html
    assert "INHOPE: member directory</bdi>, 2026" in html
    found = re.search(r'name="version" value="(\d+)"', html)
    assert found is not None
    client.post(f"/items/{item_id}/forward/", {"version": found.group(1)})
    seen = case_queries.item(item_id)
    assert (seen.state, seen.outcome) == ("closed", "forwarded")
    html = client.get(f"/items/{item_id}/assess/").content.decode()
    assert "I have passed it on" not in html


@pytest.mark.parametrize("page", ["items/{}/decide/", "items/{}/together/host/"])
def test_wherever_passing_on_is_offered_it_is_said_that_a_person_does_it(
    client: Client, desk: stories.Desk, no_view: None, page: str
) -> None:
    item_id = stories.item()
    stories.hosted(item_id, country="DE")
    people.be(client, desk.analyst)
    html = client.get("/" + page.format(item_id)).content.decode()
    assert "Passed on unopened by hand" in html
    assert "Nothing leaves this node by itself" in html
    assert "(Germany)" in html


@pytest.mark.parametrize("page", ["assess", "decide"])
def test_a_closed_item_is_not_asked_about(client: Client, desk: stories.Desk, page: str) -> None:
    item_id = stories.item()
    people.be(client, desk.analyst)
    stories.decide(item_id, desk.analyst, "close", "other")
    answer = client.get(f"/items/{item_id}/{page}/")
    html = answer.content.decode()
    assert answer.status_code == 200
    assert 'type="radio"' not in html
    assert "data-save" not in html
    assert "does not wait for an assessment" in html or "nothing to decide" in html


def test_who_has_looked_is_told_so_before_answering_every_question_again(
    client: Client, desk: stories.Desk
) -> None:
    item_id = stories.item()
    stories.assess(item_id, desk.analyst)
    people.be(client, desk.analyst)
    html = client.get(f"/items/{item_id}/assess/").content.decode()
    assert "A second look is another person" in html
    assert 'type="radio"' not in html


def test_the_times_on_an_items_page_are_of_one_clock_and_it_is_named(
    client: Client, desk: stories.Desk, settings: Any
) -> None:
    settings.TUTELA = replace(settings.TUTELA, time_zone="Asia/Tbilisi")
    with time_machine.travel("2026-03-04T10:05:00Z", tick=False):
        item_id = stories.item("https://files.example.org/item/1")
        stories.hosted(item_id)
        people.be(client, desk.analyst)
        html = client.get(f"/items/{item_id}/").content.decode()
    shown = re.findall(r"<time[^>]*>([^<]*)</time>", html)
    assert len(shown) >= 4
    assert {text.partition(", ")[2] for text in shown} == {"14:05"}
    assert "Times are those of Asia/Tbilisi" in html


def test_the_story_of_an_item_never_tells_what_a_first_look_found(client: Client, desk: stories.Desk) -> None:
    item_id = stories.item()
    stories.assess(item_id, desk.analyst)
    people.be(client, desk.second_analyst)
    html = client.get(f"/items/{item_id}/").content.decode()
    story = html[html.index('<ol class="story">') :]
    assert "Assessed" in story
    assert "Baseline" not in story
    kinds = [line.kind for line in ledger.lines_about(item_id)]
    assert "item_assessed" in kinds
