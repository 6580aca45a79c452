"""What happened so far, in plain words: messages of the desk (codes) become sentences.

No sentence tells more than its reader may know: not who posted something, not whether others reported it too.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from tutela.core.kernel import clock
from tutela.core.terms.states import CloseReason


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the desk, opened. Empty where its kind has no such part."""

    id: str
    kind: str
    at: datetime
    state: str = ""
    reason: str = ""
    text: str = ""
    question: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the story."""

    at: datetime
    text: Any


@dataclass(frozen=True, slots=True)
class Told:
    """A receipt as its reader sees it."""

    events: tuple[Event, ...]
    questions: tuple[Message, ...]
    next: tuple[Any, ...]
    closed: bool


_STATES: dict[str, Any] = {
    "received": _("Your report arrived."),
    "being_looked_at": _("A person from our team began to work on it."),
    "notice_sent": _("We asked the company behind the page to take it down."),
    "removed": _("It is gone. It can no longer be found there."),
    "came_back": _("It came back. We are working on it again."),
    "question": _("We have a question for you."),
    "answer_received": _("Your answer arrived."),
}

_CLOSED: dict[str, Any] = {
    CloseReason.REMOVED: _("It is gone, and we have finished. Thank you: you made this happen."),
    CloseReason.NOT_ILLEGAL: _(
        "We have finished. The law does not let us have it taken down. It was still right to tell us."
    ),
    CloseReason.OUTSIDE_SCOPE: _(
        "We have finished. We are not allowed to work on this kind of thing. "
        "The help page names others who may be able to help."
    ),
    CloseReason.NOT_REACHABLE: _("We have finished. There was nothing to be found at that place any more."),
    CloseReason.DUPLICATE: _("We have finished our part. It is being taken care of."),
    CloseReason.NO_ADDRESS: _("We have finished. What we had was not enough to find it."),
    CloseReason.FORWARDED: _("We have finished our part and passed it on to those who can act on it."),
    CloseReason.HANDED_TO_POLICE: _("We have finished our part and passed it on to the police."),
    CloseReason.OTHER: _("We have finished."),
}

_NEXT: dict[str, tuple[Any, ...]] = {
    "received": (
        _("A person reads every report. Nobody is told who sent it."),
        _("This can take a few days. Come back with your code in two or three days."),
    ),
    "being_looked_at": (
        _("We find out where it is stored and who can take it down. This often takes a day or two."),
        _("Come back with your code in two or three days."),
    ),
    "notice_sent": (
        _("Often it is gone within a few days. Sometimes it takes weeks, and sometimes we do not succeed."),
        _("Come back with your code in about three days."),
    ),
    "removed": (_("If you see it again, or know more now, write it below or send a new report."),),
    "came_back": (_("We ask for it to be taken down again. Come back with your code in about three days."),),
    "closed": (
        _("You do not have to do anything more."),
        _("If you see it again, or know more now, write it below or send a new report."),
    ),
}


def read(message_id: uuid.UUID, payload: dict[str, Any]) -> Message:
    """Return an opened message; parts that it lacks are empty."""
    return Message(
        id=str(message_id),
        kind=str(payload.get("kind", "")),
        at=clock.from_text(str(payload["at"])),
        state=str(payload.get("state", "")),
        reason=str(payload.get("reason", "")),
        text=str(payload.get("text", "")),
        question=str(payload.get("question", "")),
    )


def tell(created_at: datetime, messages: Sequence[Message]) -> Told:
    """Return the story of a receipt, oldest first, with the questions that wait for an answer."""
    events = [Event(created_at, _STATES["received"])]
    state = "received"
    for message in messages:
        text = _sentence(message)
        if text is None or text == events[-1].text:
            continue
        events.append(Event(message.at, text))
        if message.kind == "status":
            state = message.state
    answered = {message.question for message in messages if message.kind == "answer_received"}
    questions = [message for message in messages if message.kind == "question" and message.id not in answered]
    return Told(tuple(events), tuple(questions), _NEXT[state], state == "closed")


def _sentence(message: Message) -> Any:
    if message.kind != "status":
        return _STATES.get(message.kind)
    if message.state == "closed":
        return _CLOSED.get(message.reason, _CLOSED[CloseReason.OTHER])
    return _STATES.get(message.state)
