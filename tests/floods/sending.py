"""Mutated audits sent to the shipped server: each is taken in whole, or refused without a trace.

with sending(database_url, output, seed=7) as sender:
    pour(sender, flood_of(7, 5000))     raises Failed when neither is what happened
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import auth
import contract
from db import Engine, open_engine, scalar
from services.books import rebuild
from services.system import audit_service
from tests.faults.fleet import SLOTS, make_fleet
from tests.faults.served import Client, Gone, Reply, Server, serving
from tests.floods.mutations import mutated
from tests.floods.seeds import AT, seeds
from tests.floods.taking_in import Failed, keep
from tests.kit.machine import Machine
from tests.migrations.schema_reader import tables_of
from tests.services.books.sums_by_day import check_sums
from tests.state.books_checks import check_stock, snapshot

DEVICES = 12
# What a refusal may leave behind: the file itself, where people look at what was refused,
# the audit entry that says so, and what is counted of who sent it.
KEPT = "quarantined_files"
OTHER_ENTRIES = "SELECT count(*) FROM audit_entries WHERE noun <> 'quarantined_file'"
# What only grows is counted; of all else the content is compared.
GROWING = {
    *("audit_entries", "daily_device_sales", "daily_product_sales", "daily_selection_sales"),
    *("daily_location_sales", "daily_route_sales", "daily_sales"),
    *("dex_contents", "dex_reads", "dex_selections", "idempotency_keys", "quarantined_files"),
    *("sales", "search_grams", "sessions", "stock_moves"),
}
COUNTED = {"dex_sources", "dex_source_days"}
TICKS = os.sysconf("SC_CLK_TCK")
VERIFIER = auth.console("verification")
OPERATIONS = {operation.name: operation for operation in contract.current().operations}


@dataclass
class Sender:
    """Sends files as a manager; remembers what came of them, and what each cost the server."""

    client: Client
    engine: Engine
    server: Server
    device_ids: list[int]
    chance: random.Random
    tables: list[str]
    answers: Counter[int] = field(default_factory=Counter)
    accepted: int = 0
    slowest_s: float = 0.0
    slowest: str = ""

    def send(self, data: bytes, name: str) -> None:
        """Upload a file; what was taken in is then looked at, and often decided."""
        before = self._rows()
        spent = self._spent_s()
        fields = {"device_id": str(self.chance.choice(self.device_ids))}
        reply = self._upload(data, name, fields if self.chance.random() < 0.2 else {})
        seconds = self._spent_s() - spent
        if seconds > self.slowest_s:
            self.slowest_s, self.slowest = seconds, name
        self.answers[reply.status] += 1
        if reply.status in (200, 201):
            _check_answer("dex_read_service.create_dex_read", reply)
            self._decide(reply.json)
            return
        assert reply.status in (409, 413, 422), str(reply)
        assert reply.headers["content-type"] == contract.PROBLEM, str(reply)
        after = self._rows()
        if reply.status == 422:
            before[KEPT] = after[KEPT] = 0
        assert after == before, {
            name: (before[name], after[name]) for name in after if after[name] != before[name]
        }

    def peak_kib(self) -> int:
        """The most memory that the process that answers ever had."""
        status = Path(f"/proc/{self.server.workers()[0]}/status").read_text()
        (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1])

    def _upload(self, data: bytes, name: str, fields: dict[str, str]) -> Reply:
        return self.client.ask(
            "POST",
            "/api/dex-reads",
            form(data, f"{name}.dex", fields),
            Content_Type="multipart/form-data; boundary=flood",
        )

    def _decide(self, read: dict[str, Any]) -> None:
        """Look at a read as a person would, and put it into the books against all advice."""
        path = f"/api/dex-reads/{read['id']}"
        shown = self.client.get(path)
        assert shown.status == 200, str(shown)
        _check_answer("dex_read_service.get_dex_read", shown)
        if read["device_id"] is None and self.chance.random() < 0.3:
            body = b'{"device_id": %d}' % self.chance.choice(self.device_ids)
            self._post(f"{path}/assignment", body)
        if self.chance.random() < 0.5:
            self._post(f"{path}/acceptance", None)

    def _post(self, path: str, body: bytes | None) -> None:
        reply = self.client.ask("POST", path, body, Content_Type="application/json")
        assert reply.status in (200, 409), str(reply)
        self.accepted += reply.status == 200

    def _spent_s(self) -> float:
        """Processor time of the process that answers."""
        text = Path(f"/proc/{self.server.workers()[0]}/stat").read_text()
        user, system = text.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / TICKS

    def _rows(self) -> dict[str, Any]:
        """How many rows each table has, or which."""
        with self.engine.reading() as db:
            rows = {
                table: scalar(db, f"SELECT count(*) FROM {table}")
                if table in GROWING
                else sorted(str(row) for row in db.query(f"SELECT * FROM {table}"))
                for table in self.tables
            }
            return {**rows, "audit_entries": scalar(db, OTHER_ENTRIES)}


@contextmanager
def sending(
    database_url: str, output: Path, *, seed: int, plant: str | None = None
) -> Iterator[Sender]:
    """A sender at a server with a fleet; `plant` is a fault, as in tests/faults/served.py."""
    fleet = make_fleet(database_url, DEVICES)
    with (
        serving(database_url, output, plant=plant) as server,
        closing(open_engine(database_url)) as engine,
        closing(Client(server.port, fleet.token)) as client,
    ):
        with engine.reading() as db:
            tables = [table for table in tables_of(db) if table not in COUNTED]
        device_ids = [place.stop.device_id for place in fleet.places]
        yield Sender(client, engine, server, device_ids, random.Random(seed), tables)


def flood_of(seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """The names and bytes of the cases that are sent: mutated audits of the fleet's machines."""
    begun = (*_histories(), *seeds())
    for number in range(count):
        chance = random.Random(f"{seed}/sent/{number}")
        yield f"{seed}-sent-{number}", mutated(begun, chance)


def pour(sender: Sender, files: Iterable[tuple[str, bytes]]) -> None:
    """Send them all. Raises Failed for the first that is neither taken in nor refused."""
    for name, data in files:
        try:
            sender.send(data, name)
        except (AssertionError, Gone) as error:
            raise Failed(f"{name}, {keep(name, data)}: {error}") from error


def check_books(sender: Sender) -> None:
    """Whatever was taken in, the books are those that its facts give when derived anew."""
    with sender.engine.reading() as db:
        check_stock(db, sender.device_ids)
        check_sums(db)
        assert audit_service.get_verification(db, VERIFIER)["ok"]
    for device_id in sender.device_ids:
        with sender.engine.writing() as db:
            before = snapshot(db, device_id)
            rebuild.rebuild(db, device_id=device_id, since="2000-01-01T00:00:00Z")
            assert snapshot(db, device_id) == before


def form(content: bytes, filename: str, fields: Mapping[str, str]) -> bytes:
    """A multipart body with the boundary `flood`."""
    part = '--flood\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    others = "".join(part.format(name, text) for name, text in fields.items())
    file = f'--flood\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n\r\n'
    return (others + file).encode() + content + b"\r\n--flood--\r\n"


def _histories() -> Iterator[bytes]:
    """Weeks of audits of the fleet's machines, which are known by their asset."""
    for number in range(DEVICES):
        machine = Machine(
            serial=f"FL{number}", asset=f"F{number}", selections=dict.fromkeys(SLOTS, 150)
        )
        for day in range(8):
            machine.sell_some(number)
            yield machine.audit(AT + timedelta(days=3 * day + number / 10))


def _check_answer(name: str, reply: Reply) -> None:
    validator = OPERATIONS[name].answers[reply.status]
    assert validator is not None
    assert not validator.errors(reply.json), f"{name}: {validator.errors(reply.json)}"
