"""Whatever a partner or a relay answers, the worker has a value or a code for it, and goes on."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tutela.core.envelope import node_keys
from tutela.core.protocol import batches
from tutela.doors.worker.legs.partners import PartnerWay, Signer

SIGNER = Signer("here.example.org", node_keys.from_seed(b"h" * 32))
SENT = (b"one", b"two")

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["code", "results", "digest"]), inner)
    ),
    max_leaves=8,
)
bodies = (
    st.binary(max_size=80)
    | _json.map(lambda value: json.dumps(value).encode())
    | st.lists(st.binary(min_size=1, max_size=9), min_size=1, max_size=3).map(batches.join)
    | st.just(b"[" * 100_000)
)
_texts = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=80)
_ids = st.lists(st.uuids(), max_size=3).map(lambda some: ",".join(map(str, some)))
answers = st.builds(
    httpx.Response,
    st.sampled_from([200, 204, 302, 400, 413, 429, 500, 503]),
    headers=st.fixed_dictionaries({"Tutela-Ids": _texts | _ids, "Retry-After": _texts | st.just("9" * 5000)}),
    content=bodies,
)


@pytest.fixture(scope="module")
def answered() -> Iterator[tuple[PartnerWay, list[httpx.Response]]]:
    """A way to partners who answer with the last of these."""
    said: list[httpx.Response] = []
    made = PartnerWay()
    made.close()
    made._client = httpx.Client(transport=httpx.MockTransport(lambda _request: said[-1]))
    yield made, said
    made.close()


@given(answers)
@example(httpx.Response(400, content=b"[" * 100_000))
@example(
    httpx.Response(200, headers={"Tutela-Ids": str(uuid.UUID(int=1))}, content=batches.join([b"1", b"2"]))
)
def test_whatever_is_answered_has_a_value_or_a_code(
    answered: tuple[PartnerWay, list[httpx.Response]], answer: httpx.Response
) -> None:
    asked, said = answered
    said.append(answer)
    for handed in (
        asked.hand_in("http://a.example.org", SENT),
        asked.put_in_mailbox("http://a.example.org", "b", SENT, SIGNER),
    ):
        assert handed.error or len(handed.codes) == len(SENT)
        assert 0 <= handed.wait_seconds <= 3600
        assert len(handed.error) <= 64
    fetched = asked.fetch("http://a.example.org", "b", SIGNER)
    assert len(fetched.ids) == len(fetched.sealed)
    assert not (fetched.error and fetched.ids)
    assert isinstance(asked.announce("http://a.example.org", b"statement"), str)
    assert asked.take_out("http://a.example.org", "b", uuid.UUID(int=1), SIGNER) is (
        answer.status_code == 204
    )
