"""Mail that came back: which letters a mail server says it could not deliver after all.

A delivery status notification is a ``multipart/report`` (RFC 3462): words for people, the status of each
recipient (RFC 3464 section 2), and the letter or its headers. Only what failed for good counts: a letter that
is late or was passed on is still on its way. What holds no status of that form names nothing.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from email.message import Message

from tutela.formats.errors import CannotRead

MOST_BYTES = 4_000_000
STATUS = ("message/delivery-status", "message/global-delivery-status")
LETTER = ("message/rfc822", "message/global")
HEADERS = ("text/rfc822-headers", "message/global-headers")
"""The names of the parts in RFC 3464, and in RFC 6533 for addresses beyond ASCII."""
_ACTION_FAILED = re.compile(rb"(?im)^action:\s*failed\b")
_ID = re.compile(r"<[!-;=?-~]{3,318}>")


def failed(data: bytes) -> tuple[str, ...]:
    """Return the Message-IDs (RFC 5322 section 3.6.4) of the letters that came back for good, in their order.

    Raises:
        CannotRead: ``too_large``, or ``not_a_message``.
    """
    if len(data) > MOST_BYTES:
        raise CannotRead("too_large")
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    if not message.keys():
        raise CannotRead("not_a_message")
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return ()
    parts = [part for part in message.get_payload() if isinstance(part, Message)]
    if not any(_failed(part) for part in parts):
        return ()
    return tuple(dict.fromkeys(found for part in parts for found in _ids(part)))


def _failed(part: Message) -> bool:
    """Say whether a part is a status in which some recipient's action is ``failed``."""
    kind = part.get_content_type()
    return kind in STATUS and _ACTION_FAILED.search(part.as_bytes()) is not None


def _ids(part: Message) -> Iterator[str]:
    """Yield the Message-ID of the letter that a part is or whose headers it holds."""
    if part.get_content_type() not in (*LETTER, *HEADERS):
        return
    inner = part.get_payload()
    if isinstance(inner, list):
        held = inner[0] if inner else None
    else:
        held = email.message_from_string(str(inner))
    if isinstance(held, Message):
        yield from _ID.findall(str(held.get("Message-ID", "")))[:1]
