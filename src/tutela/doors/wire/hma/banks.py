"""Banks: lists that were made here, by clients of HMA, and can be changed and dropped here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tutela.core.matching.lists import HashList
from tutela.doors.wire.hma import given
from tutela.doors.wire.hma.asked import Asked, kept_by_others, known_list, own_list
from tutela.doors.wire.hma.names import bank_of, entry_of, list_of, new_list
from tutela.doors.wire.hma.writing import writing
from tutela.doors.wire.refusals import Refused, bad_request
from tutela.doors.wire.service import Service

_TOLD = ("title", "origin", "legal_basis", "handling", "scheme")


def show_banks(service: Service, _: Asked) -> list[dict[str, Any]]:
    """All lists, those of others too."""
    own = service.memory.banks()
    return [shown_bank(name, own) for name in sorted({*service.lists(), *own})]


def show_bank(service: Service, asked: Asked) -> dict[str, Any]:
    """One list."""
    return shown_bank(known_list(service, asked), service.memory.banks())


def make_bank(service: Service, asked: Asked) -> dict[str, Any]:
    """Make a list. Beyond HMA, a client may say where it is from and by what right (``origin`` …)."""
    bank = asked.told.get("name")
    if not isinstance(bank, str):
        raise bad_request("name is required", "no_name")
    name = new_list(bank)
    wanted = given.ratio_of(asked.told, None)
    ratio = 1.0 if wanted is None else wanted
    about = {field: asked.told[field] for field in _TOLD if asked.told.get(field) is not None}
    if not all(isinstance(text, str) and len(text) <= given.MOST_NOTE for text in about.values()):
        raise bad_request(f"{', '.join(_TOLD)} are texts of up to {given.MOST_NOTE} characters", "bad_text")
    with service.memory.changing(), writing(service) as writer:
        if name in service.memory.banks() or name in service.lists():
            raise Refused(403, "Bank already exists", "bank_exists")
        service.memory.put_bank(name, ratio)
        writer.put_list(replace(HashList(name, title=bank, origin="made here"), active=ratio > 0, **about))
    service.following.look()
    return shown_bank(name, {name: ratio})


def change_bank(service: Service, asked: Asked) -> dict[str, Any]:
    """Give a bank another name or another part of the traffic."""
    name = own_list(service, asked)
    told = asked.told.get("name")
    new = name if told is None else new_list(str(told))
    ratio = given.ratio_of(asked.told, None)
    with service.memory.changing(), writing(service) as writer:
        own, lists = service.memory.banks(), service.lists()
        if new != name and (new in own or new in lists):
            raise Refused(403, "Bank name already exists", "bank_exists")
        wanted = own[name] if ratio is None else ratio
        if new != name:
            service.memory.rename_bank(name, new)
            writer.drop_list(name)
        service.memory.put_bank(new, wanted)
        writer.put_list(replace(lists.get(name, HashList(name)), name=new, active=wanted > 0))
        if new != name:
            for content in service.memory.contents_of(new):
                writer.put(new, entry_of(content.id), given.signals_of(content.signals).values())
    service.following.look()
    return shown_bank(new, {new: wanted})


def drop_bank(service: Service, asked: Asked) -> dict[str, Any]:
    """Drop a bank and all that is in it; one that is not there is gone already."""
    name = list_of(asked.path["bank"])
    if name in service.memory.banks():
        with service.memory.changing(), writing(service) as writer:
            service.memory.drop_bank(name)
            if name in service.lists():
                writer.drop_list(name)
        service.following.look()
    elif name in service.lists():
        raise kept_by_others()
    return {"message": "Done"}


def shown_bank(name: str, ratios: Mapping[str, float]) -> dict[str, Any]:
    """Return a list as HMA shows banks."""
    return {"matching_enabled_ratio": ratios.get(name, 1.0), "name": bank_of(name)}
