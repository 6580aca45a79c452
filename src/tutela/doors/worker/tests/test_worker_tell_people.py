"""Promises of the mail to coordinators: once for each message that needs them, and without words."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange import queries
from tutela.apps.exchange.keyring import Keyring
from tutela.apps.ledger import queries as ledger
from tutela.core.kernel import clock, ids
from tutela.doors.worker.tell_people import tell_people
from tutela.testing.partners import PartnerInMemory, hear, keyring_in, our_key
from tutela.testing.people import make_person

if TYPE_CHECKING:
    from conftest import World

pytestmark = [pytest.mark.django_db, pytest.mark.on_postgresql]
LATER = timedelta(days=31)


@pytest.fixture
def partner(world: World, tmp_path: Path) -> PartnerInMemory:
    keyring_in(tmp_path)
    return PartnerInMemory("meldpunt.example.net", our_key()).join()


def given_up(partner: PartnerInMemory, text: str = "Who is Ana?") -> datetime:
    exchange.say(partner=partner.name, kind="question", content={"text": text}, actor="worker")
    now = clock.now() + LATER
    assert exchange.give_up(now) == 1
    return now


def test_what_was_given_up_is_mailed_once_to_each_coordinator(world: World, partner: PartnerInMemory) -> None:
    nino, ana = make_person("coordinator", app=False), make_person("coordinator", name="Ana", app=False)
    make_person("analyst", app=False)
    make_person("coordinator", name="Gone", app=False, is_active=False)
    now = given_up(partner)
    assert tell_people(now, world.equipment) == 2
    assert {letter.recipients for letter in world.mail.letters} == {(nino.email,), (ana.email,)}
    assert tell_people(now + timedelta(days=1), world.equipment) == 0
    (line,) = ledger.lines_after(0, kinds=("trouble_mailed",))
    assert line.facts == {"count": 1, "people": 2}


def test_the_mail_holds_partner_kind_and_age_and_no_words(world: World, partner: PartnerInMemory) -> None:
    make_person("coordinator", app=False, language="en")
    make_person("coordinator", name="Ana", app=False, language="ka")
    now = given_up(partner)
    tell_people(now, world.equipment)
    mails = [letter.message for letter in world.mail.letters]
    texts = {str(one["Content-Language"]): one.get_content() for one in mails}
    assert "- meldpunt.example.net: Question, not delivered, 31 days old" in texts["en"]
    assert "- meldpunt.example.net: კითხვა" in texts["ka"]
    assert not any("Ana" in text for text in texts.values())
    assert {one["Auto-Submitted"] for one in mails} == {"auto-generated"}


def test_a_message_that_is_given_up_again_is_told_again(world: World, partner: PartnerInMemory) -> None:
    make_person("coordinator", app=False)
    now = given_up(partner)
    assert tell_people(now, world.equipment) == 1
    exchange.retry(now=now)
    assert queries.untold() == []
    assert exchange.give_up(now + LATER) == 1
    assert tell_people(now + LATER, world.equipment) == 1


def test_much_that_goes_wrong_is_one_mail_an_hour(world: World, partner: PartnerInMemory) -> None:
    make_person("coordinator", app=False)
    now = given_up(partner)
    assert tell_people(now, world.equipment) == 1
    given_up(partner, "Again?")
    assert tell_people(now + timedelta(minutes=50), world.equipment) == 0
    assert tell_people(now + timedelta(minutes=70), world.equipment) == 1


def test_nobody_counts_as_told_while_no_mail_was_accepted(world: World, partner: PartnerInMemory) -> None:
    make_person("coordinator", app=False)
    now = given_up(partner)
    world.mail.refuse("451 4.3.0 Later", times=1)
    assert tell_people(now, world.equipment) == 0
    assert len(queries.untold()) == 1
    assert tell_people(now + timedelta(minutes=20), world.equipment) == 1


def test_without_coordinators_it_waits_at_the_desk(world: World, partner: PartnerInMemory) -> None:
    now = given_up(partner)
    assert tell_people(now, world.equipment) == 0
    assert len(queries.for_a_person()) == len(queries.untold()) == 1


def test_a_missing_message_and_another_ledger_are_told_once(
    world: World, partner: PartnerInMemory, tmp_path: Path
) -> None:
    make_person("coordinator", app=False, language="en")
    ring, now = Keyring(tmp_path), clock.now()
    talk = ids.new_id()
    hear(ring, partner.write("question", {"text": "Second"}, conversation=talk, sequence=2))
    exchange.pass_time(now + timedelta(days=2))
    for digest in ("a", "b"):
        said = {"number": 7, "hash": digest * 64, "at": clock.to_text(now)}
        hear(ring, partner.write("ledger_head", said))
    assert [one.partner for one in queries.stuck()] == [partner.name]
    assert tell_people(now + timedelta(days=3, hours=1), world.equipment) == 1
    (letter,) = world.mail.letters
    text = letter.message.get_content()
    assert "- meldpunt.example.net: a message from there is missing" in text
    assert "- meldpunt.example.net: its ledger was rewritten or cut; seen 3 days ago" in text
    assert tell_people(now + timedelta(days=4), world.equipment) == 0
    hear(ring, partner.write("question", {"text": "First"}, conversation=talk, sequence=1))
    assert queries.stuck() == []
