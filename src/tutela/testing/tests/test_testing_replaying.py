"""A beginning that is put back is the one that was played, row for row, and never another one."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import transaction

from tutela.testing import replaying, stories

pytestmark = pytest.mark.django_db


def rows() -> dict[str, list[Any]]:
    """The rows of every table, sorted: PostgreSQL reads them as they lie, and that is anywhere."""
    read = replaying._read()
    return {
        name: sorted(of.splitlines() if isinstance(of, bytes) else of, key=repr) for name, of in read.items()
    }


def test_the_rows_that_are_put_back_are_those_that_were_played() -> None:
    played: list[uuid.UUID] = []

    def play() -> uuid.UUID:
        played.append(stories.item("https://files.example.org/replayed", worry="threat"))
        return played[-1]

    found = []
    for _ in range(2):
        here = transaction.savepoint()
        found.append((replaying.once("rows", play), rows()))
        transaction.savepoint_rollback(here)
    assert len(played) == 1
    assert found[0] == found[1]
    assert found[0][1] != rows()


def test_where_something_happened_before_it_is_played_again() -> None:
    played: list[uuid.UUID] = []

    def play() -> int:
        played.append(stories.item())
        return len(played)

    here = transaction.savepoint()
    assert replaying.once("again", play) == 1
    transaction.savepoint_rollback(here)
    stories.item()
    assert replaying.once("again", play) == 2
