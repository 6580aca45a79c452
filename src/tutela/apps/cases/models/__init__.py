"""Tables of the room. What the database itself can refuse, it refuses here."""

from tutela.apps.cases.models.items import Item
from tutela.apps.cases.models.recognised import ItemPrint, Recognition
from tutela.apps.cases.models.reports import Intake, Question, Report, Sighting
from tutela.apps.cases.models.work import Assessment, Decision, Exposure, ExposureStopped

__all__ = [
    "Assessment",
    "Decision",
    "Exposure",
    "ExposureStopped",
    "Intake",
    "Item",
    "ItemPrint",
    "Question",
    "Recognition",
    "Report",
    "Sighting",
]
