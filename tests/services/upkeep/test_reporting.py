"""docs/reporting.md says what works: its SQL is run, its role may read and nothing else."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from db import Engine
from services.upkeep import archive_tables
from tests.kit.engines import ENGINE
from tests.kit.factories import make_product
from tests.kit.people import Person
from tests.kit.sellers import BEGIN, make_seller

pytestmark = pytest.mark.both
PAGE = (Path(__file__).parents[3] / "docs" / "reporting.md").read_text(encoding="utf-8")
STATEMENTS = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
WITHOUT_SECRETS = re.findall(r'reports.db "(DELETE.*?)"', PAGE)[0]
ROLE, QUESTIONS = STATEMENTS[0], STATEMENTS[1:]


@pytest.mark.parametrize("sql", QUESTIONS, ids=lambda sql: sql.partition("FROM")[0][:30])
def test_the_sql_of_the_page_is_taken_by_this_engine(engine: Engine, sql: str) -> None:
    with engine.reading() as db:
        assert isinstance(list(db.query(sql.rstrip().removesuffix(";"))), list)


def test_the_page_sums_what_sales_say(engine: Engine, manager: Person) -> None:
    products = [make_product(manager, name=name)["id"] for name in ("Cola", "Water")]
    seller = make_seller(manager, asset="2005", products=products)
    seller.report(BEGIN)
    seller.report(BEGIN + timedelta(days=1), A1=3)
    with engine.reading() as db:
        (row,) = db.query(QUESTIONS[0].rstrip().removesuffix(";"))
    assert (row["asset"], row["units"], float(row["amount"])) == ("2005", 3, 4.5)


def test_the_role_of_the_page_reads_sales_and_no_password(engine: Engine) -> None:
    if ENGINE != "postgresql":
        pytest.skip("SQLite has no roles")
    statements = [each for each in ROLE.split(";") if each.strip()]
    with engine.writing() as db:
        connection: Any = db.conn  # type: ignore[attr-defined]
        for statement in statements:
            connection.execute(statement)
        connection.execute("SET ROLE reporting")
        assert connection.execute("SELECT count(*) FROM sales").fetchone()
        for refused in ("SELECT password_hash FROM users", "SELECT * FROM sessions"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(refused)
        with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
            connection.execute("DELETE FROM sales")
        connection.execute("RESET ROLE")
        connection.execute("DROP OWNED BY reporting")
        connection.execute("DROP ROLE reporting")


def test_a_copy_is_rid_of_its_secrets_as_the_page_says(engine: Engine, admin: Person) -> None:
    if ENGINE != "sqlite":
        pytest.skip("PostgreSQL is asked by a role")
    admin.with_key()
    statements = [each for each in WITHOUT_SECRETS.split(";") if each.strip() not in ("", "VACUUM")]
    with engine.writing() as db:
        db.execute("PRAGMA defer_foreign_keys = ON")
        for statement in statements:
            db.execute(statement)
        tables = {each.split()[2] for each in statements if "DELETE" in each}
        secret = {
            name
            for name, why in archive_tables.stated().left_out.items()
            if "ecret" in why and "." not in name
        }
        assert secret <= tables
