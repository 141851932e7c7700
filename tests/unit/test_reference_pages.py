"""The generated pages of the reference are those that the data gives now."""

from pathlib import Path

import pytest

from adjoin.cli.docs import pages

FOLDER = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", sorted(pages()))
def test_the_page_is_current(name):
    assert (FOLDER / name).read_text("utf-8") == pages()[name], "run `make docs`"
