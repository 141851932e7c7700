"""The listener in this process: what it tells of the clock, the disk, and a registration that changes."""

import asyncio
import os
import sqlite3
import time
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from listeners import packet

from adjoin.core.period import ZONE
from adjoin.listen import drainer, server, service
from adjoin.listen.limits import Limits
from adjoin.listen.metrics import Metrics
from adjoin.store.inbox import Inbox, Packet


@pytest.fixture
def told():
    return []


@pytest.fixture
def listener(tmp_path, told):
    box = Inbox(tmp_path / "inbox.sqlite", lambda: int(time.time() * 1e6))
    return server.Listener(
        box, Limits(), lambda: datetime.now(ZONE), lambda event, **facts: told.append((event, facts))
    )


async def answer_to(port, data):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    try:
        return await asyncio.wait_for(reader.readline(), 2)
    finally:
        writer.close()


def test_a_clock_that_jumps_is_told_and_packets_are_kept_all_the_same(listener, told, monkeypatch):
    ahead = [0.0]
    clock = SimpleNamespace(time=lambda: time.time() + ahead[0], monotonic=time.monotonic)
    monkeypatch.setattr(server, "time", clock)
    monkeypatch.setattr(server, "SWEEP_S", 0.05)

    async def run():
        port = await listener.start("127.0.0.1", 0)
        await asyncio.sleep(0.1)
        ahead[0] = -3600.0
        await asyncio.sleep(0.15)
        assert b"9014" in await answer_to(port, packet("20260905120000001"))
        await listener.stop()

    asyncio.run(run())
    ((event, facts),) = told
    assert event == "clock_jumped"
    assert facts["seconds"] == pytest.approx(-3600, abs=1)
    assert listener.metrics.values["clock_jump_seconds"] == pytest.approx(-3600, abs=1)


def test_a_disk_that_takes_nothing_is_told_once_and_nobody_is_answered(listener, told, monkeypatch):
    real, failing = Inbox.put, [True]

    def put(self, *words):
        if failing[0]:
            raise sqlite3.OperationalError("database or disk is full")
        return real(self, *words)

    async def run():
        port = await listener.start("127.0.0.1", 0)
        monkeypatch.setattr(Inbox, "put", put)
        for _ in range(2):
            with pytest.raises(TimeoutError):
                await answer_to(port, packet("20260905120000001"))
        assert listener.metrics.values["keeping"] == 0
        failing[0] = False
        assert b"9014" in await answer_to(port, packet("20260905120000001"))
        assert listener.metrics.values["keeping"] == 1
        await listener.stop()

    asyncio.run(run())
    assert [event for event, _ in told] == ["disk_takes_nothing", "disk_takes_again"]
    assert (listener.metrics.values["failed_commits"], listener.metrics.values["unanswered"]) == (2, 2)
    assert listener.metrics.values["answers"] == 1


def test_a_new_registration_holds_without_a_restart(listener, told, tmp_path, monkeypatch):
    monkeypatch.setattr(service, "_LOOK_S", 0.02)
    home = SimpleNamespace(region_folder=tmp_path, region=SimpleNamespace(sites={"mill": None}))
    head = "mn,site,st,units,dialects,status,note\n"

    async def changed(rows):
        (tmp_path / "stations.csv").write_text(head + rows)
        os.utime(tmp_path / "stations.csv", ns=(10**18 + len(told), 10**18 + len(told)))
        await asyncio.sleep(0.1)

    async def run():
        task = asyncio.create_task(service._registrations(home, listener, listener.log))
        await asyncio.sleep(0.05)
        await changed("A,mill,21,,crc_modbus_le,,\n")
        assert listener.dialects == {"A": {"crc_modbus_le"}}
        await changed("A,hill,21,,,,\n")  # refused: what held before holds on
        assert listener.dialects == {"A": {"crc_modbus_le"}}
        task.cancel()

    asyncio.run(run())
    assert [event for event, _ in told] == ["stations_read", "stations_refused"]


def test_packets_are_cleared_after_four_hundred_days(listener, told, monkeypatch):
    box = listener.inbox
    for number in range(2):
        box.put([Packet(str(number), "A", "2011", bytes([number]) * 16, "", b"##")])
    box.drained(2)
    drainer._forget(box, listener.log)
    assert len(list(box.kept())) == 2
    later = datetime.now(ZONE) + timedelta(days=401)
    monkeypatch.setattr(drainer, "now", lambda: later)
    drainer._forget(box, listener.log)
    assert [each.qn for each in box.kept()] == ["1"]  # the newest stays
    assert told == [("cleared", {"packets": 1, "days": 400})]


def test_metrics_in_the_text_that_prometheus_reads():
    from prometheus_client.parser import text_string_to_metric_families

    metrics = Metrics()
    metrics.add("packets", 12_345_678)
    found = {each.name: each for each in text_string_to_metric_families(metrics.text())}
    assert found["adjoin_listen_packets"].samples[0].value == 12_345_678
    assert found["adjoin_listen_keeping"].type == "gauge"
    assert all(each.documentation for each in found.values())
