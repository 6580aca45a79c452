"""``/h/hash``: fingerprints of a file, on services that take files. Nothing is looked up or kept."""

from __future__ import annotations

from tutela.doors.wire.call import Call
from tutela.doors.wire.hma import files
from tutela.doors.wire.refusals import bad_request


@files.few
async def hash_file(call: Call) -> None:
    """POST /h/hash, where files are taken."""
    call.charge(1)
    name, data, _ = await files.handed_in(call)
    await _send(call, data, files.signals_wanted(call.query(), name))


@files.few
async def hash_address(call: Call) -> None:
    """GET /h/hash, for hosts that are allowed."""
    query = call.query()
    if not query.get("url"):
        raise bad_request("url is required", "no_url")
    call.charge(1)
    await _send(call, *await files.fetched(call, query))


async def _send(call: Call, data: bytes, signals: tuple[str, ...]) -> None:
    made = await call.service.asking.aside(lambda: files.fingerprints_of(data, signals))
    # HMA answers an empty text for a picture that is too plain for a fingerprint.
    await call.reply_json({name: made[name].text if name in made else "" for name in signals})
