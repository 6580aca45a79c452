"""What the desk's tests share: a desk that may not view, a chain that was tampered with, a browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tutela.testing import people, stories
from tutela.testing.browser import Visit, session_cookie

if TYPE_CHECKING:
    from playwright.sync_api import Page


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
