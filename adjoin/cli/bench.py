"""`adjoin bench`: the speed of the main paths, each beside a named peer or limit measured in the same run."""

import json
import runpy
from pathlib import Path
from typing import Annotated

import typer

from adjoin.cli.options import JsonOption, Lang, LangOption
from adjoin.core.refusal import Refusal


def bench(
    name: Annotated[str, typer.Argument(help="one of benchmarks/, or a name that they print; without it all")] = "",
    folder: Annotated[Path, typer.Option("--folder", help="where the benchmarks are")] = Path("benchmarks"),
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,  # noqa: ARG001  # every command takes it; refusals speak it
) -> None:
    """Run the benchmarks and print a line for each."""
    known = {path.stem: path for path in sorted(folder.glob("*.py")) if not path.stem.startswith("_")}
    chosen = [path for stem, path in known.items() if name in {"", stem} or f'"{name}"' in path.read_text("utf-8")]
    if not chosen:
        raise Refusal("unknown_benchmark", met=name or folder, expected=", ".join(known) or "benchmarks/*.py")
    for line in (line for path in chosen for line in runpy.run_path(str(path))["run"]()):
        if name in {"", *known, line["name"]}:
            print(json.dumps(line, ensure_ascii=False) if as_json else _plain(line), flush=True)


def _plain(line: dict[str, object]) -> str:
    return "  ".join(
        f"{key} {value:.4g}" if isinstance(value, float) else f"{key} {value}" for key, value in line.items()
    )
