"""`flask dex import`: which files its paths mean."""

from pathlib import Path

import pytest

from services.reads.dex_import import files_of


@pytest.fixture
def audits(tmp_path):
    for name in ("b.dex", "a.dex", "old/c.dex", ".hidden.dex", "old/.git/d.dex"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    return tmp_path


def names(found):
    return [file.name for file in found]


def test_a_file_means_itself(audits):
    assert files_of([str(audits / "a.dex")]) == ([audits / "a.dex"], [])


def test_a_hidden_file_means_itself_when_it_is_named(audits):
    assert names(files_of([str(audits / ".hidden.dex")])[0]) == [".hidden.dex"]


def test_a_folder_means_every_file_below_it_but_hidden_ones(audits):
    found, absent = files_of([str(audits)])
    assert names(found) == ["a.dex", "b.dex", "c.dex"]
    assert absent == []


def test_a_pattern_means_what_matches(audits):
    assert names(files_of([str(audits / "*.dex")])[0]) == ["a.dex", "b.dex"]
    assert names(files_of([str(audits / "**/*.dex")])[0]) == ["a.dex", "b.dex", "c.dex"]


def test_a_file_named_twice_is_taken_in_once(audits):
    found, _ = files_of([str(audits / "b.dex"), str(audits)])
    assert names(found) == ["b.dex", "a.dex", "c.dex"]


def test_a_name_with_brackets_is_a_file_before_it_is_a_pattern(tmp_path):
    file = tmp_path / "T[1].dex"
    file.touch()
    assert files_of([str(file)]) == ([file], [])


def test_paths_that_mean_nothing_are_named(audits):
    nothing = [str(audits / "none.dex"), str(audits / "*.txt")]
    assert files_of(nothing) == ([], nothing)


def test_an_empty_folder_is_no_mistake(tmp_path):
    assert files_of([str(tmp_path)]) == ([], [])


def test_a_file_is_found_from_the_current_folder(audits, monkeypatch):
    monkeypatch.chdir(audits)
    assert files_of(["a.dex"]) == ([Path("a.dex")], [])
