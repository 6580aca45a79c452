"""``tutela law`` as somebody types it; and what the doctor says about the law."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
import typer
from click.testing import Result
from typer.testing import CliRunner

from tutela.config.node import Desk, NodeConfig
from tutela.core.law import contacts, countries
from tutela.doors.cli import serving
from tutela.doors.cli.app import app
from tutela.doors.cli.findings import law as findings
from tutela.doors.cli.findings.finding import Finding, Node

BASELINE = 'reality = "photo_video"\nage_band = "7_10"\ncategory = "baseline"\n'


def law(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["law", *map(str, arguments)])


def rows(done: Result) -> list[dict[str, Any]]:
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    path = tmp_path / "facts.toml"
    path.write_text(BASELINE, encoding="utf-8")
    return path


def test_a_country_is_told_with_its_sources() -> None:
    told = law("country", "ge").stdout
    assert told.startswith("GE Georgia\n")
    assert "ECPAT country page Georgia" in told and "https://ecpat.org/country/georgia" in told
    assert "საქართველო" in law("country", "GE", "--language", "ka").stdout
    fields = {row["criterion"]: row for row in rows(law("country", "GE", "--json"))}
    assert fields["D-DEFINED"]["value"] == "no"
    assert fields["O-POSSESS"] == {
        "country": "GE",
        "criterion": "O-POSSESS",
        "status": "unknown",
        "value": None,
        "facts": [],
    }


def test_countries_are_laid_beside_a_standard() -> None:
    told = law("compare", "GE", "DE", "NL", "--standard", "lanzarote").stdout
    assert "20(1)(e)" in told and "  DE  met" in told and "  GE  unknown" in told
    (fields,) = rows(law("compare", "GE", "DE", "--standard", "icmec", "--json"))
    assert [row["criterion"] for row in fields["rows"]] == [
        "L-SPECIFIC",
        "D-DEFINED",
        "O-TECH",
        "O-POSSESS",
        "R-ISP",
    ]
    assert fields["rows"][3]["cells"][1]["status"] == "met"


def test_gaps_are_told_with_what_was_read() -> None:
    told = law("gaps", "GE").stdout
    assert "not met        20(2): The law says what the material is." in told
    fields = rows(law("gaps", "GE", "--json"))
    assert {row["status"] for row in fields} == {"not", "partly", "unknown"}


def test_an_assessment_is_looked_up_in_one_law_and_in_all(facts: Path) -> None:
    (finding,) = rows(law("evaluate", "--country", "GE", facts, "--json"))
    assert (finding["country"], finding["outcome"]) == ("GE", "unknown")
    assert finding["reasons"][0]["code"] == "not_known"
    (dutch,) = rows(law("evaluate", "--country", "NL", "--on", "2026-11-23", facts, "--json"))
    assert (dutch["outcome"], dutch["on_date"]) == ("illegal", "2026-11-23")
    assert all(reason["source"] for reason in dutch["reasons"] if reason["criterion"])
    assert len(rows(law("evaluate", facts, "--json"))) == 249
    assert law("evaluate", "--country", "NL", facts).stdout.startswith("NL Netherlands: Illegal\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("country", "XX"), "unknown_country"),
        (("compare", "GE", "--standard", "magna_carta"), "unknown_standard"),
        (("country", "GE", "--on", "1990-01-01"), "date_before_law"),
    ],
)
def test_a_question_that_cannot_be_asked_is_one_line(arguments: tuple[str, ...], said: str) -> None:
    done = law(*arguments)
    assert done.exit_code == 1
    assert done.stderr.startswith(f"tutela: {said}")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BASELINE.replace("photo_video", "drawn"), "contradictory_assessment: Baseline is only for"),
        (BASELINE.replace("7_10", "nine"), "age_band: 0_2"),
        (BASELINE + 'name = "somebody"\n', "name: no such field"),
        ('reality = "photo_video"\n', "age_band: 0_2"),
        (BASELINE.replace('"', ""), "facts.toml"),
    ],
)
def test_facts_that_make_no_assessment_are_refused(facts: Path, text: str, said: str) -> None:
    facts.write_text(text, encoding="utf-8")
    done = law("evaluate", "--country", "GE", facts)
    assert done.exit_code == 1
    assert said in done.stderr


def test_the_data_are_examined_and_every_fault_is_named(tmp_path: Path) -> None:
    assert law("check-data").stdout.startswith("No faults: ")
    folder = tmp_path / "data"
    shutil.copytree(countries.DATA, folder)
    (folder / "countries" / "GE.toml").write_text('country = "GE"\n', encoding="utf-8")
    (folder / "countries" / "NL.toml").write_text("country = ", encoding="utf-8")
    done = law("check-data", folder)
    assert done.exit_code == 1
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == [
        "GE.toml, line 1",
        "NL.toml, line 1",
    ]


def test_a_wrong_file_of_the_law_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    serving.check_law()
    folder = tmp_path / "data"
    shutil.copytree(countries.DATA, folder)
    (folder / "countries" / "GE.toml").write_text('country = "GE"\n', encoding="utf-8")
    monkeypatch.setattr(countries, "DATA", folder)
    with pytest.raises(typer.Exit):
        serving.check_law()
    assert "GE.toml, line 1" in capsys.readouterr().err


def examined(country: str) -> dict[str, Finding]:
    node = Node(Path("nowhere"), NodeConfig(country=country))
    return {one.name: one for examination in findings.EXAMINATIONS for one in examination(node)}


@time_machine.travel("2026-11-23", tick=False)
def test_the_doctor_names_contacts_that_nobody_checked_for_a_year() -> None:
    found = examined("GE")["helplines"]
    assert found.state == "amber"
    assert "ECPAT member in Georgia (PHF) (2018)" in found.text
    assert examined("NL")["helplines"].state == "green"
    assert examined("AQ")["helplines"].text == "none known for AQ"
    assert examined("AQ")["emergency"].state == "red"
    assert examined("NL")["law"].state == "green"


def test_the_doctor_says_whether_analysts_may_view_and_what_it_takes() -> None:
    unread, allowed = examined("GE")["viewing"], examined("DE")["viewing"]
    assert (unread.state, allowed.state) == ("amber", "green")
    assert "view_confirmed" in unread.mend
    node = Node(Path("nowhere"), NodeConfig(country="GE", desk=Desk(view_confirmed="The board, 2026")))
    assert [one.state for one in findings._viewing(node)] == ["green"]


@time_machine.travel("2027-10-10", tick=False)
def test_a_contact_grows_old_by_itself() -> None:
    assert examined("NL")["helplines"].state == "amber"


def test_a_contact_is_as_old_as_its_source_says() -> None:
    dutch = contacts.hotline("NL")
    assert dutch is not None
    assert dutch.verified_on == date(2026, 10, 9)
    assert not dutch.is_older_than_a_year(date(2027, 10, 9))
    assert dutch.is_older_than_a_year(date(2027, 10, 10))
    assert contacts.contacts_of("GE")[0].verified_on == date(2020, 1, 1)
