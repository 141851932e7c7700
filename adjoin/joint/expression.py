"""The language of agreements: numbers, names, comparisons and a few functions, in exact arithmetic.

    + - * /   < <= > >= == !=   and or not   a if condition else b
    min, max, abs   rounded(x, digits)  half to even   fen(x)  to whole fen, half up, of an amount in yuan
    known(input)   whether an input was reported
    meets(class, target)   better, worse, same(class, class)   "III"

A formula is read into a tree, of which only these nodes are known; nothing is ever handed to the interpreter.
Numbers are fractions, so that nothing is rounded but where `rounded` or `fen` says so, and a threshold is met or
not met, never nearly. Before a formula runs, its units are checked (only like is added to like), its range is
computed from what the inputs may be (a divisor that may be 0 is refused), and whether it is whole fen.
"""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, NoReturn

from adjoin.core.assessment import CLASSES
from adjoin.core.refusal import Refusal
from adjoin.methods.written import as_written

Value = Fraction | str | bool
Values = Mapping[str, Value]
Units = Mapping[str, int]  # unit -> power
Bound = Fraction | float  # a fraction, or an infinity
Run = Callable[[Values], Any]  # gives a Value; of which kind was checked when the formula was read

LONGEST, DEEPEST = 2_000, 60  # characters, brackets within brackets
_LARGEST = 10**18
YUAN: Units = {"yuan": 1}


class Missing(Exception):  # noqa: N818  # a value that is not there is an answer
    """A formula needs an input that is not known."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class Kind:
    """What a formula gives: a number with its unit and range, a class or a truth value."""

    of: str  # "number", "class", "flag"
    units: Units | None = None
    low: Bound = -math.inf
    high: Bound = math.inf
    fen: bool = False  # sure to be whole fen


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula ready to run: what it gives, which names it needs, and its value for some values of these."""

    text: str
    kind: Kind
    names: tuple[str, ...]
    run: Run
    constant: bool = False  # the same for all inputs


@dataclass(frozen=True, slots=True)
class _Part:
    kind: Kind
    run: Run


def units_of(unit: str) -> Units:
    """The powers of a unit: "yuan/t" is yuan per t, "1" is none."""
    found: dict[str, int] = {}
    for i, part in enumerate(unit.split("/")):
        for name in part.split("*"):
            if name.strip() not in {"", "1"}:
                found[name.strip()] = found.get(name.strip(), 0) + (1 if i == 0 else -1)
    return {name: power for name, power in found.items() if power}


def unit_text(units: Units | None) -> str:
    """A unit as text."""
    up = [name for name, power in sorted((units or {}).items()) for _ in range(power)]
    down = [name for name, power in sorted((units or {}).items()) for _ in range(-power)]
    return "/".join(["*".join(up) or "1", *down])


def names_in(text: str, place: str) -> tuple[str, ...]:
    """The names that a formula uses, in order."""
    found = [node.id for node in ast.walk(_tree(text, place)) if isinstance(node, ast.Name)]
    return tuple(dict.fromkeys(name for name in found if name not in FUNCTIONS))


def formula(text: str, known: Mapping[str, Kind], place: str) -> Formula:
    """A formula, read and checked against the names that are known.

    place : where it stands, for the refusal
    """
    part = _Reader(text, known, place).part(_tree(text, place))
    return Formula(text, part.kind, names_in(text, place), part.run)


def _tree(text: str, place: str) -> ast.expr:
    if len(text) > LONGEST:
        raise Refusal("formula_not_read", place=place, met=text[:60], expected=f"<= {LONGEST}")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Refusal("formula_not_read", place=place, met=text[:80], expected="k * C / C0 <= 1") from None
    if _depth(tree) > DEEPEST:
        raise Refusal("formula_not_read", place=place, met=text[:60], expected=f"<= {DEEPEST} ()")
    return tree


def _depth(tree: ast.AST) -> int:
    deepest, ahead = 0, [(tree, 1)]
    while ahead:
        node, depth = ahead.pop()
        deepest = max(deepest, depth)
        ahead.extend((child, depth + 1) for child in ast.iter_child_nodes(node))
    return deepest


_COMPARED: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_CLASSED: Mapping[str, Callable[[int, int], bool]] = {
    "meets": operator.le,
    "better": operator.lt,
    "worse": operator.gt,
    "same": operator.eq,
}
_RANK = {name: rank for rank, name in enumerate(CLASSES)}
FUNCTIONS = frozenset({"min", "max", "abs", "rounded", "fen", "known", *_CLASSED})


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns a tree into something that runs; a node that is not of the language is refused."""

    text: str
    known: Mapping[str, Kind]
    place: str

    def refuse(self, kind: str, met: object, expected: object = "") -> NoReturn:
        raise Refusal(kind, place=self.place, formula=self.text[:120], met=met, expected=expected)

    def part(self, node: ast.expr) -> _Part:
        read = _NODES.get(type(node))
        return read(self, node) if read else self.not_allowed(node)

    def not_allowed(self, node: ast.AST) -> NoReturn:
        self.refuse("formula_not_allowed", ast.unparse(node)[:60], ", ".join(sorted(FUNCTIONS)))

    def number(self, node: ast.expr) -> _Part:
        return self._of("number", node)

    def flag(self, node: ast.expr) -> _Part:
        return self._of("flag", node)

    def _of(self, kind: str, node: ast.expr) -> _Part:
        part = self.part(node)
        return part if part.kind.of == kind else self.refuse("formula_kind", ast.unparse(node)[:60], kind)

    def constant(self, node: ast.Constant) -> _Part:
        value = node.value
        if isinstance(value, bool):
            return _Part(Kind("flag"), lambda _: value)
        if isinstance(value, str) and value in _RANK:
            return _Part(Kind("class"), lambda _: value)
        if not isinstance(value, int | float) or not abs(value) <= _LARGEST:  # not a number is not below it either
            self.refuse("formula_not_allowed", ast.unparse(node)[:60], ", ".join(CLASSES))
        exact = as_written(value)
        return _Part(Kind("number", {}, exact, exact, fen=_is_fen(exact)), lambda _: exact)

    def name(self, node: ast.Name) -> _Part:
        name = node.id
        if name not in self.known:
            self.refuse("formula_unknown_name", name, ", ".join(self.known) or "-")

        def look(at: Values) -> Value:
            try:
                return at[name]
            except KeyError:
                raise Missing(name) from None

        return _Part(self.known[name], look)

    def unary(self, node: ast.UnaryOp) -> _Part:
        if isinstance(node.op, ast.Not):
            inner = self.flag(node.operand).run
            return _Part(Kind("flag"), lambda at: not inner(at))
        return _negative(self.number(node.operand)) if isinstance(node.op, ast.USub) else self.not_allowed(node)

    def boolean(self, node: ast.BoolOp) -> _Part:
        return _joined(isinstance(node.op, ast.And), [self.flag(each).run for each in node.values])

    def binary(self, node: ast.BinOp) -> _Part:
        one, other = self.number(node.left), self.number(node.right)
        a, b = one.run, other.run
        if isinstance(node.op, ast.Add):
            return _Part(self._sum(one.kind, other.kind, 1), lambda at: a(at) + b(at))
        if isinstance(node.op, ast.Sub):
            return _Part(self._sum(one.kind, other.kind, -1), lambda at: a(at) - b(at))
        if isinstance(node.op, ast.Mult):
            return _Part(_product(one.kind, other.kind), lambda at: a(at) * b(at))
        if not isinstance(node.op, ast.Div):
            self.not_allowed(node)
        return _Part(self._quotient(one.kind, other.kind), lambda at: a(at) / b(at))

    def _sum(self, one: Kind, other: Kind, sign: int) -> Kind:
        units = self._same_units(one, other)
        low, high = (other.low, other.high) if sign > 0 else (-other.high, -other.low)
        return Kind("number", units, one.low + low, one.high + high, one.fen and other.fen)

    def _same_units(self, one: Kind, other: Kind) -> Units | None:
        for kind, rest in ((one, other), (other, one)):
            if kind.low == kind.high == 0 and not kind.units:  # nothing is nothing in any unit
                return rest.units
        if one.units != other.units:
            self.refuse("formula_units", unit_text(other.units), unit_text(one.units))
        return one.units

    def _quotient(self, one: Kind, other: Kind) -> Kind:
        if other.low <= 0 <= other.high:
            self.refuse("formula_divides_by_zero", f"{_shown(other.low)} … {_shown(other.high)}")
        inverse = Kind("number", {name: -power for name, power in (other.units or {}).items()},
                       _over(other.high), _over(other.low))  # fmt: skip
        return _product(one, inverse)

    def compared(self, node: ast.Compare) -> _Part:
        ops, parts = node.ops, [self.number(each) for each in (node.left, *node.comparators)]
        for before, after in pairwise(parts):
            self._same_units(before.kind, after.kind)
        if unknown := [op for op in ops if type(op) not in _COMPARED]:
            self.refuse("formula_not_allowed", type(unknown[0]).__name__, "< <= > >= == !=")
        steps = [(parts[i].run, _COMPARED[type(op)], parts[i + 1].run) for i, op in enumerate(ops)]
        if len(steps) == 1:
            one, compare, other = steps[0]
            return _Part(Kind("flag"), lambda at: compare(one(at), other(at)))
        return _Part(Kind("flag"), lambda at: all(compare(one(at), other(at)) for one, compare, other in steps))

    def choice(self, node: ast.IfExp) -> _Part:
        test, one, other = self.flag(node.test), self.part(node.body), self.part(node.orelse)
        kind = one.kind
        if one.kind.of != other.kind.of:
            self.refuse("formula_kind", other.kind.of, one.kind.of)
        if one.kind.of == "number":
            kind = self._either(one.kind, other.kind)
        condition, a, b = test.run, one.run, other.run
        return _Part(kind, lambda at: a(at) if condition(at) else b(at))

    def _either(self, one: Kind, other: Kind) -> Kind:
        low, high = min(one.low, other.low), max(one.high, other.high)
        return Kind("number", self._same_units(one, other), low, high, one.fen and other.fen)

    def call(self, node: ast.Call) -> _Part:
        name, nodes = node.func.id if isinstance(node.func, ast.Name) else "", node.args
        if name not in FUNCTIONS or node.keywords:
            self.not_allowed(node)
        if name in _CLASSED:
            return self._classed(name, nodes)
        if name == "known":
            return self._known(node)
        if name in {"min", "max"}:
            return self._extreme(name, [self.number(node) for node in nodes])
        if len(nodes) != (2 if name == "rounded" else 1):
            self.refuse("formula_not_allowed", f"{name}({len(nodes)})", f"{name}(x)")
        inner = self.number(nodes[0])
        if name == "rounded":
            return self._rounded(inner, nodes[1])
        return _absolute(inner) if name == "abs" else self._fen(inner)

    def _known(self, node: ast.Call) -> _Part:
        asked = node.args[0] if len(node.args) == 1 else None
        if not isinstance(asked, ast.Name):
            self.not_allowed(node)
        self.name(asked)
        name = asked.id
        return _Part(Kind("flag"), lambda at: name in at)

    def _extreme(self, name: str, parts: list[_Part]) -> _Part:
        if len(parts) < 2:
            self.refuse("formula_not_allowed", f"{name}({len(parts)})", f"{name}(a, b)")
        pick = min if name == "min" else max
        units, runs = parts[0].kind.units, [part.run for part in parts]
        for part in parts[1:]:
            units = self._same_units(parts[0].kind, part.kind)
        low, high = pick(part.kind.low for part in parts), pick(part.kind.high for part in parts)
        fen = all(part.kind.fen for part in parts)
        return _Part(Kind("number", units, low, high, fen), lambda at: pick(run(at) for run in runs))

    def _rounded(self, inner: _Part, digits: ast.expr) -> _Part:
        if not isinstance(digits, ast.Constant) or not isinstance(digits.value, int) or not 0 <= digits.value <= 12:
            self.refuse("formula_not_allowed", ast.unparse(digits)[:60], "rounded(x, 2)")
        places, run = digits.value, inner.run
        low, high = (end if isinstance(end, float) else round(end, places) for end in (inner.kind.low, inner.kind.high))
        return _Part(Kind("number", inner.kind.units, low, high, places <= 2), lambda at: round(run(at), places))

    def _fen(self, inner: _Part) -> _Part:
        if inner.kind.units != YUAN:
            self.refuse("formula_units", unit_text(inner.kind.units), "yuan")
        run = inner.run
        low, high = (end if isinstance(end, float) else half_up(end) for end in (inner.kind.low, inner.kind.high))
        return _Part(Kind("number", YUAN, low, high, fen=True), lambda at: half_up(run(at)))

    def _classed(self, name: str, nodes: list[ast.expr]) -> _Part:
        if len(nodes) != 2:
            self.refuse("formula_not_allowed", f"{name}({len(nodes)})", f"{name}(a, b)")
        one, other = (self._of("class", node).run for node in nodes)
        compare = _CLASSED[name]
        return _Part(Kind("flag"), lambda at: compare(_RANK[one(at)], _RANK[other(at)]))


_NODES: Mapping[type[ast.expr], Callable[[_Reader, Any], _Part]] = {
    ast.Constant: _Reader.constant,
    ast.Name: _Reader.name,
    ast.UnaryOp: _Reader.unary,
    ast.BoolOp: _Reader.boolean,
    ast.BinOp: _Reader.binary,
    ast.Compare: _Reader.compared,
    ast.IfExp: _Reader.choice,
    ast.Call: _Reader.call,
}


def half_up(yuan: Fraction) -> Fraction:
    """An amount to whole fen, half away from zero."""
    fen = math.floor(abs(yuan) * 100 + Fraction(1, 2))
    return Fraction(fen if yuan >= 0 else -fen, 100)


def _negative(part: _Part) -> _Part:
    run, kind = part.run, part.kind
    return _Part(Kind("number", kind.units, -kind.high, -kind.low, kind.fen), lambda at: -run(at))


def _absolute(part: _Part) -> _Part:
    run, kind = part.run, part.kind
    one, other = _size(kind.low), _size(kind.high)
    low = Fraction(0) if kind.low <= 0 <= kind.high else min(one, other)
    return _Part(Kind("number", kind.units, low, max(one, other), kind.fen), lambda at: abs(run(at)))


def _size(bound: Bound) -> Bound:
    return bound if bound >= 0 else -bound


def _joined(every: bool, runs: list[Run]) -> _Part:
    if every:
        return _Part(Kind("flag"), lambda at: all(run(at) for run in runs))
    return _Part(Kind("flag"), lambda at: any(run(at) for run in runs))


def _product(one: Kind, other: Kind) -> Kind:
    units = dict(one.units or {})
    for name, power in (other.units or {}).items():
        units[name] = units.get(name, 0) + power
    ends = [_times(a, b) for a in (one.low, one.high) for b in (other.low, other.high)]
    whole = (one.fen and _is_count(other)) or (other.fen and _is_count(one))
    return Kind("number", {name: power for name, power in units.items() if power}, min(ends), max(ends), whole)


def _times(one: Bound, other: Bound) -> Bound:
    return Fraction(0) if one == 0 or other == 0 else one * other


def _over(bound: Bound) -> Bound:
    return Fraction(0) if isinstance(bound, float) else 1 / bound


def _is_fen(value: Fraction) -> bool:
    return (value * 100).denominator == 1


def _is_count(kind: Kind) -> bool:
    return kind.low == kind.high and isinstance(kind.low, Fraction) and kind.low.denominator == 1


def _shown(bound: Bound) -> str:
    return f"{float(bound):g}"
