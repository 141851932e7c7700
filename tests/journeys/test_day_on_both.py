"""A day in the life of the books, on SQLite and on PostgreSQL: stations report, the power goes, files and corrections
come, a case is opened, the past is asked for, and all of it goes into a backup and out again, into the other database.

`ADJOIN_DAY_SPEED=100` goes through the day of all stations of the real bundle at a hundred times its pace, 830 s each.
"""

import json
import os
import re
import signal
import subprocess
import time
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from books import books
from commands import ADJOIN, AROUND, adjoin
from proxy import CUT, PASS, Proxy
from sides import REAL, TOWNS, Clock

from adjoin.core.period import ZONE, Period
from adjoin.doors import registry
from adjoin.formats import bundle, mappings
from adjoin.formats.tables import Reject, Sheet, Window
from adjoin.listen import replay
from adjoin.loop import demonstrate, exchange, hand_over, observe, workspace
from adjoin.store.memory import Memory

SPEED = float(os.environ.get("ADJOIN_DAY_SPEED", "43200"))  # the day in two seconds
SMALLER = REAL if "ADJOIN_DAY_SPEED" in os.environ else TOWNS
EVER = Window(datetime(1900, 1, 1, tzinfo=ZONE), datetime(9000, 1, 1, tzinfo=ZONE))
TODAY = datetime.now(ZONE).replace(microsecond=0)
DAYS = [TODAY + timedelta(days=n) for n in range(4)]  # when the files come, then a correction a day
DAY = {REAL: "2026-09-01T04:00+08:00", TOWNS: "2026-09-01T00:00+08:00"}  # the fullest 24 hours of each bundle
CORRECTED = {  # where oxygen is corrected: site, its name, the mapping, the time of the reading, what was first said
    REAL: ("zhutuo", "朱沱", "auto-station-snapshot", "2026-08-31 03:00", "6.86"),
    TOWNS: ("mill-bridge", "磨坊桥", "synthetic-snapshot", "2026-09-01 00:00", "7.2"),
}
YEAR = Period.parse("2026")
SAID = ("7.01", "7.02", "6.98")  # the corrections


@pytest.fixture(
    params=[("sqlite", SMALLER, 0), ("postgresql", REAL, 0), ("postgresql", TOWNS, 1)],
    ids=["sqlite-first", "postgresql-first", "postgresql-second"],
)
def place(request, tmp_path):
    """A database, a bundle, and both sides' workspaces: this side's own first, made by the command."""
    kind, region, number = request.param
    sides = list(workspace.load_region(region).sides)
    party, other = sides[number], sides[1 - number]
    more = ("--database", request.getfixturevalue("fresh_postgresql")()) if kind == "postgresql" else ()
    assert adjoin("init", tmp_path / "own", "--region", region, "--party", party, *more).one["party"] == party
    own = workspace.open_workspace(tmp_path / "own")
    theirs = workspace.init(tmp_path / "theirs", region=region, party=other, now=TODAY)
    exchange.introduce(own, theirs)
    return kind, region, own, theirs


class Line(Proxy):
    """The line between stations and listener; it notes each packet that was acknowledged on it."""

    def __init__(self):
        super().__init__(0)
        self.mode, self.acknowledged = CUT, set()

    def _serve(self, client):
        while self.mode == CUT:  # who calls while nobody listens waits
            time.sleep(0.01)
        super()._serve(client)

    def _pump(self, source, sink):
        rest = b""
        with suppress(OSError):
            while data := source.recv(16384):
                *lines, rest = (rest + data).split(b"\r\n")
                sink.sendall(data)
                found = (re.search(rb"QN=(\d+);ST=91;CN=9014;.*MN=([^;]+)", line) for line in lines)
                self.acknowledged |= {(each[2].decode(), each[1].decode()) for each in found if each}
        self._close(source)
        self._close(sink)


@contextmanager
def listening(folder, line):
    """`adjoin listen` with its drainer, at the end of a line."""
    words = [ADJOIN, "listen", "--workspace", folder, "--port", "0", "--json"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=AROUND) as process:
        try:
            line.target = json.loads(process.stdout.readline())["port"]
            line.set(PASS)
            yield process
        finally:
            power_off(process.pid)


def power_off(pid):
    """Listener and drainer at once."""
    with suppress(OSError):
        for each in (pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split())):
            os.kill(each, signal.SIGKILL)


def span(region):
    since = datetime.fromisoformat(DAY[region])
    return since, since + timedelta(days=1)


def replaying(region, line, speed):
    since, until = span(region)
    words = ["station", "replay", region, "--port", line.port, "--since", since.isoformat(), "--until"]
    words = [ADJOIN, *map(str, words), until.isoformat(), "--speed", str(speed), "--json"]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=AROUND)


def day_of(region):
    """The packets of the day: station and number of each."""
    packets, _ = replay.script(region)
    since, until = span(region)
    return {(mn, each.qn) for mn, rows in packets.items() for each in rows if since <= each.time < until}


def kept(own):
    return [(each["mn"], each["qn"]) for each in adjoin("kept", "--workspace", own.folder).lines]


def all_answered(stations, day):
    said = json.loads(stations.communicate()[0])
    assert (said["packets"], said["answered"], said["given_up"]) == (len(day), len(day), 0)


def stations_report(region, own):
    """A day over the wire at its pace, the power cut in the middle of it; then all of it once more."""
    line, day = Line(), day_of(region)
    with replaying(region, line, SPEED) as stations:
        with listening(own.folder, line) as process:
            while len(line.acknowledged) < len(day) / 3:
                assert stations.poll() is None
                time.sleep(0.001)
            power_off(process.pid)
            line.set(CUT)
        first = set(line.acknowledged)
        assert len(day) / 3 <= len(first) < len(day)
        assert first <= set(kept(own))
        with listening(own.folder, line) as again:
            all_answered(stations, day)
            with replaying(region, line, 0) as once_more:
                all_answered(once_more, day)
            again.send_signal(signal.SIGTERM)
            assert again.wait(60) == 0
    line.close()
    assert line.acknowledged == day
    assert sorted(kept(own)) == sorted(day)


def corrections(region, folder):
    """A table a day that says one value anew, and a row that cannot be taken."""
    _, name, mapping, at, _ = CORRECTED[region]
    for number, (now, said) in enumerate(zip(DAYS[1:], SAID, strict=True)):
        path = folder / f"correction-{number}.csv"
        path.write_text(f"snapshot,time,section,do_mg_l\n1,{at},{name},{said}\n1,{at},nowhere,7\n", "utf-8")
        yield path, mapping, now


def files_come(region, own, folder):
    """The bundle's files and three corrections, each on a day of its own, into the book and into plain memory."""
    memory = Memory()
    observe.take_bundle(own, now=DAYS[0])
    given = [(path, mapping, DAYS[0]) for path, mapping in bundle.observation_files(region)]
    for path, mapping, now in corrections(region, folder):
        receipt = observe.take(own, path, mapping, now=now)
        assert (receipt.replaced, receipt.rejects) == (1, 1)
        given.append((path, mapping, now))
    for path, name, now in given:
        sheet = Sheet(path, mappings.mapping(name, region / "mappings"), own.region, now=now, window=EVER)
        memory.take_reports(sheet.head, (row for row in sheet if not isinstance(row, Reject)))
    return memory


def by_command(home, site, then):
    """The oxygen of a site as it was known then, as `adjoin series` says it."""
    asked = ("--workspace", home.folder, "--site", site, "--quantity", "DO", "--as-known", then.isoformat())
    lines = adjoin("series", *asked).lines
    return {datetime.fromisoformat(each["time"]): each["value"] for each in lines if each["origin"] != "replay"}


def by_book(home, site, then):
    rows = home.observed.read(site, "w01009", as_known=then)
    return {row.time: row.value for row in rows if row.origin != "replay"}


def known(home, ask):
    """What the corrected value was known to be on each of the days."""
    site, _, _, at, _ = CORRECTED[home.region_folder]
    time_ = datetime.fromisoformat(f"{at}+08:00")
    return [ask(home, site, now + timedelta(hours=1))[time_] for now in DAYS]


def through(own, kind, folder, database):
    """Out as a backup, and into a new folder; `kind` of database that it goes into."""
    file, restored = folder / f"{kind}.backup", folder / f"in-{kind}"
    more = ("--database", database()) if kind == "postgresql" else ()
    assert adjoin("backup", own.folder, file).status == 0
    assert adjoin("restore", file, restored, *more).status == 0
    return workspace.open_workspace(restored)


def test_a_day(place, fresh_postgresql, tmp_path):
    kind, region, own, theirs = place

    stations_report(region, own)
    replayed = {row.key[:3]: row.value for row in own.observed.read() if row.origin == "replay"}
    memory = files_come(region, own, tmp_path)
    files = {row.key[:3]: row.value for row in memory.read(as_known=DAYS[0])}
    assert len(replayed) > 50
    assert replayed == {key: files[key] for key in replayed}

    for now in DAYS:
        then = now + timedelta(hours=1)
        held = own.observed.read(period=YEAR, as_known=then)
        assert tuple(row for row in held if row.origin != "replay") == memory.read(period=YEAR, as_known=then)
    told = [CORRECTED[region][-1], *SAID]
    assert known(own, by_command) == known(own, by_book) == told

    observe.take_bundle(theirs, now=DAYS[0])
    sides = {each.party: each for each in (own, theirs)}
    demonstrate.demonstrate(
        {side: sides[side] for side in own.region.sides}, region / "demonstration.yaml", clock=Clock(DAYS[-1]),
        compute=registry.answer,
    )  # fmt: skip
    assert hand_over.cases(own, now=DAYS[-1] + timedelta(days=1))
    assert own.done.lines() == theirs.done.lines()

    before = books(own, DAYS[1])
    elsewhere = "sqlite" if kind == "postgresql" else "postgresql"
    across = through(own, elsewhere, tmp_path, fresh_postgresql)
    back = through(across, kind, tmp_path, fresh_postgresql)
    for each in (across, back):
        assert books(each, DAYS[1]) == before
        assert known(each, by_book) == told
    assert adjoin("check", back.folder).lines == []
    assert sum(map(len, before["rejects"])) >= len(SAID)
