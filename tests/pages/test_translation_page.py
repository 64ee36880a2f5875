"""Translating on its page: the source beside the field, what is saved, and what an edit says about translations."""

from tests.support.form_pages import html, press, put
from tests.support.story_folder import ASKED, NEWS, TRACKER
from tracker.model.permissions import READER

TIME = "2026-01-31T12:00:00.000000Z"
FILES = {
    "tracker.yaml": TRACKER + "languages: [en, ru, ky]\nfallback: {ky: [ru, en], en: [ru]}\n",
    "recommendations/r1.yaml": ASKED
    + f"assessments:\n  - {{voice: state, date: 2025, reason: {{ru: Причина}}, recorded: {TIME}}}\n",
    "evidence/law.yaml": NEWS.replace("summary: The law was signed.", "summary: {en: One, ru: Один}"),
}
E = "edit_evidence_law_"


def test_an_assessment_is_translated_beside_its_source(opened, there):
    page = opened(what="translation", of="recommendations", id="r1", to="en")
    assert ("Translate into: English" in html(page), "Причина" in html(page)) == (True, True)
    put(page, "translate_r1_en_", **{f"text_assessments/{TIME}/reason": "A reason"})
    press(page, "Save the translation")
    assert there("r1").assessments[0].reason["en"].text == "A reason"
    assert "Nothing is left to translate here." in html(page)
    press(page, "Undo the last save")
    assert "en" not in there("r1").assessments[0].reason


def test_an_edit_says_what_becomes_outdated_and_the_editor_may_call_it_still_right(opened, there):
    page = put(opened(what="evidence", id="law"), E, summary_en="Two", reason="Clearer.")
    (notice,) = [info.value for info in page.info]
    assert notice.endswith("Русский (Summary).")
    press(page, "Save the edit")
    assert "1 translation of an earlier text" in html(opened("translations"))
    assert "перевод прежнего текста" in html(opened("evidence", lang="ru"))

    page = opened(what="translation", of="evidence", id="law", to="ru")
    assert "<del>One</del> <ins>Two</ins>" in html(page)
    page.checkbox(key="translate_law_ru_right_summary").check()
    page.run()
    press(page, "Save the translation")
    assert there("law").history[-1].still_right == ("ru",)
    assert "earlier text" not in html(opened("translations"))
    assert "перевод прежнего текста" not in html(opened("evidence", lang="ru"))


def test_a_reader_translates_nothing(opened):
    page = opened(who=READER, what="translation", of="evidence", id="law", to="ky")
    assert ("Only editors can add and edit." in html(page), len(page.text_area)) == (True, 0)
