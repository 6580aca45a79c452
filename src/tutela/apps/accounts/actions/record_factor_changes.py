"""Write down which ways to sign in a person added or removed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import transaction

from tutela.apps.accounts.queries import FactorSeen
from tutela.apps.ledger import actions as ledger


def record_factor_changes(
    *, person_id: uuid.UUID, before: Iterable[FactorSeen], after: Iterable[FactorSeen]
) -> None:
    """Write one line for each factor that is new and each that is gone."""
    was, is_now = {one.id: one.kind for one in before}, {one.id: one.kind for one in after}
    with transaction.atomic():
        for factor in sorted(was.keys() - is_now.keys()):
            _write("second_factor_removed", person_id, was[factor])
        for factor in sorted(is_now.keys() - was.keys()):
            _write("second_factor_added", person_id, is_now[factor])


def _write(kind: str, person_id: uuid.UUID, factor: str) -> None:
    ledger.write_line(
        kind,
        actor=f"person:{person_id}",
        about=("person", person_id),
        facts={"factors": [factor], "reset": False},
    )
