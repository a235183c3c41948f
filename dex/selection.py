"""One selection of the machine: what it sells, at which price, and its odometers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from dex.amounts import LARGEST, cents, small, total
from dex.clock import moment
from dex.error import DexError
from dex.records import Record
from dex.shifted import straightened
from dex.totals import NOTHING, Totals, added, count_first, swapped

# The largest machines have some hundred; more would only be work for nothing.
MOST_SELECTIONS = 2_000
_OF_A_BLOCK = frozenset({"PA2", "PA3", "PA4", "PA5"})


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
    `paid_by` are its PA7 records, whose amounts have `shift` more decimals than the books.
    `part` is the cabinet of a combination machine, in the order of its audits.
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
    paid_by: tuple[Record, ...] = ()
    shift: int = 0
    columns: tuple[int, ...] = ()
    part: int = 1

    @property
    def payments(self) -> tuple[Payment, ...]:
        """How it was paid, read when somebody asks: most machines are accounted from PA2."""
        return tuple(_payment(each, self.shift) for each in self.paid_by)

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

    def by_payment(self) -> Selection:
        """The same with its sales counted as the sum of its ways of payment (PA7)."""
        payments = self.payments
        first_price = payments[0].price_cents if payments else None
        return self.with_paid(
            Totals(
                _money([each.value_init_cents for each in payments]),
                _sum(each.count_init for each in payments),
                _money([each.value_rst_cents for each in payments]),
                _sum(each.count_rst for each in payments),
            )
        )._replace(price_cents=first_price if self.price_cents is None else self.price_cents)

    def second_pair(self) -> Selection:
        """The same with the third and fourth counters read as those since initialisation."""
        return self.with_paid(swapped(self.paid))._replace(
            test=swapped(self.test),
            free=swapped(self.free),
            paid_by=tuple(map(_with_second_pair, self.paid_by)),
        )


def _sum(parts: Iterable[int | None]) -> int | None:
    """What was paid in every way; a way that says nothing, and no way at all, sold nothing."""
    summed = total(parts) or 0
    return summed if summed <= LARGEST else None


def _money(parts: Sequence[int | None]) -> int | None:
    """What all ways of payment took; None where there are some, and none says."""
    return None if parts and all(part is None for part in parts) else _sum(parts)


@dataclass(slots=True)
class _Draft:
    """A selection's records as they come, until its last one is read."""

    name: Record
    records: dict[str, Record] = field(default_factory=dict)
    payments: list[Record] = field(default_factory=list)

    def finished(self, shift: int) -> Selection:
        name, price, product, capacity, fill, _, status = self.name.leading(7)
        sales, sold_out = self.records.get("PA2"), self.records.get("PA5")
        paid = count_first(sales, 1, shift)
        return Selection(
            selection=name,
            price_cents=cents(small(price), shift),
            product_name=_product_name(product, name),
            capacity=small(capacity),
            standard_fill=small(fill),
            status=status or None,
            count_init=paid.count_init,
            value_init_cents=paid.value_init_cents,
            count_rst=paid.count_rst,
            value_rst_cents=paid.value_rst_cents,
            test=count_first(self.records.get("PA3"), 1, shift),
            free=count_first(self.records.get("PA4"), 1, shift),
            discounts=count_first(sales, 5, shift),
            surcharges=count_first(sales, 9, shift),
            sold_out_at=moment(sold_out.field(1), sold_out.field(2)) if sold_out else None,
            sold_out_attempts=small(sold_out.field(3)) if sold_out else None,
            paid_by=tuple(_once(self.payments)),
            shift=shift,
        )


def _product_name(text: str, selection: str) -> str | None:
    # Some machines repeat the selection where the product would stand.
    product = " ".join(text.split())
    return product if product and product != selection else None


def _once(payments: list[Record]) -> Iterable[Record]:
    """The payments; what a file says twice, beside the selection and again apart, once."""
    if len(payments) < 2 or (len(payments) == 2 and payments[0].fields != payments[1].fields):
        return payments
    return {record.fields: record for record in payments}.values()


def _with_second_pair(payment: Record) -> Record:
    """A PA7 record with its two pairs of counters exchanged."""
    four = payment.four(5)
    return payment._replace(fields=(*payment.fields[:4], *four[2:], *four[:2]))


def _payment(record: Record, shift: int) -> Payment:
    counted = count_first(record, 5, shift)
    return Payment(
        device=record.field(2),
        price_list=record.field(3) or None,
        price_cents=cents(small(record.field(4)), shift),
        count_init=counted.count_init,
        value_init_cents=counted.value_init_cents,
        count_rst=counted.count_rst,
        value_rst_cents=counted.value_rst_cents,
    )


@dataclass(frozen=True, slots=True)
class Read:
    """The selections in file order as PA2 counts them, and what was odd, as sentences.

    `unnamed` are those that only PA7 knows: they count where payments are what counts.
    """

    selections: list[Selection]
    unnamed: list[Selection]
    warnings: list[str]


def read_selections(records: Sequence[Record], shift: int, sold_count: int | None) -> Read:
    """Every selection of an audit.

    A selection that appears twice is one: the same figures once; different
    figures added where only their sum makes up `sold_count` (VA1), else the
    block with the higher counter. Raises DexError for more than any machine has.
    """
    records, warnings = straightened(records)
    drafts, unnamed, odd = _drafts(records)
    warnings += odd
    blocks: dict[str, list[Selection]] = {}
    for draft in drafts:
        blocks.setdefault(draft.name.field(1), []).append(draft.finished(shift))
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
    return Read(selections, [draft.finished(shift) for draft in unnamed], warnings)


class _Drafts:
    """The selections being gathered while the records go by."""

    def __init__(self) -> None:
        self.drafts: list[_Draft] = []
        self.latest: dict[str, _Draft] = {}
        self.apart: dict[str, list[Record]] = {}
        self.current: _Draft | None = None
        self.nameless = 0
        self.orphans = 0

    def take(self, records: Iterable[Record]) -> None:
        for record in records:
            record_id = record.id
            if record_id in _OF_A_BLOCK:
                if self.current is not None:
                    self.current.records.setdefault(record_id, record)
                elif not self.nameless and any(record.fields):
                    self.orphans += 1
            elif record_id == "PA7":
                # PA7 names its selection, and on some machines stands apart from its block.
                name = record.field(1)
                if owner := self.latest.get(name):
                    owner.payments.append(record)
                elif name:
                    self.apart.setdefault(name, []).append(record)
            elif record_id == "PA1":
                self._begin(record)

    def join(self) -> list[_Draft]:
        """Give the payments that came before their selection to it; what is left is no one's."""
        spelled: dict[str, list[_Draft]] = {}
        for name, draft in self.latest.items():
            spelled.setdefault(name.lstrip("0"), []).append(draft)
        unnamed = []
        for name, records in self.apart.items():
            alike = spelled.get(name.lstrip("0"), [])
            owner = self.latest.get(name) or (alike[0] if len(alike) == 1 else None)
            if owner is None:
                first = records[0]
                owner = _Draft(Record(first.line, "PA1", (name, first.field(4))))
                unnamed.append(owner)
            owner.payments[:0] = records
        _check_number(len(self.latest) + len(unnamed), 1)
        return unnamed

    def _begin(self, record: Record) -> None:
        name = record.field(1)
        if not name:
            self.current = None
            self.nameless += any(map(str.strip, record.fields))
            return
        self.current = self.latest[name] = _Draft(record)
        self.drafts.append(self.current)
        _check_number(len(self.latest), record.line)


def _check_number(selections: int, line: int) -> None:
    if selections > MOST_SELECTIONS:
        raise DexError(
            line, f"The audit has more than {MOST_SELECTIONS} selections; no machine does."
        )


def _drafts(records: Sequence[Record]) -> tuple[list[_Draft], list[_Draft], list[str]]:
    """The selections, those that only payments name, and what was odd."""
    gathered = _Drafts()
    gathered.take(records)
    unnamed = gathered.join() if gathered.apart else []
    warnings = []
    if gathered.orphans:
        warnings.append(
            "1 sales record stands before any selection and was left out."
            if gathered.orphans == 1
            else f"{gathered.orphans} sales records stand before any selection and were left out."
        )
    if gathered.nameless:
        warnings.append(
            f"{gathered.nameless} selections have no code (PA1 begins with an empty field); "
            "what they sold was left out."
        )
    return gathered.drafts, unnamed, warnings


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
                paid_by=tuple(payment for each in several for payment in each.paid_by),
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
