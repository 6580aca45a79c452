"""Promises of the rules that judge: who looks, what may be decided, what closes, what is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from tutela.apps.cases import rules
from tutela.core.terms.assessment import AgeBand, Assessed, Category, Reality
from tutela.core.terms.states import CloseReason, DecisionKind, ItemKind, ItemState

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
BASELINE = Assessed(Reality.PHOTO_VIDEO, AgeBand.A7_10, Category.BASELINE)
NATIONAL = replace(BASELINE, category=Category.NATIONAL)
FINE = Assessed(Reality.PHOTO_VIDEO, AgeBand.ADULT, Category.NOT_ILLEGAL)


@pytest.mark.parametrize(
    ("assessed", "policy", "wanted"),
    [
        (BASELINE, ("baseline", "national"), True),
        (NATIONAL, ("baseline", "national"), True),
        (NATIONAL, ("baseline",), False),
        (FINE, ("baseline", "national"), False),
        (FINE, ("not_illegal",), True),
        (BASELINE, (), False),
    ],
)
def test_the_policy_says_what_a_second_person_looks_at(
    assessed: Assessed, policy: tuple[str, ...], wanted: bool
) -> None:
    assert rules.needs_second_look(assessed, policy) is wanted


@pytest.mark.parametrize(
    ("first", "second", "third", "holds"),
    [
        (BASELINE, None, None, BASELINE),
        (BASELINE, BASELINE, None, BASELINE),
        (BASELINE, replace(BASELINE, age_band=AgeBand.A3_6), None, BASELINE),
        (BASELINE, NATIONAL, None, None),
        (NATIONAL, replace(NATIONAL, reality=Reality.GENERATED), None, None),
        (BASELINE, NATIONAL, NATIONAL, NATIONAL),
        (BASELINE, NATIONAL, FINE, FINE),
    ],
)
def test_two_who_agree_settle_and_a_third_decides_where_they_do_not(
    first: Assessed, second: Assessed | None, third: Assessed | None, holds: Assessed | None
) -> None:
    assert rules.settle(first, second, third) == holds


def offered(state: ItemState, category: str = "", kind: str = "address", view: bool = True) -> set[str]:
    return set(rules.decisions_offered(state=state, category=category, kind=kind, view=view))


def test_a_notice_needs_an_assessment_that_says_illegal_and_a_place() -> None:
    for state, category, kind in product(ItemState, ["", *Category], ItemKind):
        notifiable = (
            state == ItemState.DECIDING
            and category in ("baseline", "national")
            and kind in ("address", "account")
        )
        assert ("notify" in offered(state, category, kind)) is notifiable, (state, category, kind)


def test_without_the_right_to_look_things_are_forwarded_unopened() -> None:
    assert "forward_unopened" in offered(ItemState.WAITING, view=False)
    assert "notify" not in offered(ItemState.WAITING, view=False)
    assert "forward_unopened" not in offered(ItemState.WAITING, view=True)


def test_a_second_look_cannot_be_decided_away() -> None:
    for state in (ItemState.SECOND_LOOK, ItemState.DISPUTED):
        assert offered(state) == {"hold_for_police"}


def test_nothing_is_offered_that_no_room_carries_out() -> None:
    for state, category, view in product(ItemState, ["", *Category], [True, False]):
        assert not offered(state, category, view=view) & set(rules.NOT_YET_OFFERED)


def test_every_decision_leads_where_an_item_may_go() -> None:
    leads = {
        DecisionKind.CLOSE: ItemState.CLOSED,
        DecisionKind.FORWARD_UNOPENED: ItemState.CLOSED,
        DecisionKind.ASK_REPORTER: ItemState.ASKED,
        DecisionKind.HOLD_FOR_POLICE: ItemState.HELD,
    }
    for state, category, view in product(ItemState, ["", *Category], [True, False]):
        for kind in rules.decisions_offered(state=state, category=category, kind="address", view=view):
            assert kind == DecisionKind.NOTIFY or rules.may_go(state, leads[kind]), (state, kind)


def test_a_closed_item_is_offered_nothing() -> None:
    for category, view in product(["", *Category], [True, False]):
        assert not offered(ItemState.CLOSED, category, view=view)


@pytest.mark.parametrize(
    ("category", "reason", "fits"),
    [
        ("", "not_illegal", False),
        ("", "outside_scope", True),
        ("", "removed", False),
        ("baseline", "not_illegal", False),
        ("baseline", "outside_scope", False),
        ("national", "not_illegal", False),
        ("baseline", "removed", True),
        ("baseline", "handed_to_police", True),
        ("not_illegal", "not_illegal", True),
        ("outside_scope", "outside_scope", True),
        ("not_reachable", "not_reachable", True),
    ],
)
def test_no_reason_for_closing_contradicts_what_was_found(category: str, reason: str, fits: bool) -> None:
    assert (reason in rules.close_reasons_offered(category=category)) is fits


@pytest.mark.parametrize(
    ("state", "category", "danger_now", "self_report", "closes"),
    [
        ("noticed", "baseline", False, False, True),
        ("noticed", "national", False, False, True),
        ("noticed", "baseline", True, False, False),
        ("noticed", "baseline", False, True, False),
        ("noticed", "", False, False, False),
        ("deciding", "baseline", False, False, False),
        ("waiting", "", False, False, False),
        ("waiting", "not_illegal", False, False, False),
        ("held", "national", False, False, False),
    ],
)
def test_nothing_closes_itself_above_the_set_severity_or_before_a_notice(
    state: str, category: str, danger_now: bool, self_report: bool, closes: bool
) -> None:
    verdict = rules.closes_itself(
        state=state, category=category, danger_now=danger_now, self_report=self_report
    )
    assert verdict is closes


@pytest.mark.parametrize(
    ("outcomes", "common"),
    [(["removed"], "removed"), (["removed", "removed"], "removed"), (["removed", "not_illegal"], "other")],
)
def test_a_report_is_closed_with_what_its_items_have_in_common(outcomes: list[str], common: str) -> None:
    assert rules.common_outcome(outcomes) == common


OLD, FRESH = NOW - timedelta(days=60), NOW - timedelta(days=3)


@pytest.mark.parametrize(
    ("state", "outcome", "category", "closed_at", "urgent", "machine", "effect"),
    [
        ("waiting", "", "", None, False, True, "count"),
        ("waiting", "", "", None, True, True, "count"),
        ("deciding", "", "baseline", None, False, True, "count"),
        ("noticed", "", "baseline", None, True, False, "count"),
        ("closed", "removed", "baseline", FRESH, False, True, "look_again"),
        ("closed", "removed", "baseline", FRESH, False, False, "decide"),
        ("closed", "removed", "baseline", FRESH, True, True, "decide"),
        ("closed", "removed", "", FRESH, False, False, "assess"),
        ("closed", "not_illegal", "not_illegal", FRESH, False, True, "count"),
        ("closed", "not_illegal", "not_illegal", OLD, False, True, "assess"),
        ("closed", "not_illegal", "not_illegal", FRESH, True, True, "assess"),
        ("closed", "outside_scope", "", FRESH, False, True, "count"),
        ("closed", "not_reachable", "", FRESH, False, True, "assess"),
        ("closed", "not_reachable", "national", FRESH, False, True, "decide"),
        ("closed", "forwarded", "", OLD, False, True, "count"),
        ("closed", "handed_to_police", "baseline", OLD, False, True, "count"),
        ("closed", "other", "", FRESH, False, True, "assess"),
    ],
)
def test_what_is_known_is_looked_at_as_little_as_is_safe(
    state: str,
    outcome: str,
    category: str,
    closed_at: datetime | None,
    urgent: bool,
    machine: bool,
    effect: str,
) -> None:
    standing = rules.Standing(state, outcome, category, closed_at)
    assert rules.effect_of_sighting(standing, for_a_person=urgent, machine_looks=machine, now=NOW) == effect


def test_what_is_known_to_be_illegal_is_never_put_before_anybodys_eyes_by_a_sighting() -> None:
    for outcome, urgent, machine in product(CloseReason, [True, False], [True, False]):
        for category in ("baseline", "national"):
            standing = rules.Standing("closed", outcome, category, OLD)
            effect = rules.effect_of_sighting(standing, for_a_person=urgent, machine_looks=machine, now=NOW)
            if outcome not in ("not_illegal", "outside_scope"):
                assert effect != "assess", outcome


@pytest.mark.parametrize(
    ("illegal", "again", "state"),
    [(True, False, "deciding"), (True, True, "waiting"), (False, False, "waiting"), (False, True, "waiting")],
)
def test_a_known_illegal_item_comes_back_to_deciding(illegal: bool, again: bool, state: str) -> None:
    assert rules.reopened_state(settled_illegal=illegal, assess_again=again) == state


@pytest.mark.parametrize(
    ("told", "news", "reopened", "is_told"),
    [
        ("", "received", False, True),
        ("received", "being_looked_at", False, True),
        ("being_looked_at", "being_looked_at", False, False),
        ("notice_sent", "being_looked_at", False, False),
        ("removed", "notice_sent", False, False),
        ("notice_sent", "removed", False, True),
        ("removed", "closed", False, True),
        ("closed", "removed", False, False),
        ("closed", "came_back", True, True),
        ("came_back", "came_back", True, False),
        ("came_back", "notice_sent", False, True),
        ("closed", "being_looked_at", True, True),
        ("closed", "being_looked_at", False, False),
        ("received", "being_looked_at", True, False),
    ],
)
def test_a_reporter_is_told_progress_and_returns_and_nothing_twice(
    told: str, news: str, reopened: bool, is_told: bool
) -> None:
    assert rules.told_after(told, news, reopened=reopened) is is_told


def test_every_state_has_its_way_out() -> None:
    for state in ItemState:
        assert rules.NEXT[state], state
    assert set(rules.OPEN) == set(ItemState) - {ItemState.CLOSED}
