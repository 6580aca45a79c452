"""Note a contact that a registry names; nothing is sent to it before a person approved it."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction

from tutela.apps.ledger import actions as ledger
from tutela.apps.notices import rules
from tutela.apps.notices.models import Contact
from tutela.core.kernel import clock


def propose_contact(
    *, email: str, source: str, proof: tuple[rules.FactSource, ...] = (), actor: str = "worker"
) -> uuid.UUID:
    """Return the contact's id; one that is known already stays as it is, refused ones too.

    Raises:
        NotAnEmail: not one plain address.
    """
    email = rules.clean_email(email)
    with transaction.atomic():
        row, made = Contact.objects.get_or_create(
            email=email,
            defaults={
                "source": source,
                "proof": [as_proof(fact) for fact in proof],
                "proposed_at": clock.now(),
            },
        )
        if made:
            ledger.write_line(
                "contact_proposed", actor=actor, about=("contact", row.id), facts={"source": source}
            )
    return row.id


def as_proof(fact: rules.FactSource) -> dict[str, Any]:
    """Return a fact's origin in the form in which it is stored."""
    return {
        "fact": fact.fact,
        "source": fact.source,
        "detail": fact.detail,
        "at": clock.to_text(fact.at),
    }
