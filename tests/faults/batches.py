"""Batches of audits that a job books, one after another, each with an audit that is its own."""

from __future__ import annotations

import io
import time
import zipfile
from contextlib import closing
from datetime import timedelta

import clock
from db import Engine, scalar
from services.reads import dex_batch_service
from tests.faults.fleet import Fleet, Place
from tests.faults.load import form_of
from tests.faults.served import Client

FORM = "multipart/form-data; boundary=border"
HEAD = b'--border\r\nContent-Disposition: form-data; name="file"; filename="night.zip"\r\n\r\n'
END = b"\r\n--border--\r\n"
CHANGES_WITHIN_S = 120
JOBS = "SELECT id, state FROM jobs WHERE kind = 'reads.batch'"
KEPT = "SELECT filename FROM dex_reads WHERE device_id = :id ORDER BY id"
UNDECIDED = "SELECT count(*) FROM dex_reads WHERE status NOT IN ('booked', 'baseline')"


class Batches:
    """The batches of one machine that nobody else reads; `job_ids` are of the acknowledged."""

    def __init__(self, fleet: Fleet, place: Place) -> None:
        self._fleet = fleet
        self._place = place
        self._audits = 0
        self.job_ids: list[int] = []

    def send(self, port: int) -> None:
        """One more, too long to be booked at once: its audit, and files that are none."""
        with closing(Client(port, self._fleet.token)) as client:
            if not self._audits:
                # From the first, by hand, its serial number says whose an audit is.
                name, device_id = self._name(), self._place.stop.device_id
                form = form_of(name, self._audit(), device_id)
                self._sent(client, "/api/dex-reads", form, 201)
            self.job_ids.append(self._sent(client, "/api/dex-batches", self._batch(), 202))

    def wait(self, engine: Engine) -> None:
        """Until the jobs of all are done; one of them has to change now and then."""
        wanted = dict.fromkeys(self.job_ids, "done")
        seen, since = None, time.monotonic()
        while seen != wanted:
            with engine.reading() as db:
                states = dict(db.execute(JOBS).fetchall())
            if states != seen:
                seen, since = states, time.monotonic()
            assert time.monotonic() - since < CHANGES_WITHIN_S, states
            time.sleep(0.05)

    def check(self, engine: Engine) -> None:
        """Each has its own job, and each audit is there once, in its order, and booked."""
        assert len(set(self.job_ids)) == len(self.job_ids)
        with engine.reading() as db:
            kept = [row[0] for row in db.execute(KEPT, {"id": self._place.stop.device_id})]
            assert kept == [f"batch-{number}.dex" for number in range(self._audits)]
            assert scalar(db, UNDECIDED) == 0

    def _sent(self, client: Client, path: str, form: bytes, status: int) -> int:
        answer = client.ask("POST", path, form, Content_Type=FORM)
        assert answer.status == status, answer
        number: int = answer.json.get("job_id")
        return number

    def _batch(self) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            archive.writestr(f"{self._name()}.dex", self._audit())
            for number in range(dex_batch_service.MOST_AT_ONCE):
                archive.writestr(f"{number}.txt", f"no audit {self._audits} {number}")
        return HEAD + made.getvalue() + END

    def _name(self) -> str:
        return f"batch-{self._audits}"

    def _audit(self) -> bytes:
        """The next, an hour after the last."""
        self._audits += 1
        at = clock.to_datetime(self._fleet.begins_at) + timedelta(hours=self._audits)
        self._place.machine.sell_some(1)
        return self._place.machine.audit(at.replace(tzinfo=None))
