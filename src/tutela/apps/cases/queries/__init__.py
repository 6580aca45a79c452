"""What can be asked of the cases. Everything returned is frozen; nothing here writes."""

from tutela.apps.cases.queries.exposure import ExposureDay, ExposureOfPerson, exposure_of_all, exposure_today
from tutela.apps.cases.queries.history import (
    AssessmentSeen,
    DecisionSeen,
    KnownItem,
    SightingSeen,
    assessments,
    decisions,
    known_before,
    sightings,
)
from tutela.apps.cases.queries.items import (
    ItemForNotice,
    ItemSeen,
    item,
    item_for_notice,
    items_of_report,
    items_on_host,
)
from tutela.apps.cases.queries.pages import (
    Count,
    Counts,
    Page,
    QueueFilters,
    QueueRow,
    counts,
    queue,
)
from tutela.apps.cases.queries.reports import (
    MailWanted,
    QuestionSeen,
    ReportSeen,
    mails_wanted,
    questions_of_item,
    report,
    reports_of_item,
)

__all__ = [
    "AssessmentSeen",
    "Count",
    "Counts",
    "DecisionSeen",
    "ExposureDay",
    "ExposureOfPerson",
    "ItemForNotice",
    "ItemSeen",
    "KnownItem",
    "MailWanted",
    "Page",
    "QuestionSeen",
    "QueueFilters",
    "QueueRow",
    "ReportSeen",
    "SightingSeen",
    "assessments",
    "counts",
    "decisions",
    "exposure_of_all",
    "exposure_today",
    "item",
    "item_for_notice",
    "items_of_report",
    "items_on_host",
    "known_before",
    "mails_wanted",
    "questions_of_item",
    "queue",
    "report",
    "reports_of_item",
    "sightings",
]
