"""The Python modules of the product, as the tests of the house read them.

The tree is walked, so that a new folder or a file that moved cannot escape. Left out are
the tests themselves, which plant the very faults they look for, and what is no source.
"""

import ast
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
NO_SOURCE = {"node_modules", "build", "dist", "__pycache__"}


def product_modules(root: Path = ROOT) -> list[str]:
    """The modules below `root`, as paths from it: "services/user_service.py"."""
    return sorted(path.relative_to(root).as_posix() for path in _files(root))


@cache
def tree_of(module: str) -> ast.Module:
    return ast.parse(text_of(module))


def text_of(module: str) -> str:
    return (ROOT / module).read_text(encoding="utf-8")


def _files(root: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(root):
        left_out = NO_SOURCE | {"tests"} if Path(folder) == root else NO_SOURCE
        folders[:] = [each for each in folders if each not in left_out and not each.startswith(".")]
        yield from (Path(folder) / file for file in files if file.endswith(".py"))
