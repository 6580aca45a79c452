"""Promises of the reader of mail that came back: it names letters that failed for good, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.formats import returned
from tutela.formats.errors import CannotRead

LETTER = "<notice.01a2078a6d5974e8ab65c3bfdd000000@hotline.example.org>"

REPORT = """From: MAILER-DAEMON@mx.example.net
To: notices@hotline.example.org
Subject: Undelivered Mail Returned to Sender
Message-ID: <1234@mx.example.net>
MIME-Version: 1.0
Content-Type: {report}; boundary="edge"

--edge
Content-Type: text/plain

This is the mail system at host mx.example.net. Action: failed

--edge
Content-Type: {status}

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; abuse@example.net
Action: {action}
Status: 5.1.1

--edge
Content-Type: {held}

{letter}
--edge--
"""
HEADERS = f"From: notices@hotline.example.org\nMessage-ID: {LETTER}\nSubject: TUT-2026-000123\n"


def report(**given: str) -> bytes:
    usual = {
        "report": "multipart/report; report-type=delivery-status",
        "status": "message/delivery-status",
        "action": "failed",
        "held": "message/rfc822",
        "letter": HEADERS + "\nBody\n",
    }
    return REPORT.format(**usual | given).encode()


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"held": "text/rfc822-headers", "letter": HEADERS},
        {"action": "Failed (bad destination mailbox)"},
        {"status": "message/global-delivery-status", "held": "message/global-headers", "letter": HEADERS},
        {"letter": HEADERS.replace("Message-ID: ", "MESSAGE-ID:\n ") + "\nBody\n"},
    ],
    ids=["whole", "headers", "comment", "beyond ascii", "folded"],
)
def test_a_letter_that_failed_is_named(given: dict[str, str]) -> None:
    assert returned.failed(report(**given)) == (LETTER,)
    assert returned.failed(report(**given).replace(b"\n", b"\r\n")) == (LETTER,)


@pytest.mark.parametrize("action", ["delayed", "relayed", "delivered", "expanded", "", "not failed"])
def test_a_letter_that_may_still_arrive_is_not(action: str) -> None:
    assert returned.failed(report(action=action)) == ()


def test_what_only_talks_of_a_letter_is_no_report() -> None:
    assert returned.failed(report(report="multipart/mixed")) == ()
    assert returned.failed(report(status="text/plain")) == ()
    assert returned.failed(f"Subject: Re: yours\nIn-Reply-To: {LETTER}\n\nAction: failed\n".encode()) == ()


def test_what_is_no_mail_or_too_much_is_refused_by_name() -> None:
    for data, reason in ((b"", "not_a_message"), (b"\0\xff" * 9, "not_a_message")):
        with pytest.raises(CannotRead) as refused:
            returned.failed(data)
        assert refused.value.reason == reason
    with pytest.raises(CannotRead) as refused:
        returned.failed(report() + b" " * returned.MOST_BYTES)
    assert refused.value.reason == "too_large"


@given(st.binary(max_size=400), st.integers(0, len(report())), st.integers(0, 200))
def test_no_bytes_break_the_reader(noise: bytes, at: int, cut: int) -> None:
    whole = report()
    try:
        found = returned.failed(whole[:at] + noise + whole[at + cut :])
    except CannotRead:
        return
    assert all(isinstance(one, str) for one in found)
