"""A police node under test, and a hotline that refers to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tutela.apps.exchange.keyring import Keyring
from tutela.testing.partners import PartnerInMemory, keyring_in, our_key


@pytest.fixture
def ring(db: None, settings: Any, tmp_path: Path) -> Keyring:
    settings.TUTELA = replace(
        settings.TUTELA, exchange=replace(settings.TUTELA.exchange, node="police.example.org", role="police")
    )
    return keyring_in(tmp_path)


@pytest.fixture
def hotline(ring: Keyring) -> PartnerInMemory:
    return PartnerInMemory("hotline.example.net", our_key(), role="hotline").join()
