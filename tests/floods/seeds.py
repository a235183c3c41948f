"""Sound audits to begin with: machines of every make, and real ones where they lie beside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from settings import PROJECT
from tests.kit.machine import Machine, Quirks

SAMPLES = PROJECT.parent / "shared" / "dex-samples"
AT = datetime(2026, 1, 30, 8, 0)  # noqa: DTZ001  # a machine knows no zone
MAKES = (
    Quirks(),
    Quirks(newline="\n", counters_pair="second", loops=True),
    Quirks(newline="\r", clock="ea3", ids_last=True, without=("G85",)),
    Quirks(preamble="login ok\r\n", bills_as="whole units", unknown_as=65535, without=("DXS",)),
    Quirks(clock="none", trailing_spaces=True, unknown_as=4294967295, bills_as="minor units"),
    Quirks(clock_is_ahead=timedelta(days=4000), without=("ST", "SE", "G85")),
)


def seeds() -> tuple[bytes, ...]:
    """The audits that are mutated; a real one is never the first."""
    return (*_of_machines(), *real_audits())


def _of_machines() -> Iterator[bytes]:
    for number, quirks in enumerate(MAKES):
        prices = {f"{row}{n}": 100 + 10 * n for row in "ABC" for n in range(1, 4 + number)}
        machine = Machine(
            serial=f"SN{number}", asset=f"F{number}", selections=prices, seed=number, quirks=quirks
        )
        machine.fill("A1", 20, at=AT)
        machine.sell_some(60, at=AT)
        machine.fault("EJB_A1", AT, active=True)
        machine.cut_power(AT)
        yield machine.audit(AT)


def real_audits() -> list[bytes]:
    """Audits of real machines; none where they are not on this machine."""
    return [file.read_bytes() for file in sorted(SAMPLES.glob("*")) if file.suffix != ".md"]
