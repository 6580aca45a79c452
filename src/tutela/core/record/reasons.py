"""Why a text is not an address that can be taken in. The door says it in the reporter's language."""

from __future__ import annotations

from enum import StrEnum

from tutela.core.kernel.errors import Refusal


class PlaceReason(StrEnum):
    """One code for each thing a person can understand and mend."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    CONTROL_CHARACTERS = "control_characters"
    LONE_SURROGATE = "lone_surrogate"
    SCHEME_NOT_ALLOWED = "scheme_not_allowed"
    MAIL_ADDRESS = "mail_address"
    NO_HOST = "no_host"
    BAD_HOST = "bad_host"
    SINGLE_LABEL_HOST = "single_label_host"
    LOOPBACK_ADDRESS = "loopback_address"
    PRIVATE_ADDRESS = "private_address"
    LINK_LOCAL_ADDRESS = "link_local_address"
    RESERVED_ADDRESS = "reserved_address"
    BAD_ONION = "bad_onion"


class NotAnAddress(Refusal):
    """The text cannot be taken in as an address; ``reason`` says why."""

    code = "not_an_address"

    def __init__(self, reason: PlaceReason) -> None:
        super().__init__(reason.value)
        self.reason = reason
