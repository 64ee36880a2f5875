"""An empty tracker says on every page what to do first, and what is done already."""

import re

import pytest

from tests.support.form_pages import html, opening, press
from tests.support.nine_mechanisms import NEW, PAGES, nine_files, write
from tracker.accounts.accounts import Account
from tracker.accounts.accounts_file import AccountsFile
from tracker.editing.new_tracker import write_files
from tracker.model.permissions import READER, Role


@pytest.fixture
def opened(tmp_path, monkeypatch):
    opened = opening(tmp_path, monkeypatch, {})
    for path in (tmp_path / "data").rglob("*.yaml"):
        path.unlink()
    write(tmp_path / "data", write_files(NEW))
    return opened


def ticks(page):
    steps = re.search(r'aria-labelledby="rt-first".*?</section>', html(page), re.S)
    return re.findall("[✓○]", steps[0]) if steps else []


def test_every_page_of_an_empty_tracker_says_what_to_do_next(opened):
    for name in PAGES:
        page = opened(name)
        assert (page.exception, ticks(page)) == ([], ["○", "○", "○"]), name
    reader = html(opened("recommendations", who=READER))
    assert "There are no recommendations here yet." in reader
    assert "First steps" not in reader


def test_the_page_for_editors_asks_once_where_mistakes_are_reported(opened, tmp_path):
    page = opened("data_health")
    assert "Nobody is named here who reads it" in html(page)
    page.text_input[0].set_value("nobody")
    press(page, "Save")
    assert [error.value.split(",")[0] for error in page.error] == ["Type a mail address"]
    page.text_input[0].set_value(" team@example.org ")
    press(page, "Save")
    assert "contact: mailto:team@example.org" in (tmp_path / "data" / "tracker.yaml").read_text()
    after = opened("data_health")
    assert list(after.text_input) == [] and "team@example.org" in html(after)


def test_a_step_is_ticked_when_it_is_done_and_the_steps_end(opened, tmp_path):
    files = nine_files()
    write(tmp_path / "data", {name: files[name] for name in ("documents.yaml", "recommendations/crc-1.yaml")})
    people = AccountsFile(tmp_path / "state")
    for handle in ("editor-anna", "editor-bolot"):
        people.update(lambda now, handle=handle: (now.with_account(Account(handle, Role.EDITOR)), None))
    assert ticks(opened("overview")) == ["✓", "○", "✓"]
    assert ticks(opened("evidence")) == []
    assert "There are no recommendations" not in html(opened("overview", who=READER))
    write(tmp_path / "data", {"recommendations/ours-1.yaml": files["recommendations/ours-1.yaml"]})
    assert ticks(opened("overview")) == []
