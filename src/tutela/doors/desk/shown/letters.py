"""The text of a letter for the desk: as it left, as it stands now, or as it would be for one item.

The one-time link is left out. It is the provider's key to answer, and nobody at the desk should be able
to answer in the provider's name.
"""

from __future__ import annotations

from tutela.apps.cases import queries as case_queries
from tutela.apps.notices import letter
from tutela.apps.notices import queries as notice_queries
from tutela.apps.notices import rules as notice_rules
from tutela.core.kernel import clock, ids
from tutela.core.terms.states import ItemKind

HIDDEN = "…"
_OUT = ("moved", "withdrawn")


def of_notice(seen: notice_queries.NoticeSeen) -> str:
    """Return the letter of a notice."""
    contact = notice_queries.contact(seen.contact_id)
    items = tuple(_item(one) for one in seen.items if one.state not in _OUT)
    return _text(
        notice_rules.NoticeToSend(
            notice_id=seen.id,
            reference=seen.reference,
            attempt=max(seen.attempts, 1),
            email=contact.email if contact else "",
            languages=_languages(contact, items),
            message_id="",
            token=HIDDEN,
            expires_at=seen.expires_at or clock.now() + notice_rules.LINK_LASTS,
            at=seen.sent_at or clock.now(),
            items=items,
        )
    )


def of_item(seen: case_queries.ItemSeen) -> str:
    """Return the letter that would go out about one item alone; in truth others may stand beside it."""
    hosting = notice_queries.hosting_of(seen.id)
    contact = hosting.contact if hosting else None
    item = notice_rules.ItemToSend(
        item_id=seen.id,
        kind=seen.kind,
        address=_address(seen),
        host=seen.host,
        ip=hosting.ip if hosting else "",
        asn=hosting.asn if hosting else None,
        network=hosting.network if hosting else "",
        network_name=hosting.network_name if hosting else "",
        country=hosting.country if hosting else "",
        category=seen.category,
        seen_at=seen.assessed_at or seen.received_at,
        resolved_at=hosting.looked_at if hosting else None,
    )
    now = clock.now()
    return _text(
        notice_rules.NoticeToSend(
            notice_id=ids.new_id(),
            reference=HIDDEN,
            attempt=1,
            email=contact.email if contact else "",
            languages=_languages(contact, (item,)),
            message_id="",
            token=HIDDEN,
            expires_at=now + notice_rules.LINK_LASTS,
            at=now,
            items=(item,),
        )
    )


def _text(notice: notice_rules.NoticeToSend) -> str:
    return letter.text(notice, min(len(notice.items), notice_rules.LISTED_ITEMS))


def _languages(
    contact: notice_queries.ContactSeen | None, items: tuple[notice_rules.ItemToSend, ...]
) -> tuple[str, ...]:
    provider = None
    if contact is not None and contact.provider_id is not None:
        provider = notice_queries.provider(contact.provider_id)
    country = (provider.country if provider else "") or next((one.country for one in items), "")
    return notice_rules.languages_for(provider.language if provider else "", country)


def _item(one: notice_queries.NoticeItemSeen) -> notice_rules.ItemToSend:
    return notice_rules.ItemToSend(
        item_id=one.item_id,
        kind=one.kind,
        address=one.address,
        host=one.host,
        ip=one.ip,
        asn=one.asn,
        network=one.network,
        network_name=one.network_name,
        country=one.country,
        category=one.category,
        seen_at=one.seen_at,
        resolved_at=one.resolved_at,
    )


def _address(seen: case_queries.ItemSeen) -> str:
    if seen.kind == ItemKind.ACCOUNT:
        return f"{seen.account} @ {seen.service}" if seen.service else seen.account
    return seen.canonical
