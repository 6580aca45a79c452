"""An opened message for a person, a program or a spreadsheet.

What a partner wrote is foreign text: on a screen it can send no command to the terminal and is no link, in a
table no cell is a formula.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from tutela.core.envelope.reading import Message
from tutela.core.envelope.words import words_of
from tutela.core.kernel import clock
from tutela.core.terms import labels

_PLACES = ("address", "service", "account")
_FIRST = ("address", "service", "account", "reference")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BOM = "\ufeff"


def items(message: Message) -> list[dict[str, str]]:
    """Return the items of a message, each as one row of names and texts."""
    found = message.content.get("items")
    rows = found if isinstance(found, list) else []
    return [dict(_flat(one)) for one in rows if isinstance(one, Mapping)]


def as_json(message: Message) -> str:
    """Return header and content, exactly."""
    header = message.header
    said = {
        "id": str(header.id),
        "kind": header.kind,
        "conversation": str(header.conversation),
        "sequence": header.sequence,
        "from": header.sender.to_json(),
        "sent_at": clock.to_text(header.sent_at),
        "expires_at": clock.to_text(header.expires_at),
        "mark": str(header.mark),
        "digest": message.digest.hex(),
    }
    return json.dumps({"header": said, "content": message.content}, ensure_ascii=True, indent=2)


def as_text(message: Message) -> str:
    """Return what a person reads: who, what, how it may be handled, then item by item."""
    header = message.header
    lines = [
        f"{header.kind} from {header.sender.node}, signed with {header.sender.key}",
        f"{header.mark}: {labels.label('handling_mark', header.mark)}",
        f"words of the key: {words_of(bytes.fromhex(header.sender.key))}",
        f"sent {header.sent_at:%Y-%m-%d %H:%M} UTC, number {header.sequence} of {header.conversation}",
    ]
    lines += [""] + [f"{name}: {_shown(name, text)}" for name, text in _flat(_without_items(message))]
    rows = items(message)
    for number, row in enumerate(rows, 1):
        lines += ["", f"Item {number} of {len(rows)}"]
        lines += [f"  {name:<22} {_shown(name, text)}" for name, text in row.items()]
    return "\n".join(lines)


def as_csv(message: Message) -> bytes:
    """Return the items as a table for spreadsheets, with columns that ``tutela import`` knows."""
    rows = items(message)
    names = [*_FIRST, *sorted({name for row in rows for name in row} - {*_FIRST})]
    out = io.StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    table.writerow([*map(_cell, names), "mark"])
    for row in rows:
        table.writerow([*(_cell(row.get(name, "")) for name in names), str(message.header.mark)])
    return (_BOM + out.getvalue()).encode()


def _without_items(message: Message) -> dict[str, Any]:
    return {name: value for name, value in message.content.items() if name != "items"}


def _flat(value: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Yield each member as a name and a text; what is inside another is named after both."""
    for name, one in value.items():
        name = _printable("reference" if name == "ref" else f"{before}{name}")
        if isinstance(one, Mapping) and one:
            yield from _flat(one, f"{name}_")
        elif one not in (None, "", [], {}):
            yield name, _text(one)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(_text(one) for one in value)
    if isinstance(value, Mapping):
        return " ".join(_text(one) for one in value.values())
    return _printable(str(value))


def _shown(name: str, text: str) -> str:
    from tutela.core.record.addresses import defang

    return defang(text) if name in _PLACES else text


def _printable(text: str) -> str:
    """Return ``text`` with whatever would steer a terminal or turn the direction of writing spelled out."""
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in text)


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
