"""Promises about what stays in the files of a node after it was forgotten: nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db.utils import ConnectionHandler

from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange import queries
from tutela.config import base
from tutela.core.kernel import clock
from tutela.doors.worker import keep_house
from tutela.testing.partners import PartnerInMemory, deliver, keyring_in, our_key

if TYPE_CHECKING:
    from conftest import World

WORDS = "https://files.example.org/item/42"


@pytest.mark.on_postgresql
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


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "emptied"), [(90, True), (0, False)])
def test_conversations_are_emptied_when_the_node_says(
    world: World, tmp_path: Path, days: int, emptied: bool
) -> None:
    ring = keyring_in(tmp_path)
    partner = PartnerInMemory("meldpunt.example.net", our_key()).join()
    said = exchange.say(partner=partner.name, kind="question", content={"text": WORDS}, actor="worker")
    deliver(partner, ring)
    config = world.equipment.config
    world.equipment.config = replace(config, exchange=replace(config.exchange, retention_days=days))
    keep_house.forget(clock.now() + timedelta(days=89), world.equipment)
    assert not queries.conversation(said.conversation_id).row.emptied
    world.equipment.not_before.clear()
    keep_house.forget(clock.now() + timedelta(days=91), world.equipment)
    assert queries.conversation(said.conversation_id).row.emptied is emptied
