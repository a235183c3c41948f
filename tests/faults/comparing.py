"""What was answered, compared with what is there: nothing lost, nothing doubled, books right."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import Any

import auth
from db import Database, open_engine, scalar
from services.books import rebuild
from services.system import audit_service
from tests.faults.load import Act, Hand
from tests.faults.served import Client
from tests.services.books.sums_by_day import check_sums
from tests.state.books_checks import (
    check_device_counts,
    check_orders,
    check_reversals,
    check_sales,
    check_stock,
    snapshot,
)

# What each kind of act leaves behind: an entry in the audit log, and a mark of its own.
ACTIONS = {
    "audit": "dex_read.received",
    "count": "planogram.changed",
    "order": "service_order.created",
    "visit": "visit.created",
    "reversal": "visit.reversed",
    "cancellation": "service_order.cancelled",
}
MARKS = {
    "audit": "SELECT count(*) FROM dex_reads WHERE filename = :key || '.dex'",
    "order": "SELECT count(*) FROM service_orders WHERE notes = :key",
    "visit": "SELECT count(*) FROM visits WHERE notes = :key",
    "reversal": "SELECT count(*) FROM visits WHERE reversal_reason = :key",
    "cancellation": "SELECT count(*) FROM service_orders WHERE cancellation_reason = :key",
}
# What the machine asks and what is to be set there follows from its last audit; the release before
# tells nothing of it.
PRICES = {"price_differences", "price_answers"}
# Where the noun of an answer is found, and what of it later acts change.
NOUNS = {
    "audit": ("/api/dex-reads/{id}", set[str]()),
    "order": (
        "/api/service-orders/{id}",
        {"status", "version", "cancelled_at", "cancellation_reason", "visited_at", "visits"}
        | PRICES,
    ),
    "visit": (
        "/api/visits/{id}",
        {"service_order_status", "reversed_at", "reversal_reason"} | PRICES,
    ),
    "reversal": ("/api/visits/{id}", {"service_order_status"} | PRICES),
    "cancellation": ("/api/service-orders/{id}", PRICES),
}
# What of a planogram only the next one changes.
SAVED = ("id", "product_id", "selection", "capacity", "par_level", "price_cents")
VERIFIER = auth.console("verification")


def check_answers(client: Client, acts: Sequence[Act]) -> None:
    """What each acknowledged act answered stands; a POST, sent again, is answered the same."""
    for act in acts:
        if not act.is_done:
            continue
        assert act.reply is not None
        if act.method == "POST":
            replayed = act.send(client, again=True)
            first = (act.reply.status, act.reply.body)
            assert (replayed.status, replayed.body) == first, f"{act.key}: {act.reply}, {replayed}"
        _check_stands(client, act, act.reply.json)


def check_effects(db: Database, hands: Sequence[Hand], acts: Sequence[Act]) -> None:
    """Each acknowledged act is there once, a refused one is not, and the books are right."""
    check_effects_of(db, acts)
    for hand in hands:
        stop = hand.place.stop
        version = scalar(db, "SELECT version FROM cabinets WHERE id = :id", {"id": stop.cabinet_id})
        assert version == hand.version, f"planogram {stop.cabinet_id} is at version {version}"
        check_sales(db, stop.device_id, hand.reported)
    orders = {number: state for hand in hands for number, state in hand.orders.items()}
    check_orders(db, orders)
    assert scalar(db, "SELECT count(*) FROM service_orders") == len(orders)
    check_books(db, hands)


def check_effects_of(db: Database, acts: Sequence[Act]) -> None:
    """Each acknowledged act is there once, and a refused one is not."""
    for act in acts:
        _check_effect(db, act)


def check_books(db: Database, hands: Sequence[Hand]) -> None:
    """Stock is the sum of its moves, days are the sums of their sales, the chain is whole.

    And the counts of devices are those that are there.
    """
    device_ids = [hand.place.stop.device_id for hand in hands]
    check_stock(db, device_ids)
    check_reversals(db, device_ids)
    check_device_counts(db)
    check_sums(db)
    chain = audit_service.get_verification(db, VERIFIER)
    assert chain["ok"], chain


def check_everything(database_url: str, hands: Sequence[Hand]) -> None:
    """The whole story of a database; and what stands is what its facts give when derived anew."""
    with closing(open_engine(database_url)) as engine:
        with engine.reading() as db:
            check_effects(db, hands, [act for hand in hands for act in hand.acts])
        for hand in hands:
            device_id = hand.place.stop.device_id
            with engine.writing() as db:
                before = snapshot(db, device_id)
                rebuild.rebuild(db, device_id=device_id, since="2000-01-01T00:00:00Z")
                assert snapshot(db, device_id) == before


def is_there(db: Database, act: Act) -> bool:
    """Whether anything was done under the key of an act."""
    return _entries(db, act) > 0 or (act.kind in MARKS and _marked(db, act) > 0)


def _check_stands(client: Client, act: Act, answered: Any) -> None:
    if act.kind in NOUNS:
        path, changing = NOUNS[act.kind]
        now = client.get(path.format(**answered)).json
        told = _without(answered, changing)
        found = _without({name: now[name] for name in told}, changing)
    else:
        now = client.get(act.path).json
        if now["version"] != answered["version"]:
            return
        found, told = (
            [{name: slot[name] for name in SAVED} for slot in each["slots"]]
            for each in (now, answered)
        )
    assert found == told, f"{act.key}: {act.reply}, and then {found}"


def _without(value: Any, names: set[str]) -> Any:
    """The same JSON without the members of these names, however deep."""
    if isinstance(value, dict):
        return {key: _without(each, names) for key, each in value.items() if key not in names}
    return [_without(each, names) for each in value] if isinstance(value, list) else value


def _check_effect(db: Database, act: Act) -> None:
    wanted = 1 if act.is_done else 0
    entries = _entries(db, act)
    assert entries == wanted, f"{act.key} was answered {act.reply} and logged {entries} times"
    if act.kind in MARKS:
        found = _marked(db, act)
        assert found == wanted, f"{act.key} was answered {act.reply} and is there {found} times"


def _entries(db: Database, act: Act) -> int:
    entries: int = scalar(
        db,
        """
        SELECT count(*) FROM audit_entries
        WHERE request_id IN (:key, :key || '-again') AND action = :action
        """,
        {"key": act.key, "action": ACTIONS[act.kind]},
    )
    return entries


def _marked(db: Database, act: Act) -> int:
    found: int = scalar(db, MARKS[act.kind], {"key": act.key})
    return found
