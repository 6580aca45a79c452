"""Promises about the guards: every page of the desk says who may enter, and what says nothing is shut."""

from __future__ import annotations

import types
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, path

from tutela.apps.accounts import rules as accounts
from tutela.core.kernel import clock
from tutela.core.kernel.errors import NotFound, NotPermitted
from tutela.doors.desk import access
from tutela.testing import people

ANYONE = {
    "account_login",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "account_logout",
    "accept_invitation",
    "invitation",
    "use_sign_in_link",
    "sign_in_link",
}
SETTING_UP = {
    "account_reauthenticate",
    "mfa_index",
    "choose_language",
    "mfa_activate_totp",
    "mfa_add_webauthn",
}


def _all(patterns: Any = None) -> Iterator[URLPattern]:
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLPattern):
            yield entry
        else:
            yield from _all(entry.url_patterns)


def test_every_page_of_the_desk_says_who_may_enter() -> None:
    silent = [str(entry.pattern) for entry in _all() if access.declared(entry.callback) is None]
    assert silent == []
    assert len(list(_all())) > 40


def test_what_anyone_may_enter_is_a_short_list() -> None:
    by_who: dict[str, set[str]] = {}
    for entry in _all():
        says = access.declared(entry.callback)
        assert says is not None
        by_who.setdefault(says.who, set()).add(str(entry.name))
    assert by_who["anyone"] == ANYONE
    assert by_who["setting_up"] == SETTING_UP


def test_a_guard_names_abilities_that_exist() -> None:
    with pytest.raises(ValueError, match="unknown abilities"):
        access.allowed("see_everything")
    with pytest.raises(ValueError, match="unknown abilities"):
        access.allowed()


def _said_nothing(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("inside")


@access.allowed("decide", "see_audit")
def _able(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("inside")


@access.signed_in
def _refuses(request: HttpRequest) -> HttpResponse:
    raise NotPermitted("x") if "permit" in request.GET else NotFound


_beat = access.without_activity(access.signed_in(_said_nothing))


@pytest.fixture
def _pages(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    own = types.ModuleType("tutela_test_pages")
    own.urlpatterns = [  # type: ignore[attr-defined]
        path("silent/", _said_nothing),
        path("able/", _able),
        path("refuses/", _refuses),
        path("beat/", _beat),
        *get_resolver().url_patterns,
    ]
    monkeypatch.setitem(sys.modules, own.__name__, own)
    settings.ROOT_URLCONF = own.__name__


@pytest.mark.django_db
@pytest.mark.usefixtures("_pages")
def test_a_page_that_says_nothing_is_shut_for_everybody(client: Client) -> None:
    assert client.get("/silent/").status_code == 403
    people.be(client, people.make_person("coordinator"))
    assert client.get("/silent/").status_code == 403


@pytest.mark.django_db
@pytest.mark.usefixtures("_pages")
@pytest.mark.parametrize("role", ["coordinator", "analyst", "welfare_lead", "auditor"])
def test_one_of_the_named_abilities_opens_a_page(client: Client, role: str) -> None:
    people.be(client, people.make_person(role))
    answer = client.get("/able/")
    may = accounts.may(role, "decide") or accounts.may(role, "see_audit")
    assert answer.status_code == (200 if may else 403)
    assert ("not for your role" in answer.content.decode()) is not may


@pytest.mark.django_db
@pytest.mark.usefixtures("_pages")
def test_a_stranger_is_sent_to_sign_in_and_a_post_is_not_repeated(client: Client) -> None:
    assert client.get("/able/")["Location"] == "/sign-in/?next=/able/"
    assert client.post("/able/")["Location"] == "/sign-in/"


@pytest.mark.django_db
@pytest.mark.usefixtures("_pages")
def test_the_guard_asks_even_when_the_middleware_did_not(rf: Any) -> None:
    from django.contrib.auth.models import AnonymousUser

    request = rf.get("/able/")
    request.user, request.session = AnonymousUser(), {}
    assert _able(request).status_code == 302


@pytest.mark.django_db
@pytest.mark.usefixtures("_pages")
def test_what_a_room_refuses_becomes_an_answer(client: Client) -> None:
    people.be(client, people.make_person())
    assert client.get("/refuses/?permit").status_code == 403
    assert client.get("/refuses/").status_code == 404


@pytest.mark.django_db
def test_the_referrer_policy_lets_browsers_say_where_a_form_comes_from(client: Client) -> None:
    answer = client.get("/sign-in/")
    assert answer["Referrer-Policy"] == "same-origin"
    assert '<meta name="referrer" content="same-origin">' in answer.content.decode()


@pytest.mark.django_db
def test_an_old_form_and_a_wrong_address_get_a_page_that_helps() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/sign-in/", {"login": "x"})
    assert (answer.status_code, "This form was too old" in answer.content.decode()) == (403, True)
    answer = client.get("/nowhere/")
    assert (answer.status_code, "There is nothing here" in answer.content.decode()) == (404, True)


@pytest.mark.django_db
def test_an_accident_gets_a_page_without_details(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from tutela.apps.accounts import queries

    people.be(client, people.make_person("coordinator"))
    monkeypatch.setattr(queries, "people", lambda: 1 / 0)
    client.raise_request_exception = False
    answer = client.get("/people/")
    assert answer.status_code == 500
    assert "our mistake" in answer.content.decode()
    assert "ZeroDivision" not in answer.content.decode()


@pytest.mark.django_db
def test_pages_are_not_stored(client: Client) -> None:
    for address in ("/sign-in/", "/account/", "/nowhere/"):
        assert client.get(address)["Cache-Control"] == "no-store"
    people.be(client, people.make_person())
    assert client.get("/account/")["Cache-Control"] == "no-store"


@pytest.mark.django_db
@pytest.mark.usefixtures("_pages")
def test_what_a_page_calls_by_itself_does_not_keep_a_session_alive(client: Client) -> None:
    people.be(client, people.make_person())
    with time_machine.travel(clock.now(), tick=False) as moving:
        assert client.get("/account/").status_code == 200
        for _ in range(2):
            moving.shift(timedelta(minutes=14))
            assert client.get("/beat/").content == b"inside"
        moving.shift(timedelta(minutes=2))
        assert client.get("/beat/").status_code == 302


def test_every_line_that_the_room_of_accounts_writes_has_words() -> None:
    import re
    from pathlib import Path

    from tutela.apps.accounts import actions
    from tutela.doors.desk import ledger_labels

    folder = Path(str(actions.__file__)).parent
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    written = set(re.findall(r'write(?:_line)?\(\s*"(\w+)"', source))
    assert len(written) >= 12
    assert written <= set(ledger_labels.LEDGER)
