"""Logs: one line for each request, as text or as JSON, with its request id."""

from __future__ import annotations

import logging
import sys
import time
from typing import Any

import orjson

import clock
from exchange import Call
from settings import Settings

access_log = logging.getLogger("cvd.access")
FIELDS = ("method", "path", "status", "ms", "operation", "user", "request_id")


class JsonLines(logging.Formatter):
    """A JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        traceback = self.formatException(record.exc_info) if record.exc_info else None
        given = {name: getattr(record, name, None) for name in FIELDS}
        fields = {"logger": record.name, **given, "traceback": traceback}
        return self.line(record.levelname, record.getMessage(), fields)

    def line(self, level: str, message: str, fields: dict[str, Any]) -> str:
        """One line; a field that is None is left out."""
        line = {"time": clock.now(), "level": level.lower(), "message": message}
        line |= {name: value for name, value in fields.items() if value is not None}
        return orjson.dumps(line, default=str).decode()


class TextLines(logging.Formatter):
    """Time, level, message, and the request id where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        given = {"request_id": getattr(record, "request_id", None)}
        line = self.line(record.levelname, record.getMessage(), given)
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line

    def line(self, level: str, message: str, fields: dict[str, Any]) -> str:
        """One line; of the fields it shows the request id, the message has the others."""
        line = f"{clock.now()} {level.lower():7} {message}"
        request_id = fields.get("request_id")
        return f"{line} [{request_id}]" if request_id else line


class Handler(logging.StreamHandler[Any]):
    """Writes to standard error; a finished line too, which needs no record."""

    def __init__(self, lines: JsonLines | TextLines) -> None:
        super().__init__(sys.stderr)
        self.lines = lines
        self.setFormatter(lines)

    def write(self, line: str) -> None:
        with self.lock:  # type: ignore[union-attr]  # made by the constructor
            self.stream.write(f"{line}\n")
            self.flush()


def configure(settings: Settings) -> None:
    """Send this process's log to standard error in the form the settings ask for."""
    # No line shows them, and finding them out costs every one.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    root = logging.getLogger("cvd")
    root.handlers = [Handler(JsonLines() if settings.log_format == "json" else TextLines())]
    root.setLevel(settings.log_level.upper())
    root.propagate = False


def access(call: Call, status: int) -> None:
    """Log a call that has been answered."""
    if not access_log.isEnabledFor(logging.INFO):
        return
    ms = round((time.perf_counter() - call.started) * 1000, 1)
    path = call.path.encode("unicode_escape").decode()
    fields = {
        "logger": access_log.name,
        "method": call.method,
        "path": path,
        "status": status,
        "ms": ms,
        "operation": call.operation,
        "user": call.actor.username if call.actor else None,
        "request_id": call.request_id,
    }
    for handler in logging.getLogger("cvd").handlers:
        # Without a record: the line of every request, which costs a tenth like this.
        if isinstance(handler, Handler):
            message = f"{call.method} {path} {status} {ms} ms"
            handler.write(handler.lines.line("INFO", message, fields))
