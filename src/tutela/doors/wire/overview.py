"""How the service stands: health without a key, lists and index with one, quarantine for those who curate."""

from __future__ import annotations

import contextlib
import time
from typing import Any

from tutela.core.matching.errors import IndexBroken
from tutela.core.matching.flood import EntryKey
from tutela.core.matching.index import IndexStatus
from tutela.core.matching.lists import HashList
from tutela.doors.wire.bodies import only, text_in
from tutela.doors.wire.call import Call
from tutela.doors.wire.refusals import Refused
from tutela.doors.wire.service import Service

PROMETHEUS = b"text/plain; version=0.0.4; charset=utf-8"
TEXT = b"text/plain; charset=utf-8"


async def status(call: Call) -> None:
    """GET /status: whether lookups can be answered, in HMA's words."""
    try:
        await call.service.asking.apart(lambda: call.service.asking.opened)
    except IndexBroken:
        await call.reply(b"INDEX-BROKEN", 503, TEXT)
    except Refused as refused:
        await call.reply(refused.message.encode(), 503, TEXT)
    else:
        await call.reply(b"I-AM-ALIVE", 200, TEXT)


async def alive(call: Call) -> None:
    """GET /status/live: whether the process answers."""
    await call.reply(b"I-AM-ALIVE", 200, TEXT)


async def home(call: Call) -> None:
    """GET /: on to /status."""
    await call.reply(b"", 302, TEXT, {"Location": "/status"})


async def lists(call: Call) -> None:
    """GET /v1/lists: where each list is from and what it is for."""
    await call.reply_json({"lists": [_shown(one) for one in call.service.lists().values()]})


async def standing(call: Call) -> None:
    """GET /v1/status: which index answers and what is in it."""
    now = call.service.asking.opened.status()
    await call.reply_json(
        {
            "generation": now.generation,
            "built_at": now.built_at.isoformat(),
            "added": now.added,
            "withdrawn": now.withdrawn,
            "entries": now.entries,
            "fingerprints": now.fingerprints,
            "quarantined": len(call.service.following.quarantined()),
            "accepts_files": call.service.settings.accept_files,
        }
    )


async def quarantine(call: Call) -> None:
    """GET /v1/quarantine: what does not count here, and why."""
    await call.reply_json(await call.service.asking.apart(lambda: _quarantine(call.service)))


async def release(call: Call) -> None:
    """POST /v1/quarantine/release: let an entry count again."""
    told = await call.told(4096)
    only(told, "list", "entry")
    key = (text_in(told, "list"), text_in(told, "entry", 1000))
    if not await call.service.asking.apart(lambda: _release(call.service, key)):
        raise Refused(404, "this entry is not in quarantine", "not_quarantined")
    await call.reply_json({"released": True})


async def metrics(call: Call) -> None:
    """GET /metrics, for Prometheus."""
    await call.reply(await call.service.asking.apart(lambda: _metrics(call.service)), 200, PROMETHEUS)


def _metrics(service: Service) -> bytes:
    now: IndexStatus | None = None
    with contextlib.suppress(Refused, IndexBroken):
        now = service.asking.opened.status()
    return service.counting.page(now, len(service.following.quarantined()))


def _release(service: Service, key: EntryKey) -> bool:
    service.following.flush()
    released = service.memory.release(key, time.time(), service.rule)
    service.following.look()
    return released


def _quarantine(service: Service) -> dict[str, Any]:
    service.following.flush()
    floods = [
        {
            "list": flood.list,
            "entry": flood.entry,
            "matches": flood.matches,
            "usual": round(flood.baseline, 3),
            "window_begins": flood.window * service.rule.window_seconds,
            "window_seconds": service.rule.window_seconds,
        }
        for flood in service.memory.floods()
    ]
    silenced = [
        {"list": key[0], "entry": key[1], "until": until}
        for key, until in sorted(service.memory.silenced().items())
    ]
    return {"floods": floods, "silenced": silenced}


def _shown(one: HashList) -> dict[str, Any]:
    return {
        "name": one.name, "title": one.title, "origin": one.origin, "legal_basis": one.legal_basis,
        "handling": one.handling, "scheme": one.scheme, "radius": one.radius,
        "minimum_quality": one.minimum_quality, "negative": one.negative, "active": one.active,
    }  # fmt: skip
