"""Logs: one line for each request, as text or as JSON, with its request id."""

from __future__ import annotations

import logging
import sys
import time
from typing import Any

import orjson
from flask import Response, g, request

import clock
from settings import Settings

access_log = logging.getLogger("cvd.access")
FIELDS = ("method", "path", "status", "ms", "operation", "user", "request_id")


class JsonLines(logging.Formatter):
    """A JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": clock.now(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {
            name: value for name in FIELDS if (value := getattr(record, name, None)) is not None
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


class TextLines(logging.Formatter):
    """Time, level, message, and the request id where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        request_id = getattr(record, "request_id", None)
        line = f"{clock.now()} {record.levelname.lower():7} {record.getMessage()}"
        if request_id:
            line += f" [{request_id}]"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def configure(settings: Settings) -> None:
    """Send this process's log to standard error in the form the settings ask for."""
    # No line shows them, and finding them out costs every one.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if settings.log_format == "json" else TextLines())
    root = logging.getLogger("cvd")
    root.handlers = [handler]
    root.setLevel(settings.log_level.upper())
    root.propagate = False


def access(answer: Response) -> None:
    """Log the request that `answer` ends."""
    if not access_log.isEnabledFor(logging.INFO):
        return
    ms = round((time.perf_counter() - g.started) * 1000, 1)
    actor = g.get("actor")
    method, path, status = request.method, request.path, answer.status_code
    # Made here, because `info()` would look up the stack for its caller each time.
    line = access_log.makeRecord(
        access_log.name,
        logging.INFO,
        __file__,
        0,
        "%s %s %s %s ms",
        (method, path.encode("unicode_escape").decode(), status, ms),
        None,
        extra={
            "method": method,
            "path": path,
            "status": status,
            "ms": ms,
            "operation": g.get("operation"),
            "user": actor.username if actor else None,
            "request_id": g.request_id,
        },
    )
    access_log.handle(line)
