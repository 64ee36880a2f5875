"""`check --fix` takes the digests of originals out of public files; the private folder keeps originals under new names."""

import hashlib
import shutil
from pathlib import Path

import pytest

from tests.editing.test_private_evidence import REVIEWER
from tests.editing.test_private_files import DIGEST, ORIGINAL, OTHER, RECEIVED, REPORT, law
from tests.support.canary_folder import lay
from tests.support.command_line import run_command
from tests.support.crash_simulation import crashed
from tests.support.long import LONG
from tests.support.small_dataset import ANNA
from tests.support.story_folder import made
from tracker.__main__ import NO_CONTACT
from tracker.editing.private.eyes import THE_HOST
from tracker.editing.private.folder import PrivateFolder
from tracker.editing.store import Store
from tracker.storage.dataset_reader import DatasetReader
from tracker.validation.check import remove_received_digests

OTHER_RECEIVED = hashlib.sha256(b"other").hexdigest()
KEY = "received_sha256"


@pytest.fixture
def folder(tmp_path) -> PrivateFolder:
    """Folders as they were before: a public file with a private original, and a private file without one."""
    folder = PrivateFolder(tmp_path / "private", DatasetReader(made(tmp_path / "data"), look_every=0.0), THE_HOST)
    record = folder.public.read().evidence["law"]
    folder.add_files(record, [REPORT, OTHER], by=ANNA)
    folder.publish_file(record, DIGEST, Store(folder.public), by=REVIEWER)
    for root, received in ((folder.public.root, RECEIVED), (folder.root, OTHER_RECEIVED)):
        path = next(Path(root).glob("evidence*/law.yaml"))
        path.write_text(f"# By hand.\n{path.read_text()}".replace("    size:", f"    {KEY}: {received}\n    size:"))
    files = Path(folder.root, "files")
    (files / f"{DIGEST}.{RECEIVED}.pdf").rename(files / f"{RECEIVED}.pdf")
    (files / f"{OTHER.entry.sha256}.{OTHER_RECEIVED}.received").unlink()
    return folder


def is_migrated(folder: PrivateFolder) -> bool:
    assert [path for path in Path(folder.root).parent.rglob("*.yaml") if KEY in path.read_text()] == []
    (public,), (private,) = law(folder).files, folder.files_of(law(folder))
    seen, digests = folder.seen_by(ANNA), {RECEIVED, OTHER_RECEIVED}
    (_kind, original), received = seen.read_original(public) or (None, b""), seen.received_digests([public, private])
    assert (original, received) == (ORIGINAL, digests)
    return folder.check() == [] and not Path(folder.root, "files", f"{RECEIVED}.pdf").exists()


def test_a_file_with_the_old_key_is_not_read_and_says_what_to_do(folder):
    (problem,) = folder.public.read(fresh=True).problems
    assert problem.message == (
        "the key 'received_sha256' may not be public any more, because it can show who gave the file; "
        "run: python -m tracker check --fix"
    )


def test_the_command_takes_them_out_and_says_where_they_still_are(folder, tmp_path):
    settings = {f"TRACKER_{name.upper()}": str(tmp_path / name) for name in ("data", "private", "state")}
    code, out, err = run_command("check", "--fix", settings=settings)
    assert (code, err) == (0, f"{NO_CONTACT}\n")
    assert f"{tmp_path}/data/evidence/law.yaml: removed 1 digest of untouched originals\n" in out
    assert "Git history, backups and packages that were made before still have it: see docs/redaction.md\n" in out
    assert is_migrated(folder)
    assert "# By hand." in (tmp_path / "data" / "evidence" / "law.yaml").read_text()
    assert KEY not in run_command("check", "--fix", settings=settings)[1]


def test_without_the_private_folder_they_stay_until_the_host_says_that_there_are_no_originals(folder, tmp_path):
    settings = {f"TRACKER_{name.upper()}": str(tmp_path / name) for name in ("data", "state")}
    path, original = tmp_path / "data" / "evidence" / "law.yaml", tmp_path / "private" / "files" / f"{RECEIVED}.pdf"
    # nobody set it, or it leads to a folder that is not there
    for private in ("", str(tmp_path / "mistyped")):
        code, out, err = run_command("check", "--fix", settings=settings | {"TRACKER_PRIVATE": private})
        assert (code, err, "TRACKER_PRIVATE to the private one, and run it again" in out) == (
            1,
            f"{NO_CONTACT}\n",
            True,
        )
        assert KEY in path.read_text() and original.exists()
    private = str(tmp_path / "private")
    assert run_command("check", "--fix", settings=settings | {"TRACKER_PRIVATE": private})[0] == 0
    assert is_migrated(folder)


def test_without_a_private_folder_they_are_nowhere(tmp_path):
    root = made(tmp_path / "data")
    entry = f"{{sha256: {DIGEST}, kind: pdf, {KEY}: {RECEIVED}, name: a.pdf, size: 16}}"
    lay(root, {"evidence/law.yaml": (root / "evidence" / "law.yaml").read_text() + f"files: [{entry}]\n"})
    settings = {"TRACKER_DATA": str(root), "TRACKER_STATE": str(tmp_path / "state")}
    out = run_command("check", "--fix", "--no-originals", settings=settings)[1]
    assert f"{root}/evidence/law.yaml: removed 1 digest of untouched originals\n" in out
    (file,) = DatasetReader(root).read().evidence["law"].files
    assert (file.name, [path for path in root.rglob("*.yaml") if RECEIVED in path.read_text()]) == ("a.pdf", [])


def test_a_second_call_ends_what_a_crash_left(folder, tmp_path):
    at, is_early = 0, True
    while is_early:
        at += 3 if LONG else 15
        here = tmp_path / str(at)
        for name in ("data", "private"):
            shutil.copytree(tmp_path / name, here / name)
        places = (here / "data", here / "private")
        is_early, _ = crashed(lambda places=places: list(remove_received_digests(*places)), at, here)
        list(remove_received_digests(*places))
        assert is_migrated(PrivateFolder(here / "private", DatasetReader(here / "data"), THE_HOST))
    assert at > 30
