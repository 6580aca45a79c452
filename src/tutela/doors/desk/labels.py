"""What people read for a code that only the desk shows: reasons, where facts came from, states of letters.

The codes of the work itself (states, decisions, categories) have their labels in ``core.terms``; here
stands the rest; words of the ledger, of lists, of laws and of partners have files of their own.
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

RELATIONS: Mapping[str, Promise] = {
    "same_address": _("The same address"),
    "same_account": _("The same account"),
    "same_fingerprint": _("The same fingerprint"),
    "same_host": _("The same host"),
    "same_domain": _("The same domain"),
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


def term(group: str, code: str) -> str:
    """Return the label of a ``core.terms`` code in the language of the page, or the code itself."""
    try:
        return labels.label(group, code, get_language() or "en")
    except KeyError:
        return code
