"""Promises about the country of a host: who says it, and whom we believe."""

from __future__ import annotations

from typing import Any

import pytest

from tutela.apps.cases import queries as case_queries
from tutela.apps.notices import queries, rules
from tutela.core.kernel import clock
from tutela.testing.notifying import Story


@pytest.mark.parametrize(
    ("record", "looked_up", "believed", "said_by"),
    [
        ({}, "NL", "NL", "geo"),
        ({"country": "GE", "domains": (), "networks": ("192.0.2.0/24",)}, "NL", "GE", "provider_record"),
        ({"country": "GE", "domains": (), "networks": ("192.0.2.0/24",)}, "", "GE", "provider_record"),
        ({"country": "", "domains": (), "networks": ("192.0.2.0/24",)}, "NL", "NL", "geo"),
        ({"country": "GE"}, "NL", "NL", "geo"),
        ({"country": "GE"}, "", "GE", "provider_record"),
    ],
)
def test_a_network_on_record_beats_a_packaged_table_and_a_domain_fills_a_gap(
    story: Story, record: dict[str, Any], looked_up: str, believed: str, said_by: str
) -> None:
    if record:
        story.provider(**record)
    item = story.report(places="https://files.example.org/item/42")
    facts = (rules.FactSource("country", "geo", clock.now()),) if looked_up else ()
    story.hosted(item, country=looked_up, facts=facts)
    hosting = queries.hosting_of(item)
    assert hosting is not None
    assert hosting.country == believed
    assert [entry["source"] for entry in hosting.sources if entry["fact"] == "country"] == [said_by]
    assert case_queries.item(item).hosting_country == believed
