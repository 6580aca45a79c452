"""What a letter would say about an item now, and in which languages."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from tutela.apps.cases import queries as case_queries
from tutela.apps.notices import rules
from tutela.apps.notices.models import Provider
from tutela.apps.notices.queries.contacts import ContactSeen
from tutela.apps.notices.queries.hosting import newest_hosting


def item_alone(item_id: uuid.UUID) -> rules.ItemToSend:
    """Return what a letter would state about this item now; in truth others may stand beside it.

    Raises:
        NoSuchItem: there is none.
    """
    facts, hosting = case_queries.item_for_notice(item_id), newest_hosting(item_id)
    return rules.ItemToSend(
        item_id=facts.id,
        kind=facts.kind,
        address=address_in_letter(facts),
        host=rules.host_of(host=facts.host, service=facts.service),
        ip=(hosting.ip or "") if hosting else "",
        asn=hosting.asn if hosting else None,
        network=hosting.network if hosting else "",
        network_name=hosting.network_name if hosting else "",
        country=hosting.country if hosting else "",
        category=facts.category,
        seen_at=facts.received_at,
        resolved_at=hosting.looked_at if hosting else None,
        assessed_at=facts.assessed_at,
    )


def address_in_letter(facts: case_queries.ItemForNotice) -> str:
    """Return where the item is, live, as a letter says it."""
    return rules.address_of(
        kind=facts.kind, canonical=facts.canonical, service=facts.service, account=facts.account
    )


def languages_of(contact: ContactSeen | None, items: Sequence[rules.ItemToSend]) -> tuple[str, ...]:
    """Return the languages of a letter: the provider's own where its record says, else its country's."""
    provider_id = contact.provider_id if contact else None
    provider = Provider.objects.filter(pk=provider_id).first() if provider_id else None
    country = (provider.country if provider else "") or next((one.country for one in items), "")
    return rules.languages_for(provider.language if provider else "", country)
