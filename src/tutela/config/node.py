"""A node's own configuration: the data folder, its ``node.toml`` and its keys.

The data folder (mode 0700) looks like this::

    node.toml               what the organisation decided; safe to read aloud
    keys/site/              what the public process needs: web secret, peppers, the desk's *public* key
    keys/desk/              what desk and worker need: web secret, the desk's private key, the records' lock
    keys/provider/          what the provider process needs: web secret
    keys/exchange/          this node's private keys among partners; the worker's and its keeper's
    tutela.sqlite3          the database, unless node.toml names a PostgreSQL
    static/<door>/          style and script, collected at start

Each process is given only its own part of ``keys/``.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, field, fields
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, Literal

HOME_VARIABLE = "TUTELA_HOME"

Processes = Literal["site", "provider", "partner", "desk", "worker", "owner"]


_NODE = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_URL = re.compile(r"https?://[^/?#\s]+[^?#\s]*")
_ROLE = re.compile(r"hotline|police|provider|relay")


class BadConfiguration(Exception):  # noqa: N818
    """``node.toml`` or a key file cannot be used; the message says which line or file and why."""


@dataclass(frozen=True, slots=True)
class Mail:
    """How the node sends mail. ``security`` is ``none`` (loopback only), ``starttls`` or ``tls``."""

    host: str = ""
    port: int = 587
    security: str = "starttls"
    user: str = ""
    password_file: str = ""
    sender: str = ""
    dkim_domain: str = ""
    dkim_selector: str = ""
    dkim_key_file: str = ""


@dataclass(frozen=True, slots=True)
class Listen:
    """Where one process listens and under which address people reach it.

    ``certificate`` and ``certificate_key`` (files, PEM) make the process speak HTTPS itself; behind a
    reverse proxy they stay empty and ``trusted_proxies`` names the proxy.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    url: str = ""
    workers: int = 1
    threads: int = 4
    certificate: str = ""
    certificate_key: str = ""


@dataclass(frozen=True, slots=True)
class Checks:
    """Whether and how the worker looks if an item is still reachable."""

    mode: str = "off"
    minutes_between_misses: int = 5
    egress_allow: tuple[str, ...] = ()
    nameservers: tuple[str, ...] = ()
    rdap: str = "https://data.iana.org/rdap/"
    most_bytes: int = 50_000_000
    user_agent: str = "Mozilla/5.0 (compatible; hotline-check)"


@dataclass(frozen=True, slots=True)
class Desk:
    """What the organisation decided about its own work."""

    view: bool = True
    view_confirmed: str = ""
    second_look: tuple[str, ...] = ("baseline", "national")
    exposure_minutes_a_day: int = 300
    exposure_break_after_minutes: int = 60
    claim_minutes: int = 60
    notice_bundle_minutes: int = 60
    notice_rule: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """This node among its partners. Without a name it takes no part in the exchange."""

    node: str = ""
    role: str = "hotline"
    url: str = ""
    relay: str = ""
    directory: str = ""
    passphrase_file: str = ""
    envelopes_a_minute: int = 60_000
    requests_a_minute: int = 1_200
    mailbox_envelopes: int = 20_000
    mailbox_bytes: int = 1_000_000_000
    retention_days: int = 90


@dataclass(frozen=True, slots=True)
class NodeConfig:
    """``node.toml``, checked."""

    organisation: str = "Hotline"
    short_name: str = "hotline"
    country: str = "GE"
    languages: tuple[str, ...] = ("en", "ka")
    time_zone: str = "UTC"
    contact: str = ""
    demo: bool = False
    trusted_proxies: tuple[str, ...] = ()
    https: bool = False
    reports_an_hour: int = 30
    retention_days: int = 365
    exit_url: str = "https://www.google.com/search?q=weather"
    database: str = ""
    site_database: str = ""
    provider_database: str = ""
    partner_database: str = ""
    site: Listen = field(default_factory=lambda: Listen(port=8000))
    desk_listen: Listen = field(default_factory=lambda: Listen(port=8001))
    provider: Listen = field(default_factory=lambda: Listen(port=8002))
    partner_listen: Listen = field(default_factory=lambda: Listen(port=8004))
    mail: Mail = field(default_factory=Mail)
    checks: Checks = field(default_factory=Checks)
    desk: Desk = field(default_factory=Desk)
    exchange: Exchange = field(default_factory=Exchange)


_SECTIONS: dict[str, type[Any]] = {
    "site": Listen,
    "desk_listen": Listen,
    "provider": Listen,
    "partner_listen": Listen,
    "mail": Mail,
    "checks": Checks,
    "desk": Desk,
    "exchange": Exchange,
}
_DEFAULT_PORTS = {"site": 8000, "desk_listen": 8001, "provider": 8002, "partner_listen": 8004}


def home() -> Path:
    """Return the data folder: ``$TUTELA_HOME``, or ``node-home`` below the current folder."""
    return Path(os.environ.get(HOME_VARIABLE, "node-home")).resolve()


def check_listen(name: str, listen: Listen, config: NodeConfig) -> None:
    """Refuse to be reachable from outside without HTTPS.

    Raises:
        BadConfiguration: the address is not loopback, and ``https`` is not set together with a certificate
            or a trusted proxy. A certificate alone would leave cookies that also travel without it.
    """
    try:
        loopback = ip_address(listen.host).is_loopback
    except ValueError:
        loopback = listen.host == "localhost"
    if loopback or (config.https and (listen.certificate or config.trusted_proxies)):
        return
    raise BadConfiguration(
        f"{name} would listen on {listen.host} without HTTPS. In node.toml set https = true, and "
        f"certificate with certificate_key, or host = 127.0.0.1 and trusted_proxies for a reverse proxy."
    )


def load(folder: Path) -> NodeConfig:
    """Read and check ``node.toml`` in ``folder``.

    Raises:
        BadConfiguration: missing, not TOML, an unknown name or a value of the wrong type.
    """
    path = folder / "node.toml"
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadConfiguration(
            f"{path} does not exist; make a node with: tutela init --home {folder}"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadConfiguration(f"{path} cannot be read: {error}") from error
    return parse(raw, str(path))


def parse(raw: dict[str, Any], source: str = "node.toml") -> NodeConfig:
    """Turn the table of a ``node.toml`` into a :class:`NodeConfig`."""
    values: dict[str, Any] = {}
    for name, value in raw.items():
        if name in _SECTIONS:
            if not isinstance(value, dict):
                raise BadConfiguration(f"{source}: [{name}] must be a table")
            if name in _DEFAULT_PORTS:
                value = {"port": _DEFAULT_PORTS[name], **value}
            values[name] = _section(_SECTIONS[name], value, f"{source}: [{name}]")
        else:
            values[name] = value
    config: NodeConfig = _section(NodeConfig, values, source)
    _check_networks("trusted_proxies", config.trusted_proxies, source)
    _check_networks("[checks] egress_allow", config.checks.egress_allow, source)
    if config.checks.mode not in ("off", "head", "hash"):
        raise BadConfiguration(f"{source}: [checks] mode must be off, head or hash")
    if config.mail.security not in ("none", "starttls", "tls"):
        raise BadConfiguration(f"{source}: [mail] security must be none, starttls or tls")
    _check_exchange(config.exchange, source)
    return config


def _check_exchange(exchange: Exchange, source: str) -> None:
    for name, value, form in (
        ("node", exchange.node, _NODE),
        ("relay", exchange.relay, _NODE),
        ("url", exchange.url, _URL),
        ("role", exchange.role, _ROLE),
    ):
        if value and not form.fullmatch(value):
            raise BadConfiguration(f"{source}: {name} in [exchange] cannot be {value!r}")


def _check_networks(name: str, given: tuple[str, ...], source: str) -> None:
    for text in given:
        try:
            ip_network(text)
        except ValueError:
            raise BadConfiguration(f"{source}: {text!r} in {name} is not an address or network") from None


def _section(kind: type[Any], values: dict[str, Any], source: str) -> Any:
    default = kind()
    known = {entry.name for entry in fields(kind)}
    ready = {}
    for name, value in values.items():
        if name not in known:
            raise BadConfiguration(
                f"{source}: unknown setting {name!r}; known are {', '.join(sorted(known))}"
            )
        wanted = getattr(default, name)
        if isinstance(wanted, tuple) and isinstance(value, list):
            value = tuple(value)
        if type(value) is not type(wanted):
            raise BadConfiguration(
                f"{source}: {name} must be {type(wanted).__name__}, not {type(value).__name__}"
            )
        ready[name] = value
    return kind(**ready)


MEANINGS: dict[str, str] = {
    "organisation": "Name of the organisation, as the public and providers read it.",
    "short_name": "A short name for letters' identifiers: lower-case letters and digits.",
    "country": "ISO 3166-1 code of the country whose law and emergency number apply.",
    "languages": "Languages of the pages; the first is the default.",
    "time_zone": "IANA name; the analysts' day and quiet hours follow it. Records are in UTC.",
    "contact": "Address of the organisation, shown to the public and to providers.",
    "demo": "A demonstration on one machine: one-time sign-in links exist. Never set it on a real node.",
    "trusted_proxies": "Addresses of the reverse proxy whose X-Forwarded-For and -Proto are believed.",
    "https": "True once people reach the node over HTTPS; cookies and headers become strict.",
    "reports_an_hour": "Reports an hour from one network before sending is slower; counted in each worker.",
    "retention_days": "Days after which a closed report is emptied of what was written and where.",
    "exit_url": "Where the quick exit leads: a page without personal content.",
    "database": "Empty for SQLite in the data folder, or postgresql://user@host/name.",
    "site_database": "The same database as the role of the public site (PostgreSQL).",
    "provider_database": "The same database as the role of the providers' door (PostgreSQL).",
    "partner_database": "The same database as the role of the partners' door (PostgreSQL).",
    "mail.host": "Mail server that takes the letters; empty: none leaves.",
    "mail.port": "Its port.",
    "mail.security": "`starttls`, `tls`, or `none` for a server on this machine.",
    "mail.user": "User name, when the server asks for one.",
    "mail.password_file": "File with the password, readable by this user only.",
    "mail.sender": "Address the letters come from.",
    "mail.dkim_domain": "Domain of the DKIM signature (RFC 6376); empty: unsigned.",
    "mail.dkim_selector": "Selector of the DKIM key.",
    "mail.dkim_key_file": "File with the DKIM private key (PEM).",
    "checks.mode": "`off`, `head` (status only) or `hash` (hashed in memory, looked up in lists, dropped).",
    "checks.minutes_between_misses": "Minutes between looks once one missed; three in a row mean gone.",
    "checks.egress_allow": "Private networks the worker may reach; for demonstrations and tests.",
    "checks.nameservers": "Name servers (address or address:port); empty: the machine's own.",
    "checks.rdap": "Where RDAP's bootstrap files are; empty: no registry is asked for abuse contacts.",
    "checks.most_bytes": "Most bytes that one look reads.",
    "checks.user_agent": "What the worker calls itself.",
    "desk.view": "False: nobody here views; items are passed on unopened. True cannot overrule the law.",
    "desk.view_confirmed": "Who answers for viewing, and why, where no law that was read allows it.",
    "desk.second_look": "Categories that a second analyst confirms.",
    "desk.exposure_minutes_a_day": "Minutes with open items after which an analyst is stopped for the day.",
    "desk.exposure_break_after_minutes": "Minutes after which a break is due.",
    "desk.claim_minutes": "Minutes after which a claim lapses.",
    "desk.notice_bundle_minutes": "Minutes that a notice waits for more items of the same contact.",
    "desk.notice_rule": "The rule that a notice cites, in your own words; empty: the letter's own sentence.",
    "exchange.node": "This node's name among its partners, such as `hotline.ge`; empty: it takes no part.",
    "exchange.role": "`hotline`, `police`, `provider` or `relay`.",
    "exchange.url": "Address under which partners reach this node; empty: none does, see `relay`.",
    "exchange.relay": "The partner at which this node's mailbox is, when it has no address of its own.",
    "exchange.directory": "Address of the signed directory of partners; empty: partners are pinned by hand.",
    "exchange.passphrase_file": "File with the passphrase of this node's private keys; empty: without one.",
    "exchange.envelopes_a_minute": "Envelopes a minute that one partner may hand in; more come later.",
    "exchange.requests_a_minute": "Requests a minute from one network at the partners' door.",
    "exchange.mailbox_envelopes": "Envelopes that a relay keeps for one node.",
    "exchange.mailbox_bytes": "Bytes that a relay keeps for one node.",
    "exchange.retention_days": "Days after which conversations that are over are emptied; 0: never.",
    **{
        f"{section}.{name}": text
        for section in ("site", "desk_listen", "provider", "partner_listen")
        for name, text in {
            "host": "Address to listen on. Anything but loopback needs HTTPS.",
            "port": "Port to listen on.",
            "url": "Address under which people reach it.",
            "workers": "Worker processes.",
            "threads": "Threads in each worker.",
            "certificate": "File with the certificate chain (PEM), to speak HTTPS without a proxy.",
            "certificate_key": "File with its key (PEM, PKCS #8).",
        }.items()
    },
}
"""What each setting decides, for docs/settings.md and for people."""
