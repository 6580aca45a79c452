"""Read one item of a referral out of its observed data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from tutela.core.matching.errors import BadFingerprint
from tutela.core.matching.fingerprints import read_fingerprint
from tutela.core.record.addresses import Address
from tutela.core.record.listed import ListedFingerprint
from tutela.core.record.referral import Ground, Hosting, LawFinding, ReferredItem
from tutela.core.terms.assessment import Assessed, UnknownCode, from_codes
from tutela.core.terms.exchange import LawOutcome
from tutela.core.terms.states import ItemKind
from tutela.formats import fields
from tutela.formats.errors import CannotRead
from tutela.formats.stix import names

MOST_OBSERVED = 1_000
_MOST_FINDINGS, _MOST_GROUNDS = 300, 100
_KINDS = (ItemKind.ADDRESS, ItemKind.ACCOUNT, ItemKind.FINGERPRINT)
_HASHES = {name: kind for kind, name in names.HASHES.items()}

Get = Callable[..., dict[str, Any]]


def read_item(data: Mapping[str, Any], get: Get) -> ReferredItem:
    """Return the item; ``get`` returns an object of the bundle by its id.

    Raises:
        CannotRead: see ``read.read``.
    """
    said = fields.part(fields.part(data, "extensions"), names.REFERRAL)
    kind = ItemKind(fields.one_of(said, "kind", _KINDS))
    seen = [get(ref) for ref in fields.many(data, "object_refs", most=MOST_OBSERVED)]
    service, account = _account(seen) if kind is ItemKind.ACCOUNT else ("", "")
    item = ReferredItem(
        ref=fields.text(said, "ref"),
        kind=kind,
        address=_address(seen) if kind is ItemKind.ADDRESS else None,
        service=service,
        account=account,
        fingerprints=tuple(_fingerprints(seen)),
        received_at=_moment(said, "received_at"),
        seen_at=_moment(said, "seen_at"),
        danger_now=fields.yes_no(said, "danger_now"),
        known=fields.yes_no(said, "known"),
        hosting=_hosting(said),
        assessment=_assessment(said),
        findings=tuple(_findings(said)),
    )
    if kind is ItemKind.FINGERPRINT and not item.fingerprints:
        raise CannotRead("missing_object")
    return item


def _address(seen: list[dict[str, Any]]) -> Address:
    return fields.address(_only(seen, "url"), "value")


def _account(seen: list[dict[str, Any]]) -> tuple[str, str]:
    found = _only(seen, "user-account")
    service = fields.text(found, "account_type", required=False)
    account = fields.text(found, "account_login", required=False)
    if not service and not account:
        raise CannotRead("missing_field")
    return service, account


def _only(seen: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    found = [one for one in seen if one["type"] == kind]
    if len(found) != 1:
        raise CannotRead("missing_object")
    return found[0]


def _fingerprints(seen: list[dict[str, Any]]) -> Iterator[ListedFingerprint]:
    """Yield the fingerprints whose kind we can check; a name of a file is passed over."""
    for one in seen:
        if one["type"] == "file":
            hashes = fields.part(one, "hashes")
            for name in hashes:
                if name in _HASHES:
                    yield _fingerprint(_HASHES[name], fields.text(hashes, name), None)
        elif one["type"] == names.FINGERPRINT_TYPE:
            quality = one.get("quality")
            if isinstance(quality, bool) or not isinstance(quality, int | None):
                raise CannotRead("bad_field")
            yield _fingerprint(fields.text(one, "kind"), fields.text(one, "value"), quality)


def _fingerprint(kind: str, value: str, quality: int | None) -> ListedFingerprint:
    try:
        found = read_fingerprint(kind, value, quality)
    except BadFingerprint:
        raise CannotRead("bad_field") from None
    return ListedFingerprint(str(found.kind), found.text, found.quality)


def _moment(said: Mapping[str, Any], name: str) -> datetime | None:
    return fields.moment(said, name) if name in said else None


def _hosting(said: Mapping[str, Any]) -> Hosting | None:
    if "hosting" not in said:
        return None
    part = fields.part(said, "hosting")
    ip = fields.text(part, "ip", required=False)
    if ip and not fields.ip_in(ip):
        raise CannotRead("bad_field")
    return Hosting(
        country=fields.country(part, "country"),
        ip=fields.ip_in(ip),
        asn=fields.asn(part, "asn"),
        network=fields.text(part, "network", required=False),
    )


def _assessment(said: Mapping[str, Any]) -> Assessed | None:
    if "assessment" not in said:
        return None
    part = fields.part(said, "assessment")
    try:
        return from_codes({name: fields.text(part, name) for name in part})
    except UnknownCode:
        raise CannotRead("bad_field") from None


def _findings(said: Mapping[str, Any]) -> Iterator[LawFinding]:
    for one in fields.many(said, "findings", most=_MOST_FINDINGS):
        if not isinstance(one, dict):
            raise CannotRead("bad_field")
        outcome = LawOutcome(fields.one_of(one, "outcome", [*LawOutcome]))
        yield LawFinding(fields.country(one, "country"), outcome, tuple(_grounds(one)))


def _grounds(finding: Mapping[str, Any]) -> Iterator[Ground]:
    for one in fields.many(finding, "grounds", most=_MOST_GROUNDS):
        if not isinstance(one, dict):
            raise CannotRead("bad_field")
        yield Ground(fields.text(one, "criterion"), fields.text(one, "source", required=False))
