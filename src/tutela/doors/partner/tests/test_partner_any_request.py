"""Whatever comes to the partners' door is answered by name: no request is a mistake of ours."""

from __future__ import annotations

import json

import http_sf
import httpx
import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tutela.core.protocol import batches
from tutela.doors.partner import limiting
from tutela.doors.partner.problems import TITLES
from tutela.doors.worker.legs.partners import Signer
from tutela.testing.partners import PartnerInMemory

pytestmark = pytest.mark.django_db
BOX = "/exchange/v1/mailbox/meldpunt.example.net"

_printable = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=60)
_one_database = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(
    body=st.binary(max_size=60)
    | st.lists(st.binary(min_size=1, max_size=60), min_size=1, max_size=4).map(batches.join),
    path=st.sampled_from(["/exchange/v1/inbox", "/exchange/v1/rotation", BOX]),
    kind=st.sampled_from([batches.MEDIA_TYPE, "application/octet-stream", "text/plain", ""]),
)
@_one_database
def test_any_body_is_answered_by_name(
    client: Client, partner: PartnerInMemory, body: bytes, path: str, kind: str
) -> None:
    limiting.forget_all()
    answer = client.post(path, body, content_type=kind)
    assert answer.status_code in {200, 400, 401, 413, 415}
    said = json.loads(answer.content)
    if answer.status_code == 200:
        refusals = [one["code"] for one in said["results"]]
        assert len(refusals) == len(batches.split(body))
        assert "taken" not in refusals
    else:
        assert said["code"] in TITLES or said["code"].startswith(("broken_", "unknown_"))


def signed(partner: PartnerInMemory) -> tuple[str, str]:
    request = httpx.Request("GET", f"http://testserver{BOX}")
    headers = Signer(partner.name, partner.keys).sign(request).headers
    return headers["signature-input"], headers["signature"]


def carried(field: str) -> object:
    """What of it counts: white space, unused bits of base64 and a signature's parameters say nothing."""
    members = http_sf.parse(field.encode(), tltype="dictionary")
    value, parameters = members["tutela"]
    return value if isinstance(value, bytes) else (value, parameters)


@given(
    which=st.sampled_from([0, 1]),
    at=st.integers(0, 400),
    cut=st.integers(0, 12),
    put=_printable,
    whole=st.booleans(),
)
@_one_database
def test_any_signature_is_the_owners_or_refused(
    client: Client, partner: PartnerInMemory, which: int, at: int, cut: int, put: str, whole: bool
) -> None:
    limiting.forget_all()
    good = signed(partner)
    texts = list(good)
    texts[which] = put if whole else texts[which][:at] + put + texts[which][at + cut :]
    meta = {"HTTP_SIGNATURE_INPUT": texts[0], "HTTP_SIGNATURE": texts[1], "HTTP_HOST": "testserver"}
    answer = client.get(BOX, **meta)
    if answer.status_code == 204:
        assert carried(texts[which]) == carried(good[which])
    else:
        assert (answer.status_code, json.loads(answer.content)["code"]) == (401, "bad_signature")
