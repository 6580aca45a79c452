"""Which VICS a document is: its version, whether it holds cases or media, and whose categories it uses.

``Category`` is a number that each country reads in its own way, so it is only ever kept together with the
profile, as a scheme such as ``vics-1.3`` or ``vics-2.0-us``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tutela.formats.errors import CannotRead

_OLD_KEY, _NEW_KEY = "odata.metadata", "@odata.context"
_OLD = re.compile(r"https?://github\.com/ICMEC/ProjectVic/DataModels/(1\.[23])\.xml#(Media|Cases)")
_NEW = re.compile(
    r"https?://github\.com/VICSDATAMODEL/ProjectVic/DataModels/(2\.0)\.xml/"
    r"([A-Za-z0-9_-]{1,32})/\$metadata#(Media|Cases)"
)


@dataclass(frozen=True, slots=True)
class Profile:
    """``scheme`` names whose categories they are; ``cases``: media stand inside cases."""

    scheme: str
    cases: bool


def profile_of(said: Mapping[str, Any]) -> Profile:
    """Return the profile that a document names before its records.

    Raises:
        CannotRead: ``not_vics``: it names none, or only after the records; ``unknown_version``.
    """
    named = said.get(_NEW_KEY) or said.get(_OLD_KEY)
    if not isinstance(named, str):
        raise CannotRead("not_vics")
    if found := _OLD.fullmatch(named):
        return Profile(f"vics-{found.group(1)}", found.group(2) == "Cases")
    if found := _NEW.fullmatch(named):
        version, profile, kind = found.groups()
        own = "" if profile.lower() == "default" else f"-{profile.lower()}"
        return Profile(f"vics-{version}{own}", kind == "Cases")
    raise CannotRead("unknown_version")


def is_named_in(head: bytes) -> bool:
    """Whether the beginning of a file names a VICS document."""
    return f'"{_OLD_KEY}"'.encode() in head or f'"{_NEW_KEY}"'.encode() in head
