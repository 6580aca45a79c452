"""What the desk's tests share: its people, a partner, a desk that may not view, a broken chain, a browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tutela.apps.exchange.keyring import Keyring
from tutela.testing import people, stories
from tutela.testing.browser import Visit, session_cookie
from tutela.testing.partners import PartnerInMemory, keyring_in, our_key

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture
def desk() -> stories.Desk:
    """The people of a desk."""
    return stories.desk()


@pytest.fixture
def ring(db: None, tmp_path: Path) -> Keyring:
    """The keys with which this node takes part in the exchange."""
    return keyring_in(tmp_path)


@pytest.fixture
def dutch(ring: Keyring) -> PartnerInMemory:
    """A hotline abroad that this node believes."""
    return PartnerInMemory("meldpunt.example.net", our_key()).join(organisation="Meldpunt", country="NL")


@pytest.fixture
def no_view(settings: Any) -> None:
    """A node whose country does not let it look at material."""
    settings.TUTELA = replace(settings.TUTELA, desk=replace(settings.TUTELA.desk, view=False))


@pytest.fixture
def break_the_chain(db: None) -> int:
    """Change one line of the ledger behind everybody's back and return its number."""
    from django.db import connection

    from tutela.apps.ledger import queries, triggers

    stories.item()
    number = queries.head()[0] - 1
    triggers.drop(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_line SET kind = 'something_else' WHERE sequence = %s", [number])
    return number


@pytest.fixture
def page_of(live_server: Any, visit: Visit) -> Callable[..., Page]:
    """Open a browser in which somebody is signed in: ``page_of(person, locale="ka")``."""
    from django.test import Client

    def open_for(person: people.MadePerson, **options: Any) -> Page:
        client = Client()
        people.be(client, person)
        page = visit.open(**options)
        page.context.add_cookies([session_cookie(client, live_server.url)])
        return page

    return open_for
