"""Promises about what changes before a letter leaves: what moved, what was undone, what is in one already."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.apps.notices import actions as notices
from tutela.apps.notices import errors, queries, rules
from tutela.apps.notices.models import NoticeItem
from tutela.core.kernel import clock
from tutela.testing.notifying import Story

A, B = "https://files.example.org/item/1", "https://files.example.org/item/2"


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
    assert "notice_item_moved" in story.kinds(moves)
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
    assert story.state(item) == ("withdrawn", "decision_undone")
    story.clock.shift(timedelta(hours=1))
    notice = story.taken()
    assert notice is not None
    assert [entry.item_id for entry in notice.items] == [other]
    story.notify(item)
    notices.follow_decisions()
    assert story.state(item)[0] == "included"


def test_a_decision_undone_in_the_last_second_is_seen_at_the_claim(story: Story) -> None:
    story.node(desk={"notice_bundle_minutes": 0})
    story.provider()
    item = story.decided()
    notices.follow_decisions()
    story.hosted(item)
    cases.undo_decision(by=story.person("analyst"), item_id=item)
    assert story.taken() is None
    assert story.state(item) == ("withdrawn", "decided_otherwise")
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
    assert story.state(item) == ("withdrawn", "withdrawn_while_sending")
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
