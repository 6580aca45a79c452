"""``/c``: the routes of banks, contents and types, all for keys with the right ``curate``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from tutela.core.matching.fingerprints import Kind
from tutela.doors.wire.bodies import header
from tutela.doors.wire.call import Call
from tutela.doors.wire.hma import contents, files
from tutela.doors.wire.hma.asked import Asked, own_list
from tutela.doors.wire.hma.names import CONTENT_TYPES, SIGNAL_TYPES
from tutela.doors.wire.refusals import Refused
from tutela.doors.wire.service import Service

MOST_BODY_BYTES = 16384


def curating(work: Callable[[Service, Asked], Any], status: int = 200) -> Callable[[Call], Awaitable[None]]:
    """Return the route that does ``work`` in a thread, where waiting for a lock holds up no lookup."""

    async def endpoint(call: Call) -> None:
        told: Mapping[str, Any] = {}
        if call.scope["method"] in ("POST", "PUT"):
            told = await call.told(MOST_BODY_BYTES)
        asked = Asked(call.named, call.query(), told)
        await call.reply_json(await call.service.asking.apart(lambda: work(call.service, asked)), status)

    return endpoint


@files.few
async def add_content(call: Call) -> None:
    """POST /c/bank/<name>/content: fingerprints of a file, where files are taken."""
    service = call.service
    asked = Asked(call.named, call.query())
    name = await service.asking.apart(lambda: own_list(service, asked))
    told: Mapping[str, Any] = {}
    if asked.query.get("url"):
        if header(call.scope, b"content-type").startswith(b"application/json"):
            told = await call.told(MOST_BODY_BYTES)
        data, wanted = await files.fetched(call, asked.query)
    else:
        content_type, data, told = await files.handed_in(call)
        wanted = files.signals_wanted(asked.query, content_type)
    signals = await service.asking.aside(lambda: files.fingerprints_of(data, wanted))
    await call.reply_json(await service.asking.apart(lambda: contents.add(service, name, signals, told)))


async def signal_types(call: Call) -> None:
    """GET /c/signal_type: the types of fingerprints."""
    await call.reply_json([{"name": name, "enabled_ratio": 1.0} for name in SIGNAL_TYPES])


async def content_types(call: Call) -> None:
    """GET /c/content_type: the types of contents."""
    await call.reply_json([{"name": name, "enabled": True} for name in CONTENT_TYPES])


async def signal_index(call: Call) -> None:
    """GET /c/signal_type/index. It is never out of date: additions count when their request is answered."""
    status = call.service.asking.opened.status()
    built = int(status.built_at.timestamp())

    def shown(kind: Kind) -> dict[str, Any]:
        size = status.fingerprints.get(kind, 0)
        return {
            "db_size": size, "index_size": size, "index_out_of_date": False,
            "newest_db_item": built, "index_built_to": built,
        }  # fmt: skip

    await call.reply_json({name: shown(kind) for name, kind in SIGNAL_TYPES.items()})


async def exchanges(call: Call) -> None:
    """GET /c/exchanges: none. Lists are fetched by a node or by commands, not by this service."""
    await call.reply_json([])


async def no_exchanges(call: Call) -> None:
    """POST /c/exchanges: refused."""
    await call.body(MOST_BODY_BYTES)
    raise Refused(501, "sources are set up where the index is built, not here", "no_exchanges")
