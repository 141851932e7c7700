"""Digest: what waits for this side, from cases, accounts and draws; told once a day, and at once when it is its turn.

Nothing is sent while there is a page open on it: a letter says what waits and where, never more. What is to be told
goes through the outbox, under a key of its own, so that nobody is told twice.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from adjoin.core.period import ZONE
from adjoin.core.refusal import Refusal
from adjoin.formats import ical
from adjoin.formats.messages import messages
from adjoin.joint.case import Case
from adjoin.loop import draw, hand_over, settle
from adjoin.loop.workspace import Workspace
from adjoin.notify import mail, webhook
from adjoin.store.outbox import Message, Outbox

HOUR = 8  # of the day at which the digest is made
_NEXT = {"proposed": "agree", "agreed": "commit", "committed": "reveal"}  # what a draw waits for


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that waits for this side: a sentence, until when, and where it can be done."""

    key: str  # changes when the matter moves on
    name: str  # of the matter and what is asked; stays
    kind: str  # "case", "account", "draw"
    subject: str
    say: str  # key of the sentence
    facts: Mapping[str, object]
    due: date | datetime | None
    overdue: bool
    href: str
    entry: str = ""  # fingerprint of the entry that made it this side's turn


def turns(workspace: Workspace, *, now: datetime) -> tuple[Turn, ...]:
    """What waits for this side; what is overdue first, then by date, what has none last."""
    found = [*_cases(workspace, now), *_accounts(workspace), *_draws(workspace, now)]
    return tuple(sorted(found, key=lambda turn: (not turn.overdue, turn.due is None, _day(turn.due), turn.key)))


def calendar(workspace: Workspace, *, now: datetime, lang: str = "zh", base: str = "") -> bytes:
    """The deadlines of this side as iCalendar; `base`: where the pages are, such as https://adjoin.example."""
    region = workspace.region
    events = [
        ical.Event(
            uid=f"{turn.name}@{region.name}.{workspace.party}.adjoin",
            due=turn.due,
            summary=said(turn, lang),
            description=f"{turn.subject} {turn.href}",
            href=f"{base}{turn.href}" if base else "",
            sequence=int(turn.facts.get("step", 0) or 0),  # type: ignore[call-overload]  # a count, where there is one
        )
        for turn in turns(workspace, now=now)
        if turn.due is not None
    ]
    party = region.parties[workspace.party]
    return ical.written(party.name_en if lang == "en" else party.name_zh, events, now=now)


def said(turn: Turn, lang: str) -> str:
    """What waits, in one sentence."""
    facts = {name: value[lang] if isinstance(value, Mapping) else value for name, value in turn.facts.items()}
    return messages().say(turn.say, lang, **facts)


def outbox(workspace: Workspace) -> Outbox:
    """The messages of this workspace that go outside."""
    return Outbox(workspace.folder / "outbox.sqlite")


def put(workspace: Workspace, *, now: datetime) -> int:
    """Put what is to be told into the outbox: one digest a day, and each new turn at once; gives how many are new."""
    post = _Post(workspace, outbox(workspace), _settings(workspace))
    waiting = turns(workspace, now=now)
    local = now.astimezone(ZONE)

    new = sum(post.put(f"turn-{turn.key}", said(turn, "zh"), (turn,), now) for turn in waiting)
    if waiting and local.hour >= HOUR:
        subject = messages().say("digest.subject", "zh", count=len(waiting), day=local.date().isoformat())
        new += post.put(f"digest-{local:%Y-%m-%d}", subject, waiting, now)
    return new


def send_due(workspace: Workspace, *, now: datetime, hand: Callable[[Message], None] | None = None) -> int:
    """Hand over what is due; what cannot be handed over stays and is tried again. Gives how many went out."""
    box, sent = outbox(workspace), 0
    send = hand or _sender(workspace)
    for message in box.due(now):
        try:
            send(message)
        except (OSError, ValueError, _errors()) as error:  # a closed network is the normal state
            box.failed(message.key, f"{type(error).__name__}: {error}", now)
        else:
            box.sent(message.key, now)
            sent += 1
    return sent


def _cases(workspace: Workspace, now: datetime) -> list[Turn]:
    found = []
    for case in hand_over.cases(workspace, now=now):
        for move in case.open_to(workspace.party):
            clock = next((each for each in case.deadlines if each.move == move.name), None)
            if clock is not None:
                found.append(_case_turn(case, move.name, clock.due, clock.overdue))
    return found


def _case_turn(case: Case, move: str, due: date | datetime | None, overdue: bool) -> Turn:
    words = {
        "move": {lang: case.procedure.word(move, lang) for lang in ("zh", "en")},
        "title": {lang: case.procedure.word(case.procedure.name, lang) for lang in ("zh", "en")},
        "case": case.id,
        "due": _said_day(due),
        "step": len(case.steps),
    }
    name = f"case-{case.id}-{move}"
    last = case.steps[-1].entry if case.steps else ""
    return Turn(
        f"{case.id}-{move}-{len(case.steps)}",
        name,
        "case",
        case.id,
        "turn.overdue" if overdue else "turn.case",
        words,
        due,
        overdue,
        f"/case/{case.id}",
        last,
    )


def _accounts(workspace: Workspace) -> list[Turn]:
    found = []
    for line in settle.lines(workspace):
        name, _, period = line.key
        if line.state == "one_sided" and workspace.party not in line.claims:
            found.append(_account_turn(name, period, "turn.claim", line.claims[workspace.other].entry))
        elif line.state in {"other_rule", "other_inputs", "differs"}:
            found.append(_account_turn(name, period, "turn.differs", line.claims[workspace.other].entry))
    return found


def _account_turn(name: str, period: str, say: str, entry: str) -> Turn:
    return Turn(
        key=f"{name}-{period}-{entry[:16]}",
        name=f"account-{name}-{period}",
        kind="account",
        subject=f"{name} {period}",
        say=say,
        facts={"agreement": name, "period": period},
        due=None,
        overdue=False,
        href=f"/agreement/{name}?period={period}",
        entry=entry,
    )


def _draws(workspace: Workspace, now: datetime) -> list[Turn]:
    found = []
    for each in draw.all_draws(workspace):
        step = _NEXT.get(each.state)
        done = {
            "agree": each.by == workspace.party,
            "commit": workspace.party in each.commits,
            "reveal": workspace.party in each.reveals,
        }
        if step is not None and not done[step]:
            due = each.reveal_by if step == "reveal" else None
            late = due is not None and now.astimezone(ZONE).date() > due
            facts = {"draw": each.id, "purpose": str(each.terms.signed.get("purpose", ""))}
            key = f"{each.id}-{step}"
            found.append(Turn(key, f"draw-{key}", "draw", each.id, f"turn.{step}", facts, due, late, "/draws"))
    return found


def _day(due: date | datetime | None) -> str:
    if due is None:
        return ""
    return due.astimezone(ZONE).isoformat() if isinstance(due, datetime) else due.isoformat()


def _said_day(due: date | datetime | None) -> str:
    if due is None:
        return "—"
    return f"{due.astimezone(ZONE):%Y-%m-%d %H:%M}" if isinstance(due, datetime) else due.isoformat()


def _settings(workspace: Workspace) -> Mapping[str, Any]:
    """Whom to tell: `notify.toml` of the workspace; nobody where there is none."""
    path = workspace.folder / "notify.toml"
    try:
        return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    except tomllib.TOMLDecodeError as error:
        raise Refusal("file_unreadable", file=path.name, met=str(error)) from None


@dataclass(frozen=True, slots=True)
class _Post:
    """The outbox of this side, and whom it tells."""

    workspace: Workspace
    box: Outbox
    settings: Mapping[str, Any]

    def put(self, key: str, subject: str, told: tuple[Turn, ...], now: datetime) -> int:
        """The same to everybody who is told, each under a key of its own."""
        to, hooks = self.settings.get("mail", {}).get("to", ()), self.settings.get("webhook", ())
        body = "\n".join(f"- {said(turn, 'zh')} {turn.href}\n  {said(turn, 'en')}" for turn in told).encode()
        event = self._event(key, subject, told, now)
        ways = [*(("mail", each, body) for each in to), *(("webhook", str(hook["url"]), event) for hook in hooks)]
        return sum(
            self.box.put(f"{key}-{target}", channel=channel, target=target, subject=subject, body=data, now=now)
            for channel, target, data in ways
        )

    def _event(self, key: str, subject: str, told: tuple[Turn, ...], now: datetime) -> bytes:
        rows = [{"subject": t.subject, "say": said(t, "zh"), "href": t.href, "due": _day(t.due) or None} for t in told]
        source = f"adjoin:{self.workspace.region.name}/{self.workspace.party}"
        kind = f"adjoin.{key.partition('-')[0]}"
        return webhook.event(kind, key=key, source=source, subject=subject, at=now, data={"turns": rows})


def _sender(workspace: Workspace) -> Callable[[Message], None]:
    given = _settings(workspace).get("mail", {})
    server = mail.Server(
        str(given.get("host", "localhost")), int(given.get("port", 25)), str(given.get("from", "adjoin@localhost")),
        bool(given.get("starttls", False)),
    )  # fmt: skip
    signer = workspace.signer

    def send(message: Message) -> None:
        if message.channel == "mail":
            text = message.body.decode()
            mail.send(
                server,
                mail.letter(server, message.target, message.subject, text, key=_plain(message.key), at=message.made),
            )
        else:
            webhook.post(message.target, message.body, webhook.signature(message.body, signer.key.key_id, signer.sign))

    return send


def _plain(key: str) -> str:
    return "".join(character if character.isalnum() or character in "-." else "-" for character in key)


def _errors() -> type[Exception]:
    import httpx

    return httpx.HTTPError
