"""Promises of recognition: what a list knows is known before anybody looks, where that is allowed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tutela.apps.cases import queries as case_queries
from tutela.apps.hashbank import actions as bank
from tutela.apps.hashbank import queries as bank_queries
from tutela.core.matching.fingerprints import Fingerprint, Kind
from tutela.core.matching.hashers import hash_bytes
from tutela.core.terms.states import Role
from tutela.doors.worker.equipment import equip
from tutela.testing import pictures
from tutela.testing.hash_lists import FIELDS, fingerprint, lines

if TYPE_CHECKING:
    from conftest import World

pytestmark = pytest.mark.django_db


def _hash_mode(world: World) -> None:
    config = world.settings.TUTELA
    world.settings.TUTELA = replace(config, checks=replace(config.checks, mode="hash"))
    world.equipment = equip()


def _list(world: World, *fingerprints: Fingerprint) -> None:
    bank.make_list(fields=FIELDS)
    _propose(world, *fingerprints)


def _propose(world: World, *fingerprints: Fingerprint) -> None:
    (list_id,) = (one.id for one in bank_queries.hash_lists())
    analyst, second = world.person("analyst", Role.ANALYST), world.person("second", Role.ANALYST)
    entry = bank.propose_entry(
        by=analyst, list_id=list_id, fingerprints=fingerprints, classification="example"
    )
    bank.approve_entry(by=second, entry_id=entry)


def _item() -> case_queries.ItemSeen:
    (row,) = case_queries.queue().rows
    return case_queries.item(row.id)


def _of_photograph(*kinds: str) -> tuple[Fingerprint, ...]:
    return hash_bytes(pictures.photograph(0)[0], kinds).fingerprints


@pytest.mark.on_postgresql
def test_a_listed_photograph_is_recognised_before_anybody_looks(world: World) -> None:
    _hash_mode(world)
    (pdq,) = _of_photograph("pdq")
    near = Fingerprint(Kind.PDQ, bytes([pdq.value[0] ^ 0b111, *pdq.value[1:]]), 90)
    _list(world, near, *_of_photograph("md5"))
    world.hand_in(places=world.web.show("/p/1.png"))
    assert world.round()["recognised"] == 1
    item = _item()
    assert item.reasons[-1] == "recognised"
    assert "new" not in item.reasons, "a list knew it"
    found = {one.kind: one for one in case_queries.recognitions_of(item.id)}
    assert {kind: one.distance for kind, one in found.items()} == {"md5": 0, "pdq": 3}
    (entry,) = bank_queries.entries().rows
    assert found["md5"].entry_digest == entry.digest
    (line,) = lines("item_recognised")
    assert line.facts["lists"] == ["example"]
    assert line.facts["entries"] == [entry.digest, entry.digest]
    assert pdq.text not in repr(line)
    counts = case_queries.counts(reasons=("new", "recognised"))
    assert (counts.by_reason["new"].number, counts.by_reason["recognised"].number) == (0, 1)
    assert {one.kind.value for one in case_queries.fingerprints_of(item.id)} == {
        "sha256", "sha1", "md5", "pdq",
    }  # fmt: skip
    assert world.round()["recognised"] == 0, "nobody fetches it twice"


@pytest.mark.on_postgresql
def test_what_no_list_knows_stays_new(world: World) -> None:
    _hash_mode(world)
    _list(world, fingerprint(1))
    world.hand_in(places=world.web.show("/p/1.png"))
    assert world.round()["recognised"] == 0
    item = _item()
    assert "new" in item.reasons
    assert case_queries.fingerprints_of(item.id) != []
    assert lines("item_recognised") == []


def test_what_a_list_learns_later_is_recognised_without_fetching_it_again(world: World) -> None:
    _hash_mode(world)
    _list(world, fingerprint(1))
    world.hand_in(places=world.web.show("/p/1.png"))
    assert world.round()["recognised"] == 0
    visits = len(world.web.visits)
    _propose(world, *_of_photograph("sha256"))
    counts = [world.round()["recognised"] for _ in range(3)]
    assert sorted(counts) == [0, 0, 1]
    assert "recognised" in _item().reasons
    assert len(world.web.visits) == visits


@pytest.mark.parametrize("mode", ["off", "head"])
def test_no_body_is_fetched_unless_the_node_allows_it(world: World, mode: str) -> None:
    config = world.settings.TUTELA
    world.settings.TUTELA = replace(config, checks=replace(config.checks, mode=mode))
    world.equipment = equip()
    _list(world, *_of_photograph("md5"))
    world.hand_in(places=world.web.show("/p/1.png"))
    world.round()
    assert [visit for visit in world.web.visits if visit.method == "GET"] == []
    assert case_queries.fingerprints_of(_item().id) == []


def test_nothing_is_fetched_without_a_list_to_ask(world: World) -> None:
    _hash_mode(world)
    world.hand_in(places=world.web.show("/p/1.png"))
    world.round()
    assert world.web.visits == []


def test_what_serves_nothing_is_tried_three_times_and_no_more(world: World) -> None:
    from datetime import timedelta

    from tutela.core.kernel import clock

    _hash_mode(world)
    _list(world, fingerprint(1))
    world.hand_in(places=world.web.url("/nothing"))
    now = clock.now()
    for minutes in (0, 11, 22, 33, 44):
        world.round(now + timedelta(minutes=minutes))
    gets = [visit for visit in world.web.visits if visit.method == "GET"]
    assert 1 <= len(gets) <= 3
    assert "new" in _item().reasons


@pytest.mark.on_postgresql
def test_a_body_longer_than_the_cap_has_no_fingerprint(world: World) -> None:
    _hash_mode(world)
    checks = replace(world.settings.TUTELA.checks, most_bytes=1000)
    world.settings.TUTELA = replace(world.settings.TUTELA, checks=checks)
    world.equipment = equip()
    _list(world, *_of_photograph("md5"))
    world.hand_in(places=world.web.endless("/p/1.png"))
    world.round()
    assert case_queries.fingerprints_of(_item().id) == []
