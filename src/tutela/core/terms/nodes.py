"""What a node is there for, as its partners know it."""

from __future__ import annotations

from enum import StrEnum


class NodeRole(StrEnum):
    """The role of a node in the exchange. A relay keeps envelopes for others and says nothing itself."""

    HOTLINE = "hotline"
    POLICE = "police"
    PROVIDER = "provider"
    RELAY = "relay"
