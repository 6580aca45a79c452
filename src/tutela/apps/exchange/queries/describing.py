"""What this node says of itself, to be served or to be carried to a partner on a stick."""

from __future__ import annotations

from django.conf import settings

from tutela.apps.exchange.queries.believing import believed
from tutela.core.protocol import descriptions
from tutela.core.protocol.descriptions import DescribedKey, NodeDescription
from tutela.core.terms.nodes import NodeRole


def own_description() -> NodeDescription | None:
    """Return name, role, address and the keys that are good or will be; ``None`` without keys."""
    config = settings.TUTELA
    keys = tuple(
        DescribedKey(
            id=one.key_id,
            public=one.public.raw,
            valid_from=one.valid_from,
            valid_until=one.valid_until,
        )
        for one in believed().own
        if not one.revoked
    )
    if not keys:
        return None
    return NodeDescription(
        node=config.exchange.node,
        organisation=config.organisation,
        role=NodeRole(config.exchange.role),
        country=config.country,
        # An address that is not of TLS is for this machine only; who fetched it here has it already.
        url=config.exchange.url if config.exchange.url.startswith("https://") else "",
        relay=config.exchange.relay,
        versions=(descriptions.VERSION,),
        keys=keys[: descriptions.MOST_KEYS],
    )
