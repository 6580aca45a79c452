"""Promises about the exposure clock: it counts, reminds, stops, and is nobody else's business."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from tutela.apps.ledger import queries as ledger
from tutela.testing import people, stories

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


@pytest.fixture
def travel(settings: Any) -> Iterator[time_machine.Traveller]:
    settings.TUTELA = replace(
        settings.TUTELA,
        desk=replace(settings.TUTELA.desk, exposure_minutes_a_day=10, exposure_break_after_minutes=4),
    )
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


def _work(client: Client, item: object, travel: time_machine.Traveller, half_minutes: int) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    for _ in range(half_minutes):
        travel.shift(timedelta(seconds=30))
        answer = client.post("/clock/beat/", {"item": str(item)}).json()
    return answer


def test_heartbeats_count_minutes_and_remind_of_a_break(
    client: Client, travel: time_machine.Traveller
) -> None:
    nino, item_id = people.make_person(), stories.item()
    people.be(client, nino)
    assert "of 10 minutes" in client.get(f"/items/{item_id}/").content.decode()
    assert _work(client, item_id, travel, 4) == {
        "minutes": 2, "limit": 10, "break_due": False, "stopped": False,
    }  # fmt: skip
    assert _work(client, item_id, travel, 4)["break_due"] is True
    html = client.get("/clock/").content.decode()
    assert "Time for a break." in html
    travel.shift(timedelta(minutes=11))
    assert "Time for a break." not in client.get("/clock/").content.decode()


def test_without_script_page_views_count(client: Client, travel: time_machine.Traveller) -> None:
    nino, item_id = people.make_person(), stories.item()
    people.be(client, nino)
    for _ in range(5):
        client.get(f"/items/{item_id}/")
        travel.shift(timedelta(seconds=50))
    assert '<span class="big">4</span>' in client.get("/clock/").content.decode()


def test_leaving_the_page_stops_the_count(client: Client, travel: time_machine.Traveller) -> None:
    nino, item_id = people.make_person(), stories.item()
    people.be(client, nino)
    client.get(f"/items/{item_id}/")
    _work(client, item_id, travel, 2)
    assert client.post("/clock/leave/", {"item": str(item_id)}).status_code == 204
    travel.shift(timedelta(minutes=5))
    assert '<span class="big">1</span>' in client.get("/clock/").content.decode()


def test_at_the_limit_no_item_opens_and_the_page_says_why(
    client: Client, travel: time_machine.Traveller
) -> None:
    nino, item_id, other = people.make_person(), stories.item(), stories.item()
    people.be(client, nino)
    client.get(f"/items/{item_id}/")
    assert client.get("/clock/enough/")["Location"] == "/clock/"
    assert _work(client, item_id, travel, 21)["stopped"] is True
    assert client.get(f"/items/{item_id}/assess/")["Location"] == "/clock/enough/"
    for path in (f"/items/{item_id}/", f"/items/{item_id}/decide/", f"/items/{other}/"):
        assert client.get(path)["Location"] == "/clock/enough/", path
    for path in (f"/items/{other}/claim/", "/queue/next/", f"/items/{item_id}/plain/"):
        assert client.post(path)["Location"] == "/clock/enough/", path
    answer = client.post(f"/items/{other}/assess/", {**stories.BASELINE.as_codes(), "version": "1"})
    assert answer["Location"] == "/clock/enough/"
    html = client.get("/clock/enough/").content.decode()
    assert "10 of 10 minutes" in html
    assert client.get("/queue/").status_code == 200
    assert "exposure_stopped" in [line.kind for line in ledger.lines_about(nino.id)]
    travel.shift(timedelta(days=1))
    people.be(client, nino)
    assert client.get(f"/items/{other}/").status_code == 200


def test_the_welfare_lead_sees_everybodys_day_and_can_look_back(
    client: Client, travel: time_machine.Traveller
) -> None:
    desk = stories.desk()
    item_id = stories.item()
    people.be(client, desk.analyst)
    client.get(f"/items/{item_id}/")
    _work(client, item_id, travel, 6)
    people.be(client, desk.welfare_lead)
    html = client.get("/welfare/").content.decode()
    assert "Nino" in html
    assert "3 / 10" in html
    assert "Nobody had an item open on this day" in client.get("/welfare/?day=2026-03-03").content.decode()
    for no_day in ("rubbish", "0001-01-01", "9999-12-31"):
        assert "Nino" in client.get(f"/welfare/?day={no_day}").content.decode()


def test_a_beat_for_nothing_is_no_beat(client: Client, travel: time_machine.Traveller) -> None:
    people.be(client, people.make_person())
    for item in ("", "rubbish"):
        assert client.post("/clock/beat/", {"item": item}).status_code == 422
        assert client.post("/clock/leave/", {"item": item}).status_code == 204


def test_heartbeats_do_not_keep_an_abandoned_session_alive(
    client: Client, travel: time_machine.Traveller
) -> None:
    nino, item_id = people.make_person(), stories.item()
    people.be(client, nino)
    client.get(f"/items/{item_id}/")
    travel.shift(timedelta(minutes=29))
    client.post("/clock/beat/", {"item": str(item_id)})
    travel.shift(timedelta(minutes=2))
    assert client.get("/queue/")["Location"].startswith("/sign-in/")
