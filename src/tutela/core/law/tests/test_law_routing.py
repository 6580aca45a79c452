"""Where items go, what a node may do, by when: from findings and facts, each step with its reasons."""

from __future__ import annotations

from datetime import date

import pytest

from tutela.core.law import evaluating, routing
from tutela.core.law.errors import UnknownCountry
from tutela.core.law.evaluating import Outcome
from tutela.core.terms.assessment import Category
from tutela.testing.laws import DAY, disputed, fact, made_up

TODAY = date(2026, 11, 23)


def finding(country: str, outcome: Outcome) -> evaluating.Finding:
    return evaluating.Finding(country, outcome, (), (), None, TODAY)


def route(
    own: str, here: Outcome, hosting: str | None, there: Outcome = "unknown", **item: object
) -> list[tuple[str, str | None, list[str]]]:
    given = routing.RouteItem(hosting, **{"category": Category.BASELINE, **item})  # type: ignore[arg-type]
    findings = [finding(own, here)] + ([finding(hosting, there)] if hosting and hosting != own else [])
    found = routing.route(given, findings, own, TODAY)
    return [(step.to, step.country, [one.code for one in step.reasons]) for step in found.steps]


def stations(*args: object, **item: object) -> list[tuple[str, str | None]]:
    return [(to, country) for to, country, _ in route(*args, **item)]  # type: ignore[arg-type]


def test_danger_goes_to_the_own_police_first_whatever_the_law_says() -> None:
    for category in Category:
        steps = route("GE", "unknown", "NL", "illegal", category=category, danger_now=True)
        assert steps[0][:2] == ("own_police", "GE")
        assert "danger_now" in steps[0][2]


def test_what_lies_at_home_and_is_illegal_goes_to_police_and_provider() -> None:
    assert route("DE", "illegal", "DE") == [
        ("own_police", "DE", ["hosted_here", "illegal_here"]),
        ("provider", "DE", ["hosted_here", "illegal_here"]),
    ]


@pytest.mark.parametrize("here", ["depends", "unknown"])
def test_where_the_own_law_does_not_decide_police_is_asked_and_a_provider_by_its_terms(here: Outcome) -> None:
    police = ("own_police", "GE", ["hosted_here", "undecided_here"])
    terms = ("provider", "GE", ["hosted_here", "undecided_here", "terms_of_service_only"])
    assert route("GE", here, "GE") == [police, terms]
    assert route("GE", here, "GE", category=Category.NATIONAL) == [police]


@pytest.mark.parametrize("there", ["illegal", "depends", "unknown"])
def test_the_hotline_where_it_lies_judges_by_its_own_law(there: Outcome) -> None:
    assert stations("GE", "unknown", "NL", there) == [("partner_hotline", "NL")]


def test_what_is_not_illegal_where_it_lies_is_a_matter_of_the_provider_s_terms() -> None:
    drawn = {"category": Category.NATIONAL}
    assert route("CA", "illegal", "NL", "not_illegal", **drawn) == [
        ("provider", "NL", ["hosted_abroad", "not_illegal_there", "terms_of_service_only"])
    ]


def test_a_country_without_a_hotline_is_reached_by_a_channel_for_all_the_provider_and_police() -> None:
    steps = route("DE", "illegal", "GE", "unknown")
    assert [step[:2] for step in steps] == [
        ("clearing_house", None),
        ("provider", "GE"),
        ("own_police", "DE"),
    ]
    assert "no_hotline_known" in steps[0][2]
    assert "treaty_binds_both" in steps[2][2]
    assert stations("GE", "unknown", "AQ") == [("clearing_house", None)]


def test_when_nobody_knows_where_it_lies() -> None:
    assert stations("DE", "illegal", None) == [("own_police", "DE"), ("clearing_house", None)]
    assert stations("GE", "unknown", None) == [("clearing_house", None)]


def test_a_duty_of_everybody_to_report_is_a_step_and_each_station_stands_once() -> None:
    assert route("IN", "illegal", "NL", "illegal")[-1] == ("own_police", "IN", ["duty_to_report"])
    assert stations("ZA", "illegal", None).count(("own_police", "ZA")) == 1


@pytest.mark.parametrize("category", [Category.NOT_ILLEGAL, Category.OUTSIDE_SCOPE, Category.NOT_REACHABLE])
def test_what_is_not_of_this_kind_goes_nowhere(category: Category) -> None:
    found = routing.route(routing.RouteItem("NL", category), [], "DE", TODAY)
    assert found.steps == ()
    assert [one.code for one in found.reasons] == ["nothing_to_pass_on"]


def test_contacts_are_those_on_record_and_none_is_made_up() -> None:
    item = routing.RouteItem("NL", Category.BASELINE, danger_now=True)
    police, hotline = routing.route(item, [], "GE", TODAY).steps
    assert police.contact is not None
    assert police.contact.phone == "112"
    assert hotline.contact is not None
    assert hotline.contact.country == "NL"


def test_a_country_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownCountry):
        route("GE", "unknown", "XX")


@pytest.mark.parametrize(
    ("value", "confidence", "no_view", "must_confirm"),
    [
        (True, "high", False, False),
        (True, "low", False, True),
        ("partial", "high", False, True),
        (False, "high", True, False),
        (False, "low", True, False),
        (None, "high", False, True),
    ],
)
def test_unknown_is_not_permission(
    value: bool | str | None, confidence: str, no_view: bool, must_confirm: bool
) -> None:
    law = made_up() if value is None else made_up({}, fact("H-LAWFUL", value, confidence=confidence))  # type: ignore[arg-type]
    powers = routing.powers(law, DAY)
    assert (powers.no_view, powers.must_confirm) == (no_view, must_confirm)


def test_a_dispute_about_looking_has_to_be_settled_by_a_person() -> None:
    powers = routing.powers(made_up({}, *disputed("H-LAWFUL", True, False)), DAY)
    assert (powers.no_view, powers.must_confirm) == (False, True)
    assert powers.reasons[0].code == "person_must_confirm"


def test_powers_of_real_countries_as_read() -> None:
    assert not routing.powers("CA", TODAY).must_confirm
    assert routing.powers("GE", TODAY).must_confirm
    assert routing.powers("GB", TODAY).must_confirm
    assert routing.powers("DE", TODAY).storing.status == "unknown"


def test_duties_carry_their_source_and_are_none_where_nothing_was_read() -> None:
    us = routing.duties("US", TODAY)
    assert us.preserve_days is not None
    assert (us.preserve_days.value, us.preserve_days.source.year) == (365, 2024)
    assert us.removal_hours is None
    assert us.must_report.value is True
    france = routing.duties("FR", TODAY)
    assert france.removal_hours is not None
    assert france.removal_hours.value == 24
    canada = routing.duties("CA", TODAY)
    assert canada.retention_days is not None
    assert canada.retention_days.value == 730
    assert canada.must_not_tell.value is True
    georgia = routing.duties("GE", TODAY)
    assert (georgia.report_to, georgia.preserve_days, georgia.must_report.status) == (None, None, "unknown")


def test_a_disputed_time_limit_is_no_time_limit() -> None:
    duties = routing.duties(made_up({}, *disputed("R-PRESERVEDAYS", 90, 365)), DAY)
    assert duties.preserve_days is None
    assert duties.disputed == ("R-PRESERVEDAYS",)
