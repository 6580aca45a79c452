"""What can be done with people: let them in, give them a role, shut them out, write down how they came."""

from tutela.apps.accounts.actions.accept_invitation import accept_invitation
from tutela.apps.accounts.actions.change_role import change_role
from tutela.apps.accounts.actions.choose_language import choose_language
from tutela.apps.accounts.actions.deactivate_person import deactivate_person
from tutela.apps.accounts.actions.invite_first_coordinator import invite_first_coordinator
from tutela.apps.accounts.actions.invite_person import Invited, invite_person
from tutela.apps.accounts.actions.let_back_in import let_back_in
from tutela.apps.accounts.actions.make_sign_in_link import make_sign_in_link
from tutela.apps.accounts.actions.record_factor_changes import record_factor_changes
from tutela.apps.accounts.actions.record_failed_sign_in import record_failed_sign_in
from tutela.apps.accounts.actions.record_password_change import record_password_change
from tutela.apps.accounts.actions.record_sign_in import record_sign_in
from tutela.apps.accounts.actions.reset_second_factor import (
    reset_second_factor,
    reset_second_factor_by_command,
)
from tutela.apps.accounts.actions.spend_code import spend_code
from tutela.apps.accounts.actions.use_sign_in_link import use_sign_in_link
from tutela.apps.accounts.actions.withdraw_invitation import withdraw_invitation

__all__ = [
    "Invited",
    "accept_invitation",
    "change_role",
    "choose_language",
    "deactivate_person",
    "invite_first_coordinator",
    "invite_person",
    "let_back_in",
    "make_sign_in_link",
    "record_factor_changes",
    "record_failed_sign_in",
    "record_password_change",
    "record_sign_in",
    "reset_second_factor",
    "reset_second_factor_by_command",
    "spend_code",
    "use_sign_in_link",
    "withdraw_invitation",
]
