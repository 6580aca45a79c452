"""Promises of the mail to a reporter: it comes once for each news and says nothing to anybody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.apps.ledger import queries as ledger_queries
from tutela.core.terms.assessment import AgeBand, Assessed, Category, Reality
from tutela.core.terms.states import Role

if TYPE_CHECKING:
    from conftest import World

pytestmark = pytest.mark.django_db

REPORTER = "reporter@mail.example.com"


@pytest.fixture(autouse=True)
def clock_at_begin() -> Any:
    with time_machine.travel(datetime(2026, 3, 4, 10, 0, tzinfo=UTC)) as traveller:
        yield traveller


def _close_everything(world: World) -> None:
    by = world.person("analyst", Role.ANALYST)
    for line in ledger_queries.lines_after(0, kinds=("item_received",)):
        assert line.about_id is not None
        item = case_queries.item(line.about_id)
        found = Assessed(Reality.TEXT, AgeBand.ADULT, Category.NOT_ILLEGAL)
        cases.assess_item(by=by, item_id=item.id, assessed=found, version=item.version)
        version = case_queries.item(item.id).version
        cases.decide_item(by=by, item_id=item.id, kind="close", reason="not_illegal", version=version)


def _handed_in(world: World, **fields: object) -> None:
    world.hand_in(places="https://files.example.org/p", **fields)
    assert world.round()["mails"] == 0, "the receipt itself is no news"
    _close_everything(world)


def test_news_is_mailed_once(world: World, clock_at_begin: Any) -> None:
    _handed_in(world, wish="email", email=REPORTER)
    assert world.round()["mails"] == 1
    clock_at_begin.shift(timedelta(days=1))
    assert world.round()["mails"] == 0
    (letter,) = world.mail.letters
    assert letter.recipients == (REPORTER,)


@pytest.mark.parametrize(
    "fields", [{"wish": "code"}, {"wish": "nothing"}, {"wish": "code", "email": REPORTER}]
)
def test_who_did_not_ask_for_mail_gets_none(world: World, fields: dict[str, object]) -> None:
    _handed_in(world, **fields)
    world.round()
    assert world.mail.letters == []


@pytest.mark.parametrize(("language", "word"), [("en", "news"), ("ka", "სიახლე"), ("xx", "news")])
def test_the_mail_says_nothing_to_anybody_else(world: World, language: str, word: str) -> None:
    _handed_in(world, wish="email", email=REPORTER, language=language, more="Words.")
    world.round()
    message = world.mail.letters[0].message
    text = f"{message['Subject']}\n{message.get_content()}"
    assert word in text
    assert f"/{'en' if language == 'xx' else language}/code/" in text
    for said in (
        "hotline",
        "report",
        "illegal",
        "abuse",
        "child",
        "files.example.org",
        "Words",
        "Example Hotline",
    ):
        assert said not in text.lower()
    assert str(message["From"]) == "desk@hotline.example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == ("en" if language == "xx" else language)
    assert not message.is_multipart()


def test_mail_that_is_refused_for_good_is_not_tried_again(world: World, clock_at_begin: Any) -> None:
    _handed_in(world, wish="email", email=REPORTER)
    world.mail.refuse("550 5.1.1 No such user")
    assert world.round()["mails"] == 0
    world.mail.accept()
    clock_at_begin.shift(timedelta(hours=2))
    assert world.round()["mails"] == 0
    assert world.mail.letters == []


def test_mail_that_must_wait_is_tried_again_and_not_for_ever(world: World, clock_at_begin: Any) -> None:
    _handed_in(world, wish="email", email=REPORTER)
    world.mail.refuse("451 4.3.0 Later", times=1)
    assert world.round()["mails"] == 0
    assert world.round()["mails"] == 0, "not at once again"
    clock_at_begin.shift(timedelta(minutes=20))
    assert world.round()["mails"] == 1
    assert len(world.mail.letters) == 1


@pytest.mark.parametrize(
    "address",
    [
        "a@example.com>\r\nRCPT TO:<b@example.com",
        "a..b@example.com",
        "a@",
        "@",
        "ა@example.com",
        "a b",
        "a" * 250,
    ],
)
def test_what_is_no_address_is_not_written_to_and_stops_nobody(world: World, address: str) -> None:
    world.hand_in(places="https://files.example.org/q", wish="email", email=address)
    _handed_in(world, wish="email", email=REPORTER)
    assert world.round()["mails"] == 1
    assert [letter.recipients for letter in world.mail.letters] == [(REPORTER,)]
    assert case_queries.mails_wanted() == []
