"""What `make bench` measures leaves no page out, and no list, board or report."""

import re

import contract
from bench import growth, pages
from settings import PROJECT
from tests.test_growth import grows


def test_every_page_is_weighed():
    frontend = PROJECT / "frontend"
    files = [*frontend.glob("*.html"), *frontend.glob("pages/*.html")]
    assert set(pages.PAGES) == {file.stem for file in files}


def test_every_list_board_and_report_is_measured_while_the_fleet_grows():
    asked = [path.partition("?")[0] for path in growth.paths()]
    unmeasured = [
        operation.name
        for operation in contract.current().operations
        if grows(operation)
        and not any(re.fullmatch(re.sub(r"\{\w+\}", r"\\d+", operation.path), p) for p in asked)
    ]
    assert unmeasured == []
