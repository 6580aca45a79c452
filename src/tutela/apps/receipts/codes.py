"""The code: the one secret between a reporter and the receipt, as digits or as words.

A code is a number of twenty decimal digits: nineteen random ones (63.1 bits) and a Damm check digit, which
catches every single wrong digit and every swap of neighbours. In words it is the same number in base 2155,
six words of ``words/en.txt``, most significant first. It is checked before anything is derived or looked up.
"""

from __future__ import annotations

import difflib
import re
import secrets
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tutela.apps.receipts.errors import CodeMistyped

DIGITS = 20
WORDS = 6
_RANDOM_DIGITS = DIGITS - 1
_BEGINNING = 4
_LONGEST_TYPED = 400

# H. Michael Damm, "Total anti-symmetrische Quasigruppen", 2004: the totally anti-symmetric quasigroup of
# order 10 that is in common use.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


@dataclass(frozen=True, slots=True, repr=False)
class Code:
    """A code that is right in itself; whether it opens a receipt is another question."""

    number: int

    def __post_init__(self) -> None:
        if not 0 <= self.number < 10**DIGITS or _damm(self.plain) != 0:
            raise CodeMistyped("not_a_code")

    @property
    def plain(self) -> str:
        """Twenty digits without spaces."""
        return f"{self.number:0{DIGITS}d}"

    @property
    def digits(self) -> str:
        """Twenty digits in groups of four, to show."""
        return " ".join(self.plain[start : start + 4] for start in range(0, DIGITS, 4))

    @property
    def words(self) -> str:
        """Six words, to show."""
        known, rest, chosen = word_list(), self.number, []
        for _ in range(WORDS):
            rest, position = divmod(rest, len(known))
            chosen.append(known[position])
        return " ".join(reversed(chosen))

    def __repr__(self) -> str:
        return "Code(…)"


@cache
def word_list() -> tuple[str, ...]:
    """Return the 2155 words, in the order that gives them their value."""
    return tuple((Path(__file__).parent / "words" / "en.txt").read_text(encoding="ascii").split())


@cache
def _by_beginning() -> dict[str, tuple[int, str]]:
    return {word[:_BEGINNING]: (position, word) for position, word in enumerate(word_list())}


def new_code() -> Code:
    """Return a fresh code from the system's random source."""
    random = f"{secrets.randbelow(10**_RANDOM_DIGITS):0{_RANDOM_DIGITS}d}"
    return Code(int(f"{random}{_damm(random)}"))


def parse_code(text: str) -> Code:
    """Read a code as a person types, pastes or dictates it.

    Digits of any script, words in any case, first four letters for a word; spaces, hyphens, commas, full
    stops, invisible marks and the numbers of a list between them do not matter.

    Raises:
        CodeMistyped: with a reason and, for a word that is not in the list, those that look like it.
    """
    parts = _parts(text)
    if not parts:
        raise CodeMistyped("empty")
    digits = "".join(part for part in parts if part.isdigit())
    words = [part for part in parts if not part.isdigit()]
    # "My code: 1234 …" is digits; "1. apple 2. …" is words.
    return _from_digits(digits) if not words or len(digits) == DIGITS else _from_words(words)


def _parts(text: str) -> list[str]:
    if len(text) > _LONGEST_TYPED:
        raise CodeMistyped("too_long")
    readable = "".join(_readable(character) for character in unicodedata.normalize("NFKC", text).casefold())
    return re.findall(r"[0-9]+|[^\W0-9_]+", readable)


def _readable(character: str) -> str:
    if unicodedata.category(character) == "Cf":
        return ""
    decimal = unicodedata.decimal(character, None)
    return character if decimal is None else str(decimal)


def _from_digits(digits: str) -> Code:
    if len(digits) != DIGITS:
        raise CodeMistyped("too_short" if len(digits) < DIGITS else "too_long")
    return Code(int(digits))


def _from_words(typed: list[str]) -> Code:
    number = 0
    for position, word in enumerate(typed, start=1):
        number = number * len(word_list()) + _position_of(word, position)
    if len(typed) != WORDS:
        raise CodeMistyped("too_short" if len(typed) < WORDS else "too_long")
    return Code(number)


def _position_of(typed: str, position: int) -> int:
    found = _by_beginning().get(typed[:_BEGINNING])
    if found and (found[1] == typed or (len(typed) >= _BEGINNING and found[1].startswith(typed))):
        return found[0]
    close = difflib.get_close_matches(typed[:12], word_list(), n=3, cutoff=0.6)
    raise CodeMistyped("unknown_word", word=typed[:40], position=position, suggestions=tuple(close))


def _damm(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim
