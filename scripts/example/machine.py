"""A machine of the example: what is really in it, what it sells, and what it reports."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from domain.dex import writer
from domain.dex.odometers import CashPath, Odometers
from scripts.example.catalogue import KINDS, PRODUCTS, Cabinet, Place, Product, Site

CARD_SHARE = 0.45
CASH_PATHS: tuple[CashPath, ...] = ("box", "tubes", "bills")


class Machine:
    """One machine. `plan` is what each cabinet's slots hold, in the order of the slots."""

    def __init__(self, site: Site, place: Place, seed: int) -> None:
        self.site = site
        self.chance = random.Random(seed)  # noqa: S311  # a story, not a secret
        kind = KINDS[site.kind]
        self.plan = [self._planned(cabinet) for cabinet in kind.cabinets]
        self._slots = {code: product for slots in self.plan for code, product in slots}
        self.rates = {
            code: product.appeal * place.traffic * self.chance.uniform(0.5, 1.1)
            for code, product in self._slots.items()
        }
        self.stock = {code: par_of(product) for code, product in self._slots.items()}
        prices = {code: product.price_cents for code, product in self._slots.items()}
        self.odometers = Odometers.of(f"EX{site.asset}7", prices, site.asset)
        self.odometers.model = kind.model
        self.odometers.communication_id = "EXA0000001"
        for code, product in self._slots.items():
            self.odometers.selections[code].capacity = product.depth
            self._count(code, self.chance.randint(80, 900))

    def live(self, day: datetime) -> None:
        """Sell for a day; now and then something is lost that no counter knows of."""
        for code, rate in self.rates.items():
            wanted = _poisson(self.chance, rate)
            out = min(wanted, self.stock[code])
            self.stock[code] -= out
            if out:
                self._count(code, out)
            selection = self.odometers.selections[code]
            if wanted > out:
                selection.sold_out_attempts += wanted - out
                selection.sold_out_at = selection.sold_out_at or day + timedelta(hours=15)
            if self.stock[code] > 1 and self.chance.random() < 0.002:
                self.stock[code] -= 1

    def load(self, code: str, units: int, at: datetime) -> None:
        """Put units in; the door is opened for it."""
        self.stock[code] += units
        self.odometers.selections[code].sold_out_at = None
        if not self.odometers.events or self.odometers.events[-1].at < at:
            self.odometers.happen("EGS", at, 12)

    def price(self, product: Product, cents: int) -> None:
        """Charge another price for a product from now on."""
        for code, held in self._slots.items():
            if held == product:
                self.odometers.selections[code].price_cents = cents

    def fault(self, code: str, at: datetime) -> None:
        """Something breaks and stays broken."""
        self.odometers.happen(code, at, 0)
        self.odometers.event_tallies[code].active = True

    def audit(self, at: datetime) -> bytes:
        """The file that it sends at `at`, its own local time."""
        self.odometers.reads += 1
        content = writer.write(self.odometers, at)
        self.odometers.last_read = at
        return content

    def _planned(self, cabinet: Cabinet) -> list[tuple[str, Product]]:
        """Every product that fits at least once, the favourites twice where there is room."""
        fitting = [product for product in PRODUCTS if product.category in cabinet.categories]
        by_appeal = sorted(fitting, key=lambda product: -product.appeal)
        room = cabinet.rows * cabinet.columns
        chosen = (by_appeal * 2)[:room] if room > len(fitting) else by_appeal[:room]
        chosen.sort(key=lambda product: product.sku)
        return list(zip(_codes(cabinet), chosen, strict=True))

    def _count(self, code: str, units: int) -> None:
        by_card = (
            round(units * CARD_SHARE)
            if units > 3
            else sum(self.chance.random() < CARD_SHARE for _ in range(units))
        )
        for count, device in ((by_card, "DA"), (units - by_card, "CA")):
            if count:
                path = self.chance.choice(CASH_PATHS)
                self.odometers.sell(code, count, device=device, paid_into=path)


def par_of(product: Product) -> int:
    """Popular products are filled to the brim; slow ones are not, so that they stay fresh."""
    return product.depth if product.appeal >= 0.5 else product.depth - 2


def _codes(cabinet: Cabinet) -> Iterator[str]:
    for row in range(cabinet.rows):
        for column in range(1, cabinet.columns + 1):
            yield {
                "letters": f"{chr(ord('A') + row)}{column}",
                "tens": f"{(row + 1) * 10 + column}",
                "hundreds": f"{(row + 2) * 100 + column}",
                "plain": f"{row * cabinet.columns + column}",
            }[cabinet.scheme]


def _poisson(chance: random.Random, rate: float) -> int:
    """Knuth's way, which is quick for small rates."""
    limit, product, count = math.exp(-rate), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count
