"""The pages of who may see what is private: keeping evidence and notes, seeing them marked, making evidence public."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.editing.test_private_evidence import REVIEWER, SECRET
from tests.support.canary_folder import lay
from tests.support.form_pages import errors, html, opening, press, put
from tracker.editing.private_evidence import PrivateFolder
from tracker.model.permissions import READER
from tracker.storage.dataset_reader import DatasetReader


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    monkeypatch.setenv("TRACKER_PRIVATE", str(tmp_path / "private"))
    return opening(tmp_path, monkeypatch, {})


def test_an_editor_keeps_evidence_privately_and_sees_it_marked(opened, tmp_path):
    page = opened(what="evidence")
    page.checkbox(key="edit_evidence__private").set_value(True).run()
    put(
        page,
        "edit_evidence__",
        publisher="A lawyer",
        summary_en="The client Jane Example wrote.",
        bears_setback=["r1"],
        id="letter",
    )
    press(page, "Save privately")
    assert "Saved privately. Only editors can see it." in html(page)
    assert sorted(path.name for path in (tmp_path / "data" / "evidence").iterdir()) == ["law.yaml"]
    for where in (opened("evidence"), opened("recommendation", id="r1")):
        assert "The client Jane Example wrote." in html(where)
        assert '<strong class="rt-private-word">Private</strong>' in html(where)
    assert "Publish…" not in html(opened("evidence"))
    for where in (
        opened("evidence", READER),
        opened("recommendation", READER, id="r1"),
        opened(who=READER, what="evidence", id="letter"),
    ):
        assert ("Jane" in html(where), "Private" in html(where)) == (False, False)

    version = PrivateFolder(tmp_path / "private", DatasetReader(tmp_path / "data")).read().evidence["letter"].version
    page = opened(what="evidence", id="letter", editing=version)
    put(page, "edit_evidence_letter_", publisher="Another lawyer", reason="A slip.")
    press(page, "Save the edit")
    assert "publisher: Another lawyer" in (tmp_path / "private" / "evidence" / "letter.yaml").read_text("utf-8")


def test_the_id_of_what_is_private_is_taken(opened, tmp_path):
    lay(tmp_path / "private", {"evidence/letter.yaml": SECRET})
    page = opened(what="evidence")
    put(page, "edit_evidence__", publisher="P", summary_en="S", id="letter")
    assert errors(press(page, "Add the evidence")) == ["- The id “letter” is taken. Choose another one."]


def test_a_note_is_kept_from_the_page(opened, tmp_path):
    page = opened("recommendation", id="r1")
    page.text_area(key="private_note_r1").set_value("Ask <b>again</b>.")
    press(page, "Save the note")
    assert ("The note is saved." in html(page), "Ask &lt;b&gt;again&lt;/b&gt;." in html(page)) == (True, True)
    assert page.text_area(key="private_note_r1").value == ""
    assert errors(press(page, "Save the note")) == ["The note is empty."]
    assert "Ask" not in html(opened("recommendation", READER, id="r1"))


def test_who_is_signed_out_keeps_no_note(opened, tmp_path, monkeypatch):
    page = opened("recommendation", id="r1")
    page.text_area(key="private_note_r1").set_value("Ask again.")
    monkeypatch.setattr("pages.shared.layout.current_person", lambda: READER)
    next(button for button in page.button if button.label == "Save the note").click().run()
    assert not (tmp_path / "private" / "notes").exists()


def test_a_reviewer_sees_what_becomes_public_and_publishes_it(opened, tmp_path):
    lay(tmp_path / "private", {"evidence/letter.yaml": SECRET})
    assert "There is nothing to publish here" in html(opened(what="publish", id="letter"))
    page = opened(who=REVIEWER, what="publish", id="letter")
    shown = html(page)
    yaml = shown.partition('<pre class="rt-private-yaml">')[2].partition("</pre>")[0]
    assert ("A letter." in yaml, "Jane" in shown, "editor-x7" in shown) == (True, False, False)
    press(page, "Make it public")
    public = (tmp_path / "data" / "evidence" / "letter.yaml").read_text("utf-8")
    assert [line for line in public.splitlines() if "recorded" not in line] == yaml.splitlines()
    assert "It is public now." in html(page)
    assert "A letter." in html(opened("recommendation", READER, id="r1"))
    assert not (tmp_path / "private" / "evidence" / "letter.yaml").exists()


def test_what_a_colleague_changed_in_between_is_not_made_public_unseen(opened, tmp_path):
    lay(tmp_path / "private", {"evidence/letter.yaml": SECRET})
    page = opened(who=REVIEWER, what="publish", id="letter")
    lay(tmp_path / "private", {"evidence/letter.yaml": SECRET.replace("A letter.", "Another one.")})
    press(page, "Make it public")
    assert ("Another one." in html(page), (tmp_path / "data" / "evidence" / "letter.yaml").exists()) == (True, False)


def test_the_safety_check_comes_before_anything_is_public(opened, tmp_path):
    lay(tmp_path / "private", {"evidence/letter.yaml": SECRET.replace("A letter.", "The client Jane Example wrote.")})
    page = press(opened(who=REVIEWER, what="publish", id="letter"), "Make it public")
    assert "<mark>Jane Example</mark>" in html(page)
    assert not (tmp_path / "data" / "evidence" / "letter.yaml").exists()


def test_without_a_private_folder_nothing_is_offered(opened, monkeypatch):
    monkeypatch.delenv("TRACKER_PRIVATE")
    assert opened(what="evidence").checkbox.values == []
    assert "rt-private" not in html(opened("recommendation", id="r1")) + html(opened("evidence"))


def test_what_was_meant_to_be_private_is_not_saved_publicly_when_the_folder_is_gone(opened, tmp_path, monkeypatch):
    page = opened(what="evidence")
    page.checkbox(key="edit_evidence__private").set_value(True).run()
    put(page, "edit_evidence__", publisher="P", summary_en="S", id="letter")
    monkeypatch.delenv("TRACKER_PRIVATE")
    page.run()
    assert errors(press(page, "Add the evidence")) == [
        "- The private folder is no longer there, or you may not see it. Nothing was saved."
    ]
