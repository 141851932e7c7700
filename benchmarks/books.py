"""The books: fifty million readings in, asked and sent again; beside each the same in a plain DuckDB file.

The readings are the real series of Chengdu (hourly, six years, five quantities) and of seven sections of the Min
(every four hours), repeated for many stations, each with its own digits, flags and gaps.
"""

import multiprocessing
import random
import statistics
import sys
import tempfile
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
from sqlalchemy import insert, select, update

from adjoin.core.observation import Observation
from adjoin.core.period import ZONE, Period
from adjoin.store import tables
from adjoin.store.database import engine
from adjoin.store.observed import Columns

DATA = Path(__file__).parent / "data"
READINGS = 50_000_000
DIGITS = {"pm25": 3, "dewp": 2, "humi": 2, "pres": 2, "temp": 2, "do": 4}
UPDATES = 5_000  # of each of two processes
SOURCE = f"""
    WITH chengdu AS (
        SELECT * FROM (SELECT * FROM read_csv('{DATA}/chengdu_hourly_2010_2015.csv.gz', all_varchar=true))
        UNPIVOT INCLUDE NULLS (said FOR quantity IN (pm25, dewp, humi, pres, temp))
    ), min_ AS (
        SELECT section, time, 'do' AS quantity, do_mg_l AS said
        FROM read_csv('{DATA}/minjiang_do_4h_2024.csv.gz', all_varchar=true)
    ), told AS (
        SELECT 'chengdu-' || lpad(station::VARCHAR, 4, '0') AS site, time::TIMESTAMP AS time, quantity, said
        FROM chengdu, range($chengdu) r(station)
        UNION ALL
        SELECT section || '-' || lpad(station::VARCHAR, 4, '0'), time::TIMESTAMP, quantity, said
        FROM min_, range($min) r(station)
    )
    SELECT site, quantity, epoch(time)::BIGINT - 28800 AS time,
        round(said::DOUBLE * pow(10, storage))::BIGINT AS count,
        CASE WHEN said IS NULL THEN 0 ELSE length(split_part(said, '.', 2)) END::TINYINT AS digits,
        NULL::VARCHAR AS text, unit, 'archive' AS origin,
        (epoch(time)::BIGINT - 25200) * 1000000 AS received, 'auto-realtime' AS method, 'unknown' AS pretreatment,
        CASE WHEN said IS NULL THEN 'missing' ELSE '' END AS flag
    FROM told JOIN named USING (quantity)
"""


def run():
    with tempfile.TemporaryDirectory() as folder:
        yield from _readings(Path(folder))
        yield _updates(Path(folder))


def _readings(folder):
    source, month, plain = folder / "source.parquet", folder / "month.parquet", folder / "plain.duckdb"
    con = duckdb.connect(str(plain), config={"threads": 2, "memory_limit": "4GB"})
    rows = _source(con, source)
    peer = _timed(lambda: con.execute(f"CREATE TABLE t AS FROM '{source}'; CHECKPOINT"))

    book = Columns(folder / "observed", DIGITS)
    taken = []
    seconds = _timed(lambda: taken.append(book.load([source])))
    size = sum(path.stat().st_size for path in book.log.folder.rglob("*.parquet"))
    yield {
        "name": "books.load", "work": rows, "seconds": seconds, "rate": rows / seconds, "unit": "rows/s",
        "peer": "the same into a plain DuckDB file, unsorted and unchecked", "peer_seconds": peer,
        "ratio": seconds / peer,
        "bytes_per_row": size / rows, "peer_bytes_per_row": plain.stat().st_size / rows, "lost": rows - taken[0].new,
    }  # fmt: skip
    yield _means(book, con, rows)
    yield _year(book, con)
    yield _again(book, con, source, month)
    yield _beside(book)
    yield _overview(book, rows)
    con.close()


def _source(con, path):
    """The table of readings, as another book or an archive would hand it over."""
    units = {"pm25": "ug/m3", "dewp": "degC", "humi": "%", "pres": "hPa", "temp": "degC", "do": "mg/L"}
    named = ", ".join(f"('{name}', '{units[name]}', {digits})" for name, digits in DIGITS.items())
    con.execute(f"CREATE TABLE named AS FROM (VALUES {named}) v(quantity, unit, storage)")
    share = {"chengdu": READINGS * 9 // 10 // (52_584 * 5), "min": READINGS // 10 // 4_104}
    con.execute(f"COPY ({SOURCE}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)", share)
    return con.execute(f"SELECT count(*) FROM '{path}'").fetchone()[0]


def _means(book, con, rows):
    found = []
    seconds = min(_timed(lambda: found.append(book.means())) for _ in range(3))
    month = "date_trunc('month', make_timestamp((time + 28800) * 1000000))"
    asked = f"SELECT site, quantity, {month}, sum(count), count(count) FROM t GROUP BY ALL"
    peer = min(_timed(lambda: con.execute(asked).fetchall()) for _ in range(3))
    return {
        "name": "books.means", "work": rows, "seconds": seconds, "rate": rows / seconds, "unit": "rows/s",
        "peer": "the same in a plain DuckDB file", "peer_seconds": peer, "ratio": seconds / peer,
        "means": len(found[0]),
    }  # fmt: skip


def _year(book, con):
    """One quantity of one site in one year, as a chart asks for it."""
    draw = random.Random(6)
    stations = READINGS * 9 // 10 // (52_584 * 5)
    asked = [
        (f"chengdu-{draw.randrange(stations):04}", draw.choice(list(DIGITS)[:5]), str(draw.randrange(2012, 2016)))
        for _ in range(200)
    ]
    ours, theirs = [], []
    for site, quantity, year in asked:
        period = Period.parse(year)
        ours.append(_timed(lambda: book.numbers(site, quantity, period)))  # noqa: B023  # called at once
        bounds = [site, quantity, int(period.since.timestamp()), int(period.until.timestamp())]
        query = "SELECT time, count FROM t WHERE site = ? AND quantity = ? AND time >= ? AND time < ? ORDER BY time"
        theirs.append(_timed(lambda: con.execute(query, bounds).fetchall()))  # noqa: B023  # called at once
    whole = statistics.median(_timed(lambda: book.read(*asked[0][:2], Period.parse(asked[0][2]))) for _ in range(9))
    return {
        "name": "books.year", "work": len(asked), "seconds": sum(ours), "rate": len(asked) / sum(ours),
        "unit": "series/s", "peer": "the same in a plain DuckDB file", "peer_seconds": sum(theirs),
        "ratio": sum(ours) / sum(theirs), "p50_ms": _at(ours, 0.5), "p99_ms": _at(ours, 0.99),
        "with_versions_p50_ms": whole * 1000,
    }  # fmt: skip


def _again(book, con, source, month):
    """A month of 1.4 million readings, sent again as it was."""
    since = int(datetime(2014, 10, 1, tzinfo=ZONE).timestamp())
    read = f"SELECT * FROM '{source}' WHERE time >= {since} ORDER BY time, site LIMIT 1400000"
    con.execute(f"COPY ({read}) TO '{month}' (FORMAT parquet)")
    before = {part.path for part in book.log.snapshot().parts}
    taken = []
    seconds = _timed(lambda: taken.append(book.load([month])))
    peer = _timed(
        lambda: con.execute(f"SELECT count(*) FROM '{month}' SEMI JOIN t USING (site, quantity, time)").fetchall()
    )
    return {
        "name": "books.again", "work": taken[0].known, "seconds": seconds, "rate": taken[0].known / seconds,
        "unit": "rows/s", "peer": "their keys looked up in a plain DuckDB file", "peer_seconds": peer,
        "ratio": seconds / peer, "files_added": len({part.path for part in book.log.snapshot().parts} - before),
        "lost": 1_400_000 - taken[0].known,
    }  # fmt: skip


def _beside(book):
    """One series asked again and again, while another thread takes readings in; and while nobody does."""
    period = Period.parse("2014")

    def asked(until):
        times = []
        while not until.is_set() or not times:
            times.append(_timed(lambda: book.numbers("chengdu-0001", "temp", period)))
        return times

    def take():
        for number in range(40):
            at = datetime(2016, 1, 1, tzinfo=ZONE) + timedelta(hours=number)
            rows = [Observation(f"new-{i:04}", "temp", at, f"{i % 30}.5", "degC", "a", at) for i in range(1_000)]
            book.take(rows)
        done.set()

    done = threading.Event()
    timer = threading.Timer(3, done.set)
    timer.start()
    alone = asked(done)
    done = threading.Event()
    start, taking = time.perf_counter(), threading.Thread(target=take)
    taking.start()
    beside = asked(done)
    taking.join()
    seconds = time.perf_counter() - start
    return {
        "name": "books.beside", "work": len(beside), "seconds": seconds, "rate": 40_000 / seconds,
        "unit": "rows/s taken", "peer": "the same reader alone", "peer_seconds": statistics.median(alone),
        "p50_ms": _at(beside, 0.5), "p99_ms": _at(beside, 0.99),
        "ratio": statistics.median(beside) / statistics.median(alone),
    }  # fmt: skip


def _overview(book, rows):
    """What the first page asks: first by a process that knows nothing, then after one more reading came in."""
    fresh = Columns(book.folder, DIGITS)
    first = _timed(lambda: (fresh.latest(), fresh.coverage(), fresh.span()))
    at = datetime(2016, 2, 1, tzinfo=ZONE)
    fresh.take([Observation("new-0001", "temp", at, "3.5", "degC", "a", at)])
    after = _timed(lambda: (fresh.latest(), fresh.coverage(), fresh.span()))
    return {
        "name": "books.overview", "work": rows, "seconds": after, "rate": rows / after, "unit": "rows/s",
        "peer": "the first time in a process", "peer_seconds": first, "ratio": after / first,
    }  # fmt: skip


def _updates(folder):
    """Two processes, one row: read, think, write."""
    where = folder / "done.sqlite"
    row = {"id": 1, "direction": "in", "at": 0.0, "sha256": "", "entries": 0, "readings": 0, "faults": []}
    made = engine(where).execution_options(writes=True)
    with made.begin() as con:
        con.execute(insert(tables.packages).values(row))
    alone = _timed(lambda: _count(where, 500))
    spawn = multiprocessing.get_context("fork")
    both = [spawn.Process(target=_count, args=(where, UPDATES)) for _ in range(2)]
    seconds = _timed(lambda: ([each.start() for each in both], [each.join() for each in both]))
    with made.connect() as con:
        counted = con.execute(select(tables.packages.c.readings)).scalar_one()
    return {
        "name": "books.updates", "work": 2 * UPDATES, "seconds": seconds, "rate": 2 * UPDATES / seconds,
        "unit": "updates/s", "peer": "500 by one process alone", "peer_seconds": alone,
        "ratio": seconds / (2 * UPDATES) / (alone / 500), "lost": 2 * UPDATES + 500 - counted,
    }  # fmt: skip


def _count(where, times):
    opened, table = engine(where).execution_options(writes=True), tables.packages
    for _ in range(times):
        with opened.begin() as con:
            held = con.execute(select(table.c.readings)).scalar_one()
            con.execute(update(table).values(readings=held + 1))


def _timed(job):
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def _at(times, share):
    return sorted(times)[int(len(times) * share)] * 1000


if __name__ == "__main__":
    for line in run():
        print(line)
    sys.exit()
