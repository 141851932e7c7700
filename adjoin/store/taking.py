"""One take under way: rows are held against what counts, what says something else is staged, then all is committed."""

import csv
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from adjoin.core.observation import Head, Key, Observation, Report
from adjoin.store import bulk, columnar, merge
from adjoin.store.log import COUNTS, Log, Part
from adjoin.store.memory import sift
from adjoin.store.merge import KEY, NAMES, SAID, Settled, files
from adjoin.store.protocol import Taken
from adjoin.store.rows import cells, observations, seconds

if TYPE_CHECKING:
    import duckdb


class Take:
    """Readings on their way into the book; nothing of them counts before `end`."""

    def __init__(self, con: "duckdb.DuckDBPyConnection", log: Log, digits: Mapping[str, int], folder: Path) -> None:
        """`folder` is where the plain files go that rows pass through."""
        self._con = con
        self._log = log
        self._digits = digits
        self._folder = folder
        self._snapshot = log.snapshot()
        self._order = self._snapshot.version + 1
        self._line = self._order << merge.TURNS
        self._settled = Settled(log)
        self._staged = 0
        self.inbox: tuple[str, int] | None = None  # the batch that this is
        merge.empty(con)

    def rows(self, chunk: Sequence[Observation]) -> Taken:
        """Stage values, one after the other."""
        kept, became = sift(chunk, self._counting(chunk))
        if kept:
            self._insert("staged", kept)
            self._staged += len(kept)
        return became

    def reports(self, head: Head, chunk: Sequence[Report]) -> Taken:
        """Stage the rows of a table, all at once."""
        bulk.stage(self._con, chunk, head, digits=self._digits, folder=self._folder, base=self._line)
        times = [row.time for row in chunk]
        became = bulk.judge(self._con, self._standing(seconds(min(times)), seconds(max(times))), head)
        self._con.execute(f"INSERT INTO staged SELECT {NAMES} FROM kept")  # noqa: S608  # own names only
        self._staged += became.new + became.replaced
        self._line += (len(chunk) + 1) * len(head.quantities)
        return became

    def columns(self, sources: Sequence[Path]) -> Taken:
        """Settle files that hold readings in the columns of the book already."""
        if same := columnar.known(self._con, self._log, sources):
            return Taken(known=same)
        became = Taken()

        def judge(held: Sequence[Part]) -> None:
            nonlocal became
            often = self._split()
            became += self._judged(held)
            if often:
                became += self._sifted()

        with columnar.staged(self._con, sources):
            unasked = merge.settle(self._con, self._settled, self._order, judge)
        merge.empty(self._con)
        return became + Taken(new=unasked)

    def versions(self, segments: Sequence[Path]) -> None:
        """Stage all versions of a book of the first form, unless they were carried over before."""
        if segments and not (self._snapshot.parts or self._snapshot.damaged):
            listed = ", ".join(f"'{path}'" for path in segments)
            self._con.execute(f"INSERT INTO staged SELECT {NAMES} FROM read_parquet([{listed}])")  # noqa: S608  # own names only
            self._staged = self._size("staged")

    def end(self) -> None:
        """Commit what was staged; without anything to say the book stays as it is."""
        if self._staged:
            merge.settle(self._con, self._settled, self._order)
        if self._settled.add or self._settled.remove:
            self._log.commit(self._settled.add, self._settled.remove, inbox=self.inbox)

    def undo(self) -> None:
        """Leave the book as it was."""
        self._settled.undo()

    def _split(self) -> bool:
        """Out of `month` into `often` go the keys that it holds several times, where there are any."""
        if not merge.twice(self._con, "month"):
            return False
        keys = f"SELECT {KEY} FROM month GROUP BY ALL HAVING count(*) > 1"  # noqa: S608  # own names only
        self._con.execute(f"CREATE OR REPLACE TEMP TABLE often AS FROM month SEMI JOIN ({keys}) USING ({KEY})")
        self._con.execute(
            f"CREATE OR REPLACE TEMP TABLE month AS FROM month ANTI JOIN often USING ({KEY}) ORDER BY {KEY}"
        )
        return True

    def _sifted(self) -> Taken:
        """What `often` says, one after the other, back into `month`."""
        told = self._con.execute(f"SELECT {SAID} FROM often ORDER BY ord").fetchall()  # noqa: S608  # own names only
        rows = list(observations(told, self._digits))
        kept, became = sift(rows, self._counting(rows))
        self._con.execute("DELETE FROM often")
        self._insert("often", kept)
        self._con.execute(
            f"CREATE OR REPLACE TEMP TABLE month AS (FROM month UNION ALL FROM often) ORDER BY {KEY}, ord"
        )
        return became

    def _judged(self, held: Sequence[Part]) -> Taken:
        """Take out of `month` what says the same as what counts."""
        before = self._size("month")
        if not held:
            return Taken(before)
        self._con.execute(f"""
            CREATE OR REPLACE TEMP TABLE judged AS
            SELECT month.*, held.site IS NULL AS new FROM month LEFT JOIN {files(self._log, held)} AS held USING ({KEY})
            WHERE held.site IS NULL OR {columnar.differs("month", "held")}
        """)  # noqa: S608  # own names only
        new = self._con.execute("SELECT count(*) FILTER (new) FROM judged").fetchall()[0][0]
        kept = self._size("judged")
        if kept < before:
            again = f"SELECT * EXCLUDE (new) FROM judged ORDER BY {KEY}, ord"  # noqa: S608  # own names only
            self._con.execute(f"CREATE OR REPLACE TEMP TABLE month AS {again}")
        return Taken(new, before - kept, kept - new)

    def _size(self, table: str) -> int:
        return int(self._con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])  # noqa: S608  # own names only

    def _counting(self, chunk: Sequence[Observation]) -> dict[Key, Observation]:
        """The versions that count now of the times and sites of a chunk."""
        times, sites = [seconds(row.time) for row in chunk], sorted({row.site for row in chunk})
        return self._latest(self._standing(min(times), max(times)), sites)

    def _latest(self, standing: str, sites: Sequence[str]) -> dict[Key, Observation]:
        asked = f"""
            SELECT {SAID} FROM ({standing}) WHERE site IN ({", ".join("?" for _ in sites)})
            QUALIFY row_number() OVER (PARTITION BY {KEY} ORDER BY received DESC, ord DESC) = 1
        """  # noqa: S608  # own names only; values are bound
        rows = self._con.execute(asked, list(sites)).fetchall()
        return {row.key: row for row in observations(rows, self._digits)}

    def _standing(self, first: int, last: int) -> str:
        """A query for the versions that may stand where those of these times stand."""
        parts = [p for p in self._snapshot.parts if p.state == COUNTS and p.first <= last and p.last >= first]
        where = f"WHERE time BETWEEN {first} AND {last}"
        held = f"SELECT {NAMES} FROM {files(self._log, parts)} {where}"  # noqa: S608  # own names and numbers only
        return f"{held} UNION ALL SELECT {NAMES} FROM staged {where}" if self._staged else held  # noqa: S608  # own names and numbers only

    def _insert(self, table: str, rows: Sequence[Observation]) -> None:
        """Through a plain file, gone afterwards."""
        with tempfile.NamedTemporaryFile("w", dir=self._folder, suffix=".rows", newline="", encoding="utf-8") as plain:
            writer = csv.writer(plain, lineterminator="\n")
            told = ((*cells(row, self._digits), self._line + index) for index, row in enumerate(rows))
            writer.writerows([bulk.NULL if cell is None else cell for cell in line] for line in told)
            plain.flush()
            self._con.execute(f"INSERT INTO {table} SELECT * FROM {bulk.plain(plain.name, merge.COLUMNS, bulk.NULL)}")  # noqa: S608  # own names only
        self._line += len(rows)
