"""What the receipts refuse. Neither codes nor anything a reporter wrote stands in a message."""

from __future__ import annotations

from typing import ClassVar

from tutela.core.kernel.errors import NotFound, Refusal


class ReceiptsRefusal(Refusal):
    """Base of the room."""

    code: ClassVar[str] = "receipts_refused"


class CodeMistyped(ReceiptsRefusal):
    """What was typed cannot be a code; found without looking anything up.

    ``reason`` is one of ``empty``, ``too_short``, ``too_long``, ``unknown_word``, ``not_a_code`` (each part
    could be one, together they are not). For ``unknown_word``, ``word`` is what was typed, ``position``
    counts from one, and ``suggestions`` are words of the list that look like it.
    """

    code: ClassVar[str] = "code_mistyped"

    def __init__(
        self, reason: str, *, word: str = "", position: int = 0, suggestions: tuple[str, ...] = ()
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.word = word
        self.position = position
        self.suggestions = suggestions


class CodeTaken(ReceiptsRefusal):
    """There is a receipt with this lookup or id already, from another form."""

    code: ClassVar[str] = "code_taken"


class UnknownReceipt(ReceiptsRefusal, NotFound):
    """There is no such receipt, or it was forgotten."""

    code: ClassVar[str] = "unknown_receipt"


class SubmissionTooLarge(ReceiptsRefusal):
    """More than ``payloads.SUBMISSION_MOST_BYTES``."""

    code: ClassVar[str] = "submission_too_large"


class NotASubmission(ReceiptsRefusal):
    """A payload that is not of the form of version 1; the message names the field, never its value."""

    code: ClassVar[str] = "not_a_submission"


class NotAMessage(ReceiptsRefusal):
    """A payload for a reporter that is not of the form of version 1."""

    code: ClassVar[str] = "not_a_message"
