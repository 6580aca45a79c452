"""Promises of the chain: whatever is done to it past the program shows, with the first line that breaks."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tutela.apps.ledger import actions as ledger
from tutela.apps.ledger import queries, rules, triggers
from tutela.apps.ledger.models import Head, Line

CHANGES: dict[str, str] = {
    "id": "'01949f4c00007000800000000000ffff'",
    "at": "'2026-03-04 10:15:00.000001'",
    "kind": "'item_closed'",
    "actor": "'site'",
    "about_kind": "'report'",
    "about_id": "NULL",
    "facts": "'{\"known\": true}'",
    "digest": "HEX",
}


@pytest.fixture
def chain(db: None) -> None:
    """Five lines, and the protection as the migration installs it."""
    triggers.install(connection)
    with transaction.atomic():
        for known in range(5):
            ledger.write_line(
                "item_received",
                actor="worker",
                about=("item", uuid.UUID(int=known)),
                facts={"known": bool(known % 2)},
            )


@pytest.fixture
def unprotected(chain: None) -> None:
    """Five lines after somebody with the owner's rights removed the triggers."""
    triggers.drop(connection)


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def binary(value: bytes) -> str:
    return f"'\\x{value.hex()}'" if connection.vendor == "postgresql" else f"x'{value.hex()}'"


def refused(statement: str) -> None:
    with pytest.raises(DatabaseError, match="ledger line cannot be"), transaction.atomic():
        execute(statement)


def broken() -> tuple[int | None, str]:
    verdict = queries.verify()
    return verdict.broken_at, verdict.reason


def test_the_database_refuses_to_change_or_delete_a_line(chain: None) -> None:
    refused("UPDATE ledger_line SET kind = 'item_closed' WHERE sequence = 3")
    refused("UPDATE ledger_line SET kind = kind")
    refused("DELETE FROM ledger_line WHERE sequence = 5")
    with pytest.raises(DatabaseError, match="ledger line cannot be"), transaction.atomic():
        Line.objects.filter(sequence=1).delete()
    assert queries.verify().holds


def test_a_line_cannot_be_written_over_another(chain: None) -> None:
    columns = "sequence, id, at, kind, actor, about_kind, about_id, facts, previous, digest"
    verb = "INSERT OR REPLACE" if connection.vendor == "sqlite" else "INSERT"
    with pytest.raises(DatabaseError), transaction.atomic():
        execute(f"{verb} INTO ledger_line ({columns}) SELECT {columns} FROM ledger_line WHERE sequence = 3")
    assert queries.verify() == rules.Verdict(5, None, "", queries.head()[1])


def test_the_protection_can_be_installed_again_and_eased_for_tests(chain: None) -> None:
    triggers.install(connection)
    triggers.drop_no_delete(connection)
    execute("DELETE FROM ledger_line WHERE sequence = 5")
    refused("UPDATE ledger_line SET kind = 'item_closed' WHERE sequence = 3")
    assert broken() == (5, "cut_off")


@pytest.mark.parametrize("field", CHANGES)
def test_a_changed_field_names_its_line(unprotected: None, field: str) -> None:
    value = binary(bytes(32)) if field == "digest" else CHANGES[field]
    execute(f"UPDATE ledger_line SET {field} = {value} WHERE sequence = 3")
    assert broken() == (3, "changed")
    assert queries.verify().lines == 2


def test_a_changed_number_or_link_names_its_line(unprotected: None) -> None:
    execute("UPDATE ledger_line SET sequence = 9 WHERE sequence = 3")
    assert broken() == (3, "missing")
    execute("UPDATE ledger_line SET sequence = 3 WHERE sequence = 9")
    assert queries.verify().holds
    execute(f"UPDATE ledger_line SET previous = {binary(bytes(32))} WHERE sequence = 3")
    assert broken() == (3, "not_chained")


def test_every_field_that_is_stored_is_tried() -> None:
    assert {field.column for field in Line._meta.fields} == set(CHANGES) | {"sequence", "previous"}


@pytest.mark.parametrize(
    ("sequence", "found"), [(1, (1, "missing")), (3, (3, "missing")), (5, (5, "cut_off"))]
)
def test_a_deleted_line_is_named(unprotected: None, sequence: int, found: tuple[int, str]) -> None:
    execute(f"DELETE FROM ledger_line WHERE sequence = {sequence}")
    assert broken() == found


def test_swapped_lines_are_named(unprotected: None) -> None:
    for old, new in ((3, 99), (4, 3), (99, 4)):
        execute(f"UPDATE ledger_line SET sequence = {new} WHERE sequence = {old}")
    assert broken() == (3, "not_chained")


@pytest.mark.parametrize(
    ("forge", "found"),
    [
        (lambda: Head.objects.update(digest=bytes(32)), (5, "head_differs")),
        (lambda: Head.objects.update(sequence=4), (5, "head_differs")),
        (lambda: Head.objects.update(sequence=6), (6, "cut_off")),
        (lambda: Head.objects.all().delete(), (5, "head_differs")),
    ],
    ids=["digest", "behind", "ahead", "gone"],
)
def test_a_changed_head_is_named(chain: None, forge: Callable[[], Any], found: tuple[int, str]) -> None:
    forge()
    assert broken() == found


def test_a_lost_head_is_never_begun_anew_over_old_lines(chain: None) -> None:
    Head.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        ledger.write_line("item_received", actor="worker")


def test_a_value_of_another_type_is_a_changed_line(unprotected: None) -> None:
    if connection.vendor == "sqlite":
        execute("UPDATE ledger_line SET about_id = 'nonsense', at = 'never' WHERE sequence = 3")
    else:
        execute("UPDATE ledger_line SET facts = '{\"known\": 1e300}' WHERE sequence = 3")
    assert broken() == (3, "changed")


def test_a_rewritten_chain_shows_against_a_head_that_somebody_noted(unprotected: None) -> None:
    noted = dict([queries.head()])
    assert queries.verify(witnessed=noted).holds
    execute("DELETE FROM ledger_line WHERE sequence >= 4")
    fourth = Line.objects.get(sequence=3)
    Head.objects.update(sequence=3, digest=bytes(fourth.digest))
    with transaction.atomic():
        ledger.write_line("item_closed", actor="worker")
        ledger.write_line("item_closed", actor="worker")
    assert queries.verify().holds
    assert not queries.verify(witnessed=noted).holds
    verdict = queries.verify(witnessed=noted)
    assert (verdict.broken_at, verdict.reason) == (5, "not_as_witnessed")
