"""The menu leads to pages that are there, each once, and each page says where it stands."""

from adjoin.web import reading
from adjoin.web.menu import FIRST, GROUPS

EVERY = [*FIRST, *(item for group in GROUPS for item in group.items)]


def test_every_line_leads_to_a_page_that_marks_it(pages):
    for item in EVERY:
        shown = pages["sichuan"].get(item.address)
        assert shown.status_code == 200, item.address
        if item.address != "/wall":  # nothing can be pressed there
            assert f'href="{item.address}" aria-current="page"' in shown.text, item.address


def test_no_address_stands_twice_and_each_has_both_names():
    assert len({item.address for item in EVERY}) == len(EVERY)
    assert all(name.zh and name.en for name in [*(item.name for item in EVERY), *(group.name for group in GROUPS)])


def test_every_page_without_a_subject_stands_in_the_menu():
    found = {stem for stem in reading.PAGES if not stem.endswith("/")}
    assert found - {item.address for item in EVERY} == {"/overview"}  # which stands there as "/"
