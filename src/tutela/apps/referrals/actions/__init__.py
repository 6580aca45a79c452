"""What can be done with referrals."""

from tutela.apps.referrals.actions.export_referral import Exported, export_referral
from tutela.apps.referrals.actions.hear_referral import hear_referral
from tutela.apps.referrals.actions.record_opened import record_opened
from tutela.apps.referrals.actions.say_outcome import OutcomeSaid, say_outcome
from tutela.apps.referrals.actions.write_words import write_words

__all__ = [
    "Exported",
    "OutcomeSaid",
    "export_referral",
    "hear_referral",
    "record_opened",
    "say_outcome",
    "write_words",
]
