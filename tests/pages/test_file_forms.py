"""Files in the forms of evidence and documents: what an editor sees of them, and where they are saved."""

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PIL import Image
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.testing.v1 import AppTest

from tests.support.canary_documents import canary_docx, pdf_with_text, saved
from tests.support.canary_images import CANARY, canary_jpeg
from tests.support.form_pages import CHOSEN, errors, html, press, put
from tests.support.small_dataset import BOLOT
from tracker.editing.private.folder import PrivateFolder
from tracker.editing.store import Store
from tracker.model.attached_files import AttachedFile
from tracker.model.errors import WriteFailed
from tracker.model.file_kind import FileKind
from tracker.model.permissions import READER
from tracker.model.records import Evidence
from tracker.storage.attached_files import read_text_pages

LOOKED = "I have looked at the whole picture and know whom it could put at risk"
E, NEW = "edit_evidence_law_", "edit_evidence__"
NOTE = ("note.txt", b"The law was read once.", "text/plain")
PRIVATE = True


def choose(page: AppTest, *files: tuple[str, bytes, str]) -> AppTest:
    page.file_uploader[0].set_value(list(files))
    page.run(timeout=60)
    assert page.exception == []
    return page


def key_of(page: AppTest, name: str) -> str:
    """The widget key that ends like this."""
    kinds = (page.text_input, page.checkbox, page.toggle, page.selectbox)
    (found,) = [str(widget.key) for kind in kinds for widget in kind if str(widget.key).endswith(name)]
    return found


def tick(page: AppTest, label: str) -> AppTest:
    next(box for box in page.checkbox if box.label == label).check()
    return page.run(timeout=60)


def kept(root: Path) -> list[str]:
    return sorted(path.suffixes[-1] for path in (root / "files").glob("*")) if (root / "files").is_dir() else []


def law(folder: PrivateFolder) -> Evidence:
    return folder.public.read(fresh=True).evidence["law"]


def private_of(folder: PrivateFolder) -> Sequence[AttachedFile]:
    return folder.files_of(law(folder))


def test_a_file_of_public_evidence_is_private_and_needs_no_reason(opened, folder, tmp_path):
    page = choose(opened(what="evidence", id="law"), ("law.pdf", saved(pdf_with_text("The law was read.")), ""))
    assert "text on 1 of 1 pages" in html(page)
    assert "The file stays private until a reviewer publishes it" in html(page)
    page.text_input(key=key_of(page, "caption")).set_value("The law itself")
    page.text_input(key=key_of(page, "where")).set_value("p. 1")
    page.selectbox(key=key_of(page, "_language")).set_value("ru")
    page = press(page, "Save the edit")
    assert "1 file is saved. Private: only editors of this tracker can read this." in html(page)
    (entry,) = private_of(folder)
    assert (entry.name, entry.kind, entry.pages, entry.language) == ("law.pdf", FileKind.PDF, "p. 1", "ru")
    assert {code: text.text for code, text in (entry.caption or {}).items()} == {"": "The law itself"}
    assert entry.recorded_by == "editor-anna"
    assert (law(folder).files, kept(tmp_path / "data")) == ((), [])
    assert kept(tmp_path / "private") == [".pdf", ".received", ".txt", ".webp"]
    for where in ("evidence", "recommendation"):
        assert "private file" not in html(opened(where, READER, id="r1"))
    entry = html(opened("evidence")).partition('id="e-law"')[2].partition("</article>")[0]
    assert '<a href="#rt-private-files">1 private file</a>' in entry
    shown = html(opened("evidence"))
    assert ("law.pdf" in shown, "data:image/webp;base64," in shown, "p. 1" in shown) == (True, True, True)


def test_a_file_of_private_evidence_is_in_its_record(opened, folder, tmp_path):
    page = choose(opened(what="evidence", private="yes"), ("n.txt", b"Call +996 555 000 111.", ""))
    put(page, NEW, publisher="A lawyer", summary_en="A letter.", id="letter", **CHOSEN)
    page = press(page, "Save privately")
    assert "Saved privately. Private: only editors of this tracker can read this." in html(page)
    assert "“+996 555 000 111”. It is saved privately." in page.warning[0].value.replace("\\", "")
    (entry,) = folder.read(fresh=True).evidence["letter-c0ffee"].files
    assert (entry.name, kept(tmp_path / "private"), kept(tmp_path / "data")) == ("n.txt", [".txt", ".txt"], [])


def test_without_a_private_folder_a_file_is_public_after_the_check_of_texts(opened, folder, tmp_path, monkeypatch):
    monkeypatch.delenv("TRACKER_PRIVATE")
    page = opened(what="evidence", id="law")
    assert "untouched original" not in html(choose(page, NOTE))
    page = choose(page, ("names.txt", b"Then Qorvek Zintal wrote. Call +996 555 000 111.", ""))
    assert errors(press(page, "Save the edit")) == [
        "- Confirm that the words listed above name nobody, or take the file out.",
        "- Please say in a sentence why you changed it.",
    ]
    assert "names.txt:</span> Then <mark>Qorvek Zintal</mark> wrote." in html(page)
    page.text_input(key=f"{E}reason").set_value("The text itself.")
    tick(page, "“Qorvek Zintal” is not a person's name")
    assert "<mark>+996 555 000 111</mark>" in html(press(page, "Save the edit"))
    assert (law(folder).files, kept(tmp_path / "data")) == ((), [])

    page = press(choose(page, NOTE), "Save the edit")
    (entry,) = law(folder).files
    assert (entry.name, kept(tmp_path / "data")) == ("note.txt", [".txt", ".txt"])


def test_a_picture_is_looked_at_before_it_is_saved_and_parts_are_gone(opened, folder):
    white = io.BytesIO()
    Image.new("RGB", (100, 80), "white").save(white, "PNG")
    page = choose(opened(what="evidence", id="law"), ("scan.png", white.getvalue(), "image/png"))
    assert "Look for faces, number plates, handwriting" in html(page)
    page = press(page, "Save the edit")
    assert errors(page) == ["- scan.png: look at the picture and tick the box that confirms it."]
    page.toggle(key=key_of(page, "_tool")).set_value(True).run()
    for name, value in {"left": 20.0, "top": 25.0, "width": 20.0, "height": 25.0}.items():
        next(field for field in page.number_input if str(field.key).endswith(f"n_{name}")).set_value(value)
    page = press(press(page, "Add this part"), "Add this part")
    assert "Part 1: 20–40 % from the left, 25–50 % from the top" in html(page) and "Part 2" not in html(page)
    next(field for field in page.number_input if str(field.key).endswith("n_left")).set_value(60.0)
    # the button of a part comes back when the parts are as many as before
    page = press(press(press(page, "Add this part"), "Remove part 2"), "Add this part")
    page = press(page, "Remove part 2")
    told = "- scan.png: parts are marked but not blacked out yet. Press “Black out now”."
    assert errors(press(page, "Save the edit")) == [told]
    assert "1 part is blacked out" in html(press(page, "Black out now"))
    tick(page, LOOKED)
    page = press(page, "Save the edit")
    (entry,) = private_of(folder)
    image = Image.open(io.BytesIO(folder.read_file(entry)))
    black = {(x, y) for x in range(100) for y in range(80) if image.getpixel((x, y)) == (0, 0, 0)}
    assert black == {(x, y) for x in range(20, 40) for y in range(20, 40)}


def test_the_untouched_original_is_kept_only_if_the_editor_says_so(opened, folder, tmp_path):
    photo = canary_jpeg(0)
    page = choose(opened(what="evidence", id="law"), ("photo.jpg", photo, "image/jpeg"))
    assert "GPS position" in html(page)
    assert CANARY not in html(page)
    tick(page, LOOKED)
    tick(page, "Also keep the untouched original (private)")
    assert "The original still has its metadata: place, names, serial numbers." in html(page)
    press(page, "Save the edit")
    (entry,) = private_of(folder)
    assert folder.seen_by(BOLOT).read_original(entry) == (FileKind.JPEG, photo)
    assert CANARY.encode() not in folder.read_file(entry)


def test_a_file_that_cannot_be_used_says_why_and_the_others_and_the_input_stay(opened, folder):
    page = opened(what="evidence", id="law")
    page.text_input(key=f"{E}publisher").set_value("24.kg agency")
    page = choose(page, ("broken.pdf", b"%PDF-1.7 broken", ""), NOTE)
    assert "The file is damaged or cut off." in html(page)
    page.text_input(key=f"{E}reason").set_value("Its name.")
    press(page, "Save the edit")
    assert [entry.name for entry in private_of(folder)] == ["note.txt"]
    assert law(folder).publisher == "24.kg agency"


def test_comments_and_changes_of_an_office_file_are_removed_on_request(opened, folder):
    page = choose(opened(what="evidence", id="law"), NOTE)
    assert [box.label for box in page.checkbox if box.label.startswith(("Remove the", "Accept the"))] == []
    page = choose(page, ("a.docx", canary_docx(), ""))
    tick(page, "Remove the comments")
    assert "Comments: 1" in html(page)
    tick(page, "Accept the tracked changes, so that deleted text is gone")
    press(page, "Save the edit")
    (entry,) = private_of(folder)
    text = "".join(read_text_pages(folder.root, entry.sha256).values())
    assert ("Inserted words." in text, "Deleted words." in text) == (True, False)


def test_a_conflict_keeps_the_chosen_file(opened, folder, tmp_path):
    page = choose(opened(what="evidence", id="law"), NOTE)
    page.text_input(key=f"{E}publisher").set_value("24.kg agency").run()
    before = law(folder)
    Store(folder.public).save(replace(before, identifier="N 1"), by=BOLOT, reason="Its number.")
    page.text_input(key=f"{E}reason").set_value("Its name.")
    page = press(page, "Save the edit")
    assert "rt-conflict" in html(page) and "note.txt" in html(page)
    press(page, "Replace with mine")
    e = law(folder)
    assert (e.publisher, e.identifier, [f.name for f in private_of(folder)]) == ("24.kg agency", "N 1", ["note.txt"])


def test_who_adds_public_evidence_with_a_file_is_told_that_only_the_file_is_private(opened):
    page = choose(opened(what="evidence"), NOTE)
    put(page, NEW, publisher="A gazette", summary_en="A law.", id="gazette", **CHOSEN)
    told = "Everybody can read the entry. 1 file is saved. Private: only editors of this tracker can read this."
    assert told in html(press(page, "Add the evidence"))


def test_if_only_the_files_cannot_be_saved_they_are_kept_and_saved_later(opened, folder, monkeypatch):
    add = PrivateFolder.add_files

    def full(*_: object, **__: object) -> None:
        raise WriteFailed("Could not write to disk (No space left on device). Nothing was saved.")

    page = choose(opened(what="evidence"), NOTE)
    put(page, NEW, publisher="A gazette", summary_en="A law.", id="gazette", **CHOSEN)
    monkeypatch.setattr(PrivateFolder, "add_files", full)
    page = press(page, "Add the evidence")
    assert page.warning[0].value.startswith("The entry is saved, but its files are not. They are still here")
    assert any("No space left" in error for error in errors(press(page, "Save the files")))
    monkeypatch.setattr(PrivateFolder, "add_files", add)
    press(page, "Save the files")
    e = folder.public.read(fresh=True).evidence["gazette"]
    assert [f.name for f in folder.files_of(e)] == ["note.txt"]
    assert "Save the files" not in [button.label for button in page.button]


def test_after_a_reload_the_page_says_which_files_are_lost_and_keeps_what_was_typed_for_them(opened):
    page = choose(opened(what="evidence", id="law"), NOTE)
    page.text_input(key=key_of(page, "caption")).set_value("The law itself").run()
    again = opened(what="evidence", id="law")
    lost = "because the page was loaded again or something was removed for safety. Choose it again: note.txt"
    assert lost in html(again)
    again = choose(again, NOTE)
    assert "because the page was loaded again" not in html(again)
    assert again.text_input(key=key_of(again, "caption")).value == "The law itself"
    assert "loaded again" not in html(choose(again))  # taken out by the editor


def test_a_file_that_was_sent_to_a_copy_that_ended_is_not_left_out_in_silence(opened, folder, monkeypatch):
    page, lost = opened(what="evidence", id="law"), "A file in the list is not here any more"
    # what Streamlit finds in a copy to which the file was not sent
    monkeypatch.setattr(MemoryUploadedFileManager, "get_files", lambda *_arguments, **_names: [])
    page.file_uploader[0].set_value([NOTE])
    page.text_input(key=f"{E}publisher").set_value("24.kg agency")
    page.text_input(key=f"{E}reason").set_value("Why not.")
    before = law(folder)
    press(page, "Save the edit")
    assert [warning.value.startswith(lost) for warning in page.warning] == [True]
    assert [lost in error for error in errors(page)] == [True]
    assert law(folder) == before


def test_who_signs_out_in_between_saves_no_file(opened, folder, monkeypatch):
    page = choose(opened(what="evidence", id="law"), NOTE)
    monkeypatch.setattr("pages.shared.layout.current_person", lambda: READER)
    page = press(page, "Save the edit")
    assert "Only editors can add and edit." in html(page)
    assert private_of(folder) == ()
