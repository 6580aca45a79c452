"""What this desk may do with material today, by law and by the organisation's settings."""

from __future__ import annotations

from django.conf import settings

from tutela.apps.cases import rules
from tutela.core.kernel import clock


def viewing() -> rules.Viewing:
    """Return whether the desk may look and pass on, and why."""
    node = settings.TUTELA
    return rules.viewing(
        country=node.country,
        view=node.desk.view,
        confirmed=node.desk.view_confirmed,
        on_date=clock.now().date(),
    )
