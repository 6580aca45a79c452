"""Services that share hash lists, on the loopback: NCMEC, StopNCII and ThreatExchange in their real shapes.

Each keeps its entries in memory, serves them page by page as the service does, asks for its credentials, and
can be told to cut a page short. Their fingerprints are digests of nothing that exists.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from tutela.testing.web_host import Request, WebHost, begin_answer

NAMESPACE = "https://hashsharing.ncmec.org/hashsharing/v2"
_FEEDBACK = re.compile(r"/v2/entries/(\d+)/([^/]+)/([A-Z0-9_]+)/feedback")


class _Service:
    """A web host that answers everything by itself."""

    def __init__(self) -> None:
        self._host = WebHost("127.0.0.1")
        self._host.otherwise = self._receive
        self.asked: list[tuple[str, str]] = []
        self.refuses_with = 0
        self.redirects_to = ""

    @property
    def base_url(self) -> str:
        return self._host.url("").rstrip("/")

    def __enter__(self) -> Self:
        self._host.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._host.stop()

    def _receive(self, request: Request) -> None:
        parts = urlsplit(request.path)
        self.asked.append((request.command, request.path))
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        if self.redirects_to:
            begin_answer(request, 302, {"Location": self.redirects_to, "Content-Length": "0"})
        elif self.refuses_with:
            self._send(request, self.refuses_with, b"")
        elif not self._knows(request, asked, body):
            self._send(request, 401, b"")
        else:
            status, answer = self._answer(request.command, parts.path, asked, body)
            self._send(request, status, answer)

    @staticmethod
    def _send(request: Request, status: int, body: bytes) -> None:
        begin_answer(request, status, {"Content-Length": str(len(body))})
        request.wfile.write(body)

    def _knows(self, request: Request, asked: Mapping[str, str], body: bytes) -> bool:
        raise NotImplementedError

    def _answer(self, method: str, path: str, asked: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class NcmecEntry:
    """One entry as a member keeps it. ``at`` is the second of its latest change."""

    id: str
    at: int
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    member: int = 900
    classification: str = ""
    kind: str = "image"
    deleted: bool = False


class NcmecServer(_Service):
    """``/v2/entries`` in ranges of time and pages, ``/v2/feedback/…/reasons`` and feedback by PUT."""

    USER, PASSWORD = "example-user", "example-password"
    REASONS = {
        "11111111-0000-4000-8000-000000000000": "Wrong category",
        "22222222-0000-4000-8000-000000000000": "Not in scope",
    }

    def __init__(self, page_size: int = 1000) -> None:
        super().__init__()
        self.page_size = page_size
        self.entries: dict[tuple[int, str], NcmecEntry] = {}
        self.broken_at: set[int] = set()
        """Seconds: a page that holds an entry of one of them is cut short."""
        self.foreign_next = ""
        self.feedback: list[tuple[str, str]] = []

    @property
    def secret(self) -> str:
        return f"{self.USER}:{self.PASSWORD}"

    def put(self, entry: NcmecEntry) -> None:
        self.entries[entry.member, entry.id] = entry

    def delete(self, entry_id: str, at: int, member: int = 900) -> None:
        """Withdraw an entry: from now on its tombstone is served."""
        old = self.entries[member, entry_id]
        self.entries[member, entry_id] = replace(old, at=at, deleted=True, fingerprints={})

    def _knows(self, request: Request, asked: Mapping[str, str], body: bytes) -> bool:
        expected = base64.b64encode(self.secret.encode()).decode()
        return request.headers.get("Authorization") == f"Basic {expected}"

    def _answer(self, method: str, path: str, asked: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        if method == "GET" and path == "/v2/entries":
            return self._page(asked)
        if method == "GET" and re.fullmatch(r"/v2/feedback/[A-Z0-9_]+/reasons", path):
            return 200, self._reasons()
        if method == "PUT" and (found := _FEEDBACK.fullmatch(path)):
            return self._take_vote(int(found.group(1)), unquote(found.group(2)), found.group(3), body)
        return 404, b""

    def _page(self, asked: Mapping[str, str]) -> tuple[int, bytes]:
        begin, end = _seconds(asked["from"]), _seconds(asked["to"])
        inside = [one for one in self.entries.values() if begin <= one.at < end]
        # In no order of time, and always in the same one.
        inside.sort(key=lambda one: hashlib.sha256(one.id.encode()).digest())
        start, size = int(asked.get("start", 1)), int(asked.get("size", self.page_size))
        shown = inside[start - 1 : start - 1 + size]
        root = ET.Element("queryResult", {"xmlns": NAMESPACE})
        for name, kind in (("images", "image"), ("videos", "video")):
            of_kind = [one for one in shown if one.kind == kind]
            group = ET.SubElement(root, name, {"count": str(len(of_kind))})
            if of_kind:
                group.set("maxTimestamp", _text(max(one.at for one in of_kind)))
            for one in of_kind:
                _add_entry(group, one)
        if start - 1 + size < len(inside):
            more = {**asked, "start": start + size, "size": size, "max": len(inside)}
            following = self.foreign_next or f"/v2/entries?{urlencode(more)}"
            ET.SubElement(ET.SubElement(root, "paging"), "next").text = following
        data = ET.tostring(root, encoding="utf-8", xml_declaration=True)
        broken = any(one.at in self.broken_at for one in shown)
        return 200, data[: len(data) // 2] if broken else data

    def _reasons(self) -> bytes:
        root = ET.Element("feedbackReasons", {"xmlns": NAMESPACE})
        group = ET.SubElement(root, "availableFeedbackReasons")
        for guid, name in self.REASONS.items():
            ET.SubElement(group, "reason", {"guid": guid, "name": name})
        return ET.tostring(root)

    def _take_vote(self, member: int, entry_id: str, kind: str, body: bytes) -> tuple[int, bytes]:
        entry = self.entries.get((member, entry_id))
        vote = ET.fromstring(body)
        if entry is None or entry.deleted or kind.lower() not in entry.fingerprints:
            return 404, b""
        if vote.tag != f"{{{NAMESPACE}}}feedbackSubmission" or len(vote) != 1:
            return 400, b""
        name = vote[0].tag.partition("}")[2]
        guids = [one.text or "" for one in vote.iter(f"{{{NAMESPACE}}}guid")]
        if name not in ("affirmative", "negative") or (name == "negative") != bool(guids):
            return 400, b""
        if any(guid not in self.REASONS for guid in guids):
            return 400, b""
        self.feedback.append((f"{member}-{entry_id}", name))
        return 200, b""


def _add_entry(group: ET.Element, one: NcmecEntry) -> None:
    name = f"deleted{one.kind.capitalize()}" if one.deleted else one.kind
    element = ET.SubElement(group, name)
    ET.SubElement(element, "member", {"id": str(one.member)}).text = "Example Hotline"
    ET.SubElement(element, "timestamp").text = _text(one.at)
    ET.SubElement(element, "id").text = one.id
    if one.deleted:
        return
    if one.classification:
        ET.SubElement(element, "classification").text = one.classification
    prints = ET.SubElement(element, "fingerprints")
    for kind, value in one.fingerprints.items():
        ET.SubElement(prints, kind).text = value
    votes = ET.SubElement(element, "feedback", {"lastUpdateTimestamp": _text(one.at)})
    vote = ET.SubElement(votes, "negativeFeedback", {"type": "Md5", "lastUpdateTimestamp": _text(one.at)})
    reasons = ET.SubElement(vote, "reasons")
    ET.SubElement(reasons, "reason", {"guid": "22222222-0000-4000-8000-000000000000", "name": "Example"})
    members = ET.SubElement(reasons, "members", {"timestamp": _text(one.at)})
    ET.SubElement(members, "member", {"id": "901"}).text = "Example Provider"


def _seconds(text: str) -> int:
    return int(datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp())


def _text(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class StopNciiServer(_Service):
    """``/FetchHashes`` since a time, page by page with a token, and ``/SubmitFeedback``."""

    FETCH, SUBSCRIPTION, FEEDBACK = "fetch-key", "subscription-key", "feedback-key"

    def __init__(self) -> None:
        super().__init__()
        self.records: dict[tuple[str, str], dict[str, Any]] = {}
        self.broken_values: set[str] = set()
        """A page that holds one of these values ends in the middle."""
        self.feedback: list[dict[str, Any]] = []

    @property
    def secret(self) -> str:
        return f"{self.FETCH},{self.SUBSCRIPTION},{self.FEEDBACK}"

    def put(self, value: str, at: int, status: str = "Active", signal: str = "ImagePDQ") -> None:
        """Keep a record; put again with ``Withdrawn``, the person has taken it back."""
        self.records[signal, value] = {
            "lastModtimestamp": at,
            "signalType": signal,
            "hashValue": value,
            "hashStatus": status,
            # Some answers have an empty list here instead of an object.
            "caseNumbers": {"case-1": status} if status == "Active" else [],
            "CSPFeedbacks": [{"feedbackValue": "NotBlocked", "tags": [], "source": "example"}],
        }

    def _knows(self, request: Request, asked: Mapping[str, str], body: bytes) -> bool:
        own = self.FEEDBACK if request.command == "POST" else self.FETCH
        return (
            request.headers.get("x-functions-key") == own
            and request.headers.get("Ocp-Apim-Subscription-Key") == self.SUBSCRIPTION
        )

    def _answer(self, method: str, path: str, asked: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        if method == "GET" and path == "/FetchHashes":
            return self._page(asked)
        if method == "POST" and path == "/SubmitFeedback":
            self.feedback += json.loads(body)["hashFeedbacks"]
            return 200, b"{}"
        return 404, b""

    def _page(self, asked: Mapping[str, str]) -> tuple[int, bytes]:
        start, size = int(asked["startTimestamp"]), int(asked["pageSize"])
        rows = sorted(self.records.values(), key=lambda row: (row["lastModtimestamp"], row["hashValue"]))
        rows = [row for row in rows if row["lastModtimestamp"] >= start]
        place = int(asked.get("nextPageToken") or 0)
        shown, more = rows[place : place + size], place + size < len(rows)
        newest = max((row["lastModtimestamp"] for row in rows), default=start)
        data = json.dumps(
            {
                "count": len(shown),
                "nextPageToken": str(place + size) if more else None,
                "nextSetTimestamp": newest,
                "hasMoreRecords": more,
                "hashRecords": shown,
            }
        ).encode()
        broken = any(row["hashValue"] in self.broken_values for row in shown)
        return 200, data[: len(data) // 2] if broken else data


class ThreatExchangeServer(_Service):
    """``/{group}/threat_updates/`` in the order of time, with absolute links to the next page."""

    TOKEN, GROUP = "12345678|exampleexampleexample", "777"

    def __init__(self) -> None:
        super().__init__()
        self.updates: dict[str, dict[str, Any]] = {}
        self.broken_ids: set[str] = set()
        self.foreign_next = ""
        self.reactions: list[tuple[str, str]] = []

    def put(self, number: int, indicator: str, at: int, kind: str = "HASH_MD5", **more: Any) -> None:
        """Keep an indicator with one descriptor of an owner."""
        descriptor: dict[str, Any] = {"id": str(number * 10), "owner": {"id": "55"}, "tags": ["example"]}
        descriptor |= {"status": "MALICIOUS", **more}
        self.updates[str(number)] = {
            "id": str(number), "indicator": indicator, "type": kind, "last_updated": at,
            "should_delete": False, "descriptors": {"data": [descriptor]},
        }  # fmt: skip

    def delete(self, number: int, at: int) -> None:
        """Withdraw an indicator."""
        self.updates[str(number)] |= {"should_delete": True, "last_updated": at}

    def hide_descriptors(self, number: int, at: int) -> None:
        """Serve the row without descriptors, as happens when nobody shares one any more."""
        self.updates[str(number)]["last_updated"] = at
        self.updates[str(number)].pop("descriptors")

    def _knows(self, request: Request, asked: Mapping[str, str], body: bytes) -> bool:
        sent = parse_qs(body.decode()).get("access_token", [""])[0]
        return self.TOKEN in (asked.get("access_token"), sent)

    def _answer(self, method: str, path: str, asked: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        if method == "GET" and path == f"/{self.GROUP}/threat_updates/":
            return self._page(path, asked)
        if method == "POST" and re.fullmatch(r"/\d+", path):
            self.reactions.append((path[1:], parse_qs(body.decode())["reactions"][0]))
            return 200, b'{"success": true}'
        return 404, b""

    def _page(self, path: str, asked: Mapping[str, str]) -> tuple[int, bytes]:
        start, size, place = int(asked.get("start_time", 0)), int(asked["limit"]), int(asked.get("after", 0))
        rows = sorted(self.updates.values(), key=lambda row: (row["last_updated"], row["id"]))
        rows = [row for row in rows if row["last_updated"] >= start]
        shown, paging = rows[place : place + size], dict[str, Any]()
        if place + size < len(rows):
            following = f"{self.base_url}{path}?{urlencode({**asked, 'after': place + size})}"
            paging = {"cursors": {"after": str(place + size)}, "next": self.foreign_next or following}
        data = json.dumps({"data": shown, "paging": paging}).encode()
        broken = any(row["id"] in self.broken_ids for row in shown)
        return 200, data[: len(data) // 2] if broken else data
