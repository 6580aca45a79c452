"""What can be done with the exchange."""

from tutela.apps.exchange.actions.add_partner import Added, add_partner
from tutela.apps.exchange.actions.pause_partner import pause_partner, resume_partner
from tutela.apps.exchange.actions.pin_partner import pin_partner
from tutela.apps.exchange.actions.revoke_key import revoke_key
from tutela.apps.exchange.actions.take_directory import take_directory

__all__ = [
    "Added",
    "add_partner",
    "pause_partner",
    "pin_partner",
    "resume_partner",
    "revoke_key",
    "take_directory",
]
