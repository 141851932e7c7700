"""Warnings in the Common Alerting Protocol 1.2 (OASIS, 2010): written, and held against its rules.

The schema sees names, order, enumerations and the form of times; it takes an open polygon, swapped coordinates, an
identifier with a space and a restricted alert without its restriction. `faults` sees those as well.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree as ET  # `faults` refuses a document type before it reads

from adjoin.core.period import ZONE
from adjoin.core.refusal import Refusal

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
WORDS = {
    "status": "Actual Exercise System Test Draft",
    "msgType": "Alert Update Cancel Ack Error",
    "scope": "Public Restricted Private",
    "category": "Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other",
    "responseType": "Shelter Evacuate Prepare Execute Avoid Monitor Assess AllClear None",
    "urgency": "Immediate Expected Future Past Unknown",
    "severity": "Extreme Severe Moderate Minor Unknown",
    "certainty": "Observed Likely Possible Unlikely Unknown",
}
# children in their order: `!` once, `?` at most once, `*` any number, `+` at least one
ORDER = {
    "alert": "identifier! sender! sent! status! msgType! source? scope! restriction? addresses? code* note? "
    "references? incidents? info*",
    "info": "language? category+ event! responseType* urgency! severity! certainty! audience? eventCode* effective? "
    "onset? expires? senderName? headline? description? instruction? web? contact? parameter* resource* area*",
    "area": "areaDesc! polygon* circle* geocode* altitude? ceiling?",
    "parameter": "valueName! value!",
    "eventCode": "valueName! value!",
    "geocode": "valueName! value!",
}
TIMES = ("sent", "effective", "onset", "expires")
FEWEST_PAIRS = 4  # of a polygon, the last being the first again
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
_FORBIDDEN = re.compile(r"[\s,<&]")
_REFERENCE = re.compile(rf"[^\s,<&]+,[^\s,<&]+,{_TIME.pattern}")
_PAIR = re.compile(r"(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)")

Spot = tuple[float, float]  # latitude, longitude: the order of the protocol


@dataclass(frozen=True, slots=True)
class Area:
    """Where: in words, with a closed line round it or a circle, where its place is known."""

    say: str
    polygon: tuple[Spot, ...] = ()
    circle: tuple[Spot, float] | None = None  # middle and kilometres


@dataclass(frozen=True)
class Info:
    """What is said in one language."""

    language: str
    event: str
    urgency: str
    severity: str
    certainty: str
    sender_name: str
    headline: str
    description: str
    areas: tuple[Area, ...]
    responses: tuple[str, ...] = ()
    onset: datetime | None = None
    expires: datetime | None = None
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """By what another message knows this one."""

    sender: str
    identifier: str
    sent: datetime


@dataclass(frozen=True)
class Alert:
    """One message of a warning between duty desks, about the water: scope Restricted, category Env."""

    identifier: str
    sender: str
    sent: datetime
    status: str
    restriction: str
    infos: tuple[Info, ...]
    note: str = ""
    incidents: str = ""
    kind: str = "Alert"  # or "Update", "Cancel"
    references: tuple["Message", ...] = ()  # what it brings up to date or calls off, the oldest first


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that a document breaks."""

    kind: str  # "order", "word", "time" (the schema sees them); "identifier", "restriction", "polygon", "pair"
    met: str


def written(alert: Alert) -> bytes:
    """The alert as a file; one that breaks a rule is refused, not sent."""
    root = _alert(alert)
    found = faults(ET.tostring(root))
    if found:
        raise Refusal("cap_fault", met="; ".join(f"{each.kind}: {each.met}" for each in found[:3]))
    ET.indent(root)
    data: bytes = ET.tostring(root, "utf-8", xml_declaration=True)
    return data


def faults(data: bytes) -> list[Fault]:
    """Every rule that a document breaks, the ones that the schema sees first."""
    if b"<!" in data:
        return [Fault("order", "<!")]  # a document type or a comment: neither belongs here
    try:
        root = ET.fromstring(data)  # noqa: S314  # no document type, so no entity
    except ET.ParseError as error:
        return [Fault("order", str(error))]
    if root.tag != f"{{{NAMESPACE}}}alert":
        return [Fault("order", root.tag)]
    seen = list(root.iter())
    return [fault for check in (_order, _words, _times, _own) for node in seen for fault in check(node)]


def moment(time: datetime) -> str:
    """A time as the protocol has it: with its offset, without a fraction."""
    return time.astimezone(ZONE).isoformat(timespec="seconds")


def ring(spots: Iterable[Spot]) -> tuple[Spot, ...]:
    """The closed convex line round some places; nothing where they do not span an area."""
    places = sorted(set(spots))
    lower, upper = _chain(places), _chain(places[::-1])
    line = (*lower[:-1], *upper)
    return line if len(line) >= FEWEST_PAIRS else ()


def _chain(places: Sequence[Spot]) -> list[Spot]:
    """One half of the line, turning one way only."""
    kept: list[Spot] = []
    for spot in places:
        while len(kept) > 1 and _turn(kept[-2], kept[-1], spot) <= 0:
            kept.pop()
        kept.append(spot)
    return kept


def _turn(a: Spot, b: Spot, c: Spot) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _alert(alert: Alert) -> ET.Element:
    texts = {
        "identifier": alert.identifier,
        "sender": alert.sender,
        "sent": moment(alert.sent),
        "status": alert.status,
        "msgType": alert.kind,
        "scope": "Restricted",
        "restriction": alert.restriction,
        "note": alert.note,
        "references": " ".join(f"{each.sender},{each.identifier},{moment(each.sent)}" for each in alert.references),
        "incidents": alert.incidents,
    }
    return _node("alert", texts, map(_info, alert.infos))


def _info(info: Info) -> ET.Element:
    node = _node("info", {"language": info.language, "category": "Env", "event": info.event})
    node.extend(_leaf("responseType", each) for each in info.responses)
    texts = {
        "urgency": info.urgency,
        "severity": info.severity,
        "certainty": info.certainty,
        "onset": moment(info.onset) if info.onset else "",
        "expires": moment(info.expires) if info.expires else "",
        "senderName": info.sender_name,
        "headline": info.headline,
        "description": info.description,
    }
    node.extend(_leaf(name, text) for name, text in texts.items() if text)
    node.extend(_node("parameter", {"valueName": name, "value": value}) for name, value in info.parameters)
    node.extend(map(_area, info.areas))
    return node


def _area(area: Area) -> ET.Element:
    node = _node("area", {"areaDesc": area.say})
    if area.polygon:
        node.append(_leaf("polygon", " ".join(map(_pair, area.polygon))))
    if area.circle:
        middle, km = area.circle
        node.append(_leaf("circle", f"{_pair(middle)} {km:g}"))
    return node


def _pair(spot: Spot) -> str:
    return f"{spot[0]:.4f},{spot[1]:.4f}"


def _node(name: str, texts: dict[str, str], inner: Iterable[ET.Element] = ()) -> ET.Element:
    """An element with what is not empty of its texts, in their order."""
    node = ET.Element(name, {"xmlns": NAMESPACE} if name == "alert" else {})
    node.extend(_leaf(each, text) for each, text in texts.items() if text)
    node.extend(inner)
    return node


def _leaf(name: str, text: str) -> ET.Element:
    node = ET.Element(name)
    node.text = text
    return node


def _name(node: ET.Element) -> str:
    return node.tag.removeprefix(f"{{{NAMESPACE}}}")


def _order(node: ET.Element) -> Iterator[Fault]:
    """Its children stand in their order, each as often as it may."""
    rules = ORDER.get(_name(node))
    if rules is None:
        return
    pattern = "".join(
        f"(?:{rule[:-1]},){'' if rule[-1] == '!' else rule[-1]}" for rule in rules.split()
    )  # the order as a pattern over the names
    names = [_name(child) for child in node]
    if not re.fullmatch(pattern, "".join(f"{name}," for name in names)):
        yield Fault("order", f"{_name(node)}: {' '.join(names)}"[:200])


def _words(node: ET.Element) -> Iterator[Fault]:
    allowed = WORDS.get(_name(node))
    if allowed is not None and _text(node) not in allowed.split():
        yield Fault("word", f"{_name(node)} {_text(node)}")


def _times(node: ET.Element) -> Iterator[Fault]:
    if _name(node) in TIMES and not _TIME.fullmatch(_text(node)):
        yield Fault("time", f"{_name(node)} {_text(node)}")


def _own(node: ET.Element) -> Iterator[Fault]:
    """What the text of the standard asks and the schema cannot see."""
    name, text = _name(node), _text(node)
    if name in {"identifier", "sender"} and (not text or _FORBIDDEN.search(text)):
        yield Fault("identifier", f"{name} {text}")
    if name == "alert":
        yield from _scope(node)
    if name in {"polygon", "circle"}:
        yield from _shape(name, text)
    if name == "references" and not all(map(_REFERENCE.fullmatch, text.split())):
        yield Fault("identifier", f"{name} {text}"[:80])


def _scope(alert: ET.Element) -> Iterator[Fault]:
    """Restricted names its restriction, Private its addresses."""
    texts = {_name(child): _text(child) for child in alert}
    needed = {"Restricted": "restriction", "Private": "addresses"}.get(texts.get("scope", ""))
    if needed and not texts.get(needed):
        yield Fault("restriction", f"{texts['scope']} without {needed}")


def _shape(name: str, text: str) -> Iterator[Fault]:
    """Pairs are latitude, longitude; a polygon is closed, a circle has its kilometres."""
    parts = text.split()
    pairs = parts if name == "polygon" else parts[:1]
    if not all(map(_on_earth, pairs)):
        yield Fault("pair", text[:80])
    if name == "polygon" and not _closed(pairs):
        yield Fault("polygon", text[:80])
    if name == "circle" and not (
        len(parts) == 2 and re.fullmatch(r"\d+(\.\d+)?", parts[1])
    ):  # a middle and its kilometres
        yield Fault("pair", text[:80])


def _on_earth(pair: str) -> bool:
    found = _PAIR.fullmatch(pair)
    return found is not None and abs(float(found[1])) <= 90 and abs(float(found[2])) <= 180


def _closed(pairs: Sequence[str]) -> bool:
    return len(pairs) >= FEWEST_PAIRS and pairs[0] == pairs[-1]


def _text(node: ET.Element) -> str:
    return (node.text or "").strip()
