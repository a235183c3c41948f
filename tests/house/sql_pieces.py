"""What SQL is made of, read from the syntax tree.

A text that is run must be spelled out by the source: a literal, an upper-case constant or
an entry of one, `where()`, an f-string of such, or a name that its function binds to such
alone. A private function may run what it is given, for its callers are in its module and
are read likewise; so may the few that PASS_ON names. Any other function is perhaps bound to
an operation, and then it is given what somebody sent.
"""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

TEXT, KEYS = "text", "keys"
QUERIES = ("execute", "executemany", "executescript", "query")
# What takes SQL by its nature: the parameter, its place, and what of it is SQL.
SINKS = {
    **{name: {"sql": (0, TEXT)} for name in QUERIES},
    "where": {"conditions": (0, KEYS)},
    "Sort": {"key": (0, TEXT), "tie": (1, TEXT)},
    "json_row": {"columns": (0, TEXT)},
    "json_rows": {"names": (0, TEXT), "select": (1, TEXT)},
    "json_kept": {"column": (0, TEXT)},
    "insert_rows": {"table": (1, TEXT)},
    "insert_values": {"table": (1, TEXT)},
    "resume_ids": {"tables": (1, TEXT)},
}
PASS_ON = frozenset({"compare_and_set", "one", "page", "scalar"})
GIVE_SQL = {"where", "json_row", "json_rows", "json_kept"}
OPEN_DATABASES = {"db", "_db", "conn", "_conn", "connection", "_connection", "cursor", "backend"}
LAMBDA = "<lambda>"
GLUE = {"format", "join", "replace"}
VIEWS = {"items", "keys", "values"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
Takers = dict[str, dict[str, tuple[int, str]]]


@dataclass
class Scope:
    """A function, the functions around it, and what its names are bound to (None: anything)."""

    name: str
    outer: "Scope | None" = None
    parameters: list[str] = field(default_factory=list)
    bound: dict[str, list[ast.expr | None]] = field(default_factory=lambda: defaultdict(list))

    def passes_on(self, named: frozenset[str]) -> bool:
        """Whether every caller of it is known."""
        if self.name in named or self.name in SINKS:
            return True
        is_private = self.name.startswith("_") and not self.name.startswith("__")
        is_inside = self.outer is not None and self.outer.outer is not None
        return (is_private or is_inside) and self.name != LAMBDA

    @property
    def outermost(self) -> str:
        return self.outer.outermost if self.outer and self.outer.outer else self.name


@dataclass(frozen=True)
class Piece:
    """Something that is put into SQL: a parameter of a function, or a leak."""

    scope: Scope
    node: ast.AST
    parameter: str = ""
    mode: str = TEXT


@dataclass(frozen=True, order=True)
class Offence:
    """A line at which something else than the source's own words gets into SQL."""

    module: str
    function: str
    line: int


def offences(sources: dict[str, ast.Module], pass_on: frozenset[str] = PASS_ON) -> list[Offence]:
    """The offences of some modules that call each other."""
    takers = takers_of(sources, pass_on)
    return sorted(
        {
            Offence(module, piece.scope.outermost, getattr(piece.node, "lineno", 0))
            for module, tree in sources.items()
            for piece in [*_pieces_run(tree, takers[module]), *_handed_over(tree, takers[module])]
            if not (piece.parameter and piece.scope.passes_on(pass_on))
        }
    )


def takers_of(sources: dict[str, ast.Module], pass_on: frozenset[str]) -> dict[str, Takers]:
    """For each module, the functions that run what they are given, as it may call them."""
    takers = {module: dict(SINKS) for module in sources}
    while _learn(sources, takers, pass_on):
        pass
    return takers


def _learn(
    sources: dict[str, ast.Module], takers: dict[str, Takers], pass_on: frozenset[str]
) -> bool:
    """Add such functions; False when there are no more."""
    learned = False
    for module, tree in sources.items():
        for piece in _pieces_run(tree, takers[module]):
            name = piece.scope.name
            if not piece.parameter or not piece.scope.passes_on(pass_on):
                continue
            place = piece.scope.parameters.index(piece.parameter)
            for other in sources if name in pass_on or name in SINKS else [module]:
                if piece.parameter not in takers[other].get(name, {}):
                    known = takers[other].get(name, {})
                    takers[other][name] = {**known, piece.parameter: (place, piece.mode)}
                    learned = True
    return learned


def _pieces_run(tree: ast.Module, takers: Takers) -> Iterator[Piece]:
    for scope, node in _nodes(tree):
        if isinstance(node, ast.Call):
            for argument, mode in _sql_arguments(node, takers.get(name_of(node.func), {})):
                yield from _pieces(argument, scope, mode, frozenset())
        elif scope.outer is None and isinstance(node, ast.Assign | ast.AnnAssign):
            yield from _pieces_of_constant(node, scope)


def _pieces_of_constant(node: ast.Assign | ast.AnnAssign, scope: Scope) -> Iterator[Piece]:
    """What is put into the texts of a constant, for a constant is taken at its word."""
    for part in ast.walk(node):
        if isinstance(part, ast.JoinedStr) and looks_like_sql(part):
            yield from _pieces(part, scope, TEXT, frozenset())
        elif looks_like_sql(part) and (
            isinstance(part, ast.BinOp)
            or (isinstance(part, ast.Call) and name_of(part.func) in GLUE)
        ):
            yield Piece(scope, part)


def looks_like_sql(node: ast.AST) -> bool:
    words = ("SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "ORDER BY ", "WHERE ")
    texts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
    return any(isinstance(text, str) and any(word in text for word in words) for text in texts)


def _sql_arguments(
    call: ast.Call, taken: dict[str, tuple[int, str]]
) -> Iterator[tuple[ast.expr, str]]:
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    for parameter, (place, mode) in taken.items():
        spread = [each for each in call.args[: place + 1] if isinstance(each, ast.Starred)]
        if spread:
            yield spread[0], mode
        elif place < len(call.args):
            yield call.args[place], mode
        elif parameter in named:
            yield named[parameter], mode
        elif None in named:
            yield named[None], TEXT


def _handed_over(tree: ast.Module, takers: Takers) -> Iterator[Piece]:
    """What runs SQL but is not called on the spot, so that nobody sees what it is given."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    known = {each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)}
    known &= takers.keys()
    for scope, node in _nodes(tree):
        if isinstance(node, ast.ImportFrom):
            known.update(each.name for each in node.names if each.name in takers)
            if any(each.asname and each.name in takers for each in node.names):
                yield Piece(scope, node)
    for scope, node in _nodes(tree):
        if id(node) in called:
            continue
        if isinstance(node, ast.Attribute) and node.attr in takers:
            is_meant = node.attr != "query" or name_of(node.value) in OPEN_DATABASES
            is_found = is_meant and (node.attr in QUERIES or node.attr.startswith("_"))
        else:
            is_found = isinstance(node, ast.Name) and _names_one_of(known, node, scope)
        if is_found:
            yield Piece(scope, node)


def _names_one_of(known: set[str], node: ast.Name, scope: Scope) -> bool:
    is_read = isinstance(node.ctx, ast.Load) and node.id != "Sort"  # a Sort is a type as well
    return is_read and node.id in known and not _is_bound(node.id, scope)


def _is_bound(name: str, scope: Scope | None) -> bool:
    while scope is not None and scope.outer is not None:
        if name in scope.bound or name in scope.parameters:
            return True
        scope = scope.outer
    return False


def _pieces(
    node: ast.expr | None, scope: Scope, mode: str, seen: frozenset[str]
) -> Iterator[Piece]:
    """What of `node` the source does not spell out."""
    if isinstance(node, ast.Name):
        yield from _pieces_of_name(node, scope, mode, seen)
    elif isinstance(node, ast.Dict) and mode == KEYS:
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:  # `**value`
                yield from _pieces(value, scope, KEYS, seen)
            else:
                yield from _pieces(key, scope, TEXT, seen)
    elif not _is_spelled_out(node, mode):
        parts = _parts(node, mode)
        if parts is None:
            yield Piece(scope, node or ast.Pass())
        for each in parts or ():
            yield from _pieces(each, scope, mode, seen)


def _is_spelled_out(node: ast.expr | None, mode: str) -> bool:
    if isinstance(node, ast.Call):  # whose own arguments are read where it is called
        return mode == TEXT and name_of(node.func) in GIVE_SQL
    if isinstance(node, ast.Attribute):
        return node.attr.isupper()
    return isinstance(node, ast.Constant)


def _parts(node: ast.expr | None, mode: str) -> list[ast.expr] | None:
    """Of what `node` is put together, or one of which it is; None for anything else."""
    match node:
        case ast.IfExp():
            return [node.body, node.orelse]
        case ast.BoolOp(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts):
            return parts
    return _parts_of_text(node) if mode == TEXT else None


def _parts_of_text(node: ast.expr | None) -> list[ast.expr] | None:
    match node:
        case ast.JoinedStr(values=parts):
            return parts
        case ast.FormattedValue(value=part) | ast.Subscript(value=part) | ast.ListComp(elt=part):
            return [part]
        case ast.DictComp():
            return [node.key, node.value]
        case ast.Dict():
            return [*(key for key in node.keys if key is not None), *node.values]
    return None


def _pieces_of_name(
    node: ast.Name, scope: Scope, mode: str, seen: frozenset[str]
) -> Iterator[Piece]:
    name, holder = node.id, scope
    while holder.outer and name not in holder.bound and name not in holder.parameters:
        holder = holder.outer
    if name in seen:
        return
    if holder.outer and name in holder.parameters:
        yield Piece(holder, node, parameter=name, mode=mode)
    bound = holder.bound.get(name, [])
    if holder.outer is None:
        if name.isupper():
            return
        bound = bound or [None]
    for each in bound:
        if each is None:
            yield Piece(scope, node)
        else:
            yield from _pieces(each, holder, mode, seen | {name})


def name_of(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


@cache
def _nodes(tree: ast.Module) -> list[tuple[Scope, ast.AST]]:
    return list(_scoped(tree, Scope("<module>")))


def _scoped(node: ast.AST, scope: Scope) -> Iterator[tuple[Scope, ast.AST]]:
    """Every node below `node` with its scope; a scope is complete before it is given."""
    children = list(_inside(node))
    for child in children:
        _bind(child, scope)
    for child in children:
        yield scope, child
        if isinstance(child, FUNCTIONS):
            yield from _scoped(child, _scope_of(child, scope, in_class=_is_method(child)))


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    """What belongs to a scope; functions in it are given, and what they hold is not."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, FUNCTIONS):
            yield from _inside(child)


def _is_method(node: ast.AST) -> bool:
    arguments = getattr(node, "args", None)
    first = [each.arg for each in arguments.args[:1]] if arguments else []
    return first in (["self"], ["cls"])


def _scope_of(node: ast.AST, outer: Scope, *, in_class: bool) -> Scope:
    arguments = node.args  # type: ignore[attr-defined]
    named = [each.arg for each in [*arguments.posonlyargs, *arguments.args]]
    only_named = [each.arg for each in arguments.kwonlyargs]
    scope = Scope(getattr(node, "name", LAMBDA), outer, [*named[in_class:], *only_named])
    for each in (arguments.vararg, arguments.kwarg):
        if each is not None:
            scope.bound[each.arg].append(None)
    return scope


def _bind(node: ast.AST, scope: Scope) -> None:
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                _bind_target(target, [value], scope)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            _bind_target(target, [value], scope)
        case ast.NamedExpr(target=target, value=value):
            _bind_target(target, [value], scope)
        case ast.For(target=target, iter=given) | ast.comprehension(target=target, iter=given):
            _bind_target(target, _elements(given), scope)
        case ast.AugAssign(target=target):
            _bind_target(target, [None], scope)
        case ast.withitem(optional_vars=ast.expr() as target):
            _bind_target(target, [None], scope)
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
            scope.bound[name].append(None)
        case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            scope.bound[name].append(None)


def _bind_target(target: ast.expr, values: Iterable[ast.expr | None], scope: Scope) -> None:
    if isinstance(target, ast.Name):
        scope.bound[target.id].extend(values)
    elif isinstance(target, ast.Tuple | ast.List):
        for place, each in enumerate(target.elts):
            _bind_target(each, [_entry(value, place, len(target.elts)) for value in values], scope)
    elif isinstance(target, ast.Starred):
        _bind_target(target.value, [None], scope)


def _entry(value: ast.expr | None, place: int, count: int) -> ast.expr | None:
    """One of the values that `value` is taken apart into."""
    if isinstance(value, ast.Tuple | ast.List):
        return value.elts[place] if len(value.elts) == count else None
    return value if value is not None and name_of(value).isupper() else None


def _elements(given: ast.expr) -> list[ast.expr | None]:
    """What a loop goes through: the entries of a literal or of a constant, else anything."""
    if isinstance(given, ast.Tuple | ast.List | ast.Set):
        return list(given.elts)
    if isinstance(given, ast.Call) and name_of(given.func) in VIEWS and not given.args:
        given = given.func.value if isinstance(given.func, ast.Attribute) else given
    return [given if name_of(given).isupper() else None]
