"""What the room judges, without Django: one file a question, each tested as a table.

Callers write ``rules.rank(...)``; which file answers is this package's own business.
"""

from tutela.apps.cases.rules.closing import (
    CLOSES_ITSELF_UP_TO,
    Severity,
    closes_itself,
    common_outcome,
    severity,
)
from tutela.apps.cases.rules.deciding import (
    NOT_YET_OFFERED,
    UNDO_WITHIN,
    close_reasons_offered,
    decisions_offered,
    may_hand_over,
    may_refer,
)
from tutela.apps.cases.rules.departing import GROUNDS, departs
from tutela.apps.cases.rules.exposure import (
    ABANDONED_AFTER,
    BREAK_LASTS,
    Day,
    Span,
    day_bounds,
    day_of,
    minutes_between,
    overview,
    union,
)
from tutela.apps.cases.rules.handed import (
    MOST_TEXT,
    Handed,
    HandedItem,
    Place,
    place_of,
    places_of,
    read_payload,
)
from tutela.apps.cases.rules.ranking import (
    CLASS_REASONS,
    RECOGNISED,
    RankFacts,
    class_of,
    rank,
    reasons_of_class,
)
from tutela.apps.cases.rules.second_look import agree, needs_second_look, settle
from tutela.apps.cases.rules.seen_again import NOT_ILLEGAL_HOLDS, Effect, Standing, effect_of_sighting
from tutela.apps.cases.rules.steps import (
    CLAIMABLE,
    NEVER_NEW,
    NEXT,
    OPEN,
    TO_ASSESS,
    may_go,
    reopened_state,
)
from tutela.apps.cases.rules.telling import (
    CAME_BACK,
    CLOSED,
    LOOKED_AT,
    NOTICE_SENT,
    RECEIVED,
    REMOVED,
    told_after,
)
from tutela.apps.cases.rules.viewing import Viewing, viewing

__all__ = [
    "ABANDONED_AFTER",
    "BREAK_LASTS",
    "CAME_BACK",
    "CLAIMABLE",
    "CLASS_REASONS",
    "CLOSED",
    "CLOSES_ITSELF_UP_TO",
    "GROUNDS",
    "LOOKED_AT",
    "MOST_TEXT",
    "NEVER_NEW",
    "NEXT",
    "NOTICE_SENT",
    "NOT_ILLEGAL_HOLDS",
    "NOT_YET_OFFERED",
    "OPEN",
    "RECEIVED",
    "RECOGNISED",
    "REMOVED",
    "TO_ASSESS",
    "UNDO_WITHIN",
    "Day",
    "Effect",
    "Handed",
    "HandedItem",
    "Place",
    "RankFacts",
    "Severity",
    "Span",
    "Standing",
    "Viewing",
    "agree",
    "class_of",
    "close_reasons_offered",
    "closes_itself",
    "common_outcome",
    "day_bounds",
    "day_of",
    "decisions_offered",
    "departs",
    "effect_of_sighting",
    "may_go",
    "may_hand_over",
    "may_refer",
    "minutes_between",
    "needs_second_look",
    "overview",
    "place_of",
    "places_of",
    "rank",
    "read_payload",
    "reasons_of_class",
    "reopened_state",
    "settle",
    "severity",
    "told_after",
    "union",
    "viewing",
]
