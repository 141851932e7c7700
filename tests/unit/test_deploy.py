"""What stands in `deploy/` names only what is there: paths, commands, flags, ports, times.

The image itself is built and tried by `make image` (minutes, and an engine), which runs `tests/image/try_image.py`.
"""

import re
import shutil
import subprocess
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest
from sides import ROOT
from typer.main import get_command

from adjoin.cli.main import app
from adjoin.listen import service

DEPLOY = ROOT / "deploy"
UNITS = sorted((*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")))
CONTAINERFILE = (DEPLOY / "Containerfile").read_text("utf-8")
PAGE = (ROOT / "docs" / "how-to" / "deploy.md").read_text("utf-8")
IGNORED = [line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line and line[0] != "#"]


def steps():
    """Every instruction of the Containerfile as its word and the rest, continued lines joined."""
    lines = [line for line in CONTAINERFILE.splitlines() if not line.startswith("#")]
    return [line.split(maxsplit=1) for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines() if line]


def copied():
    """The paths of the checkout that enter the image or its build."""
    given = [rest.split() for word, rest in steps() if word == "COPY" and not rest.startswith("--from")]
    return [source for words in given for source in words[:-1]]


def is_sent(path):
    """Whether the engine is given a path: the last line that fits it, or a folder above it, decides."""
    above = [str(each) for each in (path, *path.parents) if str(each) != "."]
    sent = True
    for line in IGNORED:
        pattern = line.removeprefix("!").removeprefix("**/")
        names = [Path(each).name for each in above] if "**/" in line else above
        if any(fnmatch(name, pattern) for name in names):
            sent = line.startswith("!")
    return sent


def command_lines(text):
    """Each use of `adjoin` in what a unit executes, or in the code of a page, as its words."""
    code = [*re.findall(r"^ExecStart=.*", text, re.MULTILINE), *re.findall(r"```sh\n(.*?)```", text, re.DOTALL)]
    code += re.findall(r"(?<!`)`([^`\n]+)`", text)
    plain = re.sub(r"\\\n\s*", " ", "\n".join(code))
    found = re.findall(r"(?:^|/bin/| )adjoin ([a-z]+[^\n\"'|&;]*)", plain, re.MULTILINE)
    return [line.split() for line in found]


def test_every_path_that_is_copied_is_there_and_sent():
    assert copied()
    for source in copied():
        assert (ROOT / source).exists(), source
        assert is_sent(Path(source)), source
    for source in (
        "adjoin/data/quantities.csv",
        "frontend/hook.py",
        "frontend/.npmrc",
        "regions/two-towns/region.toml",
    ):
        assert is_sent(Path(source)), source


UNWANTED = (
    ".git/config",
    ".venv/bin/python",
    "var/west/own.key",
    "tests/sides.py",
    ".env",
    "frontend/node_modules/vite/index.js",
    "adjoin/web/static/built/stamp.txt",
    "adjoin/core/__pycache__/x.pyc",
)


@pytest.mark.parametrize("path", UNWANTED)
def test_what_does_not_belong_in_an_image_is_not_even_sent(path):
    assert not is_sent(Path(path))


def test_what_is_installed_stands_in_the_lock_with_its_hash():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["build"]]
    for extra in re.findall(r"--extra (\w+)", CONTAINERFILE):
        wanted += project["project"]["optional-dependencies"][extra]
    lock = (ROOT / "requirements-test.lock").read_text("utf-8")
    locked = set(re.findall(r"^([a-z0-9-]+)==\S+ \\\n\s+--hash=sha256:", lock, re.MULTILINE))
    names = {re.split(r"[\[><=,~ ]", each)[0] for each in wanted}
    assert names <= locked, names - locked


def test_the_image_starts_the_console_script_as_nobody_in_particular():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    last = dict(steps())
    assert last["ENTRYPOINT"] == f'["{next(iter(project["project"]["scripts"]))}"]'
    assert last["STOPSIGNAL"] == "SIGTERM"
    assert last["USER"].split(":")[0].isdigit()
    assert last["USER"].split(":")[0] != "0"
    commands = [get_command(app).get_command(None, name) for name in ("serve", "listen")]
    ports = {str(each.default) for command in commands for each in command.params if each.name == "port"}
    assert set(last["EXPOSE"].split()) == ports


def test_no_index_and_no_machine_is_named():
    for path in (DEPLOY / "Containerfile", ROOT / ".dockerignore", *UNITS):
        text = path.read_text("utf-8")
        assert "http" not in text.replace("https://east.example", ""), path


@pytest.mark.parametrize("text", [PAGE, *(each.read_text("utf-8") for each in UNITS)],
                         ids=["deploy.md", *(each.name for each in UNITS)])  # fmt: skip
def test_every_command_and_flag_that_is_named_exists(text):
    for name, *words in command_lines(text):
        command = get_command(app).get_command(None, name)
        assert command, name
        flags = {flag for each in command.params for flag in (*each.opts, *each.secondary_opts)}
        assert {word.split("=")[0] for word in words if word.startswith("--")} <= flags, (name, words)


def test_the_texts_are_read_at_all():
    assert {"init", "serve", "listen", "status", "check"} <= {name for name, *_ in command_lines(PAGE)}
    assert {path.name.split("@")[0] for path in UNITS if command_lines(path.read_text("utf-8"))} >= {
        "adjoin-listen", "adjoin-serve", "adjoin-backup"}  # fmt: skip


def test_a_listener_has_time_for_its_last_drain():
    unit = (DEPLOY / "adjoin-listen@.service").read_text("utf-8")
    allowed = int(re.search(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)[1])
    assert allowed > service._DRAIN_S
    assert f"--stop-timeout {allowed}" in PAGE


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not on this machine")
def test_systemd_takes_the_units(tmp_path):
    for path in UNITS:  # the program is not installed where the units look for it
        text = path.read_text("utf-8").replace("=/opt/adjoin/bin/adjoin ", "=/bin/true ")
        (tmp_path / path.name).write_text(text, "utf-8")
    named = [str(tmp_path / path.name.replace("@.", "@west.")) for path in UNITS]
    for path in UNITS:
        (tmp_path / path.name.replace("@.", "@west.")).symlink_to(tmp_path / path.name)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *named], capture_output=True, text=True, check=False
    )
    assert not done.stderr.strip(), done.stderr
    assert done.returncode == 0
