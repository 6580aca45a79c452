"""What is fixed in every bundle: TLP 2.0 as OASIS publishes it, our extensions, and how ids are made.

Observables have the ids that STIX 2.1 (section 2.9) prescribes; the library makes them. All other ids are
UUIDv5 in a namespace of this project, so that a referral written twice is one to whoever loads both.
"""

from __future__ import annotations

import uuid
from functools import cache
from typing import Any

from stix2 import v21
from stix2.properties import IntegerProperty, StringProperty

from tutela.core.terms.marks import HandlingMark

NAMESPACE = uuid.UUID("0d9bd2a1-6a0f-5b0c-9f0b-5a1a63c6a1f4")
REFERRAL = "extension-definition--3f8a9f0e-3c55-4d0a-9a43-5a6f4c1d7e21"
"""Properties of a report (the referral) and of observed data (its items)."""
FINGERPRINT = "extension-definition--b7c1f6d4-0f2e-4f57-8a1d-92d3c5e8a604"
"""An observable of its own for fingerprints of how a picture looks: STIX has none."""
FINGERPRINT_TYPE = "tutela-fingerprint"

_TLP = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
_TLP_CREATED = "2022-10-01T00:00:00.000Z"
FIXED_SINCE = "2026-03-01T00:00:00.000Z"
"""When objects were made that say the same in every bundle."""
SCHEME = "europol-4x4"
MARKS = {
    HandlingMark.RED: "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
    HandlingMark.AMBER_STRICT: "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    HandlingMark.AMBER: "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    HandlingMark.GREEN: "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    HandlingMark.CLEAR: "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
}
HASHES = {"sha256": "SHA-256", "sha1": "SHA-1", "md5": "MD5"}
"""Our kinds of fingerprint that STIX has a name for (hash-algorithm-ov)."""

_REFERRAL_SCHEMA = (
    "On a report: reference (string), to_ref (identifier of an identity), danger_now (boolean), evaluation "
    "(object: scheme 'europol-4x4', source A B C X, information 1 to 4), handling_codes (list of H0 to H3). "
    "On observed-data: ref (string), kind (address, account, fingerprint), received_at and seen_at "
    "(timestamp), danger_now and known (boolean), hosting (object: country, ip, asn, network), assessment "
    "(object of codes), findings (list of objects: country, outcome, grounds). Everything but reference, "
    "to_ref, ref and kind is optional."
)
_FINGERPRINT_SCHEMA = (
    "A fingerprint of how a picture looks. kind (string, 'pdq'), value (lower-case hexadecimal), quality "
    "(0 to 100, optional). The id contributing properties are kind and value."
)


@v21.CustomObservable(
    FINGERPRINT_TYPE,
    [
        ("kind", StringProperty(required=True)),
        ("value", StringProperty(required=True)),
        ("quality", IntegerProperty(min=0, max=100)),
    ],
    ["kind", "value"],
    extension_name=FINGERPRINT,
)
class Fingerprint:
    """The observable that :data:`FINGERPRINT` defines."""

    def __init__(self, **_: Any) -> None:
        """The library keeps the properties; it calls this once they hold."""


def made_id(kind: str, *parts: str) -> str:
    """Return the id of an object of ``kind`` that ``parts`` name, the same each time."""
    return f"{kind}--{uuid.uuid5(NAMESPACE, chr(0).join((kind, *parts)))}"


@cache
def mark(level: HandlingMark) -> Any:
    """Return the marking definition of a TLP 2.0 mark, as published."""
    extension = {"extension_type": "property-extension", "tlp_2_0": level.value.removeprefix("TLP:").lower()}
    return v21.MarkingDefinition(
        id=MARKS[level], created=_TLP_CREATED, name=level.value, extensions={_TLP: extension}
    )


@cache
def definitions() -> tuple[Any, ...]:
    """Return who defines our extensions, and their definitions: they travel in every bundle."""
    project = v21.Identity(
        id=made_id("identity", "Tutela"),
        created=FIXED_SINCE,
        modified=FIXED_SINCE,
        name="Tutela",
        identity_class="group",
        description="Open-source software for child-protection hotlines; defines the extensions used here.",
    )

    def definition(id: str, name: str, schema: str, kind: str) -> Any:
        return v21.ExtensionDefinition(
            id=id, created=FIXED_SINCE, modified=FIXED_SINCE, created_by_ref=project.id, name=name,
            schema=schema, version="1.0.0", extension_types=[kind],
        )  # fmt: skip

    return (
        project,
        definition(REFERRAL, "Referral of a hotline", _REFERRAL_SCHEMA, "property-extension"),
        definition(FINGERPRINT, "Perceptual fingerprint", _FINGERPRINT_SCHEMA, "new-sco"),
    )
