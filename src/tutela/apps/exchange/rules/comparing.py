"""How far a question about overlap has come, and how much of this machine it may take."""

from __future__ import annotations

from enum import StrEnum

MOST_QUESTIONS_A_DAY = 50
"""Of one partner: an answer takes seconds of this machine, however little was asked."""

MOST_COMPARED = 20_000
"""Of what a node holds, the newest: an answer stays a matter of seconds."""

MOST_ASKED = 2_000
"""Things that one question of the desk is about."""


class OverlapState(StrEnum):
    """``failed``: the answer, or the question, was none."""

    WAITING = "waiting"
    ANSWERED = "answered"
    FAILED = "failed"
