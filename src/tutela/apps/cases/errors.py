"""What the room refuses: one name for each thing that a caller treats differently."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from tutela.core.kernel.errors import NotFound, Refusal


class CasesRefusal(Refusal):
    """Base of the room."""

    code: ClassVar[str] = "cases_refused"


class BrokenPayload(CasesRefusal):
    """A submission is not what the site sends; ``reason`` is a code, never its content."""

    code: ClassVar[str] = "broken_payload"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NoSuchItem(CasesRefusal, NotFound):
    """There is no such item."""

    code: ClassVar[str] = "no_such_item"


class NoSuchReport(CasesRefusal, NotFound):
    """There is no such report, or its receipt has none yet."""

    code: ClassVar[str] = "no_such_report"


class ClaimedByAnother(CasesRefusal):
    """Somebody else has the item; ``by`` and ``until`` say who and how long."""

    code: ClassVar[str] = "claimed_by_another"

    def __init__(self, by: uuid.UUID, until: datetime) -> None:
        super().__init__("claimed")
        self.by = by
        self.until = until


class NotClaimable(CasesRefusal):
    """The item is in a state in which nobody works on it."""

    code: ClassVar[str] = "not_claimable"


class ChangedMeanwhile(CasesRefusal):
    """Somebody changed the item since it was shown; the fields say what they did, if it was a decision."""

    code: ClassVar[str] = "changed_meanwhile"

    def __init__(
        self,
        *,
        version: int,
        state: str,
        by: uuid.UUID | None = None,
        kind: str = "",
        reason: str = "",
        at: datetime | None = None,
    ) -> None:
        super().__init__(state)
        self.version = version
        self.state = state
        self.by = by
        self.kind = kind
        self.reason = reason
        self.at = at


class AlreadyDecided(ChangedMeanwhile):
    """Somebody decided the item since it was shown, or it is decided and closed."""

    code: ClassVar[str] = "already_decided"


class NoViewMode(CasesRefusal):
    """This desk may not look at material, so nothing is assessed here."""

    code: ClassVar[str] = "no_view_mode"


class NotToAssess(CasesRefusal):
    """The item is not waiting for an assessment."""

    code: ClassVar[str] = "not_to_assess"


class SamePerson(CasesRefusal):
    """A second look is another person's look."""

    code: ClassVar[str] = "same_person"


class Contradictory(CasesRefusal):
    """The codes of an assessment contradict each other; ``contradictions`` names how."""

    code: ClassVar[str] = "contradictory"

    def __init__(self, contradictions: tuple[str, ...]) -> None:
        super().__init__(", ".join(contradictions))
        self.contradictions = contradictions


class DecisionNotOffered(CasesRefusal):
    """This decision does not go with the item's state, its assessment or this desk's rights."""

    code: ClassVar[str] = "decision_not_offered"


class ReasonNotOffered(CasesRefusal):
    """This reason does not go with what was found, or is no known reason."""

    code: ClassVar[str] = "reason_not_offered"


class GroundNotOffered(CasesRefusal):
    """No such ground for departing from the route is known, or one is needed and none was given."""

    code: ClassVar[str] = "ground_not_offered"


class NoQuestion(CasesRefusal):
    """A question to the reporter is empty or too long."""

    code: ClassVar[str] = "no_question"


class NobodyToAsk(CasesRefusal):
    """No reporter of this item comes back for an answer."""

    code: ClassVar[str] = "nobody_to_ask"


class CannotUndo(CasesRefusal):
    """Too late, already carried out, or not this person's decision; ``reason`` is a code."""

    code: ClassVar[str] = "cannot_undo"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotTogether(CasesRefusal):
    """Items decided at once must be of one report or on one host."""

    code: ClassVar[str] = "not_together"


class NothingToReopen(CasesRefusal):
    """The item is already where reopening would put it."""

    code: ClassVar[str] = "nothing_to_reopen"


class ExposureStop(CasesRefusal):
    """The day's minutes are used up; ``minutes`` of ``limit``. Tomorrow is another day."""

    code: ClassVar[str] = "exposure_stop"

    def __init__(self, minutes: int, limit: int) -> None:
        super().__init__(f"{minutes} of {limit}")
        self.minutes = minutes
        self.limit = limit
