"""Promises about the pages of law: the same for everybody, with sources, dated, and without any database.

None of these tests may touch the database: pytest refuses it where it is not asked for.
"""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
import time_machine
from django.test import Client

from tutela.core.law import comparing, countries, criteria, standards
from tutela.doors.site.shown import law, printed, report, sheets, world


def _text(client: Client, path: str) -> str:
    page = client.get(path)
    assert page.status_code == 200, path
    return str(page.content.decode())


def _known(code: str) -> Any:
    return countries.country(code)


def test_every_country_with_facts_is_in_the_table_or_in_the_list_below_it(client: Client) -> None:
    text = _text(client, "/en/law/")
    after = text.split('id="table-title"')[1]
    for one in countries.countries():
        if one.facts:
            assert f'href="/en/law/{one.code}/"' in after, one.code


def test_every_country_with_an_outline_is_drawn_once_and_never_reached_by_keyboard(client: Client) -> None:
    drawn = re.search(r"<svg class=\"map\".*?</svg>", _text(client, "/en/law/"), re.DOTALL)
    assert drawn
    assert 'aria-hidden="true"' in drawn[0] and "style=" not in drawn[0]
    links = re.findall(r'<a href="/en/law/([A-Z]{2})/"( tabindex="-1")?>', drawn[0])
    assert all(left_out for _, left_out in links)
    codes = [code for code, _ in links]
    sheet = world.world()
    assert len(codes) == len(set(codes))
    assert set(codes) == {one.code for one in countries.countries() if one.facts} & (
        sheet.shapes.keys() | sheet.dots.keys()
    )


def test_the_ground_of_a_country_follows_the_united_nations() -> None:
    sheet = world.world()
    assert sheet.shapes["UA"].count("M") == 1, "Crimea is joined to Ukraine and leaves no border"
    assert "XK" in sheet.shapes and not {"AQ"} & sheet.shapes.keys()
    for x, y in sheet.dots.values():
        assert 0 <= x <= sheet.width and 0 <= y <= sheet.height


def test_the_legend_says_in_words_what_each_pattern_means_and_counts_every_country(client: Client) -> None:
    legend = _text(client, "/en/law/?criterion=O-POSSESS").split('class="legend"')[1].split("</ul>")[0]
    counts = [int(number) for number in re.findall(r"\((\d+)\)", legend)]
    assert sum(counts) == sum(1 for one in countries.countries() if one.facts)
    assert "<strong>Met</strong>" in legend and "<strong>Unknown</strong>" in legend


@pytest.mark.parametrize("standard", [one.id for one in standards.standards()])
def test_every_standard_can_be_shown(client: Client, standard: str) -> None:
    assert standards.standard(standard).short.en in _text(client, f"/en/law/?standard={standard}")


def test_a_question_that_the_standard_does_not_ask_shows_what_each_law_says(client: Client) -> None:
    demanded = {demand.criterion_id for demand in standards.standard("ilo182").demands}
    asked = next(one for one in criteria.criteria() if one.id not in demanded and one.value_type == "number")
    text = _text(client, f"/en/law/?standard=ilo182&criterion={asked.id}")
    assert "asks for nothing here" in text


@pytest.mark.parametrize(
    "path",
    [
        "/en/law/?standard=nothing",
        "/en/law/?criterion=nothing",
        "/en/law/map.csv?criterion=%00",
        "/en/law/QQ/",
        "/en/law/ge/",
        "/en/law/QQ.pdf",
        "/en/law/QQ.csv",
        "/en/law/GE.exe",
        "/en/law/compare/?country=QQ",
        "/en/law/compare/?country=GE&standard=nothing",
        "/en/law/compare.csv",
        "/en/law/compare.csv?country=GE&standard=nothing",
        "/en/law/compare.json?country=GE&country=DE&country=NL&country=FR&country=IT&country=ES",
    ],
)
def test_what_does_not_exist_is_a_plain_404(client: Client, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 404
    assert "<h1>" in page.content.decode()


def test_every_fact_of_a_country_stands_on_its_page_with_source_year_and_confidence(client: Client) -> None:
    text = _text(client, "/en/law/GE/")
    for fact in _known("GE").facts:
        if fact.speaks_for(law.today()):
            assert str(fact.source.year) in text
            assert f"confidence: {fact.confidence}" in text


def test_a_source_that_nobody_can_open_is_said_to_be_so_and_is_no_link(client: Client) -> None:
    code = next(
        one.code
        for one in countries.countries()
        if any(not fact.source.can_be_opened and fact.speaks_for(law.today()) for fact in one.facts)
    )
    text = _text(client, f"/en/law/{code}/")
    assert "source not publicly addressable" in text
    assert "urn:" not in text


def test_the_page_of_a_country_shows_every_gap_that_the_core_finds(client: Client) -> None:
    text = _text(client, "/en/law/GE/")
    gaps = comparing.gaps("GE", law.today())
    assert text.count('<li><p><span class="chip') == sum(gap.status in ("not", "partly") for gap in gaps)
    for gap in gaps:
        assert gap.demand.article in text


def test_what_is_unknown_is_never_shown_as_a_gap(client: Client) -> None:
    code = next(one.code for one in countries.countries() if not one.facts)
    text = _text(client, f"/en/law/{code}/")
    assert "chip--bad" not in text and "chip--good" not in text


def test_every_page_says_as_of_when_it_speaks(client: Client) -> None:
    with time_machine.travel("2027-03-01T12:00:00Z", tick=False):
        for path in ("/en/law/", "/en/law/GE/", "/en/law/compare/?country=GE", "/en/law/correct/"):
            assert '<time datetime="2027-03-01">1 March 2027</time>' in _text(client, path), path


def test_five_countries_fit_and_a_sixth_is_said_to_be_left_out(client: Client) -> None:
    six = "&".join(f"country={code}" for code in ("GE", "DE", "NL", "FR", "IT", "ES"))
    text = _text(client, f"/en/law/compare/?{six}")
    assert "The first five are shown" in text
    named = set(re.findall(r'<bdi class="narrow"[^>]*>([^<]+)<', text))
    assert named == {"Georgia", "Germany", "Netherlands", "France", "Italy"}


def test_empty_lines_of_the_form_ask_for_nothing(client: Client) -> None:
    text = _text(client, "/en/law/compare/?country=&country=GE&country=&country=GE&standard=opsc")
    assert len(re.findall(r'<bdi class="narrow"[^>]*>Georgia<', text)) == len(
        standards.standard("opsc").demands
    )
    assert "Choose two to five countries" in _text(client, "/en/law/compare/?country=&country=")


def test_downloads_carry_every_fact_with_its_source(client: Client) -> None:
    rows = list(csv.DictReader(io.StringIO(_text(client, "/en/law/GE.csv"))))
    facts = json.loads(_text(client, "/en/law/GE.json"))["facts"]
    assert len(rows) == len(facts) == len(_known("GE").facts)
    for row, fact in zip(rows, facts, strict=True):
        assert row["criterion"] == fact["criterion"] and row["source_url"] and row["source_year"]
    total = sum(len(one.facts) for one in countries.countries())
    assert len(list(csv.reader(io.StringIO(_text(client, "/en/law/all.csv"))))) == total + 1


def test_a_map_and_a_comparison_can_be_taken_along(client: Client) -> None:
    page = client.get("/en/law/map.json?standard=opsc")
    assert page.headers["Content-Disposition"] == 'attachment; filename="law-map.json"'
    assert len(json.loads(page.content)["rows"]) == sum(1 for one in countries.countries() if one.facts)
    cells = json.loads(_text(client, "/en/law/compare.json?country=GE&country=NL&standard=budapest"))["cells"]
    assert {cell["country"] for cell in cells} == {"GE", "NL"}
    assert {cell["status"] for cell in cells} <= {"met", "partly", "not", "unknown"}
    assert "country,standard" in _text(client, "/en/law/compare.csv?country=GE")


def test_no_cell_of_a_download_is_a_formula() -> None:
    text = sheets.as_csv(
        "a.csv", ("x",), [["=1+1"], ["@SUM(A1)"], ["-1"], ["plain"], [None]]
    ).content.decode()
    assert text.splitlines() == ["x", "'=1+1", "'@SUM(A1)", "'-1", "plain", '""']


@pytest.fixture
def fresh_press() -> Any:
    printed.press.cache_clear()
    yield printed.press()
    printed.press.cache_clear()


@pytest.mark.parametrize("language", ["en", "ka"])
def test_the_report_for_print_is_a_tagged_pdf_in_the_language_of_the_page(
    client: Client, fresh_press: Any, language: str
) -> None:
    page = client.get(f"/{language}/law/GE.pdf")
    assert page.status_code == 200
    assert page.headers["Content-Type"] == "application/pdf"
    assert re.fullmatch(
        r'inline; filename="law-GE-\d{4}-\d\d-\d\d\.pdf"', page.headers["Content-Disposition"]
    )
    assert page.content.startswith(b"%PDF-") and b"/StructTreeRoot" in page.content
    assert f"/Lang({language})".encode() in page.content


def test_nothing_in_the_data_can_become_markup_of_the_report(fresh_press: Any) -> None:
    """A text that would stop the typesetter, read a file or call the network is set as letters."""
    evil = '#panic("no") #read("/etc/passwd") #image("x.png") $ ` * _ <a> @ref \\ #import "@preview/x:1.0.0"'
    words = dict.fromkeys(report._words(), evil)
    gap = {"demand": evil, "article": evil, "state": evil, "law": evil}
    source = {"text": evil, "url": "https://example.org/a", "shown": evil}
    standard = {"title": evil, "met": 1, "partly": 1, "not": 1, "unknown": 1, "unknown_demands": [evil]}
    made = {
        "language": "en",
        "organisation": evil,
        "title": evil,
        "dated": evil,
        "introduction": [evil],
        "words": words,
        "standards": [{**standard, "gaps": [{**gap, "sources": [source]}]}],
        "correct": evil,
    }
    assert printed.set_in_type(json.dumps(made)).startswith(b"%PDF-")


def test_a_report_is_set_once_and_a_network_gets_a_number_of_new_ones_an_hour(
    client: Client, fresh_press: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    monkeypatch.setattr(printed, "set_in_type", lambda data: made.append(data) or b"%PDF-")
    monkeypatch.setattr(printed, "MOST_AN_HOUR", 2)
    for _ in range(3):
        assert client.get("/en/law/GE.pdf").status_code == 200
    assert len(made) == 1
    assert client.get("/en/law/DE.pdf").status_code == 200
    refused = client.get("/en/law/NL.pdf")
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "600"
    assert "<h1>" in refused.content.decode()
    assert client.get("/en/law/GE.pdf").status_code == 200, "what is there already costs nothing"
    assert client.get("/en/law/NL.pdf", REMOTE_ADDR="192.0.2.7").status_code == 200


def test_the_pages_of_law_speak_georgian(client: Client) -> None:
    text = _text(client, "/ka/law/GE/")
    assert '<h1><bdi lang="ka">საქართველო</bdi></h1>' in text
    assert "რას ამბობს კანონი" in text


def test_help_offers_the_contacts_of_the_country_that_somebody_chose(client: Client) -> None:
    text = _text(client, "/en/help/?country=NZ")
    assert re.search(r"<option value=\"NZ\" selected", text)
    for address in ("198.51.100.7", "203.0.113.9"):
        other = client.get("/en/help/?country=NZ", REMOTE_ADDR=address).content.decode()
        assert other == text, "the visitor's network changes nothing"
    assert re.search(r"<option value=\"GE\" selected", _text(client, "/en/help/?country=%00"))


def test_help_says_when_each_contact_was_last_checked(client: Client) -> None:
    text = _text(client, "/en/help/?country=DE")
    assert text.count("Last checked") >= 4
    assert "not for the public" not in text and "intake point for providers" not in text
