"""The two refusals every format has: this cannot be said in it, this cannot be read as it."""

from __future__ import annotations

from tutela.core.kernel.errors import Refusal


class CannotExpress(Refusal):
    """The format has no honest way to say this; ``reason`` is a code. Send the notice without it."""

    code = "cannot_express"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class CannotRead(Refusal):
    """The bytes are refused; ``reason`` is a code. Nothing of them is kept."""

    code = "cannot_read"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
