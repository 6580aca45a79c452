"""What can be done with requests."""

from tutela.apps.requests.actions.answer_request import Answered, answer_request
from tutela.apps.requests.actions.ask_preservation import Asked, ask_preservation
from tutela.apps.requests.actions.hear_answer import hear_answer
from tutela.apps.requests.actions.hear_request import hear_notice, hear_preservation
from tutela.apps.requests.actions.record_opened import record_opened

__all__ = [
    "Answered",
    "Asked",
    "answer_request",
    "ask_preservation",
    "hear_answer",
    "hear_notice",
    "hear_preservation",
    "record_opened",
]
