"""What can be asked of the exchange. Everything returned is frozen; nothing here writes."""

from tutela.apps.exchange.queries.believing import Believed, OwnKeyFacts, PartnerFacts, believed
from tutela.apps.exchange.queries.conversations import (
    ConversationRow,
    ConversationSeen,
    MessageSeen,
    conversation,
    conversations_about,
    latest_conversations,
    message,
)
from tutela.apps.exchange.queries.describing import own_description
from tutela.apps.exchange.queries.handed import HandedSeen, handed_in, handed_of_item, mark_of_items
from tutela.apps.exchange.queries.health import (
    ExchangeHealth,
    OutboxState,
    PartnerHealth,
    Problem,
    RefusedSeen,
    Unread,
    for_a_person,
    health,
    outbox_state,
    refusals,
    unread,
)
from tutela.apps.exchange.queries.overlaps import (
    OverlapAnswered,
    OverlapOfItem,
    OverlapSeen,
    overlap_of,
    overlaps_asked_by,
    overlaps_of_item,
    overlaps_with,
)
from tutela.apps.exchange.queries.own import OwnKeySeen, newest_signing_keys, own_keys, own_node
from tutela.apps.exchange.queries.partners import PartnerKeySeen, PartnerSeen, partner, partners
from tutela.apps.exchange.queries.sharing import HeardListSeen, ShareSeen, lists_heard, shares

__all__ = [
    "Believed",
    "ConversationRow",
    "ConversationSeen",
    "ExchangeHealth",
    "HandedSeen",
    "HeardListSeen",
    "MessageSeen",
    "OutboxState",
    "OverlapAnswered",
    "OverlapOfItem",
    "OverlapSeen",
    "OwnKeyFacts",
    "OwnKeySeen",
    "PartnerFacts",
    "PartnerHealth",
    "PartnerKeySeen",
    "PartnerSeen",
    "Problem",
    "RefusedSeen",
    "ShareSeen",
    "Unread",
    "believed",
    "conversation",
    "conversations_about",
    "for_a_person",
    "handed_in",
    "handed_of_item",
    "health",
    "latest_conversations",
    "lists_heard",
    "mark_of_items",
    "message",
    "newest_signing_keys",
    "outbox_state",
    "overlap_of",
    "overlaps_asked_by",
    "overlaps_of_item",
    "overlaps_with",
    "own_description",
    "own_keys",
    "own_node",
    "partner",
    "partners",
    "refusals",
    "shares",
    "unread",
]
