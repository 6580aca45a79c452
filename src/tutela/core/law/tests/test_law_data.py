"""The files of the law: all can be used, and a wrong one is named by file and line."""

from __future__ import annotations

import runpy
import shutil
from pathlib import Path
from typing import get_args

import pytest

from tutela.core.kernel.tables import BadTable
from tutela.core.law import checking, comparing, countries, criteria, facts, labels, reading, standards
from tutela.core.law.evaluating import Outcome
from tutela.core.law.logic import Answer
from tutela.core.law.reasons import ReasonCode
from tutela.core.law.routing import Receiver

GOOD = """country = "GE"

[[source]]
title = "A code"
year = 2020
url = "https://law.example.org/code"
kind = "statute"

  [[source.fact]]
  criterion = "O-POSSESS"
  value = "yes"
  confidence = "high"

  [[source.fact]]
  criterion = "D-AGE"
  value = 18
  detail = "art. 1"
  confidence = "medium"
  in_force_from = 2019-01-01
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "GE.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_file_of_the_release_can_be_used() -> None:
    assert checking.check_data() == ()
    assert sum(len(one.facts) for one in countries.countries()) > 1500


def test_a_good_file_is_read(tmp_path: Path) -> None:
    possess, age = reading.read_facts(written(tmp_path, GOOD))
    assert (possess.value, age.value, age.detail) == (True, 18, "art. 1")
    assert possess.source is age.source


@pytest.mark.parametrize(
    ("old", "new", "line", "word"),
    [
        ('country = "GE"', 'country = "DE"', 1, "country"),
        ('country = "GE"', 'country = "GE"\nowner = "me"', 1, "owner"),
        ('title = "A code"\n', "", 3, "title"),
        ('title = "A code"', 'title = " "', 4, "title"),
        ("year = 2020", 'year = "2020"', 5, "year"),
        ("year = 2020", "year = 20", 5, "year"),
        ("https://law.example.org/code", "law.example.org", 6, "url"),
        ('kind = "statute"', 'kind = "rumour"', 7, "kind"),
        ('"O-POSSESS"', '"O-POSSES"', 10, "O-POSSES"),
        ('value = "yes"', 'value = "maybe"', 11, "partial"),
        ('value = "yes"', "value = true", 11, "partial"),
        ('value = "yes"', "value = [1]", 11, "partial"),
        ('confidence = "high"', 'confidence = "certain"', 12, "confidence"),
        ('confidence = "high"', 'confidence = "high"\n  colour = "red"', 13, "colour"),
        ("https://law.example.org/code", "urn:stored:1", 12, "high"),
        ("value = 18", 'value = "18"', 16, "number"),
        ("value = 18", "value = 0", 16, "number"),
        ("value = 18", "value = 18.5", 16, "number"),
        ("2019-01-01", '"2019"', 19, "date"),
        ("2019-01-01", "2019-01-01\n  in_force_to = 2018-01-01", 20, "before"),
        ('detail = "art. 1"', "detail = 1", 17, "detail"),
        ("value = 18", "value = ", 16, "Invalid"),
    ],
)
def test_a_wrong_value_is_named_by_its_line(tmp_path: Path, old: str, new: str, line: int, word: str) -> None:
    with pytest.raises(BadTable) as bad:
        reading.read_facts(written(tmp_path, GOOD.replace(old, new, 1)))
    assert bad.value.line == line
    assert word in str(bad.value)
    assert str(bad.value).startswith("GE.toml, line ")


@pytest.mark.parametrize(
    "text",
    ['country = "GE"\n', 'country = "GE"\nsource = 1\n', GOOD.partition("  [[source.fact]]")[0], GOOD + GOOD],
)
def test_a_file_without_facts_or_with_everything_twice_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadTable):
        reading.read_facts(written(tmp_path, text))


def test_a_fact_that_stands_twice_is_refused(tmp_path: Path) -> None:
    start = GOOD.index('  [[source.fact]]\n  criterion = "D-AGE"')
    with pytest.raises(BadTable, match="line 21: this fact stands twice"):
        reading.read_facts(written(tmp_path, GOOD + "\n" + GOOD[start:]))


@pytest.mark.parametrize("damage", [b"\xff\xfe", b"\x00", b'country = "GE\nnext'])
def test_a_corrupted_file_is_refused_and_never_read_in_part(tmp_path: Path, damage: bytes) -> None:
    path = written(tmp_path, GOOD)
    path.write_bytes(path.read_bytes()[:150] + damage)
    with pytest.raises(BadTable):
        reading.read_facts(path)


def test_every_fault_of_a_folder_is_named_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(countries.DATA, folder)
    written(folder / "countries", GOOD.replace('"yes"', '"maybe"'))
    (folder / "countries" / "XX.toml").write_text(GOOD, encoding="utf-8")
    (folder / "standards" / "opsc.toml").write_text("", encoding="utf-8")
    (folder / "labels.csv").write_text("group,code\n", encoding="utf-8")
    (folder / "contacts.csv").unlink()
    (folder / "criteria.toml").write_text("[[criterion]]\nid = 'A'\n", encoding="utf-8")
    faults = {fault.file: fault for fault in checking.check_data(folder)}
    assert faults.keys() == {
        "GE.toml",
        "XX.toml",
        "opsc.toml",
        "labels.csv",
        "contacts.csv",
        "criteria.toml",
    }
    assert faults["GE.toml"].line == 11


def test_one_source_that_says_two_things_at_once_is_a_slip(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(countries.DATA, folder)
    second = '\n  [[source.fact]]\n  criterion = "O-POSSESS"\n  value = "no"\n  confidence = "high"\n'
    written(folder / "countries", GOOD + second)
    assert ["O-POSSESS" in fault.text for fault in checking.check_data(folder)] == [True]
    ended = GOOD.replace('"yes"\n', '"yes"\n  in_force_to = 2021-01-01\n', 1)
    written(folder / "countries", ended + second + "  in_force_from = 2021-01-02\n")
    assert checking.check_data(folder) == ()


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ('wants = "yes"', 'wants = "perhaps"', "wants"),
        ('wants = "yes"', "wants = 18", "wants"),
        ("reservable = false", 'reservable = "no"', "reservable"),
        ('criterion = "L-SPECIFIC"', 'criterion = "L-NOTHING"', "L-NOTHING"),
        ('id = "opsc"', 'id = "other"', "id"),
        ('status = "in_force"', 'status = "asleep"', "status"),
        ('party = "T-OPSC"', 'party = "T-NONE"', "T-NONE"),
        ("year = 2000\nstatus", "century = 20\nyear = 2000\nstatus", "century"),
        ('text.ka = "', 'text.fr = "', "ka"),
        ('kind = "statute"', 'kind = "rumour"', "kind"),
    ],
)
def test_a_wrong_standard_is_refused(tmp_path: Path, old: str, new: str, word: str) -> None:
    text = (standards.FOLDER / "opsc.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "opsc.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadTable, match=word):
        standards.load(path)


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ('group = "treaty"', 'group = "space"', "group"),
        ('type = "bool"', 'type = "colour"', "type"),
        ('id = "T-BUDAPEST"', 'id = "T-OPSC"', "twice"),
        ('articles = [["opsc", "1-4"]]', 'articles = "opsc"', "articles"),
    ],
)
def test_a_wrong_criterion_is_refused(tmp_path: Path, old: str, new: str, word: str) -> None:
    text = criteria.PATH.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "criteria.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadTable, match=word):
        criteria.load(path)


@pytest.mark.parametrize(
    ("group", "codes"),
    [
        ("outcome", get_args(Outcome)),
        ("answer", [*(one.code for one in Answer), "partial"]),
        ("reason", get_args(ReasonCode)),
        ("cell", get_args(comparing.CellStatus)),
        ("cell_reason", get_args(comparing.CellReason)),
        ("receiver", get_args(Receiver)),
        ("confidence", facts.CONFIDENCES),
        ("source_kind", facts.KINDS),
        ("group", criteria.GROUPS),
    ],
)
def test_every_code_has_its_label_and_every_label_its_code(group: str, codes: list[str]) -> None:
    assert sorted(one.code for one in labels.labels_of(group)) == sorted(codes)
    for code in codes:
        assert labels.label(group, code) != labels.label(group, code, "ka-GE")


def test_no_country_is_called_low_and_high_at_once_by_a_source_nobody_can_open() -> None:
    for country in countries.countries():
        for fact in country.facts:
            assert fact.source.can_be_opened or fact.confidence != "high"


def test_what_the_converter_writes_can_be_read(tmp_path: Path) -> None:
    tool = runpy.run_path(str(Path(__file__).parents[5] / "tools" / "convert_law.py"))
    row = {
        "country_code": "GE",
        "criterion_id": "O-POSSESS",
        "value": "partial",
        "detail": 'says "so"; ბავშვი',
        "source_title": "Law 1 of Example",
        "source_year": "2020",
        "source_url": "https://law.example.org/1",
        "confidence": "low",
    }
    age = {**row, "criterion_id": "D-AGE", "value": "18", "detail": "", "source_title": "A note"}
    possess, limit = reading.read_facts(written(tmp_path, tool["file_of"]("GE", [age, row])))
    assert (possess.value, possess.detail, possess.source.kind) == ("partial", row["detail"], "statute")
    assert (limit.value, limit.source.kind) == (18, "commentary")


def test_a_correction_that_corrects_nothing_is_a_mistake() -> None:
    tool = runpy.run_path(str(Path(__file__).parents[5] / "tools" / "convert_law.py"))
    rule = {"country": "GE", "criterion": "O-POSSESS", "why": "a made-up mistake"}
    with pytest.raises(SystemExit, match="nothing to correct"):
        tool["correct"]([], {"dated": [], "dropped": [rule], "added": []})
