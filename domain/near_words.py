"""Near words: whether what somebody typed is a word but for a slip of the finger.

An edit is a letter too many, too few, another one, or two that changed places (the optimal
string alignment distance). Words of four letters may have one, those of eight and more two;
words with digits none, for a number that differs by one is another machine.
"""

from __future__ import annotations

from collections.abc import Iterator

SHORT, LONG = 4, 8
# What stands for a letter that was missed: the usual ones of western alphabets, what joins words.
LETTERS = "abcdefghijklmnopqrstuvwxyzäöüßéèáàçñíóú'- "


def edits_allowed(word: str) -> int:
    """How many edits may lie between a word that was typed and one that is meant."""
    if not word.isalpha() or len(word) < SHORT:
        return 0
    return 2 if len(word) >= LONG else 1


def variants(word: str) -> Iterator[str]:
    """The word, and all that lie one edit from it; some of them more than once."""
    yield word
    for place in range(len(word) + 1):
        before, behind = word[:place], word[place:]
        for letter in LETTERS:
            yield before + letter + behind
        if behind:
            yield before + behind[1:]
            for letter in LETTERS:
                yield before + letter + behind[1:]
        if len(behind) > 1:
            yield before + behind[1] + behind[0] + behind[2:]


def edits_to_begin(typed: str, word: str, most: int) -> int | None:
    """How many edits lie between what was typed and a beginning of the word; None beyond `most`.

    Who goes on typing has not mistyped yet: `hosp` begins `hospital` without an edit.
    """
    if word.startswith(typed):
        return 0
    if len(typed) - len(word) > most:
        return None
    # Rows of the table of distances, by letters of the word; `earlier` is the one before last.
    earlier: list[int] = []
    last = list(range(len(typed) + 1))
    best = last[-1]
    for row, letter in enumerate(word[: len(typed) + most], start=1):
        now = [row]
        for column, of_typed in enumerate(typed, start=1):
            cost = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != of_typed))
            if row > 1 and column > 1 and letter == typed[column - 2] and word[row - 2] == of_typed:
                cost = min(cost, earlier[column - 2] + 1)
            now.append(cost)
        if min(now) > most and min(last) > most:
            break
        best = min(best, now[-1])
        earlier, last = last, now
    return best if best <= most else None
