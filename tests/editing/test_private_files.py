"""Private files: of private evidence, and of public records until they are published, taken back or removed."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from tests.editing.test_private_evidence import LETTER
from tests.editing.test_unpublish import DAY
from tests.support.canary_folder import lay
from tests.support.small_dataset import ANNA, REVIEWER
from tests.support.story_folder import TRACKER, made
from tracker.editing.private.eyes import THE_HOST
from tracker.editing.private.folder import PrivateFolder
from tracker.editing.store import Store
from tracker.files.kept_file import CleanedFile, FilePage, FilePreview
from tracker.files.new_file import NewFile, new_file
from tracker.model.errors import Conflict, SafetyFindings, ValidationFailed
from tracker.model.events import Event
from tracker.model.file_kind import FileKind
from tracker.model.localized_text import TextVariant
from tracker.model.organisations import Privacy
from tracker.model.records import Evidence
from tracker.model.registers import Document
from tracker.model.safety_config import SafetyFinding
from tracker.model.vocabulary import EventType
from tracker.storage.attached_files import read_text_pages
from tracker.storage.dataset_reader import DatasetReader
from tracker.validation.check import check_folder

ORIGINAL = b"%PDF-1.7 by its author"


def a_file(
    data: bytes = b"%PDF-1.7 cleaned",
    *,
    name: str = "report.pdf",
    text: str = "The law was read.",
    caption: str = "",
    received: bytes = ORIGINAL,
    with_original: bool = False,
) -> NewFile:
    """A PDF of one page that is ready to be kept."""
    return new_file(
        CleanedFile(data, FileKind.PDF, name, FileKind.PDF, hashlib.sha256(received).hexdigest()),
        pages=(FilePage(1, text),),
        preview=FilePreview(b"webp of " + data, 8, 11),
        caption={"": TextVariant(text=caption)} if caption else None,
        original=received if with_original else None,
    )


REPORT, OTHER = a_file(with_original=True), a_file(b"%PDF-1.7 other", name="other.pdf", received=b"other")
DIGEST, RECEIVED = REPORT.entry.sha256, REPORT.received


@pytest.fixture
def folder(tmp_path: Path) -> PrivateFolder:
    data = made(tmp_path / "data", {"tracker.yaml": f"languages: [en, ru]\n{TRACKER}"})
    return PrivateFolder(tmp_path / "private", DatasetReader(data, look_every=0.0), THE_HOST)


def law(folder: PrivateFolder) -> Evidence:
    return folder.public.read(fresh=True).evidence["law"]


def document(folder: PrivateFolder) -> Document:
    return folder.public.read(fresh=True).documents["co-4"]


def kept(root: Path) -> list[str]:
    """The names of the files that are kept in a folder, with short names for the digests."""
    short = {f"{DIGEST}.{RECEIVED}": "original", DIGEST: "report", OTHER.entry.sha256: "other"}
    named = [path.name for path in root.glob("files/*") if path.suffix != ".received"]
    for digest, name in short.items():
        named = [one.replace(digest, name) for one in named]
    return sorted(named)


FOLDER = pytest.mark.folder_only
OWNERS = pytest.mark.parametrize("owner", [law, pytest.param(document, marks=FOLDER)])
WHOLE = ["original.pdf", "report.pages.txt", "report.pdf", "report.preview.webp"]
PUBLISHED = WHOLE[1:]


def private_letter(folder: PrivateFolder, *new: NewFile) -> Evidence:
    """Private evidence with these files."""
    letter = replace(LETTER, files=tuple(one.entry for one in new))
    return folder.save(letter, by=ANNA, reason="It came.", new_files=new)


def nothing_is_wrong(folder: PrivateFolder) -> bool:
    return (check_folder(folder.public.root), folder.check()) == ([], [])


def test_private_evidence_keeps_its_files_for_its_owner_alone(folder, tmp_path):
    (entry,) = private_letter(folder, REPORT).files
    assert (entry.recorded_by, kept(tmp_path / "private"), kept(tmp_path / "data")) == ("editor-anna", WHOLE, [])
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "private" / "files").iterdir()}
    assert (modes, (tmp_path / "private" / "files").stat().st_mode & 0o777) == ({0o600}, 0o700)
    assert (folder.read_file(entry), folder.read_preview(entry)) == (REPORT.data, REPORT.preview)
    assert read_text_pages(folder.root, entry.sha256)[1] == "The law was read."
    assert folder.seen_by(ANNA).read_original(entry) == (FileKind.PDF, ORIGINAL)
    assert nothing_is_wrong(folder)


@OWNERS
def test_a_new_file_of_a_public_record_is_private(folder, tmp_path, owner):
    record = owner(folder)
    (entry,) = folder.add_files(record, [REPORT], by=ANNA)
    assert (entry.recorded_by, replace(entry, recorded=None, recorded_by=None)) == ("editor-anna", REPORT.entry)
    assert folder.files_of(record) == (entry,)
    assert (kept(tmp_path / "private"), kept(tmp_path / "data"), owner(folder)) == (WHOLE, [], record)
    assert nothing_is_wrong(folder)


def test_several_files_are_added_behind_each_other_and_none_twice(folder):
    record = law(folder)
    added = folder.add_files(record, [REPORT, OTHER], by=ANNA)
    told = [(e.name, e.recorded) for e in folder.files_of(record)]
    assert told == [("report.pdf", added[0].recorded), ("other.pdf", added[1].recorded)]
    assert added[0].recorded < added[1].recorded
    with pytest.raises(ValidationFailed, match=r"report\.pdf is attached already"):
        folder.add_files(record, [a_file(b"%PDF-1.7 third"), REPORT], by=ANNA)
    assert folder.files_of(record) == added


def test_a_withdrawn_file_stays_with_who_withdrew_it(folder, tmp_path):
    record = law(folder)
    folder.add_files(record, [REPORT, OTHER], by=ANNA)
    folder.withdraw_file(record, DIGEST, by=REVIEWER)
    assert [entry.name for entry in folder.files_of(record)] == ["other.pdf"]
    ((withdrawn, _other),) = folder.read().files.values()
    assert [(event.type, event.recorded_by) for event in withdrawn.events] == [("withdrawn", "reviewer-x1")]
    assert set(WHOLE) < set(kept(tmp_path / "private"))
    with pytest.raises(ValidationFailed, match="the file is not there any more"):
        folder.withdraw_file(record, DIGEST, by=ANNA)
    assert nothing_is_wrong(folder)


def test_a_record_that_is_not_public_has_no_private_files(folder, tmp_path):
    for record in (LETTER, replace(document(folder), id="co-9")):
        with pytest.raises(ValidationFailed, match=f"there is no public .* '{record.id}'"):
            folder.add_files(record, [REPORT], by=ANNA)
    assert kept(tmp_path / "private") == []


@OWNERS
def test_a_published_file_leaves_the_private_folder_but_its_original_stays(folder, tmp_path, owner):
    record, public = owner(folder), Store(folder.public)
    folder.add_files(record, [REPORT, OTHER], by=ANNA)
    saved = folder.publish_file(record, DIGEST, public, by=REVIEWER)
    (entry,) = saved.files
    assert (owner(folder), entry.recorded_by) == (saved, "reviewer-x1")
    assert replace(entry, recorded=None, recorded_by=None) == REPORT.entry
    assert kept(tmp_path / "data") == PUBLISHED
    assert kept(tmp_path / "private") == ["original.pdf", "other.pages.txt", "other.pdf", "other.preview.webp"]
    assert [entry.name for entry in folder.files_of(saved)] == ["other.pdf"]
    assert folder.seen_by(ANNA).read_original(entry) == (FileKind.PDF, ORIGINAL)
    assert nothing_is_wrong(folder)
    assert folder.publish_file(saved, DIGEST, public, by=REVIEWER) == saved
    with pytest.raises(ValidationFailed, match="the file is not there any more"):
        folder.publish_file(saved, "ab" * 32, public, by=REVIEWER)


@pytest.mark.parametrize(
    ("unsafe", "what", "words"),
    [
        (a_file(text="It rained. Call +996 555 000 111."), "findings", "+996 555 000 111"),
        pytest.param(a_file(caption="Call +996 555 000 111."), "findings", "+996 555 000 111", marks=FOLDER),
        (a_file(text="Qorvek Zintal wrote it."), "candidates", "Qorvek Zintal"),
        pytest.param(a_file(caption="Qorvek Zintal wrote it."), "candidates", "Qorvek Zintal", marks=FOLDER),
        pytest.param(a_file(name="aidana-testova.pdf"), "candidates", "Aidana Testova", marks=FOLDER),
    ],
)
def test_what_may_identify_somebody_in_a_file_stays_private_until_it_is_settled(folder, tmp_path, unsafe, what, words):
    record, public = law(folder), Store(folder.public)
    (entry,) = folder.add_files(record, [unsafe], by=ANNA)
    check = folder.seen_by(REVIEWER).check_file_publication(entry, public)
    assert [finding.match.words for finding in getattr(check, what)] == [words]
    with pytest.raises(SafetyFindings):
        folder.publish_file(record, DIGEST, public, by=REVIEWER)
    assert (kept(tmp_path / "data"), law(folder)) == ([], record)

    def place(finding: SafetyFinding) -> tuple[str, str]:
        return (finding.text_field.record, finding.match.words)

    settled = {place(one) for one in (*check.findings, *check.candidates)}
    dismissing = Store(folder.public, is_dismissed=lambda finding: place(finding) in settled)
    folder.publish_file(record, DIGEST, dismissing, by=REVIEWER)
    assert kept(tmp_path / "data") == PUBLISHED


def test_the_files_of_private_evidence_are_checked_and_published_with_it(folder, tmp_path):
    public, dismissing = Store(folder.public), Store(folder.public, is_dismissed=lambda finding: True)
    letter = private_letter(folder, a_file(text="Qorvek Zintal wrote it.", with_original=True), OTHER)
    assert [one.match.words for one in folder.check_publication(letter, public).candidates] == ["Qorvek Zintal"]
    with pytest.raises(SafetyFindings):
        folder.publish(letter, public, by=REVIEWER)
    assert (kept(tmp_path / "data"), "letter" in folder.read(fresh=True).evidence) == ([], True)
    folder.publish(letter, dismissing, by=REVIEWER)
    published = folder.public.read(fresh=True).evidence["letter"]
    told = [(f.name, f.recorded_by) for f in published.files]
    assert told == [("report.pdf", "reviewer-x1"), ("other.pdf", "reviewer-x1")]
    assert kept(tmp_path / "private") == ["original.pdf"]
    assert nothing_is_wrong(folder)


def test_a_withdrawn_file_of_private_evidence_is_not_published_and_goes_with_its_past(folder, tmp_path):
    letter = private_letter(folder, REPORT, OTHER)
    first = replace(letter.files[0], events=(Event(type=EventType.WITHDRAWN),))
    letter = folder.save(replace(letter, files=(first, letter.files[1])), by=ANNA, reason="Not this one.")
    folder.publish(letter, Store(folder.public), by=REVIEWER)
    assert [file.name for file in folder.public.read(fresh=True).evidence["letter"].files] == ["other.pdf"]
    assert kept(tmp_path / "data") == ["other.pages.txt", "other.pdf", "other.preview.webp"]
    assert kept(tmp_path / "private") == []


@pytest.mark.parametrize(
    ("damage", "problem_said", "message"),
    [
        (Path.unlink, "is missing", "is not there any more; attach it again"),
        (
            lambda path: path.write_bytes(path.read_bytes().swapcase()),
            "was changed: it has other bytes than when it was attached",
            "has other bytes than those that were attached",
        ),
    ],
)
def test_a_damaged_file_is_reported_and_not_published(folder, tmp_path, damage, problem_said, message):
    record, public = law(folder), Store(folder.public)
    folder.add_files(record, [REPORT], by=ANNA)
    damage(tmp_path / "private" / "files" / f"{DIGEST}.pdf")
    (problem,) = folder.check()
    told = f"the file report.pdf {problem_said}; restore it from a backup, or withdraw it from the record"
    assert (Path(problem.path).name, problem.message) == ("law.yaml", told)
    with pytest.raises(ValidationFailed, match=rf"the file report\.pdf {message}"):
        folder.publish_file(record, DIGEST, public, by=REVIEWER)
    assert (kept(tmp_path / "data"), law(folder)) == ([], record)


def test_files_that_nothing_names_are_reported(folder, tmp_path):
    folder.add_files(law(folder), [REPORT], by=ANNA)
    lay(tmp_path / "private", {f"files/{'ab' * 32}.pdf": "x", f"files/{'ab' * 32}.pages.txt": "x"})
    unnamed = "no record names this file; check --fix removes it a week after it was written"
    told = [(Path(one.path).name, one.message) for one in folder.check()]
    assert told == [(f"{'ab' * 32}.pages.txt", unnamed), (f"{'ab' * 32}.pdf", unnamed)]
    assert folder.seen_by(ANNA).check() == []
    lay(tmp_path / "private", {"evidence/broken.yaml": "[1"})
    assert [Path(one.path).name for one in folder.check()] == ["broken.yaml"]  # it may name them


def test_a_list_of_files_for_no_record_is_reported(folder, tmp_path):
    folder.add_files(law(folder), [REPORT], by=ANNA)
    lists = tmp_path / "private" / "evidence_files"
    (lists / "law.yaml").rename(lists / "lew.yaml")
    (problem,) = folder.check()
    told = "there is no public evidence with this id; correct the file's name"
    assert (Path(problem.path).name, problem.message) == ("lew.yaml", told)


@OWNERS
def test_a_file_taken_back_leaves_nothing_in_public(folder, tmp_path, owner):
    public = Store(folder.public)
    folder.add_files(owner(folder), [a_file(caption="As handed over.", with_original=True), OTHER], by=ANNA)
    before = owner(folder)
    for digest in (DIGEST, OTHER.entry.sha256):
        folder.publish_file(owner(folder), digest, public, by=REVIEWER)
    translated = owner(folder)
    caption = {**translated.files[0].caption, "ru": TextVariant(text="Как передано.")}
    files = (replace(translated.files[0], caption=caption), translated.files[1])
    (translated,) = public.save(replace(translated, files=files), by=ANNA, reason="Translated.")
    saved = folder.unpublish_file(translated, DIGEST, public, by=REVIEWER)
    assert (saved, [file.name for file in saved.files]) == (owner(folder), ["other.pdf"])
    raw = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*.yaml"))
    words = (DIGEST, RECEIVED, "report.pdf", "handed over", "передано")
    assert [word for word in words if word.encode() in raw] == []
    assert kept(tmp_path / "data") == ["other.pages.txt", "other.pdf", "other.preview.webp"]
    assert (tmp_path / "data" / ".redacted").read_text().startswith("unpublished 2026-")
    for_all = Privacy(organisation="editors", shared_with="all")
    assert folder.files_of(saved) == (replace(translated.files[0], private=for_all),)
    assert kept(tmp_path / "private") == WHOLE
    assert nothing_is_wrong(folder)
    assert folder.publish_file(saved, DIGEST, public, by=REVIEWER).files[1].caption == caption
    assert owner(folder).history == before.history


def test_only_what_was_seen_is_taken_back_and_only_what_is_there(folder, tmp_path):
    public = Store(folder.public)
    folder.add_files(law(folder), [REPORT], by=ANNA)
    seen = folder.publish_file(law(folder), DIGEST, public, by=REVIEWER)
    with pytest.raises(ValidationFailed, match="the file is not there any more"):
        folder.unpublish_file(seen, OTHER.entry.sha256, public, by=REVIEWER)
    public.save(replace(seen, identifier="Another"), by=ANNA, reason="A slip.")
    with pytest.raises(Conflict):
        folder.unpublish_file(seen, DIGEST, public, by=REVIEWER)
    assert (kept(tmp_path / "data"), folder.files_of(seen)) == (PUBLISHED, ())


def test_a_file_that_another_public_record_has_too_stays_public_there(folder, tmp_path):
    public = Store(folder.public)
    for owner in (law, document):
        folder.add_files(owner(folder), [REPORT], by=ANNA)
        folder.publish_file(owner(folder), DIGEST, public, by=REVIEWER)
    folder.unpublish_file(law(folder), DIGEST, public, by=REVIEWER)
    assert (kept(tmp_path / "data"), kept(tmp_path / "private")) == (PUBLISHED, WHOLE)
    folder.unpublish_file(document(folder), DIGEST, public, by=REVIEWER)
    assert (kept(tmp_path / "data"), kept(tmp_path / "private")) == ([], WHOLE)
    assert nothing_is_wrong(folder)


def test_the_files_of_evidence_made_private_go_with_it_and_its_private_files_too(folder, tmp_path):
    public = Store(folder.public)
    folder.add_files(law(folder), [REPORT, OTHER], by=ANNA)
    seen = folder.publish_file(law(folder), DIGEST, public, by=REVIEWER)
    name = folder.unpublish(seen, public, by=REVIEWER, day=DAY)
    private = folder.read(fresh=True).evidence[name]
    assert [file.name for file in private.files] == ["report.pdf", "other.pdf"]
    assert private.files[0] == seen.files[0]
    assert (law(folder).files, kept(tmp_path / "data"), folder.files_of(law(folder))) == ((), [], ())
    assert set(WHOLE) < set(kept(tmp_path / "private"))
    assert nothing_is_wrong(folder)
    folder.publish(private, public, by=REVIEWER)
    assert kept(tmp_path / "private") == ["original.pdf"]
