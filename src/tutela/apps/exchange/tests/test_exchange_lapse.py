"""A directory whose time is over vouches for nobody, until one that is good was taken."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tutela.apps.exchange.actions import take_directory
from tutela.apps.exchange.actions.lapse_directory import believe_directory, lapse_directory
from tutela.apps.exchange.models import Partner, PartnerKey
from tutela.apps.exchange.rules import DirectoryEntry
from tutela.testing.directories import NODE_KEYS

NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)


def entry(node: str) -> DirectoryEntry:
    keys = ((NODE_KEYS[node].public.raw, NOW, None, None),)
    return DirectoryEntry(node, node, "hotline", "GE", "", "", "active", keys)


def believed() -> set[str]:
    return set(PartnerKey.objects.filter(trusted_at__isnull=False).values_list("partner__name", flat=True))


@pytest.mark.django_db
def test_only_whom_the_directory_vouched_for_lapses() -> None:
    take_directory(entries=[entry("hotline.nl"), entry("police.ge")], version=1, now=NOW)
    Partner.objects.filter(name="police.ge").update(pinned_at=NOW)
    assert lapse_directory() == 1
    assert believed() == {"police.ge"}
    assert lapse_directory() == 0
    assert believe_directory(now=NOW) == 1
    assert believed() == {"hotline.nl", "police.ge"}


@pytest.mark.django_db
def test_a_key_that_waits_for_its_words_is_not_believed_by_a_good_directory() -> None:
    take_directory(entries=[entry("police.ge")], version=1, now=NOW)
    Partner.objects.update(pinned_at=NOW)
    PartnerKey.objects.update(trusted_at=None)
    assert believe_directory(now=NOW) == 0
