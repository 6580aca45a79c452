"""Which room hears what, by the role of the node: messages whose effect lies above the exchange.

Each name is a function that takes ``apps.exchange.actions.handlers.HeardMessage`` and runs in the
transaction that marks the message. The exchange's own handlers (``handlers.OWN``) come first.
"""

from __future__ import annotations

from collections.abc import Mapping

_NOTICES = "tutela.apps.notices.actions"
_REFERRALS = "tutela.apps.referrals.actions"
_REQUESTS = "tutela.apps.requests.actions"

HANDLERS: Mapping[str, Mapping[str, str]] = {
    "hotline": {"answer": f"{_NOTICES}.hear_answer"},
    "police": {"referral": f"{_REFERRALS}.hear_referral", "answer": f"{_REQUESTS}.hear_answer"},
    "provider": {
        "notice": f"{_REQUESTS}.hear_notice",
        "preservation": f"{_REQUESTS}.hear_preservation",
    },
}
