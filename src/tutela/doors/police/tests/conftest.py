"""A police node with its door, an officer, and a hotline that refers to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tutela.apps.exchange.keyring import Keyring
from tutela.testing import people
from tutela.testing.partners import PartnerInMemory, keyring_in, our_key


@pytest.fixture
def ring(db: None, police_door: None, settings: Any, tmp_path: Path) -> Keyring:
    settings.TUTELA = replace(
        settings.TUTELA,
        organisation="Example Police",
        exchange=replace(settings.TUTELA.exchange, node="police.example.org", role="police"),
    )
    return keyring_in(tmp_path)


@pytest.fixture
def hotline(ring: Keyring) -> PartnerInMemory:
    return PartnerInMemory("hotline.example.net", our_key(), role="hotline").join()


@pytest.fixture
def officer(db: None) -> people.MadePerson:
    return people.make_person("analyst", name="Officer Lomidze", app=True)


@pytest.fixture
def signed_in(ring: Keyring, officer: people.MadePerson) -> Client:
    client = Client()
    people.be(client, officer)
    return client
