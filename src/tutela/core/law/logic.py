"""Four answers, and how two of them make one.

``unknown``: no source was read, so it may be anything. ``depends``: the law covers a part, or sources are at
odds, or it turns on something that an assessment does not record. Neither ever becomes a yes or a no by being
joined with what is not decisive. The order no < unknown < depends < yes makes "and" the least and "or" the
greatest; both are Kleene's tables with the middle told apart.

======== ======== ======== ======== ========
and      yes      depends  unknown  no
======== ======== ======== ======== ========
yes      yes      depends  unknown  no
depends  depends  depends  unknown  no
unknown  unknown  unknown  unknown  no
no       no       no       no       no
======== ======== ======== ======== ========

======== ======== ======== ======== ========
or       yes      depends  unknown  no
======== ======== ======== ======== ========
yes      yes      yes      yes      yes
depends  yes      depends  depends  depends
unknown  yes      depends  unknown  unknown
no       yes      depends  unknown  no
======== ======== ======== ======== ========
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class Answer(IntEnum):
    """One of four answers; the order is that of the tables above. None of them is false to Python."""

    NO = 1
    UNKNOWN = 2
    DEPENDS = 3
    YES = 4

    @property
    def code(self) -> str:
        """The answer as a word of the label group ``answer``."""
        return self.name.lower()


def all_of(answers: Iterable[Answer]) -> Answer:
    """Return "and"; of nothing it is yes."""
    return min(answers, default=Answer.YES)


def any_of(answers: Iterable[Answer]) -> Answer:
    """Return "or"; of nothing it is no."""
    return max(answers, default=Answer.NO)
