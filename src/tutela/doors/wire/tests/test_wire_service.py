"""The service as a whole: health, metrics, floods, files, a changing index, and what it says of itself."""

from __future__ import annotations

import concurrent.futures
import hashlib
import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from PIL import Image, ImageDraw

from tutela.core.matching import hashers, index
from tutela.core.matching.fingerprints import Fingerprint, Kind
from tutela.core.matching.index import Row
from tutela.doors.wire import keeping
from tutela.doors.wire.tests.conftest import LISTS, ROWS, apart, pdq
from tutela.testing.certificates import Authority
from tutela.testing.match_service import Served, serving, soon, tutela

pytestmark = pytest.mark.processes


def drawing() -> bytes:
    """Shapes, as a JPEG."""
    picture = Image.effect_mandelbrot((320, 240), (-2.2, -1.2, 1.0, 1.2), 60).convert("RGB")
    ImageDraw.Draw(picture).ellipse((40, 60, 160, 200), fill=(200, 60, 30))
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=92)
    return target.getvalue()


def test_without_an_index_it_lives_and_says_that_nothing_is_loaded_until_there_is_one(tmp_path: Path) -> None:
    with serving(tmp_path, workers=1, with_index=False) as served, served.client() as client:
        assert client.get("/status/live").status_code == 200
        assert (client.get("/status").status_code, client.get("/status").text) == (503, "INDEX-NOT-LOADED")
        answer = client.post("/v1/lookup", json={"kind": "pdq", "value": pdq(1).text})
        assert (answer.status_code, answer.json()["message"]) == (503, "INDEX-NOT-LOADED")
        assert client.get(f"/m/lookup?signal_type=pdq&signal={pdq(1).text}").status_code == 503
        index.build(served.index, LISTS, ROWS)
        assert soon(lambda: client.get("/status").status_code == 200)
        answer = client.post("/v1/lookup", json={"kind": "pdq", "value": pdq(1).text})
        assert answer.json()["outcome"] == "match"


def test_a_new_index_and_a_merge_never_stop_lookups_and_never_show_half_of_it(tmp_path: Path) -> None:
    """While the index is written to, merged and built anew, every answer is right."""
    ended = threading.Event()

    with serving(tmp_path, lists=LISTS, rows=ROWS) as served:

        def ask() -> set[tuple[int, str]]:
            seen = set()
            with served.client() as client:
                while not ended.is_set():
                    answer = client.post(
                        "/v1/lookup", json={"kind": "pdq", "value": pdq(1).text, "lists": ["second"]}
                    )
                    seen.add((answer.status_code, answer.json()["hits"][0]["entry"]))
            return seen

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            asking = [pool.submit(ask) for _ in range(4)]
            with served.client() as client:
                for turn in range(3):
                    with index.write_index(served.index) as writer:
                        writer.put("second", f"N-{turn}", [pdq(200 + turn)], "new")
                        writer.commit()
                    assert soon(lambda: _found(client, pdq(200 + turn)))  # noqa: B023
                    index.merge(served.index)
                with index.write_index(served.index) as writer:
                    writer.withdraw("second", "N-0")
                    writer.commit()
                assert soon(lambda: not _found(client, pdq(200)))
                index.build(served.index, LISTS, [*ROWS, Row("second", "B-1", pdq(300))])
                assert soon(lambda: _found(client, pdq(300)))
            ended.set()
            assert {one for asked in asking for one in asked.result()} == {(200, "S-1")}


def test_what_was_added_is_merged_when_it_is_much(tmp_path: Path) -> None:
    index.build(tmp_path, LISTS, ROWS)
    with index.open_index(tmp_path, watch=False) as now:
        assert keeping.merge_if_due(tmp_path, now) is False
    with index.write_index(tmp_path) as writer:
        for number in range(keeping.MERGE_AT):
            digest = hashlib.sha256(str(number).encode()).digest()
            writer.put("second", f"M-{number}", [Fingerprint(Kind.SHA256, digest)])
        writer.commit()
    with index.open_index(tmp_path, watch=False) as now:
        assert keeping.merge_if_due(tmp_path, now) is True
        assert (now.status().added, now.status().entries["second"]) == (0, keeping.MERGE_AT + 3)


def test_a_flooding_entry_stops_counting_is_shown_with_its_counts_and_can_be_released(tmp_path: Path) -> None:
    with (
        serving(tmp_path, "--flood-least", "40", lists=LISTS, rows=ROWS) as served,
        served.client() as client,
        served.client(served.curator) as curator,
    ):
        near = {"kind": "pdq", "value": apart(pdq(2), 3).text}
        for _ in range(5):
            client.post("/v1/lookup", json={"fingerprints": [near] * 10})
        assert soon(lambda: client.post("/v1/lookup", json=near).json()["outcome"] == "no_match")
        (hit, *_) = client.post("/v1/lookup", json=near).json()["hits"]
        assert (hit["entry"], hit["counts"], hit["reason"]) == ("E-2", False, "quarantined")
        (flood,) = curator.get("/v1/quarantine").json()["floods"]
        assert (flood["list"], flood["entry"], flood["usual"]) == ("example-list", "E-2", 0)
        assert flood["matches"] >= 50
        digest = {"kind": "md5", "value": bytes(range(16)).hex()}
        client.post("/v1/lookup", json={"fingerprints": [digest] * 200})
        assert client.post("/v1/lookup", json=digest).json()["outcome"] == "match"
        told = {"list": "example-list", "entry": "E-2"}
        assert curator.post("/v1/quarantine/release", json=told).json() == {"released": True}
        assert soon(lambda: client.post("/v1/lookup", json=near).json()["outcome"] == "match")
        assert curator.post("/v1/quarantine/release", json=told).status_code == 404


def test_metrics_count_over_all_workers_and_name_no_fingerprint(served: Served, client: httpx.Client) -> None:
    key = tutela(
        "match", "key", "add", "scraper", "--right", "metrics", "--state", served.state
    ).stdout.strip()

    def counted() -> float:
        page = scraper.get("/metrics").text
        return sum(
            float(line.rpartition(" ")[2])
            for line in page.splitlines()
            if line.startswith('tutela_match_verdicts_total{outcome="match"}')
        )

    with served.client(key) as scraper:
        assert soon(lambda: scraper.get("/metrics").status_code == 200)
        before = counted()
        for _ in range(10):
            with served.client() as one:  # a connection of its own, for either worker
                one.post("/v1/lookup", json={"kind": "pdq", "value": pdq(1).text})
        assert counted() == before + 10
        page = scraper.get("/metrics").text
    assert 'tutela_match_fingerprints{kind="pdq"}' in page
    assert 'tutela_match_requests_total{route="/v1/lookup",status="200"}' in page
    assert "tutela_match_seconds_bucket" in page
    assert pdq(1).text not in page
    assert 'route="unknown"' in page or client.get("/none").status_code == 404


def test_a_file_is_hashed_and_looked_up_where_files_are_taken(
    client: httpx.Client, curator: httpx.Client
) -> None:
    data = drawing()
    made = client.post("/h/hash", files={"photo": ("a.jpg", data, "image/jpeg")}).json()
    expected = {
        one.kind: one.text for one in hashers.hash_bytes(data, ["pdq", "md5", "sha1", "sha256"]).fingerprints
    }
    assert made == {kind.value: text for kind, text in expected.items()}
    video = client.post("/h/hash", files={"video": ("a.mp4", data, "video/mp4")}).json()
    assert video["video_md5"] == expected[Kind.MD5]
    assert client.post("/h/hash?types=pdq", files={"photo": ("a", data)}).json() == {"pdq": made["pdq"]}
    assert curator.post("/c/banks", json={"name": "FROM_FILES"}).status_code == 201
    added = curator.post(
        "/c/bank/FROM_FILES/content",
        files={"photo": ("a.jpg", data)},
        data={"note": "EX-7", "metadata": "{}"},
    ).json()
    assert added["signals"] == made
    found = soon(lambda: client.post("/m/lookup", files={"photo": ("b.jpg", data)}).json()["pdq"])
    assert found["FROM_FILES"][0]["bank_content_id"] == added["id"]
    assert curator.get(f"/c/bank/FROM_FILES/content/{added['id']}").json()["note"] == "EX-7"
    curator.delete("/c/bank/FROM_FILES")


@pytest.mark.parametrize(
    ("files", "details"),
    [
        ({"document": ("a.jpg", b"x")}, "unknown_content_type"),
        ({"photo": ("a.jpg", b"x"), "video": ("b", b"y")}, "not_one_file"),
        ({"photo": (None, b"x")}, "not_one_file"),
    ],
)
def test_what_is_not_one_file_of_a_known_type_is_400(
    client: httpx.Client, files: dict[str, tuple[str, bytes]], details: str
) -> None:
    answer = client.post("/h/hash", files=files)
    assert (answer.status_code, answer.json()["details"]) == (400, details)


def test_a_text_called_jpg_has_digests_and_no_pdq(client: httpx.Client) -> None:
    made = client.post("/h/hash", files={"photo": ("a.jpg", b"only words", "image/jpeg")}).json()
    assert (made["pdq"], made["md5"]) == ("", hashlib.md5(b"only words").hexdigest())
    answer = client.post("/h/hash?types=pdq", files={"photo": ("a.jpg", b"only words")})
    assert answer.status_code == 400
    assert client.post("/m/lookup", files={"photo": ("a.jpg", b"only words")}).json()["pdq"] == {}


@pytest.mark.parametrize(
    "body", [b"", b"--x", b"--x\r\n\r\nno end", b"--x\r\nContent-Disposition: form-data\r\n\r\n\r\n--x--"]
)
def test_a_form_that_is_none_is_400(client: httpx.Client, body: bytes) -> None:
    for kind in ("multipart/form-data; boundary=x", "multipart/form-data", "text/plain"):
        answer = client.post("/h/hash", content=body, headers={"Content-Type": kind})
        assert answer.status_code == 400, (kind, answer.text)


class _Shelf(BaseHTTPRequestHandler):
    """A host with one picture, one redirect and one endless file."""

    def do_GET(self) -> None:
        if self.path == "/moved.jpg":
            self.send_response(302)
            self.send_header("Location", "/a.jpg")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        data = drawing() if self.path == "/a.jpg" else b"\0" * 1024 * 1024 * 3
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def shelf() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Shelf) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_an_address_is_fetched_from_an_allowed_host_only_and_no_further(tmp_path: Path, shelf: int) -> None:
    options = ("--allow-host", f"127.0.0.1:{shelf}", "--most-file", "1")
    with serving(tmp_path, *options, lists=LISTS, rows=ROWS, workers=1) as served, served.client() as client:

        def asked(url: str) -> tuple[int, str]:
            answer = client.get("/h/hash", params={"url": url, "content_type": "photo"})
            return answer.status_code, answer.json().get("details", "")

        good = f"http://127.0.0.1:{shelf}/a.jpg"
        made = client.get("/h/hash", params={"url": good}).json()
        assert made["md5"] == hashlib.md5(drawing()).hexdigest()
        looked = client.get("/m/lookup", params={"url": good, "signal_type": "pdq"})
        assert (looked.status_code, looked.json()) == (200, {})
        assert client.get("/m/lookup", params={"url": good, "types": "pdq"}).json() == {"pdq": {}}
        assert asked(f"http://127.0.0.1:{shelf}/moved.jpg") == (400, "not_fetched")
        assert asked(f"http://127.0.0.1:{shelf}/endless.jpg") == (413, "too_long")
        for url in (
            "http://127.0.0.1/a.jpg", f"http://localhost:{shelf}/a.jpg", f"http://127.0.0.1.:{shelf}/a.jpg",
            "http://169.254.169.254/", f"http://[::ffff:127.0.0.1]:{shelf}/a.jpg",
            f"http://127.0.0.1:{served.url.rpartition(':')[2]}/status",
        ):  # fmt: skip
            assert asked(url) == (403, "host_not_allowed"), url
        for url in (
            "file:///etc/hostname", "gopher://127.0.0.1/", f"http://u:p@127.0.0.1:{shelf}/a.jpg",
            f"//127.0.0.1:{shelf}/a.jpg", "http://127.0.0.1:99999/", f"http://127.0.0.1:{shelf}/a b",
        ):  # fmt: skip
            assert asked(url) == (400, "bad_address"), url
        refused = client.post("/h/hash", files={"photo": ("a.jpg", drawing())})
        assert (refused.status_code, refused.json()["details"]) == (403, "no_files")


def test_the_description_is_openapi_and_answers_keep_to_it(client: httpx.Client, served: Served) -> None:
    import jsonschema

    told = httpx.get(f"{served.url}/openapi.json").json()
    assert told["openapi"].startswith("3.1")
    assert httpx.get(f"{served.url}/openapi/openapi.json").json() == told

    def keeps_to(name: str, answer: object) -> None:
        jsonschema.validate(
            answer, {"$ref": f"#/components/schemas/{name}", "components": told["components"]}
        )

    one = {"kind": "pdq", "value": apart(pdq(1), 3).text}
    keeps_to("AskOne", one)
    keeps_to("Verdict", client.post("/v1/lookup", json=one).json())
    many = {"fingerprints": [one, {"kind": "pdq", "value": "00"}]}
    keeps_to("AskMany", many)
    keeps_to("Verdicts", client.post("/v1/lookup", json=many).json())
    by_bank = client.get("/m/lookup", params={"signal_type": "pdq", "signal": pdq(1).text}).json()
    assert by_bank
    keeps_to("ByBank", by_bank)
    keeps_to("Error", client.get("/none").json())


def test_a_service_that_would_send_keys_in_the_clear_does_not_start(tmp_path: Path) -> None:
    done = tutela("match", "serve", tmp_path / "i", "--state", tmp_path / "s", "--host", "0.0.0.0")
    assert (done.returncode, "without HTTPS" in done.stderr) == (1, True)


def test_with_a_certificate_it_speaks_https_and_nothing_else(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    certificate = authority.issue("localhost", "127.0.0.1")
    options = ("--certificate", str(certificate.chain), "--certificate-key", str(certificate.key))
    context = authority.client_context()
    with serving(tmp_path, *options, lists=LISTS, rows=ROWS, workers=1, verify=context) as served:
        assert served.url.startswith("https://")
        with httpx.Client(verify=context, headers={"X-Api-Key": served.key}) as client:
            answer = client.post(f"{served.url}/v1/lookup", json={"kind": "pdq", "value": pdq(1).text})
            assert answer.json()["outcome"] == "match"
        with pytest.raises(httpx.TransportError):
            httpx.get(served.url.replace("https", "http"))


def _found(client: httpx.Client, fingerprint: Fingerprint) -> bool:
    answer = client.post("/v1/lookup", json={"kind": "pdq", "value": fingerprint.text})
    return bool(answer.json()["hits"])
