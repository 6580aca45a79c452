"""What a message says, in lines that people read. Addresses are defanged and fingerprints only counted."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tutela.core.kernel import clock
from tutela.core.terms import assessment
from tutela.doors.desk import labels, partner_labels
from tutela.doors.desk.shown.words import Chip, cold, place_of
from tutela.look.templatetags.look_tags import country_name, moment

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item as a message names it. ``id`` is ours, where we know it."""

    ref: str
    place: str
    id: uuid.UUID | None = None
    chips: tuple[Chip, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    at: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A content: named values, items, words of a person."""

    lines: tuple[tuple[str, str], ...] = ()
    items: tuple[ItemLine, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the items of a conversation are, by the name that they have in it."""

    by_ref: Mapping[str, ItemLine] = field(default_factory=dict)

    def of(self, ref: str) -> ItemLine:
        return self.by_ref.get(ref) or ItemLine(ref, _("An item that is not known here"))


def told(kind: str, content: Content, places: Places) -> Told:
    """Return what the message says; a kind that nobody reads says nothing."""
    write = _WRITERS.get(kind)
    return write(content, places) if write else Told()


def item_line(item: Content, item_id: uuid.UUID | None = None) -> ItemLine:
    """Return an item as it is sent: what is here is all that the partner gets of it."""
    place = place_of(
        kind=item["kind"], canonical=item.get("address", ""), service=item.get("service", ""),
        account=item.get("account", ""),
    )  # fmt: skip
    if item["kind"] == "fingerprint":
        place = labels.term("item_kind", "fingerprint")
    danger = (Chip(*_danger()),) if item.get("danger_now") else ()
    return ItemLine(item.get("ref", ""), place, item_id, danger, tuple(_facts(item)))


def _danger() -> tuple[str, str]:
    label, tone = labels.REASONS["danger_now"]
    return str(label), tone


def _facts(item: Content) -> list[tuple[str, str]]:
    found = [(_("Kind"), labels.term("item_kind", item["kind"]))]
    for name, label in (("received_at", _("Received")), ("seen_at", _("Seen"))):
        if item.get(name):
            found.append((label, moment(item[name])))
    if where := item.get("hosting"):
        shown = {**where, "country": country_name(where.get("country", ""))}
        found.append((_("Hosting"), ", ".join(str(value) for value in shown.values() if value)))
    if prints := item.get("fingerprints"):
        kinds = ", ".join(sorted({str(one["kind"]) for one in prints}))
        found.append((_("Fingerprints"), f"{len(prints)} ({kinds})"))
    return found + _assessed(item.get("assessment") or {}) + _findings(item.get("findings") or ())


def _assessed(found: Content) -> list[tuple[str, str]]:
    return [
        (labels.term("field", name), labels.term(assessment.GROUPS[name], str(found[name])))
        for name in assessment.FIELDS
        if found.get(name) and found[name] != "unclear"
    ]


def _findings(found: Sequence[Content]) -> list[tuple[str, str]]:
    return [
        (
            _("Law of %(country)s") % {"country": country_name(one["country"])},
            labels.term("law_outcome", one["outcome"]),
        )
        for one in found
    ]


def _handover(content: Content, places: Places) -> Told:
    items = tuple(item_line(one, places.of(one["ref"]).id) for one in content["items"])
    return Told(((_("Reference"), content["reference"]),), items, cold(content.get("note", "")))


def _referral(content: Content, places: Places) -> Told:
    base = _handover(content, places)
    lines = list(base.lines)
    if grades := content.get("evaluation"):
        source = f"{grades['source']} – {labels.term('source_grade', grades['source'])}"
        grade = f"{grades['information']} – {labels.term('information_grade', str(grades['information']))}"
        lines += [(_("Source"), source), (_("Information"), grade)]
    lines += [
        (_("Handling"), f"{one} – {labels.term('handling_code', one)}") for one in content.get("handling", ())
    ]
    return Told(tuple(lines), base.items, base.words)


def _update(content: Content, places: Places) -> Told:
    lines = ((_("Conversation"), _("closed by this")),) if content.get("closed") else ()
    items = tuple(_state(one, places) for one in content.get("items", ()))
    return Told(lines, items, cold(content.get("note", "")))


def _state(one: Content, places: Places) -> ItemLine:
    known = places.of(one["ref"])
    chips = [Chip(labels.term("handover_state", one["state"]), "calm")]
    if one.get("reason"):
        chips.append(Chip(labels.term("close_reason", one["reason"])))
    return ItemLine(one["ref"], known.place, known.id, tuple(chips), at=one.get("at", ""))


def _outcome(content: Content, places: Places) -> Told:
    said = content["outcome"]
    chip = Chip(labels.term("police_outcome", said), partner_labels.OUTCOME_TONES.get(said, "plain"))
    refs = content.get("items") or list(places.by_ref)
    items = tuple(ItemLine(ref, places.of(ref).place, places.of(ref).id, (chip,)) for ref in refs)
    return Told(((_("Outcome"), chip.label),), items, cold(content.get("note", "")))


def _notice(content: Content, places: Places) -> Told:
    items = tuple(item_line({"kind": "address", **one}, places.of(one["ref"]).id) for one in content["items"])
    asks = ", ".join(labels.term("ask", one) for one in content.get("asks", ()))
    return Told(((_("Reference"), content["reference"]), (_("Asked for"), asks)), items)


def _answer(content: Content, places: Places) -> Told:
    items = []
    for one in content["items"]:
        known, chip = places.of(one["ref"]), Chip(labels.term("provider_answer", one["answer"]), "calm")
        items.append(ItemLine(one["ref"], known.place, known.id, (chip,)))
    return Told((), tuple(items), cold(content.get("note", "")))


def _words(content: Content, _places: Places) -> Told:
    return Told(words=cold(content.get("text", "")))


def _overlap(content: Content, _places: Places) -> Told:
    """The question is emptied once it arrived; then its numbers stand in the result below it."""
    if not content.get("scope"):
        return Told()
    number = content.get("count", 0)
    asked = ngettext("%(number)d thing", "%(number)d things", number) % {"number": number}
    return Told(((labels.term("overlap_scope", content["scope"]), asked),) if number else ())


def _delta(content: Content, _places: Places) -> Told:
    listed = content.get("list") or {}
    numbers = [
        (_("Entries"), str(len(content.get("upserts", ())))),
        (_("Withdrawn"), str(len(content.get("withdrawn", ())))),
    ]
    return Told(((_("List"), str(listed.get("name", ""))), *numbers))


def _head(content: Content, _places: Places) -> Told:
    at = clock.from_text(content["at"])
    return Told(((_("Line"), str(content["number"])), (_("Time"), moment(at))))


_WRITERS: Mapping[str, Callable[[Content, Places], Told]] = {
    "handover": _handover,
    "handover_update": _update,
    "referral": _referral,
    "outcome": _outcome,
    "notice": _notice,
    "preservation": _handover,
    "answer": _answer,
    "question": _words,
    "reply": _words,
    "overlap_query": _overlap,
    "hash_delta": _delta,
    "ledger_head": _head,
}
