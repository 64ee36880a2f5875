"""Whatever is typed stays, also if it is too long: it is counted, nothing is saved until it fits, and a reload finds it again."""

import re
from datetime import date
from pathlib import PurePath

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared import messages, saving, text_fields
from tests.pages.test_evidence_editing import FILES as FILES
from tests.support.form_pages import errors, html, press, put
from tests.support.server_process import ROOT
from tests.support.small_dataset import ANNA, BOLOT
from tests.support.story_folder import DOCUMENTS, RECOMMENDED, made
from tracker.editing.private.folder import PrivateFolder
from tracker.i18n import get_language
from tracker.model import errors as model_errors
from tracker.model.errors import ValidationFailed
from tracker.model.permissions import READER
from tracker.publishing.sentences import named_for_people
from tracker.publishing.wording import error_sentence
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.failures import NOTHING_SAVED
from tracker.validation.sources import _OF_ANOTHER_DAY

PRIVATE = True
LONG = "Called. " + "x" * 19_993
TOLD = f"“Called. {'x' * 32}…” is too long: 20,001 of 20,000 characters. Shorten it by 1."


@pytest.fixture(autouse=True)
def _nothing_is_typed_yet() -> None:
    text_fields._texts.clear()


def test_there_is_one_function_that_makes_text_fields():
    written = {path.name: path.read_text("utf-8") for path in (ROOT / "pages").rglob("*.py")}
    made = {name for name, text in written.items() if re.search(r"\.text_(input|area)\b|max_chars=", text)}
    assert made == {"text_fields.py", "data_health.py"}  # an address for readers has no limit there


def note(page: AppTest) -> str:
    return str(page.text_area(key="private_note_r1").value)


def test_a_note_that_is_too_long_stays_is_counted_and_is_saved_when_it_fits(opened, folder: PrivateFolder):
    page = opened("recommendation", id="r1")
    page.text_area(key="private_note_r1").set_value(LONG).run()
    assert f'<p class="rt-fielderror" role="alert">{TOLD}</p>' in html(page)
    assert (errors(press(page, "Save the note")), note(page), folder.read(fresh=True).notes) == ([TOLD], LONG, {})
    assert (note(opened("recommendation", id="r1")), note(opened("recommendation", BOLOT, id="r1"))) == (LONG, "")
    assert "xxxx" not in str(opened("recommendation", READER, id="r1").main)  # signed out; a new sign-in finds it again
    page = opened("recommendation", id="r1")
    page.text_area(key="private_note_r1").set_value(LONG[:-1])
    press(page, "Save the note")
    assert [one.text for one in folder.read(fresh=True).notes["r1"]] == [LONG[:-1]]
    assert note(opened("recommendation", id="r1")) == ""


def test_the_folder_itself_refuses_and_counts(folder: PrivateFolder):
    with pytest.raises(ValidationFailed, match="text has 20,001 of 20,000 characters; shorten it by 1"):
        folder.add_note("r1", LONG, by=ANNA)


def test_a_reason_that_is_too_long_archives_nothing(opened, there):
    page = opened(what="retire", id="law")
    page.text_input(key="edit_retire_law_reason").set_value(LONG)
    assert errors(press(page, "Archive this evidence")) == [
        f"Nothing was saved. Your text is still here. {TOLD}".replace("20,000", "500").replace("by 1.", "by 19,501.")
    ]
    assert not there("law").events


def test_a_text_that_is_too_long_stops_its_own_form_alone(opened, there, folder: PrivateFolder):
    page = opened("recommendation", id="r1", form="edit", editing=there("r1").version)
    page.text_area(key="private_note_r1").set_value(LONG).run()
    put(page, "edit_recommendation_r1_", paragraph="9", reason="It was missing.")
    press(page, "Save the edit")
    assert (errors(page), there("r1").paragraph, note(page)) == ([], "9", LONG)
    press(page, "Undo the last save")
    assert (errors(page), there("r1").paragraph, note(page)) == ([], None, LONG)
    assert errors(press(page, "Save the note")) == [TOLD] and folder.read(fresh=True).notes == {}


REFUSALS = [
    model_errors.ValidationFailed(
        (model_errors.RuleViolation(PurePath("x"), (), "co-4 is of 2019-04-02; correct the date"),)
    ),
    model_errors.WriteFailed("It is full.", None, NOTHING_SAVED),
    model_errors.SignedByOthers("It is theirs.", {}),
    model_errors.TrackerError("{name} changed at this moment. Nothing was saved; try again.", {"name": "x"}),
    model_errors.LockTimeout(model_errors.STILL_SAVING),
    model_errors.TrackerError("It is wrong."),
]


@pytest.mark.parametrize("code", ["en", "ru", "ky"])
@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda one: type(one).__name__)
def test_a_refusal_says_once_that_nothing_was_saved(monkeypatch, refusal, code):
    monkeypatch.setattr(messages, "page_language", lambda: get_language(code))
    said = saving._failure_in_words(refusal, has_input=True)
    nothing = {words.rstrip(".") for words in (NOTHING_SAVED, get_language(code).gettext(NOTHING_SAVED))}
    assert sum(said.count(words) for words in nothing) == 1, said


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (
            "en",
            "CESCR CO 4, para. 12 is of 2 April 2019, 3–28 July 2017; CESCR CO 4 of CESCR; see 'co-4', 12-4-5 and E/C.12/2019-04",
        ),
        (
            "ru",
            "CESCR CO 4, п. 12 is of 2 апреля 2019, 3–28 июля 2017; CESCR CO 4 of CESCR; see 'co-4', 12-4-5 and E/C.12/2019-04",
        ),
    ],
)
def test_messages_name_documents_and_days_as_people_do(tmp_path, code, told):
    documents = DOCUMENTS.replace("id: co-4,", "id: co-4, symbol: CESCR CO 4,")
    files = {"documents.yaml": documents, "recommendations/r9.yaml": RECOMMENDED + "paragraph: 12\n"}
    view = View(DatasetReader(made(tmp_path / "data", files)).read(), today=date(2026, 11, 26))
    words = "r9 is of 2019-04-02, 2017-07-03/2017-07-28; co-4 of cescr; see 'co-4', 12-4-5 and E/C.12/2019-04"
    assert named_for_people(view, get_language(code), words).replace("\u00a0", " ") == told
    broken = model_errors.RuleViolation(
        PurePath("x"), ("date",), model_errors.Said(_OF_ANOTHER_DAY, document="co-4", dates="2019-04-02")
    )
    sentence = error_sentence(get_language("ru"), model_errors.ValidationFailed((broken,)), view)
    assert sentence == "CESCR CO 4 датирован 2 апреля 2019: укажите для сказанного в нём эту дату. Ничего не записано."
