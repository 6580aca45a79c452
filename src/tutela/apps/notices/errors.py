"""What the room refuses."""

from __future__ import annotations

from typing import ClassVar

from tutela.core.kernel.errors import Refusal


class NoticesRefusal(Refusal):
    """Base of the room."""

    code: ClassVar[str] = "notices_refused"


class LinkUnknown(NoticesRefusal):
    """No notice has this one-time link."""

    code: ClassVar[str] = "link_unknown"


class LinkExpired(NoticesRefusal):
    """The one-time link is too old, or its notice was withdrawn."""

    code: ClassVar[str] = "link_expired"


class NotAnAnswer(NoticesRefusal):
    """The answer names no kind that exists, or items that are not in the notice."""

    code: ClassVar[str] = "not_an_answer"


class TextMissing(NoticesRefusal):
    """This kind of answer needs words: what is missing, or what is objected to."""

    code: ClassVar[str] = "text_missing"


class TextTooLong(NoticesRefusal):
    """The words of an answer are longer than the limit."""

    code: ClassVar[str] = "text_too_long"


class TooManyAnswers(NoticesRefusal):
    """One link has been used more often than any desk would."""

    code: ClassVar[str] = "too_many_answers"


class NotAnEmail(NoticesRefusal):
    """The contact is not one plain e-mail address."""

    code: ClassVar[str] = "not_an_email"


class NotANetwork(NoticesRefusal):
    """A provider's network is not in the form 192.0.2.0/24, or covers half the world."""

    code: ClassVar[str] = "not_a_network"


class NotADomain(NoticesRefusal):
    """A provider's domain is not a host name."""

    code: ClassVar[str] = "not_a_domain"


class NotATimeZone(NoticesRefusal):
    """The time zone is not a name of the tz database."""

    code: ClassVar[str] = "not_a_time_zone"


class NotACountry(NoticesRefusal):
    """The country is not a code of two letters."""

    code: ClassVar[str] = "not_a_country"


class NotQuietHours(NoticesRefusal):
    """Only one end of the quiet hours was given, or both are the same."""

    code: ClassVar[str] = "not_quiet_hours"


class ContactUnknown(NoticesRefusal):
    """There is no such contact."""

    code: ClassVar[str] = "contact_unknown"


class ProviderUnknown(NoticesRefusal):
    """There is no such provider record."""

    code: ClassVar[str] = "provider_unknown"


class NoticeUnknown(NoticesRefusal):
    """There is no such notice."""

    code: ClassVar[str] = "notice_unknown"


class NotSendable(NoticesRefusal):
    """The notice is not in a state in which this can be done; somebody may have been faster."""

    code: ClassVar[str] = "not_sendable"


class NotWaiting(NoticesRefusal):
    """No notice is being prepared for this item."""

    code: ClassVar[str] = "not_waiting"


class NotWatched(NoticesRefusal):
    """Nobody was told about this item, so it is not looked at."""

    code: ClassVar[str] = "not_watched"


class AnswerUnknown(NoticesRefusal):
    """There is no such answer."""

    code: ClassVar[str] = "answer_unknown"


class NotAPartner(NoticesRefusal):
    """No provider's node of this name is known here."""

    code: ClassVar[str] = "not_a_partner"
