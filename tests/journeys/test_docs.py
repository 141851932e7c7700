"""The examples of tutorials and how-to pages run: each `$ ` line of a console block, page by page, in one folder.

Output that is shown must come; `...` stands for anything. What cannot run here stands in a block of another name.
"""

import re
import subprocess

import pytest
from commands import AROUND
from sides import ROOT

PAGES = sorted(each for kind in ("tutorials", "how-to") for each in (ROOT / "docs" / kind).glob("*.md"))
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


def steps(page):
    """The commands of a page, each with the output shown beneath it."""
    for block in BLOCK.findall(page.read_text("utf-8")):
        for step in block.split("$ ")[1:] if block.startswith("$ ") else []:
            command, _, shown = step.partition("\n")
            yield command, shown.strip()


def agrees(shown, said):
    pattern = ".*".join(map(re.escape, shown.split("...")))
    return re.fullmatch(pattern, said.strip(), re.DOTALL)


def test_there_are_examples():
    assert {"first-hour.md", "your-own-region.md", "bad-input.md"} <= {page.name for page in PAGES if list(steps(page))}


@pytest.mark.parametrize("page", [page for page in PAGES if list(steps(page))], ids=lambda page: page.stem)
def test_the_examples_run(page, tmp_path):
    (tmp_path / "regions").symlink_to(ROOT / "regions")
    for command, shown in steps(page):
        words, both = ["bash", "-c", f"{{ {command}\n}} 2>&1"], {"capture_output": True, "text": True}
        done = subprocess.run(words, cwd=tmp_path, env=AROUND, timeout=60, check=False, **both)
        assert "Traceback" not in done.stdout, command
        assert not shown or agrees(shown, done.stdout), f"$ {command}\n{done.stdout}"


def test_every_page_stands_in_both_languages():
    for page in PAGES:
        text = page.read_text("utf-8")
        assert re.search(r"[\u4e00-\u9fff]{8}", text), page
        assert re.search(r"(?:[A-Za-z,]+ ){6}", text), page
