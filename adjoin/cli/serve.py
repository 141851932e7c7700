"""Commands that stay: the pages of one workspace, and both sides of a bundle at once."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adjoin.cli.options import Lang, LangOption
from adjoin.cli.workspace import clock
from adjoin.core.refusal import Refusal

if TYPE_CHECKING:
    from adjoin.core.region import Region
    from adjoin.loop.workspace import Workspace

HOST = "127.0.0.1"
ACCOUNTS = "demonstration-accounts.json"


def serve(
    workspace: Annotated[Path, typer.Argument(help="the folder of the workspace")],
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8001,
    host: Annotated[str, typer.Option("--host")] = HOST,
    peer: Annotated[str | None, typer.Option("--peer", help="address of the other side's pages")] = None,
    lang: LangOption = Lang.zh,  # noqa: ARG001  # every command takes it; refusals speak it
) -> None:
    """Serve the pages of a workspace until interrupted."""
    import uvicorn

    from adjoin.loop.schedule import Exchanging, Telling
    from adjoin.web.app import create

    app = create(workspace, peer=peer)
    if app.state.site.ws.peer:
        Exchanging(app.state.site.ws, clock).start()
    if (workspace / "notify.toml").exists():
        Telling(app.state.site.ws, clock).start()
    uvicorn.run(app, host=host, port=port, log_level="warning", server_header=False)


def run(
    region: Annotated[Path, typer.Argument(help="the folder of the bundle")],
    var: Annotated[Path, typer.Option("--var", help="where the two workspaces are kept")] = Path("var"),
    port: Annotated[
        int, typer.Option("--port", min=1, max=65534, help="of the first side; the next one is the other's")
    ] = 8001,
    pages: Annotated[bool, typer.Option("--serve/--no-serve")] = True,
    lang: LangOption = Lang.zh,
) -> None:
    """Open both workspaces of a bundle, go once round the loop, serve both sides' pages."""
    from adjoin.doors import registry
    from adjoin.loop import adoption, demonstrate, exchange, workspace

    folders = {side: var / side for side in workspace.load_region(region).sides}
    pair = {side: _opened(folder, region, side) for side, folder in folders.items()}
    exchange.introduce(*pair.values())
    for opened in pair.values():
        adoption.adopt(opened, now=clock())  # a checkout that moved on computes with something new
        _take_once(opened, lang.value)
    moves = demonstrate.demonstrate(pair, region / "demonstration.yaml", clock=clock, compute=registry.answer)
    _tell(lang.value, f"演示走了 {moves} 步", f"the demonstration made {moves} moves")
    if not pages:
        return
    for each in (port, port + 1):
        _free(each)
    given = next(iter(pair.values())).region
    accounts = {side: _account(opened) for side, opened in pair.items()}
    _serve_both(folders, port, lambda: _welcome(given, accounts, port, lang.value))


def _opened(folder: Path, region: Path, side: str) -> "Workspace":
    from adjoin.loop import workspace

    if (folder / "workspace.toml").exists():
        return workspace.open_workspace(folder)
    return workspace.init(folder, region=region, party=side, now=clock())


def _take_once(opened: "Workspace", lang: str) -> None:
    from adjoin.loop import observe

    known = {receipt.sha256 for receipt in observe.receipts(opened)}
    for receipt in observe.take_bundle(opened, now=clock(), known=known):
        counts = f"{receipt.new} / {receipt.values}"
        _tell(
            lang,
            f"{opened.region.parties[opened.party].name_zh}：{receipt.file} 收到读数 {counts}，拒收 {receipt.rejects}",
            f"{opened.party}: {receipt.file} readings {counts}, rejects {receipt.rejects}",
        )


def _account(opened: "Workspace") -> Mapping[str, str]:
    """The demonstration account of a side; made once, its password kept beside the workspace."""
    from adjoin.loop import people

    path = opened.folder / ACCOUNTS
    if not path.exists():
        account = {"name": f"{opened.party}-demo", "password": secrets.token_urlsafe(9)}
        people.enrol(opened, account["name"], account["password"], demonstration=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(account, file)
    read: Mapping[str, str] = json.loads(path.read_text("utf-8"))
    return read


def _free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise Refusal("port_in_use", met=port) from None


def _serve_both(folders: Mapping[str, Path], port: int, ready: Callable[[], None]) -> None:
    """One process a side; both end when either does or when this one is told to."""
    ports = [port, port + 1]
    children = []
    for number, folder in enumerate(folders.values()):
        peer = f"http://{HOST}:{ports[1 - number]}"
        words = ["serve", str(folder), "--port", str(ports[number]), "--peer", peer]
        children.append(subprocess.Popen([sys.executable, "-m", "adjoin.cli.main", *words]))  # noqa: S603  # own program
    ready()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        while all(child.poll() is None for child in children):
            _wait(children[0])
    except KeyboardInterrupt:
        pass
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait(timeout=10)


def _wait(child: "subprocess.Popen[bytes]") -> None:
    try:
        child.wait(timeout=0.5)
    except subprocess.TimeoutExpired:
        return


def _welcome(region: "Region", accounts: Mapping[str, Mapping[str, str]], port: int, lang: str) -> None:
    for number, side in enumerate(region.sides):
        party, account = region.parties[side], accounts[side]
        address, signs = f"http://{HOST}:{port + number}/", f"{account['name']} / {account['password']}"
        _tell(
            lang,
            f"{party.name_zh}  {address}  演示账户 {signs}",
            f"{party.name_en}  {address}  demonstration account {signs}",
        )
    _tell(lang, "按 Ctrl-C 结束", "Ctrl-C ends it")


def _tell(lang: str, zh: str, en: str) -> None:
    print(en if lang == "en" else zh, flush=True)
