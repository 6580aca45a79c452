"""A client written for HMA: it knows HMA's routes, parameters and shapes and a base address, nothing of ours.

Its key is part of the base address, so its code needs no change.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tutela.doors.wire.tests.conftest import apart, pdq
from tutela.testing.match_service import Served, soon

pytestmark = pytest.mark.processes


class HmaClient:
    """How platforms talk to HMA: ``requests`` and a base address."""

    def __init__(self, base: str) -> None:
        self.base = base

    def lookup(self, signal_type: str, signal: str, **more: str) -> dict[str, list[dict[str, Any]]]:
        parameters = {"signal_type": signal_type, "signal": signal, **more}
        return self._ok(requests.get(f"{self.base}/m/lookup", params=parameters, timeout=30))

    def raw_lookup(self, signal_type: str, signal: str, **more: str) -> list[Any]:
        parameters = {"signal_type": signal_type, "signal": signal, **more}
        answer = self._ok(requests.get(f"{self.base}/m/raw_lookup", params=parameters, timeout=30))
        return list(answer["matches"])

    def make_bank(self, name: str, **more: object) -> dict[str, Any]:
        answer = requests.post(f"{self.base}/c/banks", json={"name": name, **more}, timeout=30)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def add(self, bank: str, **signals: str) -> int:
        answer = self._ok(requests.post(f"{self.base}/c/bank/{bank}/signal", json=signals, timeout=30))
        assert answer["signals"].keys() == signals.keys() - {"note"}
        return int(answer["id"])

    def content(self, method: str, bank: str, number: int, **more: Any) -> dict[str, Any]:
        return self._ok(requests.request(
            method, f"{self.base}/c/bank/{bank}/content/{number}", timeout=30, **more
        ))  # fmt: skip

    @staticmethod
    def _ok(answer: requests.Response) -> Any:
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def hma(served: Served) -> HmaClient:
    return HmaClient(served.url.replace("http://", f"http://key:{served.curator}@"))


@pytest.fixture
def bank(hma: HmaClient, request: pytest.FixtureRequest) -> Iterator[str]:
    """A bank of the test's own."""
    name = "T_" + request.node.name.split("[")[0].upper()[-40:]
    assert hma.make_bank(name) == {"matching_enabled_ratio": 1.0, "name": name}
    yield name
    # Renamed or dropped ones are gone; HMA answers 200 either way.
    assert requests.delete(f"{hma.base}/c/bank/{name}", timeout=30).json() == {"message": "Done"}


def test_a_load_balancer_sees_that_it_is_alive(served: Served) -> None:
    for path in ("/status", "/status/live"):
        answer = requests.get(served.url + path, timeout=30)
        assert (answer.status_code, answer.content) == (200, b"I-AM-ALIVE")
    assert requests.get(served.url + "/", timeout=30).url == served.url + "/status"
    assert "/m/lookup" in requests.get(served.url + "/site-map", timeout=30).json()


def test_a_lookup_answers_by_bank_with_the_distance_as_text(hma: HmaClient) -> None:
    matches = hma.lookup("pdq", apart(pdq(1), 5).text)
    assert matches.keys() == {"EXAMPLE-LIST", "SECOND"}
    match = matches["EXAMPLE-LIST"][0]
    assert match["distance"] == "5"
    assert isinstance(match["bank_content_id"], int)
    assert match["bank_content_id"] < 2**53
    assert (match["origin"], match["legal_basis"]) == ("Hotline of example.org", "Example Act § 1")
    assert hma.lookup("pdq", "5" * 64) == {}


def test_video_md5_is_md5(hma: HmaClient) -> None:
    assert hma.lookup("video_md5", bytes(range(16)).hex())["SECOND"][0]["distance"] == "0"


def test_of_several_hashes_of_one_content_the_nearest_counts(hma: HmaClient) -> None:
    (match,) = hma.lookup("pdq", apart(pdq(2), 10).text)["EXAMPLE-LIST"]
    assert (match["distance"], match["entry"]) == ("2", "E-2")


def test_banks_filter(hma: HmaClient) -> None:
    assert hma.lookup("pdq", pdq(1).text, banks="SECOND").keys() == {"SECOND"}
    assert hma.lookup("pdq", pdq(1).text, banks="SECOND,EXAMPLE-LIST").keys() == {"SECOND", "EXAMPLE-LIST"}
    assert hma.lookup("pdq", pdq(1).text, banks="NON_EXISTENT_BANK") == {}
    assert len(hma.raw_lookup("pdq", pdq(1).text, banks="SECOND")) == 1
    assert hma.raw_lookup("pdq", pdq(1).text, banks="NON_EXISTENT_BANK") == []


def test_a_raw_lookup_answers_ids_or_ids_with_distances(hma: HmaClient) -> None:
    numbers = hma.raw_lookup("pdq", pdq(1).text)
    assert len(numbers) == 2
    assert all(isinstance(number, int) for number in numbers)
    detailed = hma.raw_lookup("pdq", pdq(1).text, include_distance="true")
    assert [one["bank_content_id"] for one in detailed] == numbers
    assert {one["distance"] for one in detailed} == {"0"}


def test_a_hash_put_into_a_bank_matches_and_a_deleted_one_does_not(hma: HmaClient, bank: str) -> None:
    number = hma.add(bank, pdq=pdq(50).text, video_md5="00000000000000000000000000000001", note="EX-1")
    assert soon(lambda: hma.lookup("pdq", pdq(50).text, banks=bank))[bank][0]["bank_content_id"] == number
    assert hma.lookup("video_md5", "0" * 31 + "1")[bank][0]["bank_content_id"] == number
    shown = hma.content("GET", bank, number, params={"include_signals": "true"})
    assert shown["signals"] == {"pdq": pdq(50).text, "video_md5": "0" * 31 + "1"}
    assert (shown["note"], shown["disable_until_ts"], shown["bank"]["name"]) == ("EX-1", 1, bank)
    assert hma.content("DELETE", bank, number) == {"deleted": 1}
    assert soon(lambda: not hma.lookup("pdq", pdq(50).text, banks=bank))
    assert hma.content("DELETE", bank, number) == {"deleted": 0}


def test_a_content_can_be_disabled_for_a_time_and_raw_lookups_show_it_all_the_same(
    hma: HmaClient, bank: str
) -> None:
    number = hma.add(bank, pdq=pdq(51).text)
    assert soon(lambda: hma.lookup("pdq", pdq(51).text))
    until = int(time.time()) + 3600
    changed = hma.content("PUT", bank, number, json={"disable_until_ts": until})
    assert changed["disable_until_ts"] == until
    assert soon(lambda: not hma.lookup("pdq", pdq(51).text))
    assert hma.raw_lookup("pdq", pdq(51).text) == [number]
    assert hma.content("PUT", bank, number, json={"disable_until_ts": 1})["disable_until_ts"] == 1
    assert soon(lambda: hma.lookup("pdq", pdq(51).text))
    assert hma.content("PUT", bank, number, json={"disable_until_ts": 0})["disable_until_ts"] == 0
    assert soon(lambda: not hma.lookup("pdq", pdq(51).text))


def test_an_entry_of_a_list_kept_by_others_can_be_silenced_and_not_deleted(hma: HmaClient) -> None:
    number = hma.lookup("pdq", pdq(2).text)["EXAMPLE-LIST"][0]["bank_content_id"]
    answer = requests.delete(f"{hma.base}/c/bank/EXAMPLE-LIST/content/{number}", timeout=30)
    assert (answer.status_code, answer.json()["details"]) == (403, "kept_by_others")
    hma.content("PUT", "EXAMPLE-LIST", number, json={"disable_until_ts": int(time.time()) + 3600})
    try:
        assert soon(lambda: not hma.lookup("pdq", pdq(2).text))
        assert requests.delete(f"{hma.base}/c/bank/EXAMPLE-LIST", timeout=30).status_code == 403
        renamed = requests.put(f"{hma.base}/c/bank/EXAMPLE-LIST", json={"name": "MINE"}, timeout=30)
        assert renamed.status_code == 403
    finally:
        hma.content("PUT", "EXAMPLE-LIST", number, json={"disable_until_ts": 1})
    assert soon(lambda: hma.lookup("pdq", pdq(2).text))


def test_a_bank_that_is_off_matches_only_when_the_coin_is_bypassed_in_get_too(
    hma: HmaClient, bank: str
) -> None:
    hma.add(bank, pdq=pdq(52).text)
    off = requests.put(f"{hma.base}/c/bank/{bank}", json={"enabled": False}, timeout=30).json()
    assert off == {"matching_enabled_ratio": 0.0, "name": bank}
    assert soon(lambda: not hma.lookup("pdq", pdq(52).text))
    assert soon(lambda: bank in hma.lookup("pdq", pdq(52).text, bypass_coinflip="true"))
    assert len(hma.raw_lookup("pdq", pdq(52).text)) == 1


def test_the_same_seed_has_the_same_coin(hma: HmaClient, bank: str) -> None:
    hma.add(bank, pdq=pdq(53).text)
    requests.put(f"{hma.base}/c/bank/{bank}", json={"enabled_ratio": 0.5}, timeout=30)
    time.sleep(1)  # both workers have noticed
    seen = {}
    for seed in map(str, range(20)):
        answers = {bool(hma.lookup("pdq", pdq(53).text, seed=seed)) for _ in range(3)}
        assert len(answers) == 1
        seen[seed] = answers.pop()
    assert set(seen.values()) == {True, False}


def test_a_bank_can_be_renamed_with_all_that_is_in_it(hma: HmaClient, bank: str) -> None:
    number = hma.add(bank, pdq=pdq(54).text)
    answer = requests.put(f"{hma.base}/c/bank/{bank}", json={"name": "RENAMED"}, timeout=30)
    assert answer.json()["name"] == "RENAMED"
    found = soon(lambda: hma.lookup("pdq", pdq(54).text).get("RENAMED"))
    assert found[0]["bank_content_id"] == number
    assert {"name": "RENAMED", "matching_enabled_ratio": 1.0} in requests.get(
        f"{hma.base}/c/banks", timeout=30
    ).json()
    requests.delete(f"{hma.base}/c/bank/RENAMED", timeout=30)
    assert soon(lambda: not hma.raw_lookup("pdq", pdq(54).text))
    assert requests.get(f"{hma.base}/c/bank/RENAMED", timeout=30).status_code == 404


def test_compare_says_how_far_two_are_apart(hma: HmaClient) -> None:
    answer = requests.post(
        f"{hma.base}/m/compare",
        json={"pdq": [pdq(1).text, apart(pdq(1), 9).text], "video_md5": ["0" * 31 + "1", "0" * 31 + "2"]},
        timeout=30,
    )
    assert answer.json() == {"pdq": [True, {"distance": 9}], "video_md5": [False, {}]}


@pytest.mark.parametrize(
    "body",
    [["banana"], {"pdq": "banana"}, {"pdq": []}, {"pdq": ["banana", "banana"]}, {"none": ["0", "0"]},
     {"pdq": [pdq(1).text] * 3}, {"pdq": [1, 2]}],
)  # fmt: skip
def test_compare_refuses_what_is_no_pair(hma: HmaClient, body: object) -> None:
    answer = requests.post(f"{hma.base}/m/compare", json=body, timeout=30)
    assert answer.status_code == 400
    assert answer.json().keys() == {"message", "details"}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/m/lookup", 400),
        ("/m/lookup?signal=00", 400),
        ("/m/lookup?signal_type=pdq&signal=banana", 400),
        ("/m/lookup?signal_type=banana&signal=00", 400),
        ("/m/raw_lookup?signal_type=pdq", 400),
        ("/m/lookup?signal_type=%ff&signal=%ff", 400),
        ("/m/index/status?signal_type=banana", 400),
        ("/m/lookup?url=http://192.0.2.1/a.jpg", 403),
        ("/h/hash?url=http://127.0.0.1/a.jpg", 403),
        ("/h/hash", 400),
        ("/c/bank/NONE", 404),
        ("/c/bank/NONE/content/1", 404),
        ("/c/bank/SECOND/content/1", 404),
        ("/c/bank/SECOND/content/99999999999999999999", 404),
    ],
)
def test_bad_input_is_answered_and_never_500(hma: HmaClient, path: str, status: int) -> None:
    answer = requests.get(hma.base + path, timeout=30)
    assert answer.status_code == status, answer.text
    assert answer.json().keys() == {"message", "details"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "01_TEST"}, 400),
        ({"name": "lower"}, 400),
        ({}, 400),
        ({"name": "X", "enabled_ratio": 2}, 400),
        ({"name": "X", "origin": 7}, 400),
        ({"name": "SECOND"}, 403),
    ],
)
def test_a_bank_that_cannot_be_is_not_made(hma: HmaClient, body: dict[str, object], status: int) -> None:
    assert requests.post(f"{hma.base}/c/banks", json=body, timeout=30).status_code == status


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"pdq": "banana"},
        {"phash": "00"},
        {"pdq": pdq(60).text, "note": "n" * 256},
        {"pdq": pdq(60).text, "metadata": {"content_uri": "data:image/png;base64,AAAA"}},
        {"pdq": pdq(60).text, "metadata": {"json": {"a": "b" * 1000}}},
        {"pdq": pdq(60).text, "metadata": {"picture": "AAAA"}},
        {"pdq": "0" * 64},
    ],
)
def test_what_is_no_content_is_not_put_into_a_bank(
    hma: HmaClient, bank: str, body: dict[str, object]
) -> None:
    answer = requests.post(f"{hma.base}/c/bank/{bank}/signal", json=body, timeout=30)
    assert answer.status_code == 400
    assert hma.raw_lookup("pdq", pdq(60).text) == []


def test_a_time_more_than_five_years_away_is_refused(hma: HmaClient, bank: str) -> None:
    number = hma.add(bank, pdq=pdq(61).text)
    for until in (9_999_999_999, -1, "soon", True):
        answer = requests.put(
            f"{hma.base}/c/bank/{bank}/content/{number}", json={"disable_until_ts": until}, timeout=30
        )
        assert answer.status_code == 400


def test_the_index_says_its_size_by_type(hma: HmaClient) -> None:
    status = requests.get(f"{hma.base}/m/index/status", timeout=30).json()
    assert status["pdq"]["present"] is True
    assert status["pdq"]["size"] >= 5
    types = requests.get(f"{hma.base}/c/signal_type", timeout=30).json()
    assert {"name": "pdq", "enabled_ratio": 1.0} in types
    index = requests.get(f"{hma.base}/c/signal_type/index", timeout=30).json()
    assert index["pdq"]["index_out_of_date"] is False
    contents = requests.get(f"{hma.base}/c/content_type", timeout=30).json()
    assert {"name": "photo", "enabled": True} in contents
    assert requests.get(f"{hma.base}/c/exchanges", timeout=30).json() == []
