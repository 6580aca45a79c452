"""Setting the gap report as PDF.

Setting a report takes as long as many pages: it is done once for each report and day, one at
a time, and no network may ask for more than :data:`MOST_AN_HOUR` new ones.
"""

from __future__ import annotations

import hashlib
import json
import threading
from functools import cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest

from tutela.core.kernel import clock
from tutela.core.kernel.errors import Refusal
from tutela.doors.site import networks
from tutela.doors.site.counting import HourCounts
from tutela.doors.site.shown.kept import Kept
from tutela.formats import press as press_of_formats

TEMPLATE = Path(__file__).resolve().parent.parent / "data" / "gaps.typ"
MOST_AN_HOUR = 20
_MOST_KEPT = 64
_MOST_WAIT_SECONDS = 10


class TooManyReports(Refusal):
    """The network has asked for many new reports within the hour, or too many are being set just now."""

    code = "too_many_reports"


class Press:
    """Sets reports and keeps the latest of them, in the memory of this process."""

    def __init__(self) -> None:
        self._counts = HourCounts()
        self._kept: Kept[bytes] = Kept(_MOST_KEPT)
        self._setting = threading.Lock()

    def print_out(self, request: HttpRequest, report: dict[str, Any]) -> bytes:
        """Return the PDF of ``report``.

        Raises:
            TooManyReports: it is a new one, and the network or this process has no turn left.
        """
        data = json.dumps(report, ensure_ascii=False, sort_keys=True)
        key = hashlib.sha256(data.encode()).hexdigest()
        if (found := self._kept.get(key)) is not None:
            return found
        if not self._counts.count("pdf", networks.network_of(request), most=MOST_AN_HOUR):
            raise TooManyReports("too many new reports from one network")
        if not self._setting.acquire(timeout=_MOST_WAIT_SECONDS):
            raise TooManyReports("too many reports are being set")
        try:
            return self._kept.put(key, set_in_type(data))
        finally:
            self._setting.release()


def set_in_type(data: str) -> bytes:
    """Return the PDF (tagged, PDF/UA-1) of a report given as JSON text."""
    return press_of_formats.set_in_type(TEMPLATE, "report", data, at=clock.now())


@cache
def press() -> Press:
    """Return the press of this process."""
    return Press()
