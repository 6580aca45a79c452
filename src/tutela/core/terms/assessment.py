"""What an analyst found, in codes, and the contradictions that a machine can see in it.

``unclear`` is an answer of its own: it is never read as ``no``, and never as the graver value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum

from tutela.core.kernel.errors import Refusal


class Reality(StrEnum):
    """How the material was made."""

    PHOTO_VIDEO = "photo_video"
    GENERATED = "generated"
    DRAWN = "drawn"
    TEXT = "text"
    UNCLEAR = "unclear"


class AgeBand(StrEnum):
    """The youngest apparent age, in the bands that hotlines publish."""

    A0_2 = "0_2"
    A3_6 = "3_6"
    A7_10 = "7_10"
    A11_13 = "11_13"
    A14_15 = "14_15"
    A16_17 = "16_17"
    ADULT = "adult"
    UNCLEAR = "unclear"


class Category(StrEnum):
    """The gravest category that applies."""

    BASELINE = "baseline"
    NATIONAL = "national"
    NOT_ILLEGAL = "not_illegal"
    OUTSIDE_SCOPE = "outside_scope"
    NOT_REACHABLE = "not_reachable"


class YesNo(StrEnum):
    """Three answers, because an analyst who does not know must be able to say so."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


ILLEGAL = frozenset({Category.BASELINE, Category.NATIONAL})
YOUNG = frozenset({AgeBand.A0_2, AgeBand.A3_6, AgeBand.A7_10, AgeBand.A11_13})


class UnknownCode(Refusal):
    """A field of an assessment is missing, unknown or holds a value that does not exist."""

    code = "unknown_code"

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True, slots=True)
class Assessed:
    """One assessment. A correction is a new one; nothing in it is ever changed."""

    reality: Reality
    age_band: AgeBand
    category: Category
    series_known: YesNo = YesNo.UNCLEAR
    self_generated: YesNo = YesNo.UNCLEAR
    livestream: YesNo = YesNo.UNCLEAR
    commercial: YesNo = YesNo.UNCLEAR

    def as_codes(self) -> dict[str, str]:
        """Return field name → code, plain text, as stored and as written to the ledger."""
        return {field.name: str(getattr(self, field.name)) for field in fields(self)}


FIELDS: dict[str, type[StrEnum]] = {
    "reality": Reality,
    "age_band": AgeBand,
    "category": Category,
    "series_known": YesNo,
    "self_generated": YesNo,
    "livestream": YesNo,
    "commercial": YesNo,
}
"""The fields in the order in which they are asked, each with its values. Labels and keys: ``labels``."""

GROUPS = {name: "yes_no" if kind is YesNo else name for name, kind in FIELDS.items()}
"""Field name → the group of ``data/labels.csv`` that labels its values."""


def from_codes(codes: Mapping[str, str]) -> Assessed:
    """Return the assessment that ``codes`` spell; names must be exactly those of :data:`FIELDS`.

    Raises:
        UnknownCode: ``.field`` names the first field that is missing, unknown or wrong.
    """
    for name in codes:
        if name not in FIELDS:
            raise UnknownCode(name[:64])
    values: dict[str, StrEnum] = {}
    for name, kind in FIELDS.items():
        try:
            values[name] = kind(codes[name])
        except (KeyError, ValueError):
            raise UnknownCode(name) from None
    return Assessed(**values)  # type: ignore[arg-type]


def check(assessed: Assessed) -> tuple[str, ...]:
    """Return the contradictions in ``assessed``: codes of the label group ``contradiction``, empty when none.

    Baseline follows INTERPOL's published criteria: a real child of apparent age up to about 13. An
    unclear reality or age therefore cannot be baseline.
    """
    found = []
    if assessed.category is Category.BASELINE and assessed.reality is not Reality.PHOTO_VIDEO:
        found.append("baseline_needs_a_real_child")
    if assessed.category in ILLEGAL and assessed.age_band is AgeBand.ADULT:
        found.append("adult_is_no_child")
    elif assessed.category is Category.BASELINE and assessed.age_band not in YOUNG:
        found.append("baseline_needs_a_young_child")
    if assessed.category is Category.NOT_REACHABLE and not _unseen(assessed):
        found.append("not_reachable_was_not_seen")
    if assessed.reality is Reality.TEXT and assessed.livestream is YesNo.YES:
        found.append("text_is_no_livestream")
    return tuple(found)


def _unseen(assessed: Assessed) -> bool:
    return (
        assessed.reality is Reality.UNCLEAR
        and assessed.age_band is AgeBand.UNCLEAR
        and assessed.self_generated is YesNo.UNCLEAR
        and assessed.livestream is YesNo.UNCLEAR
    )
