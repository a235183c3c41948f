"""What a failed run of the checks says at its end, where people and machines look first."""

import sys

import pytest

from scripts import check

pytestmark = pytest.mark.once("a check has no database")


def stage(name, code):
    return check.Stage(name, (sys.executable, "-c", code))


@pytest.mark.parametrize("beside", [0, 1], ids=["alone", "beside another"])
def test_a_failed_stage_is_named_with_what_failed_and_what_was_left_behind(beside):
    told = (
        "print('....'); print('FAILED tests/a.py::test_b'); print('LEFT BEHIND process 7: sleep')"
    )
    stages = [stage("tests", f"{told}; raise SystemExit(1)"), *[stage("types", "")] * beside]
    times: list[tuple[str, float]] = []
    failures = check.run(stages, times)
    assert failures == [
        check.Failure("tests", ["FAILED tests/a.py::test_b", "LEFT BEHIND process 7: sleep"])
    ]
    assert len(times) == 1 + beside


def test_a_stage_that_goes_well_is_no_failure_whatever_it_says():
    assert check.run([stage("tests", "print('FAILED is only a word here')")], []) == []


def test_a_stage_that_lacks_a_tool_is_skipped_and_says_why(capsys):
    skipped = check.Stage("browser", ("nothing",), missing="Chromium is not installed")
    assert check.run([skipped], []) == []
    assert "Skipped: Chromium is not installed." in capsys.readouterr().out
