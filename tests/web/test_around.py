"""What is around every call is done once for each, whichever way it comes."""

import pytest

from app import create_app
from errors import Forbidden
from settings import Settings
from tests.people import Person
from web import application
from web.around import everything

ORIGIN = "https://office.example"


class Counting:
    """Counts what begins and ends, and refuses whoever asks for it."""

    def __init__(self):
        self.begun = []
        self.ended = []

    def begin(self, call):
        self.begun.append(call.path)
        if call.header("X_REFUSE_ME"):
            raise Forbidden("Refused.")

    def end(self, call, status):
        self.ended.append((call.path, status))
        return [("X-Counted", str(len(self.ended)))]


@pytest.fixture
def counting(monkeypatch):
    counting = Counting()
    monkeypatch.setattr(application, "everything", lambda given: (*everything(given), counting))
    return counting


@pytest.fixture
def visitor(counting, database_url):
    app = create_app(Settings(database_url=database_url, cors_origins=(ORIGIN,)))
    yield Person(app)
    app.extensions["cvd"]["engine"].close()


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        pytest.param("/api/health/live", {}, 200, id="an operation, past Flask"),
        pytest.param("/api/health/live", {"Origin": ORIGIN}, 200, id="an operation, in Flask"),
        pytest.param("/api/products", {}, 401, id="one that is refused"),
        pytest.param("/", {}, 200, id="a page"),
        pytest.param("/api/nothing", {}, 404, id="what is not there"),
    ],
)
def test_it_begins_and_ends_once(visitor, counting, path, headers, status):
    answer = visitor.get(path, headers=headers)
    assert answer.status == status
    assert answer.headers["X-Counted"] == "1"
    assert (counting.begun, counting.ended) == ([path], [(path, status)])


@pytest.mark.parametrize("headers", [{}, {"Origin": ORIGIN}], ids=["past Flask", "in Flask"])
def test_what_it_refuses_is_a_problem_with_its_number(visitor, counting, headers):
    answer = visitor.get("/api/health/live", headers={"X-Refuse-Me": "1", **headers})
    assert (answer.status, answer.json["detail"]) == (403, "Refused.")
    assert answer.json["request_id"] == answer.headers["X-Request-Id"]
    assert counting.ended == [("/api/health/live", 403)]
