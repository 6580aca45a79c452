"""What the ledger refuses."""

from __future__ import annotations

from typing import ClassVar

from tutela.core.kernel.errors import Refusal


class LedgerRefusal(Refusal):
    """Base of the room."""

    code: ClassVar[str] = "ledger_refused"


class NotALine(LedgerRefusal):
    """The line has an unknown kind, or a fact that is not a code, a number or an id."""

    code: ClassVar[str] = "not_a_line"
