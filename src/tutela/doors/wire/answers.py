"""Answers: a verdict as JSON, each hit with where it comes from and by what right it may be used."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tutela.core.matching.errors import BadFingerprint
from tutela.core.matching.lists import HashList
from tutela.core.matching.verdicts import Hit, Verdict

_NOTHING = '{"outcome":"no_match","found":0,"hits":[]}'


def origin_of(hit: Hit, lists: Mapping[str, HashList]) -> dict[str, Any]:
    """Return what every match says of itself: where it is from, by what right, how to handle it, and why."""
    told = lists.get(hit.list)
    return {
        "list": hit.list,
        "entry": hit.entry,
        "title": told.title if told else "",
        "origin": told.origin if told else "",
        "legal_basis": told.legal_basis if told else "",
        "handling": told.handling if told else "",
        "classification": {"scheme": told.scheme if told else "", "value": hit.classification},
        "reason": hit.reason.value,
    }


def shown_hit(hit: Hit, lists: Mapping[str, HashList]) -> dict[str, Any]:
    """Return a hit as the service's own routes show it."""
    return {
        "kind": hit.kind.value,
        "distance": hit.distance,
        "quality": hit.quality,
        "counts": hit.counts,
        **origin_of(hit, lists),
    }


def verdict_text(verdict: Verdict | BadFingerprint, lists: Mapping[str, HashList]) -> str:
    """Return one verdict, or why there is none, as JSON text."""
    if isinstance(verdict, BadFingerprint):
        return to_json({"outcome": "refused", "reason": verdict.reason, "found": 0, "hits": []})
    if not verdict.hits and not verdict.found:
        return _NOTHING  # nearly every answer
    return to_json(
        {
            "outcome": verdict.outcome.value,
            "found": verdict.found,
            "hits": [shown_hit(hit, lists) for hit in verdict.hits],
        }
    )


def verdicts_text(verdicts: Sequence[Verdict | BadFingerprint], lists: Mapping[str, HashList]) -> bytes:
    """Return many verdicts, in the order that was asked, as a JSON body."""
    inner = ",".join([verdict_text(verdict, lists) for verdict in verdicts])
    return f'{{"verdicts":[{inner}]}}'.encode()


def to_json(told: object) -> str:
    """Return compact JSON."""
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False)
