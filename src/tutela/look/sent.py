"""What came in a message between nodes, ready for a page: safe addresses, codes in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tutela.core.law import criteria
from tutela.core.law.errors import UnknownCriterion
from tutela.core.protocol.contents.asking import NoticedItem
from tutela.core.protocol.contents.items import SentHosting, SentItem
from tutela.core.record import addresses
from tutela.core.terms import assessment, labels
from tutela.core.terms.states import ItemKind
from tutela.look import refused
from tutela.look.templatetags.look_tags import country_name, moment

TEXTS = ("text", "note")
"""Members in which people wrote something."""


def term(group: str, code: str) -> str:
    """Return the label of a code in the language of the page; a code without one stays a code."""
    try:
        return labels.label(group, str(code), get_language() or "en")
    except KeyError:
        return str(code)


@dataclass(frozen=True, slots=True)
class Item:
    """One item: ``place`` is nothing that a program turns into a link."""

    ref: str
    place: str
    kind: str
    danger_now: bool
    facts: tuple[tuple[str, str], ...]


def item(sent: SentItem | NoticedItem) -> Item:
    """Return an item as a page shows it."""
    if isinstance(sent, NoticedItem):
        facts = [(_("IP address"), sent.ip or ""), (_("Category"), term("category", sent.category or ""))]
        facts.append((_("Seen"), moment(sent.seen_at)))
        kind, danger, place = ItemKind.ADDRESS, False, addresses.defang(sent.address)
    else:
        facts, kind, danger = list(_facts(sent)), sent.kind, bool(sent.danger_now)
        place = _place(sent)
    return Item(str(sent.ref), place, term("item_kind", kind), danger, tuple(one for one in facts if one[1]))


def _place(sent: SentItem) -> str:
    if sent.kind is ItemKind.ACCOUNT:
        return " · ".join(addresses.defang(one) for one in (sent.service, sent.account) if one)
    if sent.kind is ItemKind.FINGERPRINT:
        return ", ".join(f"{one.kind}:{one.value}" for one in sent.fingerprints[:1])
    return addresses.defang(sent.address)


def _facts(sent: SentItem) -> Iterator[tuple[str, str]]:
    for one in sent.fingerprints:
        yield _("Fingerprint"), f"{one.kind} {one.value}"
    yield _("Hosted"), _hosting(sent.hosting)
    yield _("Received"), moment(sent.received_at)
    yield _("Seen"), moment(sent.seen_at)
    yield _("Known before"), {True: _("yes"), False: _("no"), None: ""}[sent.known]
    if sent.assessment is not None:
        for name, group in assessment.GROUPS.items():
            yield term("field", name), term(group, getattr(sent.assessment, name).value)
    for found in sent.findings:
        grounds = "; ".join(
            ": ".join(filter(None, (_asked(one.criterion), one.source))) for one in found.grounds
        )
        said = f"{country_name(found.country)}: {term('law_outcome', found.outcome.value)}"
        yield _("Law"), f"{said}. {grounds}" if grounds else said


def _asked(criterion_id: str) -> str:
    """Return what a question of law asks; a partner may ask one that is newer than this node."""
    try:
        return criteria.criterion(criterion_id).title.in_language(get_language() or "en")
    except UnknownCriterion:
        return criterion_id


def _hosting(found: SentHosting | None) -> str:
    if found is None:
        return ""
    asn = "" if found.asn is None else f"AS{found.asn}"
    return " · ".join(one for one in (country_name(found.country or ""), found.ip, asn, found.network) if one)


class Message(Protocol):
    """What a room says of one message of a conversation."""

    @property
    def ours(self) -> bool: ...
    @property
    def kind(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def step(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def content(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Spoken:
    """One message: what it is, when, how far it came there or why it was refused, and its words, if any."""

    ours: bool
    kind: str
    at: datetime
    step: str
    refused: str
    gist: str
    words: tuple[str, ...]


def spoken(messages: Iterable[Message]) -> list[Spoken]:
    """Return the messages of a conversation as a page shows them."""
    return [
        Spoken(
            one.ours,
            term("message_kind", one.kind),
            one.at,
            term("receipt_step", one.step) if one.ours and one.step else "",
            refused.why(one.code) if one.code else "",
            _gist(one.content),
            tuple(str(one.content[name]) for name in TEXTS if one.content.get(name)),
        )
        for one in messages
    ]


def _gist(content: Mapping[str, Any]) -> str:
    """Return the code that a message comes down to, or of how many items it speaks."""
    if outcome := content.get("outcome"):
        return term("police_outcome", str(outcome))
    items = content.get("items") or ()
    answers = {str(one["answer"]) for one in items if isinstance(one, Mapping) and "answer" in one}
    if answers:
        return ", ".join(term("provider_answer", one) for one in sorted(answers))
    number = len(items)
    return ngettext("%(number)d item", "%(number)d items", number) % {"number": number} if number else ""
