"""What a process says of itself: lines for people, or JSON for machines that gather them (`DRUMTOWER_LOG_FORMAT=json`).

A JSON line has `time`, `level`, `logger`, `process` and `message`, and what it is about: `correlation` is a command's idempotency key,
the same from the console (its request) over the gateway, the relay and the worker, and in the header of its records on Kafka; `position`
is the place of its last fact in the log, by which views and their deltas are named.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import msgspec

from command_ui.settings import Settings

FIELDS = ("correlation", "command", "account", "position", "view", "refusal")
TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        """As promised by `logging.Formatter`."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": self._process,
            "message": record.getMessage(),
        }
        line |= {field: found for field in FIELDS if (found := getattr(record, field, None)) is not None}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line).decode()


def set_up_logs(settings: Settings, process: str) -> None:
    """For the whole process, on its standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines(process) if settings.log_format == "json" else logging.Formatter(TEXT))
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
