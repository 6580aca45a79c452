"""What clients of HMA tell about banks and contents, checked before anything is written.

A note and the metadata are short and plain: no field of them can carry a picture.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from tutela.core.matching.fingerprints import Fingerprint, read_fingerprint
from tutela.doors.wire.answers import to_json
from tutela.doors.wire.hma.names import kind_of
from tutela.doors.wire.refusals import bad_request

MOST_NOTE = 255
MOST_ADDRESS = 2000
MOST_JSON = 1000
_FIVE_YEARS_SECONDS = 5 * 366 * 24 * 3600


def ratio_of(told: Mapping[str, Any], default: float | None) -> float | None:
    """Return the ratio of traffic that a bank is to match, from ``enabled_ratio`` or ``enabled``.

    Raises:
        Refused: it is no number from 0 to 1 (400).
    """
    ratio = told.get("enabled_ratio")
    if ratio is not None:
        if isinstance(ratio, bool) or not isinstance(ratio, int | float) or not 0 <= ratio <= 1:
            raise bad_request("enabled_ratio is a number from 0 to 1", "bad_ratio")
        return float(ratio)
    enabled = told.get("enabled")
    if enabled is None:
        return default
    if not isinstance(enabled, bool):
        raise bad_request("enabled is true or false", "bad_enabled")
    return 1.0 if enabled else 0.0


def signals_of(told: Mapping[str, Any]) -> dict[str, Fingerprint]:
    """Return signal type → fingerprint.

    Raises:
        Refused: there is none, or a type is not known (400).
        BadFingerprint: one is none.
    """
    signals = {}
    for name, value in told.items():
        kind = kind_of(name)
        if not isinstance(value, str):
            raise bad_request(f"Invalid {name} signal: not a text", "bad_text")
        signals[name] = read_fingerprint(kind, value)
    if not signals:
        raise bad_request("No signals given", "no_signal")
    return signals


def note_of(told: Mapping[str, Any]) -> str | None:
    """Return the note, None if there is none.

    Raises:
        Refused: it is no text or too long (400).
    """
    note = told.get("note")
    if not note:
        return None
    if not isinstance(note, str) or len(note) > MOST_NOTE or "data:" in note:
        raise bad_request(f"note is a text of up to {MOST_NOTE} characters", "bad_note")
    return note


def metadata_of(told: object) -> dict[str, Any] | None:
    """Return what a client wants to remember of a content: its own id, an address, a small object.

    Raises:
        Refused: it is something else, or larger than notes are (400).
    """
    if told is None:
        return None
    if not isinstance(told, dict):
        raise bad_request("metadata should be a json object", "bad_metadata")
    kept = {name: value for name, value in told.items() if name != "collab" and value is not None}
    if set(kept) - {"content_id", "content_uri", "json"}:
        raise bad_request("Invalid metadata: content_id, content_uri and json are known", "bad_metadata")
    identity, address, extra = (kept.get(name) for name in ("content_id", "content_uri", "json"))
    if identity is not None and (not isinstance(identity, str) or len(identity) > MOST_NOTE):
        raise bad_request(f"Invalid metadata: content_id has up to {MOST_NOTE} characters", "bad_metadata")
    if address is not None and not _is_address(address):
        raise bad_request("Invalid metadata: content_uri is an address", "bad_metadata")
    if extra is not None and (not isinstance(extra, dict) or not _is_plain(extra)):
        raise bad_request(f"Invalid metadata: json has up to {MOST_JSON} characters", "bad_metadata")
    return kept or None


def until_of(told: Mapping[str, Any]) -> int | None:
    """Return ``disable_until_ts``, None if it is not given.

    Raises:
        Refused: it is no time, or more than about five years away (400).
    """
    until = told.get("disable_until_ts")
    if until is None:
        return None
    if isinstance(until, str) and until.isascii() and until.isdigit() and len(until) < 12:
        until = int(until)
    if isinstance(until, bool) or not isinstance(until, int) or until < 0:
        raise bad_request("disable_until_ts must be a non-negative integer", "bad_time")
    if until > time.time() + _FIVE_YEARS_SECONDS:
        raise bad_request("disable_until_ts must be less than 5 years in the future", "bad_time")
    return until


def _is_address(told: object) -> bool:
    if not isinstance(told, str) or len(told) > MOST_ADDRESS:
        return False
    return urlsplit(told).scheme not in ("", "data", "javascript")


def _is_plain(told: Mapping[str, Any]) -> bool:
    text = to_json(told)
    return len(text) <= MOST_JSON and "data:" not in text
