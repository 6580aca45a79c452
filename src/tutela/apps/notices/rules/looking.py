"""What one look at an address means. The table is strict: only a plain "not there" counts as missing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tutela.core.terms.states import CheckOutcome

MISSING_STATUS = frozenset({404, 410})
UNCLEAR_STATUS = {
    401: "login_wall",
    403: "forbidden",
    407: "login_wall",
    429: "too_many_requests",
    451: "legal_block",
}
TINY_BODY_BYTES = 512
"""A whole answer smaller than this is rarely the item; it is what "sorry" pages and trackers weigh."""

_LOGIN_PATH = re.compile(
    r"(?:^|[/_.-])(?:log-?in|sign-?in|auth|sso|account/access|age-?verif\w*)(?:$|[/_.?-])", re.I
)


@dataclass(frozen=True, slots=True)
class LookFacts:
    """What the worker saw, without the thing itself.

    ``error`` is empty or a code: nxdomain, dns_error, timeout, connection_refused, connection_broken, tls,
    not_allowed (egress policy), too_many_redirects, bad_answer. ``digest`` is SHA-256 of the whole body
    in mode ``hash``; ``None`` when it was not read to its end.
    """

    mode: str
    status: int | None = None
    error: str = ""
    landed_elsewhere: bool = False
    """A redirect ended on another registered domain."""
    landed_on_login: bool = False
    body_bytes: int | None = None
    digest: bytes | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """The meaning of a look, with a code that says why."""

    outcome: CheckOutcome
    detail: str


def is_login_path(path: str) -> bool:
    """Return whether the path of a redirect's end looks like a login or age gate."""
    return _LOGIN_PATH.search(path) is not None


def classify_look(facts: LookFacts, *, resolved_before: bool, known_digest: bytes | None) -> Look:
    """Return what ``facts`` mean.

    Args:
        resolved_before: the name had an address at an earlier time; only then is its absence news.
        known_digest: SHA-256 of the body when it was seen before, in mode ``hash``.
    """
    if facts.mode == "off":
        return Look(CheckOutcome.NOT_LOOKED, "mode_off")
    if facts.error == "nxdomain" and resolved_before:
        return Look(CheckOutcome.MISSING, "name_gone")
    if facts.error or facts.status is None:
        return Look(CheckOutcome.UNCLEAR, facts.error or "no_answer")
    if facts.landed_elsewhere:
        return Look(CheckOutcome.UNCLEAR, "other_domain")
    if facts.landed_on_login:
        return Look(CheckOutcome.UNCLEAR, "login_wall")
    if facts.status in MISSING_STATUS:
        return Look(CheckOutcome.MISSING, f"status_{facts.status}")
    if not 200 <= facts.status < 300:
        return Look(CheckOutcome.UNCLEAR, UNCLEAR_STATUS.get(facts.status, f"status_{facts.status}"))
    return (
        _with_body(facts, known_digest) if facts.mode == "hash" else Look(CheckOutcome.REACHABLE, "answers")
    )


def _with_body(facts: LookFacts, known: bytes | None) -> Look:
    if facts.digest is None:
        return Look(CheckOutcome.REACHABLE, "not_hashed")
    if known is not None:
        same = facts.digest == known
        return (
            Look(CheckOutcome.REACHABLE, "same_body")
            if same
            else Look(CheckOutcome.UNCLEAR, "different_body")
        )
    if facts.body_bytes is not None and facts.body_bytes < TINY_BODY_BYTES:
        return Look(CheckOutcome.UNCLEAR, "tiny_body")
    return Look(CheckOutcome.REACHABLE, "first_body")
