"""An event as one CAP 1.2 alert from this duty desk to the other: in both languages, with what it was reckoned from.

The words for urgency, severity and certainty follow the rules beside them below. They are our own proposal, for both
desks to agree on; what the rules cannot tell stays `Unknown`. The identifier is made from office, time and question:
it is no document number, and nothing here is a seal.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from adjoin.core.site import Site
from adjoin.formats import cap
from adjoin.formats.cap import Alert, Area, Info, Message
from adjoin.loop import respond
from adjoin.loop.arrivals import Arrival
from adjoin.loop.workspace import Workspace
from adjoin.web.desk_views import Answer
from adjoin.web.desk_watch import Sent, Watch
from adjoin.web.desk_words import place_words, substance_words
from adjoin.web.geography import reach_line
from adjoin.web.page import Ask
from adjoin.web.pages import desk
from adjoin.web.words import Both, joined, name_of, party_name, said

LANGUAGES = {"zh": "zh-CN", "en": "en-US"}
SOON = timedelta(hours=1)
CALLED_OVER = "all_clear"  # the move of a warning that ends it
LIKELY, HARDLY = 0.5, 0.05  # chances of going over the limit
RESOLVED = 0.01  # the smallest chance that is told apart from none


def alert(ws: Workspace, ask: Ask) -> Alert:
    """The alert for what was typed; an event that cannot be is refused.

    While a warning of this side runs, the question that its last message was sent from gives that message again;
    another question on the same event gives an Update of all that were sent; calling it over gives a Cancel.
    """
    typed = desk.typed_in(ask)
    answer = desk.answer_of(ws, typed, ask.now)
    running = next((each for each in answer.watches if _warns(ws, each)), None)
    sender = next((each.code for each in ws.region.offices if each.party == ws.party), ws.party)
    message, kind, references = _message(sender, urlencode(typed), ask.now, running.sent if running else ())
    if message.sent != ask.now:
        answer = desk.answer_of(ws, typed, message.sent)  # as it was when it was sent
    status = "Exercise" if typed.get("drill") else "Actual" if running else "Draft"
    return Alert(
        identifier=message.identifier,
        sender=sender,
        sent=message.sent,
        status=status,
        restriction=" / ".join(
            said("web.desk.cap.restriction", desks=joined([_office(ws, side) for side in ws.region.sides]))
        ),
        note=" / ".join(said(f"web.desk.cap.note.{status}")),
        incidents=running.case if running else "",
        infos=tuple(_info(ws, answer, lang, urlencode(typed), message.sent, running, status) for lang in LANGUAGES),
        kind=kind,
        references=references,
    )


def _message(sender: str, query: str, now: datetime, sent: Sequence[Sent]) -> tuple[Message, str, tuple[Message, ...]]:
    """The message that a question makes, its kind, and the messages before it."""
    made = [Message(sender, _identifier(sender, each.at, each.question), each.at) for each in sent]
    again = bool(sent) and sent[-1].question == query
    last = made.pop() if again else Message(sender, _identifier(sender, now, query), now)
    over = bool(sent) and sent[-1].move == CALLED_OVER
    return last, "Cancel" if over else "Update" if made else "Alert", tuple(made)


def _identifier(sender: str, at: datetime, query: str) -> str:
    mark = hashlib.sha256(query.encode()).hexdigest()[:8]
    return f"{sender}-{cap.moment(at)[:19].replace('-', '').replace(':', '')}-{mark}"


def urgency(found: Sequence[Arrival], now: datetime) -> str:
    """By the early end of the first arrival (P5) below and the late end of the last passage (P95).

    Past: everything has passed; Immediate: the first may be there; Expected: within an hour; Future: later.
    """
    if not found:
        return "Unknown"
    first = min(each.arrival[0] for each in found)
    if max(each.end[2] for each in found) < now:
        return "Past"
    return "Immediate" if first <= now else "Expected" if first - now <= SOON else "Future"


def severity(found: Sequence[Arrival]) -> str:
    """By the highest chance of going over the limit at any place below, in the mean or at a bank.

    Severe from 50 in 100, Moderate from 5 in 100, Minor below. Extreme is never derived: that grade is for people to
    declare. Without a mass or a limit there is no chance to go by: Unknown.
    """
    chances = [chance for each in found if (chance := each.worst_probability) is not None]
    if not chances:
        return "Unknown"
    return "Severe" if max(chances) >= LIKELY else "Moderate" if max(chances) >= HARDLY else "Minor"


def certainty(start: datetime, now: datetime, *, warned: bool) -> str:
    """Observed once this desk has sent a warning, which says that a release is certain, and it has begun."""
    return "Observed" if warned and start <= now else "Unknown"


def _warns(ws: Workspace, watch: Watch) -> bool:
    """Whether a message is this side's own warning; the procedures are listed with the most urgent first."""
    return watch.procedure == respond.MESSAGES[0] and watch.opener == ws.party


def _office(ws: Workspace, side: str) -> Both:
    offices = (name_of(each) for each in ws.region.offices if each.party == side)
    return next(offices, party_name(ws.region, side))


def _info(  # noqa: PLR0917  # one message, in one of its languages
    ws: Workspace, answer: Answer, lang: str, query: str, now: datetime, running: Watch | None, status: str
) -> Info:
    found = answer.desk.arrivals
    facts = {"place": place_words(ws.region, answer.desk), "substance": substance_words(answer.desk)}
    return Info(
        language=LANGUAGES[lang],
        event=said("web.desk.cap.event").of(lang),
        urgency=urgency(found, now),
        severity=severity(found),
        certainty=certainty(answer.desk.asked.start, now, warned=running is not None),
        sender_name=_office(ws, ws.party).of(lang),
        headline=said(f"web.desk.cap.headline.{status}", **facts).of(lang),
        description=answer.reason.of(lang),
        areas=_areas(ws, answer, lang),
        responses=_responses(found),
        onset=min((each.arrival[0] for each in found), default=None),
        expires=max((each.end[2] for each in found), default=None),
        parameters=(("question", query), *_next_update(running), *(one for each in found for one in _parameters(each))),
    )


def _next_update(running: Watch | None) -> list[tuple[str, str]]:
    """By when the next follow-up is due, while a warning runs."""
    return [("next_update", cap.moment(running.next.due))] if running and running.next else []


def _responses(found: Sequence[Arrival]) -> tuple[str, ...]:
    """Sections are watched, intakes make ready; where nothing is on record below, it has to be found out."""
    kinds = {each.site.kind for each in found}
    asked = {"section": "Monitor", "intake": "Prepare"}
    return tuple(asked[kind] for kind in asked if kind in kinds) or ("Assess",)


def _parameters(each: Arrival) -> list[tuple[str, str]]:
    """P5/P50/P95 of what one place below must be ready for; what is not known is left out."""
    site = each.site.id
    told = [(f"arrival.{site}", "/".join(map(cap.moment, each.arrival)))]
    told.append((f"end.{site}", "/".join(map(cap.moment, each.end))))
    if each.peak_mg_l:
        told.append((f"peak_mg_l.{site}", "/".join(f"{value:.3g}" for value in each.peak_mg_l)))
    if each.probability is not None:
        told.append((f"probability_over_limit.{site}", _chance(each.probability)))
    return told


def _chance(probability: float) -> str:
    """A chance to two digits; what no sample showed is not called impossible, nor certain what all did."""
    return "<0.01" if probability < RESOLVED else ">0.99" if probability > 1 - RESOLVED else f"{probability:.2f}"


def _areas(ws: Workspace, answer: Answer, lang: str) -> tuple[Area, ...]:
    """The reach of the release, then every place below."""
    return (_reach(ws, answer, lang), *(_around(each.site, lang) for each in answer.desk.arrivals))


def _reach(ws: Workspace, answer: Answer, lang: str) -> Area:
    reach = ws.region.network.reaches[str(answer.desk.source.reach)]
    spots = [(lat, lon) for lon, lat in reach_line(ws, reach.id)]
    ring = cap.ring(spots)
    circle = (spots[len(spots) // 2], round(max(reach.length_km, 1.0), 1)) if spots and not ring else None
    return Area(answer.where.of(lang), ring, circle)


def _around(site: Site, lang: str) -> Area:
    """A circle as wide as the place is uncertain, a kilometre at least; words alone where that is not known."""
    place = site.place
    if place.lat is None or place.lon is None or place.error_km is None:
        return Area(name_of(site).of(lang))
    return Area(name_of(site).of(lang), circle=((place.lat, place.lon), max(place.error_km, 1.0)))
