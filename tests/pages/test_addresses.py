"""What a page says of its address: it hears the words that it reads, and gives the files that it promises."""

from contextlib import nullcontext, suppress
from dataclasses import replace

import pytest

from adjoin.core.refusal import Refusal
from adjoin.web import reading
from adjoin.web.address import Address, heard
from adjoin.web.page import Ask
from adjoin.web.pages import access

SUBJECTS = {
    "/agreement/": ("willow-water",), "/case/": ("C-chongqing-0001",), "/city/": ("city-chengdu",),
    "/evidence/series/": ("zhutuo", "TP"), "/finding/": ("F-zhutuo-w21011-20260901",), "/register/": ("section",),
    "/section/": ("zhutuo",), "/site/": ("zhutuo",),
}  # fmt: skip


def subject_of(stem):
    """What a page is opened with; nothing that is there, where these regions hold no such thing."""
    return SUBJECTS.get(stem) or (("nothing",) if "{" in reading.PAGES[stem].path else ())


class Heard(dict):
    """A query that notes which of its words are read; each says nothing."""

    def __init__(self):
        super().__init__()
        self.words = set()

    def get(self, word, default=None):
        self.words.add(word)
        return default

    def __contains__(self, word):
        self.words.add(word)
        return False


@pytest.mark.parametrize("stem", reading.PAGES)
def test_a_page_reads_no_word_that_its_address_does_not_hear(two_workspaces, towns, clock, stem):
    address, query = reading.PAGES[stem], Heard()
    workspace = towns["east"] if stem == "/agreement/" else two_workspaces["sichuan"]
    with nullcontext() if stem in SUBJECTS or "{" not in address.path else suppress(Refusal):
        address.build(workspace, Ask(clock(), subject_of(stem), query))
    assert query.words <= set(address.asks)


def test_what_is_not_printed_and_no_table_says_so(pages):
    for stem, address in reading.PAGES.items():
        path = stem + "/".join(subject_of(stem))
        if not address.sheet:
            assert pages["sichuan"].get(f"{path}.pdf").status_code == 404, path
        if address.table is None and stem != "/register/":  # whose table has an address of its own
            assert pages["sichuan"].get(f"{path}.csv").status_code == 404, path


def test_an_address_is_a_stem_and_a_subject():
    one = Address("/thing/{kind}/{name}", access.build, asks=("period",))
    assert (one.stem, one.endings) == ("/thing/", ("", ".json"))
    assert replace(one, sheet=True).endings == ("", ".json", ".pdf")
    assert heard(one, {"period": "2" * 500, "lang": "en", "q": ""}) == {"period": "2" * 120}
