"""The examples of the pages on ledger and cases run."""

import re
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[2] / "docs" / "explanation"


@pytest.mark.parametrize("page", ["ledger.md", "cases.md"])
def test_the_example_runs(page):
    blocks = re.findall(r"^```python\n(.*?)^```", (PAGES / page).read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert blocks
    for block in blocks:
        exec(compile(block, page, "exec"), {})
