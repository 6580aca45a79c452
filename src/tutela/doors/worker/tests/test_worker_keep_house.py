"""Promises about what stays in the files of a node after it was forgotten: nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db.utils import ConnectionHandler

from tutela.config import base
from tutela.doors.worker import keep_house

WORDS = "https://files.example.org/item/42"


@pytest.mark.django_db
@pytest.mark.parametrize("cut", [False, True])
def test_what_was_forgotten_stands_in_no_file_of_the_database(tmp_path: Path, cut: bool) -> None:
    database = ConnectionHandler({"default": base.database_of("", tmp_path)})["default"]
    with database.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (words text)")
        cursor.execute("INSERT INTO kept VALUES (%s)", [WORDS])
        cursor.execute("UPDATE kept SET words = ''")
    if cut:
        keep_house.cut_journal(database)
    found = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    database.close()
    assert (WORDS.encode() in found) is not cut
