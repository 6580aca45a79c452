"""Promises of the letter: what it says, what it carries, and what it can never carry."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from tutela.apps.notices import letter, rules
from tutela.core.kernel import clock
from tutela.testing.notifying import Story

ADDRESS = "https://files.example.org/item/42?page=3"


@pytest.fixture
def notice(story: Story) -> rules.NoticeToSend:
    made: rules.NoticeToSend = story.sent_to_provider(ADDRESS)
    return made


def _read(notice: rules.NoticeToSend) -> EmailMessage:
    """Return the letter as a receiver reads it from the wire."""
    parsed = message_from_bytes(letter.compose(notice).as_bytes(), policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def _reports(message: EmailMessage) -> list[dict[str, Any]]:
    return [json.loads(part.get_payload(decode=True)) for part in message.iter_attachments()]


def test_no_part_of_a_letter_can_hold_a_picture(notice: rules.NoticeToSend) -> None:
    kinds = [part.get_content_type() for part in _read(notice).walk()]
    assert kinds == ["multipart/mixed", "text/plain", "application/json"]


def test_the_headers_name_the_notice_and_say_that_no_person_typed_it(notice: rules.NoticeToSend) -> None:
    message = _read(notice)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == notice.message_id
    assert message["Message-ID"].endswith("@hotline.example.org>")
    assert message["To"] == "abuse@example.org"
    assert message["From"] == "Example Hotline <desk@hotline.example.org>"
    assert parsedate_to_datetime(message["Date"]) == notice.at
    assert message["Subject"] == f"Notice {notice.reference}: one address on your network"


def test_the_same_claim_makes_the_same_letter(notice: rules.NoticeToSend) -> None:
    def plain(message: EmailMessage) -> list[Any]:
        return [
            message.items()[:-1],
            [part.get_content() for part in message.walk() if not part.is_multipart()],
        ]

    first, second = plain(_read(notice)), plain(_read(notice))
    assert first[1] == second[1]
    assert dict(first[0])["Message-ID"] == dict(second[0])["Message-ID"]


def test_the_letter_says_what_where_when_which_rule_what_to_do_how_to_answer_and_object(
    notice: rules.NoticeToSend,
) -> None:
    text = _text(_read(notice)).replace("\r\n", "\n")
    assert text.startswith("TLP:AMBER+STRICT")
    for words in (
        "DO NOT PASS THE ADDRESSES BELOW ON TO YOUR CUSTOMER",
        "Notice TUT-2026-000001",
        "illegal under the criminal law that we work under (Georgia)",
        "Remove the material, or disable access",
        "Keep the data of the account",
        f"  {letter.link(notice.token)}\n",
        'Choose "we object"',
        "1. hxxps://files[.]example[.]org/item/42?page=3",
        "IP address: 192.0.2.20",
        "Network: AS64500 192.0.2.0/24 Example Hosting",
        "Country: Netherlands",
        "Category: Baseline (illegal everywhere)",
        "Reported: 4 March 2026, 10:00:00",
        "Last seen by us: 4 March 2026, 10:00:00",
        "Resolved to this network: 4 March 2026, 10:00:01",
        "Attached: 1 machine-readable report(s), XARF v4",
    ):
        assert words in text, words


def test_no_live_address_of_an_item_stands_in_the_text(notice: rules.NoticeToSend) -> None:
    text = _text(_read(notice))
    assert "files.example.org" not in text
    assert "https://files" not in text


def test_each_item_has_a_report_that_parses_and_carries_no_evidence(notice: rules.NoticeToSend) -> None:
    from tutela.formats.xarf import read

    message = _read(notice)
    [attachment] = message.iter_attachments()
    assert attachment.get_filename() == f"{notice.reference}-1.xarf.json"
    [report] = _reports(message)
    assert (report["category"], report["type"], report["classification"]) == ("content", "csam", "baseline")
    assert report["url"] == ADDRESS
    assert report["source_identifier"] == "192.0.2.20"
    assert "evidence" not in report
    assert read.read(attachment.get_payload(decode=True)) is not None


def test_what_xarf_cannot_say_is_said_in_words_only(notice: rules.NoticeToSend) -> None:
    national = replace(notice, items=(replace(notice.items[0], category="national"),))
    message = _read(national)
    assert _reports(message) == []
    assert "the format cannot express this category" in _text(message)
    both = _read(replace(notice, items=(notice.items[0], national.items[0])))
    assert len(_reports(both)) == 1
    assert "The format cannot express the others above" in _text(both)


def test_an_account_is_named_and_has_no_report(notice: rules.NoticeToSend) -> None:
    account = replace(notice.items[0], kind="account", address="somebody @ social.example.org")
    message = _read(replace(notice, items=(account,)))
    assert "1. somebody @ social.example.org" in _text(message)
    assert _reports(message) == []


def test_a_long_notice_lists_twenty_and_points_to_the_link(notice: rules.NoticeToSend) -> None:
    many = replace(notice, items=tuple([notice.items[0]] * 25))
    message = _read(many)
    assert len(_reports(message)) == 20
    assert "\n20. hxxps" in _text(message).replace("\r\n", "\n")
    assert "\n21. hxxps" not in _text(message)
    assert "There are 25 addresses in this notice; the first 20 stand here" in _text(message)
    assert message["Subject"].endswith("25 addresses on your network")


def test_what_is_not_known_is_said_to_be_unknown(notice: rules.NoticeToSend) -> None:
    bare = replace(
        notice.items[0], ip="", asn=None, network="", network_name="", country="", resolved_at=None
    )
    text = _text(_read(replace(notice, items=(bare,))))
    assert "IP address: not known" in text
    assert "Network: not known" in text
    assert "None" not in text


def test_a_georgian_provider_reads_it_in_georgian_too(notice: rules.NoticeToSend) -> None:
    message = _read(replace(notice, languages=("en", "ka")))
    text = _text(message)
    assert message["Content-Language"] == "en, ka"
    assert "როგორ გვიპასუხოთ" in text
    assert text.count(letter.link(notice.token)) == 2
    assert text.count("hxxps://files") == 1
    assert "{" not in text


def test_the_organisation_can_name_the_rule_itself(story: Story, notice: rules.NoticeToSend) -> None:
    story.node(desk={"notice_rule": "Article 255-1 of the Criminal Code {and} your terms."})
    text = _text(_read(notice))
    assert "Article 255-1 of the Criminal Code {and} your terms." in text
    assert "illegal under the criminal law that we work under" not in text


def test_nothing_in_an_item_can_add_a_header_or_a_field(notice: rules.NoticeToSend) -> None:
    nasty = replace(
        notice.items[0],
        address="https://files.example.org/a?x={link}%0d%0aBcc:%20x@example.org",
        network_name="Example\r\nBcc: x@example.org {reference}",
    )
    message = _read(replace(notice, items=(nasty,)))
    assert message["Bcc"] is None
    assert "{link}" in _text(message)


def test_the_link_points_to_the_providers_door(story: Story) -> None:
    assert letter.link("x") == "http://127.0.0.1:8002/n/x/"
    story.node(provider={"url": "https://answer.hotline.example.org/"})
    assert letter.link("x") == "https://answer.hotline.example.org/n/x/"


def test_both_languages_fill_the_same_places() -> None:
    import string

    english, georgian = letter._words("en"), letter._words("ka")
    for name in ("rule", "body"):
        fields = [
            {field for _, field, _, _ in string.Formatter().parse(words[name]) if field}
            for words in (english, georgian)
        ]
        assert fields[0] - {"attachments"} == fields[1] - {"attachments"}


def test_the_link_outlives_the_letter_by_thirty_days(notice: rules.NoticeToSend) -> None:
    assert notice.expires_at == clock.now() + timedelta(days=30)


def test_the_letter_names_the_time_limit_of_the_law_where_the_item_lies() -> None:
    at = datetime(2026, 3, 4, 10, 5, tzinfo=UTC)
    (removal,) = rules.timers(("FR", "fr", "", "ZZ"), at)
    assert (removal.kind, removal.amount) == ("removal", 24)
    assert removal.until == at + timedelta(hours=24)
    assert removal.source and removal.year


def test_no_limit_is_named_that_nobody_read_or_that_rests_on_a_weak_source() -> None:
    at = datetime(2026, 3, 4, 10, 5, tzinfo=UTC)
    assert rules.timers(("GE", "BR"), at) == ()


def test_both_languages_of_a_letter_name_the_limit_and_where_it_was_read(notice: rules.NoticeToSend) -> None:
    there = replace(notice, languages=("en", "ka"), items=(replace(notice.items[0], country="FR"),))
    text = letter.text(there, 1)
    (limit,) = rules.timers(("FR",), notice.at)
    assert "WHAT THE LAW SAYS WHERE IT LIES" in text and "France: removal within 24 hours" in text
    until = f"{limit.until.day} {{}} {limit.until.year}, {limit.until:%H:%M:%S} UTC"
    assert until.format("March") in text and until.format("მარტი") in text
    assert text.count(f"{limit.source} ({limit.year})") == 2
    assert "WHAT THE LAW SAYS" not in letter.text(notice, 1)
