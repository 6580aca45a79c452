"""Write down that somebody signed in, and how."""

from __future__ import annotations

import uuid

from django.db import transaction

from tutela.apps.ledger import actions as ledger


def record_sign_in(*, person_id: uuid.UUID, method: str) -> None:
    """Write the line; ``method`` is a code such as ``password_totp`` or ``passkey``."""
    with transaction.atomic():
        ledger.write_line(
            "person_signed_in",
            actor=f"person:{person_id}",
            about=("person", person_id),
            facts={"method": method},
        )
