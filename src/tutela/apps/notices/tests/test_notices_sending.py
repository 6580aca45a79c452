"""Promises from the decision to the accepted letter."""

from __future__ import annotations

import base64
import hashlib
import uuid
from datetime import UTC, datetime, time, timedelta

import pytest

from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.apps.ledger import queries as ledger_queries
from tutela.apps.notices import actions as notices
from tutela.apps.notices import errors, queries, rules
from tutela.apps.notices.models import Contact, Delivery, Hosting, Notice, NoticeItem
from tutela.core.kernel import clock
from tutela.core.kernel.errors import NotPermitted
from tutela.testing.notifying import Story

A, B = "https://files.example.org/item/1", "https://files.example.org/item/2"


def _state(item_id: uuid.UUID) -> tuple[str, str]:
    newest = queries.notices_of(item_id)[0]
    return newest.state, newest.reason


def _onion(key: bytes) -> str:
    """Return the v3 onion name of a public key (Tor rend-spec-v3, section 6)."""
    check = hashlib.sha3_256(b".onion checksum" + key + b"\x03").digest()[:2]
    return base64.b32encode(key + check + b"\x03").decode().lower() + ".onion"


def _kinds(about: uuid.UUID) -> list[str]:
    return [line.kind for line in ledger_queries.lines_about(about)]


def test_an_item_waits_while_nobody_knows_its_host(story: Story) -> None:
    item = story.decided()
    assert notices.follow_decisions() > 0
    assert _state(item) == ("waiting_host", "no_hosting")
    assert [due.host for due in queries.lookups_due(clock.now())] == ["files.example.org"]
    assert case_queries.item(item).state == "deciding"


def test_a_lookup_that_failed_comes_back_after_a_quarter_of_an_hour(story: Story) -> None:
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item, ip="", asn=None, network="", abuse_emails=(), error="timeout", country="")
    assert _state(item) == ("waiting_host", "timeout")
    assert queries.lookups_due(clock.now()) == []
    story.clock.shift(timedelta(minutes=15))
    assert len(queries.lookups_due(clock.now())) == 1


def test_an_unapproved_contact_holds_the_notice_until_a_person_approves_it(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    assert story.taken() is None
    [waiting] = queries.contacts_waiting()
    assert (waiting.contact.email, waiting.contact.source, waiting.items) == (
        "abuse@hosting.example.net",
        "rdap",
        1,
    )
    assert waiting.contact.proof[0]["detail"] == "ripe"
    assert queries.outbox_state().waiting_contact == 1
    assert notices.approve_contact(by=story.person("coordinator"), contact_id=waiting.contact.id) == 1
    notice = story.taken()
    assert notice is not None
    assert notice.email == "abuse@hosting.example.net"
    assert queries.contacts_waiting() == []


@pytest.mark.parametrize("who", ["analyst", "welfare_lead"])
def test_only_who_may_approves_a_contact_or_keeps_a_provider(story: Story, who: str) -> None:
    contact = notices.propose_contact(email="abuse@example.net", source="rdap")
    with pytest.raises(NotPermitted):
        notices.approve_contact(by=story.person(who), contact_id=contact)
    with pytest.raises(NotPermitted):
        notices.refuse_contact(by=story.person(who), contact_id=contact)
    with pytest.raises(NotPermitted):
        notices.save_provider(by=story.person(who), name="X", emails=("a@example.org",))


def test_a_refused_contact_is_never_written_to_nor_proposed_again(story: Story) -> None:
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    [waiting] = queries.contacts_waiting()
    notices.refuse_contact(by=story.person("coordinator"), contact_id=waiting.contact.id)
    assert _state(item) == ("waiting_contact", "no_contact")
    story.hosted(item)
    assert queries.contacts_waiting() == []
    assert _state(item) == ("waiting_contact", "no_contact")
    assert Notice.objects.get().state == "withdrawn"


def test_a_person_can_name_the_contact_where_no_registry_does(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item, abuse_emails=("not an address",))
    assert [entry.item_id for entry in queries.items_without_contact()] == [item]
    notices.name_contact(by=story.person("coordinator"), item_id=item, email="Abuse@Example.net")
    notice = story.taken()
    assert notice is not None
    assert notice.email == "abuse@example.net"
    assert notice.items[0].ip == "192.0.2.20"


def test_an_onion_address_is_not_looked_up_and_waits_for_a_named_contact(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    host = _onion(bytes(32))
    item = story.decided(f"http://{host}/item/1")
    notices.follow_decisions()
    nothing = {"ip": "", "asn": None, "network": "", "country": "", "abuse_emails": ()}
    story.hosted(item, host=host, error="onion", **nothing)
    assert _state(item) == ("waiting_contact", "onion")
    story.clock.shift(timedelta(hours=1))
    assert queries.lookups_due(clock.now()) == []
    notices.name_contact(by=story.person("coordinator"), item_id=item, email="abuse@example.net")
    assert story.taken() is not None


def test_our_own_verified_record_comes_before_the_registry(story: Story) -> None:
    story.provider()
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    seen = queries.hosting_of(item)
    assert seen is not None and seen.contact is not None
    assert (seen.contact.email, seen.contact.usable, seen.provider_name) == (
        "abuse@example.org",
        True,
        "Example Hosting",
    )
    assert {"fact": "ip", "source": "dns", "detail": "", "at": clock.to_text(clock.now())} in seen.sources
    assert {entry["source"] for entry in seen.sources} == {"dns", "rdap", "provider_record"}


def test_a_provider_record_saved_later_releases_what_waits(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    assert story.taken() is None
    story.provider()
    notice = story.taken()
    assert notice is not None
    assert notice.email == "abuse@example.org"
    assert sorted(Notice.objects.values_list("state", flat=True)) == ["sending", "withdrawn"]


def test_one_letter_a_contact_carries_many_items_when_the_hour_is_over(story: Story) -> None:
    story.provider()
    first = story.decided(A)
    notices.follow_decisions()
    story.hosted(first)
    story.clock.shift(timedelta(minutes=30))
    second = story.decided(B)
    notices.follow_decisions()
    story.hosted(second)
    assert story.taken() is None
    story.clock.shift(timedelta(minutes=30))
    notice = story.taken()
    assert notice is not None
    assert [item.item_id for item in notice.items] == [first, second]
    assert notice.reference == "TUT-2026-000001"
    assert story.taken() is None


def test_a_notice_waits_for_the_working_hours_of_its_reader(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    story.provider(time_zone="Asia/Tbilisi", quiet_from=time(18), quiet_to=time(9), working_days_only=True)
    story.clock.move_to(datetime(2026, 3, 6, 15, 0, tzinfo=UTC))  # Friday evening there
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    assert story.taken() is None
    monday = datetime(2026, 3, 9, 5, 0, tzinfo=UTC)
    assert queries.outbox_state().next_due_at == monday
    story.clock.move_to(monday)
    assert story.taken() is not None


def test_a_retry_that_falls_into_the_night_waits_for_the_morning(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    story.provider(time_zone="UTC", quiet_from=time(18), quiet_to=time(9))
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    story.clock.move_to(datetime(2026, 3, 4, 17, 59, 30, tzinfo=UTC))
    notice = story.taken()
    assert story.delivered(notice, None, "connect") is rules.Outcome.RETRY
    story.clock.shift(timedelta(minutes=1))
    assert story.taken() is None
    story.clock.move_to(datetime(2026, 3, 5, 9, 0, tzinfo=UTC))
    assert story.taken() is not None


def test_an_accepted_letter_is_told_to_the_case_and_starts_the_watch(story: Story) -> None:
    story.provider()
    notice = story.sent()
    item = notice.items[0].item_id
    assert case_queries.item(item).state == "noticed"
    assert _state(item) == ("sent", "")
    watch = queries.watch_of(item)
    assert watch is not None
    assert watch.next_look_at == clock.now() + timedelta(hours=1)
    seen = queries.notice(notice.notice_id)
    assert seen is not None
    assert seen.expires_at == clock.now() + timedelta(days=30)
    assert "notice_sent" in _kinds(notice.notice_id)
    assert ledger_queries.verify().holds


def test_two_workers_never_claim_the_same_notice(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    story.provider()
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    assert story.taken() is not None
    assert story.taken() is None


def test_a_worker_killed_after_the_claim_leaves_a_letter_that_is_sent_again_as_the_same(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    story.provider()
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    first = story.taken()
    story.clock.shift(timedelta(minutes=11))
    second = story.taken()
    assert first is not None and second is not None
    assert (second.message_id, second.token, second.reference) == (
        first.message_id,
        first.token,
        first.reference,
    )
    assert (first.attempt, second.attempt) == (1, 2)
    assert queries.notice_by_token(first.token) is not None


def test_a_case_that_a_killed_worker_did_not_tell_is_told_on_the_next_round(story: Story) -> None:
    story.provider()
    notice = story.sent()
    NoticeItem.objects.update(case_told=False)
    assert notices.tell_cases() == 1
    assert notices.tell_cases() == 0
    assert case_queries.item(notice.items[0].item_id).state == "noticed"


def test_a_busy_server_is_tried_again_until_a_day_is_over(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    story.provider()
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    outcomes = []
    while (notice := story.taken()) is not None:
        outcomes.append(story.delivered(notice, 451, "data"))
        seen = queries.notice(notice.notice_id)
        assert seen is not None
        story.clock.move_to(max(seen.due_at, clock.now()))
    assert outcomes[:2] == [rules.Outcome.RETRY, rules.Outcome.RETRY]
    assert outcomes[-1] is rules.Outcome.GAVE_UP
    assert 20 < len(outcomes) < 30
    assert queries.outbox_state().failed == 1
    [line] = queries.outbox(states=("failed",))
    assert (line.last_outcome, line.last_code) == ("gave_up", 451)
    assert Contact.objects.get().bounced_at is None
    assert case_queries.item(item).state == "deciding"


def test_a_final_refusal_fails_the_notice_and_marks_the_contact(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    story.provider()
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    assert story.delivered(story.taken(), 550, "recipient") is rules.Outcome.FAILED
    [waiting] = queries.contacts_waiting()
    assert waiting.contact.bounced_at == clock.now()
    assert waiting.items == 1
    other = story.decided(B)
    notices.follow_decisions()
    story.hosted(other, abuse_emails=())
    assert _state(other) == ("waiting_contact", "contact_bounced")
    assert story.taken() is None
    # Approved once more, everything that waited goes out in a new notice.
    assert notices.approve_contact(by=story.person("coordinator"), contact_id=waiting.contact.id) == 1
    again = story.taken()
    assert again is not None
    assert {entry.item_id for entry in again.items} == {item, other}
    assert again.reference != queries.notices_of(item)[1].reference


def test_a_failed_notice_begins_again_with_whatever_contact_is_known_now(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    provider = story.provider()
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    failed = story.taken()
    story.delivered(failed, 550, "recipient")
    story.provider(provider_id=provider, emails=("new@example.org",))
    again = story.taken()
    assert again is not None
    assert again.email == "new@example.org"
    with pytest.raises(errors.NotSendable):
        notices.send_again(by=story.person("analyst"), notice_id=failed.notice_id)


def test_send_again_takes_up_a_notice_that_was_given_up(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    story.provider()
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    notice = story.taken()
    Notice.objects.update(first_try_at=clock.now() - timedelta(days=2))
    assert story.delivered(notice, 451, "data") is rules.Outcome.GAVE_UP
    notices.send_again(by=story.person("analyst"), notice_id=notice.notice_id)
    again = story.taken()
    assert again is not None
    assert again.notice_id != notice.notice_id
    with pytest.raises(errors.NoticeUnknown):
        notices.send_again(by=story.person("analyst"), notice_id=uuid.uuid4())


def test_a_letter_that_came_back_is_shown_and_its_contact_stopped(story: Story) -> None:
    story.provider()
    notice = story.sent()
    notices.record_bounce(notice_id=notice.notice_id, by=story.person("analyst"))
    assert queries.outbox_state().failed == 1
    assert Contact.objects.get(email="abuse@example.org").bounced_at == clock.now()
    assert _state(notice.items[0].item_id)[0] == "included"
    with pytest.raises(errors.NotSendable):
        notices.record_bounce(notice_id=notice.notice_id, by=story.person("analyst"))


def test_recording_the_same_success_twice_changes_nothing(story: Story) -> None:
    story.provider()
    notice = story.sent()
    before = queries.watch_of(notice.items[0].item_id)
    story.clock.shift(timedelta(minutes=1))
    story.delivered(notice)
    assert queries.watch_of(notice.items[0].item_id) == before
    assert Delivery.objects.count() == 2
    assert _kinds(notice.notice_id).count("notice_sent") == 1


def test_what_moved_just_before_is_taken_out_shown_and_begins_again(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    story.provider()
    stays, moves = story.decided(A), story.decided(B)
    notices.follow_decisions()
    story.hosted(stays)
    story.hosted(moves)
    notice = story.taken()
    elsewhere = story.found(asn=64501, ip="198.51.100.7", network="198.51.100.0/24", country="GE")
    assert all(rules.has_moved(item, elsewhere) for item in notice.items)
    notices.record_hosting(item_id=moves, found=elsewhere)
    left = notices.drop_moved(notice_id=notice.notice_id, item_ids=[moves])
    assert left is not None
    assert [item.item_id for item in left.items] == [stays]
    [moved] = queries.items_moved()
    assert (moved.item_id, moved.ip, moved.reference) == (moves, "192.0.2.20", notice.reference)
    newest = queries.notices_of(moves)[0]
    assert (newest.state, newest.ip) == ("included", "198.51.100.7")
    assert "notice_item_moved" in _kinds(moves)
    story.delivered(left)
    assert case_queries.item(moves).state == "deciding"
    assert case_queries.item(stays).state == "noticed"


def test_a_letter_from_which_everything_moved_does_not_leave(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    story.provider()
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    notice = story.taken()
    notices.record_hosting(item_id=item, found=story.found(asn=64501, ip="198.51.100.7"))
    assert notices.drop_moved(notice_id=notice.notice_id, item_ids=[item]) is None
    assert queries.outbox_state().withdrawn == 1
    with pytest.raises(errors.NotSendable):
        notices.drop_moved(notice_id=notice.notice_id, item_ids=[item])


def test_an_item_that_moves_while_it_waits_changes_letters(story: Story) -> None:
    story.provider()
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    story.hosted(item, asn=64501, ip="198.51.100.7", network="198.51.100.0/24")
    assert [(seen.state, seen.ip) for seen in queries.notices_of(item)] == [
        ("included", "198.51.100.7"),
        ("moved", "192.0.2.20"),
    ]


def test_the_newest_lookup_of_a_host_that_stayed_stands_in_the_letter(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    story.provider()
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    notice = story.taken()
    story.clock.shift(timedelta(seconds=30))
    notices.record_hosting(item_id=item, found=story.found(ip="192.0.2.21"))
    left = notices.drop_moved(notice_id=notice.notice_id, item_ids=[])
    assert left is not None
    assert (left.items[0].ip, left.items[0].resolved_at) == ("192.0.2.21", clock.now())


def test_an_undone_decision_takes_the_item_out_before_it_leaves(story: Story) -> None:
    story.provider()
    item, other = story.decided(A), story.decided(B)
    notices.follow_decisions()
    story.hosted(item)
    story.hosted(other)
    cases.undo_decision(by=story.person("analyst"), item_id=item)
    notices.follow_decisions()
    assert _state(item) == ("withdrawn", "decision_undone")
    story.clock.shift(timedelta(hours=1))
    notice = story.taken()
    assert notice is not None
    assert [entry.item_id for entry in notice.items] == [other]
    story.notify(item)
    notices.follow_decisions()
    assert _state(item)[0] == "included"


def test_a_decision_undone_in_the_last_second_is_seen_at_the_claim(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    story.provider()
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    cases.undo_decision(by=story.person("analyst"), item_id=item)
    assert story.taken() is None
    assert _state(item) == ("withdrawn", "decided_otherwise")
    assert queries.outbox_state().withdrawn == 1


def test_a_decision_undone_while_its_letter_is_on_the_wire_is_shown_as_such(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    story.provider()
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    notice = story.taken()
    cases.undo_decision(by=story.person("analyst"), item_id=item)
    notices.follow_decisions()
    assert _state(item) == ("withdrawn", "withdrawn_while_sending")
    story.delivered(notice)
    assert case_queries.item(item).state == "deciding"
    assert queries.watch_of(item) is None


def test_following_twice_prepares_an_item_once(story: Story) -> None:
    story.decided()
    assert notices.follow_decisions() > 0
    assert notices.follow_decisions() == 0
    assert NoticeItem.objects.count() == 1


def test_the_case_learns_the_country_of_its_host(story: Story) -> None:
    item = story.decided()
    story.hosted(item, country="GE")
    seen = case_queries.item(item)
    assert (seen.hosting_country, seen.hosted_here) == ("GE", True)


def test_a_full_letter_leaves_and_the_next_item_opens_another(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_ITEMS", 2)
    story.provider()
    for number in range(3):
        item = story.decided(f"https://files.example.org/item/{number}")
        notices.follow_decisions()
        story.hosted(item)
    notice = story.taken()
    assert notice is not None
    assert len(notice.items) == 2
    assert queries.outbox_state().draft == 1


def test_an_account_is_written_about_to_the_service_that_hosts_it(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    story.provider()
    item = story.report(service="social.example.org", account="@somebody")
    story.assess(item)
    story.notify(item)
    notices.follow_decisions()
    story.hosted(item, host="social.example.org")
    notice = story.taken()
    assert notice is not None
    assert (notice.items[0].kind, notice.items[0].address) == (
        "account",
        "somebody @ social.example.org",
    )


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"emails": ("no address",)}, errors.NotAnEmail),
        ({"domains": ("not a domain",)}, errors.NotADomain),
        ({"domains": ("com",)}, errors.NotADomain),
        ({"networks": ("192.0.2.0/33",)}, errors.NotANetwork),
        ({"networks": ("0.0.0.0/0",)}, errors.NotANetwork),
        ({"time_zone": "Asia/Nowhere"}, errors.NotATimeZone),
        ({"time_zone": "../../etc/passwd"}, errors.NotATimeZone),
        ({"country": "Georgia"}, errors.NotACountry),
        ({"quiet_from": time(18)}, errors.NotQuietHours),
        ({"quiet_from": time(18), "quiet_to": time(18)}, errors.NotQuietHours),
        ({"provider_id": uuid.UUID(int=9)}, errors.ProviderUnknown),
    ],
)
def test_a_provider_record_with_a_mistake_is_refused_whole(
    story: Story, changes: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        story.provider(**changes)
    assert queries.providers() == []
    assert Contact.objects.count() == 0


def test_a_provider_record_keeps_what_was_typed_in_one_form(story: Story) -> None:
    story.provider(domains=("Example.ORG.", "münchen.example"), networks=("192.0.2.77/24", "2001:db8::/32"))
    [seen] = queries.providers()
    assert seen.domains == ("example.org", "xn--mnchen-3ya.example")
    assert seen.networks == ("192.0.2.0/24", "2001:db8::/32")
    assert seen.emails == ("abuse@example.org",)


def test_what_the_cases_forget_the_notices_forget_too(story: Story) -> None:
    story.provider()
    notice = story.sent()
    item = notice.items[0].item_id
    notices.answer_notice(token=notice.token, kind="objection", text="Words of the provider.")
    cases.record_gone(item_id=item)
    story.clock.shift(timedelta(days=400))
    before = clock.now() - timedelta(days=365)
    assert notices.forget_notices(before=before) == 0
    cases.forget_closed(before=before)
    assert notices.forget_notices(before=before) == 1
    assert notices.forget_notices(before=before) == 0
    [seen] = queries.notices_of(item)
    assert (seen.address, seen.host, seen.ip, seen.reference) == ("", "", "", notice.reference)
    [answer] = queries.answers_of(notice.notice_id)
    assert (answer.kind, answer.has_text) == ("objection", False)
    watch = queries.watch_of(item)
    assert watch is not None
    assert (watch.address, watch.active) == ("", False)


def test_where_a_host_stood_is_forgotten_though_no_letter_was_written(story: Story) -> None:
    item = story.report(places="https://files.example.org/item/42")
    story.hosted(item)
    case = case_queries.item(item)
    cases.decide_item(
        by=story.person("analyst"), item_id=item, kind="close", reason="outside_scope", version=case.version
    )
    story.clock.shift(timedelta(days=400))
    before = clock.now() - timedelta(days=365)
    assert notices.forget_notices(before=before) == 0
    cases.forget_closed(before=before)
    assert notices.forget_notices(before=before) == 1
    assert notices.forget_notices(before=before) == 0
    [row] = Hosting.objects.filter(item_id=item)
    assert (row.host, row.ip, row.source, row.country) == ("", None, [], "NL")
