"""Tables of the room. What the database itself can refuse, it refuses here."""

from tutela.apps.exchange.models.messages import Conversation, Envelope, Incoming, Outgoing
from tutela.apps.exchange.models.partners import OwnKey, Partner, PartnerKey, Revision
from tutela.apps.exchange.models.relayed import Boxed, RotationHeard
from tutela.apps.exchange.models.watched import HandedItem, Marked, PartnerHead, Refused

__all__ = [
    "Boxed",
    "Conversation",
    "Envelope",
    "HandedItem",
    "Incoming",
    "Marked",
    "Outgoing",
    "OwnKey",
    "Partner",
    "PartnerHead",
    "PartnerKey",
    "Refused",
    "Revision",
    "RotationHeard",
]
