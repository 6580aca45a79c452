"""Tags that more than one door needs: how a moment, a country, an address and a chip are written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.utils import formats
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from tutela.core.kernel import clock
from tutela.core.law import countries
from tutela.core.record import addresses

register = template.Library()

TONES = frozenset({"plain", "calm", "good", "warn", "bad"})


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@register.simple_tag
def node() -> Any:
    """Return what the organisation decided: ``{% node as node %}{{ node.organisation }}``."""
    return settings.TUTELA


@register.filter
def moment(value: datetime | str | None) -> SafeString | str:
    """Write a time for a person, in the node's own time zone, with the exact time for machines."""
    if not value:
        return ""
    at = clock.from_text(value) if isinstance(value, str) else value
    return _written(at, _zone(settings.TUTELA.time_zone))


@register.filter
def day(value: date) -> SafeString:
    """Write a day for a person, with the exact day for machines; of a time the day in the node's zone."""
    if isinstance(value, datetime):
        value = value.astimezone(_zone(settings.TUTELA.time_zone)).date()
    return format_html('<time datetime="{}">{}</time>', value, formats.date_format(value, "j F Y"))


@register.filter
def moment_utc(value: datetime | str | None) -> SafeString | str:
    """Write a time for a person as UTC and say so, for those who work across borders."""
    if not value:
        return ""
    at = clock.from_text(value) if isinstance(value, str) else value
    return _written(at, UTC, " UTC")


def _written(at: datetime, zone: tzinfo, after: str = "") -> SafeString:
    local = at.astimezone(zone)
    text = f"{formats.date_format(local, 'j F Y')}, {local:%H:%M}{after}"
    return format_html('<time datetime="{}">{}</time>', clock.to_text(at), text)


@register.filter(name="country")
def country_name(code: str) -> str:
    """Write a country's two letters as its name; letters that no country has stay as they are."""
    return countries.name_of(code, get_language() or "en")


@register.filter
def minutes(value: timedelta | int | float | None) -> int:
    """Return whole minutes of a duration, or of a number of seconds."""
    if value is None:
        return 0
    seconds = value.total_seconds() if isinstance(value, timedelta) else float(value)
    return int(seconds // 60)


@register.filter
def defang(value: str) -> str:
    """Write an address so that nothing turns it into a link: ``hxxps://files[.]example[.]org/``."""
    return addresses.defang(str(value))


@register.simple_tag
def chip(label: object, tone: str = "plain") -> SafeString:
    """Write a small label. ``tone`` is one of plain, calm, good, warn, bad; the words carry the meaning.

    A page has hundreds of them, so none is a template of its own, and what was written is kept.
    """
    return _chip(
        conditional_escape(label if isinstance(label, str) else str(label)),
        tone if tone in TONES else "plain",
    )


@lru_cache(4096)
def _chip(escaped: SafeString, tone: str) -> SafeString:
    return format_html('<span class="chip chip--{}">{}</span>', tone, escaped)
