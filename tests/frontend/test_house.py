"""What holds for every script of the front end that people write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
LONGEST_LINE = 120


def written(folder: Path = FRONTEND) -> Iterator[Path]:
    """The scripts that are neither installed nor built."""
    for path in sorted(folder.rglob("*.*js")):
        within = path.relative_to(folder)
        if not {"node_modules", "built"} & set(within.parts):
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
