"""Write down that a person changed the password."""

from __future__ import annotations

import uuid

from django.db import transaction

from tutela.apps.ledger import actions as ledger


def record_password_change(*, person_id: uuid.UUID) -> None:
    """Write the line, in the transaction of the change."""
    with transaction.atomic():
        ledger.write_line("password_changed", actor=f"person:{person_id}", about=("person", person_id))
