"""What the site's tests share: a visitor without script, the desk's key, the site as a real server."""

from __future__ import annotations

import importlib.util
import re
import socketserver
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings as node_settings
from django.test import Client

from tutela.apps.receipts import actions as receipts
from tutela.apps.receipts import queries, rules
from tutela.core.kernel import clock
from tutela.doors.site import queueing
from tutela.testing.browser import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Page

ADDRESS = "https://files.example.org/a"


class _Forms(HTMLParser):
    """Reads the forms of a page as a browser does: fields, their values, the buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self._textarea = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        name = given.get("name") or ""
        if tag == "form":
            self.forms.append({})
        elif tag == "input" and self.forms and name:
            if given.get("type") != "radio" or "checked" in given:
                self.forms[-1][name] = given.get("value") or ""
        elif tag == "textarea" and self.forms:
            self._textarea = name
            self.forms[-1][name] = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.forms[-1][self._textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = ""
            for form in self.forms[-1:]:
                form.update({name: value.removeprefix("\n") for name, value in form.items()})


@dataclass
class Visitor:
    """Somebody whose browser has neither script nor cookies, and who keeps only the page in front of them."""

    client: Client = field(default_factory=Client)
    language: str = "en"
    page: Any = None

    def open(self, path: str = "") -> Visitor:
        self.page = self.client.get(f"/{self.language}/{path}")
        return self

    def send(self, form: int = 0, **typed: str) -> Visitor:
        """Fill in form number ``form`` of the page and press its first button."""
        fields = {**self.forms[form], **typed}
        path = "code/" if "/code/" in self.page.request["PATH_INFO"] or fields.get("step") == "open" else ""
        self.page = self.client.post(f"/{self.language}/{path}", fields)
        return self

    def report(self, places: str = ADDRESS, **typed: str) -> Visitor:
        return self.open().send(places=places, **typed)

    def open_receipt(self, code: str) -> Visitor:
        return self.open("code/").send(code=code)

    @property
    def forms(self) -> list[dict[str, str]]:
        reader = _Forms()
        reader.feed(self.text)
        return reader.forms

    @property
    def text(self) -> str:
        return str(self.page.content.decode())

    @property
    def status(self) -> int:
        return int(self.page.status_code)

    @property
    def digits(self) -> str:
        start = self.text.split('id="code-digits"')[1].split("</p>")[0]
        return " ".join(part.split("</span>")[0] for part in start.split("<span>")[1:])

    @property
    def words(self) -> str:
        start = self.text.split('id="code-words"')[1].split("</p>")[0]
        return " ".join(part.split("</span>")[0] for part in start.split("<span>")[1:])


@pytest.fixture(autouse=True)
def _at_the_site(site_door: None) -> Iterator[None]:
    queueing.queue.cache_clear()
    yield
    queueing.queue.cache_clear()


@pytest.fixture
def visitor(db: None) -> Visitor:
    return Visitor()


@pytest.fixture
def desk_reads(settings: Any) -> Callable[[], list[dict[str, Any]]]:
    """Open everything that was handed in, with the desk's private key, in the order it came."""

    def read() -> list[dict[str, Any]]:
        return [
            rules.open_submission(one.sealed, settings.TUTELA_DESK_PRIVATE_KEY, one.receipt_id, one.id)
            for one in queries.submissions_waiting(500)
        ]

    return read


def receipt_of(digits: str) -> uuid.UUID:
    derived = rules.derive(
        rules.parse_code(digits), node_settings.TUTELA_PEPPER_LOOKUP, node_settings.TUTELA_PEPPER_KEY
    )
    receipt = queries.receipt_by_lookup(derived.lookup)
    assert receipt is not None
    return receipt.id


@pytest.fixture
def desk_tells() -> Callable[..., uuid.UUID]:
    """Tell the reporter of this code something: a state, or a question."""

    def tell(digits: str, kind: str = "status", **payload: str) -> uuid.UUID:
        payload.setdefault("at", clock.to_text(clock.now()))
        if kind == "status":
            payload.setdefault("reason", "")
        told = receipts.tell_reporter(
            receipt_id=receipt_of(digits), kind=kind, payload=payload, actor="worker"
        )
        assert told is not None
        return told

    return tell


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None: ...


class _Threads(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64


@pytest.fixture
def site_server(transactional_db: None) -> Iterator[str]:
    """The site as a real server on the loopback, for a real browser; yields its address."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.handlers.wsgi import WSGIHandler

    server = make_server("127.0.0.1", 0, StaticFilesHandler(WSGIHandler()), _Threads, _Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def base(all_languages: None, settings: Any, site_server: str) -> str:
    settings.TUTELA = replace(settings.TUTELA, exit_url=f"{site_server}/robots.txt")
    return site_server


@pytest.fixture
def open_page(base: str, visit: Visit) -> Callable[..., Page]:
    """Open a page in a fresh context; whatever it complains about fails the test."""
    visit.expected.append("status of 4")
    return visit.open


_TOOLS = Path(__file__).resolve().parents[5] / "tools"
_KEEP = re.compile(r"%\(\w+\)s|<[^>]+>")
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنه"


def _wide(text: str) -> str:
    """Every letter as its full-width twin: readable, longer, and no letter of ASCII left."""
    return "".join(chr(ord(sign) + 0xFEE0) if sign.isascii() and sign.isalpha() else sign for sign in text)


def _arabic(text: str) -> str:
    return text.lower().translate(str.maketrans(_LATIN, _ARABIC))


PSEUDO: dict[str, Callable[[str], str]] = {"xx": _wide, "ar": _arabic}
"""A pseudo-locale that shows what is not translatable, and one that is written from right to left."""


def _pseudo(text: str, language: str) -> str:
    pieces, kept = _KEEP.split(text), _KEEP.findall(text)
    changed = [PSEUDO[language](piece) for piece in pieces]
    return "".join(piece + keep for piece, keep in zip(changed, [*kept, ""], strict=True))


@pytest.fixture(scope="session")
def pseudo_locales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with generated translations of all that the look and the site say."""
    found = importlib.util.spec_from_file_location("messages", _TOOLS / "messages.py")
    assert found and found.loader
    messages = importlib.util.module_from_spec(found)
    found.loader.exec_module(messages)
    folder = tmp_path_factory.mktemp("locales")
    for language in PSEUDO:
        catalog = Catalog(locale="ar" if language == "ar" else "en", charset="utf-8")
        for part in (messages.PACKAGE / "look", messages.PACKAGE / "doors" / "site"):
            for message in messages.collect(part):
                if isinstance(message.id, str):
                    catalog.add(message.id, _pseudo(message.id, language), context=message.context)
                else:
                    forms = [_pseudo(message.id[1], language)] * catalog.num_plurals
                    catalog.add(message.id, forms, context=message.context)
        target = folder / language / "LC_MESSAGES" / "django.mo"
        target.parent.mkdir(parents=True)
        with target.open("wb") as handle:
            write_mo(handle, catalog)
    return folder


@pytest.fixture
def all_languages(settings: Any, pseudo_locales: Path) -> None:
    """English, Georgian and a generated language from right to left."""
    settings.LOCALE_PATHS = [pseudo_locales]
    settings.LANGUAGES = [("en", "English"), ("ka", "ქართული"), ("ar", "العربية")]


@pytest.fixture
def pseudo_language(settings: Any, all_languages: None) -> None:
    """The pseudo-locale too. Neither browsers nor axe know its code, so it stands only where it is tested."""
    settings.LANGUAGES = [*settings.LANGUAGES, ("xx", "ｘｘ")]


@pytest.fixture(scope="session", autouse=True)
def _georgian_is_compiled() -> None:
    """The ``.mo`` files are not kept in the repository; a test run makes them itself when they are older."""
    for source in (_TOOLS.parent / "src" / "tutela").rglob("locale/*/LC_MESSAGES/django.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            with source.open("rb") as handle, target.open("wb") as out:
                write_mo(out, read_po(handle, locale=source.parent.parent.name))
