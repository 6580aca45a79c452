"""From what somebody typed to a sealed submission: the only writing this door does.

The payload is sealed to the desk's public key before it reaches the database, so that from here on only the
desk can read it. What is sent twice is stored once: the digest under which a submission is stored is an
HMAC over the form's own id and everything in it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation

from tutela.apps.receipts import actions as receipts
from tutela.apps.receipts import errors, rules
from tutela.apps.receipts import queries as receipt_queries
from tutela.core.kernel import clock, ids
from tutela.doors.site import tokens

PAYLOAD_VERSION = 1


@dataclass(frozen=True, slots=True)
class Form:
    """What the sealed token of a report form holds."""

    id: str
    receipt_id: uuid.UUID
    code: rules.Code


def new_form_token() -> str:
    """Return the token of a fresh form, with the code that its report will get."""
    return tokens.seal(
        tokens.Purpose.FORM, id=secrets.token_hex(16), receipt=str(ids.new_id()), code=rules.new_code().digits
    )


def form_of(token: str) -> Form:
    """Open a form's token; raises as :func:`tokens.unseal`."""
    facts = tokens.unseal(tokens.Purpose.FORM, token)
    return Form(facts["id"], uuid.UUID(facts["receipt"]), rules.parse_code(facts["code"]))


def hand_in(form: Form, payload: dict[str, Any]) -> uuid.UUID:
    """Hand in the report of ``form`` and return its receipt.

    The same content again stores nothing; other content from the same form is an addition to its report.
    """
    derived = rules.derive(form.code, settings.TUTELA_PEPPER_LOOKUP, settings.TUTELA_PEPPER_KEY)
    digest = _digest(form.id, payload)
    try:
        return _first(form, derived, digest, payload)
    except errors.CodeTaken:
        # This form was sent before, with other content.
        receipt = receipt_queries.receipt_by_lookup(derived.lookup)
        if receipt is None:
            raise
        return _more(receipt.id, "addition", digest, payload)


def _first(form: Form, derived: rules.Derived, digest: bytes, payload: dict[str, Any]) -> uuid.UUID:
    submission_id = ids.new_id()
    return receipts.hand_in(
        receipt_id=form.receipt_id,
        lookup=derived.lookup,
        public_key=derived.public_key,
        submission_id=submission_id,
        sealed=_sealed("report", payload, form.receipt_id, submission_id),
        form_digest=digest,
        now=clock.now(),
    ).receipt_id


def add(receipt_id: uuid.UUID, about: str, payload: dict[str, Any]) -> None:
    """Add to a report. ``about`` is the id of the token that allows it, so that pressing twice adds once."""
    _more(receipt_id, "addition", _digest(about, payload), payload)


def answer(receipt_id: uuid.UUID, question: str, text: str) -> None:
    """Answer a question of the desk."""
    payload = {"question": question, "text": text}
    _more(receipt_id, "answer", _digest(f"answer {receipt_id}", payload), payload)


def _more(receipt_id: uuid.UUID, kind: str, digest: bytes, payload: dict[str, Any]) -> uuid.UUID:
    submission_id = ids.new_id()
    receipts.hand_in_more(
        receipt_id=receipt_id,
        submission_id=submission_id,
        kind=kind,
        sealed=_sealed(kind, payload, receipt_id, submission_id),
        form_digest=digest,
    )
    return receipt_id


def _sealed(kind: str, payload: dict[str, Any], receipt_id: uuid.UUID, submission_id: uuid.UUID) -> bytes:
    whole = {"v": PAYLOAD_VERSION, "kind": kind, **payload, "language": translation.get_language() or "en"}
    return rules.seal_submission(whole, settings.TUTELA_DESK_PUBLIC_KEY, receipt_id, submission_id)


def _digest(about: str, payload: dict[str, Any]) -> bytes:
    content = json.dumps([about, payload], sort_keys=True, separators=(",", ":")).encode()
    return hmac.new(settings.TUTELA_FORM_KEY, b"tutela/site/form/1\n" + content, hashlib.sha256).digest()
