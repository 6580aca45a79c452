"""Promises about conversations at the desk: what is read and answered is receipted, and no word is lost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange.keyring import Keyring
from tutela.core.kernel import clock, ids
from tutela.testing import people, stories
from tutela.testing.partners import PartnerInMemory, deliver, hear

pytestmark = pytest.mark.django_db
ADDRESS = "https://files.example.org/gallery/7"
COLD = "hxxps://files[.]example[.]org/gallery/7"


def _html(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_what_a_partner_asks_is_receipted_when_read_and_when_answered(
    client: Client, desk: stories.Desk, dutch: PartnerInMemory, ring: Keyring
) -> None:
    talk = ids.new_id()
    hear(ring, dutch.write("question", {"text": f"Is {ADDRESS} yours?"}, conversation=talk))
    people.be(client, desk.analyst)
    html = _html(client, "/partners/")
    assert "Not read yet" in html
    (path,) = set(re.findall(r'href="(/conversations/[^"]+)"', html))
    page = _html(client, path)
    assert f"Is {COLD} yours?" in page and ADDRESS not in page and "Read by a person" in page
    assert "Not read yet" not in _html(client, "/partners/")
    empty = client.post(f"{path}say/", {"kind": "reply", "text": " "})
    assert empty.status_code == 422 and "Write the words first" in empty.content.decode()
    odd = client.post(f"{path}say/", {"kind": "handover", "text": "Kept words"})
    assert odd.status_code == 422 and "Kept words" in odd.content.decode()
    client.post(f"{path}say/", {"kind": "reply", "text": "No, it is not."})
    page = _html(client, path)
    assert "No, it is not." in page and "Acted on" in page
    (reply,) = [one for one in deliver(dutch, ring) if one.header.kind == "reply"]
    assert (reply.content, reply.header.conversation) == ({"text": "No, it is not."}, talk)
    hear(ring, dutch.write("question", {"text": "And now?"}, conversation=talk))
    (button,) = re.findall(r'action="(/messages/[^"]+/done/)"', _html(client, path))
    client.post(button)
    assert "/done/" not in _html(client, path)


def test_words_stay_with_who_wrote_them_while_the_partner_said_the_last_word(
    client: Client, desk: stories.Desk, dutch: PartnerInMemory, ring: Keyring
) -> None:
    talk, item = ids.new_id(), {"ref": str(ids.new_id()), "kind": "address", "address": ADDRESS}
    hear(ring, dutch.write("handover", {"reference": "NL-1", "items": [item]}, conversation=talk))
    people.be(client, desk.analyst)
    (path,) = set(re.findall(r'href="(/conversations/[^"]+)"', _html(client, "/partners/")))
    assert f'action="{path}say/"' in _html(client, path)
    hear(ring, dutch.write("handover_update", {"closed": True}, conversation=talk))
    answer = client.post(f"{path}say/", {"kind": "question", "text": "Kept words"})
    html = answer.content.decode()
    assert (answer.status_code, "Kept words" in html, "Nothing was sent." in html) == (422, True, True)
    assert "The last word was said here." in html and 'value="question"' not in html


@pytest.mark.on_postgresql
def test_a_refusal_stands_in_the_conversation_with_its_reason(
    client: Client, desk: stories.Desk, dutch: PartnerInMemory, ring: Keyring
) -> None:
    said = exchange.say(partner=dutch.name, kind="question", content={"text": "Who?"}, actor="worker")
    deliver(dutch, ring, code="unknown_kind")
    people.be(client, desk.analyst)
    page = _html(client, f"/conversations/{said.conversation_id}/")
    assert "Refused there" in page and "a kind that is not known there" in page
    html = _html(client, "/partners/")
    assert "Messages that need a person" in html and "/again/" not in html
    client.post(f"/messages/{said.message_id}/settled/")
    assert "Messages that need a person" not in _html(client, "/partners/")


def test_a_message_given_up_is_tried_again_by_a_person(
    client: Client, desk: stories.Desk, dutch: PartnerInMemory, ring: Keyring
) -> None:
    exchange.say(partner=dutch.name, kind="question", content={"text": "Who?"}, actor="worker")
    exchange.give_up(clock.now() + timedelta(days=31))
    people.be(client, desk.analyst)
    (path,) = re.findall(r'action="(/messages/[^"]+/again/)"', _html(client, "/partners/"))
    client.post(path)
    assert "Messages that need a person" not in _html(client, "/partners/")
    assert len(deliver(dutch, ring)) == 1
