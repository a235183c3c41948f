"""One selection of the machine: what it sells, at which price, and its odometers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from dex.amounts import cents, small, total
from dex.clock import moment
from dex.error import DexError
from dex.records import Record
from dex.totals import NOTHING, Totals, added, count_first, swapped

# The largest machines have some hundred; more would only be work for nothing.
MOST_SELECTIONS = 2_000


class Payment(NamedTuple):
    """What one selection sold through one device at one price list (PA7).

    `device` is CA cash, DA cashless 1, DB cashless 2, TA token… as written.
    """

    device: str
    price_list: str | None
    price_cents: int | None
    count_init: int | None
    value_init_cents: int | None
    count_rst: int | None
    value_rst_cents: int | None


class Selection(NamedTuple):
    """The PA records of one selection. Counters are odometers; None where not said.

    `ignorable` proposes to leave it out of the books: it costs nothing and has
    never taken money (an unused slot, or the "no cup" counter of a coffee machine).
    """

    selection: str
    price_cents: int | None = None
    product_name: str | None = None
    capacity: int | None = None
    standard_fill: int | None = None
    status: str | None = None
    count_init: int | None = None
    value_init_cents: int | None = None
    count_rst: int | None = None
    value_rst_cents: int | None = None
    test: Totals = NOTHING
    free: Totals = NOTHING
    discounts: Totals = NOTHING
    surcharges: Totals = NOTHING
    sold_out_at: datetime | None = None
    sold_out_attempts: int | None = None
    payments: tuple[Payment, ...] = ()
    columns: tuple[int, ...] = ()

    @property
    def ignorable(self) -> bool:
        return self.price_cents == 0 and not self.value_init_cents

    @property
    def paid(self) -> Totals:
        return Totals(self.value_init_cents, self.count_init, self.value_rst_cents, self.count_rst)

    def with_paid(self, paid: Totals) -> Selection:
        """The same selection with other sales counters."""
        return self._replace(
            count_init=paid.count_init,
            value_init_cents=paid.value_init_cents,
            count_rst=paid.count_rst,
            value_rst_cents=paid.value_rst_cents,
        )

    def second_pair(self) -> Selection:
        """The same with the third and fourth counters read as those since initialisation."""
        return self.with_paid(swapped(self.paid))._replace(
            test=swapped(self.test),
            free=swapped(self.free),
            payments=tuple(
                each._replace(
                    count_init=each.count_rst,
                    value_init_cents=each.value_rst_cents,
                    count_rst=each.count_init,
                    value_rst_cents=each.value_init_cents,
                )
                for each in self.payments
            ),
        )


@dataclass(slots=True)
class _Draft:
    """A selection's records as they come, until its last one is read."""

    name: Record
    records: dict[str, Record] = field(default_factory=dict)
    payments: list[Record] = field(default_factory=list)

    def finished(self, decimals: int) -> Selection:
        sales, sold_out = self.records.get("PA2"), self.records.get("PA5")
        paid = count_first(sales, 1, decimals)
        return Selection(
            selection=self.name.field(1),
            price_cents=cents(small(self.name.field(2)), decimals),
            product_name=_product_name(self.name),
            capacity=small(self.name.field(4)),
            standard_fill=small(self.name.field(5)),
            status=self.name.field(7) or None,
            count_init=paid.count_init,
            value_init_cents=paid.value_init_cents,
            count_rst=paid.count_rst,
            value_rst_cents=paid.value_rst_cents,
            test=count_first(self.records.get("PA3"), 1, decimals),
            free=count_first(self.records.get("PA4"), 1, decimals),
            discounts=count_first(sales, 5, decimals),
            surcharges=count_first(sales, 9, decimals),
            sold_out_at=moment(sold_out.field(1), sold_out.field(2)) if sold_out else None,
            sold_out_attempts=small(sold_out.field(3)) if sold_out else None,
            payments=tuple(_payment(record, decimals) for record in self.payments),
        )


def _product_name(name: Record) -> str | None:
    # Some machines repeat the selection where the product would stand.
    product = " ".join(name.field(3).split())
    return product if product and product != name.field(1) else None


def _payment(record: Record, decimals: int) -> Payment:
    counted = count_first(record, 5, decimals)
    return Payment(
        device=record.field(2),
        price_list=record.field(3) or None,
        price_cents=cents(small(record.field(4)), decimals),
        count_init=counted.count_init,
        value_init_cents=counted.value_init_cents,
        count_rst=counted.count_rst,
        value_rst_cents=counted.value_rst_cents,
    )


def read_selections(
    records: Sequence[Record], decimals: int, sold_count: int | None
) -> tuple[list[Selection], list[str]]:
    """Every selection in file order, and what was odd about them, as sentences.

    A selection that appears twice is one: the same figures once; different
    figures added where only their sum makes up `sold_count` (VA1), else the
    block with the higher counter. Raises DexError for more than any machine has.
    """
    drafts, warnings = _drafts(records)
    blocks: dict[str, list[Selection]] = {}
    for draft in drafts:
        blocks.setdefault(draft.name.field(1), []).append(draft.finished(decimals))
    repeated = {name for name, several in blocks.items() if len(several) > 1}
    everything = total(each.count_init for several in blocks.values() for each in several)
    add = bool(repeated) and everything is not None and everything == sold_count
    columns = _columns(records)
    selections = []
    for name, several in blocks.items():
        merged = _merged(several, add=add)
        if name in columns:
            merged = merged._replace(columns=columns[name])
        selections.append(merged)
        if name in repeated:
            how = "their counters were added" if add else "the highest counters were kept"
            warnings.append(f"Selection {name} appears {len(several)} times; {how}.")
    return selections, warnings


def _drafts(records: Sequence[Record]) -> tuple[list[_Draft], list[str]]:
    drafts: list[_Draft] = []
    latest: dict[str, _Draft] = {}
    orphans = 0
    for record in records:
        if record.id == "PA1" and record.field(1):
            drafts.append(_Draft(record))
            latest[record.field(1)] = drafts[-1]
            if len(latest) > MOST_SELECTIONS:
                raise DexError(
                    record.line,
                    f"The audit has more than {MOST_SELECTIONS} selections; no machine does.",
                )
        elif record.id == "PA7":
            # PA7 names its selection, and on some machines stands apart from its block.
            if owner := latest.get(record.field(1)):
                owner.payments.append(record)
        elif record.id in ("PA2", "PA3", "PA4", "PA5"):
            if drafts:
                drafts[-1].records.setdefault(record.id, record)
            else:
                orphans += 1
    warnings = []
    if orphans:
        warnings.append(f"{orphans} sales records stand before any selection and were left out.")
    return drafts, warnings


def _merged(several: list[Selection], *, add: bool) -> Selection:
    if len(several) == 1:
        return several[0]
    if add:
        return (
            several[0]
            .with_paid(added(each.paid for each in several))
            ._replace(
                test=added(each.test for each in several),
                free=added(each.free for each in several),
                discounts=added(each.discounts for each in several),
                surcharges=added(each.surcharges for each in several),
                payments=tuple(payment for each in several for payment in each.payments),
            )
        )
    return max(several, key=lambda each: each.count_init if each.count_init is not None else -1)


def _columns(records: Sequence[Record]) -> dict[str, tuple[int, ...]]:
    """`MA5*SEL01*3,4,9` says that selection 1 drops from columns 3, 4 and 9."""
    found: dict[str, tuple[int, ...]] = {}
    for record in records:
        if record.id != "MA5":
            continue
        label = record.field(1)
        if label.startswith("SEL") and len(label) > 3:
            name = label[3:].lstrip("0") or "0"
            parts = record.field(2).split(",")
            columns = tuple(each for part in parts if (each := small(part)) is not None)
            found.setdefault(name, columns)
            found.setdefault(label[3:], columns)
    return found
