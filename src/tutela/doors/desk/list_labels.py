"""What people read for the codes of hash lists: states, reasons, problems of a source."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Chips = Mapping[str, tuple[Promise, str]]

LIST_STATES: Chips = {"active": (_("In force"), "good"), "paused": (_("Paused"), "warn")}

ENTRY_STATES: Chips = {
    "proposed": (_("Waits for a second person"), "warn"),
    "active": (_("In force"), "good"),
    "refused": (_("Refused"), "plain"),
    "withdrawn": (_("Withdrawn"), "plain"),
}

SOURCE_STATES: Chips = {
    "active": (_("Fetched"), "good"),
    "paused": (_("Paused"), "plain"),
    "held": (_("Held"), "bad"),
}

SOURCE_KINDS: Mapping[str, Promise] = {
    "file": _("file in the data folder"),
    "import": _("imported by hand"),
}
"""Kinds of our own; others are names of services, the same in every language."""

WITHDRAW_REASONS: Mapping[str, Promise] = {
    "by_source": _("its source withdrew it"),
    "not_sent_again": _("its source does not send it any more"),
    "by_person": _("a person withdrew it"),
    "wrong": _("it does not belong on the list"),
    "legal": _("the law does not allow it"),
    "on_request": _("somebody it concerns asked for it"),
    "no_fingerprint": _("its source took its fingerprints away"),
}

OPINIONS: Mapping[str, Promise] = {
    "confirmed": _("Confirmed"),
    "refuted": _("Refuted"),
    "not_seen": _("Not seen here"),
}

FEEDBACK: Chips = {
    "confirmed": (OPINIONS["confirmed"], "good"),
    "refuted": (OPINIONS["refuted"], "bad"),
    "not_seen": (OPINIONS["not_seen"], "plain"),
}
"""What partners found about entries of ours."""

OPINION_REASONS: Mapping[str, Promise] = {
    "reviewed": _("an analyst reviewed it"),
    "other_content": _("it is something else"),
    "wrong_category": _("the classification is wrong"),
    "no_longer_stored": _("it is not stored any more"),
}

OPINION_STATES: Chips = {
    "waiting": (_("To be told"), "plain"),
    "told": (_("Told"), "good"),
    "failed": (_("Could not be told"), "bad"),
    "not_supported": (_("The source takes no such answer"), "plain"),
}

PAGE_REASONS: Mapping[str, Promise] = {
    "truncated": _("It ended in the middle."),
    "not_json": _("It is not whole: it may have ended in the middle."),
    "not_xml": _("It is not whole: it may have ended in the middle."),
    "wrong_shape": _("It has another shape than agreed."),
    "too_large": _("It is larger than any page should be."),
}
"""Why a page of a source was put aside."""

_OTHER_PAGE = _("It cannot be read as a list.")

PROBLEMS: Mapping[str, Promise] = {
    "denied": _("The service refused the credentials."),
    "busy": _("The service asks to come back later."),
    "timeout": _("The service did not answer in time."),
    "unreachable": _("The service cannot be reached."),
    "redirected": _("The service sends elsewhere; nothing was sent there."),
    "unread_page": _("A page that cannot be read is in the way."),
    "no_file": _("The file is not there."),
    "settings_secret": _("The file with the secret is missing, wrong, or readable by others."),
    "settings_kind": _("This node cannot open such a source: a package is not installed."),
}

_OTHER_PROBLEM = _("The last fetch failed.")
_SETTINGS_PROBLEM = _("One of its settings cannot be used.")


def problem(code: str) -> str:
    """Return in a sentence why a source could not be fetched."""
    if code.startswith("settings_") and code not in PROBLEMS:
        return str(_SETTINGS_PROBLEM)
    return str(PROBLEMS.get(code, _OTHER_PROBLEM))


def page_reason(code: str) -> str:
    """Return in a sentence why a page was put aside."""
    return str(PAGE_REASONS.get(code, _OTHER_PAGE))
