# ruff: noqa: ANN001, ANN202, PLR0917  # the compiler's own types, and arguments by place
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
"""Sixteen steps of a flow in one register, written in the language of the compiler.

    y_t = c y_(t-1) + w_t,   w_t = c0 x_t + c1 x_(t-1)

is a sum that runs along time. In a register it takes four turns instead of sixteen: w += c (w moved by 1),
w += c^2 (w moved by 2), w += c^4 (w moved by 4), w += c^8 (w moved by 8); what came before the block adds c^(k+1) y.
A loop in Python cannot say "moved by"; hence the words of LLVM, which every processor has in some form. Where it has
a joined multiplication and addition, that is used: the last bit of a number may differ between processors.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from llvmlite import ir  # type: ignore[import-untyped]  # it says nothing of its types
from numba import types
from numba.extending import intrinsic

LANES = 16
_JOINED = ("contract",)  # a product and a sum may round once


class _Words(NamedTuple):
    """The words of the compiler for one number type."""

    builder: Any
    number: ir.Type

    @property
    def vector(self) -> ir.Type:
        return ir.VectorType(self.number, LANES)

    def times_plus(self, a: ir.Value, b: ir.Value, c: ir.Value) -> ir.Value:
        """The sum c + a b."""
        return self.builder.fadd(c, self.builder.fmul(a, b, flags=_JOINED), flags=_JOINED)

    def everywhere(self, one: ir.Value) -> ir.Value:
        """One number in all lanes."""
        first = self.put(ir.Constant(self.vector, ir.Undefined), one, 0)
        return self.moved(first, first, [0] * LANES)

    def put(self, vector: ir.Value, one: ir.Value, lane: int) -> ir.Value:
        """A vector with one lane replaced."""
        return self.builder.insert_element(vector, one, ir.Constant(ir.IntType(32), lane))

    def last(self, vector: ir.Value) -> ir.Value:
        """The last lane."""
        return self.builder.extract_element(vector, ir.Constant(ir.IntType(32), LANES - 1))

    def moved(self, before: ir.Value, vector: ir.Value, lanes: Sequence[int]) -> ir.Value:
        """Lanes of two vectors, counted through."""
        mask = ir.Constant(ir.VectorType(ir.IntType(32), LANES), list(lanes))
        return self.builder.shuffle_vector(before, vector, mask)

    def later(self, before: ir.Value, vector: ir.Value, steps: int) -> ir.Value:
        """A vector some steps later, with the end of the one before it in front."""
        return self.moved(before, vector, range(LANES - steps, 2 * LANES - steps))

    def powers(self, c: ir.Value) -> list[ir.Value]:
        """The powers c, c^2 ... c^16, each from two halves."""
        found = [c]
        for exponent in range(2, LANES + 1):
            half = exponent // 2
            found.append(self.builder.fmul(found[half - 1], found[exponent - half - 1]))
        return found

    def load(self, place: ir.Value) -> ir.Value:
        """Sixteen numbers from memory."""
        found = self.builder.load(place)
        found.align = 4
        return found

    def store(self, vector: ir.Value, place: ir.Value) -> None:
        """Sixteen numbers into memory."""
        self.builder.store(vector, place).align = 4


def _sixteen(typing, x, row, below, at, gives, c, part, before):
    """Steps at .. at + 16 of a row become its outflow; `part` of it is added to the row below if it `gives`.

    c : c0, c1, c2; before : input and output of the step before; gives the same of the last step
    """
    del typing, row, below, at, gives, c, part, before
    number = x.dtype
    pair, three = types.UniTuple(number, 2), types.UniTuple(number, 3)
    return pair(x, types.uintp, types.uintp, types.uintp, types.boolean, three, number, pair), _written


sixteen: Any = intrinsic(_sixteen)


def _written(context, builder, signature, args):
    x, row, below, at, gives, c, part, before = args
    words = _Words(builder, context.get_value_type(signature.args[0].dtype))
    own, other = (_place(context, words, signature.args[0], x, each, at) for each in (row, below))
    c0, c1, c2 = (builder.extract_value(c, k) for k in range(3))
    x_before, y_before = (builder.extract_value(before, k) for k in range(2))

    entered = words.load(own)
    nothing = ir.Constant(words.vector, [0.0] * LANES)
    late = words.later(words.put(nothing, x_before, LANES - 1), entered, 1)
    w = words.times_plus(words.everywhere(c1), late, builder.fmul(words.everywhere(c0), entered, flags=_JOINED))
    powers = words.powers(c2)
    for steps in (1, 2, 4, 8):
        w = words.times_plus(words.everywhere(powers[steps - 1]), words.later(nothing, w, steps), w)
    fades = nothing
    for lane, power in enumerate(powers):
        fades = words.put(fades, power, lane)
    left = words.times_plus(fades, words.everywhere(y_before), w)
    words.store(left, own)
    given = builder.fadd(words.load(other), builder.fmul(words.everywhere(part), left))
    words.store(builder.select(gives, given, left), other)  # where it gives to nobody, `below` is the row itself
    y_after = words.times_plus(powers[-1], y_before, words.last(w))  # alone: the next block waits for this sum only
    return context.make_tuple(builder, signature.return_type, [words.last(entered), y_after])


def _place(context, words, kind, x, row, at):
    """The address of x[row, at]."""
    array = context.make_array(kind)(context, words.builder, x)
    steps = words.builder.extract_value(array.shape, 1)
    index = words.builder.add(words.builder.mul(row, steps), at)
    return words.builder.bitcast(words.builder.gep(array.data, [index]), words.vector.as_pointer())
