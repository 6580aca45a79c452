"""Promises of appending: codes only, in the transaction of the change, one after the other without a gap."""

from __future__ import annotations

import multiprocessing
import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connections, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.apps.ledger import actions as ledger
from tutela.apps.ledger import queries, rules
from tutela.apps.ledger.errors import NotALine
from tutela.apps.ledger.models import Line

ABOUT = uuid.UUID(int=7)
AT = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
WRITERS, EACH = 4, 8

CODES = st.from_regex(r"\A[A-Za-z0-9_:+-]{0,80}\Z")
FACTS = st.dictionaries(
    st.from_regex(r"\A[a-z][a-z0-9_]{2,20}\Z"),
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(min_value=-(2**53) + 1, max_value=2**53 - 1),
        CODES,
        st.lists(CODES, max_size=5),
    ),
    max_size=8,
)


def write(kind: str = "item_received", **more: Any) -> int:
    with transaction.atomic():
        return ledger.write_line(kind, **({"actor": "worker"} | more))


@pytest.mark.django_db
def test_lines_are_numbered_and_chained() -> None:
    assert [write() for _ in range(3)] == [1, 2, 3]
    lines = Line.objects.order_by("sequence")
    assert [bytes(line.previous) for line in lines] == [
        rules.GENESIS,
        *(bytes(line.digest) for line in lines[:2]),
    ]
    assert queries.head() == (3, bytes(lines[2].digest).hex())
    assert queries.verify() == rules.Verdict(3, None, "", queries.head()[1])


@pytest.mark.django_db
def test_an_empty_ledger_holds() -> None:
    assert queries.verify() == rules.Verdict(0, None, "", "00" * 32)
    assert queries.verify().holds


@pytest.mark.django_db
def test_a_line_comes_back_as_it_was_written() -> None:
    facts = {
        "decision": "notify",
        "minutes": 3,
        "known": True,
        "outcome": None,
        "reasons": ["new", "danger_now"],
    }
    write("item_decided", actor=f"person:{ABOUT}", about=("item", ABOUT), facts=facts, at=AT)
    [line] = queries.lines_about(ABOUT)
    assert (line.kind, line.actor, line.about_kind, line.facts, line.at) == (
        "item_decided",
        f"person:{ABOUT}",
        "item",
        facts,
        AT,
    )


@pytest.mark.django_db
@given(facts=FACTS)
@settings(deadline=None, max_examples=60)
def test_any_facts_that_are_codes_are_kept_and_verified(facts: dict[str, Any]) -> None:
    with transaction.atomic():
        ledger.write_line("item_received", actor="worker", facts=facts)
        assert queries.latest_lines(most=1)[0].facts == facts
        assert queries.verify().holds
        transaction.set_rollback(True)


@given(text=st.text(min_size=1))
@settings(deadline=None, max_examples=60)
def test_whatever_is_accepted_as_a_fact_has_no_room_for_words(text: str) -> None:
    try:
        rules.check_entry("item_received", "worker", "item", {"note": text})
    except NotALine as refusal:
        assert len(text) < 4 or text not in str(refusal)
    else:
        assert text.isascii()
        assert not set(text) & set(" /@\\\n\t\x00\"'<>?#=%&")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "value",
    [
        "two words",
        "https://example.org/page",
        "example.org",
        "reporter@example.org",
        "192.0.2.1",
        "სიტყვა",
        1.5,
        {},
    ],
)
def test_text_addresses_and_mail_are_not_a_line(value: Any) -> None:
    with pytest.raises(NotALine):
        write(facts={"note": value})
    assert queries.head()[0] == 0


@pytest.mark.django_db(transaction=True)
def test_a_line_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError, match="transaction"):
        ledger.write_line("item_received", actor="worker")
    assert not Line.objects.exists()


@pytest.mark.django_db
def test_a_line_goes_when_its_change_is_taken_back() -> None:
    write()
    with pytest.raises(RuntimeError), transaction.atomic():
        ledger.write_line("item_received", actor="worker")
        raise RuntimeError("the change failed")
    assert write() == 2
    assert queries.verify().holds


@pytest.mark.django_db
def test_a_follower_reads_its_kinds_in_order_and_moves_once() -> None:
    for kind in ("item_received", "item_decided", "item_received", "item_decided"):
        write(kind)
    lines = queries.lines_after(0, kinds=["item_decided"])
    assert [line.sequence for line in lines] == [2, 4]
    assert [line.sequence for line in queries.lines_after(2, most=1)] == [3]
    assert [
        line.sequence for line in queries.latest_lines(before=4, kind="item_received", actor="worker")
    ] == [3, 1]
    with transaction.atomic():
        assert ledger.advance_cursor(follower="notices", expected=0, sequence=2)
        assert not ledger.advance_cursor(follower="notices", expected=0, sequence=4)
    assert queries.cursor_of("notices") == 2
    assert queries.cursor_of("cases") == 0


def _append_many() -> None:
    try:
        for _ in range(EACH):
            write()
    finally:
        connections.close_all()


def _in_threads(work: Callable[[], None]) -> None:
    threads = [threading.Thread(target=work) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _in_processes(work: Callable[[], None]) -> None:
    connections.close_all()
    processes = [multiprocessing.get_context("fork").Process(target=work) for _ in range(WRITERS)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * WRITERS


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("together", [_in_threads, _in_processes])
def test_many_writers_at_once_leave_no_gap(together: Callable[[Callable[[], None]], None]) -> None:
    together(_append_many)
    lines = queries.lines_after(0, most=1000)
    assert [line.sequence for line in lines] == list(range(1, WRITERS * EACH + 1))
    assert queries.verify().holds
