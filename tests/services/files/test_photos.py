"""Photos of devices, products and visits: who sees them, and what is left of them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from PIL import Image

import auth
import clock
from db import Engine, one, scalar
from jobs import enqueue
from server.job_worker import JobWorker
from services.files import file_service, images
from storage.files.folder import FolderStore
from storage.files.store import folder_of
from tests.kit.factories import (
    make_device,
    make_location,
    make_planogram,
    make_product,
    make_route,
    make_service_order,
    make_visit,
)
from tests.kit.people import Person
from tests.kit.photos import from_a_phone, photo_bytes

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")

PICTURE_WITH_A_SCRIPT = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def send(person: Person, noun: str, noun_id: int, content: bytes, name: str = "front.jpg") -> Any:
    form = {"noun": noun, "noun_id": str(noun_id), "file": (io.BytesIO(content), name)}
    return person.post("/api/files", data=form)


def added(person: Person, noun: str, noun_id: int, content: bytes) -> Any:
    answer = send(person, noun, noun_id, content)
    assert answer.status == 201, answer.text
    return answer.json


def photos(person: Person, noun: str, noun_id: int) -> list[int]:
    answer = person.get("/api/files", query_string={"noun": noun, "noun_id": noun_id})
    assert answer.status == 200, answer.text
    return [item["id"] for item in answer.json["items"]]


def picture(person: Person, path: str) -> Image.Image:
    answer = person.get(path)
    assert answer.status == 200, answer.text
    return Image.open(io.BytesIO(answer.body))


@pytest.fixture
def device(manager: Person, driver: Person) -> Any:
    """A device on the driver's route."""
    route = make_route(manager, driver=driver)
    location = make_location(manager)
    return make_device(manager, route_id=route["id"], location_id=location["id"])


def test_a_photo_is_turned_upright_and_forgets_where_it_was_taken(
    manager: Person, device: Any
) -> None:
    photo = added(manager, "device", device["id"], from_a_phone(400, 300))
    assert (photo["width"], photo["height"]) == (300, 400)
    assert photo["media_type"] == "image/jpeg"
    answer = manager.get(f"/api/files/{photo['id']}")
    assert len(answer.body) == photo["bytes"]
    assert b"Maker of phones" not in answer.body
    shown: Any = Image.open(io.BytesIO(answer.body))
    assert dict(shown.getexif()) == {}
    # What was on the left is on top.
    assert shown.getpixel((150, 20))[0] > 200
    assert shown.getpixel((150, 380))[2] > 200


def test_a_photo_is_there_in_two_small_sizes(manager: Person, device: Any) -> None:
    photo = added(manager, "device", device["id"], photo_bytes(2000, 1000))
    path = f"/api/files/{photo['id']}/thumbnail"
    assert picture(manager, path).size == (160, 80)
    assert picture(manager, f"{path}?size=1024").size == (1024, 512)
    assert manager.get(f"{path}?size=5000").status == 422


def test_a_small_photo_is_not_made_larger(manager: Person, device: Any) -> None:
    photo = added(manager, "device", device["id"], photo_bytes(50, 20))
    assert picture(manager, f"/api/files/{photo['id']}/thumbnail?size=1024").size == (50, 20)


def test_what_is_seen_through_stays_so(manager: Person) -> None:
    product = make_product(manager)
    photo = added(manager, "product", product["id"], photo_bytes(mode="RGBA"))
    assert photo["media_type"] == "image/png"


def test_a_browser_shows_a_photo_keeps_it_and_runs_nothing_of_it(
    manager: Person, device: Any
) -> None:
    photo = added(manager, "device", device["id"], photo_bytes())
    answer = manager.get(f"/api/files/{photo['id']}")
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    tag = answer.headers["ETag"]
    same = manager.get(f"/api/files/{photo['id']}", headers={"If-None-Match": tag})
    assert (same.status, same.body) == (304, b"")


@pytest.mark.both
def test_the_same_photo_sent_again_is_there_once(manager: Person, device: Any) -> None:
    first = added(manager, "device", device["id"], photo_bytes())
    again = send(manager, "device", device["id"], photo_bytes())
    assert (again.status, again.json) == (200, first)
    assert photos(manager, "device", device["id"]) == [first["id"]]


def test_the_same_photo_of_two_nouns_is_kept_once_and_shown_at_both(
    manager: Person, device: Any, database_url: str
) -> None:
    added(manager, "device", device["id"], photo_bytes(300, 200))
    added(manager, "product", make_product(manager)["id"], photo_bytes(300, 200))
    assert len([path for path in folder_of(database_url).rglob("*") if path.is_file()]) == 2


def test_a_driver_sees_the_photos_of_their_devices_alone(
    manager: Person, driver: Person, other_driver: Person, viewer: Person, device: Any
) -> None:
    photo = added(driver, "device", device["id"], photo_bytes())
    for person in (driver, viewer, manager):
        assert photos(person, "device", device["id"]) == [photo["id"]]
        assert person.get(f"/api/files/{photo['id']}").status == 200
    for path in ("", "/thumbnail"):
        assert other_driver.get(f"/api/files/{photo['id']}{path}").status == 404
    assert send(other_driver, "device", device["id"], photo_bytes(9, 9)).status == 404
    assert other_driver.delete(f"/api/files/{photo['id']}").status == 404
    assert send(viewer, "device", device["id"], photo_bytes(9, 9)).status == 403


@pytest.mark.both
def test_a_driver_sees_the_photos_of_products_and_leaves_them_alone(
    manager: Person, driver: Person
) -> None:
    product = make_product(manager)
    photo = added(manager, "product", product["id"], photo_bytes())
    assert photos(driver, "product", product["id"]) == [photo["id"]]
    assert send(driver, "product", product["id"], photo_bytes(9, 9)).status == 403
    assert driver.delete(f"/api/files/{photo['id']}").status == 403


def test_a_visit_has_photos_that_its_driver_adds(
    manager: Person, driver: Person, other_driver: Person, device: Any
) -> None:
    cabinet_id = device["cabinets"][0]["id"]
    make_planogram(manager, cabinet_id)
    order = make_service_order(
        manager, route_id=device["route_id"], cabinet_ids=[cabinet_id], driver=driver
    )
    visit = make_visit(driver, order)
    photo = added(driver, "visit", visit["id"], photo_bytes())
    assert photos(driver, "visit", visit["id"]) == [photo["id"]]
    assert other_driver.get(f"/api/files/{photo['id']}").status == 404


def test_a_photo_of_nothing_is_refused(manager: Person) -> None:
    assert send(manager, "device", 999_999, photo_bytes()).status == 404
    assert send(manager, "route", 1, photo_bytes()).status == 422


@pytest.mark.parametrize(
    ("make", "sentence"),
    # Made when they are sent: every worker reads these lines, and one of them sends.
    [
        pytest.param(lambda: b"", "is no photo", id="nothing"),
        pytest.param(lambda: b"%PDF-1.7\n", "is no photo", id="a document"),
        pytest.param(lambda: PICTURE_WITH_A_SCRIPT, "is no photo", id="a drawing"),
        pytest.param(lambda: photo_bytes()[:60], "is no photo", id="the begin of a photo"),
        pytest.param(lambda: from_a_phone(400, 300)[:2000], "is no photo", id="half a photo"),
        pytest.param(lambda: photo_bytes(kind="GIF"), "is no photo", id="another kind"),
        pytest.param(lambda: photo_bytes(6000, 5001, mode="L"), "30 megapixels", id="too large"),
        pytest.param(lambda: photo_bytes(30_001, 1000, mode="L"), "30 megapixels", id="too wide"),
    ],
)
def test_what_is_no_photo_is_refused_with_a_sentence(
    manager: Person, device: Any, make: Callable[[], bytes], sentence: str
) -> None:
    answer = send(manager, "device", device["id"], make())
    assert answer.status == 422
    assert sentence in answer.json["detail"]
    assert photos(manager, "device", device["id"]) == []


def test_a_photo_that_is_a_page_too_is_a_photo_only(manager: Person, device: Any) -> None:
    content = photo_bytes(kind="JPEG") + b"<html><script>alert(1)</script></html>"
    photo = added(manager, "device", device["id"], content)
    assert b"<script>" not in manager.get(f"/api/files/{photo['id']}").body


@pytest.mark.both
def test_a_removed_photo_can_be_brought_back(manager: Person, device: Any) -> None:
    photo = added(manager, "device", device["id"], photo_bytes())
    path = f"/api/files/{photo['id']}"
    assert manager.delete(path).status == 204
    assert photos(manager, "device", device["id"]) == []
    assert manager.get(path).status == 404
    assert manager.post(f"{path}/restoration").json == photo
    assert manager.post(f"{path}/restoration").status == 200
    assert photos(manager, "device", device["id"]) == [photo["id"]]


@pytest.mark.both
def test_it_is_not_brought_back_beside_its_like(manager: Person, device: Any) -> None:
    photo = added(manager, "device", device["id"], photo_bytes())
    manager.delete(f"/api/files/{photo['id']}")
    added(manager, "device", device["id"], photo_bytes())
    assert manager.post(f"/api/files/{photo['id']}/restoration").status == 409


def files_of(url: str) -> int:
    return len([path for path in folder_of(url).rglob("*") if path.is_file()])


def cleared(engine: Engine) -> Any:
    """What the job says that clears away."""
    with engine.writing() as db:
        job_id = enqueue(db, auth.console(), "retention.removal", {})
    JobWorker(engine, "first").run_one()
    with engine.reading() as db:
        row = one(db, "SELECT state, result FROM jobs WHERE id = :id", {"id": job_id})
    assert row is not None
    assert row["state"] == "done", row
    return orjson.loads(row["result"])["removed"]


def pass_days(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    later = clock.later(clock.now(), days=days, hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)


@pytest.mark.both
def test_content_that_never_got_its_row_is_dropped_after_a_week(
    manager: Person, device: Any, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = added(manager, "device", device["id"], photo_bytes(300, 200))
    name = hashlib.sha256(b"stored").hexdigest()
    engine.files.put(name, b"stored")
    assert cleared(engine) == "Nothing was past its time."
    assert engine.files.has(name)
    pass_days(monkeypatch, file_service.KEPT_DAYS)
    assert cleared(engine) == "Nothing was past its time."
    assert not engine.files.has(name)
    with engine.reading() as db:
        assert all(map(engine.files.has, file_service.contents(db)))
        assert scalar(db, "SELECT id FROM files") == photo["id"]


@pytest.mark.both
def test_content_that_goes_while_its_photo_is_added_is_said_and_nothing_refers_to_it(
    manager: Person, device: Any, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole_put = FolderStore.put

    def put_and_lose(self: FolderStore, name: str, content: bytes) -> None:
        whole_put(self, name, content)
        self.remove(name)

    monkeypatch.setattr(FolderStore, "put", put_and_lose)
    assert send(manager, "device", device["id"], photo_bytes(300, 200)).status == 503
    assert photos(manager, "device", device["id"]) == []


@pytest.mark.both
def test_what_was_removed_a_week_ago_is_cleared_away_unless_something_else_shows_it(
    manager: Person,
    device: Any,
    engine: Engine,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    removed = added(manager, "device", device["id"], photo_bytes(300, 200))
    shared = added(manager, "device", device["id"], photo_bytes(500, 200))
    kept = added(manager, "product", make_product(manager)["id"], photo_bytes(500, 200))
    for photo in (removed, shared):
        manager.delete(f"/api/files/{photo['id']}")
    assert cleared(engine) == "Nothing was past its time."
    before = files_of(database_url)
    pass_days(monkeypatch, file_service.KEPT_DAYS)
    assert cleared(engine) == "2 removed photos."
    assert files_of(database_url) == before - 2
    with engine.reading() as db:
        rows = list(db.query("SELECT id FROM files"))
    assert [row["id"] for row in rows] == [kept["id"]]


def test_a_photo_whose_content_is_gone_is_said_and_not_a_failure_of_cvd(
    manager: Person, device: Any, database_url: str
) -> None:
    photo = added(manager, "device", device["id"], photo_bytes())
    for path in folder_of(database_url).rglob("*"):
        if path.is_file():
            path.unlink()
    answer = manager.get(f"/api/files/{photo['id']}")
    assert answer.status == 404
    assert "missing" in answer.json["detail"]


def test_content_is_named_by_its_hash(manager: Person, device: Any, database_url: str) -> None:
    added(manager, "device", device["id"], photo_bytes(2000, 1000))
    for path in folder_of(database_url).rglob("*"):
        if path.is_file():
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            assert path.parent.name + path.name == digest


@pytest.mark.both
def test_each_change_of_a_photo_is_in_the_audit_log(
    admin: Person, manager: Person, device: Any
) -> None:
    photo = added(manager, "device", device["id"], photo_bytes())
    manager.delete(f"/api/files/{photo['id']}")
    manager.post(f"/api/files/{photo['id']}/restoration")
    entries = admin.get("/api/audit-entries").json["items"]
    said = [entry["action"] for entry in entries if entry["noun"] == "file"]
    assert sorted(said) == ["file.created", "file.removed", "file.restored"]


def place_of(content: bytes) -> dict[int, Any]:
    """What a file says of the place where it was taken."""
    return dict(Image.open(io.BytesIO(content)).getexif().get_ifd(0x8825))


def test_a_photo_keeps_its_place_and_nothing_else_where_the_settings_say_so(
    admin: Person, manager: Person, device: Any
) -> None:
    without = added(manager, "device", device["id"], from_a_phone())
    assert place_of(manager.get(f"/api/files/{without['id']}").body) == {}
    keep = {"version": 1, "keeps_photo_places": True}
    assert admin.patch("/api/retention", json=keep).json["keeps_photo_places"]
    with_it = added(manager, "device", device["id"], from_a_phone(60, 40))
    whole = manager.get(f"/api/files/{with_it['id']}").body
    assert place_of(whole) == {1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)}
    assert set(Image.open(io.BytesIO(whole)).getexif()) == {0x8825}
    for size in (160, 1024):
        small = manager.get(f"/api/files/{with_it['id']}/thumbnail?size={size}").body
        assert place_of(small) == {}
    assert place_of(manager.get(f"/api/files/{without['id']}").body) == {}


@pytest.mark.once("it is about bytes alone")
@pytest.mark.parametrize(
    "noted",
    [
        {},
        {1: "N", 2: (52.0, 31.0, 12.0)},
        {1: "X", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)},
        {1: "N", 2: (520.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)},
        {1: "N", 2: (52.0,), 3: "E", 4: (13.0, 24.0, 18.0)},
    ],
)
def test_a_place_that_is_none_is_not_kept(noted: dict[int, Any]) -> None:
    exif: Any = Image.Exif()
    exif.get_ifd(0x8825).update(noted)
    target = io.BytesIO()
    Image.new("RGB", (20, 10)).save(target, "JPEG", exif=exif)
    safe = images.made_safe(io.BytesIO(target.getvalue()), keeps_place=True)
    assert place_of(safe.whole.content) == {}
