"""What the service refuses, as HTTP: a status and HMA's shape ``{message, details}``, never a traceback."""

from __future__ import annotations

from collections.abc import Mapping

from tutela.core.kernel.errors import Refusal


class Refused(Refusal):
    """A request is refused. ``message`` is for people, ``details`` a stable code for machines."""

    code = "request_refused"

    def __init__(
        self, status: int, message: str, details: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.details = details
        self.headers = dict(headers or {})

    @property
    def body(self) -> dict[str, str]:
        """What the answer says."""
        return {"message": self.message, "details": self.details}


def bad_request(message: str, details: str) -> Refused:
    """400: what was sent cannot be understood."""
    return Refused(400, message, details)


def not_loaded() -> Refused:
    """503: there is no index yet."""
    return Refused(503, "INDEX-NOT-LOADED", "no_index", {"Retry-After": "1"})
