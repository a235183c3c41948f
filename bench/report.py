"""The tables of docs/benchmarks.md; each line is also printed when it is known."""

from __future__ import annotations

import os
import platform
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

from bench.compare import CONNECTIONS, Compared
from bench.footprint import Footprint, TakenIn
from bench.growth import TARGET, Grown
from bench.mix import WEIGHTS, Mixed
from bench.pages import Weighed
from bench.price import NOBODY, Price

INTRODUCTION = """# Benchmarks

Written by `make bench`; figures of one run, so compare the ratios, not the machines.

{when}, {machine}; one worker of the shipped server with everything switched on
(session, role, validation, headers, log, `synchronous=FULL`), {connections} keep-alive
connections from the same machine. While it ran, the load of the machine went from {begin} to
{end} processes that want to run: what is above the number of processors was other work, and
made every absolute figure worse.
"""
WORDS = {
    "Against a bare function": """
The bare function runs the same SQL (session look-up included) and writes the same JSON on the
same server, without routing, role, validation, headers, log or rule. The two are asked in turn.
The ratio by processor time leaves out what the machine did besides.
""",
    "A day's mix": f"""
Of a hundred requests: {", ".join(f"{kind} {share}" for kind, share in WEIGHTS.items())}; over 20
devices, in a random order that is the same in each run. The processor time is that of the server's
own processes, without PostgreSQL's.
""",
    "What being watched costs": """
Processor time of a request, of the server's own processes, over that of a server that nobody
watches and nothing limits: medians of rounds in which all were asked the same in turn, and the
quartiles of the rounds. Aims: metrics 1.03, limits 1.02, traces of a tenth of the requests 1.05.
What lies within the spread of the server that is there once more says nothing.
""",
    "Growth": """
From 200 devices and 100,000 sales rows to 20,000 devices and 10,000,000: the 95th percentile may
grow 1.5 times.
""",
    "Start, memory and audits": """
Memory is that of all processes of the server, shared pages in parts.
""",
    "Pages": """
Each page on an empty cache, without the frame around it: `index` is that frame with the first page
in it. Ready is when the last of its first view had arrived.
""",
}
COLUMNS = {
    "Against a bare function": (
        "| work | aim | ratio | ratio by processor time | requests/s | bare | p50 ms | p99 ms |"
    ),
    "A day's mix": (
        "| engine | connections | requests/s | p50 ms | p99 ms | processor time of a request |"
    ),
    "What being watched costs": (
        "| engine | work | watched by | processor time of a request | ratio | quartiles |"
    ),
    "Growth": "| path | ratio of p95 | p50 ms small | large | p95 ms small | large |",
    "Start, memory and audits": "| what | aim | measured |",
    "Pages": "| page | requests | KB | aim | ready ms | requests when opened again |",
}


class Report:
    """Collects lines as they are measured."""

    def __init__(self) -> None:
        self._lines: defaultdict[str, list[str]] = defaultdict(list)
        self._began_with = os.getloadavg()[0]

    def compared(self, it: Compared) -> None:
        aim = it.work.target
        self._add(
            "Against a bare function",
            f"| {it.work.name} | {aim:.2f} | {_met(it.ratio, it.ratio >= aim)}"
            f" | {_met(it.cpu_ratio, it.cpu_ratio >= aim)} | {it.ours.per_second:,.0f}"
            f" | {it.bare.per_second:,.0f} | {it.ours.quantile_ms(0.5):.1f}"
            f" | {it.ours.quantile_ms(0.99):.1f} |",
        )

    def mixed(self, it: Mixed) -> None:
        self._add(
            "A day's mix",
            f"| {it.engine} | {it.connections} | {it.measured.per_second:,.0f}"
            f" | {it.measured.quantile_ms(0.5):.1f} | {it.measured.quantile_ms(0.99):.1f}"
            f" | {it.cpu_ms:.2f} ms |",
        )

    def priced(self, it: Price) -> None:
        over = "| - | - |"
        if it.way != NOBODY:
            over = f"| {it.ratio:.3f} | {it.low:.3f} to {it.high:.3f} |"
        self._add(
            "What being watched costs",
            f"| {it.engine} | {it.work} | {it.way} | {it.cpu_us:,.0f} us {over}",
        )

    def grown(self, it: Grown) -> None:
        quantiles = " | ".join(
            f"{measured.quantile_ms(share):.1f}"
            for share in (0.5, 0.95)
            for measured in (it.small, it.large)
        )
        ratio = _met(it.ratio, it.ratio <= TARGET)
        self._add("Growth", f"| `{it.path}` | {ratio} | {quantiles} |")

    def footprint(self, it: Footprint) -> None:
        size = f"{it.database_bytes / 1e9:.1f} GB"
        for what, aim, measured in (
            (f"start until ready, a database of {size}", "2 s", f"{it.start_s:.1f} s"),
            ("its check, beside the serving", "-", f"{it.check_s:.0f} s"),
            ("memory, 20,000 devices, during the check", "150 MB", f"{it.checking_mb:.0f} MB"),
            ("memory, 20,000 devices, after it", "150 MB", f"{it.memory_mb:.0f} MB"),
        ):
            self._add("Start, memory and audits", f"| {what} | {aim} | {measured} |")

    def taken_in(self, it: TakenIn) -> None:
        for what, aim, measured in (
            (f"audits a second, {it.files:,} by `flask dex import`", 500, it.imported_per_second),
            ("audits a second, uploaded one by one", 200, it.uploaded_per_second),
        ):
            self._add("Start, memory and audits", f"| {what} | {aim} | {measured:.0f} |")
        self._add(
            "Start, memory and audits",
            f"| processor time of an imported audit | 4 ms | {it.import_cpu_ms:.1f} ms |",
        )

    def weighed(self, it: Weighed) -> None:
        weight = f"{it.kilobytes:.0f}" + ("" if it.kilobytes <= it.limit_kb else " (missed)")
        self._add(
            "Pages",
            f"| {it.page} | {it.requests} | {weight} | {it.limit_kb} | {it.ready_ms:.0f} "
            f"| {it.requests_again} |",
        )

    @property
    def text(self) -> str:
        """The whole document."""
        introduction = INTRODUCTION.format(
            when=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
            machine=_machine(),
            connections=CONNECTIONS,
            begin=round(self._began_with),
            end=round(os.getloadavg()[0]),
        )
        sections = [introduction]
        for head, columns in COLUMNS.items():
            rule = "|---" * (columns.count("|") - 1) + "|"
            lines = [f"## {head}", WORDS[head], columns, rule, *self._lines[head], ""]
            sections.append("\n".join(lines))
        return "\n".join(sections)

    def _add(self, head: str, line: str) -> None:
        print(line, flush=True)
        self._lines[head].append(line)


def _met(figure: float, is_met: bool) -> str:
    return f"{figure:.2f}" + ("" if is_met else " (missed)")


def _machine() -> str:
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    processor = names[0] if names else platform.machine()
    return f"{os.cpu_count()} x {processor}, {memory:.0f} GB, Python {platform.python_version()}"
