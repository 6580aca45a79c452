"""Tags of the pages of getting in: words for roles and factors, and whether passkeys can work here."""

from __future__ import annotations

import ipaddress
from typing import Any

from django import template

from tutela.apps.accounts import rules as accounts
from tutela.entry import words

register = template.Library()


@register.filter
def role_name(role: str) -> str:
    """Write the name of a role."""
    return words.role_name(role)


@register.filter
def may(role: str, ability: str) -> bool:
    """Return whether a role has an ability: what the guards ask, asked before a link is offered."""
    return accounts.may(role, ability)


@register.filter
def factor_name(kind: str) -> str:
    """Write the name of a way to sign in."""
    return str(words.FACTORS.get(kind, kind))


@register.simple_tag(takes_context=True)
def passkeys_work(context: dict[str, Any]) -> bool:
    """Return whether browsers offer passkeys at this address: they need a name, not a number."""
    host = str(context["request"].get_host()).rpartition(":")[0] or str(context["request"].get_host())
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return True
    return False


@register.filter
def in_fours(text: str) -> str:
    """Write a key in groups of four, as people read it out; apps ignore the spaces."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))
