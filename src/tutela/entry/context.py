"""Which door's frame the pages of getting in wear: the process says it, they do not know its name."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def door(_request: HttpRequest) -> dict[str, str]:
    """Give templates ``door_base``, the base template of the door that people get in by."""
    return {"door_base": settings.TUTELA_DOOR_BASE}
