"""Promises of a round: a report goes its whole way, and what fails on the way costs only itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.apps.ledger import queries as ledger_queries
from tutela.apps.notices import actions as notices
from tutela.apps.notices import queries as notice_queries
from tutela.apps.receipts import queries as receipt_queries
from tutela.core.terms.assessment import AgeBand, Assessed, Category, Reality
from tutela.core.terms.states import Role
from tutela.doors.worker import open_submissions
from tutela.doors.worker.equipment import equip
from tutela.testing.servers import Network

if TYPE_CHECKING:
    from conftest import World

pytestmark = pytest.mark.django_db

BEGIN = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock_at_begin() -> Any:
    # Ticking: dnspython measures its time-outs by the wall clock.
    with time_machine.travel(BEGIN) as traveller:
        yield traveller


def _items() -> list[case_queries.ItemSeen]:
    rows = ledger_queries.lines_after(0, kinds=("item_received",))
    return [case_queries.item(row.about_id) for row in rows if row.about_id]


def _decide_notify(world: World) -> None:
    """Assess and decide every item as a person at the desk does."""
    analyst = world.person("analyst", Role.ANALYST)
    found = Assessed(Reality.DRAWN, AgeBand.UNCLEAR, Category.NATIONAL)
    for item in _items():
        cases.assess_item(by=analyst, item_id=item.id, assessed=found, version=item.version)
        version = case_queries.item(item.id).version
        cases.decide_item(by=analyst, item_id=item.id, kind="notify", version=version)


def _approve_contacts(world: World) -> None:
    for waiting in notice_queries.contacts_waiting():
        notices.approve_contact(by=world.person("coordinator"), contact_id=waiting.contact.id)


@pytest.mark.on_postgresql
def test_a_report_goes_from_the_form_to_gone(world: World, clock_at_begin: Any) -> None:
    address = world.web.show("/p/1.jpg")
    receipt = world.hand_in(places=address, wish="code")
    done = world.round()
    assert (done["submissions"], done["hosting"]) == (1, 1)
    (item,) = _items()
    hosting = notice_queries.hosting_of(item.id)
    assert hosting is not None
    assert (hosting.ip, hosting.network_name, hosting.asn) == ("127.0.0.1", "EXAMPLE-NET", 64500)
    assert case_queries.item(item.id).hosting_country == "GE"

    _decide_notify(world)
    assert world.round()["notices"] == 0
    assert world.mail.letters == []
    _approve_contacts(world)
    assert world.round()["notices"] == 1
    (letter,) = world.mail.letters
    assert letter.recipients == ("abuse@provider.example.net",)
    assert "hxxp" in letter.message.get_body().get_content()
    assert case_queries.item(item.id).state == "noticed"

    clock_at_begin.shift(timedelta(minutes=61))
    assert world.round()["looks"] == 1
    assert case_queries.item(item.id).state == "noticed"
    world.web.remove("/p/1.jpg")
    clock_at_begin.shift(timedelta(hours=6))
    for _ in range(3):
        assert world.round()["looks"] == 1
        clock_at_begin.shift(timedelta(minutes=2))
    assert (case_queries.item(item.id).state, case_queries.item(item.id).outcome) == ("closed", "removed")
    states = [message["state"] for message in world.told(receipt)]
    assert states[0] == "received"
    assert "notice_sent" in states
    assert states[-1] == "closed"
    assert ledger_queries.verify().holds


def test_back_after_removal_comes_back_to_the_desk(world: World, clock_at_begin: Any) -> None:
    world.hand_in(places=world.web.show("/p/1.jpg"))
    world.round()
    _decide_notify(world)
    _approve_contacts(world)
    world.round()
    world.web.remove("/p/1.jpg")
    clock_at_begin.shift(timedelta(minutes=61))
    for _ in range(3):
        world.round()
        clock_at_begin.shift(timedelta(minutes=2))
    assert _items()[0].state == "closed"
    world.web.show("/p/1.jpg")
    clock_at_begin.shift(timedelta(days=1))
    world.round()
    assert (_items()[0].state != "closed", _items()[0].returned) == (True, True)


def test_an_item_that_moved_just_before_is_taken_out_and_shown(world: World, clock_at_begin: Any) -> None:
    world.names.answer("moves.example.org", "127.0.0.1")
    world.registry.register(
        Network("127.9.0.0/16", name="OTHER-NET", asn=64501, abuse="abuse@other.example.com")
    )
    world.hand_in(places=f"{world.web.show('/stays')} http://moves.example.org:{world.web.port}/moves")
    world.round()
    _decide_notify(world)
    _approve_contacts(world)
    world.names.answer("moves.example.org", "127.9.0.1")
    assert world.round()["notices"] == 1
    (letter,) = world.mail.letters
    text = letter.message.get_body().get_content()
    assert "/stays" in text
    assert "/moves" not in text
    (moved,) = [item for item in _items() if item.canonical.endswith("/moves")]
    assert notice_queries.hosting_of(moved.id).network_name == "OTHER-NET"  # type: ignore[union-attr]
    assert notice_queries.outbox_state().items_moved == 1
    _approve_contacts(world)
    world.round()
    assert [one.recipients for one in world.mail.letters][1] == ("abuse@other.example.com",)


def test_a_relay_that_is_down_loses_nothing(world: World, clock_at_begin: Any) -> None:
    world.hand_in(places=world.web.show("/1"))
    world.round()
    _decide_notify(world)
    _approve_contacts(world)
    world.mail.refuse("451 4.3.0 Later")
    assert world.round()["notices"] == 0
    assert notice_queries.outbox_state().ready == 1
    world.mail.accept()
    assert world.round()["notices"] == 0, "it waits for its next try"
    clock_at_begin.shift(timedelta(minutes=5))
    assert world.round()["notices"] == 1
    assert len(world.mail.letters) == 1


def test_a_refused_contact_is_marked_and_nothing_more_goes_there(world: World, clock_at_begin: Any) -> None:
    world.hand_in(places=world.web.show("/1"))
    world.round()
    _decide_notify(world)
    _approve_contacts(world)
    world.mail.refuse("550 5.1.1 No such user")
    world.round()
    assert notice_queries.outbox_state().failed == 1
    assert notice_queries.contacts()[0].bounced_at is not None
    clock_at_begin.shift(timedelta(hours=2))
    world.mail.accept()
    world.round()
    assert world.mail.letters == []


def test_one_letter_that_cannot_be_written_does_not_hold_up_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.names.answer("other.example.net", "127.9.0.1")
    world.registry.register(Network("127.9.0.0/16", abuse="abuse@other.example.com", asn=64501))
    world.hand_in(places=f"{world.web.show('/1')} {world.web.url('/2', 'other.example.net')}")
    world.round()
    _decide_notify(world)
    _approve_contacts(world)
    from tutela.doors.worker import send_notices

    compose = send_notices.letter.compose

    def compose_some(notice: Any) -> Any:
        if notice.email.startswith("abuse@provider"):
            raise KeyError("text that must not be logged")
        return compose(notice)

    monkeypatch.setattr(send_notices.letter, "compose", compose_some)
    assert world.round()["notices"] == 1
    assert [letter.recipients for letter in world.mail.letters] == [("abuse@other.example.com",)]
    assert notice_queries.outbox_state().ready == 1


def test_without_a_usable_relay_notices_wait(world: World) -> None:
    world.hand_in(places=world.web.show("/1"))
    world.round()
    _decide_notify(world)
    _approve_contacts(world)
    config = world.settings.TUTELA
    world.settings.TUTELA = replace(config, mail=replace(config.mail, host=""))
    world.equipment = equip()
    assert world.round()["notices"] == 0
    state = notice_queries.outbox_state()
    assert (state.ready, state.sending, state.failed) == (1, 0, 0)


def test_dns_that_hangs_costs_only_its_own_item(world: World) -> None:
    world.names.hang("hangs.example.org")
    world.equipment.resolver.finder._seconds = 0.3
    world.hand_in(places=f"http://hangs.example.org/1 {world.web.show('/1')}")
    assert world.round()["hosting"] == 2
    errors = {item.host: notice_queries.hosting_of(item.id).error for item in _items()}  # type: ignore[union-attr]
    assert errors == {"hangs.example.org": "timeout", "files.example.org": ""}


def test_an_onion_is_accepted_and_nobody_is_asked(world: World) -> None:
    world.hand_in(places="http://exampleonionexam.onion/p", service="example", account="somebody")
    world.round()
    (onion,) = [item for item in _items() if item.is_onion]
    assert notice_queries.hosting_of(onion.id).error == "onion"  # type: ignore[union-attr]
    assert len(_items()) == 2
    assert (world.names.asked, world.registry.asked, world.web.visits) == ([], [], [])


def test_a_broken_submission_is_set_aside_and_the_next_is_opened(world: World) -> None:
    import hashlib

    from tutela.apps.receipts import actions as receipts
    from tutela.core.kernel import ids

    for number in range(2):
        receipts.hand_in(
            receipt_id=ids.new_id(),
            lookup=hashlib.sha256(bytes([number])).digest(),
            public_key=bytes(1216),
            submission_id=ids.new_id(),
            sealed=b"\x01" + bytes(2000) if number else b"",
            form_digest=hashlib.sha256(bytes([number, 1])).digest(),
        )
    good = world.hand_in(places="https://files.example.org/p")
    assert world.round()["submissions"] == 1
    counts = receipt_queries.submission_counts()
    assert (counts.waiting, counts.opened, counts.broken) == (0, 1, 2)
    assert [message["state"] for message in world.told(good)] == ["received"]


def test_an_addition_and_an_answer_reach_the_report(world: World) -> None:
    receipt = world.hand_in(places="https://files.example.org/p")
    world.hand_in_more(receipt, "addition", places="https://files.example.org/q", more="More words.")
    assert world.round()["submissions"] == 2
    assert len(_items()) == 2
    assert receipt_queries.submission_counts().waiting == 0


def test_an_addition_waits_for_its_report(world: World, clock_at_begin: Any) -> None:
    receipt = world.hand_in(places="https://files.example.org/p")
    world.hand_in_more(receipt, "addition", more="More words.")
    seen = receipt_queries.submissions_waiting
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(receipt_queries, "submissions_waiting", lambda most: seen(most)[1:])
        assert world.round()["submissions"] == 0
    assert receipt_queries.submission_counts().broken == 0
    clock_at_begin.shift(open_submissions.CLAIM_LASTS + timedelta(seconds=1))
    assert world.round()["submissions"] == 2


@pytest.mark.on_postgresql
def test_what_is_old_is_forgotten_once_a_day(world: World, clock_at_begin: Any) -> None:
    world.hand_in(places="https://files.example.org/p", more="Words.")
    world.round()
    (item,) = _items()
    by = world.person("analyst", Role.ANALYST)
    found = Assessed(Reality.TEXT, AgeBand.ADULT, Category.NOT_ILLEGAL)
    cases.assess_item(by=by, item_id=item.id, assessed=found, version=item.version)
    version = case_queries.item(item.id).version
    cases.decide_item(by=by, item_id=item.id, kind="close", reason="not_illegal", version=version)
    clock_at_begin.shift(timedelta(days=364))
    world.round()
    assert not _items()[0].forgotten
    clock_at_begin.shift(timedelta(days=2))
    assert world.round()["forgotten"] > 0
    assert _items()[0].forgotten
    assert world.round()["forgotten"] == 0
