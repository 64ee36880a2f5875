"""A hand edit breaks a file: what it said before stays, with file and line for editors, until it is mended."""

import errno
import os
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from unittest.mock import Mock

import pytest

from tests.support.canary_folder import lay
from tests.support.small_dataset import ANNA, REVIEWER
from tests.support.story_folder import ASKED, DOCUMENTS, NEWS, TRACKER, made
from tracker.config import Config
from tracker.editing.private.eyes import THE_HOST
from tracker.editing.private.folder import PrivateFolder
from tracker.editing.redaction.remove_words import find_occurrences, redact, redact_folders, redaction_log
from tracker.editing.store import Store
from tracker.model.dataset import Dataset
from tracker.model.errors import Conflict, NoDataset, RedactionRefused, WriteFailed
from tracker.safety.redaction.terms import RedactionTerms
from tracker.storage.cache_registry import REDACTION_MARKER, clear_caches
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.open_storage import open_storage
from tracker.validation.check import check_folder

NAME = "Ivan Testov"
NAMED = ASKED.replace("Use should", f"{NAME} was held, use should")
R1, LAW = "recommendations/r1.yaml", "evidence/law.yaml"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return made(tmp_path / "data")


@pytest.fixture
def reader(data: Path) -> DatasetReader:
    """A running dashboard's reader: it has seen the folder when it was sound."""
    reader = DatasetReader(data, look_every=0)
    assert reader.read().problems == ()
    return reader


def said(found: Dataset) -> list[str]:
    return [str(problem).removeprefix(f"{found.root}/") for problem in found.problems]


@pytest.mark.parametrize(
    ("deed", "problem"),
    [
        (lambda path: path.write_text("by: [\n"), ":2: did not find expected node content; check the indentation, the colon and the quotes here and on the line above"),
        (lambda path: path.write_text(ASKED.replace("verification: seen", "verification: sure")), ":5: unknown verification 'sure'; one of seen, reported, to-check"),
        (lambda path: path.write_text(""), ":1: the file is empty; delete it, or start with the fields of the schema"),
        (lambda path: path.write_bytes(b"title: \xff\n"), ":1: not UTF-8; save the file with the encoding UTF-8"),
        (lambda path: path.write_bytes(b"#" * 1_000_001), ":1: the file has 1,000,001 bytes; the limit is 1,000,000"),
        (lambda path: path.unlink() or path.mkdir(), ":1: not a file; keep only YAML files here"),
        (
            lambda path: path.unlink() or path.symlink_to("nowhere"),
            ":1: cannot be read (No such file or directory); check its permissions",
        ),
    ],
)  # fmt: skip
def test_a_broken_record_stays_as_it_was_until_it_is_mended(data, reader, deed: Callable[[Path], object], problem):
    before, path = reader.read(), data / R1
    deed(path)
    broken = reader.read()
    assert (said(broken), broken.outdated_counts) == ([R1 + problem], {str(path): 1})
    assert broken.recommendations == before.recommendations
    assert list(broken.recommendations) == list(before.recommendations)
    # what is shown is summed; another version of the page, since it says what is broken
    assert (broken.checksums, broken.signature == before.signature) == (before.checksums, False)
    # a start from cold knows nothing of before, and never says that it has what the running one shows
    assert [str(p).removeprefix(f"{data}/") for p in check_folder(data)] == [R1 + problem]
    cold = DatasetReader(data).read()
    assert ("r1" in cold.recommendations, cold.signature == broken.signature) == (False, False)

    path.rmdir() if path.is_dir() else path.unlink()
    path.write_text(ASKED.replace("Repeal", "Abolish"))
    mended = reader.read()
    assert (mended.problems, mended.outdated_counts) == ((), {})
    assert mended.recommendations["r1"].title[""].text == "Abolish the punishments"


def test_a_second_broken_edit_keeps_what_was_good_and_says_the_new_line(data, reader):
    signatures = {reader.read().signature}
    for text, problem in (("by: [\n", ":2:"), ("\n\nissued_by: nobody\n", ":3:"), ("by: [\n", ":2:")):
        (data / R1).write_text(text)
        found = reader.read()
        assert (R1 + problem in said(found)[0], "r1" in found.recommendations) == (True, True)
        signatures.add(found.signature)
    assert len(signatures) == 3  # the same for the same text with the same records
    os.utime(data / R1, (1, 1))
    assert reader.read().signature in signatures


def test_what_is_deleted_is_gone_broken_or_not(data, reader):
    (data / R1).write_text("by: [\n")
    reader.read()
    (data / R1).unlink()
    (data / LAW).unlink()
    found = reader.read()
    assert (found.problems, found.outdated_counts, dict(found.evidence)) == ((), {}, {})
    assert "r1" not in found.recommendations


def test_settings_stay(data, reader):
    (data / "safety.yaml").write_text("words: {}\n")
    before = reader.read()
    (data / "tracker.yaml").write_text(TRACKER.replace("title: Drug policy", "titel: Drug policy"))
    (data / "safety.yaml").write_text("words: {\n")
    found = reader.read()
    assert (found.settings, found.safety, len(found.problems) > 1) == (before.settings, before.safety, True)
    assert found.outdated_counts == {str(data / "tracker.yaml"): 1, str(data / "safety.yaml"): 1}


BAD_ENTRY = DOCUMENTS.replace("title: CO 3", "titel: CO 3").replace("id: hrc-3", "id: hrc-4")


@pytest.mark.parametrize(
    "text",
    [
        BAD_ENTRY,  # one is broken, one was taken out, one is new
        DOCUMENTS.replace("id: co-3", "id: CO 3"),
        DOCUMENTS.replace("documents:", "document:"),
        DOCUMENTS + "  - {",
        DOCUMENTS + "  - {id: new, body: cescr}\n",
    ],
)
def test_a_register_stands_still_as_a_whole_until_it_is_mended(data, reader, text):
    before = reader.read()
    (data / "documents.yaml").write_text(text)
    found = reader.read()
    assert (list(found.documents), found.documents == before.documents) == (["co-3", "report", "co-4", "hrc-3"], True)
    assert (found.outdated_counts, len(found.problems) > 0) == ({str(data / "documents.yaml"): 4}, True)
    assert found.checksums == before.checksums
    (data / "documents.yaml").write_text(DOCUMENTS.replace("id: hrc-3", "id: hrc-4"))
    mended = reader.read()
    assert (mended.outdated_counts, mended.problems) == ({}, ())
    assert list(mended.documents) == ["co-3", "report", "co-4", "hrc-4"]


def test_at_the_first_start_a_register_shows_what_can_be_read(data):
    path = data / "documents.yaml"
    path.write_text(BAD_ENTRY)
    reader = DatasetReader(data, look_every=0)
    found = reader.read()
    assert (list(found.documents), found.outdated_counts) == (["report", "co-4", "hrc-4"], {})
    missing, unknown = (f"documents.yaml:2: {what}" for what in ("'title' is missing", "unknown key 'titel'"))
    assert [said.partition(";")[0] for said in said(found)] == [missing, unknown]
    # no good version is known: the newest readable entries are shown, and they stay while none can be read
    path.write_text(BAD_ENTRY.replace("id: hrc-4", "id: hrc-5"))
    assert list(reader.read().documents) == ["report", "co-4", "hrc-5"]
    path.write_text(BAD_ENTRY + "  - {")
    broken = reader.read()
    assert (list(broken.documents), broken.outdated_counts) == (["report", "co-4", "hrc-5"], {str(path): 3})


def test_nobody_saves_over_a_broken_edit(data, reader):
    store, seen = Store(reader), reader.read()
    (data / R1).write_text("by: [  # I am not done yet\n")
    (data / "documents.yaml").write_text(DOCUMENTS.replace("title: CO 3", "titel: CO 3"))
    r, d, other = seen.recommendations["r1"], seen.documents["co-3"], seen.documents["co-4"]
    for mine in (r, replace(r, version=""), d):
        with pytest.raises(Conflict) as raised:
            store.save(mine, by=ANNA, reason="A slip.")
        assert raised.value.current is None
    for mine in (replace(d, version=""), other, replace(d, id="new", version="")):
        with pytest.raises(WriteFailed, match=r"documents\.yaml: .* Correct this first\. Nothing was saved\."):
            store.save(mine, by=ANNA, reason="A slip.")
    assert (data / R1).read_text() == "by: [  # I am not done yet\n"
    assert (data / "documents.yaml").read_text() == DOCUMENTS.replace("title: CO 3", "titel: CO 3")
    # the others can be saved, also those that name what is broken
    (saved,) = store.save(replace(seen.evidence["law"], publisher="Kaktus"), by=ANNA, reason="A slip.")
    assert saved.publisher == "Kaktus"


def test_words_removed_for_safety_live_on_in_no_broken_record(data, tmp_path):
    (data / R1).write_text(NAMED)
    running = DatasetReader(data, look_every=0)
    running.read()
    (data / R1).write_text(NAMED + "tags: [\n")
    assert NAME in repr(running.read())
    redact_folders(Store(DatasetReader(data)), RedactionTerms([NAME]), by=REVIEWER, day=date(2026, 11, 24))
    after = running.read()
    assert NAME not in repr(after) and NAME not in repr(vars(running))
    assert (after.outdated_counts, "r1" in after.recommendations) == ({}, False)
    # broken again before the next look: what it said before the removal does not come back
    assert NAME not in (data / R1).read_text()


def test_words_that_stand_only_in_what_was_kept_are_forgotten_too(data, tmp_path):
    (data / R1).write_text(NAMED)
    running, places = DatasetReader(data, look_every=0), Config(data, tmp_path / "state")
    at = datetime(2026, 11, 24, tzinfo=UTC)
    running.read()
    (data / R1).write_text(ASKED + "tags: [\n")
    assert NAME in repr(running.read())
    store = Store(DatasetReader(data))
    assert find_occurrences(store, RedactionTerms([NAME]), at) == ()
    assert redact(store, places, RedactionTerms([NAME]), by=REVIEWER, at=at) == ()
    assert (NAME in repr(running.read()), running.read().redactions) == (False, ())
    told = (data / REDACTION_MARKER).read_text()
    assert re.fullmatch(r"forgot 2026-\S+Z reviewer-x1\n", told)
    (data / R1).write_text(ASKED)
    assert redact(store, places, RedactionTerms([NAME]), by=REVIEWER, at=at) == ()
    assert (data / REDACTION_MARKER).read_text() == told
    assert [entry.by for entry in redaction_log(store, places)] == ["reviewer-x1", "reviewer-x1"]


@pytest.fixture
def private(data: Path, tmp_path: Path) -> PrivateFolder:
    """It has been read, and its one item of evidence names somebody."""
    lay(tmp_path / "private", {"evidence/talk.yaml": NEWS.replace("The law", f"{NAME} says the law")})
    folder = PrivateFolder(tmp_path / "private", DatasetReader(data, look_every=0), THE_HOST)
    assert NAME in repr(folder.read(fresh=True))
    return folder


def test_what_editors_alone_see_stays_too_and_is_forgotten_with_the_rest(private):
    (private.root / "evidence" / "talk.yaml").write_text("kind: [\n")
    kept = private.read(fresh=True)
    assert (NAME in repr(kept), [problem.line for problem in kept.problems]) == (True, [2])
    clear_caches()
    assert NAME not in repr(private.read(fresh=True))


def test_what_editors_alone_see_is_forgotten_although_its_files_are_out_of_reach(private, monkeypatch):
    fail = Mock(side_effect=OSError(errno.EIO, "the disk is gone"))
    monkeypatch.setattr(type(open_storage(private.root)), "snapshot", fail)
    clear_caches()
    assert NAME not in repr(private.read())


# The folder goes away: readers go on, nothing is lost, it comes back by itself.


def moved(data: Path) -> str:
    data.rename(data.with_name("elsewhere"))
    return f"There is no folder {data}. Set TRACKER_DATA to the folder that holds tracker.yaml."


def unmounted(data: Path) -> str:
    moved(data)
    data.mkdir()
    return f"The folder {data} is empty. Restore its files."


def a_file(data: Path) -> str:
    moved(data)
    data.write_text("not a folder\n")
    return f"The folder {data} cannot be read (Not a directory). Check its permissions."


@pytest.mark.parametrize("deed", [moved, unmounted, a_file])
def test_a_folder_that_is_gone_stays_as_it_was_and_comes_back(data, deed):
    reader = DatasetReader(data, look_every=0)
    store, started, before = Store(reader), time.time(), reader.read()
    what = deed(data)
    for _ in range(3):
        assert reader.read(fresh=True) is before
    assert reader.unavailable and reader.unavailable.message == what
    assert started <= reader.unavailable.since <= time.time()
    # nothing is saved, neither an edit nor what is new: it would be in another folder than the rest
    law = before.evidence["law"]
    for e in (replace(law, publisher="Kaktus"), replace(law, id="new", version="")):
        with pytest.raises((WriteFailed, NoDataset)):
            store.save(e, by=ANNA, reason="A slip.")
    # and nobody is told that words stand nowhere
    with pytest.raises(RedactionRefused, match="Nothing was removed"):
        find_occurrences(store, RedactionTerms(["signed"]), datetime.now(UTC))
    with pytest.raises(NoDataset):
        redact_folders(store, RedactionTerms(["signed"]), by=REVIEWER, day=date(2026, 11, 24))

    left = sorted(path.name for path in data.rglob("*")) if data.is_dir() else []
    assert left in ([], [".lock"])
    data.unlink() if data.is_file() else shutil.rmtree(data, ignore_errors=True)
    data.with_name("elsewhere").rename(data)
    assert (reader.read() == before, reader.unavailable) == (True, None)
    (saved,) = store.save(replace(law, publisher="Kaktus"), by=ANNA, reason="A slip.")
    assert reader.read().evidence["law"] == saved


def test_what_changed_while_it_was_gone_shows_when_it_is_back(data):
    reader = DatasetReader(data, look_every=0)
    reader.read()
    moved(data)
    reader.read()
    (data.with_name("elsewhere") / "recommendations" / "r1.yaml").write_text(ASKED.replace("Repeal", "Abolish"))
    shutil.copytree(data.with_name("elsewhere"), data)
    assert reader.read().recommendations["r1"].title[""].text == "Abolish the punishments"
