"""Tables of the room. What the database itself can refuse, it refuses here."""

from tutela.apps.exchange.models.messages import Conversation, Envelope, Incoming, Outgoing
from tutela.apps.exchange.models.overlaps import OverlapAsked, OverlapHeard, OverlapItem
from tutela.apps.exchange.models.partners import OwnKey, Partner, PartnerKey, Revision
from tutela.apps.exchange.models.relayed import Boxed, RotationHeard
from tutela.apps.exchange.models.sharing import HeardList, Share, SharedEntry
from tutela.apps.exchange.models.watched import HandedItem, Marked, PartnerHead, Refused

__all__ = [
    "Boxed",
    "Conversation",
    "Envelope",
    "HandedItem",
    "HeardList",
    "Incoming",
    "Marked",
    "Outgoing",
    "OverlapAsked",
    "OverlapHeard",
    "OverlapItem",
    "OwnKey",
    "Partner",
    "PartnerHead",
    "PartnerKey",
    "Refused",
    "Revision",
    "RotationHeard",
    "Share",
    "SharedEntry",
]
