"""The process ends between any two system calls while a private file is added, published or taken back."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePath

import pytest

from tests.editing.test_private_evidence import LETTER
from tests.editing.test_private_files import DIGEST, OTHER, RECEIVED, REPORT, a_file
from tests.safety.test_attached_words import AT, TERMS, config, everywhere, with_caption, with_text
from tests.safety.test_redaction import bytes_in
from tests.support.crash_simulation import Call, crashed
from tests.support.long import LONG
from tests.support.small_dataset import REVIEWER
from tests.support.story_folder import made
from tracker.config import Config
from tracker.editing.private.eyes import THE_HOST
from tracker.editing.private.folder import PrivateFolder, finish_unpublishing
from tracker.editing.private.publication import UNPUBLISHING
from tracker.editing.redaction.remove_words import redact, remove_file
from tracker.editing.store import Store
from tracker.files.kept_file import FilePage
from tracker.model.attached_files import AttachedFile
from tracker.model.dataset import all_records
from tracker.storage.attached_files import read_kept
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.folder.storage import FolderStorage
from tracker.validation.check import check_folder

Deed = Callable[[PrivateFolder], object]


def adds(folder: PrivateFolder) -> None:
    folder.add_files(folder.public.read().evidence["law"], [REPORT, OTHER], by=REVIEWER)


def publishes_a_file(folder: PrivateFolder) -> None:
    folder.publish_file(folder.public.read().evidence["law"], DIGEST, Store(folder.public), by=REVIEWER)


def takes_a_file_back(folder: PrivateFolder) -> None:
    folder.unpublish_file(folder.public.read().evidence["law"], DIGEST, Store(folder.public), by=REVIEWER)


def publishes_evidence(folder: PrivateFolder) -> None:
    e = folder.read().evidence.get("letter") or folder.public.read().evidence["letter"]
    folder.publish(e, Store(folder.public), by=REVIEWER)


def unpublishes_evidence(folder: PrivateFolder) -> None:
    e = folder.public.read().evidence["law"]
    folder.unpublish(e, Store(folder.public), by=REVIEWER, day=date(2026, 11, 26))


def with_a_letter(folder: PrivateFolder) -> None:
    new = [REPORT, OTHER]
    letter = replace(LETTER, files=tuple(one.entry for one in new))
    folder.save(letter, by=REVIEWER, reason="It came.", new_files=new)


def with_a_public_file(folder: PrivateFolder) -> None:
    adds(folder)
    publishes_a_file(folder)


DEEDS = (
    (lambda folder: None, adds),
    (adds, publishes_a_file),
    (with_a_public_file, takes_a_file_back),
    (with_a_letter, publishes_evidence),
    pytest.param(with_a_public_file, unpublishes_evidence, marks=pytest.mark.long),
)
"""(what was done before, what is interrupted)."""


def opened(here: Path) -> PrivateFolder:
    return PrivateFolder(here / "private", DatasetReader(here / "data"), THE_HOST)


def laid(root: Path, name: str) -> Path:
    """A copy of what was there at the start."""
    return Path(shutil.copytree(root / "start", root / name))


def entries(folder: PrivateFolder) -> dict[str, set[tuple[PurePath, AttachedFile]]]:
    """Digest → (folder, entry) of all files that are named anywhere."""
    private, public = folder.read(fresh=True), folder.public.read(fresh=True)
    named = [(folder.root, f) for e in private.evidence.values() for f in e.files]
    named += [(folder.root, f) for files in private.files.values() for f in files]
    named += [(folder.public.root, f) for r in all_records(public) for f in getattr(r, "files", ())]
    assert (private.problems, public.problems) == ((), ())
    return {f.sha256: {(root, one) for root, one in named if one.sha256 == f.sha256} for _, f in named}


def named_once(folder: PrivateFolder) -> dict[str, list[str]]:
    """Digest → the folders in which an entry names it, one for each entry."""
    return {digest: sorted(root.name for root, _ in found) for digest, found in entries(folder).items()}


def kept(here: Path) -> set[str]:
    return {f"{path.parents[1].name}/{path.name}" for path in here.glob("*/files/[!.]*")}


def places(calls: list[Call]) -> list[int]:
    """Before which call the machine stops: before every other one that changes what is there, or before every call in the long test."""
    changing = [
        at
        for at, call in enumerate(calls, 1)
        if LONG or call.name == "replace" or (call.name == "unlink" and not call.files[0].endswith(".new"))
    ]
    return [*(changing if LONG else changing[1::2]), len(calls) + 50]


@pytest.mark.parametrize(("before", "deed"), DEEDS, ids=lambda deed: deed.__name__)
def test_no_file_is_lost_or_stays_where_it_should_not_be(tmp_path, before, deed):
    made(tmp_path / "start" / "data")
    before(opened(tmp_path / "start"))
    whole = laid(tmp_path, "whole")
    known = set(entries(opened(whole)))
    _, calls = crashed(lambda: deed(opened(whole)), 10_000, whole)
    after, left = named_once(opened(whole)), kept(whole)
    assert len(calls) > 30
    early: list[bool] = []
    for at in places(calls):
        here = laid(tmp_path, str(at))
        is_early, _ = crashed(lambda here=here: deed(opened(here)), at, here)
        early.append(is_early)
        found = entries(opened(here))
        # an entry never names a file that is not there, and what was there is still named
        assert known <= set(found)
        for one in found.values():
            for root, entry in one:
                assert read_kept(root, entry) in (REPORT.data, OTHER.data)
        for root in here.iterdir():
            with FolderStorage(root).transaction():
                assert list(root.rglob(".*.new")) == [], "the next save leaves nothing of a killed one"
        if (named_once(opened(here)), kept(here)) != (after, left):
            deed(opened(here))
        assert (named_once(opened(here)), kept(here)) == (after, left), at
        assert (check_folder(here / "data"), opened(here).check()) == ([], [])
    assert (
        early.count(True) > len(early) // 2
    )  # on a slow machine a reader may look at its folder once more, or once less
    assert (f"private/{DIGEST}.{RECEIVED}.pdf" in left, any(RECEIVED in name for name in left if "data/" in name)) == (
        True,
        False,
    )


@pytest.mark.parametrize("deed", [takes_a_file_back, unpublishes_evidence], ids=lambda deed: deed.__name__)
def test_the_next_start_ends_what_was_being_made_private(tmp_path, deed):
    made(tmp_path / "start" / "data")
    with_a_public_file(opened(tmp_path / "start"))
    whole = laid(tmp_path, "whole")
    _, calls = crashed(lambda: deed(opened(whole)), 10_000, whole)
    before, after, left = named_once(opened(tmp_path / "start")), named_once(opened(whole)), kept(whole)
    assert (before != after, [name for name in left if name.startswith("data/")]) == (True, [])
    begun = 0
    for at in range(1, len(calls) + 2) if LONG else range(len(calls) + 1, 0, -7):
        here = laid(tmp_path, str(at))
        crashed(lambda here=here: deed(opened(here)), at, here)
        is_noted = (here / "private" / UNPUBLISHING).exists()
        finish_unpublishing(Config(here / "data", here / "state", private=here / "private"))
        # before the note nothing had changed, and it is still public
        found = named_once(opened(here))
        assert found == after or (found == before and not is_noted), at
        assert kept(here) == left or found == before, at
        begun += is_noted
        assert not (here / "private" / UNPUBLISHING).exists()
        assert (check_folder(here / "data"), opened(here).check()) == ([], [])
    assert begun > 5


def words_removed(folder: PrivateFolder) -> None:
    redact(Store(folder.public), config(folder), TERMS, by=REVIEWER, at=AT)


@pytest.mark.parametrize(
    ("new", "deed"),
    [
        (with_text("Ivan Testov"), words_removed),
        pytest.param(with_caption({"": "Of Ivan Testov."}), words_removed, marks=pytest.mark.long),
        (a_file(name="ivan-testov.pdf", with_original=True), words_removed),
        pytest.param(REPORT, words_removed, marks=pytest.mark.long),
        (
            replace(REPORT, pages=(FilePage(1, ""),)),
            lambda folder: remove_file(Store(folder.public), config(folder), DIGEST, by=REVIEWER, at=AT),
        ),
    ],
    ids=["text", "caption", "name", "caption in one record", "by hand"],
)
def test_a_second_removal_ends_the_first_and_servers_are_told_before_anything_goes(tmp_path, new, deed):
    made(tmp_path / "start" / "data")
    everywhere(opened(tmp_path / "start"), new)
    if deed is words_removed and new.entry == REPORT.entry and new.pages == REPORT.pages:
        only_here = tmp_path / "start" / "private" / "document_files" / "co-4.yaml"
        only_here.write_text(only_here.read_text("utf-8").replace("size:", "caption: Ivan Testov\n    size:"), "utf-8")
    before = bytes_in(tmp_path / "start")
    whole = laid(tmp_path, "whole")
    _, calls = crashed(lambda: deed(opened(whole)), 10_000, whole)
    early: list[bool] = []
    for at in places(calls):
        here = laid(tmp_path, str(at))
        is_early, _ = crashed(lambda here=here: deed(opened(here)), at, here)
        early.append(is_early)
        is_untouched = {path.relative_to(here): raw for path, raw in bytes_in(here).items()} == {
            path.relative_to(tmp_path / "start"): raw for path, raw in before.items()
        }
        assert is_untouched or (here / "data" / ".redacted").exists()
        deed(opened(here))
        left = [path for path in here.rglob("*") if path.is_file() and DIGEST.encode() in path.read_bytes()]
        assert (left, {name for name in kept(here) if OTHER.entry.sha256 not in name}) == ([], set()), at
        assert (check_folder(here / "data"), opened(here).check()) == ([], [])
    assert early.count(True) > len(early) // 2
