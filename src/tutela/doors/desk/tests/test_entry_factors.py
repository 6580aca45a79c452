"""Promises about second factors: nobody works without one or touches another's; each change is written."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver

from tutela.apps.ledger import queries as ledger_queries
from tutela.core.kernel import clock
from tutela.testing import people

pytestmark = [pytest.mark.django_db, pytest.mark.on_postgresql]

SETTING_UP = {
    "/account/",
    "/account/app/",
    "/account/language/",
    "/account/passkeys/add/",
    "/sign-in/again/",
}
OPEN_TO_ALL = {"/sign-in/", "/sign-in/second/", "/sign-in/passkey/", "/sign-out/", "/invitation/", "/demo/"}


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def _plain_paths() -> list[str]:
    """Every address of the desk that takes no argument."""
    found = []
    for pattern in get_resolver().url_patterns:
        entries = getattr(pattern, "url_patterns", [pattern])
        found += [f"/{entry.pattern}" for entry in entries if "<" not in str(entry.pattern)]
    return found


def _again(client: Client) -> None:
    answer = client.post("/sign-in/again/", {"password": people.PASSWORD})
    assert answer.status_code == 302, answer.content


def _passkey(person: people.MadePerson, name: str = "Key") -> Authenticator:
    return Authenticator.objects.create(
        user_id=person.id, type="webauthn", data={"name": name, "credential": {}}
    )


def _lines(person: people.MadePerson, kind: str) -> list[list[str]]:
    lines = ledger_queries.lines_about(person.id)
    return [line.facts["factors"] for line in lines if line.kind == kind]  # type: ignore[misc]


def test_without_a_second_factor_there_is_only_setting_one_up(client: Client) -> None:
    boss = people.make_person("coordinator", app=False)
    people.sign_in(client, boss)
    paths = _plain_paths()
    assert len(paths) > 15
    for path in paths:
        answer = client.get(path)
        if path in OPEN_TO_ALL:
            continue
        if path not in SETTING_UP:
            assert answer.status_code == 302, path
            assert answer["Location"] == "/account/", path
        else:
            assert answer.status_code in (200, 302, 405), path
    page = client.get("/account/").content.decode()
    assert "Set up a second factor first" in page
    assert "/account/password/" not in page


def test_an_app_is_set_up_with_a_picture_a_key_to_type_and_recovery_codes(client: Client) -> None:
    nino = people.make_person(app=False)
    people.sign_in(client, nino)
    assert client.get("/account/app/")["Location"].startswith("/sign-in/again/")
    _again(client)
    page = client.get("/account/app/").content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    assert 'autocomplete="one-time-code"' in page
    shown = re.search(r'<code class="secret"[^>]*>([A-Z2-7 ]+)</code>', page)
    assert shown
    secret = shown[1].replace(" ", "")
    wrong = client.post("/account/app/", {"code": "000000"})
    assert wrong.status_code == 200
    assert shown[1] in wrong.content.decode(), "a mistyped code must not change the key"
    answer = client.post("/account/app/", {"code": people.code_of(secret)})
    assert answer["Location"] == "/account/recovery-codes/"
    codes = re.findall(r"<li><code>(\d{10})</code></li>", client.get(answer["Location"]).content.decode())
    assert len(set(codes)) == 10
    again = client.get("/account/recovery-codes/").content.decode()
    assert not any(code in again for code in codes), "recovery codes are shown once"
    assert client.get("/account/password/").status_code == 200
    assert sorted(_lines(nino, "second_factor_added")) == [["recovery_codes"], ["totp"]]


def test_the_code_that_set_up_the_app_does_not_sign_in(client: Client) -> None:
    nino = people.make_person(app=False)
    people.sign_in(client, nino)
    _again(client)
    page = client.get("/account/app/").content.decode()
    secret = re.search(r'<code class="secret"[^>]*>([A-Z2-7 ]+)</code>', page)
    assert secret
    code = people.code_of(secret[1].replace(" ", ""))
    client.post("/account/app/", {"code": code})
    other = Client()
    other.post("/sign-in/", {"login": nino.email, "password": people.PASSWORD})
    assert other.post("/sign-in/second/", {"code": code}).status_code == 200


def test_the_key_of_an_app_is_locked_at_rest() -> None:
    nino = people.make_person()
    row = Authenticator.objects.get(user_id=nino.id, type="totp")
    assert nino.secret not in str(row.data)
    assert row.wrap().instance.data["secret"] != nino.secret


@pytest.mark.parametrize(
    "path",
    [
        "/account/app/remove/",
        "/account/passkeys/add/",
        "/account/recovery-codes/",
        "/account/recovery-codes/new/",
    ],
)
def test_changing_factors_asks_again_who_it_is(client: Client, path: str) -> None:
    nino = people.make_person()
    people.be(client, nino)
    assert client.get(path)["Location"].startswith("/sign-in/again/")
    posted = client.post(path)
    assert posted.status_code == 405 or posted["Location"].startswith("/sign-in/again/")
    assert ledger_queries.lines_about(nino.id) == []
    _again(client)
    assert client.get(path).status_code == 200
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=False):
        assert client.get(path).status_code == 302


def test_a_wrong_answer_to_who_it_is_stands_in_the_ledger(client: Client) -> None:
    nino = people.make_person()
    people.be(client, nino)
    answer = client.post("/sign-in/again/", {"password": "another five plain words here"})
    assert "This is not your password" in answer.content.decode()
    client.post("/sign-in/again/code/", {"code": "000000"})
    lines = ledger_queries.lines_about(nino.id)
    assert [line.facts for line in lines] == [{"step": "reauthentication"}] * 2
    assert client.get("/account/recovery-codes/").status_code == 302


def test_a_code_proves_again_who_it_is(client: Client) -> None:
    nino = people.make_person()
    people.be(client, nino)
    assert client.post("/sign-in/again/code/", {"code": nino.code()}).status_code == 302
    assert client.get("/account/recovery-codes/").status_code == 200


def test_the_last_second_factor_stays(client: Client) -> None:
    nino = people.make_person()
    people.be(client, nino)
    _again(client)
    assert "cannot be without one" in client.get("/account/app/remove/").content.decode()
    client.post("/account/app/remove/")
    assert Authenticator.objects.filter(user_id=nino.id, type="totp").exists()
    key = _passkey(nino)
    assert client.post("/account/app/remove/").status_code == 302
    assert not Authenticator.objects.filter(user_id=nino.id, type="totp").exists()
    answer = client.post(f"/account/passkeys/{key.pk}/remove/", follow=True)
    assert "cannot be without one" in answer.content.decode()
    assert Authenticator.objects.filter(pk=key.pk).exists()
    assert _lines(nino, "second_factor_removed") == [["totp"]]


def test_nobody_touches_the_passkey_of_another(client: Client) -> None:
    nino, gia = people.make_person("coordinator"), people.make_person()
    key = _passkey(gia, "Key of Gia")
    _passkey(gia)
    people.be(client, nino)
    _again(client)
    for path in (f"/account/passkeys/{key.pk}/", f"/account/passkeys/{key.pk}/remove/"):
        assert client.get(path).status_code == 404
        assert client.post(path, {"name": "Mine"}).status_code == 404
    key.refresh_from_db()
    assert key.data["name"] == "Key of Gia"
    assert "Key of Gia" not in client.get("/account/passkeys/").content.decode()


def test_new_recovery_codes_end_the_old_and_leave_two_lines(client: Client) -> None:
    nino = people.make_person()
    before = Authenticator.objects.get(user_id=nino.id, type="recovery_codes")
    people.be(client, nino)
    _again(client)
    client.post("/account/recovery-codes/new/")
    assert Authenticator.objects.get(user_id=nino.id, type="recovery_codes").pk != before.pk
    assert _lines(nino, "second_factor_removed") == [["recovery_codes"]]
    assert _lines(nino, "second_factor_added") == [["recovery_codes"]]


def test_changing_the_password_ends_the_other_sessions(client: Client) -> None:
    nino, other = people.make_person(), Client()
    people.be(client, nino)
    people.be(other, nino)
    new = "six other plain words for tomorrow"
    wrong = client.post("/account/password/", {"oldpassword": "not the present one", "password1": new})
    assert "not your present password" in wrong.content.decode()
    short = client.post("/account/password/", {"oldpassword": people.PASSWORD, "password1": "short"})
    assert short.status_code == 200
    assert (
        client.post("/account/password/", {"oldpassword": people.PASSWORD, "password1": new})["Location"]
        == "/account/"
    )
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302
    assert [line.kind for line in ledger_queries.lines_about(nino.id)] == ["password_changed"]


def test_a_person_chooses_the_language_of_the_desk(client: Client) -> None:
    nino = people.make_person()
    people.be(client, nino)
    client.post("/account/language/", {"language": "ka"})
    assert '<html lang="ka"' in client.get("/account/").content.decode()
    client.post("/account/language/", {"language": "xx"})
    assert '<html lang="ka"' in client.get("/account/").content.decode()
    assert '<html lang="en"' in Client().get("/sign-in/").content.decode()


@pytest.mark.parametrize(("host", "offered"), [("localhost", True), ("127.0.0.1", False)])
def test_passkeys_are_offered_only_where_browsers_have_them(client: Client, host: str, offered: bool) -> None:
    page = client.get("/sign-in/", headers={"host": f"{host}:8001"}).content.decode()
    assert ("passkey-button" in page) is offered
