"""How long a search of everything takes in a fleet of 20,000 machines, on both engines.

    python -m bench.search [FILE]

FILE keeps the fleet from one run to the next. Beside the one search stands what it replaces: a
list of each noun, asked for the same words. Both are asked in turn, in one process without HTTP.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import auth
from bench import fleet
from db import Database, Engine, open_engine
from services.catalogue import product_service
from services.fleet import device_search, device_service, location_service
from services.insight import search_service
from services.orders import service_order_service
from services.people import user_service
from storage import copying
from tests.kit.private_postgresql import private_server

DEVICES, SALES = 20_000, 100_000
TIMES = 15
ACTOR = auth.console()
KINDS = (
    *("Hospital", "School", "Kindergarten", "Station", "Library", "Museum", "Factory", "Office"),
    *("Warehouse", "Airport", "Hotel", "Stadium", "Theatre", "University", "Clinic", "Barracks"),
    *("Courthouse", "Laboratory", "Dormitory", "Terminal"),
)
PLACES = (
    *("Ashford", "Birchwood", "Carlton", "Dunmore", "Eastfield", "Fairview", "Glenrock"),
    *("Harborough", "Ironbridge", "Jamestown", "Kingsley", "Lakeside", "Middleton", "Northgate"),
    *("Oakhurst", "Pinehill", "Queensbury", "Riverton", "Stonehaven", "Thornbury", "Underwood"),
    *("Vineyard", "Westbrook", "Yarmouth"),
)
ASKED = {
    "an asset": "m07/12",
    "a common word": "hospital",
    "two common words": "hospital riverton",
    "a name": "kindergarten yarmouth",
    "a product": "product 017",
    "mistyped": "hopsital",
    "mistyped twice": "kindergaretm",
    "two words, one mistyped": "hospital rivertno",
    "both mistyped": "hopsital rivertno",
    "a short word, mistyped": "hotle",
    "the first letters mistyped": "ohpsital",
    "nothing like it": "wxyzwxyz",
}


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="cvd-bench-") as folder:
        file = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "fleet.db"
        if not file.exists():
            fleet.make(file, devices=DEVICES, sales=SALES)
            _name_places(file)
        _measure(f"sqlite:///{file}")
        with private_server() as url:
            copying.copy(f"sqlite:///{file}", url, report=lambda *_: None)
            _measure(url)


def _name_places(file: Path) -> None:
    """Words as people give them, for a fleet that is made by numbers has two."""
    chance = random.Random(1)
    with closing(open_engine(f"sqlite:///{file}")) as engine, engine.writing() as db:
        for location_id in [row["id"] for row in db.query("SELECT id FROM locations")]:
            name = f"{chance.choice(KINDS)} {chance.choice(PLACES)} {location_id}"
            asked = {"name": name, "id": location_id}
            db.execute("UPDATE locations SET name = :name WHERE id = :id", asked)
            location_service.keep_searchable(db, location_id=location_id)
        device_search.keep(db)


def _measure(url: str) -> None:
    with closing(open_engine(url)) as engine:
        print(f"\n{url.partition(':')[0]}: least and median of {TIMES}, in ms")
        for name, q in ASKED.items():
            found = _taken(engine, q)
            figures = (f"{label} {_figures(seconds)}" for label, seconds in found)
            print(f"  {name:28} {q:24} {'   '.join(figures)}", flush=True)


def _taken(engine: Engine, q: str) -> Iterator[tuple[str, list[float]]]:
    taken: dict[str, list[float]] = {"one search": [], "a list of each": []}
    for _ in range(TIMES + 1):
        for label, ask in (("one search", _search), ("a list of each", _lists)):
            taken[label].append(_seconds(engine, ask, q))
    # The first one learns the statements.
    return ((label, seconds[1:]) for label, seconds in taken.items())


def _seconds(engine: Engine, ask: Callable[[Database, str], Any], q: str) -> float:
    begin = time.perf_counter()
    with engine.reading() as db:
        ask(db, q)
    return time.perf_counter() - begin


def _search(db: Database, q: str) -> None:
    search_service.search(db, ACTOR, q=q, limit=5)


def _lists(db: Database, q: str) -> None:
    listed: dict[str, Any] = {"q": q, "limit": 5}
    device_service.list_devices(db, ACTOR, archived=False, sort="asset", **listed)
    location_service.list_locations(db, ACTOR, archived=False, sort="name", **listed)
    user_service.list_users(db, ACTOR, **listed)
    product_service.list_products(db, ACTOR, archived=False, sort="match", **listed)
    service_order_service.list_service_orders(db, ACTOR, open=True, **listed)


def _figures(seconds: list[float]) -> str:
    return f"{1000 * min(seconds):6.1f} {1000 * statistics.median(seconds):6.1f}"


if __name__ == "__main__":
    main()
