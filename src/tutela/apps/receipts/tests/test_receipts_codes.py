"""Promises of the code: one secret in two writings, and no mistyped code ever looks like another."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.apps.receipts import codes, rules
from tutela.apps.receipts.errors import CodeMistyped
from tutela.core.kernel.errors import Refusal

WORDS = rules.word_list()
KNOWN = rules.parse_code("1234 5678 9012 3456 7891")
NUMBERS = st.integers(min_value=0, max_value=10**19 - 1)


def code_of(random: int) -> rules.Code:
    """Return the code with these nineteen digits."""
    digits = f"{random:019d}"
    return next(
        rules.parse_code(f"{digits}{check}") for check in range(10) if codes._damm(f"{digits}{check}") == 0
    )


def reason_of(typed: str) -> str:
    with pytest.raises(CodeMistyped) as caught:
        rules.parse_code(typed)
    return caught.value.reason


def test_a_new_code_is_twenty_digits_in_fives_of_four_and_six_words() -> None:
    code = rules.new_code()
    assert re.fullmatch(r"([0-9]{4} ){4}[0-9]{4}", code.digits)
    assert len(code.words.split()) == 6
    assert len({rules.new_code().number for _ in range(50)}) == 50


def test_a_known_code_keeps_its_writings() -> None:
    assert KNOWN.digits == "1234 5678 9012 3456 7891"
    assert KNOWN.words == "cackle peso outgrow outer fall nectar"


@given(NUMBERS)
@settings(deadline=None, max_examples=60)
def test_digits_and_words_are_the_same_secret(random: int) -> None:
    code = code_of(random)
    assert rules.parse_code(code.digits) == rules.parse_code(code.words) == code


@given(NUMBERS, st.integers(0, 19), st.integers(1, 9))
@settings(deadline=None, max_examples=60)
def test_each_single_wrong_digit_is_noticed(random: int, position: int, change: int) -> None:
    digits = code_of(random).plain
    wrong = (int(digits[position]) + change) % 10
    assert reason_of(f"{digits[:position]}{wrong}{digits[position + 1 :]}") == "not_a_code"


@given(NUMBERS, st.integers(0, 18))
@settings(deadline=None, max_examples=60)
def test_each_swap_of_neighbours_is_noticed(random: int, position: int) -> None:
    digits = code_of(random).plain
    swapped = digits[:position] + digits[position + 1] + digits[position] + digits[position + 2 :]
    if swapped != digits:
        assert reason_of(swapped) == "not_a_code"


@pytest.mark.parametrize(
    "typed",
    [
        "12345678901234567891",
        "1234-5678-9012-3456-7891",
        " 1234  5678\t9012\n3456 7891 ",
        "My code: 1234 5678 9012 3456 7891.",
        "１２３４ ５６７８ ９０１２ ３４５６ ７８９１",
        "١٢٣٤ ٥٦٧٨ ٩٠١٢ ٣٤٥٦ ٧٨٩١",
        "۱۲۳۴ ۵۶۷۸ ۹۰۱۲ ۳۴۵۶ ۷۸۹۱",
        "\u200e1234\u00a05678\u20099012\u20113456\u200b7891\u2069",
        KNOWN.words,
        KNOWN.words.upper(),
        KNOWN.words.replace(" ", "-"),
        KNOWN.words.replace(" ", ", ") + ".",
        "\n".join(f"{number}. {word}" for number, word in enumerate(KNOWN.words.split(), start=1)),
        " ".join(word[:4] for word in KNOWN.words.split()),
        " ".join(f"\u2068{word}\u2069" for word in KNOWN.words.split()),
        "".join(chr(ord(letter) + 0xFEE0) if letter != " " else "\u3000" for letter in KNOWN.words),
    ],
)
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert rules.parse_code(typed) == KNOWN


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        (" - , \u200b", "empty"),
        ("1234 5678", "too_short"),
        ("1234 5678 9012 3456 7891 1", "too_long"),
        ("1" * 401, "too_long"),
        ("cackle peso outgrow", "too_short"),
        ("cackle peso outgrow outer fall nectar nectar", "too_long"),
        ("peso cackle outgrow outer fall nectar", "not_a_code"),
        (" ".join([WORDS[-1]] * 6), "not_a_code"),
        ("cackle peso outgrow outer fall \x00", "too_short"),
        ("cackle peso outgrow outer fall \ud800", "too_short"),
    ],
)
def test_what_cannot_be_a_code_is_refused_with_its_reason(typed: str, reason: str) -> None:
    assert reason_of(typed) == reason


@pytest.mark.parametrize(
    ("typed", "word", "position", "meant"),
    [
        ("cackle pesso outgrow outer fall nectar", "pesso", 2, "peso"),
        ("cackle peso outgrow otuer fall nectar", "otuer", 4, "outer"),
        ("cackle peso outgrown outer fall nectar", "outgrown", 3, "outgrow"),
        ("cakcle peso", "cakcle", 1, "cackle"),
    ],
)
def test_a_mistyped_word_is_named_with_those_that_look_like_it(
    typed: str, word: str, position: int, meant: str
) -> None:
    with pytest.raises(CodeMistyped) as caught:
        rules.parse_code(typed)
    refusal = caught.value
    assert (refusal.reason, refusal.word, refusal.position) == ("unknown_word", word, position)
    assert meant in refusal.suggestions
    assert set(refusal.suggestions) <= set(WORDS)


def test_no_message_and_no_repr_gives_a_code_away() -> None:
    assert "1234" not in repr(KNOWN)
    assert "cackle" not in f"{KNOWN}"
    with pytest.raises(CodeMistyped) as caught:
        rules.parse_code("cackle pesso")
    assert "pesso" not in str(caught.value)


@given(st.text(max_size=300))
@settings(deadline=None, max_examples=60)
def test_whatever_is_typed_is_a_code_or_a_named_refusal(typed: str) -> None:
    try:
        rules.parse_code(typed)
    except Refusal as refusal:
        assert isinstance(refusal, CodeMistyped)


def test_the_list_has_2155_short_plain_words_with_beginnings_of_their_own() -> None:
    assert len(WORDS) == 2155
    assert 2155**6 > 10**20 > 2154**6
    assert list(WORDS) == sorted(WORDS)
    assert len({word[:4] for word in WORDS}) == 2155
    assert all(re.fullmatch(r"[a-z]{3,7}", word) for word in WORDS)


def test_each_word_was_read_by_a_person() -> None:
    reviewed = Path(__file__).parents[5] / "tools" / "words_reviewed.txt"
    assert set(WORDS) <= set(reviewed.read_text("ascii").split())


def test_no_word_can_frighten_or_shame() -> None:
    bad = "kill dead die hurt blood gun knife shoot rape sex nud lust kiss girl boy child drug heroin wine "
    bad += (
        "beer secret touch naked body breast porn virgin whore hell devil damn fat ugly hate cry fear victim"
    )
    assert [word for word in WORDS for part in bad.split() if word.startswith(part)] == []


def test_the_words_are_ascii_in_every_reading() -> None:
    assert all(unicodedata.normalize("NFKC", word).casefold() == word for word in WORDS)
