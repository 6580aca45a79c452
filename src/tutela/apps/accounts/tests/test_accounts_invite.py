"""Promises about invitations: how somebody becomes a person."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import time_machine

from tutela.apps.accounts import actions as accounts
from tutela.apps.accounts import queries, rules
from tutela.apps.accounts.errors import (
    AlreadyThere,
    CoordinatorExists,
    LinkNotValid,
    NotAnEmail,
    NotARole,
    WeakPassword,
)
from tutela.apps.accounts.models import Invitation, Person
from tutela.apps.ledger import queries as ledger_queries
from tutela.core.kernel import clock, ids
from tutela.core.kernel.errors import NotFound, NotPermitted
from tutela.core.terms.states import Role

pytestmark = pytest.mark.django_db

PASSWORD = "five plain words that nobody guesses"


@pytest.fixture
def coordinator() -> rules.Actor:
    token = accounts.invite_first_coordinator()
    person_id = accounts.accept_invitation(
        token=token, name="Nino", password=PASSWORD, email="nino@hotline.example.org"
    )
    return rules.Actor(person_id, Role.COORDINATOR)


def _invite(by: rules.Actor, email: str = "gia@hotline.example.org", role: Role = Role.ANALYST) -> str:
    return accounts.invite_person(by=by, email=email, name="Gia", role=role).link_token


def test_a_new_node_gets_its_first_coordinator_by_a_link(coordinator: rules.Actor) -> None:
    seen = queries.person(coordinator.id)
    assert (seen.name, seen.email, seen.role) == ("Nino", "nino@hotline.example.org", Role.COORDINATOR)
    assert queries.has_coordinator()
    assert not seen.has_second_factor
    with pytest.raises(CoordinatorExists):
        accounts.invite_first_coordinator()


def test_a_second_first_link_ends_the_first() -> None:
    first, second = accounts.invite_first_coordinator(), accounts.invite_first_coordinator()
    assert queries.invitation_by_token(first) is None
    assert queries.invitation_by_token(second) is not None


def test_the_first_coordinator_has_to_name_an_address() -> None:
    token = accounts.invite_first_coordinator()
    with pytest.raises(NotAnEmail):
        accounts.accept_invitation(token=token, name="Nino", password=PASSWORD)
    assert queries.invitation_by_token(token) is not None


def test_an_invitation_makes_a_person_once(coordinator: rules.Actor) -> None:
    token = _invite(coordinator)
    person_id = accounts.accept_invitation(token=token, name="Gia B", password=PASSWORD)
    assert queries.person(person_id).role is Role.ANALYST
    with pytest.raises(LinkNotValid):
        accounts.accept_invitation(token=token, name="Somebody", password=PASSWORD)
    assert Person.objects.count() == 2


def test_the_invited_cannot_choose_another_address_or_role(coordinator: rules.Actor) -> None:
    token = _invite(coordinator)
    person_id = accounts.accept_invitation(
        token=token, name="Gia", password=PASSWORD, email="other@elsewhere.example.net"
    )
    assert queries.person(person_id).email == "gia@hotline.example.org"


def test_only_the_hash_of_a_token_lies_in_the_database(coordinator: rules.Actor) -> None:
    token = _invite(coordinator)
    row = Invitation.objects.get(used_at=None)
    assert row.token_hash == rules.token_hash(token)
    assert token not in str(vars(row))
    made = accounts.invite_person(by=coordinator, email="a@x.example.org", name="A", role="auditor")
    assert made.link_token not in repr(made)


def test_an_invitation_ends_after_seven_days(coordinator: rules.Actor) -> None:
    token = _invite(coordinator)
    with time_machine.travel(clock.now() + timedelta(days=7, seconds=-5), tick=False):
        assert queries.invitation_by_token(token) is not None
    with time_machine.travel(clock.now() + timedelta(days=7, seconds=5), tick=False):
        assert queries.invitation_by_token(token) is None
        with pytest.raises(LinkNotValid):
            accounts.accept_invitation(token=token, name="Gia", password=PASSWORD)


@pytest.mark.parametrize("wrong", ["", "x", "x" * 10_000, "\x00", "\ud800", "' or 1=1 --"])
def test_a_wrong_token_is_refused_like_a_used_one(coordinator: rules.Actor, wrong: str) -> None:
    with pytest.raises(LinkNotValid):
        accounts.accept_invitation(token=wrong, name="Gia", password=PASSWORD)


def test_inviting_again_ends_the_earlier_link(coordinator: rules.Actor) -> None:
    first, second = _invite(coordinator), _invite(coordinator, email="GIA@hotline.example.org")
    assert queries.invitation_by_token(first) is None
    assert queries.invitation_by_token(second) is not None


def test_who_was_invited_and_never_came_is_forgotten(coordinator: rules.Actor) -> None:
    _invite(coordinator, email="never@hotline.example.org")
    with time_machine.travel(clock.now() + timedelta(days=8), tick=False):
        _invite(coordinator, email="gia@hotline.example.org")
    kept = set(Invitation.objects.filter(used_at=None).values_list("email", flat=True))
    assert kept == {"", "gia@hotline.example.org"}


def test_who_is_here_cannot_be_invited_again(coordinator: rules.Actor) -> None:
    with pytest.raises(AlreadyThere):
        _invite(coordinator, email="Nino@Hotline.example.org")


def test_two_links_with_one_address_make_one_person(coordinator: rules.Actor) -> None:
    token = _invite(coordinator)
    Person.objects.create(email="gia@hotline.example.org", name="Gia", role=Role.AUDITOR)
    with pytest.raises(AlreadyThere):
        accounts.accept_invitation(token=token, name="Gia", password=PASSWORD)
    assert Person.objects.count() == 2
    assert queries.invitation_by_token(token) is not None


@pytest.mark.parametrize("role", [Role.ANALYST, Role.WELFARE_LEAD, Role.AUDITOR])
def test_only_a_coordinator_invites(coordinator: rules.Actor, role: Role) -> None:
    with pytest.raises(NotPermitted):
        _invite(rules.Actor(ids.new_id(), role))
    assert queries.open_invitations() == []


def test_a_role_that_does_not_exist_is_refused(coordinator: rules.Actor) -> None:
    with pytest.raises(NotARole):
        accounts.invite_person(by=coordinator, email="a@x.example.org", name="A", role="superuser")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", "password_too_short"),
        ("x" * 129, "password_too_long"),
        ("qwerty123456", "password_too_common"),
        ("Password-2026!", "password_too_common"),
        ("abcabcabcabc", "password_too_common"),
        ("gia@hotline.example.org", "password_too_similar"),
    ],
)
def test_a_weak_password_is_refused_and_the_link_stays_good(
    coordinator: rules.Actor, password: str, reason: str
) -> None:
    token = _invite(coordinator)
    with pytest.raises(WeakPassword) as refused:
        accounts.accept_invitation(token=token, name="Gia", password=password)
    assert reason in refused.value.reasons
    assert queries.invitation_by_token(token) is not None


def test_a_withdrawn_invitation_is_over(coordinator: rules.Actor) -> None:
    token = _invite(coordinator)
    (invitation,) = queries.open_invitations()
    accounts.withdraw_invitation(by=coordinator, invitation_id=invitation.id)
    assert queries.invitation_by_token(token) is None
    with pytest.raises(NotFound):
        accounts.withdraw_invitation(by=coordinator, invitation_id=invitation.id)
    with pytest.raises(NotPermitted):
        accounts.withdraw_invitation(by=rules.Actor(ids.new_id(), Role.ANALYST), invitation_id=uuid.uuid4())


def test_the_ledger_tells_of_invitation_and_arrival_without_names(coordinator: rules.Actor) -> None:
    accounts.accept_invitation(token=_invite(coordinator), name="Gia", password=PASSWORD)
    lines = ledger_queries.lines_after(0)
    assert [line.kind for line in lines] == [
        "person_invited",
        "invitation_accepted",
        "person_invited",
        "invitation_accepted",
    ]
    assert lines[0].actor == "command"
    assert lines[2].actor == coordinator.label
    assert lines[2].facts == {"role": "analyst", "again": False}
    assert not any("example" in str(line.facts) for line in lines)
