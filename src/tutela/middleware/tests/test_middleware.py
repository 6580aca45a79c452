"""The check in front of real servers: granian with an ASGI application, wsgiref with a WSGI one."""

from __future__ import annotations

import io
import socket
import socketserver
import textwrap
import threading
import time
import wsgiref.simple_server
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from tutela.core.matching import hashers, index
from tutela.core.matching.index import Row
from tutela.core.matching.lists import HashList
from tutela.middleware import Checked, LocalIndex, MatchService, OnFailure, OnMatch, Policy, WsgiUploadCheck
from tutela.testing import loaded
from tutela.testing.match_service import serving

OF = HashList("known", origin="example.org", legal_basis="Example Act", handling="TLP:RED", scheme="s")


def picture(seed: int) -> bytes:
    """A drawn fractal; another one for each seed."""
    made = Image.effect_mandelbrot((256, 192), (-2.2 + seed / 9, -1.2, 0.8, 1.1 - seed / 7), 40 + seed)
    target = io.BytesIO()
    made.convert("RGB").save(target, "PNG")
    return target.getvalue()


KNOWN, OTHER = picture(1), picture(4)


def jpeg(data: bytes) -> bytes:
    """The same picture in another file."""
    target = io.BytesIO()
    Image.open(io.BytesIO(data)).save(target, "JPEG", quality=70)
    return target.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index that knows one picture."""
    where = tmp_path_factory.mktemp("middleware")
    hashed = hashers.hash_bytes(KNOWN, ["pdq", "sha256"])
    index.build(where / "index", [OF], [Row("known", "K-1", one, "A") for one in hashed.fingerprints])
    return where / "index"


class Taking:
    """An application that keeps what it is given."""

    def __init__(self) -> None:
        self.taken: list[tuple[bytes, Checked | None]] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        self.taken.append((body, environ.get("tutela.upload")))
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"taken"]


class _Server(socketserver.ThreadingMixIn, wsgiref.simple_server.WSGIServer):
    daemon_threads = True


class _Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Site:
    """A WSGI server on the loopback with the check in front of ``Taking``."""

    def __init__(self, policy: Policy) -> None:
        self.app = Taking()
        self._server = wsgiref.simple_server.make_server(
            "127.0.0.1",
            0,
            WsgiUploadCheck(self.app, policy),
            _Server,
            _Quiet,  # type: ignore[arg-type]
        )
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Site:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def upload(self, data: bytes, path: str = "/upload") -> httpx.Response:
        return httpx.post(self.url + path, files={"file": ("a.jpg", data, "image/jpeg")}, timeout=30)


def test_a_known_picture_never_reaches_the_application_and_another_does(folder: Path) -> None:
    heard: list[Checked] = []
    with Site(Policy(LocalIndex(folder), OnFailure.CLOSED, told=heard.append)) as site:
        assert site.upload(KNOWN).status_code == 403
        assert site.upload(jpeg(KNOWN)).status_code == 403
        assert httpx.put(site.url, content=KNOWN, headers={"Content-Type": "image/png"}).status_code == 403
        assert site.app.taken == []
        assert site.upload(OTHER).text == "taken"
    ((body, checked),) = site.app.taken
    assert OTHER in body
    assert (checked.state, checked.files) == ("clean", 1) if checked else False
    assert [one.matches[0].kind for one in heard] == ["sha256", "pdq", "sha256"]
    match = heard[1].matches[0]
    assert (match.list, match.entry, match.origin, match.legal_basis) == (
        "known",
        "K-1",
        "example.org",
        "Example Act",
    )
    assert (match.handling, match.scheme, match.classification) == ("TLP:RED", "s", "A")


def test_a_match_can_be_marked_so_that_the_application_decides(folder: Path) -> None:
    with Site(Policy(LocalIndex(folder), OnFailure.OPEN, OnMatch.MARK)) as site:
        assert site.upload(KNOWN).text == "taken"
    assert site.app.taken[0][1].state == "match"  # type: ignore[union-attr]


@pytest.mark.parametrize(("choice", "status"), [(OnFailure.OPEN, 200), (OnFailure.CLOSED, 503)])
def test_what_cannot_be_checked_goes_on_or_not_as_the_owner_chose(
    tmp_path: Path, folder: Path, choice: OnFailure, status: int
) -> None:
    broken = KNOWN[: len(KNOWN) // 2]
    nobody = MatchService("http://127.0.0.1:9", "no key", seconds_to_wait=0.5)
    for knowing, sent, reason in (
        (LocalIndex(tmp_path / "none"), OTHER, "no_index"),
        (LocalIndex(folder, lists=["none"]), OTHER, "unknown_list"),
        (nobody, OTHER, "no_answer"),
        (LocalIndex(folder), broken, "truncated"),
    ):
        heard: list[Checked] = []
        with Site(Policy(knowing, choice, told=heard.append)) as site:
            assert site.upload(sent).status_code == status
        assert [(one.state, one.reason) for one in heard] == [("unchecked", reason)]
        assert len(site.app.taken) == (status == 200)


@pytest.mark.parametrize(("choice", "status"), [(OnFailure.OPEN, 200), (OnFailure.CLOSED, 413)])
def test_what_is_too_long_to_check_is_not_read_first(folder: Path, choice: OnFailure, status: int) -> None:
    with Site(Policy(LocalIndex(folder), choice, most_bytes=1000)) as site:
        assert site.upload(OTHER).status_code == status


def test_bodies_that_are_packed_or_broken_count_as_unchecked(folder: Path) -> None:
    with Site(Policy(LocalIndex(folder), OnFailure.CLOSED)) as site:
        packed = {"Content-Type": "image/png", "Content-Encoding": "gzip"}
        assert httpx.post(site.url, content=KNOWN, headers=packed).status_code == 503
        no_form = {"Content-Type": "multipart/form-data; boundary=x"}
        assert httpx.post(site.url, content=KNOWN, headers=no_form).status_code == 503


def test_requests_without_a_file_and_other_paths_are_left_alone(tmp_path: Path) -> None:
    policy = Policy(LocalIndex(tmp_path), OnFailure.CLOSED, paths=lambda path: path == "/upload")
    with Site(policy) as site:
        assert httpx.post(site.url + "/upload", json={"a": 1}).status_code == 200
        assert httpx.get(site.url + "/upload").status_code == 200
        assert site.upload(OTHER, "/other").status_code == 200
        assert site.upload(OTHER).status_code == 503
    assert [checked for _, checked in site.app.taken] == [None, None, None]


@pytest.mark.processes
def test_a_match_service_elsewhere_is_asked_with_fingerprints_only(tmp_path: Path) -> None:
    hashed = hashers.hash_bytes(KNOWN, ["pdq"])
    rows = [Row("known", "K-1", one, "A") for one in hashed.fingerprints]
    with serving(tmp_path, lists=[OF], rows=rows, workers=1) as served:
        knowing = MatchService(served.url, served.key, seconds_to_wait=20)
        with Site(Policy(knowing, OnFailure.CLOSED)) as site:
            assert site.upload(jpeg(KNOWN)).status_code == 403
            assert site.upload(OTHER).status_code == 200
        found = knowing.matches(hashed.fingerprints)
        local = LocalIndex(served.index)
        assert found == local.matches(hashed.fingerprints)
        local.close()
        knowing.close()
        wrong = MatchService(served.url, "tm1." + "A" * 43)
        with Site(Policy(wrong, OnFailure.CLOSED)) as site:
            assert site.upload(OTHER).status_code == 503
        wrong.close()


APP = """
    import hashlib
    from pathlib import Path
    from tutela.middleware import AsgiUploadCheck, LocalIndex, OnFailure, OnMatch, Policy

    async def taking(scope, receive, send):
        if scope["type"] != "http":
            return
        digest, more = hashlib.sha256(), True
        while more:
            message = await receive()
            digest.update(message.get("body", b""))
            more = message.get("more_body", False)
        checked = scope.get("tutela.upload")
        said = f"{digest.hexdigest()} {checked.state if checked else 'none'}".encode()
        headers = [(b"content-length", str(len(said)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": said})

    app = AsgiUploadCheck(taking, Policy(LocalIndex(Path(FOLDER)), OnFailure.CLOSED, most_bytes=3_000_000))
"""


@pytest.fixture(scope="module")
def asgi(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The check under granian, which is forked from a program that has the search loaded."""
    where = tmp_path_factory.mktemp("asgi")
    (where / "checked_site.py").write_text(textwrap.dedent(APP).replace("FOLDER", repr(str(folder))))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["-m", "granian", "--interface", "asgi", "--port", str(port), "--log-level", "warning"]
    command += ["--working-dir", str(where), "checked_site:app"]
    process = loaded.Forked(command, loaded.plain(), {}, of="tools")
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            httpx.get(url)
            break
        except httpx.TransportError:
            time.sleep(0.1)
    yield url
    process.terminate()
    process.wait(30)


@pytest.mark.processes
def test_under_asgi_a_known_picture_is_refused_and_another_arrives_whole(asgi: str) -> None:
    import hashlib

    assert httpx.post(asgi, files={"file": ("a", jpeg(KNOWN))}, timeout=30).status_code == 403
    said = httpx.post(asgi, content=OTHER, headers={"Content-Type": "image/png"}, timeout=30)
    assert said.text == f"{hashlib.sha256(OTHER).hexdigest()} clean"
    big = bytes(range(256)) * 10_000
    pieces = (big[at : at + 50_000] for at in range(0, len(big), 50_000))
    said = httpx.post(asgi, content=pieces, headers={"Content-Type": "application/octet-stream"}, timeout=30)
    assert said.text == f"{hashlib.sha256(big).hexdigest()} clean"
    assert httpx.post(asgi, json={"a": 1}).text.endswith(" none")


@pytest.mark.processes
def test_under_asgi_what_is_too_long_is_refused_with_and_without_a_length(asgi: str) -> None:
    headers = {"Content-Type": "application/octet-stream"}
    assert httpx.post(asgi, content=b"\0" * 3_000_001, headers=headers).status_code == 413
    pieces = (b"\0" * 100_000 for _ in range(31))
    assert httpx.post(asgi, content=pieces, headers=headers).status_code == 413
