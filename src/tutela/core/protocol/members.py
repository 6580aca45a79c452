"""Contents as tables: a dataclass whose fields name their form is read, checked and written by one rule.

``name: Annotated[type, form]`` is needed, with a default it is not. What is empty (None, no text, nothing
in a list) and has a default is not written.

Members that a release does not know are kept in ``more`` and written back; ``null`` is a value like any other
and not the same as a missing member.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Self, TypeVar, get_type_hints

from tutela.core.protocol.errors import BadContent
from tutela.core.protocol.forms import Form

C = TypeVar("C", bound="Content")


@dataclass(frozen=True, kw_only=True)
class Content:
    """Base of all contents and of the objects inside them."""

    more: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, value: object, at: str = "") -> Self:
        """Return what ``value`` says.

        Raises:
            BadContent: and nothing else, whatever it is.
        """
        if not isinstance(value, Mapping):
            raise BadContent("wrong_type", at)
        prefix, table = f"{at}." if at else "", _table(cls)
        found: dict[str, Any] = {}
        for name, (form, needed) in table.items():
            if name in value:
                found[name] = form.read(value[name], prefix + name)
            elif needed:
                raise BadContent("missing", prefix + name)
        content = cls(**found, more={name: one for name, one in value.items() if name not in table})
        content.judge(prefix)
        return content

    def to_json(self) -> dict[str, Any]:
        """Return the object as it is sent."""
        members = dict(self.more)
        for name, (form, needed) in _table(type(self)).items():
            value = getattr(self, name)
            if needed or (value is not None and value != "" and value != ()):
                members[name] = form.write(value)
        return members

    def judge(self, prefix: str) -> None:
        """Refuse what the members say together. ``prefix`` stands before names of members."""


_Table = dict[str, tuple[Form[Any], bool]]
_TABLES: dict[type, _Table] = {}


def _table(cls: type[Content]) -> _Table:
    """Return name → form and whether it is needed, found once a class."""
    if cls not in _TABLES:
        hints = get_type_hints(cls, include_extras=True)
        names = [one for one in fields(cls) if one.name != "more"]
        _TABLES[cls] = {one.name: (hints[one.name].__metadata__[0], one.default is MISSING) for one in names}
    return _TABLES[cls]


def inside(kind: type[C]) -> Form[C]:
    """Return the form of an object inside a content."""
    return Form(kind.from_json, lambda one: one.to_json())


def once(values: Any, name: str) -> None:
    """Refuse a list that names the same thing twice."""
    seen = list(values)
    if len(set(seen)) != len(seen):
        raise BadContent("twice", name)
