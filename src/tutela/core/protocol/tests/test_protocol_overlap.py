"""Two nodes find what both have; neither learns more than that and how many."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import private_set_intersection.python as psi
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.core.protocol import overlap
from tutela.core.protocol.overlap import (
    Answer,
    AskedTooOften,
    BrokenOverlap,
    OverlapRefusal,
    TooManyIdentifiers,
)

NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)


def numbered(*numbers: int) -> list[bytes]:
    return [hashlib.sha256(str(number).encode()).digest() for number in numbers]


MINE = numbered(*range(20))
QUESTION = overlap.ask("addresses", MINE)
ANSWER = overlap.answer("addresses", 20, QUESTION.request, numbered(5, 6, 99))


@settings(max_examples=25, deadline=None)
@given(st.sets(st.integers(0, 12), min_size=1), st.sets(st.integers(0, 12)))
def test_the_result_is_the_intersection(mine: set[int], theirs: set[int]) -> None:
    asked, held = numbered(*mine), numbered(*theirs)
    question = overlap.ask("accounts", asked)
    answer = overlap.answer("accounts", question.count, question.request, held)
    found = overlap.common("accounts", asked, question.secret, answer)
    assert found == set(numbered(*(mine & theirs)))


def test_an_account_never_meets_an_address() -> None:
    answer = overlap.answer("accounts", 20, QUESTION.request, MINE)
    assert overlap.common("addresses", MINE, QUESTION.secret, answer) == frozenset()


def test_the_answer_says_nothing_of_what_was_not_asked() -> None:
    """Whatever is held, in whatever number up to the padding, the answer has the same size and no order."""
    none, one, many = (
        overlap.answer("addresses", 20, QUESTION.request, held)
        for held in ([], numbered(99), numbered(*range(100, 350)))
    )
    assert len({(len(answer.setup), len(answer.response)) for answer in (none, one, many)}) == 1
    points = psi.ServerSetup.FromString(many.setup).raw.encrypted_elements
    assert len(points) == 256
    assert list(points) == sorted(points)


def test_the_question_says_only_how_many() -> None:
    other = overlap.ask("addresses", numbered(*range(500, 520)))
    assert len(other.request) == len(QUESTION.request)
    again = overlap.ask("addresses", MINE)
    points = [set(psi.Request.FromString(one.request).encrypted_elements) for one in (QUESTION, again)]
    assert points[0].isdisjoint(points[1]), "two questions about the same cannot be told to be"
    assert QUESTION.secret.hex() not in repr(QUESTION)


def test_two_answers_about_the_same_share_nothing() -> None:
    again = overlap.answer("addresses", 20, QUESTION.request, numbered(5, 6, 99))
    points = [set(psi.ServerSetup.FromString(one.setup).raw.encrypted_elements) for one in (ANSWER, again)]
    assert points[0].isdisjoint(points[1])


def test_spellings_of_one_thing_meet() -> None:
    one, other = (
        overlap.address_identifier(text)
        for text in ("hxxp://Files[.]example[.]org/a", "http://files.example.org/a")
    )
    assert one == other
    assert overlap.account_identifier("Example", "@Someone") == overlap.account_identifier(
        "example", "someone"
    )
    digest = hashlib.md5(b"x", usedforsecurity=False)
    assert overlap.fingerprint_identifier(
        "md5", digest.hexdigest().upper()
    ) == overlap.fingerprint_identifier("md5", digest.hexdigest())
    assert (
        len(
            {one, overlap.account_identifier("Example", "a"), overlap.fingerprint_identifier("md5", "1" * 32)}
        )
        == 3
    )


@pytest.mark.parametrize("count", [0, overlap.MOST_ASKED + 1, -1])
def test_a_number_that_nobody_may_ask_is_refused(count: int) -> None:
    with pytest.raises(TooManyIdentifiers):
        overlap.answer("addresses", count, QUESTION.request, [])


def test_limits_hold_for_the_asker_too() -> None:
    for identifiers in ([], [number.to_bytes(32, "big") for number in range(overlap.MOST_ASKED + 1)]):
        with pytest.raises(TooManyIdentifiers):
            overlap.ask("addresses", identifiers)
    with pytest.raises(BrokenOverlap):
        overlap.ask("pictures", MINE)


POINTS = list(psi.Request.FromString(QUESTION.request).encrypted_elements)
OFF_CURVE = [b"\x02" + b"\xff" * 32] * 20


def request_of(points: list[bytes], *, which: bool = True) -> bytes:
    return bytes(psi.Request(reveal_intersection=which, encrypted_elements=points).SerializeToString())


@pytest.mark.parametrize(
    "request_",
    [
        b"", b"\xff\xff", QUESTION.request[:-1], QUESTION.request + b"\x00" * 200,
        request_of([b"\x02" * 32] * 20),
        request_of(OFF_CURVE), request_of(POINTS, which=False), request_of(POINTS[:19]),
    ],
)  # fmt: skip
def test_a_malformed_question_is_refused(request_: bytes) -> None:
    with pytest.raises(BrokenOverlap):
        overlap.answer("addresses", 20, request_, MINE)


NOT_RAW = psi.ServerSetup()
NOT_RAW.gcs.div = 0


@pytest.mark.parametrize(
    ("setup", "response"),
    [
        (b"", ANSWER.response),
        (ANSWER.setup, b""),
        (ANSWER.setup[:-1], ANSWER.response),
        (ANSWER.setup, ANSWER.response + ANSWER.response),
        (ANSWER.response, ANSWER.setup),
        (NOT_RAW.SerializeToString(), ANSWER.response),
        (ANSWER.setup + b"\x00" * (5 << 20), ANSWER.response),
        (ANSWER.setup, psi.Response(encrypted_elements=OFF_CURVE).SerializeToString()),
    ],
)
def test_a_malformed_answer_is_refused(setup: bytes, response: bytes) -> None:
    with pytest.raises(BrokenOverlap):
        overlap.common("addresses", MINE, QUESTION.secret, Answer(setup, response))


def test_an_answer_to_another_question_finds_nothing_that_is_not_there() -> None:
    other = overlap.ask("addresses", MINE)
    assert overlap.common("addresses", MINE, other.secret, ANSWER) == frozenset()
    with pytest.raises(BrokenOverlap):
        overlap.common("addresses", MINE[:3], QUESTION.secret, ANSWER)


def test_a_partner_may_not_guess_forever() -> None:
    asked = [(NOW - timedelta(hours=2), 15_000), (NOW - timedelta(hours=30), 20_000)]
    overlap.check_rate(asked, 5_000, NOW)
    with pytest.raises(AskedTooOften):
        overlap.check_rate(asked, 5_001, NOW)


flips = st.tuples(st.integers(0, 10**6), st.integers(1, 255))


def flipped(data: bytes, flip: tuple[int, int]) -> bytes:
    at = flip[0] % len(data)
    return data[:at] + bytes([data[at] ^ flip[1]]) + data[at + 1 :]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=80) | flips)
def test_any_bytes_are_a_question_or_a_named_refusal(data: bytes | tuple[int, int]) -> None:
    request = data if isinstance(data, bytes) else flipped(QUESTION.request, data)
    try:
        answer = overlap.answer("addresses", 20, request, [])
    except OverlapRefusal:
        return
    assert answer.setup


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["setup", "response"]), st.binary(max_size=80) | flips, st.binary(max_size=40))
def test_any_bytes_are_an_answer_or_a_named_refusal(
    part: str, data: bytes | tuple[int, int], secret: bytes
) -> None:
    parts = {"setup": ANSWER.setup, "response": ANSWER.response}
    parts[part] = data if isinstance(data, bytes) else flipped(parts[part], data)
    for key in (QUESTION.secret, secret):
        try:
            found = overlap.common("addresses", MINE, key, Answer(**parts))
        except OverlapRefusal:
            continue
        assert found <= set(MINE)
