"""The page on which a reviewer removes words for safety: what it shows first, what it does, and who has it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared import form_drafts, import_drafts
from tests.support.canary_folder import lay
from tests.support.form_pages import errors, html, press, put
from tests.support.small_dataset import ANNA, BOLOT, REVIEWER
from tests.support.story_folder import ASKED, NEWS, RECORDED
from tracker.editing.private.drafts import ImportDraft
from tracker.editing.redaction import remove_words
from tracker.model.permissions import READER
from tracker.storage.cache_registry import clear_caches, note_own_redaction, take_out_since
from tracker.storage.folder.storage import FolderStorage, lock_file

NAME = "Ivan Testov"
SHOW, REMOVE = "Find them", "Remove them for good"
TEXT = ASKED.replace("Use should", f"{NAME} and use should") + RECORDED + "\n"
FILES, PRIVATE = {"recommendations/r1.yaml": TEXT}, True
NOTE = f"# {NAME}\nnotes:\n  - {{text: It rained on {NAME}., recorded_by: editor-x1}}\n"
STATE = "state/channels.yaml"
WHERE = ["data/recommendations/r1.yaml", "private/notes/r1.yaml", STATE]
OTHERS = "Private files that you may not read are not searched for you."


@pytest.fixture
def opened(opened: Callable[..., AppTest], tmp_path: Path) -> Callable[..., AppTest]:
    """The page, of a reviewer, with the name in the data folder, the private one and the one of the state."""
    lay(tmp_path, {"private/notes/r1.yaml": NOTE, STATE: f"# {NAME}\n"})
    return lambda file="edit", who=REVIEWER, **asked: opened(file, who, **{"what": "redact", **asked})


def typed(page: AppTest, words: str, *, whole: bool = False) -> AppTest:
    page.text_area[0].set_value(words)
    page.checkbox[0].set_value(whole)
    return press(page, SHOW)


def holding(folder: Path) -> list[str]:
    found = (path for path in folder.rglob("*") if path.is_file() and b"estov" in path.read_bytes())
    return sorted(path.relative_to(folder).as_posix() for path in found)


def buttons(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def test_a_refusal_names_no_path_of_the_machine(opened, tmp_path):
    (told,) = [one.value for one in typed(opened(), "summary").error]
    assert (told.startswith("evidence/law.yaml"), tmp_path.name in told) == (True, False)


def test_it_shows_the_sentences_without_the_words_first_and_changes_nothing(opened, tmp_path):
    page = typed(opened(), "ivan testov")
    listed = html(page).partition("Found in 2 places:")[2]
    for words in (
        'Recommendation: <a href="/recommendation?id=r1&amp;lang=en">Repeal the punishments</a> · Summary</p>',
        "<p>[…] and use should not be punished.</p>",
        'Private notes: <a href="/recommendation?id=r1&amp;lang=en">Repeal the punishments</a></p>',
        "<p>It rained on […].</p>",
        OTHERS,
    ):
        assert words in listed, words
    assert (".yaml" in listed, str(tmp_path) in listed, list(page.code)) == (False, False, [])
    assert ("estov" in html(page).lower(), holding(tmp_path)) == (False, WHERE)
    assert "It does not reach the version history (git), backups, or what was downloaded or sent before." in html(page)


def test_then_they_are_removed_from_every_folder_and_the_page_says_so_without_them(opened, tmp_path):
    page = press(typed(opened(), NAME), REMOVE)
    assert holding(tmp_path) == [STATE]
    for place in ("data", "private"):
        assert ((tmp_path / place / ".redacted").read_text("utf-8").split()[1:]) == ["reviewer-x1"]
    assert ("<b>The words have been removed.</b>" in html(page), OTHERS in html(page)) == (True, True)
    assert ("Last removal: " in html(page), "estov" in html(page)) == (True, False)
    assert ([field.value for field in page.text_area], REMOVE in buttons(page)) == ([""], False)
    kept = repr(page.session_state)
    told = ("estov" in kept, "redact" in kept, dict(page.query_params))
    assert told == (False, True, {"lang": "en", "what": "redact"})


def test_a_click_on_what_was_not_seen_does_nothing(opened, tmp_path):
    page, more = typed(opened(), NAME), "data/evidence/law.yaml"
    lay(tmp_path, {more: NEWS.replace("24.kg", NAME)})
    press(page, REMOVE)
    assert holding(tmp_path) == sorted([*WHERE, more])
    assert "Found in 3 places:" in html(page)
    press(page, REMOVE)
    assert holding(tmp_path) == [STATE]


def test_a_file_named_by_the_words_is_told_without_them_and_stays(opened, tmp_path):
    (tmp_path / "data" / "evidence" / "ivan-testov.yaml").write_text("kind: news\n")
    (said,) = errors(typed(opened(), NAME))
    assert ("the file name contains the words" in said, "testov" in said.lower()) == (True, False)
    assert holding(tmp_path) == WHERE


def test_while_somebody_else_saves_nothing_is_removed(opened, tmp_path, monkeypatch):
    page = typed(opened(), NAME)
    monkeypatch.setattr(FolderStorage.transaction.__wrapped__, "__kwdefaults__", {"patience": 0.1})
    with lock_file(tmp_path / "data" / ".lock"):
        press(page, REMOVE)
    assert errors(page) == ["Another save is still in progress. Nothing was removed; try again in a minute."]
    assert holding(tmp_path) == WHERE


@pytest.mark.parametrize("who", [ANNA, READER])
def test_only_a_reviewer_has_the_page_and_the_links_to_it(opened, who):
    page = opened(who=who)
    assert (len(page.text_area), buttons(page)) == (0, [])
    told = "Only a reviewer can remove words." if who is ANNA else "Nothing can be edited here"
    assert told in html(page)
    for file in ("recommendation", "evidence"):
        assert "what=redact" in html(opened(file, id="r1"))
        assert "what=redact" not in html(opened(file, who, id="r1"))


def test_who_is_no_reviewer_any_more_removes_nothing(opened, tmp_path, monkeypatch):
    page = typed(opened(), NAME)
    # the page was drawn for a reviewer; at the click it is asked again who this is
    asked = iter([REVIEWER])
    monkeypatch.setattr("pages.shared.layout.current_person", lambda: next(asked, ANNA))
    press(page, REMOVE)
    assert errors(page) == ["You are no longer signed in as a reviewer. Nothing was removed."]
    assert holding(tmp_path) == WHERE


def test_a_handle_that_is_removed_is_not_written_anew(opened, tmp_path):
    lay(tmp_path, {"private/notes/r1.yaml": NOTE.replace("editor-x1", "reviewer-x1")})
    press(typed(opened(), "reviewer-x1"), REMOVE)
    assert (tmp_path / "private" / ".redacted").read_text("utf-8").split()[1:] == ["removed-for-safety"]
    assert not (tmp_path / "data" / ".redacted").exists()
    told = (tmp_path / "private" / "notices" / "editors.yaml").read_text("utf-8")
    assert ("recorded_by: removed-for-safety" in told, "reviewer-x1" in told) == (True, False)


def test_searches_are_bounded_and_everybody_sees_how_many_there_were_but_not_which(opened, tmp_path, monkeypatch):
    monkeypatch.setattr(remove_words, "MAX_SEARCHES", 3)
    page = opened()
    for word in ("Qorvek A", "Qorvek B", "Qorvek C"):
        assert OTHERS in html(typed(page, word))
    (said,) = errors(typed(page, "Qorvek D"))
    assert said.startswith("You have searched 3 times within an hour. Nothing was removed.")
    assert (OTHERS in html(page), REMOVE in buttons(page)) == (False, False)
    shown = html(opened("data_health", ANNA))
    assert ("reviewer-x1 searched for words to remove: 3 times within an hour" in shown, "Qorvek" in shown) == (
        True,
        False,
    )
    assert "Searches for words" not in html(opened("data_health", READER))
    monkeypatch.delenv("TRACKER_PRIVATE")  # then the state has the list
    typed(opened(), "Qorvek")
    assert "recorded_by: reviewer-x1" in (tmp_path / "state" / "notices" / "_all.yaml").read_text("utf-8")


def test_what_another_process_removed_is_forgotten_when_an_editor_opens_a_page(opened, tmp_path):
    drafts = import_drafts.import_drafts()
    drafts.start(ImportDraft(kind="table", owner="editor-x1", name=NAME, content=NAME, in_memory=True))
    for who, marker, left in ((ANNA, "", 1), (READER, "2026-11-26T12:00:00.000000Z terminal\n", 1), (ANNA, None, 0)):
        if marker is not None:
            lay(tmp_path / "private", {".redacted": marker})
        opened("about", who)
        assert len(drafts.list_all()) == left


def test_words_that_are_only_in_private_files_are_confirmed_too(opened, tmp_path):
    lay(tmp_path, {"private/notes/r1.yaml": NOTE.replace(NAME, "Kim Sampleson")})
    page = press(typed(opened(), "Kim Sampleson"), REMOVE)
    assert b"Sampleson" not in (tmp_path / "private/notes/r1.yaml").read_bytes()
    assert "<b>The words have been removed.</b>" in html(page)


def test_an_unsaved_draft_loses_only_the_words_and_one_without_them_loses_nothing(opened, tmp_path):
    forms = {f"Typed by {NAME} today.": ANNA, "Typed without it.": BOLOT}
    for text, who in forms.items():
        put(opened("edit", who, what="evidence"), "edit_evidence__", title_en=text)
    page = typed(opened(), NAME)
    assert "Drafts of forms that editors have not saved: 2. A draft without these words stays as it is" in html(page)
    press(page, REMOVE)
    kept = {key[0]: draft["edit_evidence__title_en"] for key, draft in form_drafts._drafts.items()}
    assert kept.pop(BOLOT.handle) == "Typed without it."
    assert kept[ANNA.handle].startswith("Typed by (removed for safety 20") and kept[ANNA.handle].endswith(") today.")
    tab = opened("edit", BOLOT, what="evidence")
    assert tab.text_input(key="edit_evidence__title_en").value == "Typed without it."


def test_the_draft_of_an_uploaded_table_keeps_its_rows_and_loses_only_the_file(opened):
    drafts = import_drafts.import_drafts()
    content = {"imported": {"content": "UEsDBA==", "rows": [f"{NAME} said", "rain"]}}
    drafts.start(ImportDraft(kind="table", owner="anna-x1", name="t.xlsx", content=content, in_memory=True))
    page = typed(opened(), NAME)
    assert "Imports of tables that are not saved: 1. They lose the uploaded file" in html(page)
    press(page, REMOVE)
    ((file, (said, rain)),) = [draft.content["imported"].values() for draft in drafts.list_all()]
    assert (file, said.startswith("(removed for safety 20"), rain) == ("", True, "rain")


def test_if_another_process_removed_words_no_draft_is_kept_because_nobody_here_knows_them(opened):
    put(opened("edit", ANNA, what="evidence"), "edit_evidence__", title_en="Typed.")
    own, other = b"2026-01-01T00:00:00Z own\n", b"2026-01-02T00:00:00Z other\n"
    note_own_redaction(own, lambda value: value)
    clear_caches(take_out_since(b"", own))
    assert len(form_drafts._drafts) == 1
    clear_caches(take_out_since(b"", own + other))
    assert len(form_drafts._drafts) == 0
