"""The base of every named refusal.

A refusal is an answer, not an accident: it has a stable ``code`` for machines and logs. What a person
reads is written at the door, in that person's language.
"""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):  # noqa: N818 - a refusal is a named answer; "Error" would say less
    """Something was asked for and is refused by a rule. Rooms derive their own."""

    code: ClassVar[str] = "refused"


class NotPermitted(Refusal):
    """The acting person's role does not allow this."""

    code: ClassVar[str] = "not_permitted"


class NotFound(Refusal):
    """There is no such thing, or it is not for the acting person to know that there is."""

    code: ClassVar[str] = "not_found"
