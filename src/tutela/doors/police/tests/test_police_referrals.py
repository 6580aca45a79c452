"""Promises of the police's door: read, answered in one click, taken along; nobody else comes in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange.keyring import Keyring
from tutela.apps.ledger import queries as ledger
from tutela.apps.referrals import queries
from tutela.core.kernel import clock, ids
from tutela.core.terms.marks import HandlingMark
from tutela.testing import people, referring
from tutela.testing.partners import PartnerInMemory, deliver, hear, receipts

pytestmark = pytest.mark.django_db


def refer(hotline: PartnerInMemory, ring: Keyring, *items: dict[str, Any], **more: Any) -> str:
    told = {name: more.pop(name, None) for name in ("mark", "conversation")}
    hear(ring, hotline.write("referral", referring.referral(*items, **more), **told))
    (row,) = queries.referrals()
    return f"/referrals/{row.id}/"


def test_the_list_says_why_each_is_first(signed_in: Client, hotline: PartnerInMemory, ring: Keyring) -> None:
    refer(hotline, ring, referring.item(danger_now=True))
    page = signed_in.get("/referrals/").content.decode()
    for text in ("TUT-R-1", "Danger now", "Not known before", "hotline.example.net", "TLP:AMBER+STRICT"):
        assert text in page
    assert signed_in.get("/").headers["Location"] == "/referrals/"


def test_opening_a_referral_is_told_and_no_address_is_a_link(
    signed_in: Client, hotline: PartnerInMemory, ring: Keyring
) -> None:
    path = refer(hotline, ring, referring.item(assessment=referring.FOUND), note="Please look soon.")
    receipts(hotline, ring)
    page = signed_in.get(path).content.decode()
    assert "hxxps://files[.]example[.]org/item/42" in page
    assert referring.PLACE not in page
    assert "Please look soon." in page
    assert set(receipts(hotline, ring).values()) == {"opened"}


def test_an_outcome_takes_one_click(signed_in: Client, hotline: PartnerInMemory, ring: Keyring) -> None:
    path = refer(hotline, ring)
    answer = signed_in.post(f"{path}outcome/", {"outcome": "investigating"})
    assert (answer.status_code, answer.headers["Location"]) == (302, path)
    (said,) = deliver(hotline, ring)
    assert (said.header.kind, said.content["outcome"]) == ("outcome", "investigating")
    assert "Sent: Being investigated." in signed_in.get(path).content.decode()


def test_what_was_written_stays_when_something_is_missing(
    signed_in: Client, hotline: PartnerInMemory, ring: Keyring
) -> None:
    path = refer(hotline, ring, referring.item(), referring.item(address="https://two.example.org/"))
    answer = signed_in.post(f"{path}outcome/", {"outcome": "more_needed", "note": ""})
    assert answer.status_code == 422
    assert "Say in the note what you need." in answer.content.decode()
    answer = signed_in.post(f"{path}outcome/", {"outcome": "nonsense", "note": "Which service?"})
    assert answer.status_code == 422
    assert "Which service?" in answer.content.decode()
    assert signed_in.post(f"{path}words/", {"kind": "question", "text": " "}).status_code == 422
    assert deliver(hotline, ring) == []
    ref = str(queries.referral(queries.referrals()[0].id).said.items[0].ref)
    given = {"outcome": "more_needed", "note": "Which service?", "items": ref}
    assert signed_in.post(f"{path}outcome/", given).status_code == 302
    (said,) = deliver(hotline, ring)
    assert (said.content["items"], said.content["note"]) == ([ref], "Which service?")


def test_questions_go_and_come(signed_in: Client, hotline: PartnerInMemory, ring: Keyring) -> None:
    path = refer(hotline, ring)
    signed_in.post(f"{path}words/", {"kind": "question", "text": "Which time zone?"})
    (asked,) = deliver(hotline, ring)
    mark = HandlingMark.AMBER_STRICT
    talk = asked.header.conversation
    hear(ring, hotline.write("reply", {"text": "UTC, always."}, conversation=talk, mark=mark))
    assert "Unread" in signed_in.get("/referrals/").content.decode()
    page = signed_in.get(path).content.decode()
    assert "Which time zone?" in page
    assert "UTC, always." in page


def test_only_a_question_whose_turn_has_come_can_be_replied_to(
    signed_in: Client, hotline: PartnerInMemory, ring: Keyring
) -> None:
    talk, mark = ids.new_id(), HandlingMark.AMBER_STRICT
    path = refer(hotline, ring, conversation=talk)
    first, second = (
        hotline.write("question", {"text": text}, conversation=talk, mark=mark)
        for text in ("When?", "And where?")
    )
    hear(ring, second)
    assert 'value="reply"' not in signed_in.get(path).content.decode()
    hear(ring, first)
    assert 'value="reply"' in signed_in.get(path).content.decode()
    assert signed_in.post(f"{path}words/", {"kind": "reply", "text": "On Monday."}).status_code == 302


def test_a_referral_is_taken_along_and_the_ledger_says_so(
    signed_in: Client, hotline: PartnerInMemory, ring: Keyring
) -> None:
    path = refer(hotline, ring)
    sheet, bundle = signed_in.post(f"{path}sheet/"), signed_in.post(f"{path}bundle/")
    assert (sheet.headers["Content-Type"], sheet.content[:4]) == ("application/pdf", b"%PDF")
    assert b"TLP:AMBER+STRICT" in bundle.content
    assert sheet.headers["Content-Disposition"] == 'attachment; filename="referral-TUT-R-1.pdf"'
    lines = ledger.latest_lines(kind="referral_exported")
    assert [line.facts["form"] for line in lines] == ["stix", "sheet"]


def test_what_came_under_red_stays_on_the_page(
    signed_in: Client, hotline: PartnerInMemory, ring: Keyring
) -> None:
    path = refer(hotline, ring, mark=HandlingMark.RED)
    assert signed_in.post(f"{path}sheet/").status_code == 302
    assert "keeps it here" in signed_in.get(path).content.decode()
    assert ledger.latest_lines(kind="referral_exported") == []


def test_nobody_without_the_ability_or_a_second_factor_comes_in(
    hotline: PartnerInMemory, ring: Keyring
) -> None:
    path = refer(hotline, ring)
    stranger, auditor, half = Client(), Client(), Client()
    people.be(auditor, people.make_person("auditor"))
    people.be(half, people.make_person("analyst", app=False))
    assert stranger.get(path).headers["Location"].startswith("/sign-in/")
    assert auditor.get(path).status_code == 403
    assert half.get(path).headers["Location"] == "/account/"
    assert auditor.post(f"{path}outcome/", {"outcome": "received"}).status_code == 403
    assert queries.referrals()[0].unread == 1


def test_people_of_the_police_get_in_by_the_same_pages(ring: Keyring, officer: people.MadePerson) -> None:
    client = Client()
    assert "Sign in" in client.get("/sign-in/").content.decode()
    people.sign_in(client, officer)
    assert client.get("/account/").status_code == 200
    assert "Officer Lomidze" in client.get("/referrals/").content.decode()


def test_what_was_settled_long_ago_is_emptied_and_its_page_says_so(
    signed_in: Client, hotline: PartnerInMemory, ring: Keyring
) -> None:
    path = refer(hotline, ring, note="Please look soon.")
    signed_in.get(path)
    later = clock.now() + timedelta(days=100)

    def forget() -> int:
        keep = queries.open_conversations()
        return exchange.forget_conversations(before=later, keep=keep, now=later).conversations

    assert forget() == 0
    signed_in.post(f"{path}outcome/", {"outcome": "known_case"})
    deliver(hotline, ring)
    assert forget() == 1
    page = signed_in.get(path).content.decode()
    assert "no longer kept" in page and "TUT-R-1" in page and "Known case" in page
    assert "Please look soon." not in page and "files[.]example" not in page
    assert signed_in.post(f"{path}sheet/").headers["Location"] == path, "an empty sheet helps nobody"
