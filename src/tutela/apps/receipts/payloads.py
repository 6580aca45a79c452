"""What goes to the desk and what comes back: payloads of version 1, checked, cleaned and sealed.

Both are JSON objects. A submission is sealed to the desk and bound to its receipt and its own id, so that a
copy under another receipt does not open. A message is sealed to the reporter's key and bound to its receipt.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from functools import cache
from typing import Any

from tutela.apps.receipts.errors import NotAMessage, NotASubmission, SubmissionTooLarge
from tutela.core.envelope import sealing
from tutela.core.kernel import clock

VERSION = 1
SUBMISSION_MOST_BYTES = 1_500_000
"""Of the JSON before sealing: more than the web server lets through in one form."""
SEALED_MOST_BYTES = int(SUBMISSION_MOST_BYTES * 1.12) + sealing.OVERHEAD + 8
MESSAGE_MOST_BYTES = 64_000

SUBMISSION_KINDS = ("report", "addition", "answer")
MESSAGE_KINDS = ("status", "question", "answer_received")
STATES = ("received", "being_looked_at", "notice_sent", "removed", "came_back", "closed")

_TEXT, _YES_NO, _YES_NO_UNKNOWN = (str,), (bool,), (bool, type(None))
_REPORT_FIELDS: dict[str, tuple[type, ...]] = {
    "places": _TEXT,
    "service": _TEXT,
    "account": _TEXT,
    "no_address": _YES_NO,
    "worry": _TEXT,
    "danger_now": _YES_NO_UNKNOWN,
    "more": _TEXT,
    "country": _TEXT,
    "wish": _TEXT,
    "email": _TEXT,
    "language": _TEXT,
}
_SUBMISSION_FIELDS: dict[str, dict[str, tuple[type, ...]]] = {
    "report": _REPORT_FIELDS,
    "addition": _REPORT_FIELDS,
    "answer": {"question": _TEXT, "text": _TEXT, "language": _TEXT},
}
_MESSAGE_FIELDS: dict[str, tuple[str, ...]] = {
    "status": ("state", "reason", "at"),
    "question": ("text", "at"),
    "answer_received": ("question", "at"),
}


def seal_submission(
    payload: Mapping[str, Any], desk_public_key: bytes, receipt_id: uuid.UUID, submission_id: uuid.UUID
) -> bytes:
    """Seal what a reporter wrote so that only the desk can open it.

    NUL characters and lone surrogates, which no database takes, become U+FFFD; all else stays as typed.

    Raises:
        NotASubmission: a field is unknown or of the wrong type.
        SubmissionTooLarge: over :data:`SUBMISSION_MOST_BYTES`.
    """
    plaintext = _to_json(_checked_submission(payload))
    if len(plaintext) > SUBMISSION_MOST_BYTES:
        raise SubmissionTooLarge(f"{len(plaintext)} bytes; at most {SUBMISSION_MOST_BYTES} can be handed in")
    return sealing.seal(plaintext, to=desk_public_key, info=_about_submission(receipt_id, submission_id))


def open_submission(
    sealed: bytes, private_key: bytes, receipt_id: uuid.UUID, submission_id: uuid.UUID
) -> dict[str, Any]:
    """Open a submission with the desk's private key, and check it again: the sealer is not trusted.

    Raises:
        SealBroken, UnknownVersion: see ``core.envelope.sealing.open_sealed``.
        NotASubmission: sealed by something that does not follow version 1.
    """
    plaintext = sealing.open_sealed(
        sealed, private=private_key, info=_about_submission(receipt_id, submission_id)
    )
    return _checked_submission(_from_json(plaintext, NotASubmission))


def seal_message(payload: Mapping[str, Any], public_key: bytes, receipt_id: uuid.UUID) -> bytes:
    """Seal what the desk tells, so that only the code of this receipt opens it.

    Raises:
        NotAMessage: not of version 1, or over :data:`MESSAGE_MOST_BYTES`.
    """
    plaintext = _to_json(check_message(payload))
    if len(plaintext) > MESSAGE_MOST_BYTES:
        raise NotAMessage("the message is too long")
    return sealing.seal(plaintext, to=public_key, info=_about_message(receipt_id))


def open_message(sealed: bytes, private_key: bytes, receipt_id: uuid.UUID) -> dict[str, Any]:
    """Open a message with the key derived from the code.

    Raises:
        SealBroken, UnknownVersion: see ``core.envelope.sealing.open_sealed``.
        NotAMessage: not of version 1.
    """
    plaintext = sealing.open_sealed(sealed, private=private_key, info=_about_message(receipt_id))
    return check_message(_from_json(plaintext, NotAMessage))


def check_message(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``payload`` cleaned and with its version.

    Raises:
        NotAMessage: names the field.
    """
    kind = payload.get("kind")
    if not isinstance(kind, str) or kind not in MESSAGE_KINDS or payload.get("v", VERSION) != VERSION:
        raise NotAMessage("kind or version is not known")
    fields = {name: value for name, value in payload.items() if name not in ("v", "kind")}
    for name in _MESSAGE_FIELDS[kind]:
        if not isinstance(fields.get(name), str):
            raise NotAMessage(f"{name} must be text")
    if set(fields) != set(_MESSAGE_FIELDS[kind]):
        raise NotAMessage("there is a field that does not belong here")
    if kind == "status" and fields["state"] not in STATES:
        raise NotAMessage("state is not known")
    try:
        clock.from_text(fields["at"])
    except ValueError:
        raise NotAMessage("at is not a time with its zone") from None
    return {"v": VERSION, "kind": kind} | {name: _clean(value) for name, value in fields.items()}


@cache
def decoy_messages() -> tuple[bytes, ...]:
    """Return messages that no code opens, for an unknown code to work on as long as a known one does."""
    nobody = sealing.public_key(sealing.generate_private_key())
    payload = {"kind": "status", "state": "being_looked_at", "reason": "", "at": clock.to_text(clock.now())}
    return tuple(seal_message(payload, nobody, DECOY_RECEIPT) for _ in range(3))


DECOY_RECEIPT = uuid.UUID(int=0)
"""The receipt that no code has; asking for its messages costs a query like any other."""


def _checked_submission(payload: Mapping[str, Any]) -> dict[str, Any]:
    kind = payload.get("kind")
    if not isinstance(kind, str) or kind not in SUBMISSION_KINDS or payload.get("v") != VERSION:
        raise NotASubmission("kind or version is not known")
    checked: dict[str, Any] = {"v": VERSION, "kind": kind}
    for name, value in payload.items():
        if name in ("v", "kind"):
            continue
        if not isinstance(value, _SUBMISSION_FIELDS[kind].get(name, ())):
            raise NotASubmission(f"{_clean(name)[:40]!r} is not known or of another type")
        checked[name] = _clean(value) if isinstance(value, str) else value
    return checked


def _clean(text: str) -> str:
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\x00", "\ufffd")


def _to_json(payload: Mapping[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _from_json(plaintext: bytes, refusal: type[NotASubmission] | type[NotAMessage]) -> dict[str, Any]:
    try:
        payload = json.loads(plaintext)
    except (ValueError, RecursionError):
        raise refusal("it is not JSON") from None
    if not isinstance(payload, dict):
        raise refusal("it is not an object")
    return payload


def _about_submission(receipt_id: uuid.UUID, submission_id: uuid.UUID) -> bytes:
    return b"tutela/submission/1\x00" + receipt_id.bytes + submission_id.bytes


def _about_message(receipt_id: uuid.UUID) -> bytes:
    return b"tutela/message/1\x00" + receipt_id.bytes
