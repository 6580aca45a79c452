"""Promises about what the site hands over: nothing crashes, nothing that can be read is lost."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.apps.cases import rules
from tutela.apps.cases.errors import BrokenPayload

SUBMISSION = uuid.UUID(int=7)


def read(kind: str = "report", **fields: Any) -> rules.Handed:
    return rules.read_payload({"v": 1, "kind": kind, **fields}, kind=kind, submission_id=SUBMISSION)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (None, "not_fields"),
        ([], "not_fields"),
        ("report", "not_fields"),
        ({str(n): n for n in range(500)}, "not_fields"),
        ({}, "version"),
        ({"v": 2, "kind": "report"}, "version"),
        ({"v": True, "kind": "report"}, "version"),
        ({"v": "1", "kind": "report"}, "version"),
        ({"v": 1}, "kind"),
        ({"v": 1, "kind": "addition"}, "kind"),
        ({"v": 1, "kind": ["report"]}, "kind"),
    ],
)
def test_what_is_no_report_is_refused_by_name(payload: Any, reason: str) -> None:
    with pytest.raises(BrokenPayload) as refusal:
        rules.read_payload(payload, kind="report", submission_id=SUBMISSION)
    assert refusal.value.reason == reason


def test_an_answer_without_its_question_is_refused() -> None:
    for question in (None, "", "no id", 5, {}):
        with pytest.raises(BrokenPayload):
            read("answer", question=question, text="yes")


def test_spellings_of_one_address_are_one_place() -> None:
    handed = read(
        places="hxxps://Files[.]example[.]org/a\nhttps://files.example.org./a https://files.example.org:443/a"
    )
    assert [place.canonical for place in handed.places] == ["https://files.example.org/a"]
    assert handed.places[0].host == "files.example.org"


def test_the_parsable_part_is_kept_and_the_rest_is_named() -> None:
    handed = read(places="https://a.example.org/1\nhttp://10.0.0.1/x\nhttps://b.example.net/2")
    assert [place.host for place in handed.places] == ["a.example.org", "b.example.net"]
    assert handed.refused == ("private_address",)
    assert "10.0.0.1" in handed.refused_text


@pytest.mark.parametrize("wrong", [5, 1.5, [], {}, ["https://a.example.org/"], True])
def test_a_field_of_the_wrong_type_is_left_out_and_named(wrong: Any) -> None:
    handed = read(places=wrong, more="words")
    assert "field_places" in handed.refused
    assert handed.words == "words"
    assert [place.kind for place in handed.places] == ["no_address"]


def test_codes_that_do_not_exist_are_left_out_and_named() -> None:
    handed = read(worry="curiosity", wish="pigeon", danger_now="yes", language="../../etc")
    assert set(handed.refused) == {"field_worry", "field_wish", "field_danger_now"}
    assert (handed.worry, handed.wish, handed.danger_now, handed.language) == (None, None, None, "")


def test_ten_thousand_addresses_are_no_accident() -> None:
    text = "\n".join(f"https://h{n}.example.org/{n}" for n in range(10_000))
    handed = read(places=text)
    assert len(handed.places) == 500
    assert "too_many" in handed.refused
    assert "h501.example.org" in handed.refused_text


def test_an_account_is_a_place_of_its_own() -> None:
    handed = read(service="Example Chat", account="@Someone", places="https://a.example.org/")
    assert [place.kind for place in handed.places] == ["address", "account"]
    assert handed.places[1].account == "someone"


def test_a_report_without_a_place_is_still_something_to_do() -> None:
    first = read(no_address=True, more="in a game")
    assert [place.kind for place in first.places] == ["no_address"]
    other = rules.read_payload({"v": 1, "kind": "report"}, kind="report", submission_id=uuid.UUID(int=8))
    assert first.places[0].key != other.places[0].key


def test_an_addition_says_only_what_it_says() -> None:
    handed = read("addition", more="and this")
    assert (handed.places, handed.worry, handed.danger_now, handed.wish, handed.email) == (
        (),
        None,
        None,
        None,
        None,
    )


def test_about_me_is_a_child_reporting_itself() -> None:
    assert read(worry="about_me").self_report
    assert not read(worry="threat").self_report


def test_halves_of_characters_and_nul_do_not_reach_the_database() -> None:
    handed = read(more="a\ud800b\x00c")
    assert handed.words.encode()
    assert "\x00" not in handed.words


def test_a_huge_text_is_cut_and_named() -> None:
    handed = read(more="x" * 1_000_000)
    assert len(handed.words) <= 20_000
    assert "cut_more" in handed.refused


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
FIELDS = "places,service,account,no_address,worry,danger_now,more,wish,email,language,question,text"
names = st.sampled_from(FIELDS.split(","))


@given(st.dictionaries(names, values), st.sampled_from(["report", "addition", "answer"]))
def test_no_payload_is_an_accident(fields: dict[str, Any], kind: str) -> None:
    try:
        handed = read(kind, **fields)
    except BrokenPayload:
        return
    (handed.words + handed.refused_text + handed.text + (handed.email or "")).encode()
    assert kind != "report" or handed.places
    assert all(len(code) <= 80 for code in handed.refused)
