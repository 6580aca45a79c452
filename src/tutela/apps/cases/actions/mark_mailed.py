"""Remember that a reporter was mailed about the latest news."""

from __future__ import annotations

import uuid
from datetime import datetime

from tutela.apps.cases.models import Report


def mark_mailed(*, report_id: uuid.UUID, told_at: datetime) -> bool:
    """Note the mail about what was told at ``told_at``; news since then wants another mail."""
    return Report.objects.filter(pk=report_id).update(mailed_at=told_at) == 1
