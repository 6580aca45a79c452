"""What can be done with cases. Each changes, writes its ledger line and tells the reporters."""

from tutela.apps.cases.actions.add_to_report import add_to_report
from tutela.apps.cases.actions.answer_question import Answered, answer_question
from tutela.apps.cases.actions.assess_item import AssessedItem, assess_item
from tutela.apps.cases.actions.claim_item import (
    Claimed,
    claim_item,
    lapse_claims,
    reassign_item,
    release_item,
)
from tutela.apps.cases.actions.close_settled_reports import close_settled_reports
from tutela.apps.cases.actions.decide_item import Decided, DecidedEach, decide_item, decide_many
from tutela.apps.cases.actions.forget_closed import Forgotten, forget_closed
from tutela.apps.cases.actions.hand_over_items import close_handed_over, hand_over_items
from tutela.apps.cases.actions.import_reports import Imported, import_report, import_reports, is_imported
from tutela.apps.cases.actions.mark_mailed import mark_mailed
from tutela.apps.cases.actions.note_recognised import ListHit, note_not_hashed, note_recognised
from tutela.apps.cases.actions.open_exposure import beat_exposure, close_exposure, open_exposure
from tutela.apps.cases.actions.read_words import read_words
from tutela.apps.cases.actions.record_hosting import record_hosting
from tutela.apps.cases.actions.record_look import (
    Recorded,
    record_gone,
    record_noticed,
    record_returned,
    record_unclear,
)
from tutela.apps.cases.actions.refer_items import refer_items
from tutela.apps.cases.actions.release_hold import release_hold
from tutela.apps.cases.actions.reopen_item import Reopened, reopen_item
from tutela.apps.cases.actions.reveal_address import reveal_address
from tutela.apps.cases.actions.submit_report import Submitted, submit_report
from tutela.apps.cases.actions.take_handover import TakenOver, take_handover
from tutela.apps.cases.actions.undo_decision import undo_decision

__all__ = [
    "Answered",
    "AssessedItem",
    "Claimed",
    "Decided",
    "DecidedEach",
    "Forgotten",
    "Imported",
    "ListHit",
    "Recorded",
    "Reopened",
    "Submitted",
    "TakenOver",
    "add_to_report",
    "answer_question",
    "assess_item",
    "beat_exposure",
    "claim_item",
    "close_exposure",
    "close_handed_over",
    "close_settled_reports",
    "decide_item",
    "decide_many",
    "forget_closed",
    "hand_over_items",
    "import_report",
    "import_reports",
    "is_imported",
    "lapse_claims",
    "mark_mailed",
    "note_not_hashed",
    "note_recognised",
    "open_exposure",
    "read_words",
    "reassign_item",
    "record_gone",
    "record_hosting",
    "record_noticed",
    "record_returned",
    "record_unclear",
    "refer_items",
    "release_hold",
    "release_item",
    "reopen_item",
    "reveal_address",
    "submit_report",
    "take_handover",
    "undo_decision",
]
