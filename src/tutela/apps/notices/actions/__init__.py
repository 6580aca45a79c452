"""What can be done in the room: prepare notices, send them, take answers, look whether items are gone."""

from tutela.apps.notices.actions.answer_notice import Answered, answer_notice
from tutela.apps.notices.actions.approve_contact import approve_contact, refuse_contact
from tutela.apps.notices.actions.drop_moved import drop_moved
from tutela.apps.notices.actions.follow_answers import follow_answers
from tutela.apps.notices.actions.follow_decisions import follow_decisions
from tutela.apps.notices.actions.forget_notices import forget_notices
from tutela.apps.notices.actions.hear_answer import hear_answer
from tutela.apps.notices.actions.name_contact import name_contact
from tutela.apps.notices.actions.propose_contact import propose_contact
from tutela.apps.notices.actions.ready_notices import ready_notices
from tutela.apps.notices.actions.record_check import CheckRecorded, record_check, record_manual_check
from tutela.apps.notices.actions.record_delivery import record_delivery
from tutela.apps.notices.actions.record_hosting import record_hosting
from tutela.apps.notices.actions.save_provider import save_provider
from tutela.apps.notices.actions.say_notice import say_notice
from tutela.apps.notices.actions.send_again import record_bounce, send_again
from tutela.apps.notices.actions.settle_answer import read_answer, settle_answer
from tutela.apps.notices.actions.take_due_notice import take_due_notice
from tutela.apps.notices.actions.take_due_watch import WatchToLook, take_due_watch
from tutela.apps.notices.actions.tell_cases import tell_cases

__all__ = [
    "Answered",
    "CheckRecorded",
    "WatchToLook",
    "answer_notice",
    "approve_contact",
    "drop_moved",
    "follow_answers",
    "follow_decisions",
    "forget_notices",
    "hear_answer",
    "name_contact",
    "propose_contact",
    "read_answer",
    "ready_notices",
    "record_bounce",
    "record_check",
    "record_delivery",
    "record_hosting",
    "record_manual_check",
    "refuse_contact",
    "save_provider",
    "say_notice",
    "send_again",
    "settle_answer",
    "take_due_notice",
    "take_due_watch",
    "tell_cases",
]
