"""The description of the service for machines: OpenAPI 3.1, made from the table of routes."""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Sequence
from typing import Any

from tutela.core.matching.fingerprints import Kind
from tutela.core.matching.verdicts import Outcome, Reason
from tutela.doors.wire.hma.names import SIGNAL_TYPES
from tutela.doors.wire.routes import Route
from tutela.doors.wire.settings import WireSettings

Schema = dict[str, Any]


def _object(required: Sequence[str] = (), **fields: Schema) -> Schema:
    told: Schema = {"type": "object", "properties": fields}
    return {**told, "required": list(required)} if required else told


def _text(**more: Any) -> Schema:
    return {"type": "string", **more}


def _number(least: int, most: int | None = None) -> Schema:
    told: Schema = {"type": "integer", "minimum": least}
    return told if most is None else {**told, "maximum": most}


def _many(of: Schema, **more: Any) -> Schema:
    return {"type": "array", "items": of, **more}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_ORIGIN: dict[str, Schema] = {
    "list": _text(),
    "entry": _text(),
    "title": _text(),
    "origin": _text(),
    "legal_basis": _text(),
    "handling": _text(),
    "classification": _object(("scheme", "value"), scheme=_text(), value=_text()),
    "reason": _text(enum=[reason.value for reason in Reason]),
}
_FINGERPRINT: dict[str, Schema] = {
    "kind": _text(enum=[kind.value for kind in Kind]),
    "value": _text(description="hexadecimal, base32 (SHA-1) or base64"),
    "quality": {"type": ["integer", "null"], "minimum": 0, "maximum": 100},
}
_OPTIONS: dict[str, Schema] = {
    "lists": _many(_text(), minItems=1, description="only these lists"),
    "radius": _number(0, 64),
    "limit": _number(1, 1000),
}


def _schemas(settings: WireSettings) -> dict[str, Schema]:
    match = _object(
        ("bank_content_id", "distance", *_ORIGIN),
        bank_content_id=_number(0),
        distance=_text(description="a number, written as text"),
        **_ORIGIN,
    )
    verdict = _object(
        ("outcome", "found", "hits"),
        outcome=_text(enum=[*(outcome.value for outcome in Outcome), "refused"]),
        found=_number(0),
        hits=_many(_ref("Hit")),
        reason=_text(description="why a fingerprint was refused"),
    )
    many = _many(_object(("kind", "value"), **_FINGERPRINT), minItems=1, maxItems=settings.most_fingerprints)
    return {
        "Error": _object(("message", "details"), message=_text(), details=_text()),
        "Hit": _object(
            ("kind", "distance", "quality", "counts", *_ORIGIN),
            kind=_FINGERPRINT["kind"],
            distance=_number(0, 64),
            quality=_FINGERPRINT["quality"],
            counts={"type": "boolean"},
            **_ORIGIN,
        ),
        "Verdict": verdict,
        "Verdicts": _object(("verdicts",), verdicts=_many(_ref("Verdict"))),
        "AskOne": _object(("kind", "value"), **_FINGERPRINT, **_OPTIONS),
        "AskMany": _object(("fingerprints",), fingerprints=many, **_OPTIONS),
        "Match": match,
        "ByBank": {"type": "object", "additionalProperties": _many(_ref("Match"))},
        "ByType": {"type": "object", "additionalProperties": _ref("ByBank")},
    }


_ANSWERS: dict[tuple[str, str], Schema] = {
    ("POST", "/v1/lookup"): {"oneOf": [_ref("Verdict"), _ref("Verdicts")]},
    ("GET", "/m/lookup"): {"anyOf": [_ref("ByBank"), _ref("ByType")]},
    ("POST", "/m/lookup"): _ref("ByType"),
}
_BODIES: dict[tuple[str, str], Schema] = {
    ("POST", "/v1/lookup"): {"oneOf": [_ref("AskOne"), _ref("AskMany")]},
    ("POST", "/v1/quarantine/release"): _object(("list", "entry"), list=_text(), entry=_text()),
    ("POST", "/m/compare"): {
        "type": "object",
        "additionalProperties": _many(_text(), minItems=2, maxItems=2),
    },
    ("POST", "/c/banks"): _object(("name",), name=_text(), enabled={"type": "boolean"}),
    ("POST", "/c/bank/{bank}/signal"): _object((), **{name: _text() for name in (*SIGNAL_TYPES, "note")}),
    ("PUT", "/c/bank/{bank}/content/{id}"): _object(disable_until_ts=_number(0), note=_text()),
}
_SIGNAL = ("signal", "signal_type", "banks")
_QUERIES: dict[tuple[str, str], tuple[str, ...]] = {
    ("GET", "/m/lookup"): (*_SIGNAL, "seed", "bypass_coinflip", "url", "content_type", "types"),
    ("POST", "/m/lookup"): ("banks", "seed", "bypass_coinflip", "types"),
    ("GET", "/m/raw_lookup"): (*_SIGNAL, "include_distance"),
    ("GET", "/m/index/status"): ("signal_type",),
    ("GET", "/h/hash"): ("url", "content_type", "types"),
    ("POST", "/h/hash"): ("types",),
    ("POST", "/c/bank/{bank}/content"): ("url", "content_type", "types"),
    ("GET", "/c/bank/{bank}/content/{id}"): ("include_signals", "include_metadata"),
}


def description(routes: Sequence[Route], settings: WireSettings) -> Schema:
    """Return the whole description."""
    paths: dict[str, Schema] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tutela match service", "version": importlib.metadata.version("tutela")},
        "paths": paths,
        "components": {
            "schemas": _schemas(settings),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic"},
                "header": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
            },
        },
    }


def _operation(route: Route) -> Schema:
    at = (route.method, route.path)
    named = [_parameter(name, "path") for name in re.findall(r"{(\w+)}", route.path)]
    asked = [_parameter(name, "query") for name in _QUERIES.get(at, ())]
    told: Schema = {
        "summary": route.summary,
        "operationId": re.sub(r"\W+", "_", f"{route.method.lower()}{route.path}").strip("_"),
        "parameters": named + asked,
        "responses": {
            "200" if at != ("POST", "/c/banks") else "201": _answer("the answer", _ANSWERS.get(at, {})),
            "default": _answer("a refusal", _ref("Error")),
        },
        "security": [] if route.right is None else [{"bearer": []}, {"basic": []}, {"header": []}],
    }
    if route.right is not None:
        told["description"] = f"For keys with the right {route.right.value}."
    if at in _BODIES:
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": _BODIES[at]}}}
    return told


def _answer(text: str, schema: Schema) -> Schema:
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _parameter(name: str, place: str) -> Schema:
    return {"name": name, "in": place, "required": place == "path", "schema": _text()}
