"""The page "Prepare a submission": what is proposed, what is written, what is checked, and the file that is saved."""

import io
import re
from base64 import b64decode

from docx import Document as open_docx

from pages.shared import form_drafts
from tests.support.canary_folder import CANARY, EVIDENCE, lay
from tests.support.form_pages import html, press, put
from tests.support.small_dataset import ANNA
from tests.support.story_folder import DOCUMENTS, GRADED
from tracker.model.permissions import READER, Person, Role

PRIVATE = True
FILES = {
    "documents.yaml": DOCUMENTS.replace(
        "issued: 2022-12-09, verification: seen",
        "issued: 2022-12-09, verification: seen, follow_up: {verification: seen, paragraphs: [20]}",
    ),
    "recommendations/hrc-3-20.yaml": GRADED + "paragraph: 20\n",
    "recommendations/hrc-3-21.yaml": GRADED + "paragraph: 21\n",
}
ADDRESS = {"of": "follow-up", "id": "ccpr", "to": "en"}
PREFIX = "submission_follow-up_ccpr_en_text_hrc-3-20_"


def saved(page):
    """The name and the text of the file that the page offers."""
    found = re.search(r'data-bytes="([^"]+)" data-file="([^"]+)"', html(page))
    assert found, html(page)[-2000:]
    document = open_docx(io.BytesIO(b64decode(found[1])))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return found[2], "\n".join(
        [*(p.text for p in document.paragraphs), *cells, document.sections[0].header.paragraphs[0].text]
    )


def test_the_selected_paragraphs_are_proposed_and_what_is_written_is_in_the_file(opened):
    page = opened("submission", **ADDRESS)
    assert page.exception == []
    assert page.multiselect(key="submission_follow-up_ccpr_en_ids").value == ["hrc-3-20"]
    assert "Nobody has assessed this yet. No evidence." in html(page)
    put(page, PREFIX, situation="It became worse.", impact="", comments="", grade="B")
    assert "It is not known here how long it may be." in html(page)
    name, text = saved(press(page, "Make the Word file"))
    assert re.fullmatch(r"follow-up-ccpr-\d{4}-\d\d-\d\d-en\.docx", name)
    assert "It became worse." in text and "Confidential" not in text


def test_the_page_begins_with_a_committee_that_selected_paragraphs(opened):
    page = opened("submission")
    assert [box.value for box in page.selectbox if box.label == "Committee"] == ["ccpr"]


def test_a_draft_waits_for_its_editor_and_for_nobody_else(opened):
    put(opened("submission", **ADDRESS), PREFIX, situation="It became worse.")
    again = opened("submission", **ADDRESS)
    assert again.text_area(key=f"{PREFIX}situation").value == "It became worse."
    assert "You have an unsaved draft of a submission." in html(opened("submission", **{**ADDRESS, "of": "brief"}))
    assert "unsaved draft" not in html(
        opened("submission", Person(Role.EDITOR, "editor-bermet"), **{**ADDRESS, "of": "brief"})
    )
    again = opened("submission", **ADDRESS)
    press(again, "Discard and close")
    press(again, "Discard it")
    assert again.text_area(key=f"{PREFIX}situation").value == ""
    assert dict(form_drafts._drafts) == {}


def test_what_may_identify_a_person_stops_the_file(opened):
    page = put(opened("submission", **ADDRESS), PREFIX, situation="Call her: +996 555 123 456.")
    press(page, "Make the Word file")
    assert "data-bytes" not in html(page) and "+996 555 123 456" in html(page)


def test_readers_get_no_form_and_no_entry_in_the_menu(opened):
    page = opened("submission", READER, **ADDRESS)
    assert page.text_area == [] and "Prepare a submission" not in html(page)
    menus = [html(opened("overview", who)) for who in (ANNA, READER)]
    assert ['href="/submission' in menu for menu in menus] == [True, False]


def test_private_evidence_of_the_own_organisation_is_in_the_file_only_if_it_was_ticked(opened, tmp_path):
    lay(tmp_path / "private", {"evidence/letter.yaml": EVIDENCE.replace("ngo-2024-r8", "hrc-3-20")})
    page = opened("submission", **ADDRESS)
    assert CANARY not in saved(press(page, "Make the Word file"))[1]
    page.checkbox(key="submission_follow-up_ccpr_en_private_hrc-3-20_letter").set_value(True).run()
    name, text = saved(press(page, "Make the Word file"))
    assert name.startswith("confidential-follow-up-ccpr-") and f"{CANARY} seen" in text
    assert "Confidential: not for publication" in text
