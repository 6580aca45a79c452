"""``tutela init``: a data folder, unique keys, the database and a one-time link for the first coordinator."""

from __future__ import annotations

import shutil
from pathlib import Path
from string import Template
from typing import Annotated

import typer

from tutela.doors.cli.node_setup import DEFAULT_HOME, Home, fail, load_node, told

NODE_TOML = Template("""\
# What this organisation decided. `tutela doctor` says what is missing; docs/settings.md explains each line.
organisation = "$organisation"
country = "$country"                 # ISO 3166-1 alpha-2
languages = [$languages]          # the first is the default
contact = "$contact"                      # shown to the public and to providers
database = "$database"                     # empty: SQLite in this folder; or postgresql://user@host/name
site_database = ""                # PostgreSQL only: the same database as the role that may only hand in
provider_database = ""
https = false                     # true once a certificate or a reverse proxy stands in front
trusted_proxies = []              # addresses of the reverse proxy, e.g. ["127.0.0.1"]
retention_days = 365
$demo
[site]
port = $site_port
url = "$site_url"

[desk_listen]
port = $desk_port
url = "$desk_url"

[provider]
port = $provider_port
url = "$provider_url"

[mail]
host = "$mail_host"
port = $mail_port
security = "$mail_security"             # starttls, tls, or none on this machine only
sender = "$mail_sender"

[checks]
mode = "$checks_mode"                      # off, head or hash: does the worker look if an item is there
$checks_more
[desk]
view = true                       # false: nobody here views; people pass on unopened
# Where no law that was read allows a hotline to view, a person answers for it here: who, when, on what
# ground. Until then items are passed on unopened. Where the law says no, nothing written here changes that.
view_confirmed = "$view_confirmed"
second_look = ["baseline", "national"]
exposure_minutes_a_day = 300
notice_bundle_minutes = $bundle
""")

PLAIN: dict[str, object] = {
    "contact": "",
    "database": "",
    "demo": "",
    "site_port": 8000,
    "site_url": "http://127.0.0.1:8000",
    "desk_port": 8001,
    # A passkey belongs to a name; browsers make none for a bare address.
    "desk_url": "http://localhost:8001",
    "provider_port": 8002,
    "provider_url": "http://127.0.0.1:8002",
    "mail_host": "",
    "mail_port": 587,
    "mail_security": "starttls",
    "mail_sender": "",
    "checks_mode": "off",
    "checks_more": "",
    "bundle": 60,
    "view_confirmed": "",
}


def write_node(home: Path, values: dict[str, object]) -> None:
    """Make the data folder (0700), ``node.toml`` and every key; nothing is left behind when that fails."""
    from tutela.config import keys, node

    filled = {
        name: _toml(value) if isinstance(value, str) else value for name, value in (PLAIN | values).items()
    }
    filled["demo"], filled["checks_more"] = (PLAIN | values)["demo"], (PLAIN | values)["checks_more"]
    filled["languages"] = ", ".join(f'"{code}"' for code in str(values["languages"]).split(","))
    text = NODE_TOML.substitute(filled)
    home.mkdir(mode=0o700, parents=True)
    try:
        home.chmod(0o700)
        (home / "node.toml").write_text(text, encoding="utf-8")
        node.load(home)
        keys.make_all(home)
        for name in ("run", "cache", "static"):
            (home / name).mkdir(mode=0o700)
    except BaseException:
        shutil.rmtree(home)
        raise


def _toml(text: str) -> str:
    return "".join(
        f"\\{sign}" if sign in '"\\' else sign if sign.isprintable() else f"\\u{ord(sign):04x}"
        for sign in text
    )


def make_tables() -> None:
    """Bring the database to this release."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def coordinator_link(base_url: str) -> str:
    """Return a fresh one-time link for the first coordinator."""
    from tutela.apps.accounts import actions as accounts

    return f"{base_url.rstrip('/')}/invitation/{accounts.invite_first_coordinator()}/"


@told
def init(
    home: Home = DEFAULT_HOME,
    organisation: Annotated[str, typer.Option(help="Name of the organisation.")] = "Hotline",
    country: Annotated[str, typer.Option(help="ISO 3166-1 code of the country.")] = "GE",
    languages: Annotated[str, typer.Option(help="Languages, the default first.")] = "en,ka",
    contact: Annotated[str, typer.Option(help="E-mail address for the public and for providers.")] = "",
    database: Annotated[str, typer.Option(help="postgresql://… ; empty for SQLite in the folder.")] = "",
) -> None:
    """Make a new node: data folder, unique keys, database, and a link for the first coordinator."""
    if home.exists() and any(home.iterdir()):
        raise fail(f"{home} is not empty; choose another --home, nothing was changed")
    if home.exists():
        home.rmdir()
    if len(country) != 2 or not country.isalpha():
        raise fail(f"{country!r} is not a country code of two letters (ISO 3166-1), such as GE")
    write_node(
        home,
        {
            "organisation": organisation,
            "country": country.upper(),
            "languages": languages,
            "contact": contact,
            "database": database,
        },
    )
    load_node(home)
    make_tables()
    from django.conf import settings

    typer.echo(f"A node was made in {home} (only you can read it).")
    typer.echo(f"First coordinator, one use, 7 days: {coordinator_link(settings.TUTELA.desk_listen.url)}")
    typer.echo(f"Next: tutela serve --home {home}   and then: tutela doctor --home {home}")
