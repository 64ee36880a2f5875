"""The page of pictures: each with its finding, table and source; empty ones are not there; the filters of the list count."""

import json
import re

import pytest

from tests.queries.test_overview_summary import SOME
from tests.support.form_pages import html, opening
from tests.support.story_folder import ASKED, made
from tests.support.view_requests import ask
from tracker.model.permissions import READER
from tracker.publishing.pages.analysis import render_pictures
from tracker.storage.dataset_reader import DatasetReader


@pytest.fixture
def shown(tmp_path, monkeypatch):
    """`shown(files)` opens the page as a reader."""
    return lambda files=SOME, **params: opening(tmp_path, monkeypatch, files)("analysis", who=READER, **params)


def titles(page):
    return [part.split("</h2>")[0].split(">")[-1] for part in html(page).split("<h2")[1:]]


def drawn(page):
    """The pictures for which there is a space."""
    return re.findall('data-spec="(.*?)"', html(page))


def test_each_picture_has_its_finding_a_table_the_source_and_two_buttons(shown):
    page = shown()
    assert page.exception == []
    assert titles(page) == [
        "Committees make 1 of civil society&#39;s 4 demands, fully or partly",
        "On 1 recommendation the State claims more than the assessment finds",
        "Repeal the punishments. Evidence: 1 of setbacks, 0 of progress",
        "2 recommendations assessed since 2024, each once",
        "No upcoming date is known for any committee",
        "What each side says",
        "Things are getting worse on 1 of 4",
    ]
    text = html(page).partition('id="rt-three"')[0]
    for part in ("<table", 'data-save="png"', 'data-save="svg"', "Source: The editors, Drug policy"):
        assert text.count(part) == len(drawn(page)) == 5, part
    assert "/analysis?lang=en#rt-claims" in text
    assert "asks for the same" in text and "+2" in text


def test_filters_narrow_the_pictures_and_stay_in_the_links(shown):
    page = shown(status="partially-implemented")
    assert "Filters in use: <b>In part</b>. 1 recommendation." in html(page)
    # the saved file says it too
    assert '<span class="rt-source">Filters in use: In part</span>' in html(page)
    assert 'href="/recommendations?status=partially-implemented&amp;lang=en"' in html(page)
    assert titles(page)[0] == "Committees make 0 of civil society&#39;s 1 demands, fully or partly"
    nothing = shown(q="zzzz")
    assert (titles(nothing), drawn(nothing)) == ([], [])
    assert "There is nothing to show here yet." in html(nothing)


def test_texts_of_the_data_are_text_in_a_picture(tmp_path):
    files = {"recommendations/r1.yaml": ASKED.replace("Repeal the punishments", "'<a href=\"x\">Repeal</a>'")}
    script = render_pictures(ask(DatasetReader(made(tmp_path, files)).read())).body.decode()
    figures = json.loads(script.removeprefix("rtPictures = ").removesuffix(";\n"))["light"].values()
    notes = [note["text"] for figure in figures for note in figure["layout"].get("annotations", [])]
    assert "&lt;a href=&quot;x&quot;&gt;Repeal&lt;/a&gt;" in notes and not any("<a" in note for note in notes)
