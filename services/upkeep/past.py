"""What goes when its time is over: a line for each setting, with how it is counted and removed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import clock
from db import Database
from services.reads import dex_retention
from services.system import job_retention
from services.tickets import ticket_retention
from services.upkeep import past_tickets
from services.webhooks import webhook_retention

# (db, before, most) -> how many: what is older than the time `before`, `most` at most.
Act = Callable[[Database, str, int], int]


class Past(NamedTuple):
    """One kind of what goes; `setting` is its name in the settings, `one` and `many` its words."""

    setting: str
    one: str
    many: str
    how_many: Act
    remove: Act


ALL = (
    Past(
        "dex_content_days",
        "DEX file",
        "DEX files",
        dex_retention.count_contents,
        dex_retention.remove_contents,
    ),
    Past(
        "quarantined_file_days",
        "refused file",
        "refused files",
        dex_retention.count_files,
        dex_retention.remove_files,
    ),
    Past(
        "dex_batch_days", "batch", "batches", dex_retention.count_batches,
        dex_retention.remove_batches,
    ),
    Past("job_days", "ended job", "ended jobs", job_retention.count, job_retention.remove),
    Past(
        "webhook_delivery_days", "webhook delivery", "webhook deliveries",
        webhook_retention.count, webhook_retention.remove,
    ),
    Past("ticket_days", "ticket", "tickets", ticket_retention.count, past_tickets.remove),
)  # fmt: skip


def due(days: Mapping[str, Any]) -> Iterator[tuple[Past, str]]:
    """What goes by these settings, each with the time before which it is past; None is for ever."""
    now = clock.now()
    for each in ALL:
        kept_days = days.get(each.setting)
        if kept_days is not None:
            yield each, clock.later(now, days=-kept_days)
