"""The page that brings in a document: who sees it, what is read, reviewed and saved."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared import import_drafts
from tests.importing.test_document_records import INVENTED
from tests.support.form_pages import errors, html, paste, press, tick, tick_read
from tests.support.server_process import ROOT
from tests.support.small_dataset import ANNA, BOLOT
from tests.support.small_observations import RUSSIAN_OBSERVATIONS as RUSSIAN
from tests.support.small_observations import SMALL_OBSERVATIONS
from tests.support.story_folder import TRACKER, made
from tracker.accounts.accounts import create_invite
from tracker.accounts.accounts_file import AccountsFile
from tracker.editing.private.drafts import ImportDraft
from tracker.importing.documents.reader import read_document
from tracker.importing.documents.records import ParagraphChoice, new_document, records_to_save, review_paragraphs
from tracker.model.errors import ImportRefused
from tracker.model.permissions import READER
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

THEMES = "label: Policing, keywords: [possession of drugs]}\n  - {id: housing, label: Housing}"
SYNONYMS = "languages: [en, ru]\nsynonyms: [[possession of drugs, хранение наркотиков]]\n"
SETTINGS = TRACKER.replace("label: Policing}", THEMES) + SYNONYMS
FILES = {"tracker.yaml": SETTINGS}
pytestmark = pytest.mark.usefixtures("_reads_here")


def test_a_reader_sees_no_uploader(opened):
    page = opened("import_document", who=READER)
    assert "Only editors can add and edit." in html(page)
    assert page.text_area == []


def test_what_cannot_be_read_gets_a_sentence(opened):
    page = paste(opened("import_document"), "A text without numbers.")
    assert [error.split(".")[0] for error in errors(page)] == ["No numbered paragraphs were found in this file"]


def test_an_editor_reviews_unticks_and_saves_and_can_undo(opened, there):
    page = paste(opened("import_document"), SMALL_OBSERVATIONS)

    def ticks():
        return {box.label[:17]: box.value for box in page.checkbox}

    none = dict.fromkeys(
        ["State's reply due", "Selected for foll", "Paragraph 3", "Paragraph 4", "I compared what i"], False
    )
    assert (ticks(), save_button(page).label, save_button(page).disabled) == (none, "Save what is ticked", True)
    press(page, "Tick all that are clear")
    assert ticks() == {name: name[:1] != "I" for name in none}
    label = save_button(tick_read(page)).label
    assert label == "Save 2 recommendations (CESCR), 1 deadline (CESCR)"
    assert html(page).count("Selected for follow-up") == 1  # beside paragraph 3
    page.checkbox(key="import_tick_4").uncheck()
    page.text_input(key="import_title_3").set_value("Decriminalize possession")
    page.run()

    # the review survives a reload
    page = opened("import_document")
    assert page.checkbox(key="import_tick_4").value is False
    assert page.text_input(key="import_title_3").value == "Decriminalize possession"
    assert errors(press(tick_read(page), "Save 1 recommendation")) == []
    assert "Saved: 1 recommendation, 1 deadline." in html(page)
    assert "All recommendations of E/C.12/KGZ/CO/5" in html(page)
    assert not import_drafts.has_review()
    document = there("e-c12-kgz-co-5")
    assert document.follow_up.paragraphs == ("3 (a)",)
    (deadline,) = document.deadlines
    assert (deadline.kind, deadline.date, deadline.set_by) == ("reply", "2028-03-20", "computed")
    assert (deadline.source.paragraph, "within 24 months" in deadline.sentence[""].text) == ("5", True)
    assert [part.id for part in there("cescr-2026-3").parts] == ["a", "b"]

    # after a reload the undo stands on Import and under "To do"
    for file in ("import_document", "data_health"):
        assert "what=undo" in html(opened(file))
    assert "Last import: 1 new recommendation, 1 new document" in html(opened("import_document"))
    press(page, "Undo the last save")
    assert [there(name).events[-1].type for name in ("cescr-2026-3", "e-c12-kgz-co-5")] == ["withdrawn", "retired"]


def test_one_press_takes_the_number_of_a_footnote_out(opened, there):
    page = paste(opened("import_document"), f"{SMALL_OBSERVATIONS}6. The State party should end detention12 at once.\n")
    page = page.checkbox(key="import_note_6").set_value(True).run()
    page = page.checkbox(key="import_tick_6").set_value(True).run()
    assert (page.exception, page.checkbox(key="import_note_6").value) == ([], True)
    press(tick_read(page), save_button(page).label)
    assert there("cescr-2026-6").text[""].text == "The State party should end detention at once."


def test_the_safety_check_reads_every_text_and_keeps_the_review(opened, there):
    unsafe = SMALL_OBSERVATIONS.replace("end forced evictions", "end forced evictions, see +996 555 123 456")
    page = press(tick_read(tick(paste(opened("import_document"), unsafe))), "Save 2 recommendations")
    assert "+996 555 123 456" in html(page)
    assert (import_drafts.has_review(), there("cescr-2026-3")) == (True, None)
    page.checkbox(key="import_tick_4").uncheck().run()
    press(page, "Save 1 recommendation")
    assert there("cescr-2026-3")


def test_a_click_on_a_review_that_a_colleague_changed_saves_nothing(opened, tmp_path):
    press(tick_read(tick(paste(opened("import_document"), SMALL_OBSERVATIONS))), "Save 2 recommendations")
    changed = SMALL_OBSERVATIONS.replace("in all places", "in all closed places")
    file = tmp_path / "data" / "recommendations" / "cescr-2026-3.yaml"
    file.write_text(file.read_text().replace("origin: official", "origin: own"))
    page = paste(opened("import_document"), changed)
    tick_read(page.checkbox(key="import_tick_3").check().run())
    file.write_text(file.read_text().replace("in all places", "in many places"))
    press(page, "Save 1 recommendation")
    assert page.warning[-1].value.startswith("What is compared here has changed since you saw it")
    assert "in many places" in file.read_text()
    press(page, "Save 1 recommendation")  # with the colleague's words in view
    assert "in all closed places" in file.read_text()


def test_what_the_file_says_stands_in_words_before_a_save_without_paragraphs_and_readers_see_who_saved(
    opened, there, tmp_path
):
    file = tmp_path / "data" / "tracker.yaml"
    file.write_text(file.read_text() + "organisations: [{id: us, name: We, kind: civil-society}]\n")
    who = replace(ANNA, organisation="us")
    page = paste(opened("import_document", who=who), SMALL_OBSERVATIONS)
    assert "adopted: 20 March 2026" in html(page)
    assert "with the document at the UN: https://undocs.org/E/C.12/KGZ/CO/5" in html(page)
    page.text_input(key="import_document_title").set_value("Typed").run()
    press(tick_read(page), "Save the document, with 0 paragraphs")
    assert "The document is saved, with 0 paragraphs." in html(page)
    shown = html(opened("treaty_bodies", who=READER))
    assert "Entered by We." in shown and "title: wording of We" in shown
    page = tick(paste(opened("import_document", who=who), SMALL_OBSERVATIONS))
    press(tick_read(page), "Save 2 recommendations")
    shown = html(opened("recommendation", who=READER, id="cescr-2026-3"))
    assert "Entered by We." in shown and "title: wording of We" in shown


def test_what_a_state_wrote_is_refused_at_once_and_nothing_can_be_ticked(opened):
    page = paste(opened("import_document"), SMALL_OBSERVATIONS.replace("CO/5", "CO/5/Add.1"))
    assert [one.value.split(",")[0] for one in page.warning] == ["This seems to be what the State wrote"]
    assert ([*page.checkbox], [one.label for one in page.button if one.label[:4] in ("Save", "Tick")]) == ([], [])
    press(page, "Discard the review")
    assert not import_drafts.has_review()


FOREIGN = SMALL_OBSERVATIONS.replace("KGZ", "MRV").replace("Kyrgyzstan", "Marovia")
QUESTION = "These are recommendations to Marovia. Add them to the tracker on Kyrgyzstan?"


def save_button(page: AppTest):
    return next(button for button in page.button if button.label.startswith("Save"))


def test_another_states_document_is_not_ticked_and_not_saved_even_if_all_is_ticked(opened):
    page = paste(opened("import_document"), FOREIGN)
    assert [box.value for box in page.checkbox] == [False, False, False, False]
    tick(page)
    page.checkbox(key="import_deadline_reply").check().run()
    assert save_button(page).disabled
    told = "These are recommendations to Marovia. This tracker is about Kyrgyzstan"
    assert [told in text.value for text in (page.warning[0], page.info[-1])] == [True, True]  # at the top, too


def test_another_states_document_is_saved_only_after_a_confirmation_in_words(opened, there, tmp_path):
    file = tmp_path / "data" / "tracker.yaml"
    file.write_text(file.read_text() + "allow_other_states: true\n")
    page = tick(paste(opened("import_document"), FOREIGN))
    assert save_button(page).disabled
    next(box for box in page.checkbox if box.label == QUESTION).check().run()
    press(tick_read(page), "Save 2 recommendations")
    assert there("e-c12-mrv-co-5")


def test_a_second_file_of_another_state_is_refused(tmp_path):
    view = View(DatasetReader(made(tmp_path / "texts")).read(), date(2026, 6, 18))
    english = read_document(SMALL_OBSERVATIONS.encode())
    document = new_document(view, english, body="cescr", title="CO", cycle="5")
    choices = [ParagraphChoice(r, r.title) for r in review_paragraphs(view, english, None) if r.is_proposed]
    foreign = read_document(RUSSIAN.replace("KGZ", "MRV").replace("Кыргызстан", "Маровии").encode())
    with pytest.raises(ImportRefused, match="These are recommendations to Маровии"):
        records_to_save(view, english, document, choices=choices, reason={}, other=foreign)


def test_nobody_is_taken_to_have_read_what_is_ticked_later_and_a_joint_is_shown(opened):
    paged = SMALL_OBSERVATIONS.replace("State party to end", "State party to\n12\n\fKyrgyzstan\nend")
    paged = paged.replace("forced evictions.", "forced evic-\ntions.6")
    paged = paged.replace("implementation of the", "implementation of the\n13\n\fKyrgyzstan\n")
    page = tick(paste(opened("import_document"), paged))
    assert "Joined here: “… urges the State party to” + “end forced evictions.6 …”." in html(page)
    assert "Check their hyphens in the document: “evictions”" in html(page)
    assert "that of a footnote, which the committee&#39;s text does not have? “evictions.6”" in html(page)
    assert "Between them the file has: “12 Kyrgyzstan”." in html(page)
    # a possible number of a footnote is a question, which one press does not answer
    assert [page.checkbox(key=f"import_tick_{n}").value for n in (3, 4)] == [True, False]
    assert not save_button(tick_read(page)).disabled
    page.checkbox(key="import_tick_4").check().run()
    assert save_button(page).disabled
    assert any("Read what is ticked in the document itself" in info.value for info in page.info)


def test_a_tick_that_changes_with_the_press_of_save_counts(opened, there):
    page = tick_read(tick(paste(opened("import_document"), SMALL_OBSERVATIONS)))
    page.checkbox(key="import_tick_4").uncheck()
    page.text_input(key="import_title_3").set_value("Decriminalize possession")
    press(page, "Save 2 recommendations")  # as in a browser: all at once
    assert there("cescr-2026-3").title[""].text == "Decriminalize possession"
    assert there("cescr-2026-4") is None


def test_a_draft_is_handed_to_a_colleague_who_opens_it(opened, there, tmp_path):
    page = paste(opened("import_document"), SMALL_OBSERVATIONS)
    assert "No other editor can take it now." in [text.value for text in page.markdown]
    for who in (ANNA, BOLOT):  # a draft is handed to somebody with an account
        invite = partial(create_invite, handle=who.handle, role=who.role, at=datetime.now(UTC))
        AccountsFile(tmp_path / "state").update(invite)
    tick(page).checkbox(key="import_tick_4").uncheck().run()
    page.selectbox(key="hand_over_to").select(BOLOT.handle).run()
    assert "You handed your draft of E/C.12/KGZ/CO/5 to editor-bolot." in html(press(page, "Hand over"))

    # a draft that an older version wrote cannot be opened, so it is not in the way
    old = ImportDraft(kind="document", owner=BOLOT.handle, name="Old", content={"of": "another version"})
    import_drafts.import_drafts().start(old)
    theirs = opened("data_health", who=BOLOT)
    assert "editor-anna handed you a draft of E/C.12/KGZ/CO/5." in html(theirs)
    theirs = opened("import_document", who=BOLOT)
    assert [button.disabled for button in theirs.button if button.label == "Open"] == [False]
    press(theirs, "Open")
    assert theirs.checkbox(key="import_tick_4").value is False
    press(tick_read(theirs), "Save 1 recommendation")  # nobody read it for the other
    assert there("cescr-2026-3")
    assert [draft.name for draft in import_drafts.import_drafts().list_all()] == ["Old"]


def test_a_draft_in_the_private_folder_survives_a_restart(opened, tmp_path, monkeypatch):
    monkeypatch.setenv("TRACKER_PRIVATE", str(tmp_path / "private"))
    page = tick(paste(opened("import_document"), SMALL_OBSERVATIONS))
    page.checkbox(key="import_tick_4").uncheck().run()
    (file,) = (tmp_path / "private" / "import-drafts").iterdir()
    assert file.stat().st_mode & 0o077 == 0
    import_drafts.import_drafts().forget()  # as after a restart: only the file is left
    import_drafts._opened.clear()
    page = opened("import_document")
    assert page.checkbox(key="import_tick_4").value is False
    press(tick_read(page), "Save 1 recommendation")
    assert list((tmp_path / "private" / "import-drafts").iterdir()) == []
    assert [path for path in (tmp_path / "data").rglob("*") if "draft" in path.name] == []


def test_another_text_of_a_document_that_is_here_can_be_neither_ticked_nor_saved(opened):
    page = tick(paste(opened("import_document"), SMALL_OBSERVATIONS))
    press(tick_read(page.checkbox(key="import_deadline_reply").check().run()), "Save 2 recommendations")
    other = SMALL_OBSERVATIONS.replace("24 months", "12 months").replace("(b) Provide", "(b) Close them;\n(c) Provide")
    page = paste(opened("import_document"), other)
    assert [box.key for box in page.checkbox if str(box.key).startswith("import_")] == []
    assert "nothing of it is saved" in html(page) and "or it has other parts" in html(page)
    press(page, "Discard the review")
    page = paste(opened("import_document"), SMALL_OBSERVATIONS.replace("on 20 March", "on 10 March"))
    assert "adopted on 10 March 2026, here on 20 March 2026" in " ".join(one.value for one in page.info)


def test_a_copy_with_an_invented_paragraph_is_named_and_what_it_adds_is_not_ticked_with_the_rest(opened, there):
    press(tick_read(tick(paste(opened("import_document"), SMALL_OBSERVATIONS))), "Save 2 recommendations")
    page = paste(opened("import_document"), SMALL_OBSERVATIONS + INVENTED.replace("7. ", "7. The Committee is glad. "))
    told = "This file differs from the one from which E/C.12/KGZ/CO/5 was read, as far as it is here: paragraphs 7."
    assert told in " ".join(one.value for one in page.warning).replace("\\", "")
    assert "Tick all that are clear" not in {one.label for one in page.button}
    press(tick_read(page.checkbox(key="import_tick_7").check().run()), "Save 1 recommendation")
    assert (there("cescr-2026-7").verification, *there("cescr-2026-7").source.note) == ("to-check", "en", "ru")


def test_every_date_of_a_review_says_what_it_is():
    forms = {path.name: path.read_text("utf-8") for path in (ROOT / "tracker/templates/forms").glob("import_*.html")}
    bare = r"(?<!date=)(?<!: \" ~ )(?<![\w.])date\([^)]*\)"
    assert {name: found for name, text in forms.items() if (found := re.findall(bare, text))} == {}


def test_without_its_tick_no_paragraph_is_selected_and_an_uncertain_place_is_asked(opened, there):
    report = "6. The Committee requests the State party to submit its sixth periodic report by 31 March 2031.\n"
    page = paste(opened("import_document"), SMALL_OBSERVATIONS.rstrip() + " " + report)
    press(page, "Tick all that are clear")
    boxes = {
        name: page.checkbox(key=f"import_{name}") for name in ("selection", "deadline_reply", "deadline_next-report")
    }
    assert [box.value for box in boxes.values()] == [False, False, False]
    assert "look up in the document where it stands" in html(page)
    boxes["deadline_next-report"].check().run()
    page.text_input(key="import_deadline_next-report_paragraph").set_value("6").run()
    press(tick_read(page), "Save 2 recommendations")
    document = there("e-c12-kgz-co-5")
    assert (document.follow_up, [d.source.paragraph for d in document.deadlines]) == (None, ["6"])


def test_a_deadline_that_is_not_recognised_is_not_said_to_be_missing_in_the_document(opened):
    text = SMALL_OBSERVATIONS.replace("within 24 months", "in two years' time, more or less")
    assert text != SMALL_OBSERVATIONS
    shown = html(paste(opened("import_document"), text))
    assert "No deadline for a reply or a report was recognised." in shown and "names no deadline" not in shown
