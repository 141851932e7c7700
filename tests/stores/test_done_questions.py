"""The same random questions about what was done to plain Python, SQLite and PostgreSQL, each through two at once."""

import json
from collections import Counter
from datetime import datetime, timedelta

import pytest
from done_memory import DoneMemory
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sides import START
from sqlalchemy import text

from adjoin.core.entry import Entry, Seen, as_json, follow
from adjoin.store import tables
from adjoin.store.done import Cosigned, Done, Passed

EXAMPLES = 100
SIDES = ("east", "west")
WORDS = st.sampled_from(["a", "B", "阿", "é", "z\\", "'; --", "\U0001f600", ""])
BODY = st.dictionaries(
    WORDS, st.one_of(WORDS, st.integers(-(2**53) + 1, 2**53 - 1), st.none(), st.booleans()), max_size=3
)
DO = st.one_of(
    st.tuples(st.just("record"), st.sampled_from(SIDES), BODY),
    st.tuples(st.just("keep"), st.integers(0, 3), st.integers(0, 3)),
    st.tuples(st.just("cosign"), st.sampled_from(SIDES), st.integers(0, 2)),
    st.tuples(st.just("passed"), st.sampled_from(["in", "out"]), BODY),
    st.tuples(st.just("trust"), st.sampled_from(["k1", "k2", "K1"]), BODY),
    st.tuples(st.just("receipt"), st.integers(-1, 3), st.lists(WORDS, max_size=3)),
    st.tuples(st.just("enrol"), WORDS, WORDS),
)
asked: Counter[str] = Counter()


def unpacked(line):
    said = json.loads(line)
    seen = said["seen"] and Seen(**said["seen"])
    return Entry(**{**said, "seen": seen, "at": datetime.fromisoformat(said["at"])})


def packed(entry):
    return json.dumps(as_json(entry), ensure_ascii=False).encode()


def third(count):
    """A chain that both hold copies of."""
    entries = []
    for _ in range(count):
        before = entries[-1] if entries else None
        entries.append(
            follow(before, party="third", kind="note", body={}, answers=None, seen=None, at=START, key="k")
        )  # fmt: skip
    return [(entry, packed(entry)) for entry in entries]


def did(book, number, what, one, two):  # noqa: PLR0911  # one line a verb
    """One change; what it gave."""
    at = START + timedelta(seconds=number)
    if what == "record":
        other = SIDES[one == SIDES[0]]
        made = book.record(party=one, kind="note", body=two, answers=None, other=other, at=at, key="k", seal=packed)
        return (made.seq, made.prev, made.seen)
    if what == "keep":
        return book.keep(third(3)[min(one, two) : max(one, two)])
    if what == "cosign":
        return book.cosign([Cosigned(one, two, START, f"note {number}"), Cosigned(one, two, at, "later")])
    if what == "passed":
        return book.passed(Passed(one, at, "sha", number, 0, [two]))
    if what == "trust":
        return book.trust(one, SIDES[number % 2], two)
    if what == "receipt":
        counts = {"values": 3, "new": number % 2, "known": 1, "replaced": 0}
        facts = {
            "file": f"f{number}",
            "mapping": "m",
            "sha256": "s",
            "received": at.timestamp(),
            "ignored": two,
            **counts,
        }
        rejects = [
            {"row": i, "line": word, "column": "c", "kind": "k", "facts": {"w": word}} for i, word in enumerate(two)
        ]
        return book.receipt(facts, rejects, last=one)
    row = {"name": one, "party": "east", "office": two, "role": "leader", "password": "x", "demonstration": number % 2}
    return book.enrol(row)


def questions():
    for party in (None, *SIDES, "third"):
        for since in (0, 1):
            yield "lines", lambda book, a=(party, since): book.lines(*a)
    yield "sizes", lambda book: book.sizes()
    yield "keys", lambda book: {party: list(map(dict, rows)) for party, rows in book.keys().items()}
    yield "people", lambda book: book.people()
    for name in ("a", "阿", "nobody"):
        yield "person", lambda book, a=name: book.person(a)
    for limit in (2, 100):
        yield "packages", lambda book, a=limit: book.packages(a)
    for side in SIDES:
        yield "cosigned", lambda book, a=side: book.cosigned(a)
    yield "receipts", lambda book: [dict(row) for row in book.receipts()]
    for receipt in range(1, 4):
        for limit in (None, 2):
            yield (
                "rejects",
                lambda book, a=(receipt, limit): [
                    {name: cell for name, cell in row.items() if name != "id"} for row in book.rejects(*a)
                ],
            )


@pytest.fixture(scope="module")
def databases(server, tmp_path_factory):
    """Two that have the same book open, on SQLite and on PostgreSQL."""
    places = (tmp_path_factory.mktemp("done") / "done.sqlite", server.fresh())
    return [(Done(where, unpacked), Done(where, unpacked)) for where in places]


def emptied(pair):
    with pair[0].writing() as con:
        for table in reversed(tables.metadata.sorted_tables):
            con.execute(table.delete())
        if con.dialect.name == "postgresql":
            for table in tables.metadata.sorted_tables:
                if "id" in table.c:
                    con.execute(text(f"ALTER SEQUENCE {table.name}_id_seq RESTART"))


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.tuples(DO, st.booleans()), max_size=10), st.booleans())
def _ask(databases, changes, first):
    memory = DoneMemory()
    for pair in databases:
        emptied(pair)
    for number, ((what, one, two), second) in enumerate(changes):
        said, versions = did(memory, number, what, one, two), [pair[0].version() for pair in databases]
        for pair in databases:
            assert did(pair[second], number, what, one, two) == said, what
        if what in {"record", "passed"}:
            assert all(pair[1].version() != before for pair, before in zip(databases, versions, strict=True))
        asked["change"] += 2
    for name, question in questions():
        said = question(memory)
        for pair in databases:
            assert question(pair[first]) == said, name
            asked[name] += 1


def test_five_thousand_answers_are_the_same(databases):
    _ask(databases)
    assert asked.total() >= 5_000, asked
