"""What is shown again: of two answers on their way, the one asked for last stays."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

IN_TURN = Path(__file__).resolve().parents[2] / "frontend" / "modules" / "in-turn.js"
BEGINNING = """
const { inTurn } = await import(process.argv[1]);
const seen = [];
let waits = [];
const answer = (name) => waits.find((wait) => wait.name === name).done();
const asked = async () => { for (let n = 0; n < 10; n += 1) await null; return waits.map(({ name }) => name); };
const show = inTurn((name) => new Promise((resolve, reject) => waits.push({
  name, done: () => { seen.push(name); resolve(); }, fail: () => reject(new Error(name)),
})));
"""


def run(script: str) -> object:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    done = subprocess.run(
        [node, "--input-type=module", "-e", BEGINNING + script, IN_TURN.as_uri()],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_an_older_answer_does_not_follow_a_newer_one():
    assert run(
        """
        show("older"); await asked();
        const newer = show("newer");
        const before = await asked();
        answer("older"); await asked(); answer("newer"); await newer;
        console.log(JSON.stringify({ before, seen }));
        """
    ) == {"before": ["older"], "seen": ["older", "newer"]}


def test_many_calls_meanwhile_are_one_more_run_with_what_was_given_last():
    assert run(
        """
        show("first"); await asked();
        const all = [show("second"), show("third"), show("fourth")];
        answer("first"); const then = await asked(); answer("fourth"); await Promise.all(all);
        console.log(JSON.stringify({ then, seen }));
        """
    ) == {"then": ["first", "fourth"], "seen": ["first", "fourth"]}


def test_a_failure_is_told_to_its_caller_and_holds_up_nobody():
    assert run(
        """
        const one = show("one").catch(({ message }) => `failed: ${message}`); await asked();
        const other = show("other");
        waits[0].fail(); await asked(); answer("other"); await other;
        console.log(JSON.stringify([await one, seen]));
        """
    ) == ["failed: one", ["other"]]
