"""A draft belongs to the editor who is signed in now. A tab whose sign-in ended is a reader's.

While nobody can say who is signed in, a tab keeps its own words, and only these.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

import pages.forms.imports.review
import pages.shared.layout
from pages.shared import form_drafts, import_drafts
from tests.pages.test_evidence_editing import FILES as EVIDENCE
from tests.pages.test_import_page import SETTINGS
from tests.pages.test_waiting_drafts import version
from tests.support.form_pages import html, paste, press, put
from tests.support.small_dataset import ANNA, BOLOT
from tests.support.small_observations import RUSSIAN_OBSERVATIONS, SMALL_OBSERVATIONS
from tracker.model.permissions import READER, Person

pytestmark = pytest.mark.usefixtures("_reads_here")
FILES = {**EVIDENCE, "tracker.yaml": SETTINGS}
REASON = "assess_co-3-7_reason"


@pytest.fixture
def now_is(monkeypatch: pytest.MonkeyPatch) -> Callable[[Person], None]:
    """From now on, all tabs are those of this person. A reader: the sign-in ended, or the person was revoked."""
    return lambda who: monkeypatch.setattr(pages.shared.layout, "current_person", lambda: who)


@pytest.fixture
def nobody_can_say(now_is: Callable[[Person], None], monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From now on, the accounts cannot be read."""

    def away() -> None:
        now_is(READER)
        monkeypatch.setattr(pages.shared.layout, "can_check_sign_in", lambda: False)

    return away


def test_what_was_typed_waits_for_its_editor_and_is_in_no_tab_whose_sign_in_ended(opened, now_is, tmp_path):
    form = {"id": "co-3-7", "editing": version(tmp_path)}
    old = put(opened("recommendation", **form), "assess_co-3-7_", reason="Typed before.")
    now_is(READER)
    assert (old.run().text_area, "Typed before." in repr(old.session_state)) == ([], False)
    now_is(ANNA)
    assert opened("recommendation", **form).text_area(key=REASON).value == "Typed before."


def test_what_was_typed_about_a_record_that_was_archived_meanwhile_can_be_copied(opened, tmp_path):
    old = put(
        opened("recommendation", id="co-3-7", editing=version(tmp_path)), "assess_co-3-7_", reason="Typed before."
    )
    file = tmp_path / "data" / "recommendations" / "co-3-7.yaml"
    file.write_text(
        file.read_text() + "events:\n  - {type: retired, reason: {en: Twice.}, recorded: 2026-01-05T00:00:00.000000Z}\n"
    )
    page = html(press(old, "Record"))
    assert "archived while you were typing" in page and ">Typed before.</p>" in page
    assert "archived while you were typing" not in html(opened("recommendation", id="co-3-7"))


def test_while_nobody_can_say_a_tab_neither_shows_nor_changes_what_its_editor_types_elsewhere(
    opened, nobody_can_say, tmp_path
):
    form = {"id": "co-3-7", "editing": version(tmp_path)}
    old = put(opened("recommendation", **form), "assess_co-3-7_", reason="Typed before.")
    nobody_can_say()
    assert "Your text is still here; wait until the database is back." in html(old.run())
    put(opened("recommendation", **form), "assess_co-3-7_", reason="Typed elsewhere.")
    put(opened("recommendation", **form, form="retire"), "retire_co-3-7_", reason="A duplicate, said elsewhere.")
    drafts = dict(form_drafts._drafts)
    nobody_can_say()
    old.text_area(key=REASON).set_value("Typed after.").run()
    assert old.text_area(key=REASON).value == "Typed after."
    old.query_params["form"] = "retire"
    assert old.run().text_input(key="retire_co-3-7_reason").value == ""
    press(old, "Discard and close")
    assert dict(form_drafts._drafts) == drafts
    told = [draft[key] for draft in drafts.values() for key in draft if key.endswith("7_reason")]
    assert told == ["Typed elsewhere.", "A duplicate, said elsewhere."]


def test_whoever_signs_in_next_in_a_tab_gets_nothing_of_the_one_before(opened, now_is, tmp_path):
    form = {"id": "co-3-7", "editing": version(tmp_path)}
    tab = put(opened("recommendation", **form), "assess_co-3-7_", reason="Typed by Anna.")
    drafts = dict(form_drafts._drafts)
    now_is(BOLOT)
    assert "Typed by Anna." not in [area.value for area in tab.run().text_area]
    assert dict(form_drafts._drafts) == drafts


def test_a_button_of_the_one_before_does_nothing_for_whoever_signs_in_next(opened, now_is):
    paste(opened("import_document", who=BOLOT), SMALL_OBSERVATIONS)
    tab = paste(opened("import_document"), RUSSIAN_OBSERVATIONS)
    both = import_drafts.import_drafts().list_all()
    now_is(BOLOT)
    press(tab, "Discard the review")
    assert (import_drafts.import_drafts().list_all(), len(both)) == (both, 2)


def test_a_review_is_shown_only_while_its_editor_is_signed_in(opened, now_is, nobody_can_say):
    def sentences(tab: AppTest) -> list[str]:
        return [box.label for box in tab.checkbox] + re.findall(r"<blockquote.*?</blockquote>", html(tab), re.S)

    tab = paste(opened("import_document"), SMALL_OBSERVATIONS)
    before = sentences(tab.checkbox(key="import_tick_4").uncheck().run())
    nobody_can_say()
    assert (sentences(tab.run()), len(import_drafts.import_drafts().list_all())) == ([], 1)
    now_is(ANNA)
    assert (sentences(tab.run()), tab.checkbox(key="import_tick_4").value) == (before, False)


def test_a_draft_that_was_offered_is_not_answered_in_a_tab_whose_sign_in_ended(opened, now_is):
    paste(opened("import_document"), SMALL_OBSERVATIONS)
    (draft,) = import_drafts.import_drafts().list_all()
    import_drafts.import_drafts().change(draft.id, lambda d: replace(d, offered_to=BOLOT.handle))
    theirs = opened("import_document", who=BOLOT)
    now_is(READER)
    press(theirs, "Open")
    (draft,) = import_drafts.import_drafts().list_all()
    assert (draft.owner, draft.offered_to) == (ANNA.handle, BOLOT.handle)


def test_no_editor_pushes_out_what_another_typed(monkeypatch):
    monkeypatch.setattr(form_drafts, "MAX_DRAFTS", 2)
    form_drafts._drafts.clear()
    for owner, number in (("anna", 0), *(("bolot", n) for n in range(9))):
        typed = {"edit_start_name": "", "edit_name": "A word."}
        tab = SimpleNamespace(session_state=typed, query_params={"what": "evidence", "id": f"e{number}"})
        monkeypatch.setattr(form_drafts, "st", tab)
        monkeypatch.setattr(form_drafts, "draft_owner", lambda owner=owner: owner)
        form_drafts.remember("edit_")
    kept = [(owner, dict(form)["id"]) for owner, form in form_drafts._drafts]
    assert kept == [("anna", "e0"), ("bolot", "e7"), ("bolot", "e8")]
