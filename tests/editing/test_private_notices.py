"""Notices: an organisation is told privately what others did to what is its own, and takes a notice from its list."""

from datetime import UTC, datetime

import pytest

from tests.editing.test_private_organisations import CENTRE, NOBODYS, WATCH, folder
from tests.support.canary_folder import lay
from tracker.editing.private.notices import MAX_NOTICES, MAX_SUBJECTS, NoticeKind, PrivateNotices
from tracker.model.errors import NotAllowed, WriteFailed
from tracker.model.permissions import READER
from tracker.storage.open_storage import open_storage

__all__ = ("folder",)
AT = datetime(2026, 11, 26, 12, tzinfo=UTC)


def test_only_the_organisation_that_is_told_reads_a_notice_and_settles_it(folder, tmp_path):
    notices, doors = PrivateNotices(folder.root), [folder.seen_by(one) for one in (CENTRE, WATCH, NOBODYS)]
    for subject in ("notes/r1.yaml", "evidence/letter.yaml"):
        notices.add("centre", kind=NoticeKind.REMOVED, by=WATCH, at=AT, subjects=[subject])
    assert [[notice.subjects for notice in door.notices()] for door in doors] == [
        [("evidence/letter.yaml",), ("notes/r1.yaml",)], [], []
    ]  # fmt: skip
    (newest, oldest) = doors[0].notices()
    assert (newest.kind, newest.recorded_by, newest.recorded_for) == (NoticeKind.REMOVED, "reviewer-w1", "watch")
    with pytest.raises(NotAllowed):
        doors[0].settle_notice(newest, by=READER)
    doors[1].settle_notice(newest, by=WATCH)  # it is not theirs
    assert doors[0].notices() == (newest, oldest)
    doors[0].settle_notice(newest, by=CENTRE)
    assert doors[0].notices() == (oldest,)
    assert "settled_by: reviewer-c1" in (tmp_path / "private" / "notices" / "centre.yaml").read_text("utf-8")


def test_notices_are_bounded_and_one_that_cannot_be_read_is_not_overwritten(folder, tmp_path):
    notices, subjects = PrivateNotices(folder.root), [f"notes/r{n}.yaml" for n in range(MAX_SUBJECTS + 9)]
    notices.add("centre", kind=NoticeKind.LEFT, by=WATCH, at=AT, subjects=subjects)
    (kept,) = notices.of("centre")
    assert (len(kept.subjects), kept.count) == (MAX_SUBJECTS, MAX_SUBJECTS + 9)
    with open_storage(folder.root).transaction() as transaction:
        notices.change(transaction, "centre", lambda known: known * (MAX_NOTICES + 1))
        transaction.commit()
    assert len(notices.of("centre")) == MAX_NOTICES
    lay(tmp_path / "private", {"notices/centre.yaml": "notices: [\n"})
    with pytest.raises(WriteFailed, match=r"centre\.yaml cannot be read"):
        notices.add("centre", kind=NoticeKind.LEFT, by=WATCH, at=AT)
    assert notices.of("centre") == ()
