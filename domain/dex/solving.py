"""Intervals: what a machine sold between two audits, decided for the machine as a whole.

Counters only rise, until a board is exchanged, a register runs over, or a board answers
nonsense. Each of these is a guess; the one that agrees with the machine's own total is
taken, of several the simplest that the machine can have sold. Where counters fell and
nothing agrees, the audit is a contradiction and somebody has to look at it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from domain.dex import agreement, registers, renames
from domain.dex.agreement import CLOSE, EXACT, OFF, UNTOLD
from domain.dex.readings import (
    Board,
    Change,
    Context,
    Counters,
    Finding,
    Reading,
    Sold,
    Solution,
    Total,
    Usual,
)
from domain.dex.solving_notes import (
    BROUGHT_BACK,
    LEFT_OUT,
    RETURNED,
    SINCE_RESET,
    TOTAL_FELL,
    ZEROS,
    of_overrun,
    of_silent,
)

# Ways of reading several fallen counters at once; more are tried in the same way together.
MOST_WAYS = 256
# Beyond so many times the usual, and some, another reading of the counters is looked for.
MANY_TIMES, A_FEW = 3, 10
Way = tuple[Sold | None, int]
Ways = Sequence[Way]
NOTHING_SOLD: Mapping[str, Sold] = {}


@dataclass(frozen=True, slots=True)
class _Guess:
    finding: Finding
    cost: int
    sold: Mapping[str, Sold]
    change: Change
    epoch: int | None
    notes: tuple[str, ...] = ()
    is_silent: bool = False

    def solution(self) -> Solution:
        found = Solution(self.finding, self.epoch, self.sold, self.change, notes=self.notes)
        if not self.is_silent:
            return found
        told = self.change.units
        return replace(found, explained=told is None or told > found.units)


def solve(
    now: Reading,
    board: Board,
    context: Context,
    *,
    earlier: Callable[[], Sequence[Board]],
    usual: Callable[[], Usual],
) -> Solution:
    """How `now` is read behind `board`; `earlier` boards and the `usual` only where asked."""
    plain = _plain(now, board, context)
    if plain is not None:
        solution = plain.solution()
        if _is_simple(solution, context) and (
            # Behind a board's exchange, the old one may be back.
            board.epoch == 0 or solution.units <= MANY_TIMES * usual().units + A_FEW
        ):
            return renames.noted(solution, now, board, context)
    if _shows_only_zeros(now, board) and not any(_resets(now, board, plain)):
        return Solution(
            "glitch", board.epoch, NOTHING_SOLD, Change(), notes=(ZEROS,), explained=True
        )
    expected = usual()
    guesses = [*_guesses(now, board, context, plain, expected)]
    agreed = plain if plain is not None and not _is_off(plain.solution(), context) else None
    guesses += [each for other in earlier() for each in _returns(now, other, agreed, expected)]
    judged = [(_rank(guess, now, board, context, expected), guess) for guess in guesses]
    rank, best = min(judged, key=lambda each: each[0])
    if plain is None and rank[1] == OFF:
        return _unsolved(judged)
    return renames.noted(best.solution(), now, board, context)


def _is_simple(solution: Solution, context: Context) -> bool:
    """Whether no total fell and it agrees, or is not even said."""
    if solution.notes:
        return False
    told, units = solution.change.units, solution.units
    if told is None:
        return bool(units) or not (solution.change.cents or solution.change.payments_cents)
    if told == units:
        return True
    return bool(units) and not _is_off(solution, context)


def _is_off(solution: Solution, context: Context) -> bool:
    return agreement.of_units(solution.change, solution.units, context.habit) == OFF


def _plain(now: Reading, board: Board, context: Context) -> _Guess | None:
    """The differences; None where a counter of a selection fell."""
    sold = {}
    before_of = board.selections.get
    for name, counters in now.selections.items():
        before = before_of(name)
        if before is None:
            if name in context.fresh:
                sold[name] = _since_zero(counters)
            continue
        units = counters[1] - before[1]
        if units < 0:
            return None
        value, value_before = counters[2], before[2]
        if value is None or not value_before or value < value_before:
            sold[name] = _sold(before, counters, units)
        else:
            amount = value - value_before
            sold[name] = Sold(units, amount, False, not amount and counters[0] == 0)
    change, notes = _change(now, board, sold)
    return _Guess("plain", 0, sold, change, board.epoch, notes)


def _sold(before: Counters, now: Counters, units: int) -> Sold:
    """Units with their money, which can run over or begin anew apart from the count."""
    price = now.price_cents
    if not price and not now.value_cents:
        return Sold(units, 0, is_free=price == 0)
    if now.value_cents is None or before.value_cents is None:
        # Without value counters the price is all the machine tells about money.
        return Sold(units, units * (price or 0))
    moved = now.value_cents - before.value_cents
    if moved >= 0 and (before.value_cents or not before.counted):
        return Sold(units, moved)
    if price is None:
        price = _mean_price(before) or _mean_price(now)
    expected = units * (price or 0)
    if moved >= 0:
        # Money that said zero for once is back: only what these units cost is theirs.
        return Sold(units, moved if moved <= 2 * expected else expected)
    if not now.value_cents:
        return Sold(units, expected)
    over = registers.nearest_run_over(before.value_cents, now.value_cents, expected)
    if over is not None:
        return Sold(units, over)
    if price is None or abs(now.value_cents - expected) <= expected / 2:
        return Sold(units, now.value_cents, began_anew=True)
    return Sold(units, expected)


def _mean_price(counters: Counters) -> int | None:
    value = counters.value_cents
    return round(value / counters.counted) if value and counters.counted else None


def _since_zero(now: Counters) -> Sold:
    value = now.value_cents
    amount = now.counted * (now.price_cents or 0) if value is None else value
    return Sold(now.counted, amount, True, not amount and now.price_cents == 0)


def _change(now: Reading, board: Board, sold: Mapping[str, Sold]) -> tuple[Change, tuple[str, ...]]:
    """What the totals moved by; a total that fell is read as run over where that fits."""
    before, total = board.total, now.total
    units = sum(each.units for each in sold.values())
    cents = sum(each.amount_cents for each in sold.values())
    if before.counted == 0 and any(each.counted for each in board.selections.values()):
        before = Total(None, None, before.payments_cents)
    if before.counted:
        # Money that says zero beside units says nothing of what it stood at.
        before = before._replace(
            value_cents=before.value_cents or (None if total.value_cents else before.value_cents),
            payments_cents=before.payments_cents
            or (None if total.payments_cents else before.payments_cents),
        )
    apart = _apart(now, board, units)
    if apart is not None:
        return apart
    moved = _moved(before.counted, total.counted, units)
    fell = moved is None and before.counted is not None and total.counted is not None
    return (
        Change(
            moved,
            None if fell else _moved(before.value_cents, total.value_cents, cents),
            _moved(before.payments_cents, total.payments_cents, cents),
        ),
        (TOTAL_FELL,) if fell else (),
    )


def _apart(now: Reading, board: Board, units: int) -> tuple[Change, tuple[str, ...]] | None:
    """The change where the total leaves out what the audit leaves out, as one of half a machine."""
    before, total = board.total, now.total
    if before.counted is None or total.counted is None or total.counted - before.counted == units:
        return None
    gone = [each for name, each in board.last.items() if each.counted and not _shows(now, name)]
    back = [
        each
        for name, each in board.selections.items()
        if each.counted
        and _shows(now, name)
        and not (name in board.last and board.last[name].counted)
    ]
    if gone and back:
        # A name instead of another: the total goes on.
        return None
    counted = sum(each.counted for each in back) - sum(each.counted for each in gone)
    if not counted or total.counted - before.counted - counted != units:
        return None
    worth = sum(each.value_cents or 0 for each in back)
    worth -= sum(each.value_cents or 0 for each in gone)
    cents = _difference(before.value_cents, total.value_cents, worth)
    paid = _difference(before.payments_cents, total.payments_cents, worth)
    return Change(units, cents, paid), (LEFT_OUT if gone else BROUGHT_BACK,)


def _shows(now: Reading, name: str) -> bool:
    return name in now.selections and bool(now.selections[name].counted)


def _difference(before: int | None, now: int | None, more: int) -> int | None:
    moved = None if before is None or now is None else now - before - more
    return moved if moved is None or moved >= 0 else None


def _moved(before: int | None, now: int | None, expected: int) -> int | None:
    if before is None or now is None:
        return None
    return now - before if now >= before else registers.nearest_run_over(before, now, expected)


def _shows_only_zeros(now: Reading, board: Board) -> bool:
    stood = any(_stood(board, name) for name in now.selections)
    if not stood and not (board.total.counted and now.total.counted == 0):
        return False
    return not any(counters.shows_something for counters in now.selections.values())


def _stood(board: Board, name: str) -> int:
    before = board.selections.get(name)
    return before.counted if before else 0


def _guesses(
    now: Reading, board: Board, context: Context, plain: _Guess | None, usual: Usual
) -> Iterator[_Guess]:
    if plain is not None:
        yield plain
    else:
        yield from _partly_fallen(now, board, context, usual)
    if _may_be_new(now, board):
        yield _new_board(now)
    yield from _resets(now, board, plain)


def _partly_fallen(now: Reading, board: Board, context: Context, usual: Usual) -> Iterator[_Guess]:
    """The same board: what fell ran over, began anew by itself, or says zero for once."""
    steady: dict[str, Sold] = {}
    fallen: list[str] = []
    for name, counters in now.selections.items():
        before = board.selections.get(name)
        if before is None:
            if name in context.fresh:
                steady[name] = _since_zero(counters)
        elif counters.counted >= before.counted:
            steady[name] = _sold(before, counters, counters.counted - before.counted)
        else:
            fallen.append(name)
    for ways in _ways(now, board, fallen, usual):
        taken = list(zip(fallen, ways, strict=True))
        sold = steady | {name: each for name, (each, _) in taken if each is not None}
        change, odd = _change(now, board, sold)
        silent = [name for name, (each, _) in taken if each is None]
        anew = [name for name, (each, size) in taken if each is not None and not size]
        sizes = sorted({size for _, size in ways if size})
        notes = (
            *((of_silent(silent),) if silent else ()),
            *(of_overrun(size) for size in sizes),
            *odd,
        )
        finding: Finding = "partly_anew" if anew else "wrap" if sizes else "plain"
        cost = 1 + bool(silent) + len(sizes) + 3 * bool(anew) + 2 * (TOTAL_FELL in odd)
        yield _Guess(finding, cost, sold, change, board.epoch, notes, bool(silent))


def _ways(now: Reading, board: Board, fallen: Sequence[str], usual: Usual) -> Iterator[Ways]:
    """For the fallen selections together: what each sold (None: it says zero for once, and
    nobody knows), and the size of its register.
    """
    options: list[list[Way]] = []
    ways = 1
    for name in fallen:
        before, counters = board.selections[name], now.selections[name]
        each: list[Way] = [(_since_zero(counters) if counters.counted else None, 0)]
        for units, size in registers.run_over(before.counted, counters.counted, usual.most):
            each.append((_over(before, counters, units), size))
        options.append(each)
        ways *= len(each)
    if ways <= MOST_WAYS:
        yield from product(*options)
        return
    for size in (0, *registers.SIZES):
        yield [next((way for way in each if way[1] == size), each[0]) for each in options]


def _over(before: Counters, now: Counters, units: int) -> Sold:
    return _sold(before, now, units)._replace(began_anew=False)


def _may_be_new(now: Reading, board: Board) -> bool:
    """Whether the machine's total fell, or without one most of its counters."""
    before, total = board.total.counted, now.total.counted
    if before and total:
        return total < before
    stood = [name for name in now.selections if _stood(board, name)]
    fell = [name for name in stood if now.selections[name].counted < _stood(board, name)]
    return bool(fell) and 2 * len(fell) >= len(stood)


def _new_board(now: Reading) -> _Guess:
    total = now.total
    sold = {name: _since_zero(counters) for name, counters in now.selections.items()}
    change = Change(total.counted or None, total.value_cents or None, total.payments_cents or None)
    return _Guess("epoch", 3, sold, change, None)


def _resets(now: Reading, board: Board, plain: _Guess | None) -> Iterator[_Guess]:
    """Only the counters since the last reset run, and tell what the machine's total does."""
    if plain is None:
        if any(counters.counted for counters in now.selections.values()):
            return
        plain = _Guess("plain", 0, NOTHING_SOLD, _change(now, board, NOTHING_SOLD)[0], board.epoch)
    if any(each.units for each in plain.sold.values()):
        return
    if not (plain.change.units or plain.change.cents or plain.change.payments_cents):
        return
    shown, moved = {}, {}
    for name, counters in now.selections.items():
        before = board.selections.get(name)
        if counters.count_rst is None:
            continue
        shown[name] = _reset(counters, None)
        moved[name] = _reset(counters, before)
    for sold in (shown, moved):
        units = sum(each.units for each in sold.values())
        cents = sum(each.amount_cents for each in sold.values())
        if units and _equals(plain.change, units, cents):
            yield replace(plain, finding="reset", cost=2, sold=sold, notes=(SINCE_RESET,))


def _equals(change: Change, units: int, cents: int) -> bool:
    if change.units is not None:
        return change.units == units
    return cents in (change.cents, change.payments_cents)


def _reset(now: Counters, before: Counters | None) -> Sold:
    """What a selection counted since the reset, or since the read before where that was later."""
    count, value = now.count_rst or 0, now.value_rst_cents
    stood = before.count_rst if before else None
    if before is not None and stood is not None and count >= stood:
        count -= stood
        if value is not None and before.value_rst_cents is not None:
            value = max(0, value - before.value_rst_cents)
    return Sold(count, count * (now.price_cents or 0) if value is None else value)


def _returns(now: Reading, other: Board, plain: _Guess | None, usual: Usual) -> Iterator[_Guess]:
    """An earlier board is back: nothing stands below its last readings."""
    shared = [name for name in now.selections if name in other.last]
    if 2 * len(shared) < len(now.selections):
        return
    if any(now.selections[name].counted < other.last[name].counted for name in shared):
        return
    sold = {
        name: _sold(
            other.last[name],
            now.selections[name],
            now.selections[name].counted - other.last[name].counted,
        )
        for name in shared
    }
    units = sum(each.units for each in sold.values())
    if units > usual.most:
        return
    if plain is not None:
        # What the present board can well have sold by itself is no other one.
        straight = sum(each.units for each in plain.sold.values())
        if straight <= MANY_TIMES * max(units, usual.units) + A_FEW:
            return
    change, odd = _change(now, other, sold)
    yield _Guess("return", -1, sold, change, other.epoch, (RETURNED, *odd))


def _rank(
    guess: _Guess, now: Reading, board: Board, context: Context, usual: Usual
) -> tuple[int, int, int, int, float]:
    """Smaller is better: it can be, it agrees with the total, it is simple."""
    solution = guess.solution()
    units, cents = solution.units, solution.cents
    by_units = agreement.of_units(guess.change, units, context.habit)
    by_cents = agreement.of_cents(guess.change, units, cents, context.habit)
    first = by_cents if by_units == UNTOLD else by_units
    if first == OFF and (
        solution.explained or agreement.is_explained(solution, now, board, context)
    ):
        first = CLOSE
    agrees = by_units == by_cents == EXACT
    odd = units > usual.most or (not agrees and _costs_oddly(guess.sold, now.selections))
    return int(odd), first, int(by_cents == OFF), guess.cost, abs(units - usual.units)


def _costs_oddly(sold: Mapping[str, Sold], now: Mapping[str, Counters]) -> bool:
    """Whether the money is far from what the units cost by their prices."""
    priced = [(now[name], each) for name, each in sold.items() if now[name].price_cents]
    by_price = sum(each.units * (counters.price_cents or 0) for counters, each in priced)
    amount = sum(each.amount_cents for _, each in priced)
    margin = max((counters.price_cents or 0 for counters, _ in priced), default=0)
    return not by_price / 4 - margin <= amount <= by_price * 4 + margin


def _unsolved(judged: Sequence[tuple[tuple[int, int, int, int, float], _Guess]]) -> Solution:
    """What the simplest reading would book, with the sentence why it is not."""
    _, guess = min(judged, key=lambda each: (each[1].cost, each[0]))
    solution = guess.solution()
    told = agreement.in_words(solution.change, solution.units, solution.cents)
    return Solution(
        "unsolved",
        None,
        solution.sold,
        solution.change,
        f"Counters fell, and however they are read they do not add up: {told}",
        solution.notes,
    )
