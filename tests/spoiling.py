"""Spoil a good question in one place: another value, or a key taken away."""

import copy
import json

from hypothesis import strategies as st

import adjoin
from adjoin.doors.cases import shipped

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


def questions(methods, most=None, largest=None):
    """The questions of the cases of each method: the first ones, and none that is very long."""
    files = (json.loads(each.read_text("utf-8")) for each in shipped())
    asked = {file["method"]: [case["given"] for case in file["cases"][:most]] for file in files}
    fits = {
        name: [each for each in asked[name] if largest is None or len(json.dumps(each)) < largest] for name in methods
    }
    assert all(fits.values()), "a method without a case is not tested"
    return fits


def hurt(data, question):
    """The question, spoilt in one or two places."""
    for _ in range(data.draw(st.integers(1, 2))):
        ways = [path for path in paths(question) if path]
        if not ways:
            break
        question = spoilt(question, data.draw(st.sampled_from(ways)), data.draw(JUNK))
    return question


def answers_in_words(method, question):
    """Check that a question gets an answer without NaN, or an error that says what was met, expected and what to do."""
    answer = adjoin.compute(method, question, lang="en")
    json.dumps(answer, allow_nan=False)
    if "error" in answer:
        assert all(answer["error"][part] for part in ("kind", "met", "expected", "do")), answer
