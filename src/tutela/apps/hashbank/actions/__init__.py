"""What can be done in the room: keep lists and sources, take pages, propose and approve, withdraw."""

from tutela.apps.hashbank.actions.fetch_source import (
    IMPORT,
    SourceToFetch,
    fail_fetch,
    give_back,
    take_due_source,
)
from tutela.apps.hashbank.actions.give_opinion import (
    OpinionToTell,
    give_opinion,
    record_opinion,
    take_due_opinion,
)
from tutela.apps.hashbank.actions.hear_feedback import hear_feedback
from tutela.apps.hashbank.actions.import_entries import Imported, import_entries
from tutela.apps.hashbank.actions.keep_source import (
    add_source,
    fetch_everything,
    fetch_now,
    pause_source,
    release_source,
    resume_source,
    settle_page,
)
from tutela.apps.hashbank.actions.make_list import change_list, make_list, pause_list, resume_list
from tutela.apps.hashbank.actions.propose_entry import (
    approve_entry,
    propose_entry,
    refuse_entry,
    withdraw_entry,
)
from tutela.apps.hashbank.actions.record_index import record_index
from tutela.apps.hashbank.actions.take_delta import Delta, Kept, PartnerList, keep_partner_list, take_delta
from tutela.apps.hashbank.actions.take_page import PageTaken, quarantine_page, take_page

__all__ = [
    "IMPORT",
    "Delta",
    "Imported",
    "Kept",
    "OpinionToTell",
    "PageTaken",
    "PartnerList",
    "SourceToFetch",
    "add_source",
    "approve_entry",
    "change_list",
    "fail_fetch",
    "fetch_everything",
    "fetch_now",
    "give_back",
    "give_opinion",
    "hear_feedback",
    "import_entries",
    "keep_partner_list",
    "make_list",
    "pause_list",
    "pause_source",
    "propose_entry",
    "quarantine_page",
    "record_index",
    "record_opinion",
    "refuse_entry",
    "release_source",
    "resume_list",
    "resume_source",
    "settle_page",
    "take_delta",
    "take_due_opinion",
    "take_due_source",
    "take_page",
    "withdraw_entry",
]
