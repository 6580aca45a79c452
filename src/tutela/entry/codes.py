"""Time-based one-time codes (RFC 6238): which time step a code belongs to, and that it is used once.

The library remembers used codes in its cache, for one step. With a tolerance of one step a code is good
for three, and a second process has another cache; so the step is kept with the person, in the database.
"""

from __future__ import annotations

import uuid
from typing import Any

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal import auth as totp

from tutela.apps.accounts import actions as accounts

TOTP = "totp"


def spend(authenticator: Any, code: str) -> None:
    """Use up the code; raises the library's ``incorrect_code`` when it was used before.

    Recovery codes are crossed out by the library itself.
    """
    if authenticator.type != TOTP:
        return
    secret = get_adapter().decrypt(authenticator.data["secret"])
    step = step_of(secret, code)
    if step is None or not accounts.spend_code(person_id=authenticator.user_id, step=step):
        raise get_adapter().validation_error("incorrect_code")


def spend_first(person_id: uuid.UUID, secret: str, code: str) -> None:
    """Use up the code that set up a new app. The secret is new, so it cannot have been used before."""
    step = step_of(secret, code)
    if step is not None:
        accounts.spend_code(person_id=person_id, step=step)


def step_of(secret: str, code: str) -> int | None:
    """Return the latest time step, of those accepted now, whose code this is."""
    for step in sorted(totp.yield_hotp_counters_from_time(), reverse=True):
        expected = totp.format_hotp_value(totp.hotp_value(secret, step))
        if compare_user_code(actual=code, expected=expected):
            return int(step)
    return None
