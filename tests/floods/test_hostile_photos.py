"""Thousands of mutated photos: each is made anew or refused with a sentence, and nothing grows."""

from __future__ import annotations

import io
import os
import random
from functools import partial
from pathlib import Path

import pytest

from errors import Invalid
from services.files import decoder, images
from services.files.images import made_safe
from tests.kit.memory import Taken
from tests.kit.photos import from_a_phone, photo_bytes

# Drawn when one is asked for: each worker reads all tests.
SEEDS = {
    "png": partial(photo_bytes, 200, 150),
    "holes": partial(photo_bytes, 200, 150, mode="RGBA"),
    "webp": partial(photo_bytes, 200, 150, kind="WEBP"),
    "phone": partial(from_a_phone, 200, 150),
}
FEW = 250
MANY = int(os.environ.get("CVD_TEST_HOSTILE_PHOTOS") or FEW)
MOST_MEMORY_KIB = 500 * 1024


def mutated(content: bytes, chance: random.Random) -> bytes:
    """The content with bytes changed, cut, doubled, or lengths blown up."""
    damaged = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(len(damaged)) if damaged else 0
        match chance.randrange(5):
            case 0:
                damaged[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                del damaged[place:]
            case 2:
                damaged[place:place] = damaged[: chance.randrange(200)]
            case 3:
                damaged[place : place + 4] = b"\xff\xff\xff\x7f"
            case _:
                del damaged[place : place + chance.randrange(50)]
    return bytes(damaged)


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_is_sent_ends_in_a_photo_or_a_sentence(seed: str) -> None:
    chance = random.Random(seed)  # the same photos in each run
    ends = set()
    photo = SEEDS[seed]()
    taken = Taken()
    for _ in range(MANY):
        said, whole = decoder.answer(mutated(photo, chance), keeps_place=True)
        ends.add("refused" in said)
        assert set(said) == {"refused"} or len(whole) == 3
    assert ends == {True, False}
    assert taken.most_kib() < MOST_MEMORY_KIB


def bomb() -> bytes:
    """A PNG of 30 kB that says it is 60,000 pixels wide and high."""
    content = bytearray(photo_bytes())
    content[16:24] = (60_000).to_bytes(4) * 2
    return bytes(content)


def refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        made_safe(io.BytesIO(content), keeps_place=True)


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff" * 9999])
def test_what_is_no_photo_is_refused_by_the_process_that_decodes(content: bytes) -> None:
    refused(content)


def test_a_bomb_is_refused_by_the_process_that_decodes() -> None:
    refused(bomb())


def test_a_decoder_that_asks_for_more_memory_than_it_may_is_a_refusal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    greedy = tmp_path / "decoder.py"
    source = images.DECODER.read_text()
    planted = "    held = bytearray(2**31)\n    said, whole = answer("
    greedy.write_text(source.replace("    said, whole = answer(", planted))
    assert "held" in greedy.read_text()
    monkeypatch.setattr(images, "DECODER", greedy)
    with pytest.raises(Invalid):
        made_safe(io.BytesIO(photo_bytes()), keeps_place=False)
