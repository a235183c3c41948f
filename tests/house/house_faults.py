"""Faults of the house, read from the syntax trees of its modules.

Everything is told by the places that modules have, or will have, in the plan.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from tests.house.plan import room_of

Trees = dict[str, ast.Module]
Edge = tuple[str, str]

# What the domain is made of. Values in, values out: none of these opens anything.
VALUES = {
    "__future__",
    "bisect",
    "collections",
    "csv",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "functools",
    "io",
    "ipaddress",
    "itertools",
    "math",
    "operator",
    "re",
    "statistics",
    "string",
    "struct",
    "typing",
    "unicodedata",
    "zlib",
}
# What reaches outside although it needs no other module, or one of these: files, and the time.
REACHING = {"FileIO", "eval", "exec", "input", "now", "open", "print", "today", "utcnow"}
# These are given the name of a table, and write it.
INSERTING = {"insert_rows", "insert_values"}
CHANGE = re.compile(
    r"\b(?:INSERT\s+(?:OR\s+[A-Z]+\s+)?INTO|REPLACE\s+INTO|DELETE\s+FROM|UPDATE)\s+\"?([a-z]\w*)"
)


def imports(trees: Trees) -> set[Edge]:
    """Which module imports which, as places; also late, and for types alone."""
    known = {_dotted(module): module for module in trees}
    return {
        (module, known[name])
        for module, tree in trees.items()
        for name in _imported(module, tree, known)
        if known[name] != module
    }


def _imported(module: str, tree: ast.Module, known: Iterable[str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            source = _source(module, node)
            # A package is meant only where what is taken from it is no module of it.
            names = [
                whole if (whole := f"{source}.{each.name}".lstrip(".")) in known else source
                for each in node.names
            ]
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "import_module":
            names = [str(each.value) for each in node.args if isinstance(each, ast.Constant)]
        else:
            continue
        yield from (name for name in names if name in known)


def _source(module: str, node: ast.ImportFrom) -> str:
    """From what is imported, a relative import included."""
    if not node.level:
        return node.module or ""
    folders = module.split("/")[: -node.level]
    return ".".join([*folders, *([node.module] if node.module else [])])


def _dotted(module: str) -> str:
    return module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def circles(edges: Iterable[Edge]) -> set[frozenset[str]]:
    """The rooms that know each other, by whatever way round."""
    known: dict[str, set[str]] = defaultdict(set)
    for place, other in edges:
        if room_of(place) != room_of(other):
            known[room_of(place)].add(room_of(other))
    reached = {room: _reached(room, known) for room in list(known)}
    return {
        frozenset(each for each in reached[room] if room in reached.get(each, set()))
        for room in reached
        if room in reached[room]
    }


def _reached(room: str, known: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    ahead = [room]
    while ahead:
        new = known.get(ahead.pop(), set()) - found
        found |= new
        ahead.extend(new)
    return found


def writers(trees: Trees, tables: Iterable[str]) -> dict[str, set[str]]:
    """The places that write each table, by the statements in their texts."""
    found: dict[str, set[str]] = defaultdict(set)
    tables = set(tables)
    for module, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                for table in set(CHANGE.findall(node.value)) & tables:
                    found[table].add(module)
            elif isinstance(node, ast.Call) and _name_of(node.func) in INSERTING:
                for table in {_text_of(each) for each in node.args[1:2]} & tables:
                    found[table].add(module)
    return found


def _name_of(function: ast.expr) -> str:
    return getattr(function, "id", getattr(function, "attr", ""))


def _text_of(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def openings(tree: ast.Module, own: Iterable[str]) -> list[str]:
    """What a module of the domain reaches outside with; `own` are the product's modules."""
    found = []
    tops = VALUES | {_dotted(module).split(".")[0] for module in own}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [each.name for each in node.names if each.name.split(".")[0] not in tops]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            source = node.module or ""
            found += [source] if source.split(".")[0] not in tops else []
            found += [each.name for each in node.names if each.name in REACHING]
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            found += [name] if name in REACHING or name.startswith("__import") else []
    return found


def twice(places: Iterable[str]) -> dict[str, set[str]]:
    """The stems that several modules have, by which a name would not be found."""
    found: dict[str, set[str]] = defaultdict(set)
    for place in places:
        found[place.rsplit("/", 1)[-1].removesuffix(".py")].add(place)
    return {stem: each for stem, each in found.items() if len(each) > 1 and stem != "__init__"}


def long_functions(tree: ast.Module, most: int) -> dict[str, int]:
    """The functions with more lines than `most`, decorators aside."""
    return {
        node.name: lines
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > most
    }
