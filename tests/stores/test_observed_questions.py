"""The same random questions to the definition in memory and to the book on disk, written through two at once.

Rows come in value by value, as rows of a table, or in columns; by one of two that have the folder open. Judged runs
ask the same five thousand questions every time; `asked` counts them. As many go to *done*: test_done_questions.
"""

from collections import Counter
from datetime import timedelta

import duckdb
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from test_observed import DIGITS, ROWS, START, VALUES
from test_reports import REPORTS

from adjoin.core.observation import Head, Observation
from adjoin.core.period import Period
from adjoin.core.refusal import Refusal
from adjoin.store.memory import Memory
from adjoin.store.merge import COLUMNS, SAID
from adjoin.store.observed import Columns
from adjoin.store.rows import cells

EXAMPLES = 70
SITES = ("zhutuo", "naxi", "mill-bridge")
HEAD = (("w21011", "mg/L"), ("w01009", "mg/L"), ("w21011", "mg/L"))
FAR = st.builds(  # other months, so that a batch touches several files
    lambda month, value, minute: Observation(
        "naxi",
        "w01009",
        START + timedelta(days=31 * month),
        value,
        "mg/L",
        "a",
        START + timedelta(days=9, minutes=minute),
    ),
    st.integers(-3, 3),
    VALUES,
    st.integers(0, 3),
)
BATCH = st.one_of(
    st.tuples(st.just("take"), st.lists(st.one_of(ROWS, FAR), max_size=12)),
    st.tuples(st.just("load"), st.lists(st.one_of(ROWS, FAR), max_size=12)),
    st.tuples(st.just("reports"), st.lists(REPORTS, max_size=5)),
    st.tuples(st.just("inbox"), st.lists(ROWS, max_size=6)),
)
BATCHES = st.lists(st.tuples(BATCH, st.booleans(), st.integers(0, 3)), max_size=5)
asked: Counter[str] = Counter()


def took(book, how, rows, number, folder):
    """One batch into a book, by one of its ways in."""
    if how == "take":
        return book.take(rows)
    if how == "inbox":
        return book.take(rows, inbox=("inbox", number))
    if how == "reports":
        head = Head(HEAD, "a", START + timedelta(days=9, minutes=number % 3))
        return book.take_reports(head, [each for each in rows if any(each.values)])
    if isinstance(book, Memory):
        return book.take(rows)
    return book.load([columns_of(rows, folder)])


def columns_of(rows, folder):
    """The rows as a file in the columns of the book."""
    con, path = duckdb.connect(), folder / "columns.parquet"
    con.execute(f"CREATE TABLE t ({', '.join(f'{name} {COLUMNS[name]}' for name in SAID.split(', '))})")
    for row in rows:
        con.execute(f"INSERT INTO t VALUES ({', '.join('?' * 12)})", cells(row, DIGITS))
    con.execute(f"COPY t TO '{path}' (FORMAT parquet)")
    return path


def questions(minute):
    """Name and question: what a page, a command or a stage may ask."""
    known, day = START + timedelta(days=9, minutes=minute), Period.parse("2026-09-01")
    hours = Period.parse("2026-09-01T01:00/2026-09-01T02:00")
    for site in SITES:
        for quantity in DIGITS:
            for period, as_known in ((None, None), (day, known), (None, known), (hours, None)):
                yield "read", lambda book, a=(site, quantity, period, as_known): book.read(*a)
            for hour in (0, 1):
                at = START + timedelta(hours=hour)
                yield "history", lambda book, a=(site, quantity, at): book.history(*a)
            for period in (None, day, hours, Period.parse("2026"), Period.parse("2026-Q3")):
                yield "numbers", lambda book, a=(site, quantity, period): tuple(map(list, book.numbers(*a)))
    for period in (None, day, hours, Period.parse("2026"), Period.parse("2026-08")):
        yield "coverage", lambda book, a=period: book.coverage(a)
        yield "means", lambda book, a=period: book.means(a)
        yield "read", lambda book, a=period: book.read(period=a)
    for until in (None, known, START, START + timedelta(hours=1), START - timedelta(days=40)):
        yield "latest", lambda book, a=until: book.latest(a)
    for received in (None, known, START + timedelta(days=9)):
        yield "revised", lambda book, a=received: book.revised(a)
        yield "known", lambda book, a=received: book.read(as_known=a)
    yield "span", lambda book: book.span()
    yield "taken", lambda book: book.taken("inbox")


def answered(question, book):
    """The answer, or why there is none: what is no number has no mean."""
    try:
        return question(book)
    except Refusal as refusal:
        return refusal.kind


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(BATCHES, st.integers(0, 3), st.booleans())
def _ask(tmp_path_factory, batches, minute, first):
    folder = tmp_path_factory.mktemp("observed")
    memory, books = Memory(), (Columns(folder, DIGITS), Columns(folder, DIGITS))
    for number, ((how, rows), second, repeats) in enumerate(batches, 1):
        for turn in range(1 + (repeats == 3)):  # one in four is sent again
            said = took(memory, how, rows, number, folder)
            assert took(books[(second + turn) % 2], how, rows, number, folder) == said
            asked["take"] += 1
    for name, question in questions(minute):
        assert answered(question, books[first]) == answered(question, memory), name
        asked[name] += 1


def test_five_thousand_answers_are_the_same(tmp_path_factory):
    _ask(tmp_path_factory)
    assert asked.total() >= 5_000, asked
