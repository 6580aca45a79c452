"""The standing persons of this room's tests, and a list with one source."""

from __future__ import annotations

import pytest

from tutela.apps.accounts.rules import Actor
from tutela.core.kernel import ids
from tutela.core.terms.states import Role
from tutela.testing.hash_lists import Bank, make_store


@pytest.fixture
def store(db: None) -> Bank:
    return make_store()


@pytest.fixture
def coordinator() -> Actor:
    return Actor(ids.new_id(), Role.COORDINATOR)


@pytest.fixture
def analyst() -> Actor:
    return Actor(ids.new_id(), Role.ANALYST)


@pytest.fixture
def second() -> Actor:
    return Actor(ids.new_id(), Role.ANALYST)


@pytest.fixture
def auditor() -> Actor:
    return Actor(ids.new_id(), Role.AUDITOR)
