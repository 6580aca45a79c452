"""Hand one mail to the node's own relay, encrypted and signed, and say what became of it.

The relay (``mail`` in ``node.toml``) delivers to the world. A connection without encryption is only ever
made to this machine itself; a certificate that does not verify stops the mail, it never goes out in clear.
Mail that comes back later is not read here (``tutela mail returned`` does): the relay's own refusals are.
"""

from __future__ import annotations

import contextlib
import email.policy
import functools
import ipaddress
import re
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

from tutela.apps.notices.rules import DeliveryResult, Outcome, judge
from tutela.doors.worker.legs.dkim_key import BadKey, Signer, load_signer

SECONDS = 20.0
# Visible ASCII without the characters that end an address in the SMTP dialogue or begin another.
_ADDRESS = re.compile(r"[!-~]{1,64}@[A-Za-z0-9.\[\]:-]{1,190}")
_FORBIDDEN = frozenset('<>(),;"\\')
# Seven bits only: no relay on the way may rewrite the body and break the signature.
_WIRE = email.policy.SMTP.clone(cte_type="7bit", max_line_length=998)


class Settings(Protocol):
    """The fields of ``[mail]`` in ``node.toml``."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def security(self) -> str: ...
    @property
    def user(self) -> str: ...
    @property
    def password_file(self) -> str: ...
    @property
    def sender(self) -> str: ...
    @property
    def dkim_domain(self) -> str: ...
    @property
    def dkim_selector(self) -> str: ...
    @property
    def dkim_key_file(self) -> str: ...


class BadRelay(Exception):  # noqa: N818 - an answer about the node's own settings
    """The relay cannot be used as configured; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@functools.cache
def _system_trust() -> ssl.SSLContext:
    return ssl.create_default_context()


@dataclass(frozen=True, slots=True)
class Relay:
    """Where mail is handed in, and in whose name."""

    host: str
    port: int
    security: str
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    signer: Signer | None = None
    trust: ssl.SSLContext = field(default_factory=_system_trust)
    seconds: float = SECONDS


def open_relay(mail: Settings, home: Path, *, trust: ssl.SSLContext | None = None) -> Relay:
    """Read passwords and keys (paths are relative to ``home``) and check the rules of the module.

    Raises:
        BadRelay: ``mail_off`` (no host or sender), ``mail_security`` (unknown word), ``mail_in_clear``
            (``none`` to another machine, or a password in clear), ``mail_password_file``, ``mail_dkim_key``.
    """
    if not mail.host or not _ADDRESS.fullmatch(mail.sender):
        raise BadRelay("mail_off")
    if mail.security not in ("none", "starttls", "tls"):
        raise BadRelay("mail_security")
    if mail.security == "none" and (not _is_loopback(mail.host) or mail.user):
        raise BadRelay("mail_in_clear")
    try:
        password = (home / mail.password_file).read_text("utf-8").strip() if mail.user else ""
    except (OSError, UnicodeDecodeError):
        raise BadRelay("mail_password_file") from None
    try:
        signer = load_signer(mail.dkim_domain, mail.dkim_selector, mail.dkim_key_file, home)
    except BadKey:
        raise BadRelay("mail_dkim_key") from None
    return Relay(
        host=mail.host,
        port=mail.port,
        security=mail.security,
        sender=mail.sender,
        user=mail.user,
        password=password,
        signer=signer,
        trust=trust or _system_trust(),
    )


def send(message: EmailMessage, *, to: str, relay: Relay) -> DeliveryResult:
    """Hand ``message`` to the relay for ``to``. Never raises for what the other side does."""
    if not is_plain_address(to):
        return DeliveryResult(Outcome.FAILED, None, "bad_address")
    content = message.as_bytes(policy=_WIRE)
    if relay.signer is not None:
        content = relay.signer.sign(content) + content
    talk = _Talk(relay)
    try:
        with talk.connected() as client:
            talk.stage = "sender"
            _expect(client.mail(relay.sender))
            talk.stage = "recipient"
            _expect(client.rcpt(to))
            talk.stage = "data"
            code, _ = _expect(client.data(content))
            return judge(code, stage="done")
    except smtplib.SMTPResponseException as refused:
        return judge(refused.smtp_code, stage=talk.stage)
    except smtplib.SMTPNotSupportedError:
        return judge(None, stage=talk.stage, detail="not_supported")
    except ssl.SSLError:
        return judge(None, stage=talk.stage, detail="tls")
    except TimeoutError:
        return judge(None, stage=talk.stage, detail="timeout")
    except (smtplib.SMTPException, OSError, ValueError):
        return judge(None, stage=talk.stage)


def is_plain_address(text: str) -> bool:
    """Whether ``text`` is one bare ASCII address that can stand between ``<`` and ``>`` in SMTP."""
    return _ADDRESS.fullmatch(text) is not None and not _FORBIDDEN & set(text)


class _Talk:
    """One dialogue. ``stage`` says how far it came: connect, login, sender, recipient, data."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self.stage = "connect"

    @contextlib.contextmanager
    def connected(self) -> Iterator[smtplib.SMTP]:
        client = self._client()
        try:
            client.ehlo_or_helo_if_needed()
            if self._relay.security == "starttls":
                client.starttls(context=self._relay.trust)
                client.ehlo_or_helo_if_needed()
            if self._relay.user:
                self.stage = "login"
                client.login(self._relay.user, self._relay.password)
            yield client
            # The mail is accepted; a relay that forgets its manners afterwards changes nothing.
            with contextlib.suppress(smtplib.SMTPException, OSError):
                client.quit()
        finally:
            client.close()

    def _client(self) -> smtplib.SMTP:
        relay = self._relay
        # Our own domain as name: the machine's would be looked up, and is nobody's business.
        name = relay.sender.rpartition("@")[2] or "localhost"
        if relay.security == "tls":
            return smtplib.SMTP_SSL(
                relay.host, relay.port, local_hostname=name, timeout=relay.seconds, context=relay.trust
            )
        return smtplib.SMTP(relay.host, relay.port, local_hostname=name, timeout=relay.seconds)


def _expect(answer: tuple[int, bytes]) -> tuple[int, bytes]:
    if answer[0] not in (250, 251):
        raise smtplib.SMTPResponseException(*answer)
    return answer


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
