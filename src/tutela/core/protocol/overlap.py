"""Which of our identifiers does a partner have too? Asked without showing them, answered without more.

Private set intersection by ``openmined-psi`` (ECDH on P-256): both sides raise a hash of each identifier to a
secret of their own. The asker learns which of its own the other has, and how many the other has to within the
padding; the other learns how many were asked. Nothing else, as long as both keep to the protocol: who lies
about what it holds asks about guesses, hence the limits and the rate. The structure is the raw one, so that
there are no false positives. Callers bring identifiers from ``core.record``; secrets live for one question.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

import private_set_intersection.python as psi  # type: ignore[import-untyped]
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

from tutela.core.envelope import padding
from tutela.core.matching.fingerprints import read_fingerprint
from tutela.core.protocol.errors import ProtocolRefusal
from tutela.core.record.addresses import account_key, parse_address
from tutela.core.terms.exchange import OverlapScope

SCOPES = frozenset(OverlapScope)
MOST_ASKED = 20_000
MOST_HELD = 1 << 17
"""More do not fit into one envelope."""
MOST_A_DAY = 20_000
"""Identifiers that one partner may ask about in 24 hours; it sets how long guessing a list takes."""
POINT_LENGTH = 33
KEY_LENGTH = 32
_FALSE_POSITIVES = 1e-9
_FRAME = 64
"""Bytes that a protobuf message may have beside its points and their two bytes of frame."""


class OverlapRefusal(ProtocolRefusal):
    """Base of what is refused here."""

    code: ClassVar[str] = "overlap_refused"


class BrokenOverlap(OverlapRefusal):
    """Not a question or an answer in its form, or not the answer to this question."""

    code: ClassVar[str] = "broken_overlap"


class TooManyIdentifiers(OverlapRefusal):
    """More than may be asked or held at once, or none."""

    code: ClassVar[str] = "too_many_identifiers"


class AskedTooOften(OverlapRefusal):
    """The partner asked about as many as it may in a day."""

    code: ClassVar[str] = "asked_too_often"


@dataclass(frozen=True)
class Question:
    """``request`` and ``count`` go to the partner; ``secret`` opens the answer and stays here."""

    count: int
    request: bytes
    secret: bytes

    def __repr__(self) -> str:
        """Say nothing of the secret."""
        return f"Question({self.count})"


@dataclass(frozen=True)
class Answer:
    """Both go to the asker."""

    setup: bytes
    response: bytes


def address_identifier(text: str) -> bytes:
    """Return what stands for an address, 32 bytes; NotAnAddress when it is none."""
    return parse_address(text).key


def account_identifier(service: str, account: str) -> bytes:
    """Return what stands for an account, 32 bytes; NotAnAddress when it is none."""
    return account_key(service, account)[2]


def fingerprint_identifier(kind: str, value: str) -> bytes:
    """Return what stands for a fingerprint, 32 bytes, or BadFingerprint. Only equal ones meet."""
    found = read_fingerprint(kind, value)
    return hashlib.sha256(f"fingerprint\x00{found.kind}\x00{found.text}".encode()).digest()


def ask(scope: str, identifiers: Collection[bytes]) -> Question:
    """Return the question about these identifiers.

    Raises:
        TooManyIdentifiers: none, or more than :data:`MOST_ASKED`.
    """
    inputs = _inputs(scope, identifiers)
    if not 1 <= len(inputs) <= MOST_ASKED:
        raise TooManyIdentifiers(f"{len(inputs)} are not 1 to {MOST_ASKED}")
    client = psi.client.CreateWithNewKey(True)
    request = client.CreateRequest(inputs).SerializeToString()
    return Question(len(inputs), request, client.GetPrivateKeyBytes())


def answer(scope: str, count: int, request: bytes, held: Collection[bytes]) -> Answer:
    """Return the answer for what is ``held``, whose number is padded so that it says little.

    Raises:
        BrokenOverlap: the request is not in its form, or not about ``count`` identifiers.
        TooManyIdentifiers: more are asked or held than may be.
    """
    question = _question(count, request)
    server = psi.server.CreateWithNewKey(True)
    try:
        response = server.ProcessRequest(question)
    except RuntimeError:
        raise BrokenOverlap("what is asked about is not on the curve") from None
    setup = server.CreateSetupMessage(
        _FALSE_POSITIVES, count, _padded(_inputs(scope, held)), psi.DataStructure.RAW
    )
    return Answer(setup.SerializeToString(), response.SerializeToString())


def check_request(count: int, request: bytes) -> None:
    """Refuse what :func:`answer` would refuse before it compares anything; takes no time to speak of."""
    _question(count, request)


def common(scope: str, identifiers: Collection[bytes], secret: bytes, given: Answer) -> frozenset[bytes]:
    """Return which of the ``identifiers`` of the question the partner has too.

    Raises:
        BrokenOverlap: the answer is not in its form, or not the answer to this question.
    """
    asked = sorted(set(identifiers))
    response = _parsed(psi.Response, given.response, len(asked))
    _check_points(response.encrypted_elements, len(asked))
    setup = _parsed(psi.ServerSetup, given.setup, MOST_HELD)
    if setup.WhichOneof("data_structure") != "raw":
        raise BrokenOverlap("the answer comes in a structure that can be wrong")
    _check_points(setup.raw.encrypted_elements, None)
    if len(secret) > KEY_LENGTH:
        raise BrokenOverlap("the secret is none")
    try:
        client = psi.client.CreateFromKey(secret, True)
        found = client.GetIntersection(setup, response)
    except (RuntimeError, ValueError):
        raise BrokenOverlap("the answer is not on the curve, or the secret is none") from None
    _inputs(scope, asked)
    return frozenset(asked[at] for at in found if 0 <= at < len(asked))


def check_rate(asked: Iterable[tuple[datetime, int]], count: int, now: datetime) -> None:
    """Return when a partner who asked ``(at, count)`` before may ask about ``count`` more.

    Raises:
        AskedTooOften: it would be more than :data:`MOST_A_DAY` in 24 hours.
    """
    lately = sum(number for at, number in asked if at > now - timedelta(days=1))
    if lately + count > MOST_A_DAY:
        raise AskedTooOften(f"{lately} in a day, and {count} more")


def _question(count: int, request: bytes) -> Any:
    if not 1 <= count <= MOST_ASKED:
        raise TooManyIdentifiers(f"{count} are not 1 to {MOST_ASKED}")
    question = _parsed(psi.Request, request, count)
    _check_points(question.encrypted_elements, count)
    if question.reveal_intersection is not True:
        raise BrokenOverlap("it does not ask which, but how many")
    return question


def _inputs(scope: str, identifiers: Collection[bytes]) -> list[str]:
    """Return one text for each, in order; the scope keeps an account from meeting an address."""
    if scope not in SCOPES:
        raise BrokenOverlap("no such scope")
    if len(identifiers) > MOST_HELD:
        raise TooManyIdentifiers(f"{len(identifiers)} are more than {MOST_HELD}")
    return [f"tutela/overlap/1\x00{scope}\x00{one.hex()}" for one in sorted(set(identifiers))]


def _padded(inputs: list[str]) -> list[str]:
    """Add what nobody can ask about, up to a number that many different ones have (Padmé, at least 256)."""
    wanted = padding.padded_length(len(inputs)) - len(inputs)
    return inputs + [f"tutela/overlap/1\x00\x00{secrets.token_hex(32)}" for _ in range(wanted)]


def _parsed(kind: Any, data: bytes, most: int) -> Any:
    if len(data) > most * (POINT_LENGTH + 2) + _FRAME:
        raise BrokenOverlap("longer than it can be")
    try:
        return kind.FromString(data)
    except DecodeError:
        raise BrokenOverlap("this is not in its form") from None


def _check_points(points: Collection[bytes], count: int | None) -> None:
    if count is not None and len(points) != count:
        raise BrokenOverlap("not as many as were asked about")
    if any(len(one) != POINT_LENGTH for one in points):
        raise BrokenOverlap("what is in it is not a point")
