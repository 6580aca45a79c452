"""What the exchange refuses beyond the envelope, by the codes of spec/protocol.md."""

from __future__ import annotations

from typing import ClassVar

from tutela.core.kernel.errors import Refusal


class ProtocolRefusal(Refusal):
    """Base of the room."""

    code: ClassVar[str] = "protocol_refused"


class UnknownKind(ProtocolRefusal):
    """No kind has this name."""

    code: ClassVar[str] = "unknown_kind"


class BadContent(ProtocolRefusal):
    """A member of the content is not as its kind demands.

    ``member`` says where (``items[3].address``), ``reason`` what: missing, wrong_type, wrong_form, too_long,
    too_few, too_many, out_of_range, unknown_code, twice, contradicts. No value is ever repeated.
    """

    code: ClassVar[str] = "bad_content"

    def __init__(self, reason: str, member: str) -> None:
        super().__init__(f"{member or 'content'}: {reason}")
        self.reason = reason
        self.member = member


class WrongRole(ProtocolRefusal):
    """Nodes of this role do not say this, or not to nodes of that role."""

    code: ClassVar[str] = "wrong_role"


class NotInThisConversation(ProtocolRefusal):
    """It begins no conversation, and nothing was said here that it answers or follows."""

    code: ClassVar[str] = "not_in_this_conversation"


class ConversationClosed(ProtocolRefusal):
    """The last word was said before."""

    code: ClassVar[str] = "conversation_closed"


class MarkLoosened(ProtocolRefusal):
    """Its handling mark would let somebody see what an earlier one does not."""

    code: ClassVar[str] = "mark_loosened"


class SequenceReused(ProtocolRefusal):
    """Another message of the same sender already has this place in the conversation."""

    code: ClassVar[str] = "sequence_reused"


class TooFarAhead(ProtocolRefusal):
    """More places before it are empty than may be."""

    code: ClassVar[str] = "too_far_ahead"


class BrokenBatch(ProtocolRefusal):
    """Not a row of envelopes with their lengths."""

    code: ClassVar[str] = "broken_batch"


class TooManyInBatch(ProtocolRefusal):
    """More envelopes, or more bytes, than one request may carry."""

    code: ClassVar[str] = "too_large"


class BrokenDescription(ProtocolRefusal):
    """Not the description of a node."""

    code: ClassVar[str] = "broken_description"
