"""One added field, from the form to every reader: what would count as implemented, on a recommendation."""

from tests.support.form_pages import html, opening, press, put
from tests.support.story_folder import TRACKER
from tracker.storage.dataset_reader import DatasetReader
from tracker.validation.check import check_folder

NAME, LABEL = "expected_action", "What would count as implemented"
FORM = "edit_recommendation_r1_"
FILES = {
    "tracker.yaml": f"{TRACKER}languages: [en, ru]\n",
    "recommendations/r1.yaml": (
        "issued_by: committee\ndocument: co-3\ntitle: End it\nsummary: It should end.\nverification: reported\n"
        "source: {document: co-3}\n"
    ),
}


def test_a_field_that_was_added_is_everywhere(tmp_path, monkeypatch):
    opened, folder = opening(tmp_path, monkeypatch, FILES), tmp_path / "data"

    def now():
        return DatasetReader(folder).read()

    def saved(text: str) -> str:
        page = opened("recommendation", id="r1", form="edit", editing=now().recommendations["r1"].version)
        put(page, FORM, expected_action_en=text, reason="The committee says so.")
        press(page, "Save the edit")
        return html(page)

    # form, history, diff; shown to readers on the page
    assert f"<h3>{LABEL}</h3>" not in html(opened("recommendation", id="r1"))
    saved("A decree repeals article 4.")
    page = saved("A law repeals article 4.")
    r = now().recommendations["r1"]
    assert [(edit.field, edit.old) for edit in r.history] == [(NAME, None), (NAME, "A decree repeals article 4.")]
    assert f"<h3>{LABEL}</h3>\n<p>A law repeals article 4." in page
    activity = html(opened("activity"))
    assert f"<dt>{LABEL} · English</dt>" in activity
    assert "<del>decree</del> <ins>law</ins>" in activity

    # search; tests/golden/fields.json says the same of exports, imports, translations and the template
    assert "End it" in html(opened("recommendations", q="repeals"))

    # scan
    saved("Call +996 555 000 111.")
    file = folder / "recommendations" / "r1.yaml"
    assert "+996" not in file.read_text("utf-8")  # the digits alone may be in a time
    file.write_text(file.read_text("utf-8").replace("A law", "Call +996 555 000 111. A law"), "utf-8")
    (problem,) = check_folder(folder)
    assert problem.message.startswith("a phone number identifies someone")
