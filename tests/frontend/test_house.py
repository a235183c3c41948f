"""What holds for every script of the front end that people write."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
BIOME = FRONTEND / "node_modules" / ".bin" / "biome"
LONGEST_LINE = 120
# A line for each page and chapter, made of docs/ by scripts/generate_help.py.
DATA = {"helped.js", "manual.js"}


def written(folder: Path = FRONTEND) -> Iterator[Path]:
    """The scripts that are neither installed nor built."""
    for path in sorted(folder.rglob("*.*js")):
        within = path.relative_to(folder)
        if not {"node_modules", "built"} & set(within.parts) and path.name not in DATA:
            yield path


def long_lines(paths: Iterable[Path]) -> list[str]:
    return [
        f"{path.name}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]


def test_no_line_is_longer_than_can_be_read() -> None:
    assert len(list(written())) > 100
    assert long_lines(written()) == []


def test_a_line_that_is_too_long_is_told(tmp_path: Path) -> None:
    (tmp_path / "page").mkdir()
    (tmp_path / "page" / "long.js").write_text(f"short\n{'x' * 121}\n", "utf-8")
    assert long_lines(written(tmp_path)) == ["long.js:2"]


@pytest.mark.parametrize(("lines", "is_told"), [(50, False), (51, True)])
def test_a_function_that_fits_on_no_screen_is_told(
    tmp_path: Path, lines: int, is_told: bool
) -> None:
    if not BIOME.exists():
        pytest.skip("the front-end libraries are not installed (npm)")
    body = "".join(f"  console.log({number});\n" for number in range(lines))
    (tmp_path / "long.js").write_text(f"export function long() {{\n{body}}}\n", "utf-8")
    shutil.copy(FRONTEND / "biome.jsonc", tmp_path)
    done = subprocess.run(  # noqa: S603  # our own tool
        [BIOME, "lint", "."], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ("noExcessiveLinesPerFunction" in done.stderr + done.stdout) is is_told
    assert (done.returncode != 0) is is_told
