"""Promises about what a public process is given: its own database and nobody else's password."""

from __future__ import annotations

import tomllib

import pytest

from tutela.config.node import BadConfiguration
from tutela.doors.cli.parting import without_other_databases

SITE = "postgresql://tutela_site@/tutela"
OWNER = "postgresql://owner:very-secret@/tutela"


@pytest.mark.parametrize(
    "owner", ['database = "{}"', 'database="{}"', '  database  =  "{}"  # ours', "database = '{}'"]
)
def test_the_owners_address_stays_behind_however_it_is_written(owner: str) -> None:
    text = f'organisation = "A"\n{owner.format(OWNER)}\nsite_database="{SITE}"\n[site]\nport = 8000\n'
    carried = without_other_databases(text, "site")
    assert "very-secret" not in carried
    left = tomllib.loads(carried)
    assert (left["database"], left["site_database"]) == ("", SITE)
    assert left["site"] == {"port": 8000}


@pytest.mark.parametrize(
    "owner",
    [
        '"database" = "{0}"',
        'database = """\\\n{0}"""',
        'database = "{0}"\n# before: {0}',
    ],
)
def test_what_cannot_be_taken_out_is_not_carried(owner: str) -> None:
    text = f'{owner.format(OWNER)}\nsite_database = "{SITE}"\n'
    assert tomllib.loads(text)["database"] == OWNER
    with pytest.raises(BadConfiguration):
        without_other_databases(text, "site")


def test_a_node_without_a_password_is_parted_as_well() -> None:
    carried = without_other_databases(f'database = "{SITE}"\nsite_database = "{SITE}"\n', "site")
    assert tomllib.loads(carried) == {"database": "", "site_database": SITE}


def test_the_partners_door_gets_no_address_of_others_and_others_not_its_own() -> None:
    partner = "postgresql://tutela_partner:also-secret@/tutela"
    text = f'database = "{OWNER}"\nsite_database = "{SITE}"\npartner_database = "{partner}"\n'
    assert "also-secret" not in without_other_databases(text, "site")
    carried = tomllib.loads(without_other_databases(text, "partner"))
    assert carried == {"database": "", "site_database": "", "partner_database": partner}
