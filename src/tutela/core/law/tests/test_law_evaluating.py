"""Findings under made-up laws: every answer to every question, one at a time."""

from __future__ import annotations

from datetime import date

import pytest

from tutela.core.law import asking, countries, evaluating
from tutela.core.law.errors import Contradiction, DateBeforeLaw, UnknownCountry
from tutela.core.law.evaluating import Finding
from tutela.core.law.facts import Country, Value
from tutela.testing import laws
from tutela.testing.laws import DAY, assessed, disputed, fact, made_up

WHOLE: dict[str, Value] = {
    "D-AGE": 18,
    "D-APPEARS": True,
    "D-NUDITY": True,
    "D-VIRTUAL": True,
    "D-DRAWN": True,
    "D-TEXT": True,
    "O-DISTRIB": True,
    "O-POSSESS": True,
}
"""A law that covers everything; each test takes something away."""


def find(country: Country, **codes: str) -> Finding:
    return evaluating.evaluate(assessed(**codes), country, DAY)


def without(*criteria: str, **changed: Value) -> Country:
    answers = {name: value for name, value in WHOLE.items() if name not in criteria}
    return made_up(answers | {name.replace("_", "-"): value for name, value in changed.items()})


def first(finding: Finding) -> tuple[str | None, str]:
    return finding.reasons[0].criterion_id, finding.reasons[0].code


@pytest.mark.parametrize(
    ("reality", "criterion"), [("generated", "D-VIRTUAL"), ("drawn", "D-DRAWN"), ("text", "D-TEXT")]
)
@pytest.mark.parametrize(
    ("value", "outcome", "code"),
    [
        (True, "illegal", "covered"),
        ("partial", "depends", "partly_covered"),
        (False, "not_illegal", "not_covered"),
        (None, "unknown", "not_known"),
    ],
)
def test_how_it_was_made(reality: str, criterion: str, value: Value | None, outcome: str, code: str) -> None:
    answers = {name: one for name, one in WHOLE.items() if name != criterion}
    law = made_up(answers if value is None else answers | {criterion: value})
    finding = find(law, reality=reality, category="national")
    assert finding.outcome == outcome
    assert (criterion, code) in [(one.criterion_id, one.code) for one in finding.reasons]


def test_a_photograph_asks_nothing_about_drawings() -> None:
    nothing = {"D_VIRTUAL": False, "D_DRAWN": False, "D_TEXT": False}
    assert find(without(**nothing)).outcome == "illegal"


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({}, "illegal"),
        ({"D_DRAWN": False}, "depends"),
        ({"D_TEXT": "partial"}, "depends"),
    ],
)
def test_when_nobody_can_say_how_it_was_made_every_way_counts(
    changed: dict[str, Value], outcome: str
) -> None:
    assert find(without(**changed), reality="unclear", category="national").outcome == outcome
    assert find(without("D-TEXT"), reality="unclear", category="national").outcome == "unknown"


@pytest.mark.parametrize(
    ("limit", "band", "outcome", "code"),
    [
        (18, "16_17", "illegal", "below_age_limit"),
        (17, "16_17", "depends", "band_straddles_limit"),
        (16, "16_17", "not_illegal", "at_or_above_age_limit"),
        (16, "14_15", "illegal", "below_age_limit"),
        (15, "14_15", "depends", "band_straddles_limit"),
        (14, "14_15", "not_illegal", "at_or_above_age_limit"),
        (14, "11_13", "illegal", "below_age_limit"),
        (13, "11_13", "depends", "band_straddles_limit"),
        (18, "unclear", "depends", "age_unclear"),
    ],
)
def test_a_band_beside_the_age_limit(limit: int, band: str, outcome: str, code: str) -> None:
    finding = find(without(D_AGE=limit), age_band=band, category="national")
    assert finding.outcome == outcome
    assert ("D-AGE", code) in [(one.criterion_id, one.code) for one in finding.reasons]


def test_an_adult_is_a_child_nowhere_but_where_the_limit_is_above_eighteen() -> None:
    adult = {"age_band": "adult", "category": "not_illegal"}
    assert find(without(), **adult).outcome == "not_illegal"
    assert find(without(D_AGE=19), **adult).outcome == "unknown"
    assert find(without("D-AGE"), **adult).outcome == "unknown"


@pytest.mark.parametrize("appears", [None, False])
@pytest.mark.parametrize(
    ("band", "outcome"), [("11_13", "illegal"), ("14_15", "depends"), ("16_17", "depends")]
)
def test_from_fourteen_on_an_apparent_age_is_an_estimate(
    appears: Value | None, band: str, outcome: str
) -> None:
    law = without("D-APPEARS") if appears is None else without(D_APPEARS=appears)
    assert find(law, age_band=band, category="national").outcome == outcome


def test_without_an_age_limit_a_lower_age_is_a_bound_and_nothing_else_is() -> None:
    law = without("D-AGE", D_AGETIER=14, J_CONSENT=16, O_GROOMAGE=18)
    assert find(law, age_band="11_13", category="national").outcome == "illegal"
    assert find(law, age_band="14_15", category="national").outcome == "unknown"
    assert find(without("D-AGE"), age_band="3_6", category="national").outcome == "unknown"


def test_a_treaty_is_a_note_and_no_answer() -> None:
    finding = find(without("D-AGE", T_LANZAROTE=True, T_BUDAPEST=True), category="national")
    assert finding.outcome == "unknown"
    assert [(one.criterion_id, one.value) for one in finding.notes] == [
        ("T-LANZAROTE", 18),
        ("T-BUDAPEST", 16),
    ]


def test_disputed_limits_matter_only_where_they_part() -> None:
    answers = {name: value for name, value in WHOLE.items() if name != "D-AGE"}
    law = made_up(answers, *disputed("D-AGE", 16, 18))
    assert find(law, age_band="14_15", category="national").outcome == "illegal"
    assert first(find(law, age_band="16_17", category="national")) == ("D-AGE", "disputed")


@pytest.mark.parametrize(
    ("distrib", "possess", "outcome"),
    [
        (True, False, "illegal"),
        (False, True, "illegal"),
        (None, True, "illegal"),
        ("partial", False, "depends"),
        (None, "partial", "depends"),
        (False, False, "not_illegal"),
        (False, None, "unknown"),
        (None, False, "unknown"),
        (None, None, "unknown"),
    ],
)
def test_what_is_punished(distrib: Value | None, possess: Value | None, outcome: str) -> None:
    answers = {name: value for name, value in WHOLE.items() if not name.startswith("O-")}
    offences = {"O-DISTRIB": distrib, "O-POSSESS": possess}
    law = made_up(answers | {name: value for name, value in offences.items() if value is not None})
    assert find(law).outcome == outcome


def test_performances_count_for_what_happened_live_and_for_nothing_else() -> None:
    law = without("O-DISTRIB", "O-POSSESS", O_PERFORM=True)
    assert find(law, livestream="yes").outcome == "illegal"
    assert find(law, livestream="unclear").outcome == "unknown"


def test_disputed_offences_depend() -> None:
    answers = {name: value for name, value in WHOLE.items() if not name.startswith("O-")}
    law = made_up(answers, *disputed("O-DISTRIB", True, False))
    finding = find(law)
    assert (finding.outcome, first(finding)) == ("depends", ("O-DISTRIB", "disputed"))
    assert [note.code for note in finding.notes] == ["sources_differ", "sources_differ"]


@pytest.mark.parametrize(
    ("nudity", "baseline", "national"),
    [(True, "illegal", "illegal"), ("partial", "depends", "depends"), (False, "depends", "depends")],
)
def test_which_content_the_law_means(nudity: Value, baseline: str, national: str) -> None:
    assert find(without(D_NUDITY=nudity)).outcome == baseline
    assert find(without(D_NUDITY=nudity), category="national").outcome == national


def test_content_that_was_not_read_depends_unless_it_is_baseline_or_assessed_under_this_law() -> None:
    law = without("D-NUDITY")
    national = assessed(category="national")
    assert find(law).outcome == "illegal"
    assert evaluating.evaluate(national, law, DAY).outcome == "depends"
    assert evaluating.evaluate(national, law, DAY, assessed_under=laws.CODE).outcome == "illegal"
    assert evaluating.evaluate(national, law, DAY, assessed_under="DE").outcome == "depends"


def test_not_illegal_is_an_answer_only_under_the_law_that_the_analyst_had_in_mind() -> None:
    harmless = assessed(category="not_illegal")
    assert evaluating.evaluate(harmless, without(), DAY).outcome == "unknown"
    assert evaluating.evaluate(harmless, without(), DAY, assessed_under=laws.CODE).outcome == "not_illegal"


def test_baseline_stands_in_for_a_definition_and_a_limit_and_never_for_an_offence() -> None:
    assert find(made_up({"O-DISTRIB": True})).outcome == "illegal"
    assert find(made_up({"L-SPECIFIC": True, "D-DEFINED": True, "D-AGE": 18})).outcome == "unknown"
    assert find(made_up({"O-DISTRIB": True, "D-AGE": 7})).outcome == "depends"


@pytest.mark.parametrize(
    ("value", "self_generated", "outcome"),
    [
        (True, "yes", "depends"),
        ("partial", "yes", "depends"),
        (True, "unclear", "illegal"),
        (True, "no", "illegal"),
        (False, "yes", "illegal"),
        (None, "yes", "illegal"),
    ],
)
def test_an_exemption_among_peers_holds_only_where_it_is_stated(
    value: Value | None, self_generated: str, outcome: str
) -> None:
    law = without() if value is None else without(O_SELFGEN=value)
    codes = {"age_band": "14_15", "category": "national", "self_generated": self_generated}
    assert find(law, **codes).outcome == outcome
    assert find(law, self_generated=self_generated).outcome == "illegal"


@pytest.mark.parametrize(
    ("category", "code"), [("not_reachable", "not_seen"), ("outside_scope", "outside_scope")]
)
def test_what_was_not_seen_or_lies_outside_has_no_finding(category: str, code: str) -> None:
    finding = find(without(), reality="unclear", age_band="unclear", category=category)
    assert (finding.outcome, [one.code for one in finding.reasons]) == ("unknown", [code])


def test_notes_change_nothing() -> None:
    law = without(D_EXCEPT=True, L_SPECIFIC="partial", O_SELFGEN=True)
    finding = find(law, category="national")
    assert finding.outcome == "illegal"
    assert [one.code for one in finding.notes] == ["exemption_exists", "general_law_only", "exceptions_exist"]
    nowhere = find(made_up({"L-SPECIFIC": False}))
    assert (nowhere.outcome, [one.code for one in nowhere.notes]) == ("unknown", ["no_specific_law"])


def test_reasons_that_decide_come_first_and_carry_their_source() -> None:
    finding = find(without(D_DRAWN=False), reality="drawn", category="national")
    assert first(finding) == ("D-DRAWN", "not_covered")
    assert finding.reasons[0].source == laws.source()
    assert finding.reasons[0].value is False


def test_confidence_is_that_of_the_weakest_source() -> None:
    law = made_up({"O-DISTRIB": True}, fact("D-AGE", 18, confidence="low"))
    assert find(law).confidence == "low"
    assert find(made_up()).confidence is None


def test_a_law_speaks_for_its_own_time() -> None:
    law = made_up(
        {"D-AGE": 18, "D-NUDITY": True, "O-DISTRIB": True},
        fact("D-DRAWN", False, ends=date(2023, 12, 31)),
        fact("D-DRAWN", True, begins=date(2024, 1, 1)),
    )
    drawn = assessed(reality="drawn", category="national")
    days = [date(2019, 12, 31), date(2020, 1, 1), date(2023, 12, 31), date(2024, 1, 1)]
    outcomes = [evaluating.evaluate(drawn, law, day).outcome for day in days]
    assert outcomes == ["unknown", "not_illegal", "not_illegal", "illegal"]


def test_questions_that_cannot_be_asked_have_names() -> None:
    with pytest.raises(UnknownCountry):
        evaluating.evaluate(assessed(), "XX", DAY)
    with pytest.raises(DateBeforeLaw) as early:
        evaluating.evaluate(assessed(), "DE", date(1999, 12, 31))
    assert early.value.earliest == date(2000, 5, 25)
    with pytest.raises(Contradiction) as refused:
        evaluating.evaluate(assessed(reality="drawn"), "DE", DAY)
    assert refused.value.codes == ("baseline_needs_a_real_child",)
    with pytest.raises(Contradiction):
        evaluating.evaluate_all(assessed(age_band="adult"), DAY)


def test_all_countries_are_looked_up_at_once() -> None:
    found = evaluating.evaluate_all(assessed(), DAY)
    assert len(found) == 249
    assert {one.outcome for one in found} == {"illegal", "unknown"}


@pytest.mark.parametrize("reality", ["photo_video", "generated", "drawn", "text", "unclear"])
@pytest.mark.parametrize("livestream", ["yes", "unclear"])
def test_looking_up_all_laws_at_once_says_what_each_says_alone(reality: str, livestream: str) -> None:
    live = "unclear" if reality == "text" else livestream
    one = assessed(reality=reality, category="national", livestream=live, self_generated="yes")
    at_once = evaluating.evaluate_all(one, DAY, assessed_under="NL")
    alone = [evaluating.evaluate(one, found.country, DAY, assessed_under="NL") for found in at_once]
    assert list(at_once) == alone


def test_a_finding_rests_on_the_decisive_answers_and_on_no_other() -> None:
    class Asked(dict[str, object]):
        def __missing__(self, name: str) -> object:
            raise AssertionError(f"{name} was asked and is not said to be decisive")

    known = countries.known_of(without(), DAY)
    only = Asked({name: known[name] for name in asking.DECISIVE})
    for one in (assessed(), assessed(reality="unclear", category="national", livestream="yes")):
        for ask in (asking.kind, asking.child, asking.offence, asking.exemption):
            ask(one, only)  # type: ignore[arg-type]
        asking.content(one, only, own=False)  # type: ignore[arg-type]
