"""Measures everything and writes docs/benchmarks.md: `make bench`.

    python -m bench [--quick] [FOLDER]

FOLDER keeps the generated fleets from one run to the next; they need 7 GB.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from bench import compare, fleet, footprint, growth, mix, pages, price, report
from bench.people import sign_in
from settings import PROJECT

# Name: devices and sales rows.
SMALL, MIDDLE, LARGE = (200, 100_000), (4_000, 200_000), (20_000, 10_000_000)
TURN_S, QUICK_TURN_S = 2.0, 0.5
TIMES, QUICK_TIMES = 200, 30
AUDITS, QUICK_AUDITS = 2_000, 300


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="shorter turns, for a first look")
    parser.add_argument("folder", nargs="?", type=Path, help="where the fleets are kept")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cvd-bench-") as temporary:
        kept = given.folder or Path(temporary)
        kept.mkdir(parents=True, exist_ok=True)
        work = Path(temporary) / "work"
        work.mkdir()
        small, middle, large = (_fleet(kept, *size) for size in (SMALL, MIDDLE, LARGE))
        written = report.Report()
        seconds = QUICK_TURN_S if given.quick else TURN_S
        for compared in compare.compare(middle, work, sign_in(middle, "admin"), seconds=seconds):
            written.compared(compared)
        for mixed in mix.mix(work, seconds=seconds / 2):
            written.mixed(mixed)
        rounds = price.QUICK_ROUNDS if given.quick else price.ROUNDS
        for priced in price.prices(work, rounds=rounds):
            written.priced(priced)
        for grown in growth.grow(small, large, times=QUICK_TIMES if given.quick else TIMES):
            written.grown(grown)
        written.footprint(footprint.footprint(large))
        files = QUICK_AUDITS if given.quick else AUDITS
        written.taken_in(footprint.take_in(middle, work, files=files))
        for weighed in pages.weigh(middle, work):
            written.weighed(weighed)
    if not given.quick:
        (PROJECT / "docs" / "benchmarks.md").write_text(written.text, encoding="utf-8")


def _fleet(folder: Path, devices: int, sales: int) -> Path:
    file = folder / f"fleet-{devices}-{sales}.db"
    if not file.exists():
        print(f"Making {devices:,} devices with {sales:,} sales.", flush=True)
        fleet.make(file, devices=devices, sales=sales)
    return file


if __name__ == "__main__":
    main()
