"""Markup, Markdown, formulas and letters that turn a line around, in every field of every record: all of it is shown as text."""

import ast
import csv
import io
import json
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import icalendar
import lxml.etree
import lxml.html
import pytest
from streamlit.testing.v1 import AppTest

from pages.shared.layout import PAGES
from pages.shared.messages import MARKDOWN_CHARACTERS
from tests.support.form_pages import html, opening
from tests.support.hostile_records import EVERYTHING, HACKED, PAYLOADS, SHORT, lay, saying
from tests.support.server_process import ROOT
from tests.support.small_dataset import ANNA
from tracker.i18n import get_language
from tracker.model.localized_text import BIDI_CONTROLS
from tracker.publishing.render_context import ViewRequest
from tracker.queries.lists.filters import Filters
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader
from tracker.web.routes import ROUTES_BY_PATH

OWN = ("http://", "https://", "mailto:", "/", "#", "?")
CARRIES = {"href", "src", "action", "formaction", "poster", "data", "background", "srcset", "xlink:href"}
ALERTS = {f"st.{kind}" for kind in ("error", "warning", "info", "success", "caption", "markdown", "write", "toast")}
RECORDS = ("r1", "co-1", "gone", "no-such")
ASKED_OF_FORMS = (
    "recommendation?id=r1&editing=x recommendation?id=co-1&editing=x&form=edit recommendation?id=gone "
    "recommendation?id=r1&editing=x&form=retire edit?what=recommendation edit?what=evidence edit?what=document "
    "edit?what=evidence&id=e1 edit?what=document&id=co-4 recommendations?choosing=list&pick=r1 "
    "recommendations?choosing=add&pick=r1 recommendations?q=words evidence?q=words"
)
FORMS = [(file, dict(parse_qsl(asked))) for file, asked in (form.split("?") for form in ASKED_OF_FORMS.split())]

GUESSED = {place: {("span", "lang")} for place in ("/r/r1", "/r/co-1", "activity", "recommendation")}
"""What more there may be where the reasons of edits are shown: the name of the language, guessed from the letters."""


def answered(root: Path) -> dict[str, bytes]:
    """What every route answers of a folder."""
    data = DatasetReader(root).read()
    assert data.problems == ()
    view, found = View(data, date(2026, 11, 24)), {}
    for path, route in ROUTES_BY_PATH.items():
        for name in RECORDS if "{id}" in path else ("",):
            params = {"columns": ["id,title,summary,text,evidence"]} if "export" in path else {}
            request = ViewRequest(view, get_language("en"), Filters(), "https://tracker.example", name, params)
            found[path.replace("{id}", name)] = route.render(request).body
    return found


def tags(page: str | bytes) -> set[tuple[str, str]]:
    """(element, attribute) of everything in a page, after its links were looked at."""
    found = set()
    for element in lxml.html.document_fromstring(page).iter(lxml.etree.Element):
        found.add((element.tag, ""))
        for name, value in element.attrib.items():
            found.add((element.tag, name))
            assert not name.startswith("on"), (element.tag, name)
            if name in CARRIES and not value.startswith("data:image/"):
                assert value.startswith(OWN), (element.tag, name, value)
        if element.tag in ("script", "style"):
            assert HACKED not in (element.text or "")
    return found


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[tuple[str, str]]]:
    """The elements of every page that is HTML, where every field says something calm."""
    found = answered(lay(tmp_path_factory.mktemp("calm"), saying("Calm words. " * 20)))
    return {path: tags(page) for path, page in found.items() if page.lstrip()[:9].lower() == b"<!doctype"}


@pytest.mark.parametrize("text", [*PAYLOADS, EVERYTHING])
def test_every_route_shows_it_as_text(tmp_path: Path, calm: dict[str, Any], text: str) -> None:
    found = answered(lay(tmp_path, saying(text, SHORT if text == EVERYTHING else "")))
    assert {"/r/r1", "/r/gone", "/snapshot.html", "/brief.html"} <= calm.keys()
    for path, elements in calm.items():
        assert tags(found[path]) - elements <= GUESSED.get(path, set()), path
        assert not any(sign in found[path].decode() for sign in BIDI_CONTROLS), path
    feed = lxml.etree.fromstring(found["/feed.xml"])
    of_a_feed = "feed id title subtitle updated author name link entry summary category published generator"
    assert {one.tag.partition("}")[2] for one in feed.iter()} <= {*of_a_feed.split()}
    assert all(str(one.get("href")).startswith("https://tracker.example/") for one in feed.iter("{*}link"))
    assert not any(sign in found["/feed.xml"].decode() + found["/calendar.ics"].decode() for sign in BIDI_CONTROLS)
    events = icalendar.Calendar.from_ical(found["/calendar.ics"].decode()).walk("VEVENT")
    assert events and {"ATTACH", "X-ALT-DESC"} & {name for event in events for name in event} == set()
    assert json.loads(found["/api/recommendations/r1.json"])["title"]["en"]["text"] == text  # data, as it is written
    rows = list(csv.reader(io.StringIO(found["/export.csv"].decode("utf-8-sig"))))
    assert [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@", "\t")] == []
    with zipfile.ZipFile(io.BytesIO(found["/export.xlsx"])) as book:
        sheets = [book.read(name) for name in book.namelist() if name.startswith("xl/worksheets/")]
    assert [lxml.etree.fromstring(sheet).findall(".//{*}f") for sheet in sheets] == [[]] * len(sheets)


def test_it_is_there_to_be_read(tmp_path: Path) -> None:
    """So that none of the tests is passed by showing nothing."""
    found = answered(lay(tmp_path, saying(PAYLOADS[0])))
    for path in ("/r/r1", "/r/gone", "/snapshot.html", "/brief.html"):
        assert PAYLOADS[0] in lxml.html.document_fromstring(found[path]).text_content(), path
    assert PAYLOADS[0] in lxml.etree.fromstring(found["/feed.xml"]).findtext(".//{*}summary")
    assert PAYLOADS[0] in json.loads(found["/api/recommendations.json"])["recommendations"][0]["title"]["en"]["text"]


def markdown(block: Any) -> list[str]:
    """What a page has Streamlit take for Markdown: the labels and helps of widgets, alerts, captions."""
    found = []
    for child in getattr(block, "children", {}).values():
        proto = getattr(child, "proto", None)
        for name in ("label", "help"):
            found.append(str(getattr(proto, name, "") or ""))
        if child.type in ("error", "warning", "info", "success", "markdown", "caption", "radio", "button_group"):
            found += [str(getattr(proto, "body", "")), *map(str, getattr(proto, "options", ()))]
        found += markdown(child)
    return found


def test_every_page_and_form_shows_it_as_text(tmp_path, monkeypatch) -> None:
    open_ = opening(tmp_path, monkeypatch, {})  # an editor sees all that a reader sees
    ways: list[tuple[str, dict[str, str]]] = [(file, {}) for file, _name in PAGES.values()] + FORMS
    looks: dict[str, list[set[tuple[str, str]]]] = {}
    for said in (saying("Calm words. " * 20), saying(EVERYTHING, SHORT)):
        for path in (tmp_path / "data").rglob("*.yaml"):
            path.unlink()
        lay(tmp_path / "data", said)
        looks[said.say(4)] = [_look(open_, file, params) for file, params in ways]
    calm, hostile = looks.values()
    for way, before, after in zip(ways, calm, hostile, strict=True):
        assert after - before <= GUESSED.get(way[0], set()), way


def _look(open_: Any, file: str, params: dict[str, str]) -> set[tuple[str, str]]:
    page: AppTest = open_(file, ANNA, **params)
    assert page.exception == [], (file, params)
    # what `escape_markdown` has escaped is text
    bare = [re.sub(r"\\[^\w\s]", "", words) for words in markdown(page._tree)]
    hostile = [words for words in bare if HACKED in words or "elsewhere" in words]
    assert [words for words in hostile if MARKDOWN_CHARACTERS.search(words)] == [], (file, params)
    shown = html(page)
    assert not any(sign in shown for sign in BIDI_CONTROLS), (file, params)
    return tags(f"<!doctype html><main>{shown}</main>")


def test_no_alert_is_given_words_of_data_as_markdown() -> None:
    """An alert shows one of our sentences, or data that `escape_markdown` has escaped."""
    our_own = {"_", "language", "n", "page", "SIGNED_OUT", "signed_out_sentence"}
    for path in (ROOT / "pages").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in ALERTS:
                names = {one.id for one in ast.walk(call.args[0]) if isinstance(one, ast.Name)}
                assert "escape_markdown" in names or names <= our_own, f"{path.name}:{call.lineno}"
