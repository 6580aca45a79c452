"""``/m``: lookups and comparisons. ``distance`` is a text, as HMA sends it; matches say their origin."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tutela.core.matching.fingerprints import RADIUS, Fingerprint, Kind, read_fingerprint
from tutela.core.matching.verdicts import Hit, Reason
from tutela.doors.wire.answers import origin_of
from tutela.doors.wire.asking import Question
from tutela.doors.wire.call import Call
from tutela.doors.wire.hma import files
from tutela.doors.wire.hma.names import SIGNAL_TYPES, bank_of, kind_of, list_of, number_of, own_number
from tutela.doors.wire.lookups import judged
from tutela.doors.wire.refusals import bad_request
from tutela.doors.wire.service import Service

MOST_HITS = 1000
MOST_PAIRS_BYTES = 65536
_SHADOWED = (Reason.LOW_QUALITY, Reason.NEGATIVE_LIST, Reason.NEARER_KNOWN_GOOD)
Query = Mapping[str, str]


async def lookup(call: Call) -> None:
    """GET /m/lookup."""
    query = call.query()
    if query.get("url"):
        async with call.service.file_turns:
            data, signals = await files.fetched(call, query)
            answer = await _lookup_file(call, query, data, signals)
        await call.reply_json(answer.get(query["signal_type"], {}) if "signal_type" in query else answer)
        return
    fingerprint = _asked(query)
    call.charge(1)
    await call.reply_json(await _by_bank(call.service, fingerprint, query))


@files.few
async def lookup_file(call: Call) -> None:
    """POST /m/lookup with a file, where files are taken."""
    query = call.query()
    name, data, _ = await files.handed_in(call)
    await call.reply_json(await _lookup_file(call, query, data, files.signals_wanted(query, name)))


async def raw_lookup(call: Call) -> None:
    """GET /m/raw_lookup: everything that is near, whatever is switched off here."""
    query = call.query()
    fingerprint = _asked(query)
    call.charge(1)
    question = _question(call.service, query, silenced=False)
    hits = [] if question is None else await _hits(call.service, fingerprint, question)
    near = nearest(hit for hit in hits if hit.reason not in _SHADOWED)
    shown = _match if _flag(query, "include_distance") else _number
    await call.reply_json({"matches": [shown(call.service, hit) for hit in near]})


async def compare(call: Call) -> None:
    """POST /m/compare."""
    answer: dict[str, Any] = {}
    for name, pair in (await call.told(MOST_PAIRS_BYTES)).items():
        kind = kind_of(name)
        if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(one, str) for one in pair):
            raise bad_request("Comparison hash list length must be exactly 2", "not_a_pair")
        left, right = (read_fingerprint(kind, one) for one in pair)
        apart = (int.from_bytes(left.value, "big") ^ int.from_bytes(right.value, "big")).bit_count()
        if kind is Kind.PDQ:
            answer[name] = [apart <= RADIUS, {"distance": apart}]
        else:
            answer[name] = [apart == 0, {}]
    await call.reply_json(answer)


async def index_status(call: Call) -> None:
    """GET /m/index/status."""
    wanted = call.query().get("signal_type")
    names = SIGNAL_TYPES if wanted is None else {wanted: kind_of(wanted)}
    status = call.service.asking.opened.status()
    built = int(status.built_at.timestamp())
    await call.reply_json(
        {
            name: {"present": True, "built_to": built, "size": status.fingerprints.get(kind, 0)}
            for name, kind in names.items()
        }
    )


def nearest(hits: Iterable[Hit]) -> list[Hit]:
    """Keep one hit of each entry: the nearest. ``hits`` come nearest first."""
    kept: dict[tuple[str, str], Hit] = {}
    for hit in hits:
        kept.setdefault((hit.list, hit.entry), hit)
    return list(kept.values())


def _asked(query: Query) -> Fingerprint:
    if not query.get("signal") or not query.get("signal_type"):
        raise bad_request("Either url or both signal and signal_type are required", "no_signal")
    return read_fingerprint(kind_of(query["signal_type"]), query["signal"])


async def _lookup_file(call: Call, query: Query, data: bytes, signals: Sequence[str]) -> dict[str, Any]:
    fingerprints = await call.service.asking.aside(lambda: files.fingerprints_of(data, signals))
    call.charge(max(1, len(fingerprints)))
    return {
        name: await _by_bank(call.service, fingerprints[name], query) if name in fingerprints else {}
        for name in signals
    }


async def _by_bank(service: Service, fingerprint: Fingerprint, query: Query) -> dict[str, Any]:
    question = _question(service, query, silenced=True)
    answer: dict[str, Any] = {}
    if question is None:
        return answer
    hits = await _hits(service, fingerprint, question)
    if not hits:
        return answer
    ratios = service.following.banks()
    # One coin for all banks, the same for the same seed: HMA's way, so that a client can be consistent.
    every = _flag(query, "bypass_coinflip")
    coin = 0.0 if every else random.Random(query.get("seed")).random()  # noqa: S311
    for hit in nearest(hits):
        ratio = ratios.get(hit.list, 1.0)
        off = hit.reason is Reason.LIST_INACTIVE and hit.list in ratios  # a bank whose ratio is 0
        if (hit.counts and ratio >= coin) or (off and every):
            answer.setdefault(bank_of(hit.list), []).append(_match(service, hit))
    return answer


async def _hits(service: Service, fingerprint: Fingerprint, question: Question) -> Sequence[Hit]:
    verdict = await service.asking.verdict(fingerprint, question)
    judged(service, [verdict])
    return verdict.hits


def _question(service: Service, query: Query, *, silenced: bool) -> Question | None:
    """Return what to ask, or None if none of the banks asked for is there."""
    if not query.get("banks"):
        return Question(limit=MOST_HITS, silenced=silenced)
    lists = frozenset(list_of(bank.strip()) for bank in query["banks"].split(",")).intersection(
        service.lists()
    )
    return Question(lists=lists, limit=MOST_HITS, silenced=silenced) if lists else None


def _number(service: Service, hit: Hit) -> int:
    number = number_of(hit.list, hit.entry)
    if own_number(hit.entry) is None:
        service.following.answered(number, (hit.list, hit.entry))
    return number


def _match(service: Service, hit: Hit) -> dict[str, Any]:
    """Return a match as HMA does, and beside it what HMA's users miss: where it comes from."""
    return {
        "bank_content_id": _number(service, hit),
        "distance": str(hit.distance),
        **origin_of(hit, service.lists()),
    }


def _flag(query: Query, name: str) -> bool:
    return query.get(name, "false").lower() in ("true", "1", "yes", "on")
