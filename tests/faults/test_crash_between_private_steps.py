"""The process ends between any two system calls while evidence is made private or a finding is settled."""

from datetime import date
from pathlib import Path

from tests.safety.test_dismissals import found
from tests.support.crash_simulation import Call, crashed
from tests.support.long import LONG
from tests.support.small_dataset import ASKED, REVIEWER, SHOWN, folder
from tracker.editing.private.eyes import THE_HOST
from tracker.editing.private.folder import PrivateFolder
from tracker.editing.store import Store
from tracker.model.lifecycle import is_unpublished
from tracker.safety.dismissals import KEY_FILE, Dismissals
from tracker.storage.cache_registry import REDACTION_MARKER
from tracker.storage.dataset_reader import DatasetReader
from tracker.validation.check import check_folder

PUBLIC = (
    SHOWN.replace("summary: S", "summary: A law was signed.") + "relevant_to: [{recommendation: x, effect: progress}]\n"
)


def steps(calls: int) -> range:
    """Before which call the machine stops: before each, or before every fifth in `make test`; always after the last."""
    return range(1, calls + 2) if LONG else range(calls + 1, 0, -5)


def test_evidence_made_private_is_never_in_no_place(tmp_path):
    _, calls = done_unpublishing(tmp_path / "whole", 1_000)
    for at in steps(len(calls)):
        here = tmp_path / str(at)
        ended, _ = done_unpublishing(here, at)
        public, private = (here / name / "evidence" for name in ("data", "private"))
        raw = (public / "law-2026.yaml").read_bytes()
        if raw != PUBLIC.encode():
            assert (
                is_unpublished(DatasetReader(here / "data").read().evidence["law-2026"])
                and (here / "data" / REDACTION_MARKER).exists()
            )
            assert set(PUBLIC.splitlines()) < set(
                next(private.glob("law-2026-private-??????.yaml")).read_text("utf-8").splitlines()
            )
        else:
            assert ended
            unpublish(here)
        assert b"signed" not in (public / "law-2026.yaml").read_bytes()
        assert len([*private.glob("*.yaml")]) == 1
        assert check_folder(here / "data") == []


def done_unpublishing(here: Path, at: int) -> tuple[bool, list[Call]]:
    folder(here / "data", {"r/x": ASKED, "e/law-2026": PUBLIC})
    return crashed(lambda: unpublish(here), at, here)


def unpublish(here: Path) -> None:
    reader = DatasetReader(here / "data")
    private = PrivateFolder(here / "private", reader, THE_HOST)
    private.unpublish(reader.read().evidence["law-2026"], Store(reader), by=REVIEWER, day=date(2026, 11, 24))


def test_what_a_reviewer_settles_has_a_key_whenever_the_machine_stopped(tmp_path):
    _, calls = done_settling(tmp_path / "whole", 1_000)
    for at in steps(len(calls)):
        done_settling(tmp_path / str(at), at)
        settled = settle(tmp_path / str(at))
        assert settled.covers(found())
        assert len((tmp_path / str(at) / "state" / KEY_FILE).read_bytes()) == 64


def done_settling(here: Path, at: int) -> tuple[bool, list[Call]]:
    here.mkdir()
    return crashed(lambda: settle(here), at, here)


def settle(here: Path) -> Dismissals:
    settled = Dismissals(here / "private", here / "state")
    settled.dismiss([(found(), "The public number of the centre.")], REVIEWER)
    return settled
