"""One item as observed data: the observables that every tool knows, and what only our extension can say."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from stix2 import v21

from tutela.core.kernel import clock
from tutela.core.record.listed import ListedFingerprint
from tutela.core.record.referral import Ground, Hosting, ReferredItem
from tutela.core.terms.states import ItemKind
from tutela.formats.errors import CannotExpress
from tutela.formats.fields import MOST_TEXT
from tutela.formats.stix import names

_COUNTRY = re.compile(r"[A-Z]{2}")


def objects(item: ReferredItem, common: dict[str, Any], reference: str) -> list[Any]:
    """Return the observables of ``item``, how they lie to each other, and the observed data, last.

    Raises:
        CannotExpress: ``item_without_place``, ``bad_ip``, ``bad_country``, ``bad_text``,
            ``moment_without_offset``.
    """
    marks = {"object_marking_refs": common["object_marking_refs"]}
    seen = [*_places(item, marks), *_fingerprints(item.fingerprints, marks)]
    if not seen:
        raise CannotExpress("item_without_place")
    hosts = _hosts(item, marks)
    times = [moment(at) for at in (item.received_at, item.seen_at) if at is not None] or [common["created"]]
    data = v21.ObservedData(
        id=names.made_id("observed-data", common["created_by_ref"], reference, item.ref),
        first_observed=min(times), last_observed=max(times), number_observed=1,
        object_refs=[one.id for one in (*seen, *hosts)],
        extensions={names.REFERRAL: _extension(item)}, **common,
    )  # fmt: skip
    return [*seen, *hosts, *_relations([*seen, *hosts], common), data]


def line(text: str, *, required: bool = True) -> str:
    """Return ``text`` if a reader can take it as one line.

    Raises:
        CannotExpress: ``bad_text``.
    """
    if len(text) > MOST_TEXT or not text.isprintable() or (required and not text):
        raise CannotExpress("bad_text")
    return text


def country(text: str) -> str:
    """Return ``text`` if it is two capitals.

    Raises:
        CannotExpress: ``bad_country``.
    """
    if not _COUNTRY.fullmatch(text):
        raise CannotExpress("bad_country")
    return text


def moment(at: datetime) -> datetime:
    """Return an aware moment in UTC.

    Raises:
        CannotExpress: ``moment_without_offset``.
    """
    if at.tzinfo is None:
        raise CannotExpress("moment_without_offset")
    return at.astimezone(UTC)


def _places(item: ReferredItem, marks: dict[str, Any]) -> Iterator[Any]:
    if item.kind is ItemKind.ADDRESS and item.address is not None:
        yield v21.URL(value=item.address.canonical, **marks)
    elif item.kind is ItemKind.ACCOUNT and (item.service or item.account):
        said = {"account_type": item.service, "account_login": item.account}
        yield v21.UserAccount(**{name: text for name, text in said.items() if text}, **marks)
    elif item.kind is not ItemKind.FINGERPRINT:
        raise CannotExpress("item_without_place")


def _fingerprints(prints: tuple[ListedFingerprint, ...], marks: dict[str, Any]) -> Iterator[Any]:
    """Yield an observable each: that two belong to one file is not said, so it is not written."""
    for one in prints:
        if one.kind in names.HASHES:
            yield v21.File(hashes={names.HASHES[one.kind]: one.value}, **marks)
        else:
            quality = {} if one.quality is None else {"quality": one.quality}
            yield names.Fingerprint(kind=one.kind, value=one.value, **quality, **marks)


def _hosts(item: ReferredItem, marks: dict[str, Any]) -> list[Any]:
    found: list[Any] = []
    if item.address is not None and not item.address.is_ip:
        found.append(v21.DomainName(value=item.address.host, **marks))
    if item.hosting is None:
        return found
    if item.hosting.ip:
        found.append(_ip(item.hosting.ip, marks))
    if item.hosting.asn is not None:
        name = {"name": item.hosting.network} if item.hosting.network else {}
        found.append(v21.AutonomousSystem(number=item.hosting.asn, **name, **marks))
    return found


def _ip(text: str, marks: dict[str, Any]) -> Any:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise CannotExpress("bad_ip") from None
    kind = v21.IPv4Address if address.version == 4 else v21.IPv6Address
    return kind(value=str(address), **marks)


def _relations(found: list[Any], common: dict[str, Any]) -> Iterator[Any]:
    """Yield which name resolved to which address, and to which network that belonged."""
    for source, verb, target in (
        ("domain-name", "resolves-to", ("ipv4-addr", "ipv6-addr")),
        ("ipv4-addr", "belongs-to", ("autonomous-system",)),
        ("ipv6-addr", "belongs-to", ("autonomous-system",)),
    ):
        for one in found:
            for other in found:
                if one.type == source and other.type in target:
                    yield v21.Relationship(
                        id=names.made_id("relationship", common["created_by_ref"], one.id, verb, other.id),
                        relationship_type=verb, source_ref=one.id, target_ref=other.id, **common,
                    )  # fmt: skip


def _extension(item: ReferredItem) -> dict[str, Any]:
    said: dict[str, Any] = {
        "extension_type": "property-extension",
        "ref": line(item.ref),
        "kind": str(item.kind),
        "received_at": None if item.received_at is None else clock.to_text(moment(item.received_at)),
        "seen_at": None if item.seen_at is None else clock.to_text(moment(item.seen_at)),
        "danger_now": item.danger_now,
        "known": item.known,
        "hosting": None if item.hosting is None else _hosting(item.hosting),
        "assessment": None if item.assessment is None else item.assessment.as_codes(),
        "findings": [
            {
                "country": country(one.country),
                "outcome": str(one.outcome),
                "grounds": [_ground(ground) for ground in one.grounds],
            }
            for one in item.findings
        ],
    }
    return {name: value for name, value in said.items() if value not in (None, [])}


def _ground(ground: Ground) -> dict[str, str]:
    said = {"criterion": line(ground.criterion)}
    return said | ({"source": line(ground.source)} if ground.source else {})


def _hosting(hosting: Hosting) -> dict[str, Any]:
    said = {
        "country": hosting.country and country(hosting.country),
        "ip": hosting.ip,
        "asn": hosting.asn,
        "network": line(hosting.network, required=False),
    }
    return {name: value for name, value in said.items() if value not in (None, "")}
