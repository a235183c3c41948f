"""Makes a noun: contract, service, migration, page and tests, with the conventions in them.

    python scripts/make_noun.py packet catalogue

The templates lie in scripts/noun/; `@noun@` and the other names of `names_of` are put in.
Nothing that is there is written over. What follows from these files is generated anew,
and the changelog gets a line; no other file knows of the noun.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = Path(__file__).resolve().parent / "noun"
BIN = Path(sys.executable).parent
# Where each template goes.
PLACES = {
    "spec.yaml.in": "spec/@area@/@nouns@.yaml",
    "service.py.in": "services/@area@/@noun@_service.py",
    "migration.sql.in": "migrations/@number@.@path@.sql",
    "rollback.sql.in": "migrations/@number@.@path@.rollback.sql",
    "populated.py.in": "tests/migrations/populated/@number@_@nouns@.py",
    "test.py.in": "tests/services/@area@/test_@nouns@.py",
    "page.html.in": "frontend/pages/@area@/@path@.html",
    "page.js.in": "frontend/pages/@area@/@path@.js",
    "page.json.in": "frontend/pages/@area@/@path@.page.json",
    "help.md.in": "docs/help/@path@.md",
}
CHANGELOG = "CHANGELOG.md"
UNRELEASED = "## Unreleased\n\n"
GENERATORS = (
    "scripts/generate_api.py",
    "scripts/generate_types.py",
    "scripts/generate_api_docs.py",
    "scripts/generate_audit_words.py",
    "scripts/generate_pages.py",
    "scripts/generate_help.py",
)
NOUN = re.compile(r"[a-z]+(_[a-z]+)*")


def main(argv: list[str] | None = None) -> int:
    """Write the files of a noun and name them; SystemExit with a sentence where that cannot be."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("noun", help="one of them, in lower case: packet, spare_part")
    parser.add_argument("area", help="the area of services/ that it belongs to: catalogue")
    parser.add_argument("--plural", help="several of them, where that is not said by rule")
    given = parser.parse_args(argv)
    names = names_of(given.noun, given.area, given.plural or plural_of(given.noun))
    made = written(names)
    add_to_changelog(names)
    subprocess.run(
        [BIN / "ruff", "format", "--quiet", *[path for path in made if path.endswith(".py")]],
        cwd=ROOT,
        check=True,
    )
    for script in GENERATORS:
        subprocess.run([sys.executable, script], cwd=ROOT, check=True)
    print("\n".join(made))
    print("Say in CHANGELOG.md what it is for; `make example` builds the example with its table.")
    return 0


def names_of(noun: str, area: str, nouns: str) -> dict[str, str]:
    """What stands for each `@name@` of the templates. SystemExit for a name that cannot be."""
    if not NOUN.fullmatch(noun) or not NOUN.fullmatch(nouns):
        raise SystemExit(f"{noun} is no name of a noun: packet, spare_part.")
    areas = sorted(path.parent.name for path in (ROOT / "services").glob("*/__init__.py"))
    if area not in areas:
        raise SystemExit(f"{area} is no area: {', '.join(areas)}.")
    word, words = noun.replace("_", " "), nouns.replace("_", " ")
    pascal = word.title().replace(" ", "")
    return {
        "noun": noun,
        "nouns": nouns,
        "Noun": pascal,
        "camel": pascal[0].lower() + pascal[1:],
        "word": word,
        "words": words,
        "Word": word.capitalize(),
        "Words": words.capitalize(),
        "path": nouns.replace("_", "-"),
        "n": noun[0],
        "area": area,
        "number": next_number(),
    }


def plural_of(noun: str) -> str:
    """Several of a noun: packets, batches, deliveries."""
    if re.search(r"[^aeiou]y$", noun):
        return f"{noun[:-1]}ies"
    return f"{noun}es" if re.search(r"(s|x|z|ch|sh)$", noun) else f"{noun}s"


def next_number() -> str:
    """That of the next migration: 0024."""
    last = max(path.name[:4] for path in (ROOT / "migrations").rglob("*.sql"))
    return f"{int(last) + 1:04d}"


def written(names: dict[str, str]) -> list[str]:
    """Write each template to its place; the paths. SystemExit where one is there already."""
    texts = {
        filled(place, names): filled((TEMPLATES / name).read_text("utf-8"), names)
        for name, place in PLACES.items()
    }
    if there := [path for path in texts if (ROOT / path).exists()]:
        raise SystemExit(f"{there[0]} is there already.")
    for path, text in texts.items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text, "utf-8")
    return list(texts)


def filled(text: str, names: dict[str, str]) -> str:
    """The text with its names put in. KeyError for one that nobody knows."""
    return re.sub(r"@(\w+)@", lambda found: names[found[1]], text)


def add_to_changelog(names: dict[str, str]) -> None:
    """Say in the changelog that the noun is new."""
    path = ROOT / CHANGELOG
    line = f"### {names['Words']}\n- {names['Words']} are kept: by name, with notes.\n\n"
    path.write_text(path.read_text("utf-8").replace(UNRELEASED, UNRELEASED + line, 1), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
