"""Promises about forgetting: what the cases forget, the notices forget too."""

from __future__ import annotations

from datetime import timedelta

from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.apps.notices import actions as notices
from tutela.apps.notices import queries
from tutela.apps.notices.models import Hosting
from tutela.core.kernel import clock
from tutela.testing.notifying import Story


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
