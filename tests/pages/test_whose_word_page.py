"""Whose word an assessment is, on the pages: who may withdraw and contest it, what readers see of it, and undo."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.form_pages import errors, html, press, put
from tests.support.small_dataset import CENTRE, NOBODYS, ORGANISATIONS, PARTLY, WATCH, said
from tests.support.story_folder import ASKED, RECORDED, TRACKER
from tests.support.view_requests import ask
from tracker.editing.store import Store
from tracker.editing.undo import with_event
from tracker.model.lifecycle import is_active
from tracker.model.permissions import READER, Person, Role
from tracker.model.vocabulary import EventType, Status
from tracker.publishing.exports.csv_export import render_csv
from tracker.publishing.exports.json_api import render_one
from tracker.publishing.pages.brief import render_brief
from tracker.publishing.pages.snapshot import render_snapshot
from tracker.storage.dataset_reader import DatasetReader

REVIEWER = Person(Role.REVIEWER, "reviewer-w2", "watch")
WHEN = RECORDED.partition(" ")[2]
ASSESSED = f"""\
{ASKED}assessments:
  - {{voice: civil-society, organisation: centre, status: partially-implemented, date: 2024, reason: R., {RECORDED}, recorded_by: editor-c2}}
"""
FILES = {
    "tracker.yaml": TRACKER + ORGANISATIONS + "second_reader: [partially-implemented]\n",
    "recommendations/r1.yaml": ASSESSED,
}
UNDO = "Undo the last save"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(DatasetReader(tmp_path / "data"))


def r1(store: Store) -> Any:
    return store.reader.read(fresh=True).recommendations["r1"]


def form(opened: Callable[..., AppTest], store: Store, who: Person, **params: str) -> AppTest:
    return opened("recommendation", who=who, id="r1", editing=r1(store).version, **params)


def records(opened: Callable[..., AppTest], store: Store) -> AppTest:
    """The page after an editor of Health Watch recorded an assessment."""
    page = put(form(opened, store, WATCH), "assess_r1_", status=Status.NOT_IMPLEMENTED, date="2026-02", reason="Mine.")
    return press(page, "Record")


def test_who_is_of_another_organisation_gets_no_link_and_the_form_at_its_address_says_whose_it_is(opened, store):
    links = {who.handle: html(opened("recommendation", who=who, id="r1")).count("withdraw=") for who in (WATCH, CENTRE)}
    assert links == {"editor-w1": 0, "editor-c1": 1}
    page = form(opened, store, WATCH, withdraw=WHEN)
    (told,) = errors(page)
    assert told.startswith("This is an assessment of AC. Only this organisation withdraws")
    assert [field.key for field in page.text_area if field.key == "withdraw_r1"] == [], "nothing to fill in for nothing"
    assert r1(store).assessments[0].events == ()
    press(put(form(opened, store, CENTRE, withdraw=WHEN), "withdraw_", r1="We erred."), "Withdraw")
    assert len(r1(store).assessments[0].events) == 1


def test_a_reason_that_is_too_long_stays_through_a_reload_until_it_is_discarded(opened, store):
    page, key = put(form(opened, store, REVIEWER, contest=WHEN), "contest_", r1="Why? " * 401), "contest_r1"
    told = "is too long: 2,004 of 2,000 characters. Shorten it by 4."
    assert errors(press(page, "Contest"))[0].endswith(told)
    assert r1(store).assessments[0].events == ()
    page = form(opened, store, REVIEWER, contest=WHEN)
    assert page.text_area(key=key).value == "Why? " * 401
    press(press(page, "Discard and close"), "Discard it")
    assert form(opened, store, REVIEWER, contest=WHEN).text_area(key=key).value == ""


def test_a_reviewer_contests_it_beside_the_assessment_and_takes_that_back(opened, store):
    press(put(form(opened, store, REVIEWER, contest=WHEN), "contest_", r1="No clinic opened."), "Contest")
    request = ask(store.reader.read(fresh=True), one="r1")
    places = [html(opened(file, who=READER, id="r1")) for file in ("recommendation", "activity")]
    places += [render(request).body.decode() for render in (render_brief, render_snapshot)]
    for text in places:
        assert "No clinic opened." in text and "Health Watch" in text and "reviewer-w2" not in text
    exported = json.loads(render_one(request).body)
    (contest,) = exported["latest_by_organisation"][0]["contested"]
    assert (exported["status"], contest["organisation"]) == ("partially-implemented", "watch")
    assert "Health Watch: No clinic opened." in render_csv(request).body.decode()

    press(form(opened, store, REVIEWER, contest=WHEN), "Withdraw the objection")
    page = html(opened("recommendation", who=READER, id="r1"))
    assert "Contested (" not in page and "objection withdrawn" in page


def test_what_was_withdrawn_stays_where_it_stood_with_by_whom_when_and_why(opened, store):
    store.save(with_event(EventType.WITHDRAWN, r1(store), 0, said("We erred.")), by=CENTRE, reason="Why.")
    page = html(opened("recommendation", who=READER, id="r1"))
    voices = page.partition('id="rt-voices"')[2].split('id="rt-same"')[0]
    history = page.partition('id="rt-timeline"')[2]
    day = ask(store.reader.read(), one="r1").language.format_timestamp(r1(store).assessments[0].events[0].recorded)
    for text in (voices, history, html(opened("activity", who=READER))):
        assert "withdrawn" in text.lower() and "AC" in text and "editor-c" not in text
        assert "We erred." in text
    assert f"{day}, AC" in voices and f"{day}, AC" in history


def test_my_undo_is_mine_although_another_organisation_has_saved_since(opened, store):
    page = records(opened, store)
    theirs = replace(PARTLY, organisation="centre", date="2026-03")
    store.save(replace(r1(store), assessments=(*r1(store).assessments, theirs)), by=CENTRE, reason="Why.")
    page = press(page, UNDO)
    assert "Undone. What was done since stays." in html(page)
    assert [[e.type.value for e in a.events] for a in r1(store).assessments] == [[], ["withdrawn"], []]


def test_my_save_is_undone_and_done_again_after_a_reload_and_by_nobody_else(opened, store):
    records(opened, store)

    def offers(who, lang="en"):
        page, activity = (opened(file, who=who, lang=lang, id="r1") for file in ("recommendation", "activity"))
        buttons = [button.label for button in page.button if str(button.key).startswith("undo_")]
        return buttons, re.findall(r'href="([^"]+what=undo[^"]+)">([^<]+)<', html(activity))

    buttons, ((href, label),) = offers(WATCH)
    assert (buttons, label) == ([UNDO], "Undo")
    assert [offers(who) for who in (CENTRE, REVIEWER, READER)] == [([], [])] * 3
    press(opened("recommendation", who=WATCH, id="r1"), UNDO)
    assert [e.type.value for e in r1(store).assessments[-1].events] == ["withdrawn"]
    assert offers(WATCH)[0] == ["Redo"] and [label for _, label in offers(WATCH)[1]] == ["Redo"]
    assert offers(WATCH, "ru")[0] == ["Вернуть отменённое"]
    ((_, (href, _)),) = [(0, found) for found in offers(WATCH)[1]]
    params = dict(parse_qsl(href.partition("?")[2].replace("&amp;", "&")))
    for who, may in ((CENTRE, False), (WATCH, True)):
        form = opened(who=who, **params)
        assert ("Redo" in [button.label for button in form.button]) == may
    press(form, "Redo")
    assert "Brought back: it counts again." in html(form) and "Undo this save" not in html(form)
    assert [button.label for button in form.button if "Undo" in button.label] == [UNDO]
    assert is_active(r1(store).assessments[-1], None)


# Whose assessment the form records, and whose check "Reviewed today: no change" is.


def test_who_has_an_organisation_sees_it_and_signs_for_it(opened, store):
    page = form(opened, store, WATCH)
    assert "Organisation: <b>Health Watch</b>" in html(page)
    assert "assess_r1_organisation" not in [box.key for box in page.selectbox]
    page = records(opened, store)
    newest = r1(store).assessments[-1]
    assert (newest.organisation, newest.status) == ("watch", "not-implemented")
    assert "Recorded: Health Watch. This page shows “Assessments differ” now; before, it showed “In part”." in html(
        page
    )


def test_who_has_none_assesses_for_the_editors(opened, store):
    page = form(opened, store, NOBODYS)
    assert "Organisation: <b>Editors of this tracker</b>" in html(page)
    assert "assess_r1_organisation" not in [box.key for box in page.selectbox]
    put(page, "assess_r1_", status=Status.NOT_IMPLEMENTED, date="2026-02", reason="None.")
    press(page, "Record")
    assert r1(store).assessments[-1].organisation == "editors"
    assert "It does not decide the status: an assessment by an organisation, or a later one, does." in html(page)


def test_no_change_is_said_only_of_ones_own_assessment(opened, store):
    for who, may in ((WATCH, False), (NOBODYS, False), (Person(Role.EDITOR, "editor-c1", "centre"), True)):
        page = opened("recommendation", who=who, id="r1")
        assert ("Reviewed today: no change" in [button.label for button in page.button]) == may
    press(page, "Reviewed today: no change")
    assert [event.type.value for event in r1(store).assessments[-1].events] == ["checked"]
