"""Somebody hands in a report and leaves no trace: not in the data folder, not in what the processes write.

The visitor comes from an address of their own, behind a proxy that the node believes, with a browser that can
be told from all others, and does everything that can be done at the public site, right and wrong. Then every
byte that the node has on disk and every line that its processes wrote is searched for each of those marks: as
text, in other encodings and as an unkeyed digest. The search itself is tested on something that is there.
"""

from __future__ import annotations

import contextlib
import functools
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import psycopg
import pytest

from tutela.config.headers import HEADERS
from tutela.doors.cli.visitor import Visitor
from tutela.testing.nodes import Node
from tutela.testing.postgres import Cluster, find_program
from tutela.testing.traces import Search, shapes

pytestmark = pytest.mark.processes

PEER = "127.66.77.88"
FORWARDED = "203.0.113.77"
MARKS = {
    "address of the connection": PEER,
    "address that the proxy names": FORWARDED,
    "network that the proxy names": "203.0.113.",
    "browser": "Mozilla/5.0 (Trace; rv:7f3a91) Walnut/20.6",
    "language of the browser": "ka-x-trace71c",
    "cookie": "walnut-cookie-9c1e44d0",
    "page before": "came-from-5521.example.net",
    "query": "walnut-query-22ab",
    "words": "Walnut shells under a turquoise umbrella",
    "words in Georgian": "კაკლის ნაჭუჭი ფირუზისფერ ქოლგაში",
    "words around the address": "somebody sent me this walnut link",
    "e-mail address": "walnut.umbrella@mail.example.com",
    "answer in the receipt": "The umbrella was folded on Tuesday",
    "wrong code": "1111 2222 3333 4444 5555",
}
ADDRESS, ACCOUNT = "https://pictures.example.org/albums/walnut-page", "walnut_umbrella_5512"
"""What was reported: it is the work of the desk and must be there."""
NEVER_ALLOWED = {"'unsafe-inline'", "'unsafe-eval'", "http:", "https:", "*", "data:"}
REPORTS_AN_HOUR = 3
DECIDED = f'trusted_proxies = ["127.0.0.0/8"]\nreports_an_hour = {REPORTS_AN_HOUR}'
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:")
FETCHED = re.compile(r"<(\w+)[^>]*?\s(?:src|href|action|srcset|data|poster)=\"([^\"]*)\"")
FETCHED_UNASKED = re.compile(r'rel="(?:preconnect|dns-prefetch|prefetch|preload)"|http-equiv="refresh"')
PAGES = ("", "code/", "help/", "privacy/", "about/", "leaving/", "accessibility/")


class Stranger(Visitor):
    """A visitor with every mark a browser can carry; keeps all answers."""

    def __init__(self, base_url: str) -> None:
        super().__init__("stranger", base_url)
        self.answers: list[httpx.Response] = []
        self._client.close()
        self._client = httpx.Client(
            base_url=base_url,
            timeout=20,
            transport=httpx.HTTPTransport(local_address=PEER),
            follow_redirects=True,
            event_hooks={"response": [self._keep]},
            headers={
                "User-Agent": MARKS["browser"],
                "Accept-Language": f"{MARKS['language of the browser']}, en;q=0.5",
                "X-Forwarded-For": FORWARDED,
                "X-Real-IP": FORWARDED,
                "Forwarded": f"for={FORWARDED}",
                "Cookie": f"id={MARKS['cookie']}",
                "Referer": f"https://{MARKS['page before']}/",
                "From": MARKS["e-mail address"],
            },
        )

    def _keep(self, answer: httpx.Response) -> None:
        answer.read()
        self.answers.append(answer)

    def ask(self, method: str, path: str, **more: object) -> httpx.Response:
        """Send a request of which nothing is expected."""
        return self._client.request(method, path, **more)  # type: ignore[arg-type]


@dataclass
class Visit:
    """What the visitor did, on a node that has ended since."""

    node: Node
    code: str
    code_words: str
    answers: list[httpx.Response]
    disk: list[Path]
    began: float
    dump: bytes = b""
    statuses: set[int] = field(default_factory=set)

    @functools.cached_property
    def kept(self) -> list[tuple[str, bytes]]:
        """Everything that was written since it began, by where it lies."""
        places = [("dump", self.dump)]
        for folder in self.disk:
            for path in filter(lambda path: is_new(path, self.began), folder.rglob("*")):
                # PostgreSQL's log files end in megabytes of zeros.
                places.append((str(path), path.read_bytes().rstrip(b"\0")))
        return places


def walk_through(stranger: Stranger) -> tuple[str, str]:
    """Do everything that can be done at the site, and return the code as digits and as words."""
    for language in ("en", "ka"):
        for page in PAGES:
            stranger.open(f"/{language}/{page}?q={MARKS['query']}")
    pasted = f"{MARKS['words around the address']} {ADDRESS}"
    stranger.open("/en/").send(
        "places", "service", "account", "more",
        places=pasted, service="Example chat", account=ACCOUNT, more=MARKS["words"],
    )  # fmt: skip
    code = stranger.find(r"(\d{4} \d{4} \d{4} \d{4} \d{4})")
    words = stranger.find(r"Your code in words ((?:[a-z]+ ){5}[a-z]+) The same code")
    stranger.send("continue", "keep").send("worry", worry="child_images", danger_now="yes", go="next")
    stranger.send("more", more=MARKS["words in Georgian"], go="next")
    stranger.send("wish", "email", wish="email", email=MARKS["e-mail address"], go="next")
    stranger.open("/en/code/").send("code", code=code)
    stranger.send("text", text=MARKS["answer in the receipt"])
    return code, words


def go_wrong(stranger: Stranger) -> None:
    """Do everything that can be done wrong."""
    marked = {
        "places": MARKS["words"],
        "more": MARKS["words in Georgian"],
        "text": MARKS["words"],
        "token": "x",
    }
    for path, fields in (
        ("/en/", marked),
        ("/en/", {**marked, "step": "questions", "continue": "walnut"}),
        ("/en/code/", {"code": MARKS["wrong code"]}),
        ("/en/code/", {"code": "walnut walnut walnut walnut walnut walnut"}),
        ("/en/code/", {**marked, "step": "answer"}),
        ("/en/", {"more": MARKS["words"] * 30_000}),
    ):
        stranger.ask("POST", path, data=fields)
    stranger.ask("POST", "/en/", files={"file": ("walnut.txt", MARKS["words"].encode())})
    stranger.ask(
        "POST", "/en/", content=b"--x\r\n", headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    for method, path in (
        ("GET", f"/en/{quote(MARKS['words'])}/?q={MARKS['query']}"),
        ("GET", "/health"),
        ("GET", "/robots.txt"),
        ("GET", "/.well-known/security.txt"),
        ("PUT", "/en/"),
        ("DELETE", "/en/code/"),
    ):
        stranger.ask(method, path)
    stranger.ask("GET", "/en/", headers={"Host": "walnut.example.net"})
    stranger.ask("GET", "/exit/", follow_redirects=False)
    for _ in range(4):
        stranger.ask("POST", "/en/", data={**marked, "token": token_of(stranger), "without_address": "yes"})


def token_of(stranger: Stranger) -> str:
    return stranger.open("/en/").form("places").values["token"]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def visit(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    """A visit to a node that has taken in, opened and kept what was handed in."""
    make: Callable[..., Node] = request.getfixturevalue("make_node")
    on_postgres = request.param == "postgresql"
    began = time.time() - 1
    with make(on=request.param) as node:
        node.decide(
            "trusted_proxies = []", f'trusted_proxies = ["127.0.0.0/8"]\nreports_an_hour = {REPORTS_AN_HOUR}'
        )
        node.start("site", "worker")
        with contextlib.closing(Stranger(node.url("site"))) as stranger:
            code, words = walk_through(stranger)
            go_wrong(stranger)
        node.wait_for_rows("SELECT id FROM receipts_submission WHERE state <> 'opened'", 0)
        ended = {name: process.end() for name, process in node.processes.items()}
        assert ended == {"site": 0, "worker": 0}
        disk = [node.folder]
        dump = b""
        if on_postgres:
            cluster: Cluster = request.getfixturevalue("postgres_cluster")
            with psycopg.connect(cluster.url(), autocommit=True) as connection:
                connection.execute("CHECKPOINT")
            disk.append(cluster.folder)
            dump = subprocess.check_output([find_program("pg_dump"), "--inserts", node.database])
        statuses = {answer.status_code for answer in stranger.answers}
        yield Visit(node, code, words, stranger.answers, disk, began, dump, statuses)


def is_new(path: Path, began: float) -> bool:
    """Tell whether a file was written since: what was not cannot hold anything of the visit."""
    return path.is_file() and path.stat().st_mtime >= began


def found(visit: Visit, marks: dict[str, str]) -> list[tuple[str, str]]:
    """Return which mark lies where, in any shape."""
    search = Search((name, shape) for name, mark in marks.items() for shape in set(shapes(mark)) if shape)
    return [(name, place) for place, content in visit.kept for name in search.names_in(content)]


def test_the_search_finds_what_is_there(visit: Visit) -> None:
    """The address of an item must be on the disk; what the processes are called must be in their outputs."""
    there = found(visit, {"address": ADDRESS, "account": ACCOUNT, "log": "worker_started"})
    assert {name for name, _ in there} == {"address", "account", "log"}
    assert {Path(place).name for name, place in there if name == "log"} == {"worker.out"}


def test_the_visit_went_through_every_kind_of_answer(visit: Visit) -> None:
    assert visit.statuses >= {200, 303, 400, 404, 405, 409, 413, 422, 429}, visit.statuses
    # The hour may turn during the visit, and then the count begins anew.
    assert REPORTS_AN_HOUR <= visit.node.count("cases_report") <= 2 * REPORTS_AN_HOUR
    assert len(visit.code_words.split()) == 6, visit.code_words


def test_nothing_of_the_visitor_is_kept_anywhere(visit: Visit) -> None:
    assert found(visit, MARKS) == []


def test_the_code_is_kept_nowhere(visit: Visit) -> None:
    digits, words = visit.code.replace(" ", ""), visit.code_words
    forms = (visit.code, digits, digits[:19], words, words.replace(" ", "-"), words.replace(" ", ""))
    assert found(visit, {form: form for form in forms}) == []


def test_no_answer_sets_a_cookie(visit: Visit) -> None:
    assert [answer.url for answer in visit.answers if "set-cookie" in answer.headers] == []


def test_every_answer_carries_the_full_set_of_headers(visit: Visit) -> None:
    for answer in visit.answers:
        for name, value in HEADERS.items():
            if name not in ("Content-Security-Policy", "X-Robots-Tag"):
                assert answer.headers.get(name) == value, (answer.url, name)
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; "), (answer.url, policy)
        assert "x-robots-tag" in answer.headers, answer.url


def test_the_policy_of_a_page_allows_nothing_from_elsewhere_and_nothing_inline(visit: Visit) -> None:
    for answer in visit.answers:
        if not answer.text.startswith("<!doctype html>"):
            continue
        sources = set(re.split(r"[ ;]+", answer.headers["Content-Security-Policy"]))
        assert not sources & NEVER_ALLOWED, answer.url
        assert not re.search(
            r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", answer.text
        ), answer.url


def test_no_page_names_a_third_party(visit: Visit) -> None:
    """Only links to help lead elsewhere, and a link asks nobody until it is followed."""
    for answer in visit.answers:
        for tag, target in FETCHED.findall(answer.text):
            parts = urlsplit(target)
            assert tag == "a" or not parts.netloc, (answer.url, tag, target)
        assert not FETCHED_UNASKED.search(answer.text), answer.url


def test_style_and_script_name_no_third_party_and_keep_nothing(visit: Visit) -> None:
    files = [
        path for path in (visit.node.home / "static" / "site").rglob("*") if path.suffix in (".css", ".js")
    ]
    assert files
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"https?://|@import|url\(\s*['\"]?//", text), path
        assert not re.search(r"localStorage|sessionStorage|indexedDB|document\.cookie|sendBeacon", text), path
