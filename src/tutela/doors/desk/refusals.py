"""What a person reads when something is refused: what happened, what was kept, what to do."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tutela.apps.accounts import queries as account_queries
from tutela.apps.cases import errors as case_errors
from tutela.core.kernel.errors import Refusal
from tutela.doors.desk import labels

SENTENCES: Mapping[str, Promise] = {
    "refused": _("This is not possible."),
    "not_permitted": _("Your role does not allow this. Nothing was changed."),
    "not_found": _("There is no such thing here."),
    "no_such_item": _("There is no such item here."),
    "no_such_report": _("There is no such report here."),
    "claimed_by_another": _("Somebody else has this item. Nothing was changed."),
    "not_claimable": _("Nobody needs to work on this item now, so it cannot be claimed."),
    "changed_meanwhile": _("The item changed while you had it open."),
    "already_decided": _("Somebody has decided this item already."),
    "no_view_mode": _("This desk may not view material, so nothing is assessed here."),
    "not_to_assess": _("This item does not wait for an assessment any more."),
    "same_person": _("A second look is another person’s look. You have assessed this item already."),
    "contradictory": _("The answers contradict each other."),
    "unknown_code": _("One question has no answer yet."),
    "decision_not_offered": _("This decision does not fit what was found."),
    "reason_not_offered": _("Choose a reason that fits what was found."),
    "ground_not_offered": _("The law proposes another way. Say why you choose this one."),
    "no_question": _("Write the question first, in up to 2000 characters."),
    "nobody_to_ask": _("None of the reporters wants an answer, so nobody would read the question."),
    "cannot_undo": _("This decision can no longer be taken back."),
    "not_together": _("Items decided together must be of one report or on one host."),
    "nothing_to_reopen": _("This item is open already."),
    "exposure_stop": _("Enough for today: your minutes with open items are used up."),
    "contact_unknown": _("There is no such contact."),
    "provider_unknown": _("There is no such provider."),
    "notice_unknown": _("There is no such notice."),
    "not_sendable": _("This letter cannot be sent now; somebody may have been faster."),
    "not_waiting": _("No notice is being prepared for this item."),
    "not_watched": _("No provider was told about this item yet, so there is nothing to look for."),
    "answer_unknown": _("There is no such answer."),
    "not_an_email": _("One contact is not a plain e-mail address, such as abuse@example.org."),
    "not_a_partner": _("No provider’s node of this name is known here."),
    "not_a_network": _("One network is not in the form 192.0.2.0/24, or is far too large."),
    "not_a_domain": _("One domain is not a host name, such as example.org."),
    "not_a_time_zone": _("The time zone is not a name such as Asia/Tbilisi."),
    "not_a_country": _("The country is not a code of two letters, such as GE."),
    "list_unknown": _("There is no such hash list."),
    "source_unknown": _("There is no such source."),
    "entry_unknown": _("There is no such entry."),
    "page_unknown": _("There is no such page."),
    "not_a_list": _("A hash list needs a name, a title, an origin, a legal basis and a handling mark."),
    "name_taken": _("Another one has this name."),
    "nothing_to_list": _("There is no fingerprint here that could stand on a list."),
    "already_listed": _("All of this stands on the list already, or waits for a second person."),
    "own_proposal": _("You proposed this entry. Another person has to approve it."),
    "not_proposed": _("This entry does not wait for a second person any more."),
    "not_listed": _("This entry is not in force."),
    "not_held": _("This source is not held any more; somebody may have been faster."),
    "no_source": _("This entry has no source that could be told."),
    "no_exchange": _("This node takes no part in the exchange between organisations."),
    "partner_unknown": _("There is no such partner."),
    "partner_not_active": _("This partner is paused or no longer believed. Nothing was sent."),
    "words_differ": _("No key of this partner has these words. Nothing is believed; ask the partner again."),
    "conversation_unknown": _("There is no such conversation."),
    "message_unknown": _("There is no such message, or somebody was faster."),
    "not_to_be_said": _("This cannot be said to this partner, or not as it stands. Nothing was sent."),
    "mark_forbids": _("Something in it came under a mark that keeps it from this partner. Nothing was sent."),
    "mark_loosened": _("This mark is looser than the one under which it came. Nothing was sent."),
    "nothing_to_hand_over": _("Nothing here can be sent to a partner."),
    "overlap_not_agreed": _("Nobody agreed with this partner to compare cases."),
    "nothing_to_compare": _("There is nothing here that could be compared with this partner."),
    "not_to_be_shared": _(
        "This list cannot go to a partner: it is of the harmless, or its mark keeps it here."
    ),
    "not_shared": _("This partner does not have this list. Nothing was changed."),
    "not_quiet_hours": _("Give both ends of the quiet hours, and make them different."),
}
"""Code of a refusal → a sentence. A test compares it with what the rooms can raise."""


def sentence(refusal: Refusal) -> str:
    """Return what a person reads."""
    if isinstance(refusal, case_errors.ClaimedByAnother):
        return gettext("%(name)s has this item. Nothing was changed.") % {
            "name": account_queries.name_of(refusal.by) or gettext("Somebody else")
        }
    if isinstance(refusal, case_errors.ChangedMeanwhile):
        return _what_they_did(refusal)
    return of_code(refusal.code)


def of_code(code: str) -> str:
    """Return the sentence for the code of a refusal."""
    return str(SENTENCES.get(code, SENTENCES["refused"]))


def decision_in_words(kind: str, reason: str) -> str:
    """Return a decision and, in brackets, why."""
    decision = labels.term("decision", kind)
    return f"{decision} ({labels.term('close_reason', reason)})" if reason else decision


def _what_they_did(refusal: case_errors.ChangedMeanwhile) -> str:
    """Say what the other person did, not only that something happened."""
    name = account_queries.name_of(refusal.by) or gettext("Somebody else")
    state = labels.term("item_state", refusal.state)
    if not refusal.kind:
        return gettext("The item changed while you had it open. It now stands at: %(state)s.") % {
            "state": state
        }
    decision = decision_in_words(refusal.kind, refusal.reason)
    return gettext("%(name)s has decided: %(decision)s. The item now stands at: %(state)s.") % {
        "name": name,
        "decision": decision,
        "state": state,
    }
