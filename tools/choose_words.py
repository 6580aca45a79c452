"""Choose the 2155 words of a report code, and write ``apps/receipts/words/en.txt``.

Usage: python tools/choose_words.py FOLDER

FOLDER holds two unpacked packages of PyPI: ``mnemonic`` (BIP39's English list, MIT) and ``diceware`` (the
EFF's large list, CC BY 3.0 US); see ``words/SOURCES.md``. A word is taken when it stands in one of them, has
three to seven letters, and stands in ``words_reviewed.txt``: words read one by one, found easy to spell and
fit for a frightened child, without a second meaning in the slang of abuse. Of words that share their first
four letters the first is taken, BIP39's words before the EFF's.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

COUNT = 2155
"""The least number whose sixth power exceeds 10^20, so that six words hold twenty digits."""

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "src/tutela/apps/receipts/words/en.txt"
REVIEWED = ROOT / "tools/words_reviewed.txt"


def words_of(folder: Path) -> list[str]:
    """Return the words of both lists, in the order of preference."""
    bip39 = (folder / "mnemonic/wordlist/english.txt").read_text("ascii").split()
    eff = (folder / "diceware/wordlists/wordlist_en_eff.txt").read_text("ascii").split("\n")
    return bip39 + [line.split("\t")[1] for line in eff if "\t" in line]


def choose(candidates: list[str], reviewed: set[str]) -> list[str]:
    """Return the words that fit, in alphabetical order, one for each beginning."""
    by_beginning: dict[str, str] = {}
    for word in candidates:
        if word in reviewed and re.fullmatch(r"[a-z]{3,7}", word):
            by_beginning.setdefault(word[:4], word)
    return sorted(by_beginning.values())


def main() -> int:
    chosen = choose(words_of(Path(sys.argv[1])), set(REVIEWED.read_text("ascii").split()))
    if len(chosen) != COUNT:
        print(f"{len(chosen)} words fit, {COUNT} are needed; mend {REVIEWED.name}", file=sys.stderr)
        return 1
    TARGET.write_text("\n".join(chosen) + "\n", encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main())
