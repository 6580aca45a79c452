"""A key id that two people can compare over the telephone, whatever languages they speak.

Each 16 bits become one word of five letters, consonant and vowel in turn (Wilkerson, "A Proposal for
Proquints", 2009), so that no list of words in somebody's language is needed.
"""

from __future__ import annotations

_CONSONANTS = "bdfghjklmnprstvz"
_VOWELS = "aiou"


def words_of(data: bytes) -> str:
    """Return an even number of bytes as words with hyphens between: two bytes a word, first bits first."""
    return "-".join(_word(int.from_bytes(data[at : at + 2], "big")) for at in range(0, len(data), 2))


def are_same(typed: str, words: str) -> bool:
    """Say whether what a person typed is ``words``, with any case, spacing and hyphens."""
    return _letters(typed) == _letters(words)


def _word(number: int) -> str:
    return (
        _CONSONANTS[number >> 12]
        + _VOWELS[number >> 10 & 3]
        + _CONSONANTS[number >> 6 & 15]
        + _VOWELS[number >> 4 & 3]
        + _CONSONANTS[number & 15]
    )


def _letters(text: str) -> str:
    return "".join(character for character in text.lower() if character not in " -\t\r\n")
