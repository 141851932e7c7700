"""`adjoin station`: what stations sent that could not be taken, what is asked of them, and rehearsals."""

import csv
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from adjoin.cli.options import JsonOption, Lang, LangOption
from adjoin.cli.workspace import WorkspaceOption, clock

station = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="站点：拒收、入库、召测、回放 · stations: rejects, drain, request, replay",
)  # fmt: skip
StationOption = Annotated[str | None, typer.Option("--station", help="MN of one station")]


@station.command()
def rejects(  # noqa: PLR0917  # the command line passes by name
    workspace: WorkspaceOption,
    mn: StationOption = None,
    newest: Annotated[int, typer.Option("--newest", min=1, max=200_000)] = 1000,
    file: Annotated[Path | None, typer.Option("--csv", help="write them to a table")] = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,
) -> None:
    """What could not be taken: from whom, where the fault stood, why, and what to do (exit 1 with any)."""
    from adjoin.loop import intake, telemetry
    from adjoin.loop.workspace import open_workspace

    box = intake.inbox(open_workspace(workspace), clock)
    lines = [
        {
            "mn": each.mn, "peer": each.peer, "received": telemetry.iso(each.received), "place": each.place,
            **telemetry.told(each, lang.value), "packet": telemetry.shown(each.raw),
        }
        for each in box.rejects(mn, newest)
    ]  # fmt: skip
    if file is not None:
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.DictWriter(out, lines[0] if lines else ["mn"])
            writer.writeheader()
            writer.writerows(lines)
    for line in lines if file is None else ():
        _say(as_json, line)
    raise typer.Exit(1 if lines else 0)


@station.command()
def drain(
    workspace: WorkspaceOption,
    again: Annotated[str | None, typer.Option("--again", help="take the kept packets of this MN once more")] = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,  # noqa: ARG001  # every command takes it; refusals speak it
) -> None:
    """Move what waits in the inbox into the observed book (a running listener does it by itself)."""
    from adjoin.loop import intake
    from adjoin.loop.workspace import open_workspace

    opened = open_workspace(workspace)
    box = intake.inbox(opened, clock)
    done = intake.drain(opened, box) if again is None else intake.again(opened, box, again)
    _say(as_json, {
        "packets": done.packets, "aside": done.aside, "new": done.taken.new, "known": done.taken.known,
        "replaced": done.taken.replaced, "rejected": done.rejected, "ignored": dict(done.ignored),
    })  # fmt: skip


@station.command()
def request(  # noqa: PLR0917  # the command line passes by name
    mn: Annotated[str, typer.Argument(help="MN of the station")],
    command: Annotated[str, typer.Argument(help="1011, 1012, 2031, 2051, 2061 ...")],
    workspace: WorkspaceOption,
    since: Annotated[str | None, typer.Option("--since", help="begin of a history")] = None,
    until: Annotated[str | None, typer.Option("--until", help="end of a history")] = None,
    interval: Annotated[int | None, typer.Option("--interval", help="seconds of 1062, minutes of 1064")] = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,  # noqa: ARG001  # every command takes it; refusals speak it
) -> None:
    """Ask something of a station: the running listener sends it when the station is connected."""
    from adjoin.core.period import parse_time
    from adjoin.formats import hj212_exchange
    from adjoin.loop import intake
    from adjoin.loop.workspace import open_workspace

    now, fields = clock(), {}
    if command == "1012":
        fields = {"SystemTime": hj212_exchange.clock(now)}
    if since is not None and until is not None:
        span = {"BeginTime": parse_time(since), "EndTime": parse_time(until)}
        fields = {name: hj212_exchange.clock(moment) for name, moment in span.items()}
    if interval is not None:
        fields = {"RtdInterval" if command == "1062" else "MinInterval": str(interval)}
    hj212_exchange.request(mn, "21", command, fields, now=now)  # refuses what cannot be asked
    number = intake.inbox(open_workspace(workspace), clock).ask(mn, command, fields)
    _say(as_json, {"request": number, "mn": mn, "cn": command, **fields})


@station.command()
def requests(
    workspace: WorkspaceOption,
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,  # noqa: ARG001  # every command takes it; refusals speak it
) -> None:
    """What was asked of stations, and what they answered."""
    from adjoin.loop import intake, telemetry
    from adjoin.loop.workspace import open_workspace

    for row in intake.inbox(open_workspace(workspace), clock).requests():
        _say(as_json, {**row, "asked": telemetry.iso(row["asked"]), "changed": telemetry.iso(row["changed"])})


@station.command()
def replay(  # noqa: PLR0917  # the command line passes by name
    region: Annotated[Path, typer.Argument(help="the folder of a bundle")],
    port: Annotated[int, typer.Option("--port", min=1, max=65535)],
    host: Annotated[str, typer.Option("--host")] = "127.0.0.1",
    speed: Annotated[float, typer.Option("--speed", min=0, help="times the real pace; 0: as fast as answered")] = 0.0,
    since: Annotated[str | None, typer.Option("--since")] = None,
    until: Annotated[str | None, typer.Option("--until", help="exclusive")] = None,
    delay_ms: Annotated[float, typer.Option("--delay-ms", min=0, help="a line that delays up to so long")] = 0.0,
    cut: Annotated[float, typer.Option("--cut", min=0, max=0.5, help="share of pieces at which it is cut")] = 0.0,
    twice: Annotated[float, typer.Option("--twice", min=0, max=1, help="share that passes twice")] = 0.0,
    pieces: Annotated[float, typer.Option("--pieces", min=0, max=1, help="share that is broken in two")] = 0.0,
    seed: Annotated[int, typer.Option("--seed")] = 1,
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,  # noqa: ARG001  # every command takes it; refusals speak it
) -> None:
    """Send a bundle's own readings as packets to a listener, named as a replay (exit 1 where any was not answered)."""
    import asyncio

    from adjoin.core.period import parse_time
    from adjoin.listen import replay as stage
    from adjoin.listen.proxy import Faults, Proxy

    first, last = (None if text is None else parse_time(text) for text in (since, until))
    packets, left_out = stage.script(region)
    chosen = {
        mn: [each for each in rows if (first is None or each.time >= first) and (last is None or each.time < last)]
        for mn, rows in packets.items()
    }

    async def run() -> dict[str, object]:
        faults = Faults(delay_ms / 1000, pieces, twice, cut, seed)
        line = Proxy(host, port, faults)
        bad = any((delay_ms, cut, twice, pieces))
        there = ("127.0.0.1", await line.start()) if bad else (host, port)
        done = await stage.run(chosen, *there, speed=speed)
        if bad:
            await line.stop()
        return {
            "stations": len(done.stations), "packets": done.packets, "answered": done.answered,
            "again": done.again, "connections": done.connections, "given_up": done.given_up, "left_out": left_out,
            "cuts": line.cuts, "doubled": line.doubled, "broken": line.broken, "seconds": round(done.seconds, 3),
        }  # fmt: skip

    facts = asyncio.run(run())
    _say(as_json, facts)
    raise typer.Exit(1 if facts["given_up"] else 0)


def _say(as_json: bool, facts: Mapping[str, object]) -> None:
    line = json.dumps(facts, ensure_ascii=False) if as_json else "  ".join(f"{k}: {v}" for k, v in facts.items())
    print(line, file=sys.stdout)
