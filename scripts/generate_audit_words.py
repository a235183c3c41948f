"""Writes frontend/words/audited.js: the words of the audit log, as spec/ says them (`x-audit`).

python scripts/generate_audit_words.py            write it
python scripts/generate_audit_words.py --check    fail when it is not what the contract says
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import contract  # noqa: E402  # lies beside this folder

LIST = ROOT / "frontend" / "words" / "audited.js"
HEAD = """\
/**
 * What the audit log tells of: each noun with its word, and its actions in words. Generated from
 * spec/ (x-audit) by scripts/generate_audit_words.py; not edited by hand.
 * @module
 */

/** @typedef {{word: string, actions: Record<string, string>}} Audited */

/** In the order of their words. @type {Record<string, Audited>} */
export const AUDITED = {
"""


def main(argv: list[str] | None = None) -> int:
    """Write or check the list; 0 when it says what the contract says. Raises ContractError."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    check = parser.parse_args(argv).check
    wanted = HEAD + "".join(lines(contract.load(contract.SPEC).audit)) + "};\n"
    is_stale = not LIST.exists() or LIST.read_text("utf-8") != wanted
    if check and is_stale:
        print("frontend/words/audited.js is not what spec/ says: run", Path(__file__).name)
        return 1
    if is_stale:
        LIST.write_text(wanted, "utf-8")
    return 0


def lines(said: contract.AuditWords) -> Iterator[str]:
    """The nouns in the order of their words, the actions of each as spec/ says them."""
    for noun, word in sorted(said.nouns.items(), key=lambda named: named[1]):
        yield f"  {noun}: {{\n    word: {json.dumps(word, ensure_ascii=False)},\n    actions: {{\n"
        for name, action in said.actions.items():
            if action.noun == noun:
                words = json.dumps(action.words, ensure_ascii=False)
                yield f"      {json.dumps(name)}: {words},\n"
        yield "    },\n  },\n"


if __name__ == "__main__":
    sys.exit(main())
