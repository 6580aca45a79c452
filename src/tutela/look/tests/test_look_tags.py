"""Promises of the shared tags and components."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils import translation

from tutela.core.law import criteria
from tutela.core.protocol.contents.items import SentFinding, SentGround, SentHosting, SentItem
from tutela.core.terms.exchange import LawOutcome
from tutela.core.terms.states import ItemKind
from tutela.look import refused, sent
from tutela.look.templatetags import look_tags

AT = datetime(2026, 3, 14, 10, 5, tzinfo=UTC)


def test_a_moment_is_written_in_the_nodes_own_time_and_kept_exact(settings: Any) -> None:
    settings.TUTELA = replace(settings.TUTELA, time_zone="Asia/Tbilisi")
    with translation.override("en"):
        written = look_tags.moment(AT)
    assert written == '<time datetime="2026-03-14T10:05:00.000000Z">14 March 2026, 14:05</time>'


def test_a_moment_is_written_in_the_language_of_the_page() -> None:
    with translation.override("ka"):
        assert "მარტი" in look_tags.moment("2026-03-14T10:05:00Z")


@pytest.mark.parametrize("write", [look_tags.moment, look_tags.moment_utc])
@pytest.mark.parametrize("nothing", [None, ""])
def test_no_moment_is_written_as_nothing(write: Any, nothing: Any) -> None:
    assert write(nothing) == ""


def test_those_who_work_across_borders_read_utc() -> None:
    with translation.override("en"):
        assert "14 March 2026, 10:05 UTC" in look_tags.moment_utc(AT)


def test_the_day_of_a_time_is_the_one_of_the_nodes_zone(settings: Any) -> None:
    settings.TUTELA = replace(settings.TUTELA, time_zone="Asia/Tbilisi")
    with translation.override("en"):
        late = look_tags.day(datetime(2026, 3, 14, 22, 5, tzinfo=UTC))
        assert late == '<time datetime="2026-03-15">15 March 2026</time>'
        assert look_tags.day(AT.date()) == '<time datetime="2026-03-14">14 March 2026</time>'


@pytest.mark.parametrize(("language", "name"), [("en", "Netherlands"), ("ka", "ნიდერლანდები")])
def test_a_country_is_written_in_the_language_of_the_page(language: str, name: str) -> None:
    with translation.override(language):
        assert look_tags.country_name("NL") == name
        assert [look_tags.country_name(code) for code in ("", "XQ")] == ["", "XQ"]


def test_what_came_from_a_partner_is_written_in_the_readers_words() -> None:
    hosting = SentHosting(country="NL", ip="192.0.2.20")
    ground = SentGround(criterion="O-POSSESS", source="Article 1")
    finding = SentFinding(country="NL", outcome=LawOutcome.ILLEGAL, grounds=(ground,))
    item = SentItem(ref=uuid4(), kind=ItemKind.ADDRESS, address="https://a.example.org/", received_at=AT,
                    hosting=hosting, findings=(finding,))  # fmt: skip
    with translation.override("en"):
        facts = dict(sent.item(item).facts)
    assert facts["Hosted"] == "Netherlands · 192.0.2.20"
    assert ">14 March 2026, " in facts["Received"]
    question = criteria.criterion("O-POSSESS").title.en
    assert facts["Law"] == f"Netherlands: Illegal. {question}: Article 1"


def test_why_a_message_was_refused_is_said_in_words() -> None:
    refusal: Any = SimpleNamespace(ours=True, kind="question", at=AT, step="", code="bad_content", content={})
    with translation.override("ka"):
        (said,) = sent.spoken([refusal])
    assert said.refused and said.refused != "bad_content"
    assert refused.why("newer_than_this_node") == "newer_than_this_node"


def test_minutes_are_whole() -> None:
    assert [look_tags.minutes(value) for value in (timedelta(seconds=119), 60, 59.9, None)] == [1, 1, 0, 0]


def test_an_address_is_written_so_that_nothing_makes_a_link_of_it() -> None:
    assert look_tags.defang("https://files.example.org/a.b") == "hxxps://files[.]example[.]org/a.b"


def test_a_chip_of_an_unknown_tone_is_plain_and_its_words_are_no_markup() -> None:
    written = look_tags.chip("<b>new</b>", "loud")
    assert 'class="chip chip--plain"' in written
    assert "&lt;b&gt;new" in written


class _Form(forms.Form):
    name = forms.CharField(help_text="Any name")
    way = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect, help_text="One")
    sure = forms.BooleanField()


@pytest.mark.parametrize("name", ["name", "way", "sure"])
def test_hint_and_error_are_tied_to_their_field(name: str) -> None:
    field = _Form({})[name]
    written = render_to_string("look/_field.html", {"field": field})
    described = field.aria_describedby
    assert f'aria-describedby="{described}"' in written
    for target in described.split():
        assert f'id="{target}"' in written


def test_the_summary_of_mistakes_leads_to_controls_that_exist() -> None:
    form = _Form({})
    page = "".join(render_to_string("look/_field.html", {"field": field}) for field in form)
    for part in render_to_string("look/_errors.html", {"form": form}).split('href="#')[1:]:
        assert f'id="{part.split(chr(34))[0]}"' in page


def test_a_table_names_the_column_in_every_cell() -> None:
    context = {"caption": "Two", "heads": ["One", "Other"], "rows": [[1, 2], [3, 4]]}
    written = render_to_string("look/_table.html", context)
    assert written.count('data-label="One"') == written.count('data-label="Other"') == 2


def test_a_row_of_steps_says_which_is_now() -> None:
    written = render_to_string("look/_steps.html", {"steps": ["A", "B", "C"], "now": 2})
    assert written.count('aria-current="step"') == 1
    assert written.index("steps__done") < written.index("aria-current")
