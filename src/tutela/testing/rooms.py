"""The rooms, loaded before there is a node: their tables are described alike on all, and that takes long.

Rooms are loaded with settings, of no node here. All that Django keeps of them is what :func:`forget` forgets:
a process that is forked finds modules, and sets Django up as its own node says.
"""

from __future__ import annotations

import importlib
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.utils import functional
from django.utils.translation import trans_real

from tutela.config import base, node

NEXT = (
    "tutela.doors.worker.loop",
    "tutela.apps.accounts.actions",
    "tutela.config.logs",
    "django.db.models.sql.compiler",
    "django.views.debug",
)
"""What needs the rooms to be loaded, and takes long."""


def load() -> None:
    """Load every room with the settings of no node."""
    config, nowhere = node.NodeConfig(), Path("nowhere")
    settings.configure(
        **base.shared(config, nowhere),
        **base.sign_in(config),
        INSTALLED_APPS=[*base.APPS_ALL, "tutela.look", "tutela.doors.worker"],
        DATABASES={"default": base.database_of("", nowhere)},
        MIDDLEWARE=base.NO_REQUESTS_MIDDLEWARE,
    )
    apps.populate(settings.INSTALLED_APPS)
    for name in NEXT:
        importlib.import_module(name)
    MigrationLoader(None)
    forget()


def forget() -> None:
    """Let Django be as before its set-up; the modules stay."""
    apps.clear_cache()
    apps.app_configs = {}
    apps.apps_ready = apps.models_ready = apps.ready = apps.loading = False
    apps.ready_event.clear()
    settings._wrapped = functional.empty
    connections.__init__()  # type: ignore[misc]
    del connections.settings
    vars(trans_real).update(_translations={}, _default=None)
