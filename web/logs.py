"""Logs: one line for each request, as text or as JSON, with its request id.

The lines of requests are made and written together, ten times a second, and not while
somebody waits for an answer. What went wrong is written at once, behind them.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from typing import Any, NamedTuple

import orjson

import clock
from settings import Settings
from web.call import Call

root_log = logging.getLogger("cvd")
access_log = logging.getLogger("cvd.access")
WRITE_EVERY_S = 0.1
FIELDS = (
    *("method", "path", "status", "ms", "operation", "user", "account", "address"),
    "request_id",
    "client_request_id",
    "trace_id",
)


class Answered(NamedTuple):
    """A call that was answered, in `seconds`, at a time since the epoch."""

    at: float
    method: str
    path: str
    status: int
    seconds: float
    operation: str | None
    user: int | None
    request_id: str
    client_request_id: str | None
    trace_id: str | None


class JsonLines(logging.Formatter):
    """A JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        traceback = self.formatException(record.exc_info) if record.exc_info else None
        given = {name: getattr(record, name, None) for name in FIELDS}
        fields = {"logger": record.name, **given, "traceback": traceback}
        return self.line(record.created, record.levelname, record.getMessage(), fields)

    def line(self, at: float, level: str, message: str, fields: dict[str, Any]) -> str:
        """One line; a field that is None is left out."""
        line = {"time": _time(at), "level": level.lower(), "message": message}
        line |= {name: value for name, value in fields.items() if value is not None}
        return orjson.dumps(line, default=str).decode()


class TextLines(logging.Formatter):
    """Time, level, message, and the request id where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record, with its traceback below."""
        given = {"request_id": getattr(record, "request_id", None)}
        line = self.line(record.created, record.levelname, record.getMessage(), given)
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line

    def line(self, at: float, level: str, message: str, fields: dict[str, Any]) -> str:
        """One line; of the fields it shows the request id, the message has the others."""
        line = f"{_time(at)} {level.lower():7} {message}"
        request_id, theirs = fields.get("request_id"), fields.get("client_request_id")
        if theirs:
            line = f"{line} (sent as {theirs})"
        return f"{line} [{request_id}]" if request_id else line


class Handler(logging.StreamHandler[Any]):
    """Writes to standard error: a record at once, answered calls soon."""

    def __init__(self, lines: JsonLines | TextLines) -> None:
        super().__init__(sys.stderr)
        self.lines = lines
        self.setFormatter(lines)
        self._answered: deque[Answered] = deque()
        self._is_due = threading.Event()
        threading.Thread(target=self._write_in_time, daemon=True).start()

    def add(self, answered: Answered) -> None:
        """Take a call; nobody waits until its line is written."""
        self._answered.append(answered)
        if not self._is_due.is_set():
            self._is_due.set()

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, and before it the calls that were answered by then."""
        self.flush()
        super().emit(record)

    def flush(self) -> None:
        """Write all there is; a log that is full or closed must not stop the server."""
        lock: Any = self.lock
        with lock, suppress(OSError, ValueError):
            calls = [self._answered.popleft() for _ in range(len(self._answered))]
            self.stream.write("".join(f"{self._line(call)}\n" for call in calls))
            super().flush()

    def _line(self, answered: Answered) -> str:
        """Without a record, which costs ten times the line."""
        path = answered.path.encode("unicode_escape").decode()
        ms = round(answered.seconds * 1000, 1)
        fields = {
            "logger": access_log.name,
            "method": answered.method,
            "path": path,
            "status": answered.status,
            "ms": ms,
            "operation": answered.operation,
            "user": answered.user,
            "request_id": answered.request_id,
            "client_request_id": answered.client_request_id,
            "trace_id": answered.trace_id,
        }
        message = f"{answered.method} {path} {answered.status} {ms} ms"
        return self.lines.line(answered.at, "INFO", message, fields)

    def _write_in_time(self) -> None:
        while True:
            self._is_due.wait()
            time.sleep(WRITE_EVERY_S)
            self._is_due.clear()
            self.flush()


def configure(settings: Settings) -> None:
    """Send this process's log to standard error in the form the settings ask for."""
    # No line shows them, and finding them out costs every one.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    root_log.handlers = [Handler(JsonLines() if settings.log_format == "json" else TextLines())]
    root_log.setLevel(settings.log_level.upper())
    root_log.propagate = False


def flush() -> None:
    """Write what this process has to say, now: it is about to end."""
    for handler in root_log.handlers:
        handler.flush()


def access(call: Call, status: int) -> None:
    """Log a call that has been answered."""
    if not access_log.isEnabledFor(logging.INFO):
        return
    answered = Answered(
        time.time(),
        call.method,
        call.path,
        status,
        time.perf_counter() - call.started,
        call.operation,
        call.actor.user_id if call.actor else None,
        call.request_id,
        call.client_request_id,
        call.trace_id,
    )
    for handler in root_log.handlers:
        if isinstance(handler, Handler):
            handler.add(answered)


def _time(at: float) -> str:
    return clock.of_epoch(int(at))
