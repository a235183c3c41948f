"""SQL is prose: only upper-case constants and `where()` are put into it.

Every f-string that looks like SQL in a module that talks to the database is read
from its syntax tree. What stands in braces must be an upper-case name, or a name
that was assigned from `where()` in the same function; whatever else would be a
way in for somebody's input. SQL is never built by `+`, `%` or `.format` either.
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted(
    path
    for folder in (ROOT, ROOT / "services")
    for path in folder.glob("*.py")
    # Where where(), the keyset clause and the engines' JSON are made.
    if path.name not in {"db.py", "paging.py", "engine_json.py"}
)
BARE_LIMIT = re.compile(r"LIMIT\s+:")
SQL = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|WHERE|ORDER BY|VALUES)\b")


def offences(source):
    """The lines of `source` on which something else is put into SQL."""
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    in_functions = {node for function in functions for node in ast.walk(function)}
    scopes = [(where_clauses(function), ast.walk(function)) for function in functions]
    scopes.append((set(), (node for node in ast.walk(tree) if node not in in_functions)))
    return sorted(
        {
            node.lineno
            for clauses, nodes in scopes
            for node in nodes
            if isinstance(node, ast.expr) and is_offence(node, clauses)
        }
    )


def where_clauses(scope):
    """The names that are bound to `where(…)` and to nothing else."""
    bound: set[str] = set()
    spoiled: set[str] = set()
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign):
            names = {target.id for target in node.targets if isinstance(target, ast.Name)}
            (bound if is_where(node.value) else spoiled).update(names)
    return bound - spoiled


def is_offence(node, clauses):
    if isinstance(node, ast.JoinedStr) and looks_like_sql(node):
        return not all(
            is_safe(part.value, clauses)
            for part in node.values
            if isinstance(part, ast.FormattedValue)
        )
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
        return looks_like_sql(node.left) or looks_like_sql(node.right)
    if isinstance(node, ast.Call):
        return is_offending_call(node)
    return False


def is_offending_call(node):
    name = name_of(node.func)
    if name == "format":
        return looks_like_sql(node.func)
    if name == "Sort":
        return not all(is_literal(each) for each in sort_pieces(node))
    if name in ("page", "json_rows") and len(node.args) > 1:
        return not is_literal(node.args[1])
    return False


def is_literal(node):
    """A string that the source spells out, constants included."""
    if isinstance(node, ast.JoinedStr):
        return all(is_literal(part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return is_safe(node.value, set())
    return isinstance(node, ast.Constant) or is_safe(node, set())


def sort_pieces(node):
    named = [keyword.value for keyword in node.keywords if keyword.arg != "descending"]
    return [*node.args[:2], *named]


def name_of(function):
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def is_safe(node, clauses):
    if isinstance(node, ast.Name):
        return node.id.isupper() or node.id in clauses
    if isinstance(node, ast.Attribute):
        return node.attr.isupper()
    if isinstance(node, ast.Subscript):
        return is_safe(node.value, clauses)  # a constant table of constant pieces
    return is_where(node)


def is_where(node):
    """`where({…})` whose every condition is literal."""
    if not isinstance(node, ast.Call) or name_of(node.func) != "where":
        return False
    (conditions,) = node.args
    return isinstance(conditions, ast.Dict) and all(
        isinstance(key, ast.Constant) for key in conditions.keys
    )


def looks_like_sql(node):
    texts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
    return any(isinstance(text, str) and SQL.search(text) for text in texts)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_else_is_put_into_sql(path):
    assert offences(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", [*MODULES, ROOT / "paging.py"], ids=lambda path: path.name)
def test_no_limit_is_planned_anew_each_time(path):
    assert not BARE_LIMIT.search(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "code",
    [
        "db.query(f\"SELECT {COLUMNS} FROM a {where({'b = :b': True})} LIMIT :n\")",
        'clause = where({"b = :b": b})\n    db.query(f"SELECT b FROM a {clause}")',
        'db.query(f"SELECT b FROM a ORDER BY {SORTS[sort]}")',
        'db.query(f"SELECT {products.COLUMNS} FROM a")',
        'db.query("SELECT b FROM a WHERE b = :b", {"b": b})',
        'paging.page(db, f"{COLUMNS} FROM a", sort=Sort("b", "id"), limit=b)',
        'Conflict(f"Slot {label} is full.")',
        'json_rows(["b"], f"SELECT b FROM a WHERE {IS_B}")',
    ],
)
def test_constants_and_where_are_allowed(code):
    assert offences(f"def f(db, b):\n    {code}") == []


@pytest.mark.parametrize(
    "code",
    [
        'db.query(f"SELECT b FROM a WHERE b = {b}")',
        'db.query(f"SELECT b FROM a ORDER BY {order_of(b)}")',
        'db.query("SELECT b FROM a WHERE b = " + b)',
        'db.query("SELECT b FROM a WHERE b = %s" % b)',
        'db.query("SELECT b FROM a WHERE b = {}".format(b))',
        'db.query(f"SELECT b FROM a {where({b: True})}")',
        'paging.page(db, f"id FROM {b}", sort=BY_ID)',
        'Sort(b, "id")',
        'json_rows(["b"], b)',
        'clause = where({"b": b})\n    clause = b\n    db.query(f"SELECT b FROM a {clause}")',
        "db.query(f\"SELECT b FROM a WHERE b IN ({','.join(b)})\")",
    ],
)
def test_whatever_else_is_found(code):
    assert len(offences(f"def f(db, b):\n    {code}")) == 1
