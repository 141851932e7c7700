"""The help of commands in both languages: what stands in the code is English, its Chinese in `command_words.yaml`."""

import re
from collections.abc import Callable, Mapping
from functools import cache, partial
from importlib.resources import files
from typing import Any, cast, get_type_hints

import click
import yaml


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """What is said in Chinese: of options by their English, of commands and faults by their name."""
    text = files("adjoin").joinpath("data", "command_words.yaml").read_text("utf-8")
    return cast("Mapping[str, Mapping[str, str]]", yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)))  # noqa: S506  # the safe loader, in C


def in_both(command: Any, zh: str | None = None) -> Any:  # noqa: ANN401  # a command or a group of them, as typer makes them
    """A command whose help stands in both languages, Chinese first."""
    for name, inner in getattr(command, "commands", {}).items():
        in_both(inner, words()["commands"].get(name))
    if zh and command.help:
        command.help = f"{zh}\n\n{command.help}"
    english = _helps(command.callback) if command.callback else {}
    for each in command.params:
        said = getattr(each, "help", None) or english.get(each.name or "")
        told = words()["options"].get(said or "")
        _say(each, f"{told} · {said}" if told else said)
    return command


def _say(each: click.Parameter, said: str | None) -> None:
    """Give a parameter its help; an argument with one would be listed twice, by click and by typer."""
    if isinstance(each, click.Argument):
        each.get_help_record = partial(_record, each, said or "")  # type: ignore[method-assign]  # of this one only
    else:
        each.help = said


def _record(each: click.Argument, said: str, context: click.Context) -> tuple[str, str]:
    name, more = type(each).get_help_record(each, context)
    return name, f"{said}  {more}".strip()


def _helps(function: Callable[..., object]) -> dict[str, str | None]:
    """The help of each argument as the code says it: typer forgets it beside a newer click."""
    hints = get_type_hints(getattr(function, "__wrapped__", function), include_extras=True)
    found = {
        name: [getattr(each, "help", None) for each in getattr(hint, "__metadata__", ())]
        for name, hint in hints.items()
    }
    return {name: next(filter(None, helps), None) for name, helps in found.items()}


def misused(error: click.UsageError, lang: str) -> str:
    """What is wrong with a command line, in the language that was asked for."""
    if lang == "en":
        return f"{error.format_message()}\ndo: adjoin {_path(error)}--help"
    kinds = [kind.__name__ for kind in type(error).__mro__]
    kind = next((each for each in kinds if each in words()["usage"]), "UsageError")
    if kind == "UsageError" and error.message.startswith("No such command"):
        kind = "NoSuchCommand"
    return f"遇到: {words()['usage'][kind]}：{_met(error)}\n请: 看 adjoin {_path(error)}--help"


def _met(error: click.UsageError) -> str:
    """What the fault is about: the option, the argument or the word."""
    if isinstance(error, click.NoSuchOption):
        near = "、".join(error.possibilities or ())
        return f"{error.option_name}（相近的：{near}）" if near else error.option_name
    if isinstance(error, click.BadParameter) and error.param is not None:
        name = error.param.get_error_hint(error.ctx) if error.ctx else error.param.name
        return str(name) if isinstance(error, click.MissingParameter) else f"{name}，{_expected(error.param.type)}"
    quoted = re.search(r"'([^']*)'", error.message)
    return quoted[1] if quoted else error.message


def _expected(kind: "click.ParamType[Any]") -> str:
    """What an option takes."""
    if isinstance(kind, click.Choice):
        return "应为其一：" + "、".join(str(getattr(each, "value", each)) for each in kind.choices)
    told = words()["types"].get(kind.name, kind.name)
    low, high = getattr(kind, "min", None), getattr(kind, "max", None)
    span = "" if low is None and high is None else f"（{'' if low is None else low}–{'' if high is None else high}）"
    return f"应为{told}{span}"


def _path(error: click.UsageError) -> str:
    path = error.ctx.command_path.split(" ")[1:] if error.ctx else []
    return "".join(f"{each} " for each in path)
