"""Small mistakes, one at a time: what a module would be if its author had slipped.

A mutant changes one place of a module's syntax tree: an operator, a comparison, a number, a truth value, a condition, a
result, or a call that is left out. Annotations, docstrings, imports and the words of messages stay as they are.
"""

from __future__ import annotations

import ast
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from types import CodeType

ARITHMETIC = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult, ast.Pow: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
    ast.LShift: ast.RShift, ast.RShift: ast.LShift,
}
COMPARISONS = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}
SKIPPED = {"annotation", "returns", "type_params"}
OPTIMIZED = 1  # the flag of code that has local variables: a function's, not a class body's
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@dataclass(frozen=True)
class Edit:
    """One change of a tree: how it is called, what stood there, what stands there now, and how to make it.

    lines     the lines on which the place stands
    inside    whether it stands in the body of a function, so that importing the module doesn't run it
    """

    operator: str
    before: str
    after: str
    lines: tuple[int, int]
    inside: bool
    where: str
    make: Callable[[], None]
    undo: Callable[[], None]


@dataclass(frozen=True)
class Mutant:
    """A module with one mistake. `name` stays the same when lines above it move.

    around  a digest of the function or class it is in, or of everything outside of them
    """

    name: str
    around: str
    operator: str
    line: int
    lines: tuple[int, int]
    inside: bool
    code: CodeType


def mutants(source: str, filename: str) -> Iterator[Mutant]:
    """Give every mutant of a module's text that compiles to something else than the module."""
    tree = ast.parse(source, filename)
    original = compile(tree, filename, "exec")
    seen: Counter[str] = Counter()
    around = _surroundings(tree)
    for edit in list(_edits(tree)):
        name = f"{edit.where}: {edit.operator}: {edit.before} → {edit.after}"
        seen[name] += 1
        if seen[name] > 1:
            name += f" ({seen[name]})"
        edit.make()
        try:
            code = compile(tree, filename, "exec")
        except (SyntaxError, ValueError, TypeError):
            continue
        finally:
            edit.undo()
        if code != original:
            parts = edit.where.split(".")
            near = next(place for place in (".".join(parts[:2]), parts[0], "") if place in around)
            yield Mutant(name, around[near], edit.operator, edit.lines[0], edit.lines, edit.inside, code)


def _surroundings(tree: ast.Module) -> dict[str, str]:
    """Give a digest of each function, method and class by name, and under "" of the rest."""
    texts: dict[str, str] = {"": ""}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            texts[node.name] = ast.unparse(node)
            for inner in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(inner, ast.FunctionDef):
                    texts[f"{node.name}.{inner.name}"] = ast.unparse(inner)
        else:
            texts[""] += ast.unparse(node)
    return {name: hashlib.sha256(text.encode()).hexdigest()[:12] for name, text in texts.items()}


def _edits(tree: ast.Module) -> Iterator[Edit]:
    yield from _within(tree, "", inside=False)


def _within(node: ast.AST, where: str, *, inside: bool) -> Iterator[Edit]:
    """Walk the children of a node; each place of the tree is a (parent, field, index)."""
    for field, value in ast.iter_fields(node):
        if field in SKIPPED:
            continue
        in_body = inside or (isinstance(node, FUNCTIONS) and field == "body")
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(child, ast.AST) or _is_left_alone(node, child, index):
                continue
            here = where
            if isinstance(child, ast.FunctionDef | ast.ClassDef):
                here = f"{where}.{child.name}".lstrip(".")
            for operator, replacement in _changes(child, node):
                yield _edit((node, field, index), child, operator, replacement, where=here, inside=in_body)
            yield from _within(child, here, inside=in_body)


def _is_left_alone(parent: ast.AST, child: ast.AST, index: int | None) -> bool:
    if isinstance(child, ast.Import | ast.ImportFrom | ast.expr_context | ast.operator | ast.cmpop | ast.boolop):
        return True
    if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
        return True
    if isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING":
        return True
    if isinstance(child, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in child.targets):
        return True
    return isinstance(parent, ast.AnnAssign) and child is parent.annotation and index is None


def _edit(
    place: tuple[ast.AST, str, int | None], old: ast.AST, operator: str, new: ast.AST, *, where: str, inside: bool
) -> Edit:
    parent, field, index = place

    def put(node: ast.AST) -> None:
        if index is None:
            setattr(parent, field, node)
        else:
            getattr(parent, field)[index] = node

    new = ast.fix_missing_locations(ast.copy_location(copy(new), old))  # it may be a part of the tree itself
    lines = (old.lineno, old.end_lineno or old.lineno)
    before, after = _short(old), "nothing" if isinstance(new, ast.Pass) else _short(new)
    return Edit(operator, before, after, lines, inside, where, lambda: put(new), lambda: put(old))


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 90 else f"{text[:60]} … {text[-25:]}"


def _changes(node: ast.AST, parent: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Give what could stand in a node's place, each with the name of the slip."""
    match node:
        case ast.BinOp(left, op, right) if type(op) in ARITHMETIC:
            yield "arithmetic", ast.BinOp(left, ARITHMETIC[type(op)](), right)
        case ast.Compare(left, [op, *more], right):
            yield "comparison", ast.Compare(left, [COMPARISONS[type(op)](), *more], right)
        case ast.BoolOp(op, values):
            yield "boolean", ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
        case ast.UnaryOp(ast.Not(), operand):
            yield "boolean", operand
        case ast.UnaryOp(ast.USub(), operand):
            yield "arithmetic", operand
        case ast.Constant(value):
            yield from _constants(value)
        case ast.Return(value) if value is not None and not (isinstance(value, ast.Constant) and value.value is None):
            yield "return", ast.Return(ast.Constant(None))
        case ast.Raise():
            yield "dropped raise", ast.Pass()
        case ast.Break():
            yield "loop", ast.Continue()
        case ast.Continue():
            yield "loop", ast.Break()
        case ast.Expr(ast.Call() | ast.Yield() | ast.YieldFrom()):
            yield "dropped call", ast.Pass()
        case ast.AugAssign(target, op, value) if type(op) in ARITHMETIC:
            yield "arithmetic", ast.AugAssign(target, ARITHMETIC[type(op)](), value)
        case ast.Call(func, [*arguments], keywords):
            yield from _calls(func, arguments, keywords)
        case ast.If(test, body, orelse):
            yield "condition", ast.If(_opposite(test), body, orelse)
        case ast.IfExp(test, body, orelse):
            yield "condition", ast.IfExp(_opposite(test), body, orelse)
        case ast.While(test, body, orelse):
            yield "condition", ast.While(_opposite(test), body, orelse)
        case _:
            pass
    if isinstance(parent, ast.comprehension) and node in parent.ifs:
        yield "condition", _opposite(node)


def _constants(value: object) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(value, bool):
        yield "truth value", ast.Constant(not value)
    elif isinstance(value, int | float):
        yield "number", ast.Constant(value + 1)


def _calls(func: ast.expr, arguments: list[ast.expr], keywords: list[ast.keyword]) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(func, ast.Name) and func.id == "range":
        yield "off by one", ast.Call(
            func, [*arguments[:-1], ast.BinOp(arguments[-1], ast.Add(), ast.Constant(1))], keywords)
    elif len(arguments) == 1 and not isinstance(arguments[0], ast.Starred | ast.GeneratorExp | ast.Constant):
        yield "dropped call", arguments[0]
    elif isinstance(func, ast.Attribute) and not arguments and not keywords:
        yield "dropped call", func.value


def _opposite(test: ast.AST) -> ast.AST:
    return test.operand if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) else \
        ast.UnaryOp(ast.Not(), test)


def functions(code: CodeType) -> list[CodeType]:
    """List the code of a module's functions, methods and module-level lambdas, in order, outermost ones only."""
    found = []
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            named = not constant.co_name.startswith("<") or constant.co_name == "<lambda>"
            found += [constant] if named and constant.co_flags & OPTIMIZED else functions(constant)
    return found
