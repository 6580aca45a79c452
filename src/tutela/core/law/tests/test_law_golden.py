"""Real laws as they were read: what is expected of each is written down, with the reason.

``golden.csv`` was written from the rows and their sources, not from what the code answers. Whoever corrects a
country's file corrects the expectation beside it, and says why.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from tutela.core.law import evaluating
from tutela.testing import laws

with (Path(__file__).parent / "golden.csv").open(encoding="utf-8", newline="") as _file:
    ROWS = list(csv.DictReader(_file))
ANSWERS = {"illegal": "yes", "not_illegal": "no", "depends": "depends", "unknown": "unknown"}
CODES = ("reality", "age_band", "category", "self_generated", "livestream")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(list(row.values())[:7]))
def test_a_real_law_says_what_was_read(row: dict[str, str]) -> None:
    assessed = laws.assessed(**{name: row[name] for name in CODES})
    finding = evaluating.evaluate(assessed, row["country"], date.fromisoformat(row["on"]))
    assert finding.outcome == row["outcome"], row["why"]
    criterion, code = row["because"].split("/")
    deciding = [one for one in finding.reasons if one.answer and one.answer.code == ANSWERS[row["outcome"]]]
    assert (criterion, code) in [(one.criterion_id, one.code) for one in deciding], row["why"]


def test_the_expectations_speak_of_many_countries_and_of_every_outcome() -> None:
    assert len({row["country"] for row in ROWS}) >= 30
    assert {row["outcome"] for row in ROWS} == set(ANSWERS)
    assert all(row["why"] for row in ROWS)
