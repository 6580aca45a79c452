"""Addresses, as the rooms and doors use them: find, read, show, compare."""

from tutela.core.record.accounts import account_key
from tutela.core.record.places import (
    MOST_ADDRESSES,
    MOST_REFUSED,
    Places,
    RefusedPlace,
    parse_places,
)
from tutela.core.record.reading import MOST_CHARACTERS, Address, defang, parse_address
from tutela.core.record.reasons import NotAnAddress, PlaceReason

__all__ = [
    "MOST_ADDRESSES",
    "MOST_CHARACTERS",
    "MOST_REFUSED",
    "Address",
    "NotAnAddress",
    "PlaceReason",
    "Places",
    "RefusedPlace",
    "account_key",
    "defang",
    "parse_address",
    "parse_places",
]
