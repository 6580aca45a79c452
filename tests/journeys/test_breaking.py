"""Things break while a hotline works: the worker is killed, mail and names fail, two people decide at once.

What must hold: nothing is lost, nothing happens twice in the cases, a letter that may have left is sent again
as the same letter, and the people at the desk read what happened.
"""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tutela.doors.cli.visitor import StoryBroken, Visitor
from tutela.testing.hotlines import Hotline, link_of
from tutela.testing.nodes import Node
from tutela.testing.processes import wait_for
from tutela.testing.servers import MailServer

pytestmark = pytest.mark.processes


@pytest.fixture(autouse=True)
def _without_a_worker_left(hotline: Hotline) -> Iterator[None]:
    """Each test starts its own worker; none is left to the next one."""
    yield
    if "worker" in hotline.node.processes:
        hotline.node.processes.pop("worker").close()
    hotline.node.mail.accept()


def of(*items: uuid.UUID) -> str:
    """Return ids as SQL, in the form in which each database keeps them."""
    return "(" + ", ".join(f"'{item}', '{item.hex}'" for item in items) + ")"


def lines_of(node: Node) -> Counter[str]:
    """Count the lines of the ledger of each kind about each item and report."""
    rows = node.rows("SELECT kind, about_id FROM ledger_line WHERE about_kind IN ('item', 'report')")
    return Counter(f"{kind} {about}" for kind, about in rows)


class Killing(list[Any]):
    """A mailbox that kills the worker after the letter was taken and before the worker hears of it."""

    def __init__(self, letters: list[Any], kill: Callable[[], None]) -> None:
        super().__init__(letters)
        self._kill = kill

    def append(self, letter: Any) -> None:
        super().append(letter)
        self._kill()


def test_a_worker_killed_at_every_step_loses_nothing_and_does_nothing_twice(hotline: Hotline) -> None:
    node = hotline.node
    contact = hotline.provider("killed.example.net")
    page = node.host.show("/killed/1").replace("pictures.example.org", "files.killed.example.net")

    def until(statement: str, number: int = 1) -> None:
        node.start("worker")
        node.wait_for_rows(statement, number)
        node.processes["worker"].kill()

    code = hotline.report(page)
    until("SELECT id FROM receipts_submission WHERE state = 'opened'")
    item = hotline.item(page)
    ours = f"item_id IN {of(item)}"
    until(f"SELECT id FROM notices_hosting WHERE {ours}")
    hotline.notified(item)
    node.start("worker")
    node.mail.letters = Killing(node.mail.letters, node.processes["worker"].kill)
    hotline.letter(contact)
    wait_for(lambda: not node.processes["worker"].runs)
    node.mail.letters = list(node.mail.letters)
    assert node.rows("SELECT state FROM notices_notice") == [("sending",)]

    # Nobody knows whether it left: while the claim of the dead worker holds, nobody sends it.
    assert node.work()["notices"] == 0
    assert node.work(minutes=11)["notices"] == 1
    first, again = hotline.letters(contact)
    assert first["Message-ID"] == again["Message-ID"]
    assert link_of(first) == link_of(again)

    node.host.remove("/killed/1", 410)
    hotline.answer(first, "removed")
    until(f"SELECT id FROM notices_check WHERE {ours}")
    node.start("worker")
    node.wait_for_rows(f"SELECT id FROM cases_item WHERE state = 'closed' AND id IN {of(item)}", 1)
    told = hotline.receipt(code)
    for sentence in ("Your report arrived", "We asked the company", "It can no longer be found"):
        assert told.count(sentence) == 1, told
    twice = {line for line, number in lines_of(node).items() if number > 1}
    assert {line for line in twice if not line.startswith("item_checked")} == set()
    assert node.count("cases_report") == node.count("cases_item") == 1
    assert len(hotline.letters(contact)) == 2
    assert node.tutela("ledger", "verify").returncode == 0


def tries(node: Node) -> list[tuple[str, int | None, str]]:
    """Return how each try to deliver the newest notice ended, in their order."""
    return node.rows(
        "SELECT outcome, smtp_code, detail FROM notices_delivery WHERE notice_id = "
        "(SELECT id FROM notices_notice ORDER BY reference DESC LIMIT 1) ORDER BY at, attempt"
    )


def test_a_letter_waits_for_a_mail_server_that_is_down_and_then_refuses_for_a_while(
    hotline: Hotline,
) -> None:
    node = hotline.node
    contact = hotline.provider("patient.example.net")
    page = node.host.show("/patient/1").replace("pictures.example.org", "files.patient.example.net")
    code = hotline.report(page)
    node.work()
    item = hotline.item(page)
    seen = hotline.notified(item)
    node.mail.stop()
    assert node.work()["notices"] == 0
    assert [outcome for outcome, _, _ in tries(node)] == ["retry"]
    assert "Provider was notified" not in hotline.analyst.open(seen).text
    assert "We asked the company" not in hotline.receipt(code)
    # It is not due again for a minute, and a decision that waits for the mail is not lost.
    assert node.work()["notices"] == 0
    assert len(tries(node)) == 1

    node.mail = MailServer(port=node.mail.port)
    node.mail.start()
    node.mail.refuse("451 4.7.1 Greylisted, try again later")
    assert node.work(minutes=3)["notices"] == 0
    assert tries(node)[-1][:2] == ("retry", 451)
    assert hotline.letters(contact) == []
    node.mail.accept()
    assert node.work(minutes=20)["notices"] == 1
    assert [outcome for outcome, _, _ in tries(node)] == ["retry", "retry", "sent"]
    assert len(hotline.letters(contact)) == 1
    hotline.analyst.open(seen).expect("Provider was notified")
    assert hotline.receipt(code).count("We asked the company") == 1


def test_a_letter_that_is_refused_for_good_is_shown_to_the_desk_and_not_to_the_reporter(
    hotline: Hotline,
) -> None:
    node = hotline.node
    contact = hotline.provider("refusing.example.net")
    page = node.host.show("/refusing/1").replace("pictures.example.org", "files.refusing.example.net")
    code = hotline.report(page)
    node.work()
    hotline.notified(hotline.item(page))
    node.mail.refuse("550 5.1.1 No such user here")
    node.work()
    node.mail.accept()
    assert [(outcome, smtp) for outcome, smtp, _ in tries(node)] == [("failed", 550)]
    desk = hotline.analyst.open("/notices/?state=failed").expect(contact, "Not delivered")
    notice = desk.find(r'href="(/notices/[0-9a-f-]{36}/)"')
    desk.open(notice).expect(contact, "550", "Not delivered")
    # The contact is used no more before a person approves it again.
    assert hotline.coordinator.open("/contacts/").expect(contact)
    assert node.work(minutes=90)["notices"] == 0
    assert "We asked the company" not in hotline.receipt(code)
    assert "550" not in hotline.receipt(code)


def test_names_that_hang_or_lie_cost_only_their_own_items(hotline: Hotline) -> None:
    node = hotline.node
    for name in ("hanging", "forged", "inner", "turning", "absent"):
        hotline.provider(f"{name}.example.org")
    good = hotline.provider("working.example.org")
    node.names.hang("files.hanging.example.org")
    node.names.lie("files.forged.example.org", "files.other.example.org", "127.0.0.1")
    node.names.answer("files.inner.example.org", "10.1.2.3")
    node.names.answer_in_turn("files.turning.example.org", ["10.1.2.3"], ["127.0.0.1"])
    node.names.forget("files.absent.example.org")
    node.host.show("/names/1")
    before = len(node.host.visits)
    names = ("hanging", "forged", "inner", "turning", "absent", "working")
    pages = {name: node.host.url("/names/1", f"files.{name}.example.org") for name in names}
    code = hotline.report("\n".join(pages.values()))
    node.start("worker")
    items = {name: hotline.item(page) for name, page in pages.items()}
    node.wait_for_rows(f"SELECT item_id FROM notices_hosting WHERE item_id IN {of(*items.values())}", 6)
    errors = {
        name: node.rows(f"SELECT error, ip FROM notices_hosting WHERE item_id IN {of(item)}")[0]
        for name, item in items.items()
    }
    assert {name for name, (error, _) in errors.items() if not error} == {"working"}
    assert {ip for _, ip in errors.values()} == {None, "127.0.0.1"}
    for name in ("hanging", "inner", "absent"):
        hotline.analyst.open(f"/items/{items[name]}/").expect(f"files[.]{name}[.]example[.]org")
    hotline.notified(items["working"])
    assert hotline.letter(good)
    assert hotline.receipt(code).count("Your report arrived") == 1
    # Nothing was asked of a host before it was decided, whatever its name said.
    assert node.host.visits[before:] == []


def test_two_analysts_deciding_at_once_make_one_decision(hotline: Hotline) -> None:
    node = hotline.node
    page = "https://both.example.net/1"
    hotline.report(page)
    node.work()
    item = hotline.item(page)
    path = hotline.assessed(item)
    hotline.analyst.send(to=f"{path}release/")
    people = {"close": hotline.analyst, "notify": hotline.second}
    for person in people.values():
        person.open(f"{path}decide/").form("kind", "version")
    ended = at_once(
        {
            "close": lambda: people["close"].send("kind", kind="close", reason="not_reachable", then="item"),
            "notify": lambda: people["notify"].send("kind", kind="notify", ground="urgent", then="item"),
        }
    )
    (won,) = [name for name, error in ended.items() if error is None]
    (lost,) = set(people) - {won}
    loser = people[lost]
    assert loser.page is not None
    assert loser.page.status_code == 409
    loser.expect("Somebody was here at the same time", "has decided")
    assert node.rows(f"SELECT kind FROM cases_decision WHERE item_id IN {of(item)}") == [(won,)]
    assert lines_of(node)[f"item_decided {item}"] + lines_of(node)[f"item_decided {item.hex}"] == 1


def test_two_analysts_claiming_at_once_do_not_both_have_it(hotline: Hotline) -> None:
    node = hotline.node
    page = "https://both.example.net/2"
    hotline.report(page)
    node.work()
    item = hotline.item(page)
    path = f"/items/{item}/"
    for person in (hotline.analyst, hotline.second):
        person.open(path)
    at_once(
        {
            "first": lambda: hotline.analyst.send(to=f"{path}claim/"),
            "second": lambda: hotline.second.send(to=f"{path}claim/"),
        }
    )
    texts = [person.open(path).text for person in (hotline.analyst, hotline.second)]
    assert sum("You have it until" in text for text in texts) == 1
    assert sum("has it until" in text for text in texts) == 1


def at_once(steps: dict[str, Callable[[], Visitor]]) -> dict[str, StoryBroken | None]:
    """Take all steps at the same moment; returns which were refused by the page."""
    barrier, ended = threading.Barrier(len(steps)), {}

    def take(name: str, step: Callable[[], Visitor]) -> None:
        barrier.wait(30)
        try:
            step()
            ended[name] = None
        except StoryBroken as error:
            ended[name] = error

    threads = [threading.Thread(target=take, args=pair) for pair in steps.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended
