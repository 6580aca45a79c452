"""The lines that a scan prints: JSON for programs (a contract, docs/guides/scanning.md), words for people."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from tutela.core.matching.fingerprints import Fingerprint
from tutela.core.matching.verdicts import Hit, Verdict


def path_fields(path: str) -> dict[str, str]:
    """Return how JSON carries a path: ``path``, and ``path_bytes`` when its bytes are no UTF-8."""
    try:
        path.encode()
    except UnicodeEncodeError:
        raw = base64.b64encode(os.fsencode(path)).decode()
        return {"path": path, "path_bytes": raw}
    return {"path": path}


def hit_fields(hit: Hit) -> dict[str, Any]:
    """Return one hit as JSON carries it."""
    return {**asdict(hit), "kind": str(hit.kind), "reason": str(hit.reason)}


def fingerprint_fields(fingerprint: Fingerprint) -> dict[str, Any]:
    """Return one fingerprint as JSON carries it."""
    said: dict[str, Any] = {"kind": str(fingerprint.kind), "hash": fingerprint.text}
    if fingerprint.quality is not None:
        said["quality"] = fingerprint.quality
    return said


def hits_of(verdicts: Iterable[Verdict]) -> list[Hit]:
    """Return the hits of all verdicts: what counts first, then the nearest."""
    hits = [hit for verdict in verdicts for hit in verdict.hits]
    return sorted(hits, key=lambda hit: (not hit.counts, hit.distance, hit.list, hit.entry, hit.kind))


def as_json(fields: dict[str, Any]) -> str:
    """Return one line: ASCII only, so that every path survives any terminal, pipe and locale."""
    return json.dumps(fields, ensure_ascii=True, separators=(",", ":"))


def file_fields(
    path: str,
    outcome: str,
    *,
    size: int | None = None,
    reason: str = "",
    verdicts: Iterable[Verdict] = (),
    fingerprints: Iterable[Fingerprint] = (),
    notes: Iterable[str] = (),
) -> dict[str, Any]:
    """Return the line of one file. Fields that have nothing to say are left out, except ``hits`` of a hit."""
    fields: dict[str, Any] = {"type": "file", **path_fields(path), "outcome": outcome}
    if size is not None:
        fields["size"] = size
    if reason:
        fields["reason"] = reason
    if hits := hits_of(verdicts):
        fields["hits"] = [hit_fields(hit) for hit in hits]
    if shown := [fingerprint_fields(one) for one in fingerprints]:
        fields["fingerprints"] = shown
    if codes := list(notes):
        fields["notes"] = codes
    return fields


def hash_fields(verdict: Verdict) -> dict[str, Any]:
    """Return the line of one fingerprint that was looked up by itself."""
    fields: dict[str, Any] = {
        "type": "fingerprint",
        "fingerprint": fingerprint_fields(verdict.fingerprint),
        "outcome": str(verdict.outcome),
    }
    if verdict.hits:
        fields["hits"] = [hit_fields(hit) for hit in hits_of([verdict])]
    return fields


def as_words(fields: dict[str, Any]) -> str:
    """Return the same line for a person: outcome, path, and the nearest hit or the reason."""
    words = f"{fields['outcome'].upper():<10}  {printable(_what(fields))}"
    hits = fields.get("hits", [])
    if hits:
        words += "  " + "; ".join(_hit_in_words(hit) for hit in hits[:3])
        if len(hits) > 3:
            words += f"; {len(hits) - 3} more"
    if fields.get("reason"):
        words += f"  ({fields['reason']})"
    return words


def _what(fields: dict[str, Any]) -> str:
    if "path" in fields:
        return str(fields["path"])
    return f"{fields['fingerprint']['kind']}:{fields['fingerprint']['hash']}"


def _hit_in_words(hit: dict[str, Any]) -> str:
    where = printable(f"{hit['list']}/{hit['entry']}")
    how = hit["kind"] if hit["distance"] == 0 else f"{hit['kind']}, {hit['distance']} bits"
    return f"{where} ({how})" if hit["counts"] else f"{where} ({how}; {hit['reason']})"


def printable(text: str) -> str:
    """Return ``text`` with everything that would move a terminal's cursor written out."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)
