"""Promises of the loop: how often it looks for work, how it ends, and that no work stops another."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import OperationalError

from tutela.apps.receipts import queries as receipt_queries
from tutela.doors.worker import loop

if TYPE_CHECKING:
    from conftest import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def signals(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give back what a running loop takes: answers to signals, and the connection that the test is on."""
    monkeypatch.setattr(loop, "close_old_connections", lambda: None)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_kind_of_work_that_fails_does_not_stop_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(now: datetime, equipment: Any) -> int:
        raise RuntimeError("text that must not be logged")

    def database_fails(now: datetime, equipment: Any) -> int:
        raise OperationalError("database or disk is full")

    monkeypatch.setitem(loop.WORK, "submissions", fails)
    monkeypatch.setitem(loop.WORK, "decisions", database_fails)
    done = world.round()
    assert (done["submissions"], done["decisions"], done["claims"]) == (-1, -1, 0)
    assert list(done) == list(loop.WORK)
    assert "text that must not be logged" not in caplog.text


def test_a_round_that_is_told_to_stop_begins_nothing(world: World) -> None:
    world.hand_in(places="https://files.example.org/p")
    world.equipment.stopping.set()
    assert world.round() == {}
    assert receipt_queries.submission_counts().waiting == 1


def test_rest_grows_with_failures_and_shrinks_with_work() -> None:
    assert loop.pause_seconds(0, busy=True) <= loop.JITTER_SECONDS
    assert loop.INTERVAL_SECONDS <= loop.pause_seconds(0, busy=False) <= 2.0
    pauses = [loop.pause_seconds(failures, busy=False) for failures in (1, 3, 5, 50)]
    assert pauses == sorted(pauses)
    assert pauses[-1] <= loop.LONGEST_PAUSE_SECONDS + loop.JITTER_SECONDS


def test_the_loop_goes_on_after_failed_rounds_and_ends_when_told(
    world: World, monkeypatch: pytest.MonkeyPatch, signals: None
) -> None:
    asked: list[int] = []

    def locked_then_told_to_stop(now: datetime, equipment: Any) -> int:
        if len(asked) == 3:
            os.kill(os.getpid(), signal.SIGTERM)
            return 1
        raise OperationalError("database is locked")

    def pause(failures: int, *, busy: bool) -> float:
        asked.append(failures)
        return 0.0

    monkeypatch.setattr(loop, "WORK", {"submissions": locked_then_told_to_stop})
    monkeypatch.setattr(loop, "pause_seconds", pause)
    loop.run(world.equipment)
    assert asked == [1, 2, 3, 0]


def test_rounds_are_rare_until_somebody_does_something(
    world: World, monkeypatch: pytest.MonkeyPatch, signals: None
) -> None:
    rests, rounds = 0, []

    def rest(carried: Any, seconds: float, *, awake: bool) -> None:
        nonlocal rests
        rests += 1
        if rests == 3:
            world.hand_in(places="https://files.example.org/p")

    def nothing_to_do(now: datetime, equipment: Any) -> int:
        rounds.append(rests)
        if len(rounds) == 2:
            equipment.stopping.set()
        return 0

    monkeypatch.setattr(loop, "WORK", {"submissions": nothing_to_do})
    monkeypatch.setattr(loop, "rest", rest)
    loop.run(world.equipment)
    assert rounds == [0, 3]


def test_what_only_time_brings_is_looked_for_although_nobody_does_anything(
    world: World, monkeypatch: pytest.MonkeyPatch, signals: None
) -> None:
    rounds = 0

    def nothing_to_do(now: datetime, equipment: Any) -> int:
        nonlocal rounds
        rounds += 1
        if rounds == 3:
            equipment.stopping.set()
        return 0

    monkeypatch.setattr(loop, "WORK", {"submissions": nothing_to_do})
    monkeypatch.setattr(loop, "QUIET_SECONDS", 0.02)
    monkeypatch.setattr(loop, "rest", lambda carried, seconds, *, awake: None)
    loop.run(world.equipment)
    assert rounds == 3


def test_the_heartbeat_survives_a_full_disk(world: World) -> None:
    with time_machine.travel(datetime(2026, 3, 4, 10, 0, tzinfo=UTC)):
        loop.Heartbeat(world.equipment).beat()
    path = world.equipment.home / "run" / "worker.heartbeat"
    assert '"at": "2026-03-04T10:00:00' in path.read_text()
    path.with_suffix(".new").mkdir()
    loop.Heartbeat(world.equipment).beat()


def test_a_node_that_nobody_reports_to_leaves_out_what_only_hotlines_do(world: World) -> None:
    config = world.equipment.config
    everything = set(world.round())
    for role in ("police", "provider", "relay"):
        own = replace(config.exchange, node=f"{role}.example.org", role=role)
        world.equipment.config = replace(config, exchange=own)
        assert set(world.round()) == everything - loop.OF_REPORTS, role
