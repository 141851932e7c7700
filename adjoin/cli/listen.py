"""Commands on telemetry: listen, what is kept, how it stands."""

import json
from typing import Annotated

import typer

from adjoin.cli.options import JsonOption, Lang, LangOption
from adjoin.cli.workspace import WorkspaceOption, clock


def listen(  # noqa: PLR0917  # the command line passes by name
    workspace: WorkspaceOption,
    host: Annotated[str, typer.Option("--host")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: any free one")] = 9212,
    metrics: Annotated[
        int | None, typer.Option("--metrics", min=1, max=65535, help="port of /metrics, on this machine only")
    ] = None,
    set_time: Annotated[bool, typer.Option(help="answer 1013 with the time")] = True,
    drain: Annotated[bool, typer.Option(help="move packets into the book meanwhile")] = True,
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,
) -> None:
    """Receive HJ 212 packets until SIGTERM; each is answered after it is on the disk."""
    from adjoin.formats.messages import messages
    from adjoin.listen.service import Service, serve
    from adjoin.loop.workspace import open_workspace

    def say(found: int) -> None:
        line = messages().say("listen.ready", lang.value, host=host, port=found)
        print(json.dumps({"host": host, "port": found}) if as_json else line, flush=True)

    opened = open_workspace(workspace, at_once=False)
    kept_ = serve(Service(opened, host, port, clock, say, metrics_port=metrics, set_time=set_time, drain=drain))
    if not as_json:
        print(messages().say("listen.stopped", lang.value, kept=kept_), flush=True)


def kept(
    workspace: WorkspaceOption,
    station: Annotated[str | None, typer.Option("--station", help="MN of one station")] = None,
    raw: Annotated[bool, typer.Option("--raw", help="with the packet as it came, its password left out")] = False,
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,  # noqa: ARG001  # every command takes it; refusals speak it
) -> None:
    """The packets that are kept, one a line, whether their station is registered or not."""
    from adjoin.loop import intake, readings, telemetry
    from adjoin.loop.workspace import open_workspace

    opened = open_workspace(workspace, at_once=False)
    for each, registered in intake.kept(opened, intake.inbox(opened, clock), station):
        line: dict[str, object] = {
            "mn": each.mn, "qn": each.qn, "cn": each.cn, "data_time": each.data_time or None,
            "received": readings.moment_of(each).isoformat(), "registered": registered,
        }  # fmt: skip
        if raw:
            line["raw"] = telemetry.shown(each.raw)
        print(json.dumps(line, ensure_ascii=False) if as_json else "  ".join(f"{k}: {v}" for k, v in line.items()))


def status(
    workspace: WorkspaceOption,
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,  # noqa: ARG001  # every command takes it; refusals speak it
) -> None:
    """How the intake stands: what is kept and what waits, who reports, who is silent or not registered (exit 1)."""
    from adjoin.loop import intake, telemetry
    from adjoin.loop.workspace import open_workspace

    opened = open_workspace(workspace, at_once=False)
    found = telemetry.status(telemetry.stand(opened, intake.inbox(opened, clock), now=clock()))
    stations = found.pop("stations")
    assert isinstance(stations, list)
    if as_json:
        print(json.dumps({**found, "stations": stations}, ensure_ascii=False))
    else:
        print("  ".join(f"{name}: {value}" for name, value in found.items()))
        for each in stations:
            print("  ".join(f"{name}: {value}" for name, value in each.items()))
    raise typer.Exit(1 if any(each["silent"] or not each["registered"] for each in stations) else 0)
