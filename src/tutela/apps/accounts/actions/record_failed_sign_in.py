"""Write down that a sign-in failed, without what was typed."""

from __future__ import annotations

from django.db import transaction

from tutela.apps.accounts.models import Person
from tutela.apps.ledger import actions as ledger


def record_failed_sign_in(*, step: str, email: str = "") -> None:
    """Write the line about the person whose address it was, or about nobody.

    The line holds the step (``password``, ``second_factor``, ``passkey``, ``reauthentication``) and never
    the address: somebody's mistyped password in the address field must not stand in the record.
    """
    with transaction.atomic():
        person_id = Person.objects.filter(email=email.strip().lower()).values_list("pk", flat=True).first()
        ledger.write_line(
            "sign_in_failed",
            actor="node",
            about=None if person_id is None else ("person", person_id),
            facts={"step": step},
        )
