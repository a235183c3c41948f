"""Write an audit from counters: a valid DEX file with its record count and checksum."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from domain.dex.crc import crc16
from domain.dex.odometers import Odometers, SelectionOdometers, Tally

Field = str | int | None


def write(odometers: Odometers, clock: datetime | None, *, newline: str = "\r\n") -> bytes:
    """The audit a machine with these counters sends when its own clock shows `clock`."""
    body = lines(odometers, clock)
    return seal(body, communication_id=odometers.communication_id, newline=newline)


def seal(body: Sequence[str], *, communication_id: str = "", newline: str = "\r\n") -> bytes:
    """`body` between DXS and DXE, with the record count (SE) and checksum (G85) it has.

    The checksum is over CRLF line ends whatever `newline` is, as on the wire.
    """
    opening = ["ST*001*0001", *body]
    covered = "".join(line + "\r\n" for line in opening).encode()
    everything = [
        record("DXS", communication_id, "VA", "V0/6", 1),
        *opening,
        record("G85", f"{crc16(covered):04X}"),
        record("SE", len(opening) + 2, "0001"),
        "DXE*1*1",
    ]
    return "".join(line + newline for line in everything).encode()


def record(record_id: str, *fields: Field) -> str:
    """One line; what would break the format (`*`, line ends) becomes a space."""
    return "*".join([record_id, *map(_text, fields)])


def _text(field: Field) -> str:
    text = "" if field is None else str(field)
    return "".join(" " if letter in "*\r\n" else letter for letter in text)


def lines(odometers: Odometers, clock: datetime | None) -> list[str]:
    """The records between ST and G85. Without a `clock` the machine names no time."""
    return [
        *_identity(odometers, clock),
        *_money(odometers),
        *(
            line
            for name, selection in odometers.selections.items()
            for line in _selection(name, selection)
        ),
        *_events(odometers, clock),
    ]


def _identity(odometers: Odometers, clock: datetime | None) -> Iterator[str]:
    yield record(
        "ID1",
        odometers.serial,
        odometers.model,
        odometers.build,
        odometers.location,
        None,
        odometers.asset,
        6,
        1,
    )
    yield record("ID4", 2, None, odometers.currency)
    if clock:
        yield record("ID5", f"{clock:%Y%m%d}", f"{clock:%H%M%S}")


def _money(odometers: Odometers) -> Iterator[str]:
    selections = odometers.selections.values()
    for record_id, tallies in (
        ("VA1", [each.paid for each in selections]),
        ("VA2", [each.test for each in selections]),
        ("VA3", [each.free for each in selections]),
        *((f"{device}2", [tally]) for device, tally in odometers.sales.items()),
    ):
        total = _sum(tallies)
        yield record(
            record_id,
            total.value_init_cents,
            total.count_init,
            total.value_rst_cents,
            total.count_rst,
        )
    box, tubes, bills = (odometers.cash_in[path] for path in ("box", "tubes", "bills"))
    everything = _sum([box, tubes, bills])
    yield record(
        "CA3",
        everything.value_rst_cents,
        box.value_rst_cents,
        tubes.value_rst_cents,
        bills.count_rst,
        everything.value_init_cents,
        box.value_init_cents,
        tubes.value_init_cents,
        bills.count_init,
        bills.value_rst_cents,
        bills.value_init_cents,
    )
    dispensed = odometers.dispensed
    yield record("CA4", dispensed.value_rst_cents, 0, dispensed.value_init_cents, 0)
    if odometers.coins:
        yield record("CA15", sum(value * count for value, count in odometers.coins.items()))
        for kind, (value, count) in enumerate(odometers.coins.items()):
            yield record("CA17", kind, value, count, 0, 0, 0)


def _sum(tallies: Iterable[Tally]) -> Tally:
    total = Tally()
    for each in tallies:
        total.count_init += each.count_init
        total.value_init_cents += each.value_init_cents
        total.count_rst += each.count_rst
        total.value_rst_cents += each.value_rst_cents
    return total


def _selection(name: str, selection: SelectionOdometers) -> Iterator[str]:
    yield record("PA1", name, selection.price_cents, selection.product, selection.capacity)
    for record_id, tally in (
        ("PA2", selection.paid),
        ("PA3", selection.test),
        ("PA4", selection.free),
    ):
        yield record(record_id, *_count_first(tally))
    if at := selection.sold_out_at:
        yield record("PA5", f"{at:%Y%m%d}", f"{at:%H%M%S}", selection.sold_out_attempts)
    for device, tally in selection.by_device.items():
        yield record("PA7", name, device, 0, selection.price_cents, *_count_first(tally))


def _count_first(tally: Tally) -> tuple[int, int, int, int]:
    return tally.count_init, tally.value_init_cents, tally.count_rst, tally.value_rst_cents


def _events(odometers: Odometers, clock: datetime | None) -> Iterator[str]:
    for event in odometers.events:
        yield record("EA1", event.code, f"{event.at:%Y%m%d}", f"{event.at:%H%M}", event.minutes)
    for code, tally in odometers.event_tallies.items():
        yield record("EA2", code, tally.count_rst, tally.count_init, None, int(tally.active))
    if clock:
        last = odometers.last_read
        yield record(
            "EA3",
            odometers.reads,
            f"{clock:%Y%m%d}",
            f"{clock:%H%M%S}",
            None,
            f"{last:%Y%m%d}" if last else None,
            f"{last:%H%M%S}" if last else None,
        )
    outages = odometers.power_outages
    yield record("EA7", outages.count_rst, outages.count_init)
