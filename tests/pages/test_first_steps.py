"""An empty tracker says on every page what to do first, and what is done already."""

import re

import pytest

from tests.support.canary_folder import lay
from tests.support.form_pages import html, opening, press
from tests.support.nine_mechanisms import NEW, PAGES
from tracker.editing.new_tracker import format_files
from tracker.model.permissions import READER


@pytest.fixture
def opened(tmp_path, monkeypatch):
    opened = opening(tmp_path, monkeypatch, {})
    for path in (tmp_path / "data").rglob("*.yaml"):
        path.unlink()
    lay(tmp_path / "data", format_files(NEW))
    return opened


def test_every_page_of_an_empty_tracker_says_what_to_do_next(opened):
    for name in PAGES:
        page = opened(name)
        steps = re.search(r'aria-labelledby="rt-first".*?</section>', html(page), re.S)
        assert (page.exception, re.findall("[✓○]", steps[0])) == ([], ["○", "○", "○"]), name
    reader = html(opened("recommendations", who=READER))
    assert "There are no recommendations here yet." in reader
    assert "First steps" not in reader


def test_editors_are_told_once_that_readers_cannot_see_whom_to_write_to(opened):
    told = "this tracker has no address"
    found = [name for name in PAGES if told in html(opened(name))]
    assert found == ["overview"] and told not in html(opened("overview", who=READER))
    assert 'href="/health?lang=en"' in html(opened("overview")).partition(told)[2][:80]


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
