"""Keys: nobody asks without one, each may do what it was made for, and a revoked one is dead at once."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from tutela.doors.wire.keys import BadKey, KeyRing, Right, make_key, revoke_key
from tutela.doors.wire.rates import Rates
from tutela.doors.wire.tests.conftest import pdq
from tutela.testing.match_service import Served, soon, tutela

LOOKUP = {"kind": "pdq", "value": pdq(99).text}


@pytest.mark.processes
def test_every_route_but_health_and_the_description_asks_for_a_key(served: Served) -> None:
    paths = httpx.get(f"{served.url}/openapi.json").json()["paths"]
    free = set()
    for path, methods in paths.items():
        for method in methods:
            address = served.url + path.replace("{bank}", "SECOND").replace("{id}", "1")
            answer = httpx.request(
                method, address, headers={"Content-Type": "application/json"}, content=b"{}"
            )
            assert (answer.status_code == 401) == bool(methods[method]["security"]), (method, path)
            if answer.status_code != 401:
                free.add(path)
    assert free == {"/", "/status", "/status/live", "/site-map", "/openapi.json", "/openapi/openapi.json"}


@pytest.mark.processes
def test_a_key_for_lookups_can_neither_curate_nor_see_metrics(served: Served, client: httpx.Client) -> None:
    for path in ("/c/banks", "/v1/quarantine", "/metrics"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["details"]) == (403, "no_right")


@pytest.mark.processes
def test_a_key_can_come_as_bearer_as_password_or_in_a_header_of_its_own(served: Served) -> None:
    url = f"{served.url}/v1/status"
    assert httpx.get(url, headers={"Authorization": f"bearer {served.key}"}).status_code == 200
    assert httpx.get(url, auth=("anything", served.key)).status_code == 200
    assert httpx.get(url, headers={"X-Api-Key": served.key}).status_code == 200
    assert httpx.get(url, params={"key": served.key}).status_code == 401


@pytest.mark.processes
@pytest.mark.parametrize(
    "token", ["", "x", "tm1.", "tm1." + "A" * 43, "tm999999." + "A" * 43, "tm0." + "A" * 43, "é" * 50]
)
def test_a_wrong_key_opens_nothing(served: Served, token: str) -> None:
    answer = httpx.get(f"{served.url}/v1/status", headers={"X-Api-Key": token.encode("utf-8")})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.processes
def test_a_new_key_opens_and_a_revoked_one_does_not_while_the_service_runs(served: Served) -> None:
    key = tutela("match", "key", "add", "guest", "--state", served.state).stdout.strip()
    with served.client(key) as guest:
        assert soon(lambda: guest.get("/v1/status").status_code == 200)
        said = tutela("match", "key", "revoke", "guest", "--state", served.state)
        assert said.returncode == 0
        assert soon(lambda: guest.get("/v1/status").status_code == 401)
    rows = [
        json.loads(line)
        for line in tutela("match", "key", "list", "--json", "--state", served.state).stdout.splitlines()
    ]
    assert [row["name"] for row in rows if row["revoked_at"]] == ["guest"]
    assert key.partition(".")[2] not in (served.state / "keys.json").read_text()
    assert (served.state / "keys.json").stat().st_mode & 0o077 == 0


@pytest.mark.processes
def test_a_limit_holds_over_all_workers_and_says_when_to_come_back(served: Served) -> None:
    key = tutela("match", "key", "add", "slow", "--rate", "50/hour", "--state", served.state).stdout.strip()
    passed = 0
    for _ in range(30):  # each with a connection of its own, so both workers answer
        with served.client(key) as one:
            answer = one.post("/v1/lookup", json={"fingerprints": [LOOKUP] * 3})
        if answer.status_code == 200:
            passed += 3
        else:
            assert (answer.status_code, answer.json()["details"]) == (429, "too_often")
            assert 0 < int(answer.headers["retry-after"]) <= 3601
    assert passed == 48


@pytest.mark.processes
def test_a_key_that_cannot_be_is_refused_in_one_line(tmp_path: Path) -> None:
    for arguments in (
        ("add", "a b"), ("add", "x", "--right", "everything"), ("add", "x", "--rate", "often"),
        ("revoke", "nobody"),
    ):  # fmt: skip
        done = tutela("match", "key", *arguments, "--state", tmp_path / "s")
        assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)


def test_a_file_of_keys_that_cannot_be_read_opens_nothing(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    token = make_key(path, "one", {Right.LOOKUP})
    ring = KeyRing(path, pause_seconds=0)
    assert ring.key_of(token)
    path.write_text("{")
    assert ring.key_of(token) is None
    with pytest.raises(BadKey):
        make_key(path, "two", {Right.LOOKUP})


def test_a_name_is_used_once_until_it_is_revoked(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    first = make_key(path, "one", {Right.LOOKUP})
    with pytest.raises(BadKey):
        make_key(path, "one", {Right.LOOKUP})
    revoke_key(path, "one")
    second = make_key(path, "one", {Right.LOOKUP, Right.CURATE})
    ring = KeyRing(path)
    assert ring.key_of(first) is None
    found = ring.key_of(second)
    assert found is not None
    assert (found.number, found.rights) == (2, (Right.CURATE, Right.LOOKUP))


def test_a_key_opens_at_once_however_long_ago_the_others_were_read(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    first = make_key(path, "one", {Right.LOOKUP})
    ring = KeyRing(path, pause_seconds=3600)
    assert ring.key_of(first)
    second = make_key(path, "two", {Right.LOOKUP})
    assert ring.key_of(second)
    assert ring.key_of(first)
    assert ring.key_of(second[:-1] + ("A" if second[-1] != "A" else "B")) is None


def test_two_workers_count_together_and_a_new_window_begins_at_nothing(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    key = KeyRing(path).key_of(make_key(path, "one", {Right.LOOKUP}, "10/second;100/day"))
    assert key is not None
    one, two = Rates(tmp_path), Rates(tmp_path)
    now = 1_000_000.0
    assert one.take(key, 6, now) == 0
    assert two.take(key, 4, now) == 0
    assert two.take(key, 1, now) == 1
    assert one.take(key, 1, now) == 1
    assert two.take(key, 60, now + 1) == 0  # more than a window's worth, alone in its window
    assert one.take(key, 31, now + 2) > 1  # the day is full
    assert one.take(key, 30, now + 2) == 0
    one.close()
    two.close()
    again = Rates(tmp_path)
    assert again.take(key, 1, now + 3) > 1
    again.close()
