"""Which room hears what, by the role of the node: messages whose effect lies above the exchange.

Each name is a function that takes ``apps.exchange.actions.handlers.HeardMessage`` and runs in the
transaction that marks the message. The exchange's own handlers (``handlers.OWN``) come first.
"""

from __future__ import annotations

from collections.abc import Mapping

_REFERRALS = "tutela.apps.referrals.actions"
_REQUESTS = "tutela.apps.requests.actions"

HANDLERS: Mapping[str, Mapping[str, str]] = {
    "police": {"referral": f"{_REFERRALS}.hear_referral"},
}
