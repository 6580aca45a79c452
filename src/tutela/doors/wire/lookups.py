"""``POST /v1/lookup``: one fingerprint or up to ten thousand, answered in the order they were asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tutela.core.matching.errors import BadFingerprint
from tutela.core.matching.fingerprints import Fingerprint, read_fingerprint
from tutela.core.matching.verdicts import Verdict
from tutela.doors.wire.answers import verdict_text, verdicts_text
from tutela.doors.wire.asking import Question
from tutela.doors.wire.bodies import number_in, only, read_object
from tutela.doors.wire.call import Call
from tutela.doors.wire.refusals import Refused, bad_request
from tutela.doors.wire.service import Service

MOST_LISTS = 1000
MOST_HITS = 1000
MOST_HITS_OF_ONE = 100
MOST_HITS_OF_MANY = 10
SMALL_BYTES = 4096
_OPTIONS = ("lists", "radius", "limit")
_ONE = ("kind", "value", "quality")


async def look_up(call: Call) -> None:
    """POST /v1/lookup."""
    service = call.service
    body = await call.body(service.settings.most_body_bytes)
    if len(body) > SMALL_BYTES:
        await call.reply(await service.asking.aside(lambda: _many(call, read_object(body))))
        return
    asked = read_object(body)
    if "fingerprints" in asked:
        await call.reply(await service.asking.aside(lambda: _many(call, asked)))
        return
    only(asked, *_ONE, *_OPTIONS)
    question = _question(asked, usual_hits=MOST_HITS_OF_ONE)
    fingerprint = _fingerprint(asked)
    call.charge(1)
    verdict = await service.asking.verdict(fingerprint, question)
    judged(service, [verdict])
    await call.reply(verdict_text(verdict, service.lists() if verdict.hits else {}).encode())


def judged(service: Service, verdicts: list[Verdict]) -> None:
    """Count verdicts, for the metrics and against floods."""
    service.counting.judged(verdicts)
    service.following.matched(verdicts)


def _many(call: Call, asked: dict[str, Any]) -> bytes:
    """Look up many; one that is no fingerprint is refused in its place, and the others are answered."""
    only(asked, "fingerprints", *_OPTIONS)
    rows = asked.get("fingerprints")
    if not isinstance(rows, list) or not rows:
        raise bad_request("fingerprints is a list of objects with kind and value", "no_fingerprints")
    most = call.service.settings.most_fingerprints
    if len(rows) > most:
        raise Refused(413, f"at most {most} fingerprints in one request", "too_many")
    question = _question(asked, usual_hits=MOST_HITS_OF_MANY)
    read = [_read(row) for row in rows]
    call.charge(len(rows))
    good = [one for one in read if isinstance(one, Fingerprint)]
    verdicts = call.service.asking.verdicts(good, question) if good else []
    judged(call.service, verdicts)
    found = iter(verdicts)
    answers = [next(found) if isinstance(one, Fingerprint) else one for one in read]
    return verdicts_text(answers, call.service.lists())


def _read(row: object) -> Fingerprint | BadFingerprint:
    if not isinstance(row, dict):
        raise bad_request("each of fingerprints is an object with kind and value", "not_an_object")
    try:
        return _fingerprint(row)
    except BadFingerprint as refused:
        return refused


def _fingerprint(told: Mapping[str, Any]) -> Fingerprint:
    quality = told.get("quality")
    if quality is not None and (not isinstance(quality, int) or isinstance(quality, bool)):
        raise BadFingerprint("bad_quality")
    kind, value = told.get("kind"), told.get("value")
    if not isinstance(kind, str) or not isinstance(value, str):
        raise bad_request("kind and value are texts", "bad_text")
    return read_fingerprint(kind, value, quality)


def _question(asked: Mapping[str, Any], *, usual_hits: int) -> Question:
    lists = asked.get("lists")
    if lists is not None and (
        not isinstance(lists, list)
        or not 1 <= len(lists) <= MOST_LISTS
        or not all(isinstance(name, str) for name in lists)
    ):
        raise bad_request("lists is a list of names", "bad_lists")
    return Question(
        lists=None if lists is None else frozenset(lists),
        radius=number_in(asked, "radius", 0, 64),
        limit=number_in(asked, "limit", 1, MOST_HITS) or usual_hits,
    )
