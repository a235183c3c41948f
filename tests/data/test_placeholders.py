"""How the names in shared SQL reach each engine."""

import pytest

from engines.placeholders import in_order, psycopg_names


@pytest.mark.parametrize(
    ("sql", "translated"),
    [
        ("a = :a AND b = :b_2", "a = %(a)s AND b = %(b_2)s"),
        ("a = ':a' AND b = :b", "a = ':a' AND b = %(b)s"),
        ("a = 'it''s :a' OR b = :b", "a = 'it''s :a' OR b = %(b)s"),
        ('":a" = :b', '":a" = %(b)s'),
        ("a -- :a\n= :b", "a -- :a\n= %(b)s"),
        ("a /* :a\n:a */ = :b", "a /* :a\n:a */ = %(b)s"),
        ("a LIKE '50%' AND a % 2 = :b", "a LIKE '50%%' AND a %% 2 = %(b)s"),
        ("a::text = :b", "a::text = %(b)s"),
        ("a[1:2] = :b", "a[1:2] = %(b)s"),
        ("VALUES (?, '?')", "VALUES (%s, '?')"),
    ],
)
def test_placeholders_are_translated_where_they_are_placeholders(sql, translated):
    assert psycopg_names(sql) == translated


def test_the_values_of_a_row_are_bound_in_the_order_of_the_statement():
    sql, values = in_order("UPDATE t SET a = :a, b = ':b', c = :a -- :d\nWHERE id = :id")
    assert sql == "UPDATE t SET a = ?, b = ':b', c = ? -- :d\nWHERE id = ?"
    assert values is not None
    assert values({"id": 7, "a": 1, "b": 2}) == (1, 1, 7)


def test_a_statement_with_one_name_keeps_it():
    assert in_order("DELETE FROM t WHERE id = :id") == ("DELETE FROM t WHERE id = :id", None)
