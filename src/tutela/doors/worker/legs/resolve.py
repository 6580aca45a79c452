"""Who hosts a host: names, registry and country put together, each fact with its source and time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tutela.apps.notices.rules import FactSource, HostingFound
from tutela.core.kernel import clock
from tutela.doors.worker.legs.country import Countries
from tutela.doors.worker.legs.egress import Gate
from tutela.doors.worker.legs.names import Finder
from tutela.doors.worker.legs.registry import Registered, Registry

_DETAIL_AT_MOST = 120


@dataclass(frozen=True, slots=True)
class Resolver:
    """Looks up hosting facts. Asks name servers and registries; never the host itself."""

    finder: Finder
    gate: Gate
    countries: Countries
    registry: Registry

    def hosting_of(self, host: str) -> HostingFound:
        """Return what is known about ``host`` (A-label or IP literal). Never raises for what others do."""
        plain = host.strip("[]").rstrip(".").lower()
        now = clock.now()
        if not plain:
            return HostingFound(host, now, error="no_host")
        if plain == "onion" or plain.endswith(".onion"):
            return HostingFound(host, now, error="onion")
        found = self.finder.find(plain)
        aliases = tuple(_fact("alias", "dns", found.at, alias) for alias in found.chain)
        if found.error:
            return HostingFound(host, found.at, facts=aliases, error=found.error)
        permitted = [address for address in found.addresses if self.gate.permits(address)]
        if not permitted:
            return HostingFound(host, found.at, facts=aliases, error="private_address")
        source = "address" if plain in found.addresses else "dns"
        addresses = tuple(_fact("ip", source, found.at, address) for address in permitted)
        return self._about(host, permitted[0], aliases + addresses)

    def _about(self, host: str, ip: str, facts: tuple[FactSource, ...]) -> HostingFound:
        now = clock.now()
        registered = self.registry.network_of(ip)
        country = self.countries.country_of(ip)
        source = _fact("country", "ip_database", now, self.countries.date)
        if not country and registered.country:
            country, source = registered.country, _fact("country", "rdap", registered.at, registered.registry)
        return HostingFound(
            host=host,
            looked_at=now,
            ip=ip,
            asn=registered.asn,
            network=registered.network,
            network_name=registered.network_name,
            country=country,
            abuse_emails=registered.abuse_emails,
            facts=facts + _from_registry(registered) + ((source,) if country else ()),
        )


def _from_registry(registered: Registered) -> tuple[FactSource, ...]:
    """Return a source for each fact that the registry gave, or the code of why it gave none."""
    if registered.error:
        return (_fact("registry", "rdap", registered.at, registered.error),)
    given = {
        "network": registered.network,
        "network_name": registered.network_name,
        "asn": registered.asn,
        "contact": registered.abuse_emails,
    }
    return tuple(
        _fact(name, "rdap", registered.at, registered.registry) for name, value in given.items() if value
    )


def _fact(fact: str, source: str, at: datetime, detail: str) -> FactSource:
    return FactSource(fact, source, at, detail[:_DETAIL_AT_MOST])
