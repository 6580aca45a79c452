"""A registry on the loopback: RDAP answers (RFC 9083) and the bootstrap files of IANA (RFC 9224)."""

from __future__ import annotations

import ipaddress
import json
from dataclasses import dataclass
from typing import Any, Self

from tutela.testing.web_host import Request, WebHost, begin_answer

_JSON = {"Content-Type": "application/rdap+json"}
_SERVICES = {
    "asn": [["1-4294967295"]],
    "dns": [["example"]],
    "ipv4": [["0.0.0.0/0"]],
    "ipv6": [["::/0"]],
    "object-tags": [["TEST"]],
}


@dataclass(frozen=True, slots=True)
class Network:
    """One registered network and whom to write to.

    ``nested`` puts the abuse contact inside the holder's entity, as most registries do; otherwise it stands
    beside it. An empty ``abuse`` registers none.
    """

    network: str
    name: str = "EXAMPLE-NET"
    handle: str = ""
    country: str = "GE"
    abuse: str = "abuse@provider.example.net"
    asn: int = 64500
    nested: bool = True
    holder: str = "Example Hosting"


class RegistryServer:
    """A real RDAP server on ``127.0.0.1``; ``bootstrap`` goes into ``checks.rdap``.

    ::

        with RegistryServer() as registry:
            registry.register(Network("198.51.100.0/24", abuse="abuse@provider.example.net"))
            registry.fail(429)         # or registry.hang()
    """

    def __init__(self, port: int = 0) -> None:
        self._host = WebHost("127.0.0.1", port=port)
        self._networks: list[Network] = []
        self._status = 200
        self._host.otherwise = self._receive
        self._hangs = False
        self._has_bootstrap = True
        self.asked: list[str] = []

    @property
    def bootstrap(self) -> str:
        """The folder that holds ``asn.json``, ``ipv4.json`` and their sisters."""
        return self._host.url("/bootstrap/")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        self._host.start()

    def stop(self) -> None:
        self._host.stop()

    def register(self, network: Network) -> None:
        """Know this network from now on; the smallest that holds an address answers for it."""
        self._networks.append(network)

    def fail(self, status: int = 500) -> None:
        """Answer every question about a network with ``status``; 200 mends it."""
        self._status = status

    def hang(self) -> None:
        """Take questions about networks and say nothing."""
        self._hangs = True

    def lose_bootstrap(self) -> None:
        """Answer 503 for the bootstrap files."""
        self._has_bootstrap = False

    def _receive(self, request: Request) -> None:
        self.asked.append(request.path)
        if request.path.startswith("/bootstrap/"):
            self._send(request, 200 if self._has_bootstrap else 503, self._bootstrap_file(request.path))
        elif self._hangs:
            self._host.released.wait(60)
        elif self._status != 200:
            self._send(request, self._status, {"errorCode": self._status, "title": "Refused"})
        else:
            found = self._find(request.path.removeprefix("/rdap/ip/"))
            missing = {"errorCode": 404, "title": "Not found"}
            self._send(request, 200 if found else 404, network_object(found) if found else missing)

    def _bootstrap_file(self, path: str) -> dict[str, Any]:
        name = path.removeprefix("/bootstrap/").removesuffix(".json")
        base = self._host.url("/rdap/")
        services = [[selector, [base]] for selector in _SERVICES.get(name, [])]
        if name == "object-tags":
            services = [[["test@example.org"], selector, [base]] for selector in _SERVICES[name]]
        return {
            "version": "1.0",
            "publication": "2026-01-01T00:00:00Z",
            "description": "Test",
            "services": services,
        }

    def _find(self, text: str) -> Network | None:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return None
        holding = [n for n in self._networks if address in ipaddress.ip_network(n.network)]
        return max(holding, key=lambda n: ipaddress.ip_network(n.network).prefixlen, default=None)

    @staticmethod
    def _send(request: Request, status: int, answer: dict[str, Any]) -> None:
        body = json.dumps(answer).encode()
        begin_answer(request, status, {**_JSON, "Content-Length": str(len(body))})
        request.wfile.write(body)


def network_object(network: Network) -> dict[str, Any]:
    """Return the RDAP "ip network" object (RFC 9083 section 5.4) of ``network``."""
    block = ipaddress.ip_network(network.network)
    version = f"v{block.version}"
    holder = _entity("TEST-HOLDER", ["registrant"], network.holder, "")
    entities = [holder]
    if network.abuse:
        abuse = _entity("TEST-ABUSE", ["abuse"], "Abuse desk", network.abuse)
        (holder.setdefault("entities", []) if network.nested else entities).append(abuse)
    return {
        "objectClassName": "ip network",
        "rdapConformance": ["rdap_level_0", "cidr0", "arin_originas0"],
        "handle": network.handle or f"NET-{block.network_address}",
        "startAddress": str(block.network_address),
        "endAddress": str(block.broadcast_address),
        "ipVersion": version,
        "name": network.name,
        "type": "ASSIGNED PA",
        "country": network.country,
        "status": ["active"],
        "entities": entities,
        "cidr0_cidrs": [{f"{version}prefix": str(block.network_address), "length": block.prefixlen}],
        "arin_originas0_originautnums": [network.asn] if network.asn else [],
        "events": [{"eventAction": "last changed", "eventDate": "2026-01-01T00:00:00Z"}],
        "links": [],
        "notices": [{"title": "Terms of use", "description": ["A simulator."], "links": []}],
    }


def _entity(handle: str, roles: list[str], name: str, mail: str) -> dict[str, Any]:
    card: list[Any] = [
        ["version", {}, "text", "4.0"],
        ["fn", {}, "text", name],
        ["kind", {}, "text", "group"],
    ]
    if mail:
        card.append(["email", {"type": "work"}, "text", mail])
    return {"objectClassName": "entity", "handle": handle, "roles": roles, "vcardArray": ["vcard", card]}
