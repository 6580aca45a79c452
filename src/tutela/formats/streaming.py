"""JSON of any length: what a document says of itself, and the items of its long lists one by one.

What is too deep or too long is refused before it is in memory; a document that ends in the middle is refused
at its end, as ``truncated``. A value that must never be kept is dropped as soon as its name was read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, BinaryIO

import ijson
from ijson.common import ObjectBuilder

from tutela.formats.errors import CannotRead

MOST_DEPTH = 32
MOST_EVENTS = 2_000_000
"""Names and values inside one item."""

_AT_ONCE = 4096
"""Bytes parsed at once: what is too deep is noticed after at most so many brackets, whose paths grow."""

_Event = tuple[str, str, Any]
_BEGIN = ("start_map", "start_array")
_END = ("end_map", "end_array")


class Document:
    """Walks one document.

    Args:
        file: open for reading in binary, at the beginning of the document.
        lists: where the long lists stand, in ijson's paths: ``entries``, ``value.item.Media``.
        never: names whose texts are never kept; an item has ``True`` in place of each.
    """

    def __init__(self, file: BinaryIO, lists: Collection[str], never: Collection[str] = ()) -> None:
        self._file = file
        self._lists = lists
        self._never = never
        self.said: dict[str, Any] = {}
        """The document's own texts, numbers and answers, as far as they were read."""

    def items(self) -> Iterator[Any]:
        """Yield the items of every long list; one inside another comes first.

        Raises:
            CannotRead: ``not_json``, ``truncated``, ``no_entries``, ``too_deep``, ``too_long``.
        """
        seen, depth, events = False, 0, self._events()
        for prefix, event, value in events:
            if event == "start_array" and (prefix in self._lists or (depth == 0 and "" in self._lists)):
                seen = True
                yield from self._items(events)
                continue
            depth += (event in _BEGIN) - (event in _END)
            if depth == 1 and event in ("string", "number", "boolean"):
                self.said[prefix] = value
        if not seen:
            raise CannotRead("no_entries")

    def _items(self, events: Iterator[_Event]) -> Iterator[Any]:
        """Yield what stands in the list that has just begun."""
        depth, count, builder = 0, 0, ObjectBuilder()
        for prefix, event, value in events:
            if depth == 0:
                if event == "end_array":
                    return
                count, builder = 0, ObjectBuilder()
            if depth > 0 and event == "start_array" and prefix in self._lists:
                yield from self._items(events)
                event, value = "null", None
            count += 1
            depth += (event in _BEGIN) - (event in _END)
            if count > MOST_EVENTS:
                raise CannotRead("too_long")
            builder.event(event, value)
            if depth == 0:
                yield builder.value

    def _events(self) -> Iterator[_Event]:
        depth, dropped = 0, False
        try:
            for prefix, event, value in ijson.parse(self._file, buf_size=_AT_ONCE, use_float=True):
                depth += (event in _BEGIN) - (event in _END)
                if depth > MOST_DEPTH:
                    raise CannotRead("too_deep")
                if dropped and event == "string":
                    yield prefix, "boolean", True
                else:
                    yield prefix, event, value
                dropped = event == "map_key" and value in self._never
        except ijson.IncompleteJSONError as error:
            # The C and the Python parser say it differently, and both raise this for other faults too.
            ended = "premature EOF" in str(error) or "Incomplete" in str(error)
            raise CannotRead("truncated" if ended else "not_json") from None
        except (ijson.JSONError, UnicodeError, ValueError, OverflowError, RecursionError):
            raise CannotRead("not_json") from None
