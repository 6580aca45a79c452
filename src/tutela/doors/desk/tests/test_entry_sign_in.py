"""Promises about signing in: two factors, the same answer to every stranger, sessions that end."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from tutela.apps.accounts import queries as account_queries
from tutela.apps.ledger import queries as ledger_queries
from tutela.testing import people

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 4, 12, 0, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def _kinds(person: people.MadePerson) -> list[str]:
    return [line.kind for line in ledger_queries.lines_about(person.id)]


def _signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def _bare(content: bytes) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", content.decode())


def test_password_and_code_from_the_app_sign_in(client: Client) -> None:
    nino = people.make_person()
    answer = client.post("/sign-in/", {"login": nino.email.upper(), "password": people.PASSWORD})
    assert answer["Location"] == "/sign-in/second/"
    assert not _signed_in(client)
    answer = client.post("/sign-in/second/", {"code": nino.code()})
    assert answer["Location"] == "/"
    assert _signed_in(client)
    (line,) = ledger_queries.lines_about(nino.id)
    assert (line.kind, line.actor, line.facts) == (
        "person_signed_in",
        nino.actor.label,
        {"method": "password_totp"},
    )
    assert account_queries.person(nino.id).last_sign_in_on == datetime.now(UTC).date()


def test_every_failure_sounds_the_same_and_stands_in_the_ledger(client: Client) -> None:
    nino, gone = people.make_person(), people.make_person(is_active=False)
    answers = [
        client.post("/sign-in/", {"login": email, "password": password})
        for email, password in (
            (nino.email, "another five plain words here"),
            ("nobody@hotline.example.org", people.PASSWORD),
            (gone.email, people.PASSWORD),
        )
    ]
    pages = {_bare(answer.content).replace(answer.wsgi_request.POST["login"], "") for answer in answers}
    assert len(pages) == 1
    assert {answer.status_code for answer in answers} == {200}
    lines = ledger_queries.lines_after(0)
    assert [(line.kind, line.about_id) for line in lines] == [
        ("sign_in_failed", nino.id),
        ("sign_in_failed", None),
        ("sign_in_failed", gone.id),
    ]
    assert all(line.facts == {"step": "password"} for line in lines)


def test_a_code_works_once_even_in_another_process(client: Client) -> None:
    nino, other = people.make_person(), Client()
    with time_machine.travel(NOON, tick=False):
        people.sign_in(client, nino)
        other.post("/sign-in/", {"login": nino.email, "password": people.PASSWORD})
        cache.clear()
        answer = other.post("/sign-in/second/", {"code": nino.code()})
        assert "This did not work" in answer.content.decode()
        assert other.post("/sign-in/second/", {"code": nino.code(-1)}).status_code == 200
        assert not _signed_in(other)
    with time_machine.travel(NOON + timedelta(seconds=people.STEP_SECONDS), tick=False):
        assert other.post("/sign-in/second/", {"code": nino.code()}).status_code == 302
        assert _signed_in(other)
    assert _kinds(nino).count("sign_in_failed") == 2


@pytest.mark.on_postgresql
@pytest.mark.parametrize(("steps", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off(client: Client, steps: int, accepted: bool) -> None:
    nino = people.make_person()
    with time_machine.travel(NOON, tick=False):
        client.post("/sign-in/", {"login": nino.email, "password": people.PASSWORD})
        client.post("/sign-in/second/", {"code": nino.code(steps)})
        assert _signed_in(client) is accepted


@pytest.mark.parametrize("code", ["", "000", "ა" * 6, "\x00", "1" * 5000, "' or 1=1"])
def test_a_nonsense_code_is_refused_without_an_accident(client: Client, code: str) -> None:
    nino = people.make_person()
    client.post("/sign-in/", {"login": nino.email, "password": people.PASSWORD})
    assert client.post("/sign-in/second/", {"code": code}).status_code == 200
    assert not _signed_in(client)


@pytest.mark.on_postgresql
def test_a_recovery_code_works_once_in_place_of_the_app(client: Client) -> None:
    from allauth.mfa.models import Authenticator

    nino = people.make_person()
    codes = Authenticator.objects.get(user_id=nino.id, type="recovery_codes").wrap().get_unused_codes()
    client.post("/sign-in/", {"login": nino.email, "password": people.PASSWORD})
    assert client.post("/sign-in/second/", {"code": codes[0]}).status_code == 302
    assert _signed_in(client)
    assert ledger_queries.lines_about(nino.id)[-1].facts == {"method": "password_recovery_codes"}
    other = Client()
    other.post("/sign-in/", {"login": nino.email, "password": people.PASSWORD})
    assert other.post("/sign-in/second/", {"code": codes[0]}).status_code == 200
    assert not _signed_in(other)


def test_after_five_failures_even_the_right_password_waits(client: Client) -> None:
    nino = people.make_person()
    for _ in range(5):
        client.post("/sign-in/", {"login": nino.email, "password": "another five plain words here"})
    answer = client.post("/sign-in/", {"login": nino.email, "password": people.PASSWORD})
    assert answer.status_code == 200
    assert "Too many attempts" in answer.content.decode()
    assert _kinds(nino) == ["sign_in_failed"] * 5
    assert people.make_person().email != nino.email


def test_after_five_wrong_codes_even_the_right_one_waits(client: Client) -> None:
    nino = people.make_person()
    client.post("/sign-in/", {"login": nino.email, "password": people.PASSWORD})
    for _ in range(5):
        client.post("/sign-in/second/", {"code": "abcdef"})
    assert client.post("/sign-in/second/", {"code": nino.code()}).status_code == 200
    assert not _signed_in(client)


def test_whom_the_limits_count_is_told_by_a_trusted_proxy_only(rf: Any, settings: Any) -> None:
    import dataclasses

    from tutela.entry.adapters import AccountAdapter

    adapter = AccountAdapter()
    request = rf.get("/", REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR="198.51.100.1, 203.0.113.9")
    assert adapter.get_client_ip(request) == "192.0.2.7"
    settings.TUTELA = dataclasses.replace(settings.TUTELA, trusted_proxies=("192.0.2.0/24",))
    assert adapter.get_client_ip(request) == "203.0.113.9"
    nonsense = rf.get("/", REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR="<script>")
    assert adapter.get_client_ip(nonsense) == "192.0.2.7"


def test_the_session_gets_a_new_name_at_sign_in(client: Client, settings: Any) -> None:
    nino = people.make_person()
    client.post("/sign-in/", {"login": nino.email, "password": people.PASSWORD})
    before = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post("/sign-in/second/", {"code": nino.code()})
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie.value != before
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Strict", "")


def test_signing_out_takes_a_post_with_a_form_token() -> None:
    nino, client = people.make_person(), Client(enforce_csrf_checks=True)
    people.be(client, nino)
    assert client.get("/sign-out/").status_code == 200
    assert client.post("/sign-out/").status_code == 403
    assert _signed_in(client)
    page = client.get("/sign-out/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    assert client.post("/sign-out/", {"csrfmiddlewaretoken": token[1]}).status_code == 302
    assert not _signed_in(client)


def test_a_session_ends_after_half_an_hour_without_use(client: Client) -> None:
    nino = people.make_person()
    with time_machine.travel(NOON, tick=False) as clock:
        people.be(client, nino)
        assert _signed_in(client)
        for _ in range(3):
            clock.shift(timedelta(minutes=29))
            assert _signed_in(client)
        clock.shift(timedelta(minutes=30))
        answer = client.get("/account/")
        assert answer["Location"] == "/sign-in/?next=/account/"
        assert "nobody used this page" in client.get(answer["Location"]).content.decode()
        assert not _signed_in(client)


def test_a_session_ends_after_twelve_hours_even_in_use(client: Client) -> None:
    nino = people.make_person()
    with time_machine.travel(NOON, tick=False) as clock:
        people.be(client, nino)
        assert _signed_in(client)
        for _ in range(12 * 60 // 20 - 1):
            clock.shift(timedelta(minutes=20))
            assert _signed_in(client)
        clock.shift(timedelta(minutes=20))
        assert not _signed_in(client)


def test_who_was_signed_in_by_password_alone_is_out_once_a_factor_exists(client: Client) -> None:
    from allauth.core.context import request_context
    from allauth.mfa.totp.internal import auth as totp
    from django.contrib.auth import get_user_model

    nino = people.make_person(app=False)
    people.sign_in(client, nino)
    assert _signed_in(client)
    with request_context(None):
        totp.TOTP.activate(get_user_model().objects.get(pk=nino.id), totp.generate_totp_secret())
    assert not _signed_in(client)


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example.net/", "//elsewhere.example.net/", "javascript:x"]
)
def test_signing_in_leads_nowhere_else(client: Client, target: str) -> None:
    nino = people.make_person()
    client.post("/sign-in/", {"login": nino.email, "password": people.PASSWORD, "next": target})
    answer = client.post("/sign-in/second/", {"code": nino.code()})
    assert answer["Location"] == "/"


def test_signing_in_leads_back_to_the_page_that_was_asked_for(client: Client) -> None:
    nino = people.make_person("coordinator")
    answer = client.get("/people/")
    assert answer["Location"] == "/sign-in/?next=/people/"
    page = client.get(answer["Location"]).content.decode()
    assert 'name="next" value="/people/"' in page
    client.post("/sign-in/", {"login": nino.email, "password": people.PASSWORD, "next": "/people/"})
    assert client.post("/sign-in/second/", {"code": nino.code()})["Location"] == "/people/"


@pytest.mark.parametrize(
    "path",
    [
        "/signup/",
        "/sign-up/",
        "/sign-in/code/",
        "/email/",
        "/account/email/",
        "/confirm-email/x/",
        "/password/reset/",
        "/account/password/reset/",
        "/account/password/set/",
        "/sign-in/trust/",
        "/account/recovery-codes/download/",
        "/accounts/",
        "/accounts/login/",
        "/admin/",
    ],
)
def test_what_the_library_offers_beyond_our_list_does_not_exist(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_page_of_getting_in_is_not_stored_and_runs_no_inline_script(client: Client) -> None:
    answer = client.get("/sign-in/")
    assert answer["Cache-Control"] == "no-store"
    page = answer.content.decode()
    for tag in re.findall(r"<script\b[^>]*>", page):
        assert "src=" in tag or 'type="application/json"' in tag
    assert not re.search(r"\son\w+=|style=", page)
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    assert "onpaste" not in page


def test_the_second_step_cannot_be_entered_without_the_first(client: Client) -> None:
    assert client.get("/sign-in/second/")["Location"] == "/sign-in/"
    assert client.post("/sign-in/second/", {"code": "123456"})["Location"] == "/sign-in/"


@pytest.mark.parametrize(
    "credential",
    [
        "",
        "x",
        "{}",
        "[]",
        "null",
        '{"response": 1}',
        '{"id": "x", "response": {}}',
        '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {"clientDataJSON": "eA"}}',
        '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {"userHandle": null}}',
    ],
)
def test_a_nonsense_passkey_is_refused_without_an_accident(client: Client, credential: str) -> None:
    client.get("/sign-in/passkey/", headers={"accept": "application/json"})
    answer = client.post("/sign-in/passkey/", {"credential": credential})
    assert answer.status_code == 302
    assert not _signed_in(client)
