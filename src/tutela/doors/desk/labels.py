"""What people read for a code that only the desk shows: reasons, refusals, ledger lines, roles' work.

The codes of the work itself (states, decisions, categories) have their labels in ``core.terms``; here
stands the rest. A test walks the source for ledger kinds and refusals, so that none is shown bare.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from tutela.core.terms import labels

REASONS: Mapping[str, tuple[Promise, str]] = {
    "danger_now": (_("Danger now"), "bad"),
    "self_report": (_("A child reports itself"), "bad"),
    "new": (_("Not known before"), "calm"),
    "hosted_here": (_("Hosted here"), "calm"),
    "came_back": (_("Back after removal"), "warn"),
    "recognised": (_("Known to a hash list"), "warn"),
    "age_days": (_("Waiting for days"), "plain"),
}
"""Code of a reason → its words and the tone of its chip, in the order in which the queue weighs them."""

LONG_WAIT_DAYS = 3
"""From here on the age of an item is shown as a warning."""


def waiting_days(days: int) -> str:
    """Return how long an item has waited, in whole days."""
    return ngettext("Waiting for %(days)d day", "Waiting for %(days)d days", days) % {"days": days}


STATE_TONES: Mapping[str, str] = {
    "waiting": "plain",
    "second_look": "warn",
    "disputed": "bad",
    "deciding": "calm",
    "asked": "plain",
    "held": "warn",
    "noticed": "calm",
    "closed": "good",
}

LEDGER: Mapping[str, Promise] = {
    "report_received": _("Report handed in"),
    "addition_received": _("Reporter added something"),
    "answer_received": _("Reporter sent an answer"),
    "submission_opened": _("Sealed text opened"),
    "submission_broken": _("Sealed text could not be opened"),
    "submission_retried": _("Sealed text to be opened again"),
    "reporter_told": _("Reporter was told"),
    "report_opened": _("Report opened"),
    "report_added_to": _("Report added to"),
    "report_closed": _("Report closed"),
    "report_reopened": _("Report reopened"),
    "item_received": _("Item received"),
    "item_seen_again": _("Reported again"),
    "item_claimed": _("Claimed"),
    "item_released": _("Released"),
    "item_reassigned": _("Given to somebody else"),
    "item_assessed": _("Assessed"),
    "item_second_look": _("A second look is needed"),
    "item_disputed": _("Two analysts disagree"),
    "item_settled": _("Assessment settled"),
    "item_decided": _("Decided"),
    "route_departed": _("Decided otherwise than the law proposes"),
    "decision_undone": _("Decision taken back"),
    "hold_released": _("Let go on"),
    "item_noticed": _("Provider was notified"),
    "item_checked": _("Looked whether it is still there"),
    "item_gone": _("Found to be gone"),
    "item_returned": _("Back after removal"),
    "item_unclear": _("A look was unclear"),
    "item_closed": _("Item closed"),
    "item_reopened": _("Item reopened"),
    "item_hosting": _("Country of hosting recorded"),
    "hosting_found": _("Host looked up"),
    "question_asked": _("Reporter was asked"),
    "question_answered": _("Question answered"),
    "words_read": _("The reporter’s words were read"),
    "address_revealed": _("The plain address was shown"),
    "contact_proposed": _("Contact found"),
    "contact_named": _("Contact named by a person"),
    "contact_approved": _("Contact approved"),
    "contact_refused": _("Contact refused"),
    "contact_bounced": _("Letters to a contact came back"),
    "provider_saved": _("Provider record saved"),
    "notice_item_prepared": _("Put into a letter"),
    "notice_item_moved": _("Taken out of a letter: the host moved"),
    "notice_item_withdrawn": _("Taken out of a letter"),
    "notice_item_forgotten": _("Forgotten in a letter"),
    "notice_sent": _("Letter left"),
    "notice_deferred": _("Letter to be tried again"),
    "notice_failed": _("Letter not delivered"),
    "notice_bounced": _("Letter came back"),
    "notice_sent_again": _("Letter begun again"),
    "notice_withdrawn": _("Letter withdrawn"),
    "notice_answered": _("Provider answered"),
    "answer_read": _("The provider’s words were read"),
    "answer_settled": _("Provider’s answer settled"),
    "exposure_stopped": _("Stopped for today by the clock"),
    "person_invited": _("Person invited"),
    "invitation_accepted": _("Invitation accepted"),
    "invitation_withdrawn": _("Invitation withdrawn"),
    "person_signed_in": _("Signed in"),
    "sign_in_failed": _("Sign-in failed"),
    "sign_in_link_made": _("Demo sign-in made"),
    "password_changed": _("Password changed"),
    "second_factor_added": _("Second factor added"),
    "second_factor_removed": _("Second factor removed"),
    "role_changed": _("Role changed"),
    "person_deactivated": _("Person shut out"),
    "person_let_back_in": _("Person let back in"),
    "records_forgotten": _("Old records forgotten"),
    "receipts_forgotten": _("Old receipts forgotten"),
    "hash_list_made": _("Hash list made"),
    "hash_list_changed": _("Hash list changed"),
    "hash_source_added": _("Source of a hash list added"),
    "hash_source_paused": _("Source paused"),
    "hash_source_resumed": _("Source taken up again"),
    "hash_source_held": _("Source held: a person must look"),
    "hash_source_released": _("Held source released"),
    "hash_source_refetched": _("Source to be fetched from its beginning"),
    "hash_page_taken": _("Page of a source taken"),
    "hash_page_quarantined": _("Page of a source could not be read"),
    "hash_page_settled": _("Unreadable page settled"),
    "hash_entry_proposed": _("Entry proposed for a hash list"),
    "hash_entry_approved": _("Entry of a hash list approved"),
    "hash_entry_refused": _("Entry of a hash list refused"),
    "hash_entry_withdrawn": _("Entries of a hash list withdrawn"),
    "hash_opinion_given": _("Opinion on an entry given"),
    "hash_opinion_told": _("Source was told an opinion"),
    "hash_index_brought": _("Index brought up to date"),
    "hash_list_shared": _("Hash list shared with a partner"),
    "hash_list_unshared": _("Hash list taken back from a partner"),
    "hash_list_share_begun_again": _("Shared hash list sent to a partner anew"),
    "hash_list_share_stopped": _("Shared hash list stopped: a person must look"),
    "hash_feedback_heard": _("Partner said what it found about entries"),
    "item_recognised": _("Recognised by a hash list"),
    "partner_added": _("Partner written down"),
    "partner_changed": _("Partner’s entry changed"),
    "partner_pinned": _("Partner’s key compared and believed"),
    "partner_paused": _("Partner paused"),
    "partner_resumed": _("Partner goes on"),
    "partner_revoked": _("Partner no longer believed"),
    "partner_key_added": _("Partner’s key added"),
    "partner_key_rotated": _("Partner changed its keys"),
    "partner_key_revoked": _("Partner’s key revoked"),
    "partner_told_keys": _("Partner has our new keys"),
    "partner_unreachable": _("Partner not reached"),
    "partner_ledger_differs": _("Partner’s ledger was rewritten"),
    "own_keys_made": _("Keys of this node made"),
    "own_keys_rotated": _("Keys of this node changed"),
    "own_keys_revoked": _("Keys of this node revoked"),
    "own_keys_destroyed": _("Old keys of this node destroyed"),
    "message_said": _("Message to a partner written"),
    "messages_delivered": _("Messages handed to a partner"),
    "message_refused": _("Message refused by a partner"),
    "message_given_up": _("Message not delivered for thirty days"),
    "message_settled": _("Undelivered message settled"),
    "conversations_forgotten": _("Conversations with partners emptied"),
    "messages_carried": _("Messages written to files for a partner"),
    "messages_repeated": _("Messages handed to a partner once more"),
    "trouble_mailed": _("Coordinators mailed about messages that did not arrive"),
    "receipts_heard": _("Partner confirmed messages"),
    "envelopes_taken": _("Sealed messages of a partner stored"),
    "envelope_refused": _("Sealed message not taken"),
    "message_heard": _("Partner’s message took effect"),
    "message_not_taken": _("Partner’s message had no effect"),
    "message_opened": _("Partner’s message read by a person"),
    "message_acted": _("Partner’s message acted on"),
    "conversation_stuck": _("A message of a partner is missing"),
    "message_retried": _("Message to be tried again"),
    "item_referred": _("Referred to police"),
    "referral_received": _("Referral of a partner received"),
    "referral_exported": _("Referral written to a file"),
    "request_received": _("Request of a partner received"),
    "request_answered": _("Request of a partner answered"),
    "preservation_asked": _("Provider asked to preserve"),
    "outcome_said": _("Partner told what became of a referral"),
    "outcome_heard": _("Police said what became of it"),
    "overlap_agreed": _("Comparing cases with a partner agreed"),
    "overlap_ended": _("Comparing cases with a partner ended"),
    "overlap_asked": _("Partner asked whether it has the case too"),
    "overlap_heard": _("Partner asked which cases both have"),
    "overlap_answered": _("Question about common cases answered"),
    "overlap_told": _("Partner told which cases both have"),
    "item_known_to_partner": _("A partner has it too"),
    "exchange_retried": _("Undelivered messages to be tried again"),
    "mailbox_put": _("Put into a partner’s mailbox"),
    "mailbox_fetched": _("Fetched from a mailbox"),
    "mailbox_emptied": _("Old mailboxes emptied"),
    "handover_heard": _("Partner said what became of an item"),
    "item_handed_back": _("Partner closed it; a person decides here"),
    "directory_taken": _("Directory of partners taken"),
    "directory_refused": _("Directory of partners not believed"),
    "directory_lapsed": _("Directory of partners ended: partners known from it alone are not believed"),
    "directory_believed": _("Directory of partners believed again"),
}
"""Kind of a ledger line → what happened, in words."""

RELATIONS: Mapping[str, Promise] = {
    "same_address": _("The same address"),
    "same_account": _("The same account"),
    "same_fingerprint": _("The same fingerprint"),
    "same_host": _("The same host"),
    "same_domain": _("The same domain"),
}

ACTORS: Mapping[str, Promise] = {
    "site": _("public site"),
    "provider": _("providers’ door"),
    "worker": _("worker"),
    "node": _("node"),
    "command": _("command line"),
}

SOURCES: Mapping[str, Promise] = {
    "dns": _("name server"),
    "rdap": _("registry (RDAP)"),
    "ip_database": _("IP database"),
    "provider_record": _("our provider record"),
    "own": _("our provider record"),
    "person": _("a person"),
    "manual": _("a person"),
}
"""Where a fact about hosting or a contact came from."""

FACTS: Mapping[str, Promise] = {
    "ip": _("IP address"),
    "asn": _("Network"),
    "network": _("Network"),
    "network_name": _("Network"),
    "country": _("Country"),
    "provider": _("Provider"),
    "contact": _("Named as the contact for abuse"),
    "approved": _("Approved"),
}

LOOKUP_ERRORS: Mapping[str, Promise] = {
    "nxdomain": _("the name does not exist"),
    "no_address": _("the name has no address"),
    "timeout": _("the name server did not answer in time"),
    "dns_error": _("the name server answered with an error"),
    "private_address": _("the name leads to a private address"),
    "onion": _("onion addresses are never looked up"),
    "no_host": _("there is no host to look up"),
    "no_hosting": _("the host has not been looked up yet"),
    "no_contact": _("nobody knows a contact"),
    "contact_refused": _("the contact was refused"),
    "contact_bounced": _("letters to the contact came back"),
    "host_moved": _("the host moved before the letter left"),
    "sent_again": _("sent again in another letter"),
    "item_decided": _("the decision was changed"),
    "decided_otherwise": _("the decision was changed"),
    "decision_undone": _("the decision was taken back"),
    "item_reopened": _("the item was opened again"),
    "item_closed": _("the item was closed"),
    "withdrawn_while_sending": _("the letter was leaving at this moment; it may have arrived"),
}
"""Why a host is not known, or why an item is not in a letter."""

CONTACT_STATES: Mapping[str, tuple[Promise, str]] = {
    "proposed": (_("Not approved yet"), "warn"),
    "approved": (_("Approved"), "good"),
    "refused": (_("Refused"), "bad"),
    "bounced": (_("Letters came back"), "bad"),
}

NOTICE_STATES: Mapping[str, tuple[Promise, str]] = {
    "draft": (_("Being collected"), "plain"),
    "waiting_contact": (_("Waits for its contact"), "warn"),
    "ready": (_("Ready to leave"), "calm"),
    "sending": (_("Being sent"), "calm"),
    "sent": (_("Sent"), "good"),
    "failed": (_("Not delivered"), "bad"),
    "withdrawn": (_("Withdrawn"), "plain"),
}

NOTICE_ITEM_STATES: Mapping[str, tuple[Promise, str]] = {
    "waiting_host": (_("Waits for its host"), "warn"),
    "waiting_contact": (_("Waits for a contact"), "warn"),
    "included": (_("In the letter"), "calm"),
    "sent": (_("Sent"), "good"),
    "answered": (_("Answered"), "good"),
    "moved": (_("Moved to another host"), "warn"),
    "withdrawn": (_("Taken out"), "plain"),
}

DELIVERIES: Mapping[str, tuple[Promise, str]] = {
    "sent": (_("Accepted"), "good"),
    "retry": (_("Will be tried again"), "warn"),
    "failed": (_("Refused"), "bad"),
    "gave_up": (_("Given up"), "bad"),
    "bounced": (_("Came back"), "bad"),
}

ANSWER_TONES: Mapping[str, str] = {
    "removed": "good",
    "already_gone": "good",
    "not_ours": "warn",
    "need_more": "warn",
    "objection": "bad",
}

LOOK_TONES: Mapping[str, str] = {
    "reachable": "warn",
    "missing": "good",
    "unclear": "plain",
    "not_looked": "plain",
}

LOOK_DETAILS: Mapping[str, Promise] = {
    "by_hand": _("a person looked"),
    "mode_off": _("looking is switched off"),
    "name_gone": _("the name is gone"),
    "no_answer": _("no answer"),
    "nxdomain": _("the name does not exist"),
    "dns_error": _("the name server answered with an error"),
    "timeout": _("no answer in time"),
    "connection_refused": _("the connection was refused"),
    "connection_broken": _("the connection broke"),
    "tls": _("the encrypted connection failed"),
    "not_allowed": _("our own rules forbid looking there"),
    "too_many_redirects": _("it leads around in circles"),
    "bad_answer": _("the answer makes no sense"),
    "other_domain": _("it leads to another domain"),
    "login_wall": _("a sign-in stands before it"),
    "forbidden": _("access is refused"),
    "too_many_requests": _("the host answers too many requests"),
    "legal_block": _("blocked for legal reasons"),
    "answers": _("it answers"),
    "not_hashed": _("it answers; too large to compare"),
    "same_body": _("the same as before"),
    "different_body": _("something else than before"),
    "tiny_body": _("a very small answer"),
    "first_body": _("it answers"),
}

VERDICTS: Mapping[str, Promise] = {
    "missing": _("It is missing."),
    "not_chained": _("It does not follow the line before it."),
    "changed": _("It was changed."),
    "cut_off": _("Lines at the end were cut off."),
    "head_differs": _("The head does not match the last line."),
}
"""Why the chain does not hold."""


def term(group: str, code: str) -> str:
    """Return the label of a ``core.terms`` code in the language of the page, or the code itself."""
    try:
        return labels.label(group, code, get_language() or "en")
    except KeyError:
        return code
