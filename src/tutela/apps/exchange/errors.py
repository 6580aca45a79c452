"""What the room refuses: one name for each thing that a caller treats differently."""

from __future__ import annotations

from typing import ClassVar

from tutela.core.kernel.errors import NotFound, Refusal


class ExchangeRefusal(Refusal):
    """Base of the room."""

    code: ClassVar[str] = "exchange_refused"


class NoExchange(ExchangeRefusal):
    """This node takes no part in the exchange: node.toml has no ``[exchange]``."""

    code: ClassVar[str] = "no_exchange"


class PartnerUnknown(ExchangeRefusal, NotFound):
    """No partner has this name."""

    code: ClassVar[str] = "partner_unknown"


class PartnerKnown(ExchangeRefusal):
    """There is a partner with this name already."""

    code: ClassVar[str] = "partner_known"


class NotAPartner(ExchangeRefusal):
    """A name, role or address that no partner can have; ``reason`` names which."""

    code: ClassVar[str] = "not_a_partner"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class DirectorySays(ExchangeRefusal):
    """What is known of the partner comes from the signed directory, and is changed there."""

    code: ClassVar[str] = "directory_says"


class KeysDiffer(ExchangeRefusal):
    """None of these keys is believed to be the partner's: it may be somebody else's description."""

    code: ClassVar[str] = "keys_differ"


class PartnerNotActive(ExchangeRefusal):
    """The partner is paused or revoked, so nothing is said to it."""

    code: ClassVar[str] = "partner_not_active"


class WordsDiffer(ExchangeRefusal):
    """What was read over the telephone is not what is here: nothing is believed."""

    code: ClassVar[str] = "words_differ"


class KeyUnknown(ExchangeRefusal, NotFound):
    """There is no such key."""

    code: ClassVar[str] = "key_unknown"


class NoUsableKey(ExchangeRefusal):
    """No believed key of the partner, or none of this node, is good now."""

    code: ClassVar[str] = "no_usable_key"


class ConversationUnknown(ExchangeRefusal, NotFound):
    """There is no such conversation."""

    code: ClassVar[str] = "conversation_unknown"


class MessageUnknown(ExchangeRefusal, NotFound):
    """There is no such message."""

    code: ClassVar[str] = "message_unknown"


class NotToBeSaid(ExchangeRefusal):
    """The conversation or the roles do not allow this kind now; ``reason`` is a code of the protocol."""

    code: ClassVar[str] = "not_to_be_said"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MarkForbids(ExchangeRefusal):
    """Something in it came under a mark that does not let it go to this partner."""

    code: ClassVar[str] = "mark_forbids"

    def __init__(self, mark: str) -> None:
        super().__init__(mark)
        self.mark = mark


class MarkLoosened(ExchangeRefusal):
    """The mark is looser than the one that binds; marks are tightened only."""

    code: ClassVar[str] = "mark_loosened"


class MailboxFull(ExchangeRefusal):
    """The mailbox holds as much as a relay keeps for one node."""

    code: ClassVar[str] = "mailbox_full"


class NotToBeShared(ExchangeRefusal):
    """A list that this partner cannot have; ``reason`` is ``negative`` or ``theirs``."""

    code: ClassVar[str] = "not_to_be_shared"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotShared(ExchangeRefusal):
    """The partner does not have this list."""

    code: ClassVar[str] = "not_shared"


class StaleDirectory(ExchangeRefusal):
    """An older version of the directory than the one that was taken."""

    code: ClassVar[str] = "stale_directory"


class NothingToHandOver(ExchangeRefusal):
    """No item was named, or one of them cannot be handed over."""

    code: ClassVar[str] = "nothing_to_hand_over"


class HandlerFailed(ExchangeRefusal):
    """A message could not take effect; ``reason`` is what the partner is told."""

    code: ClassVar[str] = "handler_failed"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OverlapNotAgreed(ExchangeRefusal):
    """Nobody agreed with this partner to compare cases, so it is neither asked nor answered."""

    code: ClassVar[str] = "overlap_not_agreed"


class NothingToCompare(ExchangeRefusal):
    """There is no item that could be compared: none is open, or marks keep them here."""

    code: ClassVar[str] = "nothing_to_compare"
