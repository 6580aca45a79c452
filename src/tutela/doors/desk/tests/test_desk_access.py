"""Promises about who may enter what: every role against every address of the desk, and strangers."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tutela.doors.desk import access
from tutela.testing import people, stories

pytestmark = pytest.mark.django_db

ANALYST, COORDINATOR, WELFARE, AUDITOR = "analyst", "coordinator", "welfare_lead", "auditor"
WORKERS = {ANALYST, COORDINATOR}
EVERYBODY = {ANALYST, COORDINATOR, WELFARE, AUDITOR}

MAY_ENTER: dict[str, set[str]] = {
    "home": EVERYBODY,
    "queue": WORKERS,
    "search": WORKERS,
    "next": WORKERS,
    "item": WORKERS,
    "claim": WORKERS,
    "release": WORKERS,
    "reassign": {COORDINATOR},
    "reopen": WORKERS,
    "release_hold": WORKERS,
    "reveal": WORKERS,
    "words": WORKERS,
    "look": WORKERS,
    "name_contact": {COORDINATOR},
    "assess": WORKERS,
    "forward": WORKERS,
    "law": WORKERS,
    "decide": WORKERS,
    "undo": WORKERS,
    "on_host": WORKERS,
    "in_report": WORKERS,
    "hand_over": WORKERS,
    "refer": WORKERS,
    "compare_item": WORKERS,
    "partners": WORKERS,
    "partner": WORKERS,
    "pause_partner": {COORDINATOR},
    "resume_partner": {COORDINATOR},
    "pin_partner": {COORDINATOR},
    "agree_overlap": {COORDINATOR},
    "end_overlap": {COORDINATOR},
    "compare": WORKERS,
    "conversation": WORKERS,
    "say": WORKERS,
    "finish_message": WORKERS,
    "retry_message": WORKERS,
    "settle_message": WORKERS,
    "clock": WORKERS,
    "beat": WORKERS,
    "leave": WORKERS,
    "stopped": WORKERS,
    "clock_of_all": {WELFARE},
    "notices": WORKERS,
    "notice": WORKERS,
    "retry": WORKERS,
    "bounced": WORKERS,
    "read_answer": WORKERS,
    "settle": WORKERS,
    "contacts": {COORDINATOR},
    "approve_contact": {COORDINATOR},
    "refuse_contact": {COORDINATOR},
    "providers": {COORDINATOR},
    "provider_new": {COORDINATOR},
    "provider": {COORDINATOR},
    "propose_item": WORKERS,
    "lists": WORKERS | {AUDITOR},
    "list_new": {COORDINATOR},
    "list": WORKERS | {AUDITOR},
    "list_change": {COORDINATOR},
    "list_pause": {COORDINATOR},
    "list_resume": {COORDINATOR},
    "propose": WORKERS,
    "entry": WORKERS | {AUDITOR},
    "approve_entry": WORKERS,
    "refuse_entry": WORKERS,
    "withdraw_entry": WORKERS,
    "opinion": WORKERS,
    "pause_source": {COORDINATOR},
    "resume_source": {COORDINATOR},
    "release_source": {COORDINATOR},
    "refetch_source": {COORDINATOR},
    "settle_page": {COORDINATOR},
    "overview": {COORDINATOR},
    "audit": {COORDINATOR, AUDITOR},
    "verify": {COORDINATOR, AUDITOR},
    "export": {COORDINATOR, AUDITOR},
}
CHANGES_NOTHING = {
    "home", "queue", "item", "assess", "decide", "on_host", "in_report", "clock", "stopped", "clock_of_all",
    "notices", "notice", "contacts", "providers", "provider_new", "provider", "overview", "audit", "export",
    "hand_over", "refer", "partners", "partner", "conversation",
    "propose_item", "lists", "list_new", "list", "list_change", "propose", "entry",
}  # fmt: skip
"""What may be asked for with GET; everything else takes POST alone."""


def _patterns() -> dict[str, URLPattern]:
    found = {}
    for entry in get_resolver("tutela.doors.desk.urls").url_patterns:
        if isinstance(entry, URLResolver) and entry.namespace == "desk":
            found = {str(one.name): one for one in entry.url_patterns if isinstance(one, URLPattern)}
    return found


def _address(name: str) -> str:
    pattern = _patterns()[name].pattern
    return reverse(f"desk:{name}", kwargs={key: uuid.uuid4() for key in pattern.converters})


def test_the_table_names_every_address_of_the_desk() -> None:
    assert set(_patterns()) == set(MAY_ENTER)


def test_every_view_below_the_desk_says_who_may_enter() -> None:
    def silent(entries: list[URLPattern | URLResolver]) -> list[str]:
        found = []
        for entry in entries:
            if isinstance(entry, URLResolver):
                found += silent(entry.url_patterns)
            elif access.declared(entry.callback) is None:
                found.append(str(entry.pattern))
        return found

    assert silent(get_resolver("tutela.doors.desk.urls").url_patterns) == []


@pytest.mark.on_postgresql
@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_each_role_enters_what_the_table_says_and_nothing_else(client: Client, role: str) -> None:
    people.be(client, people.make_person(role))
    wrong = {}
    for name, roles in MAY_ENTER.items():
        method = client.get if name in CHANGES_NOTHING else client.post
        status = method(_address(name)).status_code
        if (status == 403) == (role in roles):
            wrong[name] = status
    assert wrong == {}


def test_a_stranger_is_sent_to_sign_in_from_every_address(client: Client) -> None:
    for name in MAY_ENTER:
        for method in (client.get, client.post):
            answer = method(_address(name))
            assert answer.status_code == 302, name
            assert answer["Location"].startswith("/sign-in/"), name


def test_who_has_no_second_factor_is_sent_to_set_one_up(client: Client) -> None:
    person = people.make_person("coordinator", app=False)
    client.post("/sign-in/", {"login": person.email, "password": people.PASSWORD})
    for name in MAY_ENTER:
        assert client.get(_address(name))["Location"] == "/account/", name


def test_nothing_changes_by_asking_for_a_page(client: Client) -> None:
    desk = stories.desk()
    people.be(client, desk.coordinator)
    for name in set(MAY_ENTER) - CHANGES_NOTHING:
        assert client.get(_address(name)).status_code == (403 if name == "clock_of_all" else 405), name


def test_a_form_without_its_token_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    people.be(client, people.make_person("coordinator"))
    for name in set(MAY_ENTER) - CHANGES_NOTHING:
        assert client.post(_address(name)).status_code == 403, name
