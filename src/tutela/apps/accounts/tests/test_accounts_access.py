"""Promises about changing, resetting and ending somebody's access."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction

from tutela.apps.accounts import actions as accounts
from tutela.apps.accounts import queries, rules
from tutela.apps.accounts.errors import LastCoordinator, LinkNotValid, NotOneself, OnlyInDemo
from tutela.apps.accounts.models import Person, SignInLink
from tutela.apps.ledger import queries as ledger_queries
from tutela.core.kernel import ids
from tutela.core.kernel.errors import NotFound, NotPermitted
from tutela.core.terms.states import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def make() -> Callable[[Role], rules.Actor]:
    def make_person(role: Role) -> rules.Actor:
        key = ids.new_id()
        person = Person.objects.create(id=key, email=f"{key}@hotline.example.org", name="Somebody", role=role)
        return person.actor

    return make_person


def _hash(actor: rules.Actor) -> str:
    return Person.objects.get(pk=actor.id).get_session_auth_hash()


def test_a_role_change_ends_the_sessions_and_is_in_the_ledger(make: Any) -> None:
    boss, analyst = make(Role.COORDINATOR), make(Role.ANALYST)
    before = _hash(analyst)
    accounts.change_role(by=boss, person_id=analyst.id, role="auditor")
    assert queries.person(analyst.id).role is Role.AUDITOR
    assert _hash(analyst) != before
    (line,) = ledger_queries.lines_about(analyst.id)
    assert (line.kind, line.facts) == ("role_changed", {"role_before": "analyst", "role_after": "auditor"})


def test_the_same_role_again_changes_nothing(make: Any) -> None:
    boss, analyst = make(Role.COORDINATOR), make(Role.ANALYST)
    before = _hash(analyst)
    accounts.change_role(by=boss, person_id=analyst.id, role=Role.ANALYST)
    assert _hash(analyst) == before
    assert ledger_queries.lines_about(analyst.id) == []


@pytest.mark.parametrize("role", [Role.ANALYST, Role.WELFARE_LEAD, Role.AUDITOR])
def test_nobody_promotes_oneself_or_others_without_being_a_coordinator(make: Any, role: Role) -> None:
    make(Role.COORDINATOR)
    somebody, other = make(role), make(Role.ANALYST)
    for person_id in (somebody.id, other.id):
        with pytest.raises(NotPermitted):
            accounts.change_role(by=somebody, person_id=person_id, role=Role.COORDINATOR)
        with pytest.raises(NotPermitted):
            accounts.deactivate_person(by=somebody, person_id=person_id)
        with pytest.raises(NotPermitted):
            accounts.reset_second_factor(by=somebody, person_id=person_id)
    with pytest.raises(NotPermitted):
        accounts.let_back_in(by=somebody, person_id=other.id)


def test_the_last_coordinator_stays(make: Any) -> None:
    boss = make(Role.COORDINATOR)
    with pytest.raises(LastCoordinator):
        accounts.change_role(by=boss, person_id=boss.id, role=Role.ANALYST)
    with pytest.raises(LastCoordinator):
        accounts.deactivate_person(by=boss, person_id=boss.id)
    assert queries.has_coordinator()


def test_nobody_changes_ones_own_access(make: Any) -> None:
    boss = make(Role.COORDINATOR)
    make(Role.COORDINATOR)
    with pytest.raises(NotOneself):
        accounts.change_role(by=boss, person_id=boss.id, role=Role.WELFARE_LEAD)
    with pytest.raises(NotOneself):
        accounts.deactivate_person(by=boss, person_id=boss.id)
    with pytest.raises(NotOneself):
        accounts.reset_second_factor(by=boss, person_id=boss.id)


def test_who_was_demoted_a_moment_ago_demotes_nobody(make: Any) -> None:
    first, second = make(Role.COORDINATOR), make(Role.COORDINATOR)
    accounts.change_role(by=first, person_id=second.id, role=Role.ANALYST)
    with pytest.raises(NotPermitted):
        accounts.change_role(by=second, person_id=first.id, role=Role.ANALYST)
    accounts.deactivate_person(by=first, person_id=second.id)
    with pytest.raises(NotPermitted):
        accounts.let_back_in(by=second, person_id=second.id)


def test_a_deactivated_person_is_out_and_comes_back_only_by_a_new_link(make: Any) -> None:
    boss, analyst = make(Role.COORDINATOR), make(Role.ANALYST)
    link = accounts.reset_second_factor(by=boss, person_id=analyst.id).link_token
    before = _hash(analyst)
    accounts.deactivate_person(by=boss, person_id=analyst.id)
    assert _hash(analyst) != before
    assert not queries.person(analyst.id).active
    assert queries.invitation_by_token(link) is None
    with pytest.raises(NotPermitted):
        queries.actor_of(Person.objects.get(pk=analyst.id))
    with pytest.raises(NotFound):
        accounts.deactivate_person(by=boss, person_id=analyst.id)
    made = accounts.let_back_in(by=boss, person_id=analyst.id)
    accounts.accept_invitation(token=made.link_token, name="", password="five plain words once more")
    assert queries.person(analyst.id).active
    assert Person.objects.get(pk=analyst.id).check_password("five plain words once more")


def test_a_reset_takes_factors_and_password_away_and_gives_a_link(make: Any) -> None:
    boss, analyst = make(Role.COORDINATOR), make(Role.ANALYST)
    row = Person.objects.get(pk=analyst.id)
    row.set_password("five plain words that nobody guesses")
    row.save()
    for kind in ("totp", "recovery_codes"):
        Authenticator.objects.create(user=row, type=kind, data={})
    before = _hash(analyst)
    made = accounts.reset_second_factor(by=boss, person_id=analyst.id)
    assert queries.factors_of(analyst.id) == ()
    assert not Person.objects.get(pk=analyst.id).has_usable_password()
    assert _hash(analyst) != before
    seen = queries.invitation_by_token(made.link_token)
    assert seen is not None
    assert seen.person_id == analyst.id
    lines = ledger_queries.lines_after(0)
    assert [line.kind for line in lines] == ["second_factor_removed", "person_invited"]
    assert lines[0].facts == {"factors": ["recovery_codes", "totp"], "reset": True}


def test_the_keeper_of_the_machine_can_reset_by_address(make: Any) -> None:
    boss = make(Role.COORDINATOR)
    made = accounts.reset_second_factor_by_command(email=queries.person(boss.id).email.upper())
    assert queries.invitation_by_token(made.link_token) is not None
    assert ledger_queries.lines_after(0)[0].actor == "command"
    with pytest.raises(NotFound):
        accounts.reset_second_factor_by_command(email="nobody@hotline.example.org")


def test_recovery_codes_alone_are_no_second_factor(make: Any) -> None:
    analyst = make(Role.ANALYST)
    row = Person.objects.get(pk=analyst.id)
    Authenticator.objects.create(user=row, type="recovery_codes", data={})
    assert not queries.has_second_factor(analyst.id)
    assert not queries.person(analyst.id).has_second_factor
    Authenticator.objects.create(user=row, type="webauthn", data={"name": "Key"})
    assert queries.has_second_factor(analyst.id)
    assert [one.has_second_factor for one in queries.people()] == [True]


def test_a_failed_sign_in_leaves_a_line_without_the_address(make: Any) -> None:
    analyst = make(Role.ANALYST)
    email = queries.person(analyst.id).email
    accounts.record_failed_sign_in(step="password", email=f" {email.upper()} ")
    accounts.record_failed_sign_in(step="password", email="my password in the wrong field")
    known, unknown = ledger_queries.lines_after(0)
    assert (known.about_id, unknown.about_id) == (analyst.id, None)
    assert known.facts == unknown.facts == {"step": "password"}
    assert known.actor == unknown.actor == "node"


def test_a_code_is_spent_once_and_so_is_every_earlier_one(make: Any) -> None:
    analyst = make(Role.ANALYST)
    assert accounts.spend_code(person_id=analyst.id, step=100)
    assert not accounts.spend_code(person_id=analyst.id, step=100)
    assert not accounts.spend_code(person_id=analyst.id, step=99)
    assert accounts.spend_code(person_id=analyst.id, step=101)


def test_a_real_node_has_no_one_time_sign_in(make: Any) -> None:
    analyst = make(Role.ANALYST)
    with pytest.raises(OnlyInDemo):
        accounts.make_sign_in_link(analyst.id)
    with pytest.raises(OnlyInDemo):
        accounts.use_sign_in_link("x")


def test_a_demo_node_signs_in_once_by_link(make: Any, settings: Any) -> None:
    settings.TUTELA = dataclasses.replace(settings.TUTELA, demo=True)
    analyst = make(Role.ANALYST)
    token = accounts.make_sign_in_link(analyst.id)
    assert SignInLink.objects.get().token_hash == rules.token_hash(token)
    assert accounts.use_sign_in_link(token) == analyst.id
    with pytest.raises(LinkNotValid):
        accounts.use_sign_in_link(token)
    with pytest.raises(NotFound):
        accounts.make_sign_in_link(uuid.uuid4())


@pytest.mark.parametrize(
    "wrong",
    [{"role": "superuser"}, {"email": "Upper@hotline.example.org"}, {"email": "taken@hotline.example.org"}],
)
def test_the_database_itself_refuses_what_the_rules_forbid(wrong: dict[str, str]) -> None:
    Person.objects.create(email="taken@hotline.example.org", name="A", role=Role.ANALYST)
    values = {"email": "b@hotline.example.org", "name": "B", "role": "analyst", **wrong}
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(**values)


def test_nobody_acts_who_is_not_a_person() -> None:
    for user in (None, object()):
        with pytest.raises(NotPermitted):
            queries.actor_of(user)


def test_names_come_in_one_look_and_unknown_ones_are_empty(make: Any) -> None:
    analyst = make(Role.ANALYST)
    assert queries.names_of([analyst.id, uuid.uuid4()]) == {analyst.id: "Somebody"}
    assert queries.name_of(None) == queries.name_of(uuid.uuid4()) == ""
    with pytest.raises(NotFound):
        queries.person(uuid.uuid4())
