"""A person names the contact of an item for which nothing else knows one."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import transaction

from tutela.apps.accounts.rules import Actor, require
from tutela.apps.notices import rules
from tutela.apps.notices.actions import place_items
from tutela.apps.notices.actions._lines import Lines
from tutela.apps.notices.actions.approve_contact import approve
from tutela.apps.notices.actions.propose_contact import as_proof, propose
from tutela.apps.notices.errors import NotWaiting
from tutela.apps.notices.models import LIVE_ITEM, Hosting, NoticeItem
from tutela.apps.notices.queries.hosting import newest_hosting
from tutela.core.kernel import clock


def name_contact(*, by: Actor, item_id: uuid.UUID, email: str) -> uuid.UUID:
    """Use ``email`` for this item, approved by the person who named it; returns the contact's id.

    Raises:
        NotPermitted, NotAnEmail
        NotWaiting: no notice is being prepared for the item.
    """
    require(by, "approve_contact")
    now = clock.now()
    fact = rules.FactSource("contact", "person", now)
    with transaction.atomic():
        lines = Lines(by.label)
        place_items.lock(now)
        live = NoticeItem.objects.filter(item_id=item_id, state__in=LIVE_ITEM).first()
        if live is None:
            raise NotWaiting
        contact_id = propose(email, "manual", (fact,), lines)
        last = newest_hosting(item_id)
        Hosting.objects.create(
            item_id=item_id,
            host=live.host,
            ip=last.ip if last else None,
            asn=last.asn if last else None,
            network=last.network if last else "",
            network_name=last.network_name if last else "",
            country=last.country if last else "",
            provider_id=last.provider_id if last else None,
            contact_id=contact_id,
            source=[*(last.source if last else []), as_proof(fact)],
            # The newest row counts, also on the heels of a lookup in the same moment.
            looked_at=max(now, last.looked_at + timedelta(microseconds=1)) if last else now,
        )
        approve(contact_id, by, lines)
        lines.line("contact_named", "item", item_id)
        lines.write()
    return contact_id
