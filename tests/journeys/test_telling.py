"""What waits for a side: one digest a day, at once when it is its turn, by mail and webhook, through the outbox."""

import base64
import json
import socketserver
import threading
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer

import icalendar
import pytest

from adjoin.core.period import ZONE
from adjoin.formats.ical import Event, written
from adjoin.loop import digest, exchange, hand_over

WAVE = "F-mill-bridge-w21011-20260902"
NOON = datetime(2026, 9, 4, 12, tzinfo=ZONE)


@pytest.fixture
def west(fresh_towns):
    """East has called; it is the turn of West."""
    east, west = fresh_towns["east"], fresh_towns["west"]
    hand_over.open_case(east, procedure="search-call", finding=WAVE, by="Li", reason="please look", now=NOON)
    for _ in range(2):
        exchange.carry(east, west, now=NOON)
        exchange.carry(west, east, now=NOON)
    return west


class Letters(socketserver.StreamRequestHandler):
    """As much of SMTP as one letter needs."""

    def handle(self):
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            if line.upper().startswith(b"DATA"):
                self.wfile.write(b"354 go on\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.kept.append(b"".join(lines))
            elif line.upper().startswith(b"QUIT"):
                self.wfile.write(b"221 bye\r\n")
                return
            self.wfile.write(b"250 ok\r\n")


class Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.kept.append((dict(self.headers), body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def servers():
    made = [socketserver.ThreadingTCPServer(("127.0.0.1", 0), Letters), HTTPServer(("127.0.0.1", 0), Hook)]
    for server in made:
        server.kept, server.status = [], 204
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    for server in made:
        server.shutdown()
        server.server_close()


def settings(workspace, smtp, hook):
    (workspace.folder / "notify.toml").write_text(
        f'[mail]\nhost = "127.0.0.1"\nport = {smtp}\nfrom = "adjoin@west.example"\nto = ["desk@west.example"]\n'
        f'[[webhook]]\nurl = "http://127.0.0.1:{hook}/in"\n',
        "utf-8",
    )


def test_what_waits_is_told_once_by_mail_and_webhook(west, servers):
    letters, hook = servers
    settings(west, letters.server_address[1], hook.server_address[1])
    assert digest.put(west, now=NOON) == 4  # the turn and the digest, each by two ways
    assert digest.put(west, now=NOON + timedelta(hours=3)) == 0
    assert digest.send_due(west, now=NOON) == 4
    assert digest.send_due(west, now=NOON) == 0
    letter = message_from_bytes(letters.kept[0], policy=policy.default)
    assert "C-east-0001" in letter["Subject"] + letter.get_content()
    headers, body = hook.kept[0]
    parts = dict(part.split("=", 1) for part in headers["Adjoin-Signature"].split(", "))
    key = west.signer.key
    assert parts["keyid"] == key.key_id
    assert key.verifies(body, base64.b64decode(parts["signature"]))
    assert not key.verifies(body + b" ", base64.b64decode(parts["signature"]))
    event = json.loads(body)
    assert (event["specversion"], event["type"]) in {("1.0", "adjoin.turn"), ("1.0", "adjoin.digest")}
    assert event["source"] == "adjoin:two-towns/west"


def test_a_day_later_one_digest_more_and_no_turn_twice(west, servers):
    letters, hook = servers
    settings(west, letters.server_address[1], hook.server_address[1])
    digest.put(west, now=NOON)
    assert digest.put(west, now=NOON + timedelta(days=1)) == 2
    assert digest.put(west, now=(NOON + timedelta(days=2)).replace(hour=7)) == 0


def test_what_cannot_be_sent_stays_is_tried_later_each_time_and_says_why(west, servers):
    _, hook = servers
    hook.status = 500
    settings(west, 1, hook.server_address[1])
    digest.put(west, now=NOON)
    assert digest.send_due(west, now=NOON) == 0
    box = digest.outbox(west)
    assert all(each.error and each.sent is None for each in box.last())
    assert box.due(NOON + timedelta(seconds=59)) == ()
    assert len(box.due(NOON + timedelta(minutes=1))) == 4
    digest.send_due(west, now=NOON + timedelta(minutes=1))
    assert box.due(NOON + timedelta(minutes=2, seconds=59)) == ()
    hook.status = 204
    assert digest.send_due(west, now=NOON + timedelta(minutes=4)) == 2


def test_nobody_is_told_where_nobody_is_named(west):
    assert digest.put(west, now=NOON) == 0


def test_the_deadlines_as_a_calendar_with_names_that_stay(west):
    one = icalendar.Calendar.from_ical(digest.calendar(west, now=NOON))
    other = icalendar.Calendar.from_ical(digest.calendar(west, now=NOON + timedelta(days=1)))
    (event,), (again,) = one.walk("VEVENT"), other.walk("VEVENT")
    assert event["UID"] == again["UID"]
    assert event["DTSTART"].dt.isoformat() == "2026-09-09"  # three working days after Friday the 4th
    assert [zone["TZID"] for zone in one.walk("VTIMEZONE")] == ["Asia/Shanghai"]


def test_a_calendar_line_is_never_longer_than_75_bytes_and_hours_are_china_time():
    due = datetime(2026, 9, 4, 3, 30, tzinfo=ZONE)
    made = written("甲；乙, 丙", [Event("u1", due, "请确认收到" * 20, "a\nb\\c", "/case/1")], now=NOON)
    assert all(len(line) <= 75 for line in made.split(b"\r\n"))
    (event,) = icalendar.Calendar.from_ical(made).walk("VEVENT")
    assert event["SUMMARY"] == "请确认收到" * 20
    assert event["DESCRIPTION"] == "a\nb\\c"
    assert event["DTSTART"].dt.utcoffset() == timedelta(hours=8)
    assert event["DTSTART"].dt.hour == 3
