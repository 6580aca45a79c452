"""Promises about two people at the same moment, with real transactions."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from tutela.apps.accounts import actions as accounts
from tutela.apps.accounts import queries, rules
from tutela.apps.accounts.errors import LinkNotValid
from tutela.apps.accounts.models import Person
from tutela.core.kernel import ids
from tutela.core.kernel.errors import NotPermitted
from tutela.core.terms.states import Role

pytestmark = pytest.mark.django_db(transaction=True)


def _at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls in threads that start together; return results and refusals."""
    gate, answers = threading.Barrier(len(calls)), list[Any]()

    def run(call: Callable[[], Any]) -> None:
        gate.wait()
        try:
            answers.append(call())
        except Exception as error:
            answers.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _coordinator() -> rules.Actor:
    key = ids.new_id()
    return Person.objects.create(
        id=key, email=f"{key}@hotline.example.org", name="Nino", role=Role.COORDINATOR
    ).actor


def test_two_coordinators_who_demote_each_other_do_not_leave_nobody() -> None:
    first, second = _coordinator(), _coordinator()
    answers = _at_once(
        lambda: accounts.change_role(by=first, person_id=second.id, role=Role.ANALYST),
        lambda: accounts.deactivate_person(by=second, person_id=first.id),
    )
    assert sorted(str(type(answer).__name__) for answer in answers) == ["NoneType", "NotPermitted"]
    assert any(isinstance(answer, NotPermitted) for answer in answers)
    assert queries.has_coordinator()


def test_a_link_used_twice_at_once_makes_one_person() -> None:
    token = accounts.invite_first_coordinator()

    def accept(email: str) -> Callable[[], Any]:
        return lambda: accounts.accept_invitation(
            token=token, name="Nino", password="five plain words that nobody guesses", email=email
        )

    answers = _at_once(accept("a@hotline.example.org"), accept("b@hotline.example.org"))
    assert sum(isinstance(answer, LinkNotValid) for answer in answers) == 1
    assert Person.objects.count() == 1


def test_a_code_sent_twice_at_once_is_good_once() -> None:
    nino = _coordinator()
    answers = _at_once(*[lambda: accounts.spend_code(person_id=nino.id, step=7)] * 4)
    assert sorted(answers) == [False, False, False, True]
