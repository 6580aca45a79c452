"""What the desk's tests share: a desk that may not view, a chain that was tampered with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tutela.testing import stories


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
