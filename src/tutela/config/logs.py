"""What a process writes to its standard error: codes, never content.

Django's own log lines carry the requested path and the values in a traceback. A path may hold a one-time
token and a value may hold what a reporter wrote, so a line here names what failed and where in the code,
and nothing that came from outside.
"""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Any

import structlog

_OURS = "tutela"


class CodesOnly(logging.Formatter):
    """Render a record of any library as one JSON line without its arguments and without values."""

    _render = structlog.processors.JSONRenderer(sort_keys=True)

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if isinstance(record.msg, dict):
            line |= record.msg
        elif record.name.startswith(_OURS):
            line["event"] = record.getMessage()
        else:
            line["event"] = "library_message"
            line["place"] = f"{record.module}:{record.lineno}"
            if status := getattr(record, "status_code", None):
                line["status"] = status
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["error_at"] = _where(record.exc_info[2])
        return str(self._render(logging.getLogger(), "", line))


def _where(trace: Any) -> list[str]:
    frames = traceback.extract_tb(trace)[-6:]
    return [
        f"{frame.filename.rpartition('site-packages/')[2].rpartition('src/')[2]}:{frame.lineno}"
        for frame in frames
    ]


def configure(options: dict[str, Any]) -> None:
    """Install the one handler; called by Django with ``settings.LOGGING``."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(CodesOnly())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(options.get("level", "WARNING"))
    logging.getLogger(_OURS).setLevel(options.get("own_level", "INFO"))
    logging.captureWarnings(True)
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
