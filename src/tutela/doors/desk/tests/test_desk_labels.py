"""Promises about words: nothing that the rooms can say is shown as a bare code, in no language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.utils import translation

import tutela
from tutela.apps.cases import errors as case_errors
from tutela.apps.cases import rules as case_rules
from tutela.apps.exchange import errors as exchange_errors
from tutela.apps.exchange import rules as exchange_rules
from tutela.apps.hashbank import errors as hashbank_errors
from tutela.apps.notices import errors as notice_errors
from tutela.apps.notices.actions.follow_decisions import KINDS as FOLLOWED
from tutela.core.envelope.errors import EnvelopeRefusal
from tutela.core.kernel.errors import Refusal
from tutela.core.protocol.errors import ProtocolRefusal
from tutela.core.protocol.overlap import OverlapRefusal
from tutela.core.terms import labels as terms
from tutela.core.terms.exchange import PoliceOutcome, ReceiptStep
from tutela.core.terms.marks import HandlingMark
from tutela.core.terms.states import CloseReason, DecisionKind
from tutela.doors.desk import labels, ledger_labels, partner_labels, questions, refusals
from tutela.look import refused

PACKAGE = Path(tutela.__file__).parent
_LINE = re.compile(r'(?:write_line|[._]line)\(\s*"([a-z_]+)"')
_DYNAMIC = {
    "addition_received", "answer_received", "notice_sent", "notice_deferred", "notice_failed",
    "second_factor_added", "second_factor_removed", "hash_source_paused", "hash_source_resumed",
}  # fmt: skip


def _kinds() -> set[str]:
    sources = (path for floor in ("apps", "doors") for path in (PACKAGE / floor).rglob("*.py"))
    return {
        kind
        for path in sources
        if "tests" not in path.parts
        for kind in _LINE.findall(path.read_text(encoding="utf-8"))
    }


def _refusals(base: type[Refusal]) -> Iterator[type[Refusal]]:
    for child in base.__subclasses__():
        yield child
        yield from _refusals(child)


def test_every_kind_of_ledger_line_has_its_words() -> None:
    assert (_kinds() | _DYNAMIC) - set(ledger_labels.LEDGER) == set()


def test_every_refusal_that_a_page_can_meet_has_its_sentence() -> None:
    met = {case_errors.CasesRefusal, notice_errors.NoticesRefusal, hashbank_errors.HashbankRefusal}
    met.add(exchange_errors.ExchangeRefusal)
    codes = {child.code for base in met for child in _refusals(base)}
    never_here = {
        "broken_payload", "link_unknown", "link_expired", "not_an_answer", "text_missing", "text_too_long",
        "too_many_answers", "not_a_source", "overtaken",
        "partner_known", "not_a_partner", "key_unknown", "no_usable_key", "mailbox_full", "stale_directory",
        "handler_failed", "exchange_refused", "directory_says", "keys_differ",
    }  # fmt: skip
    assert codes - set(refusals.SENTENCES) - never_here == set()


def test_every_refusal_of_a_message_has_its_words() -> None:
    never_told = {
        "bad_key", "padding_broken", "lock_broken", "not_canonical", "broken_key_file", "passphrase_needed",
        "wrong_passphrase", "too_costly", "broken_description", "overlap_refused",
    }  # fmt: skip
    codes = {child.code for base in (EnvelopeRefusal, ProtocolRefusal) for child in _refusals(base)}
    assert OverlapRefusal.code in codes
    assert codes - set(refused.REFUSED) - never_told == set()


def test_every_state_of_the_exchange_has_its_words() -> None:
    assert {"active", *partner_labels.STOPPED} == {*exchange_rules.PartnerState}
    assert set(partner_labels.OUTGOING) == {*exchange_rules.OutgoingState}
    assert set(partner_labels.INCOMING) == {*exchange_rules.IncomingState}
    assert set(partner_labels.OVERLAP_STATES) == {*exchange_rules.OverlapState}
    assert set(partner_labels.KNOWN_BY) == {*exchange_rules.KeySource, "nobody"}
    assert set(partner_labels.STEPS) == {*ReceiptStep}
    assert set(partner_labels.MARKS) == {*HandlingMark}
    assert set(partner_labels.OUTCOME_TONES) == {*PoliceOutcome}


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("Notice", labels.NOTICE_STATES),
        ("NoticeItem", labels.NOTICE_ITEM_STATES),
        ("Contact", labels.CONTACT_STATES),
    ],
)
def test_every_state_of_the_notices_has_its_words(table: str, words: dict[str, object]) -> None:
    choices = apps.get_model("notices", table)._meta.get_field("state").choices
    assert choices
    assert {code for code, _ in choices} <= set(words)


def test_every_reason_why_an_item_is_not_in_a_letter_has_its_words() -> None:
    why = {
        *(set(FOLLOWED) - {"item_seen_again"}),
        *("decided_otherwise", "withdrawn_while_sending", "host_moved", "sent_again", "contact_refused"),
        *("contact_bounced", "no_contact", "no_hosting"),
        *("nxdomain", "no_address", "timeout", "dns_error", "private_address", "onion", "no_host"),
    }
    assert why == set(labels.LOOKUP_ERRORS)


def test_a_look_by_hand_has_its_words() -> None:
    assert "by_hand" in labels.LOOK_DETAILS


def test_every_reason_of_the_queue_has_its_chip_in_the_order_of_weight() -> None:
    assert tuple(labels.REASONS) == (*case_rules.CLASS_REASONS, case_rules.RECOGNISED, "age_days")


def test_no_question_takes_the_key_that_saves_and_no_two_share_one() -> None:
    keys = [one.key for one in questions.of_assessment({})]
    decision = [one.key for one in questions.of_decision([*DecisionKind], [*CloseReason], {})]
    assert questions.SAVE_KEY not in keys + decision
    assert len(keys) == len(set(keys))
    assert all(key.isalpha() for key in keys)


def test_every_value_of_an_assessment_has_its_own_digit() -> None:
    for one in questions.of_assessment({}):
        digits = [value.key for value in one.values]
        assert all(len(key) == 1 and key.isdigit() for key in digits), one.name
        assert len(digits) == len(set(digits)), one.name


def test_words_of_codes_are_georgian_on_a_georgian_page() -> None:
    with translation.override("ka"):
        assert labels.term("item_state", "waiting") == terms.label("item_state", "waiting", "ka")
        english = {str(words) for words in ledger_labels.LEDGER.values()}
    with translation.override("en"):
        assert english.isdisjoint({str(words) for words in ledger_labels.LEDGER.values()})
