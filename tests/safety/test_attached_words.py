"""Words in an attached file remove the file whole, from every folder and from everything that names it."""

import os
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.editing.test_private_evidence import LETTER
from tests.editing.test_private_files import DIGEST, OTHER, WHOLE, a_file, document, folder, kept, law, nothing_is_wrong
from tests.safety.test_redaction import bytes_in
from tests.support.canary_folder import lay
from tests.support.small_dataset import ANNA, REVIEWER
from tracker.config import Config
from tracker.editing.private.folder import PrivateFolder
from tracker.editing.private.notices import NoticeKind, PrivateNotices
from tracker.editing.redaction.remove_words import (
    find_occurrences,
    list_lines,
    list_redaction_places,
    redact,
    remove_file,
)
from tracker.editing.store import Store
from tracker.files.kept_file import FilePage
from tracker.files.new_file import NewFile
from tracker.model.errors import RedactionRefused, WriteFailed
from tracker.model.file_kind import FileKind
from tracker.model.localized_text import TextVariant
from tracker.safety.redaction.files import without_entries
from tracker.safety.redaction.terms import RedactionTerms
from tracker.storage.folder import atomic_write
from tracker.storage.open_storage import open_storage

__all__ = ("folder",)
AT = datetime(2026, 11, 26, 12, tzinfo=UTC)
TERMS = RedactionTerms(["Ivan Testov"])
SAFE = a_file(with_original=True)


def config(folder: PrivateFolder) -> Config:
    data, private = Path(folder.public.root), Path(folder.root)
    return Config(data, private.parent / "state", private=private)


def redacted(folder: PrivateFolder, terms: RedactionTerms = TERMS) -> list[str]:
    changed = redact(Store(folder.public), config(folder), terms, by=REVIEWER, at=AT)
    return sorted(str(file.path.relative_to(Path(folder.root).parent.resolve())) for file in changed)


def everywhere(folder: PrivateFolder, new: NewFile) -> None:
    """A file that is public in evidence, private in a document and in private evidence, and withdrawn there; another one."""
    public = Store(folder.public, is_dismissed=lambda finding: True)
    folder.add_files(law(folder), [new, OTHER], by=ANNA)
    folder.publish_file(law(folder), DIGEST, public, by=REVIEWER)
    folder.add_files(document(folder), [new], by=ANNA)
    folder.withdraw_file(document(folder), DIGEST, by=ANNA)
    folder.save(replace(LETTER, files=(new.entry,)), by=ANNA, reason="It came.", new_files=[new])


def names(folder: PrivateFolder) -> dict[str, list[str]]:
    """What still names a file: file → names."""
    private = folder.read(fresh=True)
    named = {record_id: files for (_, record_id), files in private.files.items()}
    named |= {e.id: e.files for e in private.evidence.values()}
    named |= {"public law": law(folder).files}
    return {owner: [file.name for file in files] for owner, files in named.items()}


def with_text(*pages: str) -> NewFile:
    return replace(SAFE, pages=tuple(FilePage(n, text) for n, text in enumerate(pages, 1)))


def with_caption(caption: dict[str, str]) -> NewFile:
    texts = {code: TextVariant(text=text) for code, text in caption.items()}
    return replace(SAFE, entry=replace(SAFE.entry, caption=texts))


FOLDER = pytest.mark.folder_only  # where the words stand makes no difference to a database


@pytest.mark.parametrize(
    "new",
    [
        with_text("It rained.", "Then Ivan\nTestov spoke."),
        pytest.param(with_text("Of Ivan Tes-\ntov."), marks=FOLDER),
        pytest.param(with_text("Of Ivan Tes-", "\ntov."), marks=FOLDER),
        pytest.param(with_text("Of Ivan", "Testov."), marks=FOLDER),
        pytest.param(with_caption({"": "As Ivan Testov gave it."}), marks=FOLDER),
        with_caption({"en": "As given.", "ru": "От Ivan Testov."}),
        a_file(name="Ivan Testov.pdf", with_original=True),
        pytest.param(a_file(name="letter_ivan-testov_2.pdf", with_original=True), marks=FOLDER),
        pytest.param(replace(SAFE, entry=replace(SAFE.entry, pages="of Ivan Testov")), marks=FOLDER),
    ],
)
def test_the_words_remove_the_file_and_all_that_names_it(folder, tmp_path, new):
    everywhere(folder, new)
    assert (set(WHOLE) < set(kept(tmp_path / "private")), kept(tmp_path / "data")) == (True, WHOLE[1:])
    redacted(folder)
    rest = ["other.pages.txt", "other.pdf", "other.preview.webp"]
    assert (kept(tmp_path / "private"), kept(tmp_path / "data")) == (rest, [])
    assert names(folder) == {"law": ["other.pdf"], "co-4": [], "letter": [], "public law": []}
    assert [path for path in tmp_path.rglob("*.yaml") if DIGEST in path.read_text("utf-8")] == []
    assert (tmp_path / "data" / ".redacted").read_text().startswith("2026-")
    assert nothing_is_wrong(folder)
    assert redacted(folder) == []


def test_letters_in_bytes_and_in_digests_that_look_like_the_words_mean_nothing(folder, tmp_path):
    new = a_file(b"%PDF-1.7 Ivan Testov and \xff\xfe in a picture", received=b"Ivan Testov")
    folder.add_files(law(folder), [new], by=ANNA)
    assert redacted(folder) == []
    before = bytes_in(tmp_path)
    part = next(new.entry.sha256[i : i + 3] for i in range(60) if new.entry.sha256[i : i + 3].isalpha())
    assert redacted(folder, RedactionTerms([part])) == []
    after, marker = bytes_in(tmp_path), tmp_path / "private" / ".redacted"
    assert after == before | {marker: after[marker]}


def test_a_text_file_and_a_web_page_are_searched_themselves_too(folder, tmp_path):
    link = b'<a href="https://example.org/">x</a><!-- Ivan Testov -->'
    page = replace(SAFE, data=link, pages=(), preview=None, original=None)
    page = replace(page, entry=replace(page.entry, kind=FileKind.HTML, name="x.html", size=len(link)))
    folder.add_files(law(folder), [page], by=ANNA)
    assert redacted(folder) == ["private/evidence_files/law.yaml", f"private/files/{DIGEST}.html"]
    assert (names(folder)["law"], kept(tmp_path / "private")) == ([], [])


def test_an_original_that_holds_words_that_were_cleaned_away_goes_alone(folder, tmp_path):
    original = (FileKind.TEXT, b"Ivan Testov wrote this.")
    folder.add_files(law(folder), [replace(SAFE, original=original)], by=ANNA)
    assert redacted(folder) == [f"private/files/{DIGEST}.{SAFE.received}.txt"]
    assert kept(tmp_path / "private") == WHOLE[1:]


def test_words_elsewhere_in_the_same_record_are_replaced_and_comments_stay(folder, tmp_path):
    folder.add_files(law(folder), [with_text("Ivan Testov"), OTHER], by=ANNA)
    path = tmp_path / "private" / "evidence_files" / "law.yaml"
    path.write_text(path.read_text().replace("\nfiles:", "\n# of Ivan Testov, and more\nfiles:"))
    redacted(folder)
    text = path.read_text()
    assert ("# of (removed for safety 2026-11-26), and more" in text, DIGEST in text) == (True, False)
    assert names(folder)["law"] == ["other.pdf"]


def test_a_file_in_which_nothing_can_be_read_is_removed_by_hand(folder, tmp_path):
    photo = replace(SAFE, pages=(), entry=replace(SAFE.entry, kind=FileKind.PNG))
    everywhere(folder, photo)
    changed = remove_file(Store(folder.public), config(folder), DIGEST, by=REVIEWER, at=AT)
    assert sorted(file.path.name for file in changed) == ["co-4.yaml", "law.yaml", "letter.yaml"]
    assert (kept(tmp_path / "data"), [name for name in kept(tmp_path / "private") if "other" not in name]) == ([], [])
    assert names(folder) == {"law": ["other.pdf"], "co-4": [], "letter": [], "public law": []}
    assert (tmp_path / "data" / ".redacted").read_text().endswith("2026-11-26T12:00:00.000000Z reviewer-x1\n")
    assert nothing_is_wrong(folder)
    assert remove_file(Store(folder.public), config(folder), DIGEST, by=REVIEWER, at=AT) == ()


def test_where_words_are_is_shown_as_file_and_page_and_without_them(folder, tmp_path):
    folder.add_files(law(folder), [with_text("It rained.", "Then Ivan Testov spoke. It ended.")], by=ANNA)
    folder.add_files(document(folder), [a_file(b"%PDF-1.7 b", name="ivan-testov.pdf", received=b"b")], by=ANNA)
    found = find_occurrences(Store(folder.public), TERMS, AT, open_storage(folder.root))
    lines = [line.removeprefix(f"{tmp_path}/private/") for line in list_lines(found)]
    assert lines == ["document_files/co-4.yaml:3", "evidence_files/law.yaml:3", f"files/{DIGEST}.pages.txt: page 2"]
    assert [
        (place.file.label, place.file.id, place.field, place.sentence, place.page)
        for place in list_redaction_places(found, TERMS)
    ] == [
        ("Private files of a document", "co-4", "Attached file", "[…]", 0),
        ("Private files of evidence", "law", "Attached file", "report.pdf", 0),
        ("Attached file", "report.pdf", "", "Then […] spoke.", 2),
    ]


def test_what_an_interrupted_save_left_of_a_file_goes_if_it_holds_the_words(folder, tmp_path):
    folder.add_files(law(folder), [SAFE], by=ANNA)
    files = tmp_path / "private" / "files"
    (files / f".{'ab' * 32}.pages.txt.new").write_text("Ivan Testov")
    (files / f".{'ab' * 32}.pdf.new").write_bytes(b"\xff\xfe of nobody")
    redacted(folder)
    assert sorted(path.name for path in files.glob(".*")) == [f".{'ab' * 32}.pdf.new"]
    assert len(list(files.glob("[!.]*"))) == len(WHOLE)


def test_a_file_that_names_it_and_cannot_be_read_is_corrected_first(folder, tmp_path):
    """A public file stops the removal. A private one does not: its owner is told. The host is stopped by both."""
    folder.add_files(law(folder), [with_text("Ivan Testov")], by=ANNA)
    broken = {"evidence/broken.yaml": f"files:\n  - sha256: {DIGEST}\n  - [1\n"}
    lay(tmp_path / "private", broken)
    with pytest.raises(RedactionRefused, match=r"broken\.yaml:\d+: it names an attached file that is removed"):
        find_occurrences(Store(folder.public), TERMS, AT, open_storage(folder.root))
    lay(tmp_path / "data", broken)
    before = bytes_in(tmp_path)
    for removing in (
        lambda: redacted(folder),
        lambda: remove_file(Store(folder.public), config(folder), DIGEST, by=REVIEWER, at=AT),
    ):
        with pytest.raises(RedactionRefused) as refused:
            removing()
        assert re.match(r"evidence/broken\.yaml:\d+: it names an attached file that is removed", str(refused.value))
        assert bytes_in(tmp_path) == before
    (tmp_path / "data" / "evidence" / "broken.yaml").unlink()
    redacted(folder)
    assert (kept(tmp_path / "private"), names(folder)["law"]) == ([], [])
    told = {(notice.kind, notice.subjects) for notice in PrivateNotices(folder.root).of("editors")}
    assert (NoticeKind.LEFT, ("evidence/broken.yaml",)) in told


@pytest.mark.folder_only
def test_where_the_disk_fails_it_says_so_and_a_second_removal_ends_the_first(folder, tmp_path, monkeypatch):
    everywhere(folder, with_text("Ivan Testov"))
    replacing = os.replace

    def failing(one: Path, other: Path) -> None:
        if Path(other).suffix == ".yaml":
            raise OSError(28, "No space left on device")
        replacing(one, other)

    with monkeypatch.context() as patched:
        patched.setattr(atomic_write.os, "replace", failing)
        with pytest.raises(
            WriteFailed, match=r"No space left on device.*Some of it may be removed already; do it again"
        ):
            redacted(folder)
    assert names(folder)["public law"] == ["report.pdf"]
    redacted(folder)
    assert [name for name in (*kept(tmp_path / "data"), *kept(tmp_path / "private")) if "other" not in name] == []
    assert nothing_is_wrong(folder)


def test_the_edits_of_a_removed_file_go_with_it_and_those_of_others_stay():
    gone, stays = (
        {"sha256": digest, "recorded": at} for digest, at in ((DIGEST, "2026-01-05"), ("0" * 64, "2026-01-06"))
    )
    edits = [{"field": f"files/{file['recorded']}/caption/en", "old": "Before"} for file in (gone, stays)]
    values = {"files": [gone, stays], "history": [*edits, {"field": "title/en", "old": "A title"}]}
    assert without_entries(values, {DIGEST}) == {"files": [stays], "history": values["history"][1:]}
