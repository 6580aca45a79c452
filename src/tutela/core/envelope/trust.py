"""Whom a node believes: which keys belong to which partner, and when they were good.

Where this comes from (a directory, a pin made by hand) is for callers to know; here it is only looked up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tutela.core.envelope.errors import KeyNotValid, RevokedKey, UnknownSender, UnknownSenderKey
from tutela.core.envelope.header import Party
from tutela.core.envelope.node_keys import NodeKeys, PublicKeys


@dataclass(frozen=True)
class KnownKey:
    """A partner's public keys, and the time in which they may sign."""

    node: str
    public: PublicKeys
    valid_from: datetime
    valid_until: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def party(self) -> Party:
        """How a header names these keys."""
        return Party(self.node, self.public.key_id)


@dataclass(frozen=True)
class OwnNode:
    """This node: its name and the private keys it holds, the one it signs with first."""

    node: str
    keys: tuple[NodeKeys, ...]

    def key(self, key_id: str) -> NodeKeys | None:
        """Return the private keys with this id, if they are held."""
        return next((keys for keys in self.keys if keys.public.key_id == key_id), None)


class Trust:
    """All keys of all partners, as they are known at one moment."""

    def __init__(self, known: Sequence[KnownKey] = ()) -> None:
        self._partners: dict[str, dict[str, KnownKey]] = {}
        for key in known:
            self._partners.setdefault(key.node, {})[key.public.key_id] = key

    def keys_of(self, node: str) -> Mapping[str, KnownKey]:
        """Return every known key of ``node`` by its id, revoked ones too; empty when nobody has this name."""
        return self._partners.get(node, {})

    def signer(self, party: Party, *, at: datetime) -> KnownKey:
        """Return the keys of ``party`` for something signed at ``at``.

        Raises:
            UnknownSender, UnknownSenderKey: nobody has this name; or they do, without this key.
            RevokedKey: the key was revoked, whenever the signature claims to have been made.
            KeyNotValid: ``at`` is before or after the key's time.
        """
        keys = self.keys_of(party.node)
        if not keys:
            raise UnknownSender(f"no partner is called {party.node}")
        known = keys.get(party.key)
        if known is None:
            raise UnknownSenderKey(f"{party.node} has no key {party.key}")
        if known.revoked_at is not None:
            raise RevokedKey(f"key {party.key} of {party.node} was revoked")
        if at < known.valid_from or (known.valid_until is not None and at > known.valid_until):
            raise KeyNotValid(f"key {party.key} of {party.node} was not valid then")
        return known
