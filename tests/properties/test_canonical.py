"""The quick writer of canonical bytes writes what the library writes, and leaves to it what it does not know."""

import json

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from adjoin.core.entry import canonical
from adjoin.core.refusal import Refusal
from adjoin.joint.envelope import strict_json

LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**55), 2**55), st.floats(), st.text(), st.text(st.characters()),
    st.sampled_from(["\ud800", "\u2028", "\x7f", "\x00", '"\\/\b\f\n\r\t', "😀", "é", "e\u0301"]),
)  # fmt: skip
KEYS = st.one_of(st.text(max_size=6), st.sampled_from(["\ufb33", "😀", "a", "A", "é", "\r", "1"]))
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


@given(VALUES)
def test_the_same_bytes_as_the_library(value):
    try:
        expected = rfc8785.dumps(value)
    except rfc8785.CanonicalizationError:
        expected = None
    try:
        found = canonical(value)
    except Refusal:
        found = None
    assert found == expected


@given(VALUES)
def test_what_is_read_strictly_is_what_was_written(value):
    try:
        data = canonical(value)
    except Refusal:
        return
    read = strict_json(data)
    assert read is None or canonical(read) == data
    for other in (data + b" ", b" " + data, json.dumps(value).encode()):
        assert other == data or strict_json(other) is None
