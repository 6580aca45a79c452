"""Laws beside standards: met, partly, not, unknown; and nothing made up."""

from __future__ import annotations

from datetime import date

import pytest

from tutela.core.law import comparing, criteria, standards
from tutela.core.law.errors import UnknownCountry, UnknownStandard
from tutela.core.law.facts import Country, Value
from tutela.core.law.standards import Demand
from tutela.core.law.texts import Text
from tutela.testing.laws import DAY, disputed, made_up

TODAY = date(2026, 11, 23)


def judge(country: Country, criterion: str, wants: bool | int, **more: object) -> tuple[str, str]:
    demand = Demand(criterion, "1", Text("", ""), wants, **{"reservable": False, **more})  # type: ignore[arg-type]
    cell = comparing._cell(country, demand, DAY)
    return cell.status, cell.reason


@pytest.mark.parametrize(
    ("value", "wants", "reservable", "judged"),
    [
        (True, True, False, ("met", "says_so")),
        (False, True, False, ("not", "says_otherwise")),
        (False, True, True, ("not", "opting_out_possible")),
        ("partial", True, False, ("partly", "partial_in_law")),
        (False, False, False, ("met", "says_so")),
        (True, False, False, ("not", "says_otherwise")),
        ("partial", False, False, ("partly", "partial_in_law")),
    ],
)
def test_a_yes_or_no(value: Value, wants: bool, reservable: bool, judged: tuple[str, str]) -> None:
    assert judge(made_up({"J-DUAL": value}), "J-DUAL", wants, reservable=reservable) == judged


@pytest.mark.parametrize(
    ("age", "judged"), [(18, ("met", "says_so")), (19, ("met", "says_so")), (17, ("not", "below_bound"))]
)
def test_a_number(age: int, judged: tuple[str, str]) -> None:
    assert judge(made_up({"D-AGE": age}), "D-AGE", 18) == judged


def test_what_nobody_read_and_what_is_disputed_is_unknown() -> None:
    assert judge(made_up(), "O-ACCESS", True) == ("unknown", "not_known")
    law = made_up({}, *disputed("O-ACCESS", True, False))
    assert judge(law, "O-ACCESS", True) == ("unknown", "disputed")


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        (False, True, "met"),
        (None, True, "met"),
        (False, "partial", "partly"),
        (False, None, "unknown"),
        (False, False, "not"),
    ],
)
def test_one_good_answer_of_several_will_do(first: Value | None, second: Value | None, status: str) -> None:
    given = {"O-POSSESS-INTENT": first, "O-POSSESS": second}
    law = made_up({name: value for name, value in given.items() if value is not None})
    assert judge(law, "O-POSSESS-INTENT", True, alternatives=("O-POSSESS",))[0] == status


def test_russia_meets_the_protocol_on_possession_and_not_the_convention() -> None:
    found = {
        (standard, row.demand.criterion_id): row.cells[0].status
        for standard in ("opsc", "lanzarote", "budapest")
        for row in comparing.compare(["RU"], standard, TODAY).rows
    }
    assert found["opsc", "O-POSSESS-INTENT"] == "met"
    assert found["lanzarote", "O-POSSESS"] == "not"
    assert found["budapest", "O-POSSESS"] == "not"


def test_georgia_beside_lanzarote_as_it_was_read() -> None:
    found = {
        gap.demand.criterion_id: gap for gap in comparing.gaps("GE", TODAY) if gap.standard.id == "lanzarote"
    }
    assert {name for name, gap in found.items() if gap.status == "not"} == {"D-DEFINED", "J-DUAL"}
    assert {name for name, gap in found.items() if gap.status == "partly"} == {"O-GROOM", "J-EXTRA"}
    assert found["O-POSSESS"].status == "unknown"
    assert found["D-DEFINED"].known.source is not None
    assert found["D-DEFINED"].known.source.year == 2018


def test_gaps_begin_with_what_is_not_met_and_leave_out_what_is() -> None:
    found = [gap.status for gap in comparing.gaps("DE", TODAY) if gap.standard.id == "lanzarote"]
    assert found == sorted(found, key=comparing.ORDER.index)
    assert "met" not in found


def test_countries_keep_their_order() -> None:
    row = comparing.compare(["NL", "GE", "DE"], "icmec", TODAY).rows[0]
    assert [cell.country for cell in row.cells] == ["NL", "GE", "DE"]
    with pytest.raises(UnknownCountry):
        comparing.compare(["NL", "XX"], "icmec", TODAY)
    with pytest.raises(UnknownStandard):
        comparing.compare(["NL"], "magna_carta", TODAY)


def test_every_demand_asks_what_its_criterion_can_answer() -> None:
    assert [one.id for one in standards.standards()] == list(standards.ORDER)
    for standard in standards.standards():
        assert standard.party is None or criteria.criterion(standard.party).group == "treaty"
        asked = [demand.criterion_id for demand in standard.demands]
        assert len(asked) == len(set(asked))


def test_every_article_names_a_standard_that_is_there() -> None:
    named = {article.standard for one in criteria.criteria() for article in one.articles}
    assert named <= set(standards.ORDER)
