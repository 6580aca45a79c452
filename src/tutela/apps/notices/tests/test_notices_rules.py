"""The room's judgements as tables."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from tutela.apps.notices import rules
from tutela.apps.notices.errors import NotAnEmail
from tutela.core.terms.states import CheckOutcome

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
"""A Wednesday."""

BODY, OTHER = bytes(32), bytes([1]) * 32


@pytest.mark.parametrize(
    ("facts", "resolved_before", "known", "outcome", "detail"),
    [
        (rules.LookFacts("head", 200), True, None, "reachable", "answers"),
        (rules.LookFacts("head", 206), True, None, "reachable", "answers"),
        (rules.LookFacts("head", 404), True, None, "missing", "status_404"),
        (rules.LookFacts("head", 410), True, None, "missing", "status_410"),
        (rules.LookFacts("head", error="nxdomain"), True, None, "missing", "name_gone"),
        (rules.LookFacts("head", error="nxdomain"), False, None, "unclear", "nxdomain"),
        (rules.LookFacts("head", 401), True, None, "unclear", "login_wall"),
        (rules.LookFacts("head", 403), True, None, "unclear", "forbidden"),
        (rules.LookFacts("head", 429), True, None, "unclear", "too_many_requests"),
        (rules.LookFacts("head", 451), True, None, "unclear", "legal_block"),
        (rules.LookFacts("head", 500), True, None, "unclear", "status_500"),
        (rules.LookFacts("head", 503), True, None, "unclear", "status_503"),
        (rules.LookFacts("head", 302), True, None, "unclear", "status_302"),
        (rules.LookFacts("head", error="timeout"), True, None, "unclear", "timeout"),
        (rules.LookFacts("head", error="connection_refused"), True, None, "unclear", "connection_refused"),
        (rules.LookFacts("head", error="dns_error"), True, None, "unclear", "dns_error"),
        (rules.LookFacts("head"), True, None, "unclear", "no_answer"),
        (rules.LookFacts("head", 404, landed_elsewhere=True), True, None, "unclear", "other_domain"),
        (rules.LookFacts("head", 200, landed_elsewhere=True), True, None, "unclear", "other_domain"),
        (rules.LookFacts("head", 200, landed_on_login=True), True, None, "unclear", "login_wall"),
        (rules.LookFacts("hash", 200, body_bytes=9000, digest=BODY), True, BODY, "reachable", "same_body"),
        (
            rules.LookFacts("hash", 200, body_bytes=9000, digest=BODY),
            True,
            OTHER,
            "unclear",
            "different_body",
        ),
        (rules.LookFacts("hash", 200, body_bytes=9000, digest=BODY), True, None, "reachable", "first_body"),
        (rules.LookFacts("hash", 200, body_bytes=90, digest=BODY), True, None, "unclear", "tiny_body"),
        (rules.LookFacts("hash", 200, body_bytes=90, digest=BODY), True, BODY, "reachable", "same_body"),
        (rules.LookFacts("hash", 200), True, BODY, "reachable", "not_hashed"),
        (rules.LookFacts("hash", 404), True, BODY, "missing", "status_404"),
        (rules.LookFacts("off"), True, None, "not_looked", "mode_off"),
    ],
)
def test_only_a_plain_not_there_counts_as_missing(
    facts: rules.LookFacts, resolved_before: bool, known: bytes | None, outcome: str, detail: str
) -> None:
    assert rules.classify_look(facts, resolved_before=resolved_before, known_digest=known) == rules.Look(
        CheckOutcome(outcome), detail
    )


@pytest.mark.parametrize(
    ("path", "is_gate"),
    [
        ("/login", True),
        ("/users/sign_in", False),
        ("/users/sign-in?next=/a", True),
        ("/account/login.php", True),
        ("/auth/realms/a", True),
        ("/age-verification", True),
        ("/catalogin/4", False),
        ("/blog/authors/7", False),
        ("/item/42", False),
        ("/", False),
    ],
)
def test_a_gate_is_told_from_a_page(path: str, is_gate: bool) -> None:
    assert rules.is_login_path(path) is is_gate


def test_the_schedule_is_one_six_and_a_day_then_daily_then_weekly_to_day_ninety() -> None:
    hours = rules.SCHEDULE_HOURS
    assert hours[:4] == (1, 6, 24, 48)
    assert [h for h in hours if 24 <= h <= 14 * 24] == [24 * day for day in range(1, 15)]
    assert [h // 24 for h in hours if h > 14 * 24] == [21, 28, 35, 42, 49, 56, 63, 70, 77, 84, 90]
    assert list(hours) == sorted(set(hours))


def test_looks_that_were_slept_through_are_not_made_up() -> None:
    slept = NOON + timedelta(days=3, hours=1)
    assert rules.next_scheduled(NOON, NOON) == NOON + timedelta(hours=1)
    assert rules.next_scheduled(NOON, slept) == NOON + timedelta(days=4)
    assert rules.next_scheduled(NOON, NOON + timedelta(days=90)) is None


def _run(*outcomes: str, start: rules.Watching | None = None) -> tuple[list[str], rules.NextStep]:
    watching, events, now = start or rules.Watching(NOON), [], NOON + timedelta(hours=1)
    for outcome in outcomes:
        step = rules.after_look(watching, CheckOutcome(outcome), now, minutes_between_misses=5)
        events.append(step.event)
        watching, now = step.watching, now + timedelta(minutes=5)
    return events, step


@pytest.mark.parametrize(
    ("outcomes", "events"),
    [
        (["missing", "missing", "missing"], ["", "", "gone"]),
        (["missing", "missing", "reachable", "missing", "missing", "missing"], ["", "", "", "", "", "gone"]),
        (["missing", "missing", "unclear", "missing", "missing"], ["", "", "unclear", "", ""]),
        (["missing", "missing", "not_looked", "missing"], ["", "", "", "gone"]),
        (["missing", "missing", "missing", "missing"], ["", "", "gone", ""]),
        (["missing", "missing", "missing", "reachable"], ["", "", "gone", "returned"]),
        (["missing", "missing", "missing", "unclear", "missing"], ["", "", "gone", "", ""]),
        (["unclear", "unclear", "reachable", "unclear"], ["unclear", "", "", "unclear"]),
        (["reachable", "reachable"], ["", ""]),
    ],
)
def test_gone_takes_three_misses_in_a_row(outcomes: list[str], events: list[str]) -> None:
    assert _run(*outcomes)[0] == events


def test_looks_come_every_few_minutes_once_one_missed() -> None:
    step = rules.after_look(
        rules.Watching(NOON), CheckOutcome.MISSING, NOON + timedelta(hours=6), minutes_between_misses=5
    )
    assert step.next_look_at == NOON + timedelta(hours=6, minutes=5)


def test_after_gone_the_watch_goes_on_by_the_schedule() -> None:
    assert _run("missing", "missing", "missing")[1].next_look_at == NOON + timedelta(hours=6)


def test_three_misses_are_finished_even_after_the_last_day() -> None:
    late = NOON + timedelta(days=90)
    step = rules.after_look(rules.Watching(NOON), CheckOutcome.MISSING, late, minutes_between_misses=5)
    assert step.next_look_at == late + timedelta(minutes=5)
    step = rules.after_look(rules.Watching(NOON), CheckOutcome.REACHABLE, late, minutes_between_misses=5)
    assert step.next_look_at is None


def test_what_a_provider_says_is_removed_and_is_not_goes_to_a_person() -> None:
    said = rules.Watching(NOON, said_gone=True)
    assert _run("reachable", "reachable", start=said)[0] == ["unclear", ""]


def test_a_person_who_saw_that_it_is_gone_is_believed_at_once() -> None:
    step = rules.after_look(
        rules.Watching(NOON), CheckOutcome.MISSING, NOON, minutes_between_misses=5, by_person=True
    )
    assert (step.event, step.watching.gone) == ("gone", True)


@pytest.mark.parametrize(
    ("outcome", "event"), [("missing", "gone"), ("unclear", "unclear"), ("reachable", "returned")]
)
def test_who_reports_it_again_is_told_whatever_is_found(outcome: str, event: str) -> None:
    asked = rules.Watching(NOON, misses=3, gone=True, asked=True)
    assert _run(outcome, outcome, start=asked)[0] == [event, ""]


ONE, TWO, THREE = uuid.UUID(int=1), uuid.UUID(int=2), uuid.UUID(int=3)
RECORDS = (
    rules.ProviderRecord(ONE, ("example.org",), ("192.0.2.0/24",)),
    rules.ProviderRecord(TWO, ("files.example.org",), ("192.0.2.128/25", "2001:db8::/32")),
    rules.ProviderRecord(THREE, (), ("192.0.2.129/32",)),
)


@pytest.mark.parametrize(
    ("host", "ip", "matched"),
    [
        ("example.org", "", "example.org"),
        ("a.example.org", "", "example.org"),
        ("a.files.example.org", "", "files.example.org"),
        ("badexample.org", "", None),
        ("other.example.net", "192.0.2.7", "192.0.2.0/24"),
        ("other.example.net", "192.0.2.200", "192.0.2.128/25"),
        ("other.example.net", "192.0.2.129", "192.0.2.129/32"),
        ("other.example.net", "2001:db8::5", "2001:db8::/32"),
        ("other.example.net", "198.51.100.1", None),
        ("example.org", "192.0.2.129", "example.org"),
    ],
)
def test_the_longest_domain_then_the_longest_prefix_names_the_provider(
    host: str, ip: str, matched: str | None
) -> None:
    found = rules.match_provider(host, ip, RECORDS)
    assert (found.matched if found else None) == matched


def _found(ip: str, asn: int | None = None, network: str = "", error: str = "") -> rules.HostingFound:
    return rules.HostingFound("a.example.org", NOON, ip=ip, asn=asn, network=network, error=error)


@pytest.mark.parametrize(
    ("before", "now", "moved"),
    [
        (_found("192.0.2.1", 64500), _found("192.0.2.9", 64500), False),
        (_found("192.0.2.1", 64500), _found("192.0.2.1", 64501), True),
        (_found("192.0.2.1", None, "192.0.2.0/24"), _found("192.0.2.9"), False),
        (_found("192.0.2.1", None, "192.0.2.0/24"), _found("198.51.100.1"), True),
        (_found("192.0.2.1"), _found("192.0.2.1"), False),
        (_found("192.0.2.1"), _found("192.0.2.2"), True),
        (_found("192.0.2.1", 64500), _found("", error="timeout"), False),
        (_found(""), _found("192.0.2.2", 64500), False),
    ],
)
def test_a_host_has_moved_when_another_desk_would_read_the_letter(
    before: rules.HostingFound, now: rules.HostingFound, moved: bool
) -> None:
    assert rules.has_moved(before, now) is moved


@pytest.mark.parametrize("text", ["Abuse@Example.NET", " abuse@example.net "])
def test_an_address_is_one_whatever_its_case(text: str) -> None:
    assert rules.clean_email(text) == "abuse@example.net"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abuse",
        "abuse@localhost",
        "a@example.net, b@example.net",
        "Abuse <abuse@example.net>",
        "abuse@example.net\nBcc: x@example.org",
        "abuse@example.net\r\n",
        "a b@example.net",
        "x" * 250 + "@example.net",
    ],
)
def test_what_is_not_one_plain_address_is_refused(text: str) -> None:
    if text.strip() == "abuse@example.net":
        assert rules.clean_email(text) == "abuse@example.net"
        return
    with pytest.raises(NotAnEmail):
        rules.clean_email(text)


def test_a_link_has_256_bits_and_only_its_digest_can_be_stored() -> None:
    token = rules.link_token(bytes(32), ONE)
    assert len(token) == 43
    assert token == rules.link_token(bytes(32), ONE)
    assert len({token, rules.link_token(bytes(32), TWO), rules.link_token(bytes([1]) * 32, ONE)}) == 3
    assert len(rules.token_digest(token)) == 32
    assert rules.token_digest("\ud800") != rules.token_digest("")


@pytest.mark.parametrize(
    ("language", "country", "languages"),
    [
        ("", "", ("en",)),
        ("", "GE", ("en", "ka")),
        ("ka", "NL", ("en", "ka")),
        ("en", "GE", ("en",)),
        ("fr", "FR", ("en",)),
    ],
)
def test_a_letter_is_in_english_and_in_the_providers_language(
    language: str, country: str, languages: tuple[str, ...]
) -> None:
    assert rules.languages_for(language, country) == languages
