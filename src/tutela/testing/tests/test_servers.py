"""Promises of the test servers: what other tests lean on."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

import dns.message
import dns.query
import dns.rcode
import httpx
import pytest

from tutela.testing import pictures
from tutela.testing.servers import Authority, MailServer, NameServer, Network, RegistryServer, WebHost


def _ask(server: NameServer, name: str, kind: str = "A") -> dns.message.Message:
    host, port = server.address.split(":")
    return dns.query.udp(dns.message.make_query(name, kind), host, port=int(port), timeout=5)


def _letter() -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "desk@example.org", "abuse@example.net", "Notice"
    letter.set_content("Text.")
    return letter


def test_a_name_server_answers_what_it_was_told_and_nothing_else() -> None:
    with NameServer() as names:
        names.answer("files.example.org", "198.51.100.7", "2001:db8::7", via=["cdn.example.net"])
        assert "198.51.100.7" in str(_ask(names, "files.example.org").answer)
        assert "2001:db8::7" in str(_ask(names, "files.example.org", "AAAA").answer)
        assert _ask(names, "other.example.org").rcode() == dns.rcode.NXDOMAIN
        assert names.asked[0] == ("files.example.org", "A")


def test_a_name_server_can_change_its_mind() -> None:
    with NameServer() as names:
        names.answer_in_turn("rebind.example.org", ["198.51.100.7"], ["127.0.0.1"])
        answers = [str(_ask(names, "rebind.example.org").answer) for _ in range(3)]
    assert "198.51.100.7" in answers[0]
    assert all("127.0.0.1" in answer for answer in answers[1:])


def test_a_web_host_shows_and_takes_down() -> None:
    with WebHost("127.0.0.1") as host:
        address = host.show("/p/1")
        assert httpx.get(address).content == pictures.photograph()[0]
        host.remove("/p/1", 410)
        assert httpx.get(address).status_code == 410
        assert httpx.get(host.url("/never")).status_code == 404
    assert [visit.path for visit in host.visits] == ["/p/1", "/p/1", "/never"]


def test_a_web_host_speaks_tls_to_those_who_trust_its_authority() -> None:
    authority = Authority()
    with WebHost("127.0.0.1", certificate=authority.issue("127.0.0.1")) as host:
        assert httpx.get(host.show("/p"), verify=authority.client_context()).status_code == 200
        with pytest.raises(httpx.ConnectError):
            httpx.get(host.url("/p"))


def test_a_drawn_shape_is_a_png() -> None:
    assert pictures.drawn_shape(1).startswith(b"\x89PNG")
    assert pictures.drawn_shape(1) != pictures.drawn_shape(2)


def test_a_mail_server_keeps_what_it_accepts_and_refuses_on_demand() -> None:
    with MailServer() as server:
        with smtplib.SMTP(server.host, server.port, timeout=5) as client:
            client.send_message(_letter())
        server.refuse("550 5.1.1 No such user", times=1)
        with (
            smtplib.SMTP(server.host, server.port, timeout=5) as client,
            pytest.raises(smtplib.SMTPRecipientsRefused),
        ):
            client.send_message(_letter())
        server.drop(times=1)
        client = smtplib.SMTP(server.host, server.port, timeout=5)
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.send_message(_letter())
        client.close()
    assert [letter.message["Subject"] for letter in server.letters] == ["Notice"]
    assert server.letters[0].recipients == ("abuse@example.net",)


def test_a_mail_server_offers_starttls_and_asks_for_a_login() -> None:
    authority = Authority()
    certificate = authority.issue("127.0.0.1")
    with (
        MailServer(certificate=certificate, login=("desk", "right")) as server,
        smtplib.SMTP(server.host, server.port, timeout=5) as client,
    ):
        client.starttls(context=authority.client_context())
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login("desk", "wrong")
        client.login("desk", "right")
        client.send_message(_letter())
    assert server.letters[0].encrypted


def test_a_registry_answers_with_the_smallest_network() -> None:
    with RegistryServer() as registry:
        registry.register(Network("198.51.100.0/24", name="WIDE"))
        registry.register(Network("198.51.100.0/28", name="NARROW"))
        services = httpx.get(registry.bootstrap + "ipv4.json").json()["services"]
        found = httpx.get(f"{services[0][1][0]}ip/198.51.100.7").json()
        assert (found["objectClassName"], found["name"]) == ("ip network", "NARROW")
        assert httpx.get(f"{services[0][1][0]}ip/203.0.113.1").status_code == 404
