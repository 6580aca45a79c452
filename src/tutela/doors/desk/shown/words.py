"""Chips and places: the smallest things a page shows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tutela.core.record import addresses
from tutela.core.terms.states import ItemKind
from tutela.doors.desk import labels


@dataclass(frozen=True, slots=True)
class Chip:
    """One or two words and the tone in which they are said."""

    label: str
    tone: str = "plain"


def reason_chips(reasons: Iterable[str], age_days: int, recognised_by: str = "") -> tuple[Chip, ...]:
    """Return the reasons for an item's place in the queue, the gravest first."""
    return tuple(_reason(code, age_days, recognised_by) for code in reasons)


def _reason(code: str, age_days: int, recognised_by: str) -> Chip:
    if code == "recognised" and recognised_by:
        return Chip(_("Known to %(list)s") % {"list": recognised_by}, labels.REASONS[code][1])
    if code == "age_days":
        text = labels.waiting_days(age_days)
        return Chip(text, "warn" if age_days >= labels.LONG_WAIT_DAYS else "plain")
    label, tone = labels.REASONS.get(code, (code, "plain"))
    return Chip(str(label), tone)


def place_of(*, kind: str, canonical: str, service: str = "", account: str = "") -> str:
    """Return where an item is, as text that nothing turns into a link."""
    if kind == ItemKind.ACCOUNT and (service or account):
        return _("%(account)s on %(service)s") % {
            "account": addresses.defang(account),
            "service": addresses.defang(service),
        }
    if kind == ItemKind.NO_ADDRESS:
        return _("No address was given")
    return addresses.defang(canonical) if canonical else _("No longer kept")


_WORD = re.compile(r"\S+")
_WARM = re.compile(r"[a-z][a-z0-9+.-]*://|\w\.\w+[/:?]", re.IGNORECASE)


def cold(text: str) -> str:
    """Return what somebody wrote with every address in it defanged and everything else as it was."""
    return _WORD.sub(lambda found: _cold(found.group()), text)


def _cold(word: str) -> str:
    warm = _WARM.search(word)
    if warm is None:
        return word
    start = warm.start() if "://" in warm.group() else 0
    return word[:start] + addresses.defang(word[start:])


def duration(seconds: float) -> str:
    """Return a length of time in one unit: minutes up to two hours, hours up to two days, then days."""
    minutes = int(seconds // 60)
    if minutes < 120:
        return ngettext("%(number)d minute", "%(number)d minutes", minutes) % {"number": minutes}
    if minutes < 48 * 60:
        hours = minutes // 60
        return ngettext("%(number)d hour", "%(number)d hours", hours) % {"number": hours}
    days = minutes // (24 * 60)
    return ngettext("%(number)d day", "%(number)d days", days) % {"number": days}
