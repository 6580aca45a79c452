"""The text of a letter for the desk: as it left, as it stands now, or as it would be for one item.

The one-time link is left out. It is the provider's key to answer, and nobody at the desk should be able
to answer in the provider's name.
"""

from __future__ import annotations

import uuid

from tutela.apps.notices import letter
from tutela.apps.notices import queries as notice_queries
from tutela.apps.notices import rules as notice_rules
from tutela.core.kernel import clock, ids

HIDDEN = "…"
_OUT = ("moved", "withdrawn")


def of_notice(seen: notice_queries.NoticeSeen) -> str:
    """Return the letter of a notice."""
    contact = notice_queries.contact(seen.contact_id)
    items = tuple(one for one in seen.items if one.state not in _OUT)
    return _text(
        notice_rules.NoticeToSend(
            notice_id=seen.id,
            reference=seen.reference,
            attempt=max(seen.attempts, 1),
            email=contact.email if contact else "",
            languages=notice_queries.languages_of(contact, items),
            message_id="",
            token=HIDDEN,
            expires_at=seen.expires_at or clock.now() + notice_rules.LINK_LASTS,
            at=seen.sent_at or clock.now(),
            items=items,
        )
    )


def of_item(item_id: uuid.UUID) -> str:
    """Return the letter that would go out about one item alone; in truth others may stand beside it."""
    hosting = notice_queries.hosting_of(item_id)
    contact = hosting.contact if hosting else None
    item = notice_queries.item_alone(item_id)
    now = clock.now()
    return _text(
        notice_rules.NoticeToSend(
            notice_id=ids.new_id(),
            reference=HIDDEN,
            attempt=1,
            email=contact.email if contact else "",
            languages=notice_queries.languages_of(contact, (item,)),
            message_id="",
            token=HIDDEN,
            expires_at=now + notice_rules.LINK_LASTS,
            at=now,
            items=(item,),
        )
    )


def _text(notice: notice_rules.NoticeToSend) -> str:
    return letter.text(notice, len(letter.attachments_of(notice)))
