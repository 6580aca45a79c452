"""When a letter may leave, when it is tried again, and what an answer of a mail server means, as tables."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.apps.notices import rules

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
"""A Wednesday."""
TBILISI = rules.Hours("Asia/Tbilisi", time(20), time(8), working_days_only=True)


@pytest.mark.parametrize(
    ("moment", "hours", "expected"),
    [
        (NOON, rules.ANY_TIME, NOON),
        (NOON, TBILISI, NOON),
        # 18:00 UTC is 22:00 in Tbilisi: until 8:00 the next morning, which is 4:00 UTC.
        (datetime(2026, 3, 4, 18, tzinfo=UTC), TBILISI, datetime(2026, 3, 5, 4, tzinfo=UTC)),
        # Friday night there: until Monday morning.
        (datetime(2026, 3, 6, 18, tzinfo=UTC), TBILISI, datetime(2026, 3, 9, 4, tzinfo=UTC)),
        # Friday 21:00 UTC is Saturday 01:00 there.
        (datetime(2026, 3, 6, 21, tzinfo=UTC), TBILISI, datetime(2026, 3, 9, 4, tzinfo=UTC)),
        (
            datetime(2026, 3, 7, 12, tzinfo=UTC),
            rules.Hours(working_days_only=True),
            datetime(2026, 3, 9, tzinfo=UTC),
        ),
        (
            datetime(2026, 3, 4, 12, tzinfo=UTC),
            rules.Hours("UTC", time(9), time(17)),
            datetime(2026, 3, 4, 17, tzinfo=UTC),
        ),
        (NOON, rules.Hours("UTC", time(9), time(9)), NOON),
    ],
)
def test_a_letter_waits_for_the_morning_of_its_reader(
    moment: datetime, hours: rules.Hours, expected: datetime
) -> None:
    assert rules.next_allowed(moment, hours) == expected


def test_the_night_of_a_clock_change_ends_when_the_local_clock_says_so() -> None:
    berlin = rules.Hours("Europe/Berlin", time(22), time(7))
    # 28 March 2026, 23:00 in Berlin (UTC+1); on the 29th clocks go forward, so 7:00 is 5:00 UTC.
    assert rules.next_allowed(datetime(2026, 3, 28, 22, tzinfo=UTC), berlin) == datetime(
        2026, 3, 29, 5, tzinfo=UTC
    )


@given(
    moment=st.integers(0, 366 * 24 * 60).map(lambda minutes: NOON + timedelta(minutes=minutes)),
    zone=st.sampled_from(["UTC", "Asia/Tbilisi", "America/New_York", "Pacific/Chatham", "Europe/Berlin"]),
    quiet=st.tuples(st.integers(0, 23), st.integers(0, 23)),
    working_days_only=st.booleans(),
)
def test_the_next_allowed_moment_is_allowed_and_never_before(
    moment: datetime, zone: str, quiet: tuple[int, int], working_days_only: bool
) -> None:
    hours = rules.Hours(zone, time(quiet[0]), time(quiet[1]), working_days_only)
    found = rules.next_allowed(moment, hours)
    assert found >= moment
    assert rules.is_allowed(found, hours)
    assert found - moment <= timedelta(days=5)
    assert found.astimezone(ZoneInfo(zone)).tzinfo is not None


def test_a_notice_is_due_when_its_first_item_has_waited_and_the_reader_is_awake() -> None:
    assert rules.due_at(NOON, 60, rules.ANY_TIME) == NOON + timedelta(hours=1)
    assert rules.due_at(NOON, 0, rules.ANY_TIME) == NOON
    evening = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
    assert rules.due_at(evening, 60, TBILISI) == datetime(2026, 3, 5, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "stage", "outcome"),
    [
        (250, "done", "sent"),
        (None, "connect", "retry"),
        (421, "connect", "retry"),
        (554, "connect", "retry"),
        (535, "login", "retry"),
        (550, "sender", "retry"),
        (450, "recipient", "retry"),
        (550, "recipient", "failed"),
        (451, "data", "retry"),
        (552, "data", "failed"),
    ],
)
def test_only_a_final_no_about_recipient_or_letter_fails_a_notice(
    code: int | None, stage: str, outcome: str
) -> None:
    assert rules.judge(code, stage=stage).outcome is rules.Outcome(outcome)


def test_tries_come_back_after_one_five_fifteen_sixty_minutes_then_hourly_for_a_day() -> None:
    waits, now, attempt = [], NOON, 1
    while (again := rules.next_try(attempt, NOON, now, 0.0)) is not None:
        waits.append(int((again - now).total_seconds() // 60))
        now, attempt = again, attempt + 1
    assert waits[:6] == [1, 5, 15, 60, 60, 60]
    assert now - NOON <= timedelta(hours=24) < now + timedelta(hours=1) - NOON


def test_jitter_stretches_a_wait_and_never_shortens_it() -> None:
    plain, most = rules.next_try(2, NOON, NOON, 0.0), rules.next_try(2, NOON, NOON, 1.0)
    assert plain == NOON + timedelta(minutes=5)
    assert most == NOON + timedelta(minutes=6)
