"""Promises of the payloads: what was typed arrives, in its place only, and nothing else gets through."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.apps.receipts import payloads, rules
from tutela.apps.receipts.errors import NotAMessage, NotASubmission
from tutela.core.envelope import sealing
from tutela.core.envelope.errors import SealBroken

DESK = sealing.private_key_from_seed(b"d" * 32)
DESK_PUBLIC = sealing.public_key(DESK)
RECEIPT, SUBMISSION = uuid.UUID(int=1), uuid.UUID(int=2)
PEPPERS = (bytes(range(32)), bytes(range(32, 64)))
CODE = rules.parse_code("1234 5678 9012 3456 7891")
AT = "2026-03-04T10:15:00Z"
STATUS = {"v": 1, "kind": "status", "state": "received", "reason": "", "at": AT}


def sent(payload: dict[str, Any]) -> dict[str, Any]:
    """Seal for the desk and open again."""
    return rules.open_submission(
        rules.seal_submission(payload, DESK_PUBLIC, RECEIPT, SUBMISSION), DESK, RECEIPT, SUBMISSION
    )


def forged(plaintext: bytes) -> bytes:
    """Return a submission whose maker did not use the rules."""
    return sealing.seal(
        plaintext, to=DESK_PUBLIC, info=b"tutela/submission/1\x00" + RECEIPT.bytes + SUBMISSION.bytes
    )


def test_derivation_gives_what_it_gave_before() -> None:
    derived = rules.derive(CODE, *PEPPERS)
    assert derived.lookup.hex() == "08877b2014bde7608a649f48414a4fb3f4a1edec2f4f96b44c6ae3bfb4158c72"
    assert derived.private_key.hex().startswith(
        "2e80af66de15cf156cce7955cf7fa0afce1a66e5bf6000bd9123dec709d25726"
    )
    assert derived.public_key == sealing.public_key(derived.private_key)


def test_lookup_and_key_share_nothing_and_hang_on_their_own_pepper() -> None:
    derived = rules.derive(CODE, *PEPPERS)
    other_lookup = rules.derive(CODE, b"x" * 32, PEPPERS[1])
    other_key = rules.derive(CODE, PEPPERS[0], b"x" * 32)
    swapped = rules.derive(CODE, PEPPERS[1], PEPPERS[0])
    assert other_lookup.lookup != derived.lookup
    assert other_lookup.private_key == derived.private_key
    assert other_key.lookup == derived.lookup
    assert other_key.private_key != derived.private_key
    assert sealing.private_key_from_seed(swapped.lookup) != derived.private_key
    assert derived.lookup not in derived.private_key
    assert repr(derived) == "Derived(…)"


@pytest.mark.parametrize("peppers", [(b"", b"x" * 32), (b"x" * 32, b"y" * 31), (b"x" * 32, b"x" * 32)])
def test_a_missing_or_doubled_pepper_is_refused(peppers: tuple[bytes, bytes]) -> None:
    with pytest.raises(ValueError, match="peppers"):
        rules.derive(CODE, *peppers)


@given(places=st.text(max_size=2000), danger=st.sampled_from([None, True, False]), no_address=st.booleans())
@settings(deadline=None, max_examples=40)
def test_what_was_typed_arrives(places: str, danger: bool | None, no_address: bool) -> None:
    payload = {"v": 1, "kind": "report", "places": places, "danger_now": danger, "no_address": no_address}
    assert sent(payload) == payload | {"places": places.replace("\x00", "\ufffd")}


def test_what_no_database_takes_is_replaced_and_the_rest_kept() -> None:
    payload = {"v": 1, "kind": "addition", "more": "a\x00b \ud83d c \U0001f600 \u202edne"}
    assert sent(payload)["more"] == "a\ufffdb \ufffd c \U0001f600 \u202edne"


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"v": 1},
        {"v": 2, "kind": "report"},
        {"v": 1, "kind": "picture"},
        {"v": 1, "kind": ["report"]},
        {"v": 1, "kind": "report", "file": "x"},
        {"v": 1, "kind": "report", "places": b"x"},
        {"v": 1, "kind": "report", "places": None},
        {"v": 1, "kind": "report", "danger_now": "yes"},
        {"v": 1, "kind": "report", "no_address": None},
        {"v": 1, "kind": "answer", "places": "https://example.org/"},
    ],
)
def test_a_payload_of_another_form_is_not_sealed(payload: dict[str, Any]) -> None:
    with pytest.raises(NotASubmission):
        rules.seal_submission(payload, DESK_PUBLIC, RECEIPT, SUBMISSION)


@pytest.mark.parametrize(
    "plaintext",
    [
        b"",
        b"\xff",
        b"[]",
        b"1",
        b"{",
        b"[" * 100_000,
        b'{"v":1,"kind":"report","file":"x"}',
        b'{"v":1,"kind":{}}',
    ],
    ids=["nothing", "no text", "list", "number", "cut", "deep", "file", "kind"],
)
def test_what_a_stranger_seals_to_the_desk_is_refused_by_name(plaintext: bytes) -> None:
    with pytest.raises(NotASubmission):
        rules.open_submission(forged(plaintext), DESK, RECEIPT, SUBMISSION)


def test_a_submission_does_not_open_in_another_place() -> None:
    sealed = rules.seal_submission({"v": 1, "kind": "report"}, DESK_PUBLIC, RECEIPT, SUBMISSION)
    for receipt_id, submission_id in ((SUBMISSION, SUBMISSION), (RECEIPT, RECEIPT)):
        with pytest.raises(SealBroken):
            rules.open_submission(sealed, DESK, receipt_id, submission_id)


@pytest.mark.parametrize(
    "payload",
    [
        STATUS,
        {"v": 1, "kind": "question", "text": "Which page was it?", "at": AT},
        {"v": 1, "kind": "answer_received", "question": str(SUBMISSION), "at": AT},
    ],
)
def test_a_message_opens_with_the_code_and_nothing_else(payload: dict[str, Any]) -> None:
    derived = rules.derive(CODE, *PEPPERS)
    sealed = rules.seal_message(payload, derived.public_key, RECEIPT)
    assert rules.open_message(sealed, derived.private_key, RECEIPT) == payload
    for private_key, receipt_id in ((DESK, RECEIPT), (derived.private_key, SUBMISSION)):
        with pytest.raises(SealBroken):
            rules.open_message(sealed, private_key, receipt_id)


def test_statuses_cannot_be_told_apart_by_their_length() -> None:
    lengths = {
        len(rules.seal_message(STATUS | {"state": state}, DESK_PUBLIC, RECEIPT)) for state in rules.STATES
    }
    assert len(lengths) == 1


@pytest.mark.parametrize(
    "payload",
    [
        {},
        STATUS | {"v": 2},
        STATUS | {"kind": "picture"},
        STATUS | {"kind": []},
        STATUS | {"state": "lost"},
        STATUS | {"at": "yesterday"},
        STATUS | {"at": "2026-03-04T10:15:00"},
        STATUS | {"text": "x"},
        {"v": 1, "kind": "question", "text": None, "at": AT},
        {"v": 1, "kind": "question", "at": AT},
        {"v": 1, "kind": "question", "text": "x" * 70_000, "at": AT},
    ],
)
def test_a_message_of_another_form_is_not_sealed(payload: dict[str, Any]) -> None:
    with pytest.raises(NotAMessage):
        rules.seal_message(payload, DESK_PUBLIC, RECEIPT)


def test_a_decoy_takes_the_work_of_a_message_and_opens_for_nobody() -> None:
    derived = rules.derive(CODE, *PEPPERS)
    decoys = rules.decoy_messages()
    real = rules.seal_message(STATUS, derived.public_key, RECEIPT)
    assert {len(decoy) for decoy in decoys} == {len(real)}
    for decoy in decoys:
        with pytest.raises(SealBroken):
            rules.open_message(decoy, derived.private_key, rules.DECOY_RECEIPT)


def test_what_is_stored_at_most_is_what_can_be_sealed_at_most() -> None:
    from tutela.core.envelope import padding

    most = padding.padded_length(payloads.SUBMISSION_MOST_BYTES + 4) + sealing.OVERHEAD
    assert most <= payloads.SEALED_MOST_BYTES
