"""Promises about inviting people and changing who may do what, through the pages."""

from __future__ import annotations

import dataclasses
import re
import uuid
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tutela.apps.accounts import actions as accounts
from tutela.apps.accounts import queries as account_queries
from tutela.apps.ledger import queries as ledger_queries
from tutela.core.terms.states import Role
from tutela.testing import people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def boss(client: Client) -> people.MadePerson:
    made = people.make_person("coordinator", name="Nino")
    people.be(client, made)
    return made


def _link(page: bytes) -> str:
    found = re.search(r">http://testserver(/invitation/[\w-]{43}/)</textarea>", page.decode())
    assert found, page.decode()
    return found[1]


def _token(path: str) -> str:
    return path.removeprefix("/invitation/").removesuffix("/")


def _invite(client: Client, email: str = "gia@hotline.example.org", role: str = "analyst") -> Any:
    return client.post("/people/invite/", {"name": "Gia", "email": email, "role": role})


def test_an_invited_person_comes_in_and_sets_up_a_second_factor(
    client: Client, boss: people.MadePerson
) -> None:
    path, gia = _link(_invite(client).content), Client()
    page = gia.get(path).content.decode()
    assert "gia@hotline.example.org" in page
    assert 'autocomplete="new-password"' in page
    assert f'action="{path}"' not in page, "the token must not stay in the address bar"
    answer = gia.post("/invitation/", {"token": _token(path), "name": "Gia B", "password": people.PASSWORD})
    assert answer["Location"] == "/account/"
    assert "Set up a second factor first" in gia.get("/account/").content.decode()
    assert gia.get("/account/app/").status_code == 200, "who chose a password a moment ago is not asked again"
    assert gia.get("/people/")["Location"] == "/account/"
    assert [one.name for one in account_queries.people()] == ["Gia B", "Nino"]


def test_a_link_is_shown_once(client: Client, boss: people.MadePerson) -> None:
    path = _link(_invite(client).content)
    for page in ("/people/", "/people/invite/", f"/people/{boss.id}/", "/account/"):
        assert _token(path) not in client.get(page).content.decode()
    assert _token(path) not in str([line.facts for line in ledger_queries.lines_after(0)])


def test_every_link_that_does_not_work_looks_the_same(client: Client, boss: people.MadePerson) -> None:
    used, withdrawn = _link(_invite(client).content), _link(_invite(client, "a@hotline.example.org").content)
    Client().post("/invitation/", {"token": _token(used), "name": "Gia", "password": people.PASSWORD})
    (still_open,) = account_queries.open_invitations()
    client.post(f"/people/invitations/{still_open.id}/withdraw/")
    stranger = Client()
    paths = (used, withdrawn, "/invitation/wrong/", f"/invitation/{'x' * 43}/", "/invitation/%00/")
    answers = [stranger.get(path) for path in paths]
    answers += [
        stranger.post("/invitation/", {"token": _token(path), "name": "X", "password": people.PASSWORD})
        for path in paths
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_a_weak_password_keeps_the_link_and_says_why(client: Client, boss: people.MadePerson) -> None:
    path = _link(_invite(client).content)
    answer = Client().post("/invitation/", {"token": _token(path), "name": "Gia", "password": "password1234"})
    assert answer.status_code == 422
    assert "Many people use this password" in answer.content.decode()
    assert "password1234" not in answer.content.decode()
    assert Client().get(path).status_code == 200


def test_who_is_invited_cannot_give_oneself_a_role_or_address(
    client: Client, boss: people.MadePerson
) -> None:
    path = _link(_invite(client).content)
    more = {
        "role": "coordinator",
        "email": "x@elsewhere.example.net",
        "is_active": "1",
        "person_id": str(boss.id),
    }
    Client().post("/invitation/", {"token": _token(path), "name": "Gia", "password": people.PASSWORD, **more})
    gia = next(one for one in account_queries.people() if one.name == "Gia")
    assert (gia.role, gia.email) == (Role.ANALYST, "gia@hotline.example.org")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"email": "no address"}, "Enter a valid email address"),
        ({"email": ""}, "This field is required"),
        ({"role": "superuser"}, "Select a valid choice"),
        ({"name": "x" * 121}, "at most 120 characters"),
        ({"email": "NINO"}, "already here"),
    ],
)
def test_a_mistake_in_an_invitation_is_said_beside_its_field(
    client: Client, boss: people.MadePerson, given: dict[str, str], said: str
) -> None:
    if given.get("email") == "NINO":
        given = {"email": boss.email.upper()}
    fields = {"name": "Gia", "email": "gia@hotline.example.org", "role": "analyst", **given}
    answer = client.post("/people/invite/", fields)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert account_queries.open_invitations() == []


@pytest.mark.parametrize("role", ["analyst", "welfare_lead", "auditor"])
def test_only_a_coordinator_enters_the_people_pages(client: Client, role: str) -> None:
    somebody, other = people.make_person(role), people.make_person()
    people.make_person("coordinator")
    people.be(client, somebody)
    paths = ["/people/", "/people/invite/", *_pages(somebody.id), *_pages(other.id)]
    for path in paths:
        assert client.get(path).status_code == 403, path
        answer = client.post(path, {"role": "coordinator", "name": "X", "email": "x@x.example.org"})
        assert answer.status_code == 403, path
    assert account_queries.person(somebody.id).role == role
    assert account_queries.open_invitations() == []
    assert "/people/" not in client.get("/account/").content.decode()


def _pages(person_id: uuid.UUID) -> list[str]:
    return [f"/people/{person_id}/{what}" for what in ("", "role/", "deactivate/", "reset/", "back/")]


def test_every_change_takes_a_form_token(boss: people.MadePerson) -> None:
    gia, client = people.make_person(), Client(enforce_csrf_checks=True)
    people.be(client, boss)
    paths = [
        "/sign-in/",
        "/sign-in/passkey/",
        "/sign-in/again/",
        "/sign-out/",
        "/invitation/",
        "/demo/",
        "/account/language/",
        "/account/password/",
        "/account/app/",
        "/account/app/remove/",
        "/account/passkeys/add/",
        "/account/passkeys/1/remove/",
        "/account/recovery-codes/new/",
        "/people/invite/",
        f"/people/invitations/{uuid.uuid4()}/withdraw/",
        *_pages(gia.id),
    ]
    assert {path: client.post(path).status_code for path in paths} == dict.fromkeys(paths, 403)
    assert account_queries.person(gia.id).active


def test_a_deactivated_person_is_out_at_once(client: Client, boss: people.MadePerson) -> None:
    gia, theirs = people.make_person(name="Gia"), Client()
    people.sign_in(theirs, gia)
    assert theirs.get("/account/").status_code == 200
    assert "Shut out Gia?" in client.get(f"/people/{gia.id}/deactivate/").content.decode()
    client.post(f"/people/{gia.id}/deactivate/")
    assert theirs.get("/account/").status_code == 302
    assert theirs.get("/account/").status_code == 302
    theirs.post("/sign-in/", {"login": gia.email, "password": people.PASSWORD})
    assert theirs.get("/sign-in/second/")["Location"] == "/sign-in/"


def test_a_half_finished_sign_in_ends_with_the_deactivation(client: Client, boss: people.MadePerson) -> None:
    gia, theirs = people.make_person(), Client()
    theirs.post("/sign-in/", {"login": gia.email, "password": people.PASSWORD})
    client.post(f"/people/{gia.id}/deactivate/")
    theirs.post("/sign-in/second/", {"code": gia.code()})
    assert theirs.get("/account/").status_code == 302


def test_a_changed_role_holds_from_the_next_page_on(client: Client, boss: people.MadePerson) -> None:
    gia, theirs = people.make_person("coordinator"), Client()
    people.be(theirs, gia)
    assert theirs.get("/people/").status_code == 200
    client.post(f"/people/{gia.id}/role/", {"role": "auditor"})
    assert theirs.get("/people/").status_code == 302
    people.be(theirs, gia)
    assert theirs.get("/people/").status_code == 403


@pytest.mark.parametrize("role", ["", "superuser", "coordinator "])
def test_a_role_that_does_not_exist_changes_nothing(
    client: Client, boss: people.MadePerson, role: str
) -> None:
    gia = people.make_person()
    answer = client.post(f"/people/{gia.id}/role/", {"role": role}, follow=True)
    assert "Choose a role." in answer.content.decode()
    assert account_queries.person(gia.id).role is Role.ANALYST


def test_the_last_coordinator_cannot_leave_by_accident(client: Client, boss: people.MadePerson) -> None:
    for path, fields in (
        (f"/people/{boss.id}/role/", {"role": "analyst"}),
        (f"/people/{boss.id}/deactivate/", {}),
    ):
        answer = client.post(path, fields, follow=True)
        assert "This is the last coordinator" in answer.content.decode()
    assert account_queries.has_coordinator()
    page = client.get(f"/people/{boss.id}/").content.decode()
    assert "This is you" in page
    assert "/deactivate/" not in page


def test_a_reset_asks_who_it_is_and_gives_a_link_with_which_the_person_returns(
    client: Client, boss: people.MadePerson
) -> None:
    gia, theirs = people.make_person(name="Gia"), Client()
    people.be(theirs, gia)
    assert client.post(f"/people/{gia.id}/reset/")["Location"].startswith("/sign-in/again/")
    assert account_queries.has_second_factor(gia.id)
    client.post("/sign-in/again/", {"password": people.PASSWORD})
    path = _link(client.post(f"/people/{gia.id}/reset/").content)
    assert theirs.get("/account/").status_code == 302
    assert not account_queries.has_second_factor(gia.id)
    back = theirs.get(path).content.decode()
    assert "Welcome back" in back
    assert 'name="name"' not in back
    new = "six other plain words for tomorrow"
    assert theirs.post("/invitation/", {"token": _token(path), "password": new})["Location"] == "/account/"
    assert account_queries.person(gia.id).name == "Gia"


def test_who_was_shut_out_is_let_back_in_with_a_new_link(client: Client, boss: people.MadePerson) -> None:
    gia = people.make_person(name="Gia")
    client.post(f"/people/{gia.id}/deactivate/")
    assert "Let back in" in client.get(f"/people/{gia.id}/").content.decode()
    client.post("/sign-in/again/", {"password": people.PASSWORD})
    path = _link(client.post(f"/people/{gia.id}/back/").content)
    assert Client().get(path).status_code == 200
    assert account_queries.person(gia.id).active


def test_a_person_who_is_not_there_is_not_found(client: Client, boss: people.MadePerson) -> None:
    client.post("/sign-in/again/", {"password": people.PASSWORD})
    for path in _pages(uuid.uuid4()):
        assert client.post(path, {"role": "analyst"}).status_code == 404, path
    assert client.post(f"/people/invitations/{uuid.uuid4()}/withdraw/").status_code == 404


def test_the_list_says_role_factor_last_day_and_access_and_what_is_empty(
    client: Client, boss: people.MadePerson
) -> None:
    people.make_person("auditor", name="Gia", app=False)
    page = client.get("/people/").content.decode()
    for words in ("Nino", "Gia", "Auditor", "Missing", "Never", "Active", "No open invitation"):
        assert words in page
    _invite(client)
    page = client.get("/people/").content.decode()
    assert "No open invitation" not in page
    assert "gia@hotline.example.org" in page


def test_the_first_coordinator_names_an_address(client: Client) -> None:
    token = accounts.invite_first_coordinator()
    assert 'type="email"' in client.get(f"/invitation/{token}/").content.decode()
    answer = client.post("/invitation/", {"token": token, "name": "Nino", "password": people.PASSWORD})
    assert answer.status_code == 422
    fields = {
        "token": token,
        "name": "Nino",
        "email": "nino@hotline.example.org",
        "password": people.PASSWORD,
    }
    assert client.post("/invitation/", fields).status_code == 302
    assert account_queries.has_coordinator()


def test_accepting_an_invitation_ends_whose_session_it_was(client: Client, boss: people.MadePerson) -> None:
    path = _link(_invite(client).content)
    assert "You are signed in as Nino" in client.get(path).content.decode()
    client.post("/invitation/", {"token": _token(path), "name": "Gia", "password": people.PASSWORD})
    assert "Set up a second factor first" in client.get("/account/").content.decode()


def test_a_real_node_has_no_demo_sign_in(client: Client) -> None:
    assert client.get("/demo/x/").status_code == 404
    assert client.post("/demo/", {"token": "x"}).status_code == 404


def test_a_demo_link_signs_in_once_and_only_on_a_press(client: Client, settings: Any) -> None:
    settings.TUTELA = dataclasses.replace(settings.TUTELA, demo=True)
    nino = people.make_person("coordinator", app=False)
    token = accounts.make_sign_in_link(nino.id)
    for _ in range(2):
        assert client.get(f"/demo/{token}/").status_code == 200
    assert client.post("/demo/", {"token": token})["Location"] == "/"
    assert client.get("/people/").status_code == 200
    other = Client()
    assert other.post("/demo/", {"token": token}).status_code == 404
    assert other.get("/people/").status_code == 302
    assert ledger_queries.lines_about(nino.id)[-1].facts == {"method": "demo_link"}
