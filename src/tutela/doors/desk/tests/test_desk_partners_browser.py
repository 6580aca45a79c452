"""Promises about the pages of partners that only a real browser can keep."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tutela.apps.cases import queries as case_queries
from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange import queries as exchange_queries
from tutela.apps.exchange.models import Partner
from tutela.core.kernel import clock, ids
from tutela.core.terms.exchange import HandlingCode, SourceGrade
from tutela.testing import stories
from tutela.testing.browser import COLOURS, RULES, Visit, what_is_wrong
from tutela.testing.partners import PartnerInMemory, deliver, hear, keyring_in, our_key

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _paths(desk: stories.Desk, folder: Path) -> list[str]:
    ring = keyring_in(folder)
    dutch = PartnerInMemory("meldpunt.example.net", our_key()).join(organisation="Meldpunt Voorbeeld")
    now = clock.now()
    handed, fresh = stories.item("https://files.example.org/gallery/7"), stories.item()
    for item_id in (handed, fresh):
        stories.hosted(item_id, country="NL")
        stories.settle(item_id, desk.analyst, desk.second_analyst)
    version = case_queries.item(handed).version
    done = exchange.hand_over(
        by=desk.second_analyst.actor, items=[(handed, version)], partner=dutch.name, note="Hosted with you."
    )
    (said,) = deliver(dutch, ring)
    talk = said.header.conversation
    at = clock.to_text(now)
    receipt = {"digest": said.digest.hex(), "id": str(said.header.id), "step": "acted", "at": at}
    told = {"ref": str(handed), "state": "noticed", "at": at}
    update = {"items": [told], "note": "The provider was told."}
    hear(
        ring,
        dutch.write("receipt", {"receipts": [receipt]}),
        dutch.write("handover_update", update, conversation=talk),
        dutch.write("question", {"text": "Which page of https://files.example.org/?"}, conversation=talk),
        dutch.write("question", {"text": 5}, conversation=ids.new_id()),
    )
    exchange.agree_overlap(partner=dutch.name)
    (compared,) = exchange.ask_overlap(by=desk.second_analyst.actor, partner=dutch.name, item_ids=[fresh])
    police = PartnerInMemory("police.example.org", our_key(), role="police").join(
        organisation="Example Police", country="GE"
    )
    grades = exchange.Grades(SourceGrade.B, 2, (HandlingCode.H1,))
    version = case_queries.item(fresh).version
    exchange.refer(by=desk.second_analyst.actor, items=[(fresh, version)], partner=police.name, grades=grades)
    exchange.say(partner=police.name, kind="question", content={"text": "Who?"}, actor="worker")
    exchange.give_up(now + timedelta(days=31))
    Partner.objects.filter(name=police.name).update(failures=3, skew_seconds=4000)
    exchange.add_partner(description=PartnerInMemory("new.example.com", our_key()).description())
    return [
        "/partners/",
        f"/partners/{exchange_queries.partner(dutch.name).id}/",
        f"/conversations/{done.conversation_id}/",
        f"/conversations/{compared.conversation_id}/",
        f"/items/{handed}/",
        f"/items/{fresh}/hand-over/",
        f"/items/{fresh}/refer/",
        f"/items/{fresh}/together/host/",
    ]


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("ka", "dark")])
def test_pages_of_partners_are_for_everybody(
    live_server: Any, page_of: Any, visit: Visit, tmp_path: Path, language: str, scheme: str
) -> None:
    desk = stories.desk(language=language)
    # Dark differs from light in its colours alone; the rest was examined in light.
    rules = RULES if scheme == "light" else COLOURS
    page = page_of(desk.coordinator, color_scheme=scheme, locale=language)
    for path in _paths(desk, tmp_path):
        answer = page.goto(live_server.url + path)
        assert answer.status == 200, path
        assert what_is_wrong(page, rules) == [], path
    visit.close()
