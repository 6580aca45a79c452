"""A node describes itself at ``/.well-known/tutela``; what it says there proves nothing.

Its keys are candidates: they are believed once people compared their words, or a directory says the same.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from tutela.core.envelope.errors import BadKey
from tutela.core.envelope.node_keys import PUBLIC_LENGTH, PublicKeys
from tutela.core.protocol import forms
from tutela.core.protocol.errors import BadContent, BrokenDescription
from tutela.core.protocol.members import Content, inside, once
from tutela.core.terms.nodes import NodeRole

PATH = "/.well-known/tutela"
MOST_BYTES = 128 << 10
MOST_KEYS = 16
VERSION = 1


@dataclass(frozen=True, kw_only=True)
class DescribedKey(Content):
    """A public set, its id, and when it may sign."""

    id: Annotated[str, forms.pattern(r"[0-9a-f]{32}", 32)]
    public: Annotated[bytes, forms.base64_bytes(PUBLIC_LENGTH, PUBLIC_LENGTH)]
    valid_from: Annotated[datetime, forms.moment]
    valid_until: Annotated[datetime | None, forms.moment] = None

    def judge(self, prefix: str) -> None:
        try:
            same = PublicKeys(self.public).key_id == self.id
        except BadKey:
            raise BadContent("wrong_form", f"{prefix}public") from None
        if not same:
            raise BadContent("contradicts", f"{prefix}id")
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise BadContent("contradicts", f"{prefix}valid_until")


@dataclass(frozen=True, kw_only=True)
class NodeDescription(Content):
    """What a node says of itself. Its inbox is at ``url``, or ``relay`` keeps a mailbox for it."""

    node: Annotated[str, forms.node]
    organisation: Annotated[str, forms.text(200)]
    role: Annotated[NodeRole, forms.code(NodeRole)]
    country: Annotated[str, forms.country] = ""
    url: Annotated[str, forms.pattern(r"https://[!-~]+", 2000)] = ""
    relay: Annotated[str, forms.node] = ""
    versions: Annotated[tuple[int, ...], forms.many(forms.number(1), least=1, most=16)]
    keys: Annotated[tuple[DescribedKey, ...], forms.many(inside(DescribedKey), least=1, most=MOST_KEYS)]

    def judge(self, prefix: str) -> None:
        once((key.id for key in self.keys), f"{prefix}keys")


def to_bytes(description: NodeDescription) -> bytes:
    """Return the document as it is served."""
    return json.dumps(description.to_json(), ensure_ascii=False, indent=1).encode("utf-8")


def from_bytes(body: bytes) -> NodeDescription:
    """Read what a node served.

    Raises:
        BrokenDescription: too long, not JSON, or a member is not in its form.
    """
    if len(body) > MOST_BYTES:
        raise BrokenDescription(f"longer than {MOST_BYTES} bytes")
    try:
        return NodeDescription.from_json(json.loads(body.decode("utf-8")))
    except BadContent as refusal:
        raise BrokenDescription(str(refusal)) from None
    except (ValueError, RecursionError):
        raise BrokenDescription("not JSON") from None
