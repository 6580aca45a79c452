"""Promises of sealing: only the addressee opens it, only for its purpose, and nothing changed goes unseen."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.core.envelope import padding, sealing
from tutela.core.envelope.errors import BadKey, EnvelopeRefusal, PaddingBroken, SealBroken, UnknownVersion

DESK = sealing.private_key_from_seed(b"d" * 32)
STRANGER = sealing.private_key_from_seed(b"s" * 32)
DESK_PUBLIC = sealing.public_key(DESK)
KNOWN = json.loads(Path(__file__).with_name("known_answers.json").read_text(encoding="ascii"))


def _by_hand() -> ModuleType:
    spec = importlib.util.spec_from_file_location("by_hand", Path(__file__).with_name("by_hand.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@given(plaintext=st.binary(max_size=3000), info=st.binary(max_size=80))
@settings(deadline=None, max_examples=40)
def test_what_is_sealed_opens_again(plaintext: bytes, info: bytes) -> None:
    sealed = sealing.seal(plaintext, to=DESK_PUBLIC, info=info)
    assert sealing.open_sealed(sealed, private=DESK, info=info) == plaintext
    assert len(sealed) == sealing.OVERHEAD + padding.padded_length(len(plaintext) + 4)


def test_a_stranger_cannot_open_it() -> None:
    sealed = sealing.seal(b"for the desk", to=DESK_PUBLIC, info=b"report")
    with pytest.raises(SealBroken):
        sealing.open_sealed(sealed, private=STRANGER, info=b"report")


def test_it_opens_for_its_purpose_only() -> None:
    sealed = sealing.seal(b"for the desk", to=DESK_PUBLIC, info=b"report")
    with pytest.raises(SealBroken):
        sealing.open_sealed(sealed, private=DESK, info=b"message")


def test_the_same_words_never_look_the_same() -> None:
    assert len({sealing.seal(b"same", to=DESK_PUBLIC, info=b"") for _ in range(5)}) == 5


@pytest.mark.parametrize(
    ("region", "positions", "refusal"),
    [
        ("version", (0,), UnknownVersion),
        ("ML-KEM ciphertext", (1, 500, 1088), SealBroken),
        ("X25519 ephemeral key", (1089, 1105, 1120), SealBroken),
        ("length prefix", (1121, 1124), SealBroken),
        ("text", (1125, 1130), SealBroken),
        ("padding", (1200, 1121 + 255), SealBroken),
        ("tag", (-16, -1), SealBroken),
    ],
)
def test_a_flipped_bit_is_refused_by_name(
    region: str, positions: tuple[int, ...], refusal: type[EnvelopeRefusal]
) -> None:
    sealed = sealing.seal(b"a few words", to=DESK_PUBLIC, info=b"report")
    for position in positions:
        for bit in (0, 6):
            changed = bytearray(sealed)
            changed[position] ^= 1 << bit
            with pytest.raises(refusal):
                sealing.open_sealed(bytes(changed), private=DESK, info=b"report")


@given(length=st.integers(min_value=0, max_value=1392), more=st.binary(max_size=20))
@settings(deadline=None, max_examples=60)
def test_cut_or_lengthened_it_is_refused(length: int, more: bytes) -> None:
    sealed = sealing.seal(b"a few words", to=DESK_PUBLIC, info=b"report")
    assert len(sealed) == 1393
    changed = sealed[:length] if length < 1393 and not more else sealed + (more or b"\x00")
    with pytest.raises(SealBroken):
        sealing.open_sealed(changed, private=DESK, info=b"report")


@given(st.binary(max_size=2000))
@settings(deadline=None, max_examples=60)
def test_any_other_bytes_are_refused_by_name(noise: bytes) -> None:
    with pytest.raises((SealBroken, UnknownVersion)):
        sealing.open_sealed(noise, private=DESK, info=b"report")


def test_a_sender_who_does_not_pad_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(padding, "pad", lambda plaintext: len(plaintext).to_bytes(4, "big") + plaintext)
    sealed = sealing.seal(b"a few words", to=DESK_PUBLIC, info=b"report")
    with pytest.raises(PaddingBroken):
        sealing.open_sealed(sealed, private=DESK, info=b"report")


@pytest.mark.parametrize("length", [0, 31, 95, 97, 1215, 1217])
def test_a_key_of_the_wrong_length_is_refused(length: int) -> None:
    sealed = sealing.seal(b"", to=DESK_PUBLIC, info=b"")
    for use in (
        lambda: sealing.seal(b"", to=bytes(length), info=b""),
        lambda: sealing.open_sealed(sealed, private=bytes(length), info=b""),
        lambda: sealing.public_key(bytes(length)),
        lambda: sealing.private_key_from_seed(bytes(length)),
    ):
        with pytest.raises(BadKey):
            use()


def test_a_public_key_that_cannot_be_one_is_refused() -> None:
    with pytest.raises(BadKey, match="ML-KEM"):
        sealing.seal(b"", to=b"\xff" * 1184 + DESK_PUBLIC[1184:], info=b"")
    with pytest.raises(BadKey, match="low order"):
        sealing.seal(b"", to=DESK_PUBLIC[:1184] + bytes(32), info=b"")


def test_fresh_keys_differ_and_fit() -> None:
    first, second = sealing.generate_private_key(), sealing.generate_private_key()
    assert first != second
    assert len(first) == sealing.PRIVATE_LENGTH
    assert len(sealing.public_key(first)) == sealing.PUBLIC_LENGTH


@pytest.mark.parametrize("answer", KNOWN["keys"], ids=lambda answer: answer["seed"][:8])
def test_a_seed_always_gives_the_key_it_gave_before(answer: dict[str, str]) -> None:
    private = sealing.private_key_from_seed(bytes.fromhex(answer["seed"]))
    assert private.hex() == answer["private"]
    assert sealing.public_key(private).hex() == answer["public"]


@pytest.mark.parametrize("answer", KNOWN["sealed"], ids=lambda answer: answer["name"])
def test_a_message_sealed_by_an_earlier_release_opens(answer: dict[str, str]) -> None:
    sealed, private, info = (bytes.fromhex(answer[name]) for name in ("sealed", "private", "info"))
    assert sealing.open_sealed(sealed, private=private, info=info).hex() == answer["plaintext"]


@pytest.mark.parametrize("answer", KNOWN["refused"], ids=lambda answer: answer["name"])
def test_a_message_that_was_refused_stays_refused(answer: dict[str, str]) -> None:
    sealed, private, info = (bytes.fromhex(answer[name]) for name in ("sealed", "private", "info"))
    with pytest.raises(EnvelopeRefusal) as caught:
        sealing.open_sealed(sealed, private=private, info=info)
    assert caught.value.code == answer["refusal"]


@pytest.mark.parametrize("answer", KNOWN["sealed"], ids=lambda answer: answer["name"])
def test_the_form_is_what_the_standards_say(answer: dict[str, str]) -> None:
    sealed, private, info = (bytes.fromhex(answer[name]) for name in ("sealed", "private", "info"))
    padded = _by_hand().open_by_hand(sealed, private, info)
    assert padding.unpad(padded).hex() == answer["plaintext"]
