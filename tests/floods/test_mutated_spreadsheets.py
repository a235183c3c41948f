"""Mutated spreadsheets: whatever a file is made of, it is rows in a preview or one sentence.

`CVD_FLOOD_CASES=10000 pytest tests/floods/test_mutated_spreadsheets.py` tries so many. A failure
tells the seed and the file; CVD_FLOOD_SEED repeats a run.
"""

from __future__ import annotations

import os
import random
import tracemalloc
from collections.abc import Callable

import pytest

from auth import console
from db import Engine
from domain.sheets import BadSheet
from services.transfer import columns, previews, templates
from services.transfer.plans import VERDICTS, WRONG

CASES = int(os.environ.get("CVD_FLOOD_CASES", "0"))
SEED = int(os.environ.get("CVD_FLOOD_SEED", random.getrandbits(32) if CASES else 1))
FEW = 150
MOST_BYTES = 64 * 2**20
KINDS = tuple(columns.kinds())
WORDS = ("", "-1", "1e999", "9" * 400, "=1+1", "\x00", "\u202e", "NaN", "1.234,56", "M-1", "\ud7ff")

pytestmark = pytest.mark.once("files are read above the database; `test_imports` asks both")


def flipped(chance: random.Random, content: bytes) -> bytes:
    made = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        made[chance.randrange(len(made))] = chance.randrange(256)
    return bytes(made)


def cut(chance: random.Random, content: bytes) -> bytes:
    return content[: chance.randrange(len(content))]


def doubled(chance: random.Random, content: bytes) -> bytes:
    begin = chance.randrange(len(content))
    return content[:begin] + content[begin : begin + 400] * chance.randint(2, 50) + content[begin:]


def other_cells(chance: random.Random, content: bytes) -> bytes:
    """Rows of words that mean harm, below the same header."""
    header = content.split(b"\r\n", 1)[0]
    width = header.count(b",") + 1
    rows = [
        ",".join(chance.choice(WORDS) for _ in range(chance.randint(0, width + 2)))
        for _ in range(chance.randint(1, 30))
    ]
    return header + b"\n" + "\n".join(rows).encode()


def otherwise_encoded(chance: random.Random, content: bytes) -> bytes:
    return content.decode("utf-8", "replace").encode(
        chance.choice(("utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-32")), "replace"
    )


MUTATIONS: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    flipped,
    cut,
    doubled,
    other_cells,
    otherwise_encoded,
)


def looked_at(engine: Engine, content: bytes) -> str:
    """What a file is answered with: a sentence, or its rows."""
    said = ""
    try:
        table = previews.table_of(content, {})
    except BadSheet as error:
        said = str(error)
    if said:
        assert said.endswith(".")
        return "refused"
    with engine.reading() as db:
        found = previews.preview(db, console(), table, {})
    for _, look in found.looks:
        assert look.verdict in VERDICTS
        assert look.says or found.plan is None
        assert look.verdict != WRONG or found.plan is None or look.says[0].startswith("Row ")
    return "read"


def test_every_file_is_rows_or_a_sentence_in_bounded_memory(engine: Engine) -> None:
    chance = random.Random(SEED)
    sound = [make(kind) for kind in KINDS for make in (templates.csv, templates.xlsx)]
    answers = {"refused": 0, "read": 0}
    tracemalloc.start()
    for number in range(CASES or FEW):
        content = chance.choice(sound)
        for _ in range(chance.randint(1, 3)):
            content = chance.choice(MUTATIONS)(chance, content) or b" "
        try:
            answers[looked_at(engine, content)] += 1
        except Exception as error:
            raise AssertionError(f"seed {SEED}, case {number}: {content[:300]!r}") from error
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < MOST_BYTES
    assert min(answers.values()) > 0, answers
