"""The help of every command and option stands in both languages; a wrong command line is told in the one asked for."""

import re
import subprocess

import click
import pytest
import typer
from commands import ADJOIN, AROUND

from adjoin.cli.helps import words
from adjoin.cli.main import COMMANDS, app


def commands(group, context, names):
    for name in names:
        made = group.get_command(context, name)
        yield name, made
        if isinstance(made, click.Group):
            yield from commands(made, context, made.list_commands(context))


ROOT = typer.main.get_command(app)
EVERY = list(commands(ROOT, click.Context(ROOT), COMMANDS))


@pytest.mark.parametrize(("name", "command"), EVERY, ids=[name for name, _ in EVERY])
def test_every_line_of_help_has_its_chinese_first(name, command):
    assert re.match(r"[^a-z]*[\u4e00-\u9fff]", command.help or ""), name
    for each in command.params:
        record = each.get_help_record(click.Context(command))
        said = record[1] if record else ""
        told = re.sub(r"\[[^\]]*\]", "", said).strip()
        assert not told or re.match(r".*[\u4e00-\u9fff].* · [^\u4e00-\u9fff]+$", told), (each.name, said)


def test_no_chinese_is_left_over_for_options_that_are_gone():
    known = {
        record[1].partition(" · ")[2].partition("  [")[0]
        for _, command in EVERY
        for each in command.params
        if (record := each.get_help_record(click.Context(command)))
    }
    assert not [said for said in words()["options"] if said not in known]


def typed(*line):
    done = subprocess.run([ADJOIN, *line], env=AROUND, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["nope"], "没有这个命令：nope"),
        (["take"], "缺少"),
        (["take", "--bogus", "x"], "没有这个选项：--bogus"),
        (["run", "x", "--port", "abc"], "应为整数（1–65534）"),
        (["take", "x", "--workspace", "y", "--lang", "fr"], "应为其一：zh、en"),
    ],
)
def test_a_wrong_command_line_is_told_in_the_language_asked(line, words):
    status, _, said = typed(*line)
    assert (status, words in said) == (2, True), said
    assert not re.search(r"[A-Z][a-z]+ [a-z]+ [a-z]+", said)
    assert not re.search(r"[\u4e00-\u9fff]", typed(*[word for word in line if word != "fr"], "--lang=en")[2])


def test_an_exit_code_is_handed_on(tmp_path):
    assert typed("check", str(tmp_path))[0] == 1
    assert typed("take", "--help")[0] == 0
    assert typed("--help")[0] == 0
    assert typed()[0] == 2
