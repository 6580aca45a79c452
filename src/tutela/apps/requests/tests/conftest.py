"""The node under test in either role, with the partners it talks to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tutela.apps.exchange.keyring import Keyring
from tutela.testing.partners import keyring_in

Begin = Callable[[str], Keyring]


@pytest.fixture
def begin(db: None, settings: Any, tmp_path: Path) -> Begin:
    """Make the node under test one of a role: ``begin("police")``."""

    def as_role(role: str) -> Keyring:
        exchange = replace(settings.TUTELA.exchange, node=f"{role}.example.org", role=role)
        settings.TUTELA = replace(settings.TUTELA, exchange=exchange)
        return keyring_in(tmp_path)

    return as_role
