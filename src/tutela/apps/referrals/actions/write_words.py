"""Ask who referred a question, or reply to one of theirs."""

from __future__ import annotations

import uuid

from django.db import transaction

from tutela.apps.accounts.rules import Actor, require
from tutela.apps.exchange import actions as exchange
from tutela.apps.referrals.actions._rows import lock_referral
from tutela.apps.referrals.errors import TooLong, WordsMissing
from tutela.core.protocol.contents.plain import MOST_TEXT


def write_words(*, by: Actor, referral_id: uuid.UUID, text: str, reply: bool = False) -> uuid.UUID:
    """Say a question, or a reply to theirs, in the referral's conversation; returns the message.

    Raises:
        WordsMissing, TooLong: it cannot be said so.
        ReferralUnknown, NotPermitted, PartnerNotActive, NotToBeSaid: a reply needs a question before it.
    """
    require(by, "answer_referrals")
    words = text.strip()
    if not words:
        raise WordsMissing
    if len(words) > MOST_TEXT:
        raise TooLong
    with transaction.atomic():
        row = lock_referral(referral_id)
        said = exchange.say(
            partner=row.partner, kind="reply" if reply else "question", content={"text": words},
            conversation=row.conversation_id, actor=by.label,
        )  # fmt: skip
    return said.message_id
