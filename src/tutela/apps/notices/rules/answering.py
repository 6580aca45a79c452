"""What a provider may answer behind the one-time link, and what the desk does about it."""

from __future__ import annotations

from tutela.core.terms.states import AnswerKind

TEXT_AT_MOST = 2000
MOST_ANSWERS = 50
"""Answers to one notice. A desk corrects itself now and then; more is somebody playing with the link."""
NEEDS_TEXT = frozenset({AnswerKind.NEED_MORE, AnswerKind.OBJECTION})
LOOK_AT_ONCE = frozenset({AnswerKind.REMOVED, AnswerKind.ALREADY_GONE})
"""Answers that can be checked: the next look comes forward to now."""
FOR_A_PERSON = frozenset({AnswerKind.NOT_OURS, AnswerKind.NEED_MORE, AnswerKind.OBJECTION})
"""Answers that stay on the desk's list until a person has settled them."""
