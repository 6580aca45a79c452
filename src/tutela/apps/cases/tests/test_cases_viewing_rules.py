"""Whether a desk may look, as a table: the law first, then a person, then the organisation's switch."""

from __future__ import annotations

from datetime import date

import pytest

from tutela.apps.cases import rules
from tutela.core.law import countries, powers
from tutela.core.terms.states import DecisionKind, ItemState

TODAY = date(2026, 11, 23)


def _why(country: str, *, view: bool = True, confirmed: str = "") -> str:
    return rules.viewing(country=country, view=view, confirmed=confirmed, on_date=TODAY).why


@pytest.mark.parametrize(
    ("country", "view", "confirmed", "why"),
    [
        ("US", True, "", "law_allows"),
        ("US", False, "", "switched_off"),
        ("GE", True, "", "nobody_confirmed"),
        ("GE", True, "   ", "nobody_confirmed"),
        ("GE", True, "The board, 1 March 2026, on advice of counsel", "person_confirmed"),
        ("GE", False, "The board", "switched_off"),
        ("GB", True, "", "nobody_confirmed"),
        ("ZZ", True, "", "nobody_confirmed"),
    ],
)
def test_unknown_is_not_permission(country: str, view: bool, confirmed: str, why: str) -> None:
    found = rules.viewing(country=country, view=view, confirmed=confirmed, on_date=TODAY)
    assert found.why == why
    assert found.allowed is (why in ("law_allows", "person_confirmed"))
    assert found.may_forward


def _with(monkeypatch: pytest.MonkeyPatch, *facts: tuple[str, bool]) -> None:
    source = countries.Source("An act", 2020, "https://law.example.org/act", "statute")
    made = tuple(countries.Fact(name, value, "", source, "high") for name, value in facts)
    land = countries.Country("ZX", "Testland", "Testland", made)
    real = powers.powers
    monkeypatch.setitem(rules.viewing.__wrapped__.__globals__, "powers", lambda _code, on: real(land, on))


def test_nothing_that_somebody_sets_overrules_a_law_that_says_no(monkeypatch: pytest.MonkeyPatch) -> None:
    _with(monkeypatch, ("H-LAWFUL", False))
    for view in (True, False):
        assert _why("ZX", view=view, confirmed=f"The board {view}") == "law_forbids"
    rules.viewing.cache_clear()


def test_where_the_law_forbids_passing_on_it_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    _with(monkeypatch, ("H-LAWFUL", False), ("H-FORWARD", False))
    found = rules.viewing(country="ZX", view=True, confirmed="", on_date=TODAY)
    rules.viewing.cache_clear()
    assert not found.may_forward
    for state in ItemState:
        offered = rules.decisions_offered(
            state=state, category="", kind="address", view=False, forward=found.may_forward
        )
        assert DecisionKind.FORWARD_UNOPENED not in offered


@pytest.mark.parametrize(
    ("kind", "reason", "route", "hosting_known", "departs"),
    [
        ("notify", "", ("provider",), True, False),
        ("notify", "", ("own_police", "provider"), True, False),
        ("notify", "", ("partner_hotline",), True, True),
        ("notify", "", ("clearing_house",), False, False),
        ("close", "forwarded", ("partner_hotline",), True, False),
        ("close", "forwarded", ("own_police",), True, True),
        ("close", "handed_to_police", ("own_police", "provider"), True, False),
        ("close", "handed_to_police", ("provider",), True, True),
        ("close", "other", ("provider",), True, True),
        ("close", "not_reachable", ("provider",), True, False),
        ("close", "duplicate", ("provider",), True, False),
        ("hold_for_police", "", ("provider",), True, False),
        ("ask_reporter", "", ("provider",), True, False),
        ("notify", "", (), True, False),
        ("close", "other", (), True, False),
        ("nonsense", "", ("provider",), True, False),
    ],
)
def test_a_decision_departs_when_it_serves_no_station_of_the_route(
    kind: str, reason: str, route: tuple[str, ...], hosting_known: bool, departs: bool
) -> None:
    assert rules.departs(kind=kind, reason=reason, route=route, hosting_known=hosting_known) is departs
