"""Lookups as a platform makes them, against the running service."""

from __future__ import annotations

import concurrent.futures

import httpx
import pytest

from tutela.doors.wire.tests.conftest import apart, pdq

pytestmark = pytest.mark.processes


def ask(client: httpx.Client, **body: object) -> httpx.Response:
    return client.post("/v1/lookup", json=body)


def test_a_match_says_where_it_is_from_and_by_what_right(client: httpx.Client) -> None:
    answer = ask(client, kind="pdq", value=apart(pdq(1), 7).text, quality=90).json()
    assert answer["outcome"] == "match"
    assert answer["found"] == 2
    hit = next(hit for hit in answer["hits"] if hit["list"] == "example-list")
    assert hit == {
        "kind": "pdq", "distance": 7, "quality": 100, "counts": True,
        "list": "example-list", "entry": "E-1", "title": "An example", "origin": "Hotline of example.org",
        "legal_basis": "Example Act § 1", "handling": "TLP:AMBER",
        "classification": {"scheme": "example scheme", "value": "A1"}, "reason": "within_radius",
    }  # fmt: skip


def test_what_is_not_known_is_not_known(client: httpx.Client) -> None:
    assert ask(client, kind="pdq", value=pdq(99).text).json() == {
        "outcome": "no_match",
        "found": 0,
        "hits": [],
    }


def test_known_good_silences_what_is_further_away(client: httpx.Client) -> None:
    answer = ask(client, kind="pdq", value=pdq(3).text).json()
    assert answer["outcome"] == "known_good"
    assert {hit["reason"] for hit in answer["hits"]} == {"negative_list", "nearer_known_good"}


def test_only_the_lists_asked_for_are_searched(client: httpx.Client) -> None:
    answer = ask(client, kind="pdq", value=pdq(1).text, lists=["second"]).json()
    assert [hit["entry"] for hit in answer["hits"]] == ["S-1"]


def test_many_are_answered_in_their_order_and_a_bad_one_in_its_place(client: httpx.Client) -> None:
    rows = [
        {"kind": "pdq", "value": pdq(99).text},
        {"kind": "md5", "value": bytes(range(16)).hex().upper()},
        {"kind": "pdq", "value": "too short"},
        {"kind": "sha256", "value": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    ]
    verdicts = ask(client, fingerprints=rows).json()["verdicts"]
    assert [one["outcome"] for one in verdicts] == ["no_match", "match", "refused", "refused"]
    assert [verdicts[2]["reason"], verdicts[3]["reason"]] == ["wrong_length", "known_empty"]


def test_ten_thousand_in_one_request_are_answered_and_one_more_is_too_many(client: httpx.Client) -> None:
    rows = [{"kind": "pdq", "value": pdq(1000 + seed % 50).text} for seed in range(9_999)]
    rows.append({"kind": "pdq", "value": pdq(1).text})
    verdicts = ask(client, fingerprints=rows).json()["verdicts"]
    assert len(verdicts) == 10_000
    assert [one["outcome"] for one in verdicts[-2:]] == ["no_match", "match"]
    assert ask(client, fingerprints=[*rows, rows[0]]).status_code == 413


def test_single_lookups_at_the_same_time_each_get_their_own_answer(client: httpx.Client) -> None:
    def one(seed: int) -> tuple[int, str]:
        near = apart(pdq(1 + seed % 2), seed % 5)
        hits = ask(client, kind="pdq", value=near.text, lists=["example-list"]).json()["hits"]
        return seed, hits[0]["entry"] if hits else ""

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        for seed, entry in pool.map(one, range(200)):
            assert entry == f"E-{1 + seed % 2}"


@pytest.mark.parametrize(
    ("body", "details"),
    [
        (b"", "not_json"),
        (b"{", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b"\xff\xfe", "not_json"),
        (b"[]", "not_an_object"),
        (b'{"kind":"pdq"}', "bad_text"),
        (b'{"kind":"pdq","value":7}', "bad_text"),
        (b'{"kind":"phash","value":"00"}', "unknown_kind"),
        (b'{"kind":"md5","value":"00"}', "wrong_length"),
        (b'{"kind":"md5","value":"d41d8cd98f00b204e9800998ecf8427e"}', "known_empty"),
        (b'{"kind":"md5","value":"zz000000000000000000000000000001"}', "wrong_alphabet"),
        (b'{"kind":"md5","value":"00000000000000000000000000000001","quality":101}', "bad_quality"),
        (b'{"kind":"md5","value":"00000000000000000000000000000001","quality":"high"}', "bad_quality"),
        (b'{"kind":"md5","value":"00000000000000000000000000000001","radius":65}', "bad_number"),
        (b'{"kind":"md5","value":"00000000000000000000000000000001","radius":true}', "bad_number"),
        (b'{"kind":"md5","value":"00000000000000000000000000000001","lists":"a"}', "bad_lists"),
        (b'{"kind":"md5","value":"00000000000000000000000000000001","lists":["none"]}', "unknown_list"),
        (b'{"kind":"md5","value":"00000000000000000000000000000001","list":["none"]}', "unknown_name"),
        (b'{"fingerprints":[]}', "no_fingerprints"),
        (b'{"fingerprints":["00"]}', "not_an_object"),
    ],
)
def test_what_cannot_be_understood_is_answered_400_and_why(
    client: httpx.Client, body: bytes, details: str
) -> None:
    answer = client.post("/v1/lookup", content=body)
    assert (answer.status_code, answer.json()["details"]) == (400, details)
    assert answer.json()["message"]


def test_a_body_that_is_too_long_is_refused_before_it_is_read(client: httpx.Client) -> None:
    answer = client.post("/v1/lookup", content=b" " * (4 * 1024 * 1024 + 1))
    assert (answer.status_code, answer.json()["details"]) == (413, "too_long")


def test_a_body_without_a_length_is_counted_as_it_comes(client: httpx.Client) -> None:
    answer = client.post("/v1/lookup", content=(b" " * 65536 for _ in range(100)))
    assert (answer.status_code, answer.json()["details"]) == (413, "too_long")


def test_what_is_not_there_is_404_and_the_wrong_method_405(client: httpx.Client) -> None:
    assert client.get("/v1/nothing").status_code == 404
    wrong = client.get("/v1/lookup")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST")


def test_the_lists_and_the_index_say_what_they_are(client: httpx.Client) -> None:
    lists = {one["name"]: one for one in client.get("/v1/lists").json()["lists"]}
    assert lists["example-list"]["legal_basis"] == "Example Act § 1"
    assert lists["harmless"]["negative"] is True
    status = client.get("/v1/status").json()
    assert status["entries"]["example-list"] == 3
    assert status["generation"] >= 1
