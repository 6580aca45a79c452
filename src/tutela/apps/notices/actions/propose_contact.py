"""Note a contact that a registry names; nothing is sent to it before a person approved it."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction

from tutela.apps.notices import rules
from tutela.apps.notices.actions._lines import Lines
from tutela.apps.notices.models import Contact
from tutela.core.kernel import clock


def propose_contact(
    *, email: str, source: str, proof: tuple[rules.FactSource, ...] = (), actor: str = "worker"
) -> uuid.UUID:
    """Return the contact's id; one that is known already stays as it is, refused ones too.

    Raises:
        NotAnEmail: not one plain address.
    """
    with transaction.atomic():
        lines = Lines(actor)
        contact_id = propose(email, source, proof, lines)
        lines.write()
    return contact_id


def propose(email: str, source: str, proof: tuple[rules.FactSource, ...], lines: Lines) -> uuid.UUID:
    """Do it inside a larger change."""
    row, made = Contact.objects.get_or_create(
        email=rules.clean_email(email),
        defaults={
            "source": source,
            "proof": [as_proof(fact) for fact in proof],
            "proposed_at": clock.now(),
        },
    )
    if made:
        lines.line("contact_proposed", "contact", row.id, source=source)
    return row.id


def as_proof(fact: rules.FactSource) -> dict[str, Any]:
    """Return a fact's origin in the form in which it is stored."""
    return {
        "fact": fact.fact,
        "source": fact.source,
        "detail": fact.detail,
        "at": clock.to_text(fact.at),
    }
