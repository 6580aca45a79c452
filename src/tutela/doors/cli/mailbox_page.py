"""The demonstration's mailbox as a page: what arrived at the mail server, newest first."""

from __future__ import annotations

import html
import threading
from collections.abc import Callable
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Mailbox</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/style.css"></head>
<body><main><h1>Mailbox of the demonstration</h1><p>{count}</p>{letters}</main></body></html>"""
LETTER = """<article><h2>{subject}</h2><dl><dt>From</dt><dd>{sender}</dd><dt>To</dt><dd>{recipient}</dd>
<dt>Parts</dt><dd>{parts}</dd></dl><pre>{text}</pre></article>"""
STYLE = """body{font:1.1rem/1.5 system-ui,sans-serif;margin:0;color:#1c2530;background:#f6f7f9}
main{max-width:56rem;margin:auto;padding:1.5rem}article{background:#fff;border:1px solid #c8d0d9;
border-radius:.5rem;padding:1rem 1.5rem;margin:1.5rem 0}pre{white-space:pre-wrap;overflow-wrap:anywhere;
font-size:.95rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem}dt{font-weight:600}dd{margin:0}
@media(prefers-color-scheme:dark){body{background:#12181f;color:#e6ebf0}article{background:#1a222b;border-color:#3a4653}}"""


def render(letters: list[EmailMessage]) -> str:
    """Return the page; every text of a letter is escaped."""
    shown = "".join(_letter(letter) for letter in reversed(letters))
    count = (
        f"{len(letters)} letter{'s' if len(letters) != 1 else ''}" if letters else "Nothing has arrived yet."
    )
    return PAGE.format(count=count, letters=shown)


def _letter(letter: EmailMessage) -> str:
    body = letter.get_body(preferencelist=("plain",))
    parts = [part.get_content_type() for part in letter.walk() if not part.is_multipart()]
    return LETTER.format(
        subject=html.escape(str(letter["Subject"])),
        sender=html.escape(str(letter["From"])),
        recipient=html.escape(str(letter["To"])),
        parts=html.escape(", ".join(parts)),
        text=html.escape(body.get_content() if body is not None else ""),
    )


class MailboxPage:
    """Serves the page on the loopback until stopped."""

    def __init__(self, letters: Callable[[], list[EmailMessage]], port: int = 0) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                style = self.path == "/style.css"
                body = (STYLE if style else render(letters())).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/css" if style else "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'self'")
                self.send_header("Cache-Control", "no-store")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Keep the terminal for the story."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
