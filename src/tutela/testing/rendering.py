"""Template engines that outlive a test: each test that puts a door in force would compile all pages again.

Django forgets its engines when a setting of templates changes, and each test changes it twice. The same
setting makes the same engine, so the engine of before is put back; nothing of a request stays in it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

_kept: dict[str, dict[str, Any]] = {}


def keep_engines() -> None:
    """Put back, after each change of ``TEMPLATES``, the engines that the new value had before."""
    from django.core.signals import setting_changed
    from django.test import signals  # noqa: F401  its own receiver, which forgets, has to come first

    setting_changed.connect(_put_back)


def _put_back(*, setting: str, value: Any, **_: Any) -> None:
    from django.template import engines

    if setting in ("INSTALLED_APPS", "DEBUG"):
        _kept.clear()
        form_renderer.cache_clear()
    elif setting == "TEMPLATES":
        # What Django itself empties stands in no stub.
        vars(engines)["_engines"] = _kept.setdefault(repr(value), {})


@cache
def form_renderer() -> Any:
    """Return what writes the fields of forms, for ``FORM_RENDERER``: Django's own, made once."""
    from django.forms.renderers import DjangoTemplates

    return DjangoTemplates()
