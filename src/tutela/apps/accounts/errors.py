"""What the room refuses."""

from __future__ import annotations

from typing import ClassVar

from tutela.core.kernel.errors import Refusal


class AccountsRefusal(Refusal):
    """Base of the room."""

    code: ClassVar[str] = "accounts_refused"


class NotAnEmail(AccountsRefusal):
    """The text is not an e-mail address."""

    code: ClassVar[str] = "not_an_email"


class NotAName(AccountsRefusal):
    """The name is empty, too long or not printable."""

    code: ClassVar[str] = "not_a_name"


class NotARole(AccountsRefusal):
    """There is no such role."""

    code: ClassVar[str] = "not_a_role"


class AlreadyThere(AccountsRefusal):
    """Somebody with this e-mail address is already here."""

    code: ClassVar[str] = "already_there"


class LinkNotValid(AccountsRefusal):
    """The one-time link is unknown, used, withdrawn or too old. Which of them is not said."""

    code: ClassVar[str] = "link_not_valid"


class WeakPassword(AccountsRefusal):
    """The password does not pass; ``reasons`` are codes of the validators."""

    code: ClassVar[str] = "weak_password"

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = reasons


class LastCoordinator(AccountsRefusal):
    """Nobody would be left who can let people in."""

    code: ClassVar[str] = "last_coordinator"


class NotOneself(AccountsRefusal):
    """Nobody changes or shuts their own access; a second coordinator does."""

    code: ClassVar[str] = "not_oneself"


class CoordinatorExists(AccountsRefusal):
    """The node has a coordinator already, who invites everybody else."""

    code: ClassVar[str] = "coordinator_exists"


class OnlyInDemo(AccountsRefusal):
    """One-time sign-in exists on a demo node only."""

    code: ClassVar[str] = "only_in_demo"


class NotALanguage(AccountsRefusal):
    """The node does not speak this language."""

    code: ClassVar[str] = "not_a_language"
