"""Writes the Python side of the contract: contract/types.py.

    python scripts/generate_types.py            write it
    python scripts/generate_types.py --check    fail when it is not what the contract says

Each schema of the contract becomes a type of its name: a TypedDict for an object, a name for
anything else. An object inside of another is called after where it stands: a cabinet of
`ServiceOrder.cabinets` is a `ServiceOrderCabinet`, a fill of the list `Fills` a `Fill`, and an
item in the body of `update_service_order` an `UpdateServiceOrderItem`.
"""

from __future__ import annotations

import argparse
import json
import keyword
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
SPEC = ROOT / "spec"
TYPES = ROOT / "contract" / "types.py"
METHODS = ("get", "post", "put", "patch", "delete")
WIDE = 100
NAMES = {
    "integer": "int",
    "number": "float",
    "string": "str",
    "boolean": "bool",
    "null": "None",
}
HEAD = '''"""The shapes of the contract as types.

Generated from spec/ by scripts/generate_types.py; not edited by hand.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict
'''

Schema = dict[str, Any]


def main(argv: list[str] | None = None) -> int:
    """Write or check contract/types.py; 0 when it says what the contract says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    check = parser.parse_args(argv).check
    wanted = formatted(Types(*load(SPEC)).text())
    if TYPES.exists() and TYPES.read_text("utf-8") == wanted:
        return 0
    if check:
        print("contract/types.py is not what spec/ says: run scripts/generate_types.py")
        return 1
    TYPES.write_text(wanted, "utf-8")
    return 0


def load(folder: Path) -> tuple[dict[str, Schema], dict[str, Schema]]:
    """The schemas by name, and the JSON bodies by the function that takes them."""
    schemas: dict[str, Schema] = {}
    bodies: dict[str, Schema] = {}
    for path in sorted(folder.rglob("*.yaml")):
        part = yaml.safe_load(path.read_text("utf-8")) or {}
        schemas.update(part.get("components", {}).get("schemas", {}))
        for item in part.get("paths", {}).values():
            for method in METHODS:
                content = item.get(method, {}).get("requestBody", {}).get("content", {})
                if "application/json" in content:
                    function = item[method]["operationId"].rpartition(".")[2]
                    bodies[function] = content["application/json"]["schema"]
    return dict(sorted(schemas.items())), dict(sorted(bodies.items()))


def formatted(text: str) -> str:
    """The text as the formatter leaves it."""
    ruff = Path(sys.executable).parent / "ruff"
    command = [str(ruff), "format", "--stdin-filename", str(TYPES), "-"]
    done = subprocess.run(command, input=text, stdout=subprocess.PIPE, text=True, check=True)
    return str(done.stdout)


class Types:
    """The definitions of all types: names for values first, then objects, as they are met, then
    the choices between these."""

    def __init__(self, schemas: dict[str, Schema], bodies: dict[str, Schema]) -> None:
        self._names: dict[str, str] = {}
        self._objects: dict[str, str] = {}
        self._choices: dict[str, str] = {}
        self._schemas = schemas
        self._bodies = bodies

    def text(self) -> str:
        """The whole module. Raises ValueError where two types would have one name."""
        for name, schema in self._schemas.items():
            self._define(name, schema)
        for function, body in self._bodies.items():
            # A body itself is taken apart: its properties are the arguments of the function.
            for name, each in body.get("properties", {}).items():
                self.type_of(each, camel(function) + camel(name))
        defined = [self._names, self._objects, self._choices]
        return "\n".join([HEAD, *(text for each in defined for text in each.values())])

    def _define(self, name: str, schema: Schema) -> None:
        if is_object(schema):
            self._add(name, schema)
            return
        kind = self.type_of(schema, name)
        # What a list is of may come further down.
        told = json.dumps(kind) if "list[" in kind else kind
        comment = "".join(f"# {line}\n" for line in description_of(schema, WIDE - 2))
        among = self._choices if "oneOf" in schema else self._names
        self._take(name, among, f"{comment}{name}: TypeAlias = {told}")

    def _add(self, name: str, schema: Schema) -> str:
        self._take(name, self._objects, "")  # its place is before those of the objects in it
        needed = set(schema.get("required", []))
        fields = {}
        for key, each in schema["properties"].items():
            kind = self.type_of(each, name + camel(key))
            fields[key] = kind if key in needed else f"NotRequired[{kind}]"
        self._objects[name] = typed_dict(name, schema, fields)
        return name

    def _take(self, name: str, among: dict[str, str], text: str) -> None:
        if any(name in each for each in (self._names, self._objects, self._choices)):
            raise ValueError(f"Two types of the contract would be called {name}.")
        among[name] = text

    def type_of(self, schema: Schema, name: str) -> str:
        """A schema as an annotation; `name` is what an object in it is called."""
        if "$ref" in schema:
            return str(schema["$ref"].rsplit("/", 1)[1])
        if "enum" in schema or "const" in schema:
            return literal(schema.get("enum", [schema.get("const")]))
        for word in ("oneOf", "anyOf"):
            if word in schema:
                kinds = [self.type_of(each, name) for each in schema[word]]
                return " | ".join(sorted(dict.fromkeys(kinds), key=lambda kind: kind == "None"))
        kind = schema.get("type", "object" if "properties" in schema else "unknown")
        if isinstance(kind, list):
            return " | ".join(self.type_of({**schema, "type": each}, name) for each in kind)
        if kind == "array":
            return f"list[{self.type_of(schema.get('items', {}), singular(name))}]"
        if kind == "object":
            return self._object_of(schema, name)
        return NAMES.get(kind, "Any")

    def _object_of(self, schema: Schema, name: str) -> str:
        if is_object(schema):
            return self._add(name, schema)
        extra = schema.get("additionalProperties", True)
        return f"dict[str, {self.type_of(extra, name) if isinstance(extra, dict) else 'Any'}]"


def is_object(schema: Schema) -> bool:
    """Does it name its properties?"""
    return bool(schema.get("properties")) and schema.get("type", "object") == "object"


def typed_dict(name: str, schema: Schema, fields: dict[str, str]) -> str:
    """The definition of an object, as a class where every key may be the name of a field."""
    if any(keyword.iskeyword(key) or not key.isidentifier() for key in fields):
        pairs = ", ".join(f"{json.dumps(key)}: {json.dumps(kind)}" for key, kind in fields.items())
        return f"{name} = TypedDict({json.dumps(name)}, {{{pairs}}})\n"
    lines = [f"class {name}(TypedDict):"]
    match description_of(schema, WIDE - 10):
        case [only]:
            lines.append(f'    """{only}"""\n')
        case [_, *_] as several:
            lines.append("\n".join(['    """', *(f"    {each}" for each in several), '    """\n']))
    lines += [f"    {key}: {kind}" for key, kind in fields.items()]
    return "\n".join(lines) + "\n"


def description_of(schema: Schema, width: int) -> list[str]:
    """The description in lines of that width."""
    return textwrap.wrap(" ".join(schema.get("description", "").split()), width)


def literal(values: list[Any]) -> str:
    said = ", ".join(json.dumps(value) for value in values if value is not None)
    return f"Literal[{said}]" + (" | None" if None in values else "")


def camel(name: str) -> str:
    """`last_read_at` as LastReadAt."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def singular(name: str) -> str:
    """What one of a list is called."""
    if name.endswith("ies"):
        return name[:-3] + "y"
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name + "Item"


if __name__ == "__main__":
    sys.exit(main())
