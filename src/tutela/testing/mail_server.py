"""A mail server on the loopback (aiosmtpd) that keeps what it receives in memory, or refuses it on demand."""

from __future__ import annotations

import asyncio
import contextlib
import email
import email.policy
import socket
import threading
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any, Self

from tutela.testing.certificates import ServerCertificate

_LINE = "451 4.3.0 Try again later"


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail as it arrived: the envelope, and the bytes between DATA and the final dot."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    encrypted: bool

    @property
    def message(self) -> EmailMessage:
        """The mail, parsed."""
        return email.message_from_bytes(self.content, policy=email.policy.default)


class MailServer:
    """A real SMTP server on ``127.0.0.1``.

    ::

        with MailServer() as mail:
            ...
            assert mail.letters[0].recipients == ("abuse@provider.example.net",)
            mail.refuse("550 5.1.1 No such user", at="rcpt")     # every mail from now on
            mail.refuse("451 4.7.1 Greylisted", times=1)          # only the next one
            mail.accept()

    Args:
        port: a fixed port; a free one when 0.
        certificate: offer STARTTLS with it, or speak TLS from the first byte with ``implicit_tls``.
        login: ``(user, password)`` the server asks for.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        certificate: ServerCertificate | None = None,
        implicit_tls: bool = False,
        login: tuple[str, str] | None = None,
    ) -> None:
        self.letters: list[Letter] = []
        self._context = certificate.server_context() if certificate else None
        self._implicit_tls = implicit_tls
        self._login = login
        self._refusal: tuple[str, str, int] = ("", "", 0)
        self._socket = socket.create_server(("127.0.0.1", port))
        self.host, self.port = self._socket.getsockname()[:2]
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("the mail server did not start")

    def stop(self) -> None:
        """Close connections and give the port back; mails stay readable."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)
        self._socket.close()

    def refuse(self, line: str = _LINE, *, at: str = "rcpt", times: int = -1) -> None:
        """Answer ``line`` at ``mail``, ``rcpt`` or ``data``: the next ``times`` times, always when -1."""
        self._refusal = (line, at, times)

    def drop(self, *, at: str = "data", times: int = -1) -> None:
        """Cut the connection at ``mail``, ``rcpt`` or ``data`` instead of answering."""
        self._refusal = ("", at, times)

    def accept(self) -> None:
        """Accept mail again."""
        self._refusal = ("", "", 0)

    def _refused(self, stage: str, server: Any) -> str | None:
        line, at, times = self._refusal
        if stage != at or times == 0:
            return None
        self._refusal = (line, at, times - 1 if times > 0 else times)
        if not line:
            server.transport.abort()
        return line or _LINE

    def _run(self) -> None:
        from aiosmtpd.smtp import SMTP

        asyncio.set_event_loop(self._loop)
        starttls = None if self._implicit_tls else self._context
        login = self._check_login if self._login else None

        def session() -> Any:
            return SMTP(
                _Handler(self),
                hostname="mail.example.net",
                tls_context=starttls,
                require_starttls=starttls is not None,
                auth_required=login is not None,
                auth_require_tls=self._context is not None and not self._implicit_tls,
                authenticator=login,
                loop=self._loop,
            )

        implicit = self._context if self._implicit_tls else None
        server = self._loop.run_until_complete(
            self._loop.create_server(session, sock=self._socket, ssl=implicit)
        )
        self._ready.set()
        self._loop.run_forever()
        server.close()
        self._finish()

    def _check_login(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> Any:
        from aiosmtpd.smtp import AuthResult

        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == self._login, handled=False)

    def _finish(self) -> None:
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        with contextlib.suppress(Exception):
            self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()


class _Handler:
    """aiosmtpd's hooks, which it finds by name."""

    def __init__(self, owner: MailServer) -> None:
        self._owner = owner

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        refused = self._owner._refused("mail", server)
        if refused:
            return refused
        envelope.mail_from = address
        return "250 2.1.0 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        refused = self._owner._refused("rcpt", server)
        if refused:
            return refused
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        refused = self._owner._refused("data", server)
        if refused:
            return refused
        letter = Letter(
            envelope.mail_from, tuple(envelope.rcpt_tos), bytes(envelope.content), session.ssl is not None
        )
        self._owner.letters.append(letter)
        return "250 2.0.0 Accepted"
