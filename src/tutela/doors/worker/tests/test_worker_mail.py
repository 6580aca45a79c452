"""Promises of handing in mail: encrypted, signed, and an honest word about what became of it."""

from __future__ import annotations

import base64
import socket
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tutela.apps.notices.rules import DeliveryResult, Outcome
from tutela.doors.worker.legs.mail import BadRelay, Relay, is_plain_address, open_relay, send
from tutela.testing.servers import Authority, MailServer

TO = "abuse@provider.example.net"


@dataclass(frozen=True)
class Settings:
    host: str = "127.0.0.1"
    port: int = 25
    security: str = "none"
    user: str = ""
    password_file: str = ""
    sender: str = "desk@hotline.example.org"
    dkim_domain: str = "hotline.example.org"
    dkim_selector: str = "s1"
    dkim_key_file: str = ""


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _letter() -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"] = "Example Hotline <desk@hotline.example.org>", TO
    letter["Subject"] = "Notice TUT-2026-000123 · შეტყობინება"
    letter["Date"] = "Wed, 04 Mar 2026 10:00:00 +0000"
    letter["Message-ID"] = "<notice.1@hotline.example.org>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content("Two lines.\n.and one that begins with a dot\nდა ქართული.\n")
    letter.add_attachment(
        b'{"XARFVersion": "4"}', maintype="application", subtype="json", filename="xarf.json"
    )
    return letter


def _relay(server: MailServer, **changes: object) -> Relay:
    relay = open_relay(Settings(port=server.port), Path())
    return replace(relay, seconds=1.0, **changes)  # type: ignore[arg-type]


def test_an_accepted_mail_is_sent_and_arrives_whole(server: MailServer) -> None:
    assert send(_letter(), to=TO, relay=_relay(server)) == DeliveryResult(Outcome.SENT, 250)
    arrived = server.letters[0]
    assert (arrived.sender, arrived.recipients) == ("desk@hotline.example.org", (TO,))
    assert arrived.message["Subject"] == "Notice TUT-2026-000123 · შეტყობინება"
    body = arrived.message.get_body()
    assert body is not None
    assert body.get_content().splitlines()[1:] == [".and one that begins with a dot", "და ქართული."]
    assert all(byte < 128 for byte in arrived.content)


@pytest.mark.parametrize(
    ("line", "at", "outcome", "detail"),
    [
        ("451 4.3.0 Later", "rcpt", Outcome.RETRY, "recipient_failed"),
        ("421 4.7.0 Busy", "mail", Outcome.RETRY, "sender_failed"),
        ("452 4.3.1 Full", "data", Outcome.RETRY, "data_failed"),
        ("550 5.1.1 No such user", "rcpt", Outcome.FAILED, "recipient_refused"),
        ("554 5.7.1 Not wanted", "data", Outcome.FAILED, "data_refused"),
        ("550 5.7.1 Relaying denied", "mail", Outcome.RETRY, "sender_failed"),
    ],
)
def test_a_refusal_is_told_from_a_delay(
    server: MailServer, line: str, at: str, outcome: Outcome, detail: str
) -> None:
    server.refuse(line, at=at)
    assert send(_letter(), to=TO, relay=_relay(server)) == DeliveryResult(outcome, int(line[:3]), detail)
    assert server.letters == []


@pytest.mark.parametrize("at", ["mail", "rcpt", "data"])
def test_a_dropped_connection_is_tried_again(server: MailServer, at: str) -> None:
    server.drop(at=at)
    result = send(_letter(), to=TO, relay=_relay(server))
    assert (result.outcome, result.smtp_code) == (Outcome.RETRY, None)


def test_a_relay_that_is_down_or_silent_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        relay = replace(open_relay(Settings(port=port), Path()), seconds=0.2)
        assert send(_letter(), to=TO, relay=relay) == DeliveryResult(Outcome.RETRY, None, "connect_failed")
    assert send(_letter(), to=TO, relay=relay) == DeliveryResult(Outcome.RETRY, None, "connect_failed")


def test_starttls_verifies_the_certificate_and_logs_in(authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("right\n")
    with MailServer(certificate=authority.issue("127.0.0.1"), login=("desk", "right")) as server:
        settings = Settings(port=server.port, security="starttls", user="desk", password_file="password")
        trusting = open_relay(settings, tmp_path, trust=authority.client_context())
        assert send(_letter(), to=TO, relay=trusting).outcome is Outcome.SENT
        assert server.letters[0].encrypted
        wrong = send(_letter(), to=TO, relay=replace(trusting, password="wrong"))
        assert wrong == DeliveryResult(Outcome.RETRY, 535, "login_failed")
        stranger = send(_letter(), to=TO, relay=open_relay(settings, tmp_path))
        assert stranger == DeliveryResult(Outcome.RETRY, None, "tls")
    assert len(server.letters) == 1


def test_a_certificate_for_another_name_is_refused(authority: Authority) -> None:
    with MailServer(certificate=authority.issue("mail.example.net")) as server:
        relay = open_relay(
            Settings(port=server.port, security="starttls"), Path(), trust=authority.client_context()
        )
        assert send(_letter(), to=TO, relay=relay).detail == "tls"
    assert server.letters == []


def test_tls_from_the_first_byte(authority: Authority) -> None:
    with MailServer(certificate=authority.issue("127.0.0.1"), implicit_tls=True) as server:
        settings = Settings(port=server.port, security="tls")
        trusting = open_relay(settings, Path(), trust=authority.client_context())
        assert send(_letter(), to=TO, relay=trusting).outcome is Outcome.SENT
        assert send(_letter(), to=TO, relay=open_relay(settings, Path())).detail == "tls"


def test_a_relay_without_starttls_gets_no_mail(server: MailServer) -> None:
    relay = _relay(server, security="starttls")
    assert send(_letter(), to=TO, relay=relay) == DeliveryResult(Outcome.RETRY, None, "not_supported")
    assert server.letters == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"host": ""}, "mail_off"),
        ({"sender": ""}, "mail_off"),
        ({"sender": "desk@example.org\r\nBcc: x@example.org"}, "mail_off"),
        ({"security": "maybe"}, "mail_security"),
        ({"host": "mail.example.net"}, "mail_in_clear"),
        ({"host": "198.51.100.1"}, "mail_in_clear"),
        ({"user": "desk"}, "mail_in_clear"),
        ({"security": "tls", "user": "desk", "password_file": "absent"}, "mail_password_file"),
        ({"dkim_key_file": "absent.pem"}, "mail_dkim_key"),
    ],
)
def test_settings_that_would_leak_or_fail_are_named(
    tmp_path: Path, changes: dict[str, str], code: str
) -> None:
    with pytest.raises(BadRelay) as refused:
        open_relay(replace(Settings(), **changes), tmp_path)  # type: ignore[arg-type]
    assert refused.value.code == code


@pytest.mark.parametrize(
    "to",
    [
        "",
        "abuse",
        "a@example.net\r\nRCPT TO:<b@example.net>",
        "a@example.net>\nDATA",
        "a@example.net, b@example.net",
        "<a@example.net>",
        "a b@example.net",
        "ა@example.net",
        '"a"@example.net',
    ],
)
def test_what_is_not_one_plain_address_is_not_sent(server: MailServer, to: str) -> None:
    assert not is_plain_address(to)
    assert send(_letter(), to=to, relay=_relay(server)) == DeliveryResult(Outcome.FAILED, None, "bad_address")
    assert server.letters == []


@pytest.mark.parametrize(
    "form", [serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL]
)
def test_the_signature_verifies_and_breaks_with_the_mail(
    server: MailServer, key: rsa.RSAPrivateKey, tmp_path: Path, form: serialization.PrivateFormat
) -> None:
    _write_key(tmp_path / "dkim.pem", key, form)
    relay = open_relay(Settings(port=server.port, dkim_key_file="dkim.pem"), tmp_path)
    assert send(_letter(), to=TO, relay=relay).outcome is Outcome.SENT
    content = server.letters[0].content
    asked: list[bytes] = []

    def record(name: bytes, timeout: float = 5) -> bytes:
        asked.append(name)
        return b"v=DKIM1; k=rsa; p=" + base64.b64encode(_public(key))

    assert dkim.verify(content, dnsfunc=record)
    assert asked == [b"s1._domainkey.hotline.example.org."]
    signature = server.letters[0].message["DKIM-Signature"].replace(" ", "").lower()
    assert "c=relaxed/relaxed" in signature
    for name in ("from", "to", "subject", "date", "message-id", "auto-submitted", "mime-version"):
        assert f":{name}:" in signature.replace("h=", "h=:")
    assert not dkim.verify(content.replace(b"<notice.1@", b"<notice.2@"), dnsfunc=record)
    assert not dkim.verify(content.replace(b"Date: Wed, 04", b"Date: Thu, 05"), dnsfunc=record)
    assert not dkim.verify(b"Subject: another\r\n" + content, dnsfunc=record)
    assert not dkim.verify(content + b"more\r\n", dnsfunc=record)


def test_a_short_or_foreign_key_is_refused(tmp_path: Path) -> None:
    pkcs8 = serialization.PrivateFormat.PKCS8
    _write_key(tmp_path / "short.pem", rsa.generate_private_key(public_exponent=65537, key_size=1024), pkcs8)
    _write_key(tmp_path / "curve.pem", ec.generate_private_key(ec.SECP256R1()), pkcs8)
    (tmp_path / "text.pem").write_text("not a key")
    for name in ("short.pem", "curve.pem", "text.pem"):
        with pytest.raises(BadRelay, match="mail_dkim_key"):
            open_relay(Settings(dkim_key_file=name), tmp_path)


def _write_key(
    path: Path, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, form: serialization.PrivateFormat
) -> None:
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))


def _public(key: rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
