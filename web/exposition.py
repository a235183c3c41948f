"""Exposition: the metrics as Prometheus reads them, under the names that they have outside.

Imported only where metrics are asked for, because the library takes 10 MB.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

import contract
from db import ENDED_WITHIN_S, Engine, JobFigures, State, job_figures, schema_of, state_of
from web.measures import BUCKETS_S, CLASSES, Metrics

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
# Who asks waits no longer for a database that does not answer, and is told the state before.
STATE_WITHIN_S = 1.0
STATE_HOLDS_S = 5.0
STANDING = ("queued", "running", "failed")
ENDED = ("done", "failed", "cancelled")


class Exposition:
    """The text of the metrics of one server over one database."""

    def __init__(self, metrics: Metrics, engine: Engine, *, version: str) -> None:
        self._metrics = metrics
        self._engine = engine
        python = f"{sys.version_info.major}.{sys.version_info.minor}"
        self._build = (version, engine.name, python)
        self._schema = ""
        self._state: State | None = None
        self._jobs: JobFigures | None = None
        self._read_at = float("-inf")
        self._reading: threading.Thread | None = None
        self._lock = threading.Lock()
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def text(self) -> bytes:
        """All of it, in the text format of Prometheus."""
        self._refresh()
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """Asked by the registry: each family with its values."""
        yield from self._of_operations()
        yield from self._of_waits()
        yield from self._of_events()
        yield from self._of_levels()
        yield from self._of_database()
        yield from self._of_jobs()

    def _of_operations(self) -> Iterator[Metric]:
        answers = CounterMetricFamily(
            "cvd_requests",
            "Answers, by operation and class of status.",
            labels=("operation", "status"),
        )
        took = HistogramMetricFamily(
            "cvd_request_seconds", "How long answers took, by operation.", labels=("operation",)
        )
        statements = CounterMetricFamily(
            "cvd_sql_statements", "Statements that answers ran.", labels=("operation",)
        )
        sql = CounterMetricFamily(
            "cvd_sql_seconds", "Time that answers spent in SQL.", labels=("operation",)
        )
        bounds = [*map(str, BUCKETS_S), "+Inf"]
        for each in self._metrics.operations():
            for kind, count in zip(CLASSES, each.by_class, strict=True):
                answers.add_metric((each.name, kind), count)
            buckets = list(zip(bounds, accumulate(each.by_bucket), strict=True))
            took.add_metric((each.name,), buckets, each.seconds)
            statements.add_metric((each.name,), each.statements)
            sql.add_metric((each.name,), each.sql_seconds)
        yield from (answers, took, statements, sql)

    def _of_waits(self) -> Iterator[Metric]:
        times = CounterMetricFamily(
            "cvd_waits", "How often work waited, by what for.", labels=("for",)
        )
        seconds = CounterMetricFamily(
            "cvd_wait_seconds", "How long work waited, by what for.", labels=("for",)
        )
        for what, waited in self._metrics.waits().items():
            times.add_metric((what,), waited.times)
            seconds.add_metric((what,), waited.seconds)
        yield from (times, seconds)

    def _of_events(self) -> Iterator[Metric]:
        audits = CounterMetricFamily(
            "cvd_audits", "Audits that arrived, by what became of them.", labels=("outcome",)
        )
        refused = CounterMetricFamily(
            "cvd_sign_ins_refused", "Passwords that were refused, and tries that had to wait."
        )
        for (what, how), count in self._metrics.events().items():
            if what == "audit":
                audits.add_metric((how,), count)
            else:
                refused.add_metric((), count)
        yield from (audits, refused)

    def _of_levels(self) -> Iterator[Metric]:
        threads = GaugeMetricFamily(
            "cvd_threads",
            "Work for threads apart, by kind: waiting or busy.",
            labels=("kind", "state"),
        )
        for level, value in self._metrics.levels().items():
            state, _, kind = level.partition(" ")
            if kind:
                threads.add_metric((kind, state), value)
            else:
                yield GaugeMetricFamily(
                    "cvd_connections_in_use", "Connections to the database server in use.", value
                )
        yield threads

    def _of_database(self) -> Iterator[Metric]:
        build = GaugeMetricFamily(
            "cvd_build_info", "What runs here.", labels=("version", "engine", "python", "schema")
        )
        build.add_metric((*self._build, self._schema), 1)
        yield build
        state = self._state
        if state is None:
            return
        figures: tuple[tuple[str, str, float | None], ...] = (
            ("cvd_database_up", "1 where the database answers.", state.answers),
            ("cvd_database_damaged", "1 where a check found damage.", state.is_damaged),
            ("cvd_database_checking", "1 while a check runs beside the server.", state.is_checking),
            (
                "cvd_database_unchecked",
                "1 where a server stopped uncleanly and no full check came after it.",
                state.is_unchecked,
            ),
            ("cvd_database_bytes", "The size of the database.", state.size),
            ("cvd_disk_free_bytes", "What is free on its disk, or on CVD's own.", state.disk_free),
            ("cvd_disk_bytes", "The size of that disk.", state.disk_size),
            (
                "cvd_backup_timestamp_seconds",
                "When the last backup was made by this installation.",
                state.backed_up_at,
            ),
            (
                "cvd_replication_lag_seconds",
                "How far the slowest follower of the database server is behind.",
                state.replication_lag,
            ),
        )
        for name, told, value in figures:
            if value is not None:
                yield GaugeMetricFamily(name, told, float(value))

    def _of_jobs(self) -> Iterator[Metric]:
        """Each kind of the contract, also where there is none: so a rule sees that it is over."""
        found = self._jobs
        if found is None:
            return
        jobs = GaugeMetricFamily(
            "cvd_jobs",
            "Jobs that wait, run, or failed and are not put away.",
            labels=("kind", "state"),
        )
        waits = GaugeMetricFamily(
            "cvd_job_waits_seconds",
            "How long the job of a kind waits that waits longest.",
            labels=("kind",),
        )
        lately = f"within the last {ENDED_WITHIN_S // 60} minutes"
        ended = GaugeMetricFamily(
            "cvd_jobs_ended", f"Jobs that ended {lately}.", labels=("kind", "state")
        )
        took = GaugeMetricFamily(
            "cvd_jobs_ended_seconds",
            f"How long the jobs took together that ended {lately}.",
            labels=("kind",),
        )
        for kind in contract.current().kinds:
            for state in STANDING:
                jobs.add_metric((kind, state), found.standing[kind, state])
            for state in ENDED:
                ended.add_metric((kind, state), found.ended[kind, state])
            waits.add_metric((kind,), found.waits[kind])
            took.add_metric((kind,), found.seconds[kind])
        yield from (jobs, waits, ended, took)

    def _refresh(self) -> None:
        with self._lock:
            if time.monotonic() - self._read_at < STATE_HOLDS_S:
                return
            if self._reading is None or not self._reading.is_alive():
                self._reading = threading.Thread(target=self._look, daemon=True)
                self._reading.start()
            reading = self._reading
        reading.join(STATE_WITHIN_S)

    def _look(self) -> None:
        state = state_of(self._engine)
        if state.answers and not self._schema:
            self._schema = schema_of(self._engine.url)
        jobs = job_figures(self._engine) if state.answers else None
        self._state, self._jobs, self._read_at = state, jobs, time.monotonic()
