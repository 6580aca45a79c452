"""What this room refuses."""

from __future__ import annotations

from typing import ClassVar

from tutela.core.kernel.errors import NotFound, Refusal


class RequestsRefusal(Refusal):
    """Base of this room's refusals."""

    code: ClassVar[str] = "requests_refused"


class RequestUnknown(NotFound, RequestsRefusal):
    """There is no such request."""

    code: ClassVar[str] = "request_unknown"


class NotAnAnswer(RequestsRefusal):
    """This is not answered to such a request, or not about its items."""

    code: ClassVar[str] = "not_an_answer"


class NoteMissing(RequestsRefusal):
    """Who needs more, objects or refuses has to say why."""

    code: ClassVar[str] = "note_missing"


class TooLong(RequestsRefusal):
    """More text than a message carries."""

    code: ClassVar[str] = "too_long"


class NothingToPreserve(RequestsRefusal):
    """No item was named."""

    code: ClassVar[str] = "nothing_to_preserve"


class PeriodNotAllowed(RequestsRefusal):
    """Longer than the article allows, or no day at all."""

    code: ClassVar[str] = "period_not_allowed"


class NotAProvider(NotFound, RequestsRefusal):
    """Only a provider's node can be asked to preserve."""

    code: ClassVar[str] = "not_a_provider"
