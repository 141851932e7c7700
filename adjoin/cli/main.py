"""`adjoin`: one command a verb. A command's module is imported when it is called, so that help comes at once.

A command is a function with typer annotations; a row of COMMANDS makes it known. Exit status: 0 done and clean,
1 done with findings, 2 not done (the message says what was met, what was expected and what to do).
"""

import os
import sys
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import NoReturn

import click
import typer
from typer.core import TyperGroup

from adjoin.core.refusal import Refusal
from adjoin.store.room import room


@dataclass(frozen=True, slots=True)
class Command:
    """Where a command is written ("module:function") and its line in the help."""

    where: str
    zh: str
    en: str


COMMANDS = {
    "run": Command(
        "adjoin.cli.serve:run", "运行：双方工作区走一圈并开页面", "both sides: once round the loop, then pages"
    ),
    "serve": Command("adjoin.cli.serve:serve", "开页面：一个工作区", "serve the pages of a workspace"),
    "init": Command("adjoin.cli.workspace:init", "新建工作区及其密钥", "a new workspace with its key"),
    "take": Command("adjoin.cli.workspace:take", "接收读数表（CSV、XLSX）", "take in a table of readings (CSV, XLSX)"),
    "listen": Command(
        "adjoin.cli.listen:listen", "接收HJ 212数据包，落盘后答复", "receive HJ 212, answered once on the disk"
    ),
    "kept": Command("adjoin.cli.listen:kept", "已保存的数据包", "the packets that are kept"),
    "station": Command(
        "adjoin.cli.station:station",
        "站点：拒收、入库、召测、回放",
        "stations: rejects, drain, request, replay",
    ),
    "status": Command(
        "adjoin.cli.listen:status", "接收情况：待入库、静默、未登记", "the intake: waiting, silent, unregistered"
    ),
    "series": Command("adjoin.cli.workspace:series", "查询读数", "the readings of one quantity at one site"),
    "assess": Command("adjoin.cli.workspace:assess", "断面评价", "the class of a section over a period"),
    "accident": Command("adjoin.cli.accident:accident", "突发污染：何时到达下游", "a release: when it arrives below"),
    "account": Command("adjoin.cli.workspace:account", "新建账户", "an account that may act"),
    "exchange": Command("adjoin.cli.exchange:exchange", "交换数据包：export、import", "packages: export, import"),
    "adopt": Command("adjoin.cli.exchange:adopt", "签署本侧现在所用的版本", "sign what this side computes with now"),
    "keys": Command("adjoin.cli.exchange:keys", "双方公钥", "the public keys of both sides"),
    "trust": Command("adjoin.cli.exchange:trust", "采信对方公钥", "take the other side's public keys"),
    "key": Command("adjoin.cli.keys:key", "密钥：根密钥、换用、吊销", "keys: the root key, hand-over, revocation"),
    "fork": Command("adjoin.cli.fork:fork", "分叉：查看、证据、结束", "forks: see, evidence, end"),
    "verify": Command("adjoin.cli.exchange:verify", "第三方核验数据包", "verify a package with the keys alone"),
    "backup": Command("adjoin.cli.backup:backup", "备份工作区为一个文件", "a workspace as one file, verified"),
    "restore": Command("adjoin.cli.backup:restore", "由备份恢复工作区", "a workspace out of a backup"),
    "stamp": Command("adjoin.cli.exchange:stamp", "时间戳（RFC 3161）", "a time stamp of the own head"),
    "audit": Command("adjoin.cli.exchange:audit", "核验双方台账（读盘）", "verify both chains from the disk"),
    "check": Command("adjoin.cli.workspace:check", "检查地区包或工作区", "check a bundle or a workspace"),
    "compute": Command(
        "adjoin.cli.compute:compute", "计算：输入JSON，输出JSON", "answer a question: JSON in, JSON out"
    ),
    "table": Command("adjoin.cli.table:table", "用表格问，答案存成文件", "ask with a workbook, the answer as a file"),
    "job": Command("adjoin.cli.job:job", "作业：较久的计算", "long runs: run, list, cancel"),
    "docs": Command("adjoin.cli.docs:docs", "生成参考文档", "write the generated pages of the reference"),
    "replays": Command(
        "adjoin.cli.replays:replays", "回放：公开事故重新计算并评分", "published accidents computed again and scored"
    ),
    "bench": Command("adjoin.cli.bench:bench", "基准：各主要路径的速度", "the speed of the main paths"),
    "prove": Command(
        "adjoin.cli.prove:prove", "核验协议或程序文件", "whether an agreement or procedure file may be used"
    ),
    "cases": Command("adjoin.cli.compute:cases", "用例：检验各方法", "put the case files to their methods"),
}


class Commands(TyperGroup):
    """The commands of the table, each loaded when it is called."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]  # noqa: ARG002  # typer's form
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: typer.Context, cmd_name: str):  # type: ignore[no-untyped-def, override]  # noqa: ANN201, ARG002  # typer's form
        """One command, from its module."""
        if cmd_name not in COMMANDS:
            return None
        module, _, function = COMMANDS[cmd_name].where.partition(":")
        found = getattr(import_module(module), function)
        from adjoin.cli.helps import in_both

        if isinstance(found, typer.Typer):  # a command of several verbs
            return in_both(typer.main.get_command(found))
        single = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
        single.command(name=cmd_name)(found)
        return in_both(typer.main.get_command(single), COMMANDS[cmd_name].zh)

    def format_help(self, ctx: typer.Context, formatter: object) -> None:  # type: ignore[override]  # noqa: ARG002  # typer's form
        """One line a command, in both languages."""
        width = max(map(len, COMMANDS))
        lines = [f"  {name:<{width}}  {each.zh} · {each.en}" for name, each in COMMANDS.items()]
        print("adjoin COMMAND [--help] [--lang zh|en]", "", *lines, sep="\n")


app = typer.Typer(
    cls=Commands, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None
)


@app.callback()
def _adjoin() -> None:
    """Adjoin."""


def main() -> None:
    """The console script."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    os.environ.setdefault("NUMBA_CACHE_DIR", str(caches / "adjoin"))  # compiled loops, never in the package
    try:
        with room(Path()):  # a disk that fails is told in words, whichever command met it
            sys.exit(app(standalone_mode=False) or 0)
    except Refusal as refusal:
        refused(refusal, _lang(sys.argv))
    except click.UsageError as error:
        _misused(error, _lang(sys.argv))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)


def _misused(error: click.UsageError, lang: str) -> NoReturn:
    """Say what is wrong with the command line; exit 2. Who typed nothing gets the help."""
    from adjoin.cli.helps import misused

    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
    else:
        print(misused(error, lang), file=sys.stderr)
    sys.exit(2)


def refused(refusal: Refusal, lang: str) -> NoReturn:
    """Say on the error stream what was met, what was expected and what to do; exit 2."""
    from adjoin.formats.messages import messages

    said = messages().refusal(refusal, lang)
    labels = ("met", "expected", "do") if lang == "en" else ("遇到", "应为", "请")
    for label, part in zip(labels, ("met", "expected", "do"), strict=True):
        if said[part]:
            print(f"{label}: {said[part]}", file=sys.stderr)
    sys.exit(2)


def _lang(words: list[str]) -> str:
    """The language that a command line asked for."""
    asked = [after for word, after in pairwise(words) if word == "--lang"]
    asked += [word.removeprefix("--lang=") for word in words if word.startswith("--lang=")]
    return "en" if asked and asked[-1] == "en" else "zh"


if __name__ == "__main__":
    main()
