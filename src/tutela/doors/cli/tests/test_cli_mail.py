"""Promises of ``tutela mail returned``: a mail server's report fails the notice, and nothing else does."""

from __future__ import annotations

from email.message import EmailMessage, Message
from pathlib import Path

import pytest
from django.db import OperationalError
from typer.testing import CliRunner

from tutela.apps.notices import actions as notices
from tutela.apps.notices import letter, queries, rules
from tutela.doors.cli import mail
from tutela.testing.notifying import Story

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice(story: Story, monkeypatch: pytest.MonkeyPatch) -> rules.NoticeToSend:
    monkeypatch.setattr(mail, "load_node", lambda home: None)
    made: rules.NoticeToSend = story.sent_to_provider()
    return made


def report_of(notice: rules.NoticeToSend, action: str = "failed") -> bytes:
    """Return what a mail server writes when it could not deliver the letter."""
    report = EmailMessage()
    report["Subject"] = "Undelivered Mail Returned to Sender"
    report.set_content("This is the mail system.")
    report.make_mixed()
    status = Message()
    status["Content-Type"] = "message/delivery-status"
    group = Message()
    group["Final-Recipient"], group["Action"] = f"rfc822; {notice.email}", action
    status.attach(group)
    report.attach(status)  # type: ignore[arg-type]
    report.add_attachment(letter.compose(notice))
    return bytes(report).replace(b"multipart/mixed", b"multipart/report; report-type=delivery-status", 1)


def returned(data: bytes = b"", *files: Path) -> tuple[int, str]:
    done = CliRunner().invoke(mail.app, ["returned", *map(str, files)], input=data)
    return done.exit_code, done.output


def test_a_letter_that_came_back_fails_its_notice_once(notice: rules.NoticeToSend, tmp_path: Path) -> None:
    saved = tmp_path / "mail"
    saved.write_bytes(report_of(notice))
    assert returned(report_of(notice)) == (
        0,
        "standard input: a notice came back; its contact waits for a person\n",
    )
    assert queries.outbox_state().failed == 1
    assert returned(b"", saved, saved) == (0, f"{saved}: known already\n" * 2)


def test_what_is_not_about_a_notice_is_left_alone_and_no_mail_is_written_about_it(
    notice: rules.NoticeToSend,
) -> None:
    for data in (b"", b"Subject: Hello\n\nHello\n", report_of(notice, "delayed"), b"x" * 5_000_000):
        code, said = returned(data)
        assert code == 0
        assert "left alone" in said
    other = report_of(notice).replace(notice.notice_id.hex.encode(), b"0" * 32)
    assert "no notice of this node" in returned(other)[1]
    assert queries.outbox_state().failed == 0


def test_a_mail_server_is_asked_to_try_again_when_the_database_is_away(
    notice: rules.NoticeToSend, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(notices, "record_bounce", away)
    code, said = returned(report_of(notice))
    assert code == 75
    assert "gone" not in said
