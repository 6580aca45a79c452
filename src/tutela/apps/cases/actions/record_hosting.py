"""Take over where an item is hosted, because "hosted here" moves it up."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import transaction

from tutela.apps.cases.actions._afterwards import Afterwards
from tutela.apps.cases.actions._items import lock_item, save_item
from tutela.core.kernel import clock


def record_hosting(*, item_id: uuid.UUID, country: str, actor: str = "worker") -> bool:
    """Store the ISO code of the hosting country (empty: unknown); return whether it changed.

    Raises:
        NoSuchItem: there is none.
    """
    code = country.strip().upper()
    if len(code) != 2 or not (code.isascii() and code.isalpha()):
        code = ""
    with transaction.atomic():
        item = lock_item(item_id)
        here = code != "" and code == settings.TUTELA.country.upper()
        if (item.hosting_country, item.hosted_here) == (code, here):
            return False
        item.hosting_country, item.hosted_here = code, here
        save_item(item, changed=False)
        after = Afterwards(actor, clock.now())
        after.line("item_hosting", item, country=code, hosted_here=here)
        after.finish()
    return True
