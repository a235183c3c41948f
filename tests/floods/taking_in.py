"""What an upload does with bytes before it comes to the books, in process, case after case.

    in_child(Flood(seed=7, count=1000))     the figures; raises Failed for the first case that fails

A case is known by its seed and number: `case(7, 12)` gives the same bytes each time.
"""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import random
import resource
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

import orjson

import clock
from domain import dex
from domain.dex import Audit, Payment, Selection
from services.reads import dex_intakes, dex_placing, dex_remarks, dex_views
from services.reads.dex_intakes import Intake
from settings import PROJECT
from tests.floods.mutations import giants, mutated
from tests.floods.seeds import seeds
from tests.kit.memory import Taken

FAILURES = PROJECT / "build" / "floods"
# Of an integer in both databases, and of the program that writes JSON.
LARGEST = 2**63 - 1

# What an upload does with bytes: the audits it reads, none where it refuses; else it raises.
Read = Callable[[bytes], Sequence[Audit]]


@dataclass(frozen=True)
class Flood:
    """Which cases: `count` of them from `first` on."""

    seed: int
    count: int
    first: int = 0


@dataclass(frozen=True)
class Figures:
    """How many were read and refused; seconds of processor time; KiB of memory at their peak.

    `grew_kib` is by how much more memory is in use after the cases than after the giants.
    """

    read: int = 0
    refused: int = 0
    slowest_s: float = 0.0
    slowest: int | str = 0
    peak_kib: int = 0
    grew_kib: int = 0


class Failed(AssertionError):
    """A case that was neither read nor refused; names the seed, the case and the file."""


def in_child(*floods: Flood, read: Read | None = None) -> list[Figures]:
    """The figures of each flood, in a process of its own, whose memory is then nobody else's."""
    with ProcessPoolExecutor(
        2, mp_context=multiprocessing.get_context("spawn"), max_tasks_per_child=1
    ) as pool:
        return list(pool.map(partial(flood, read=read or read_all), floods))


def together(figures: Sequence[Figures]) -> Figures:
    """The figures of several floods as one."""
    slowest = max(figures, key=lambda each: each.slowest_s)
    return Figures(
        read=sum(each.read for each in figures),
        refused=sum(each.refused for each in figures),
        slowest_s=slowest.slowest_s,
        slowest=slowest.slowest,
        peak_kib=max(each.peak_kib for each in figures),
        grew_kib=max(each.grew_kib for each in figures),
    )


@lru_cache(maxsize=1)
def beginnings() -> tuple[bytes, ...]:
    return seeds()


def case(seed: int, number: int) -> bytes:
    """The bytes of one case."""
    return mutated(beginnings(), random.Random(f"{seed}/{number}"))


def read_all(data: bytes) -> Sequence[Audit]:
    """The audits in the bytes, read and worded as an upload does; none where they are refused."""
    try:
        audits = dex.parse(data)
    except dex.DexError as error:
        refused = error
    else:
        assert audits
        for audit in audits:
            kept = data if len(audits) == 1 else audit.raw
            _check_for_books(dex_intakes.intake_from(audit, kept))
            _check_views(audit)
        return audits
    assert 1 <= refused.line <= data.count(b"\n") + data.count(b"\r") + 1, refused.line
    assert refused.reason.endswith("."), refused.reason
    return ()


def flood(asked: Flood, read: Read = read_all) -> Figures:
    """Read the giants, then the cases; the figures. Raises Failed."""
    figures = Figures()
    taken = Taken()
    for number, data in enumerate(giants(beginnings())):
        figures = _counted(figures, asked.seed, f"giant {number}", data, read)
    before = _used_kib()
    for number in range(asked.first, asked.first + asked.count):
        figures = _counted(figures, asked.seed, number, case(asked.seed, number), read)
    return replace(figures, peak_kib=taken.most_kib(), grew_kib=_used_kib() - before)


def keep(name: str, data: bytes) -> Path:
    """Write the bytes of a case that failed where it can be looked at."""
    FAILURES.mkdir(parents=True, exist_ok=True)
    file = FAILURES / f"{name}.dex"
    file.write_bytes(data)
    return file


def _counted(figures: Figures, seed: int, number: int | str, data: bytes, read: Read) -> Figures:
    begin = time.process_time()
    try:
        audits = read(data)
        seconds = time.process_time() - begin
        for audit in audits:
            _check_again(audit, data if len(audits) == 1 else audit.raw)
    except Exception as error:
        file = keep(f"{seed}-{number}".replace(" ", "-"), data)
        raise Failed(f"seed {seed}, case {number}, {file}: {error!r}") from error
    is_read = bool(audits)
    if seconds > figures.slowest_s:
        figures = replace(figures, slowest_s=seconds, slowest=number)
    return replace(figures, read=figures.read + is_read, refused=figures.refused + (not is_read))


def _check_again(audit: Audit, kept: bytes) -> None:
    """What is kept of an audit is parsed again whenever somebody looks, also by the other pair."""
    again = dex.parse(kept)[0]
    assert list(map(_told, again.selections)) == list(map(_told, audit.selections))
    assert again.total_count_init == audit.total_count_init
    other = dex.parse(kept, "first" if audit.counters_pair == "second" else "second")[0]
    assert [each.selection for each in other.selections] == [
        each.selection for each in audit.selections
    ]


def _told(selection: Selection) -> tuple[Selection, Sequence[Payment]]:
    """What it says, whatever lines of the file it stands in."""
    return selection._replace(paid_by=()), selection.payments


def _check_for_books(intake: Intake) -> None:
    """Everything that would be stored is of a size and kind that both databases take."""
    moment = dex_placing.moment_of(intake, received_at=clock.now(), zone="Europe/Berlin")
    dex_placing.position_of(moment, intake.total_count_init, intake.sha256)
    numbers = [
        intake.total_count_init,
        intake.total_value_init_cents,
        intake.cash_box_init_cents,
        *(each.count_init for each in intake.odometers),
        *(each.value_init_cents for each in intake.odometers),
        *(each.price_cents for each in intake.odometers),
    ]
    assert all(number is None or 0 <= number <= LARGEST for number in numbers), max(
        number for number in numbers if number is not None
    )
    texts = [intake.serial, intake.asset, *(each.selection for each in intake.odometers)]
    assert all(text is None or "\0" not in text for text in texts)
    orjson.dumps([*intake.warnings, *dex_remarks.of_clock(intake, moment)])


def _check_views(audit: Audit) -> None:
    """Everything that a page would be told can be told."""
    layout = dex_views.layout_of(audit.selections)
    orjson.dumps(
        {
            "layout": dex_views.layout_fields(layout) if layout else None,
            "places": list(layout.places.values()) if layout else [],
            "events": [(event.code, event.meaning, event.count_init) for event in audit.events],
            "checks": [
                (check.meaning, dex_views._text(check.expected), dex_views._text(check.actual))
                for check in audit.checks
            ],
            "records": [dex_views._record(record) for record in dex_views._shown(audit.records)],
            "selections": [
                (each.product_name, each.count_rst, each.value_rst_cents)
                for each in audit.selections
            ],
        }
    )


def _used_kib() -> int:
    """The memory in use now, without what was given back."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 1024
