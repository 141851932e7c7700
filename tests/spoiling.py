"""Spoil a good question in one place: another value, or a key taken away."""

import copy

from hypothesis import strategies as st

JUNK = st.sampled_from(
    [None, True, "", "x", -1, 0, 1e-300, 1e300, 10**400, [], {}, [1, 2], [2, 1], {"A": 1}, "A", 0.5, 1000]
)


def paths(value, at=()):
    """Every place in a question, the first three of each list."""
    yield at
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*at, key))
    elif isinstance(value, list):
        for i, inner in enumerate(value[:3]):
            yield from paths(inner, (*at, i))


def spoilt(question, path, junk):
    """The question with junk at this place; "x" takes a key away."""
    copied = copy.deepcopy(question)
    place = copied
    for key in path[:-1]:
        place = place[key]
    if junk == "x" and isinstance(place, dict):
        del place[path[-1]]
    else:
        place[path[-1]] = junk
    return copied
