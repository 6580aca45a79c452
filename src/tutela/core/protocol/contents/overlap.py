"""Asking which identifiers both have, by private set intersection; its bytes are for that library only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from tutela.core.protocol import forms
from tutela.core.protocol.members import Content
from tutela.core.terms.exchange import OverlapScope

MOST_COUNT = 20_000
MOST_BYTES = 5 << 20
_BYTES = forms.base64_bytes(MOST_BYTES)


@dataclass(frozen=True, kw_only=True)
class OverlapQuery(Content):
    """``count`` identifiers, blinded."""

    scope: Annotated[OverlapScope, forms.code(OverlapScope)]
    count: Annotated[int, forms.number(1, MOST_COUNT)]
    request: Annotated[bytes, _BYTES]


@dataclass(frozen=True, kw_only=True)
class OverlapAnswer(Content):
    """The asker's identifiers blinded once more, and a filter of the answerer's own."""

    scope: Annotated[OverlapScope, forms.code(OverlapScope)]
    setup: Annotated[bytes, _BYTES]
    response: Annotated[bytes, _BYTES]
