"""The named refusals of the law: a question that cannot be asked this way gets a name, not a guess."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from tutela.core.kernel.errors import Refusal


class LawRefusal(Refusal):
    """A question about the law that cannot be answered as it was asked."""

    code: ClassVar[str] = "law_refused"


class UnknownCountry(LawRefusal):
    """There is no such country code in ISO 3166-1."""

    code: ClassVar[str] = "unknown_country"

    def __init__(self, country: str) -> None:
        super().__init__(f"no such country code: {country[:16]!r}")
        self.country = country


class UnknownCriterion(LawRefusal):
    """There is no such criterion."""

    code: ClassVar[str] = "unknown_criterion"

    def __init__(self, criterion_id: str) -> None:
        super().__init__(f"no such criterion: {criterion_id[:32]!r}")
        self.criterion_id = criterion_id


class UnknownStandard(LawRefusal):
    """There is no such standard."""

    code: ClassVar[str] = "unknown_standard"

    def __init__(self, standard_id: str) -> None:
        super().__init__(f"no such standard: {standard_id[:32]!r}")
        self.standard_id = standard_id


class Contradiction(LawRefusal):
    """The assessment contradicts itself; ``codes`` are of the label group ``contradiction`` of core/terms."""

    code: ClassVar[str] = "contradictory_assessment"

    def __init__(self, codes: tuple[str, ...]) -> None:
        super().__init__(", ".join(codes))
        self.codes = codes


class DateBeforeLaw(LawRefusal):
    """The date lies before anything that the data speaks of."""

    code: ClassVar[str] = "date_before_law"

    def __init__(self, on_date: date, earliest: date) -> None:
        super().__init__(f"{on_date.isoformat()} lies before {earliest.isoformat()}, when the data begins")
        self.on_date = on_date
        self.earliest = earliest
