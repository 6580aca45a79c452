"""What holds for every law and every assessment: nothing turns around, and stricter is never less."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from tutela.core.law import criteria, evaluating
from tutela.core.law.facts import Country, Value
from tutela.core.terms import assessment
from tutela.core.terms.assessment import AgeBand, Assessed, Category, Reality, YesNo
from tutela.testing.laws import DAY, made_up

ASKED = (
    "D-VIRTUAL",
    "D-DRAWN",
    "D-TEXT",
    "D-NUDITY",
    "D-APPEARS",
    "O-DISTRIB",
    "O-POSSESS",
    "O-PERFORM",
    "O-SELFGEN",
)
STRICTER_MEANS_NO = {"O-SELFGEN"}
NUMBERS = ("D-AGE", "D-AGETIER")
RANK = {"not_illegal": 0, "depends": 1, "illegal": 2}
"""How strict an answer is. "Unknown" is none: it is not known how strict."""

answers = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.sampled_from([True, "partial", False]) for name in ASKED},
        **{name: st.integers(3, 20) for name in NUMBERS},
    },
)
assessments = st.builds(
    Assessed,
    st.sampled_from(list(Reality)),
    st.sampled_from(list(AgeBand)),
    st.sampled_from(list(Category)),
    st.just(YesNo.UNCLEAR),
    st.sampled_from(list(YesNo)),
    st.sampled_from(list(YesNo)),
).filter(lambda one: not assessment.check(one))


def outcome(assessed: Assessed, law: Country) -> str:
    return evaluating.evaluate(assessed, law, DAY).outcome


def assert_rising(outcomes: list[str]) -> None:
    found = [RANK[one] for one in outcomes if one != "unknown"]
    assert found == sorted(found)


@given(assessments, answers, st.sampled_from([*ASKED, *NUMBERS]), st.data())
def test_learning_an_unknown_fact_never_turns_a_finding_around(
    assessed: Assessed, law: dict[str, Value], name: str, data: st.DataObject
) -> None:
    law.pop(name, None)
    before = outcome(assessed, made_up(law))
    value = data.draw(st.integers(3, 20) if name in NUMBERS else st.sampled_from([True, "partial", False]))
    after = outcome(assessed, made_up(law | {name: value}))
    assert {before, after} != {"illegal", "not_illegal"}


UNCLEAR_KIND = Assessed(Reality.UNCLEAR, AgeBand.A0_2, Category.NATIONAL, YesNo.UNCLEAR, YesNo.YES, YesNo.YES)


@given(assessments, answers, st.sampled_from(ASKED))
@example(UNCLEAR_KIND, {"D-AGE": 3, "O-SELFGEN": True, "O-PERFORM": True}, "D-VIRTUAL")
def test_a_stricter_law_never_yields_less(assessed: Assessed, law: dict[str, Value], name: str) -> None:
    order: list[Value] = [True, "partial", False] if name in STRICTER_MEANS_NO else [False, "partial", True]
    assert_rising([outcome(assessed, made_up(law | {name: value})) for value in order])


@given(assessments, answers, st.integers(3, 20), st.integers(3, 20))
def test_a_higher_age_limit_never_yields_less(
    assessed: Assessed, law: dict[str, Value], one: int, other: int
) -> None:
    low, high = sorted((one, other))
    assert_rising([outcome(assessed, made_up(law | {"D-AGE": limit})) for limit in (low, high)])


@given(assessments, answers, st.sampled_from(sorted(criteria.NEVER_FOR_LEGALITY)))
def test_an_outside_opinion_and_the_age_of_consent_change_nothing(
    assessed: Assessed, law: dict[str, Value], name: str
) -> None:
    values: list[Value] = [12, 16, 18] if name == "J-CONSENT" else [True, False]
    before = evaluating.evaluate(assessed, made_up(law), DAY)
    for value in values:
        after = evaluating.evaluate(assessed, made_up(law | {name: value}), DAY)
        assert (after.outcome, after.reasons) == (before.outcome, before.reasons)


@given(assessments)
def test_where_nothing_is_known_the_answer_is_unknown(assessed: Assessed) -> None:
    assert outcome(assessed, made_up()) == "unknown"


@given(assessments, answers)
def test_a_no_has_a_source_that_says_no(assessed: Assessed, law: dict[str, Value]) -> None:
    finding = evaluating.evaluate(assessed, made_up(law), DAY)
    if finding.outcome == "not_illegal":
        assert finding.reasons[0].source is not None
        assert finding.reasons[0].code in ("not_covered", "not_punishable", "at_or_above_age_limit")
