"""Whose assessment the form records, whose check "Reviewed today: no change" is, and which date it questions."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.form_pages import errors, html, opening, press, put
from tests.support.story_folder import ASKED, RECORDED, TRACKER
from tracker.accounts.accounts import Account, Accounts
from tracker.accounts.accounts_file import AccountsFile
from tracker.model.permissions import READER, Person, Role
from tracker.model.records import Assessment
from tracker.model.vocabulary import Status
from tracker.storage.dataset_reader import DatasetReader

WATCH = Person(Role.EDITOR, "editor-w1", "watch")
NOBODYS = Person(Role.EDITOR, "editor-n1")
ORGANISATIONS = """\
organisations:
  - {id: watch, name: Health Watch, kind: civil-society}
  - {id: centre, name: A Centre, abbreviation: AC, kind: civil-society}
"""
ASSESSED = f"""\
{ASKED}assessments:
  - {{voice: civil-society, organisation: centre, status: not-implemented, date: 2024, reason: R., {RECORDED}, recorded_by: editor-c1}}
"""
A = "assess_r1_"


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    files = {"tracker.yaml": TRACKER + ORGANISATIONS, "recommendations/r1.yaml": ASSESSED}
    return opening(tmp_path, monkeypatch, files)


@pytest.fixture
def there(tmp_path: Path) -> Callable[[], Any]:
    return lambda: DatasetReader(tmp_path / "data").read().recommendations["r1"]


def form(opened: Callable[..., AppTest], there: Callable[[], Any], who: Person) -> AppTest:
    return opened("recommendation", who=who, id="r1", editing=there().version)


def newest(there: Callable[[], Any]) -> Assessment:
    return there().assessments[-1]


def test_who_has_an_organisation_sees_it_and_signs_for_it(opened, there):
    page = form(opened, there, WATCH)
    assert "Organisation: <b>Health Watch</b>" in html(page)
    assert f"{A}organisation" not in [box.key for box in page.selectbox]
    press(put(page, A, status=Status.PARTIALLY, date="2026-02", reason="Half."), "Record")
    assert (newest(there).organisation, newest(there).status) == ("watch", "partially-implemented")
    assert "Recorded: Health Watch. Status: Not done → Assessments differ." in html(page)


def test_who_has_none_is_asked(opened, there):
    page = form(opened, there, NOBODYS)
    box = page.selectbox(key=f"{A}organisation")
    assert (box.options, box.value) == (["Health Watch", "A Centre (AC)", "Editors of this tracker"], None)
    put(page, A, status=Status.NOT_IMPLEMENTED, date="2026-02", reason="None.")
    assert errors(press(page, "Record")) == ["- Choose the organisation whose assessment this is."]
    press(put(page, A, organisation="editors"), "Record")
    assert newest(there).organisation == "editors"
    assert "It does not decide the status: an assessment by an organisation, or a later one, does." in html(page)


def test_a_date_before_the_document_is_confirmed_beside_the_button(opened, there):
    page = form(opened, there, WATCH)
    put(page, A, status=Status.PARTIALLY, date="2023", reason="Half.")
    assert errors(press(page, "Record")) == [
        "- The date is earlier than the document, which is of 2024. Correct the date, or confirm it."
    ]
    (box,) = (box for box in page.checkbox if box.key == f"{A}is_early_confirmed")
    assert box.label == "The date is right, although the document is of 2024"
    box.check()
    press(page.run(), "Record")
    assert newest(there).date == "2023"


def test_no_change_is_said_only_of_ones_own_assessment(opened, there):
    for who, may in ((WATCH, False), (NOBODYS, False), (Person(Role.EDITOR, "editor-c1", "centre"), True)):
        page = opened("recommendation", who=who, id="r1")
        assert ("Reviewed today: no change" in [button.label for button in page.button]) == may
    press(page, "Reviewed today: no change")
    assert [event.type.value for event in newest(there).events] == ["checked"]


def test_the_activity_names_the_organisation_and_only_editors_see_handles(opened, tmp_path):
    people = (Account("editor-c1", Role.EDITOR, organisation="centre"),)
    AccountsFile(tmp_path / "state").update(lambda _: (Accounts("k" * 64, people), None))
    seen = html(opened("activity", who=READER))
    assert ("AC: " in seen, "editor-c1" in seen) == (True, False)
    assert "editor-c1 (AC)" in html(opened("activity", who=WATCH))
