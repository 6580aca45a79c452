"""The node under test behind its door, and one partner that is believed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutela.apps.exchange.keyring import Keyring
from tutela.testing.partners import PartnerInMemory, keyring_in, our_key


@pytest.fixture
def ring(db: None, partner_door: None, tmp_path: Path) -> Keyring:
    return keyring_in(tmp_path)


@pytest.fixture
def partner(ring: Keyring) -> PartnerInMemory:
    return PartnerInMemory("meldpunt.example.net", our_key()).join()


@pytest.fixture
def stranger(ring: Keyring) -> PartnerInMemory:
    return PartnerInMemory("stranger.example.com", our_key())
