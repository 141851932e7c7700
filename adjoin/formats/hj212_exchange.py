"""HJ 212, the conversation: what a host answers, and what it asks of a station.

    upload  --> 9014          notice --> 9013
    request --> 9011 (ready?)  then the data, then 9012 (done?)

An answer carries the QN of what it answers.
"""

from collections.abc import Mapping
from datetime import datetime

from adjoin.core.period import ZONE
from adjoin.core.refusal import Refusal
from adjoin.formats.hj212 import VERSION_SHIFT, Frame, written
from adjoin.formats.hj212_tables import kinds, protocol

REQUESTS = {  # what a host may ask, with the fields it has to say
    "1011": (), "1012": ("SystemTime",), "1061": (), "1062": ("RtdInterval",), "1063": (), "1064": ("MinInterval",),
    "2011": (), "2012": (), "2021": (), "2022": (), "2031": ("BeginTime", "EndTime"), "2041": ("BeginTime", "EndTime"),
    "2051": ("BeginTime", "EndTime"), "2061": ("BeginTime", "EndTime"),
}  # fmt: skip
CALIBRATION = "1013"  # a device asks for the time
ANSWERS = frozenset({"9011", "9012", "9013", "9014"})


def answer(frame: Frame) -> bytes:
    """The answer to a packet whose sender waits for one: 9013 to a notice, 9014 to data."""
    cn = "9013" if kinds().get(frame.cn) == "notice" else "9014"
    head = f"QN={frame.qn};" if frame.qn else ""
    flag = f"Flag={frame.version << VERSION_SHIFT};" if frame.flag is not None else ""
    return written(f"{head}ST=91;CN={cn};PW={frame.pw};MN={frame.mn};{flag}CP=&&&&")


def expects_answer(frame: Frame) -> bool:
    """Whether an answer is sent: its sender waits for one, and it is no answer itself."""
    return frame.wants_answer and frame.cn not in ANSWERS


def request(mn: str, st: str, cn: str, fields: Mapping[str, str], *, now: datetime, pw: str = "123456") -> bytes:
    """A packet that asks something of a station, under the QN of this moment.

    fields : what the command has to say, such as BeginTime and EndTime (YYYYMMDDhhmmss)
    """
    if cn not in REQUESTS:
        raise Refusal("hj212_unknown_request", met=cn, expected=", ".join(REQUESTS))
    missing = [name for name in REQUESTS[cn] if name not in fields]
    if missing:
        raise Refusal("hj212_request_fields", met=cn, expected=", ".join(REQUESTS[cn]))
    said = ";".join(f"{name}={value}" for name, value in fields.items())
    return written(f"QN={stamp(now)};ST={st};CN={cn};PW={pw};MN={mn};Flag=5;CP=&&{said}&&")


def set_time(frame: Frame, *, now: datetime) -> bytes:
    """The request that sets the clock of the station that sent this packet."""
    fields = {"SystemTime": clock(now)}
    if sensor := frame.value("PolId"):
        fields = {"PolId": sensor, **fields}
    return request(frame.mn, frame.st, "1012", fields, now=now, pw=frame.pw)


def outcome(frame: Frame) -> tuple[str, str] | None:
    """What a station answered to a request: ("ready", text of 9011) or ("done", text of 9012); None of others."""
    name, table = {"9011": ("QnRtn", "qn_rtn"), "9012": ("ExeRtn", "exe_rtn")}.get(frame.cn, ("", ""))
    if not name:
        return None
    code = frame.value(name)
    return ("ready" if name == "QnRtn" else "done", f"{code}: {protocol()[table].get(code.lstrip('0'), 'unknown')}")


def stamp(now: datetime) -> str:
    """A QN: the time to the millisecond."""
    here = now.astimezone(ZONE)
    return f"{here:%Y%m%d%H%M%S}{here.microsecond // 1000:03d}"


def clock(now: datetime) -> str:
    """A time of fourteen digits."""
    return f"{now.astimezone(ZONE):%Y%m%d%H%M%S}"
