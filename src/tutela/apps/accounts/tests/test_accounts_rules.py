"""Promises about roles, addresses, names and passwords."""

from __future__ import annotations

import pytest

from tutela.apps.accounts import rules
from tutela.apps.accounts.errors import NotAName, NotAnEmail
from tutela.core.kernel import ids
from tutela.core.kernel.errors import NotPermitted
from tutela.core.terms.states import Role

TABLE = {
    "see_queue": {Role.COORDINATOR, Role.ANALYST},
    "claim": {Role.COORDINATOR, Role.ANALYST},
    "assess": {Role.COORDINATOR, Role.ANALYST},
    "confirm": {Role.COORDINATOR, Role.ANALYST},
    "decide": {Role.COORDINATOR, Role.ANALYST},
    "read_words": {Role.COORDINATOR, Role.ANALYST},
    "approve_contact": {Role.COORDINATOR},
    "manage_people": {Role.COORDINATOR},
    "manage_providers": {Role.COORDINATOR},
    "see_audit": {Role.COORDINATOR, Role.AUDITOR},
    "see_exposure_of_others": {Role.WELFARE_LEAD},
    "reassign": {Role.COORDINATOR},
    "release_others": {Role.COORDINATOR},
    "change_settings": {Role.COORDINATOR},
    "see_lists": {Role.COORDINATOR, Role.ANALYST, Role.AUDITOR},
    "propose_entry": {Role.COORDINATOR, Role.ANALYST},
    "approve_entry": {Role.COORDINATOR, Role.ANALYST},
    "manage_lists": {Role.COORDINATOR},
    "manage_partners": {Role.COORDINATOR},
    "talk_to_partners": {Role.COORDINATOR, Role.ANALYST},
    "see_referrals": {Role.COORDINATOR, Role.ANALYST},
    "answer_referrals": {Role.COORDINATOR, Role.ANALYST},
    "ask_preservation": {Role.COORDINATOR, Role.ANALYST},
    "see_requests": {Role.COORDINATOR, Role.ANALYST},
    "answer_requests": {Role.COORDINATOR, Role.ANALYST},
}


def test_the_table_of_abilities_is_the_one_that_was_agreed() -> None:
    assert set(TABLE) == rules.ALL_ABILITIES
    for ability, roles in TABLE.items():
        assert {role for role in Role if rules.may(role, ability)} == roles, ability


def test_an_unknown_role_may_do_nothing() -> None:
    assert not any(rules.may("superuser", ability) for ability in rules.ALL_ABILITIES)


def test_an_unknown_ability_is_a_mistake_and_not_a_no() -> None:
    with pytest.raises(ValueError, match="unknown ability"):
        rules.may(Role.COORDINATOR, "see_queu")


def test_require_lets_pass_or_refuses_with_the_ability_named() -> None:
    analyst = rules.Actor(ids.new_id(), Role.ANALYST)
    rules.require(analyst, "decide")
    with pytest.raises(NotPermitted, match="manage_people"):
        rules.require(analyst, "manage_people")


def test_an_actor_is_named_by_id_in_the_ledger() -> None:
    actor = rules.Actor(ids.new_id(), Role.AUDITOR)
    assert actor.label == f"person:{actor.id}"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Nino@Hotline.Example.ORG", "nino@hotline.example.org"),
        ("  a.b+c@x.example.org ", "a.b+c@x.example.org"),
    ],
)
def test_two_spellings_of_an_address_are_one(typed: str, kept: str) -> None:
    assert rules.clean_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "nino",
        "a@b",
        "a b@x.example.org",
        "a@x.example.org\nBcc: b@x.example.org",
        "a@x.org\x00",
        "ა" * 260 + "@x.org",
    ],
)
def test_what_is_not_an_address_is_refused(typed: str) -> None:
    with pytest.raises(NotAnEmail):
        rules.clean_email(typed)


def test_a_name_keeps_its_letters_and_loses_its_line_breaks() -> None:
    assert rules.clean_name("  ნინო \n ბერიძე ") == "ნინო ბერიძე"
    for typed in ("", "  ", "x" * 121, "a\u202eb"):
        with pytest.raises(NotAName):
            rules.clean_name(typed)


def test_a_token_is_stored_as_a_hash_of_fixed_length() -> None:
    assert len(rules.token_hash("x")) == 64
    assert rules.token_hash("\ud800") != rules.token_hash("x")


@pytest.mark.parametrize(
    ("password", "reasons"),
    [
        ("x" * 11, ("password_too_short",)),
        ("x" * 12, ()),
        ("x" * 128, ()),
        ("x" * 129, ("password_too_long",)),
    ],
)
def test_only_the_length_of_a_password_is_a_rule_here(password: str, reasons: tuple[str, ...]) -> None:
    assert rules.password_reasons(password) == reasons
