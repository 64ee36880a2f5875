"""Where it is kept who may sign in, and the commands for it."""

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.command_line import run_command
from tests.support.small_dataset import ASKED, folder
from tracker.accounts.accounts import (
    Accounts,
    create_invite,
    issue_session,
    person_from_cookie,
    redeem_invite,
    revoke_account,
)
from tracker.accounts.accounts_file import ACCOUNTS_FILE_NAME, AccountsFile, accounts_file, read_owner_handle
from tracker.accounts.reminders import confirm_reminders, request_reminders
from tracker.config import Config, load_config
from tracker.model.errors import InviteRejected, RejectReason, StateUnavailable
from tracker.model.permissions import READER, Role

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ANNA = "editor-anna"


def invites(file: AccountsFile, handle: str) -> str:
    return file.update(lambda now: create_invite(now, handle, Role.EDITOR, at=NOW))


@pytest.mark.folder_only
def test_the_file_is_for_its_owner_alone(tmp_path):
    file = AccountsFile(tmp_path / "a" / "state")
    file.folder.mkdir(parents=True, mode=0o755)
    token = invites(file, ANNA)
    assert {path.name: oct(path.stat().st_mode)[-3:] for path in [file.folder, *file.folder.iterdir()]} == {
        "state": "700",
        ".lock": "600",
        ACCOUNTS_FILE_NAME: "600",
    }
    assert (token in file.path.read_text(), len(json.loads(file.path.read_text())["key"])) == (False, 64)
    invites(file, "editor-bolot")
    assert oct(file.path.stat().st_mode)[-3:] == "600"


def test_another_process_sees_a_change_at_once(tmp_path):
    mine, theirs = AccountsFile(tmp_path), AccountsFile(tmp_path)
    assert theirs.read() == Accounts()
    invites(mine, ANNA)
    cookie = issue_session(theirs.read(), theirs.read().people[0], NOW)
    assert person_from_cookie(theirs.read(), cookie, NOW).handle == ANNA
    again = mine.update(lambda now: create_invite(now, ANNA, at=NOW, again=True))
    mine.update(lambda now: redeem_invite(now, again, NOW))
    assert person_from_cookie(theirs.read(), cookie, NOW) == READER
    cookie = issue_session(theirs.read(), theirs.read().people[0], NOW)
    mine.update(lambda now: (revoke_account(now, ANNA), None))
    assert person_from_cookie(theirs.read(), cookie, NOW) == READER


def test_of_many_who_press_the_button_one_is_let_in(tmp_path):
    file, let = AccountsFile(tmp_path), []
    token = invites(file, ANNA)

    def presses() -> None:
        try:
            let.append(AccountsFile(tmp_path).update(lambda now: redeem_invite(now, token, NOW)).handle)
        except InviteRejected as refused:
            let.append(refused.why)

    threads = [threading.Thread(target=presses) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(let) == [ANNA, *[RejectReason.USED] * 11]


@pytest.mark.folder_only
def test_when_the_disk_is_full_everything_stays_as_it_was(tmp_path, monkeypatch):
    file = AccountsFile(tmp_path)
    invites(file, ANNA)
    before = file.path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tracker.storage.folder.atomic_write.os.replace", full)
    with pytest.raises(StateUnavailable, match="No space left on device"):
        invites(file, "editor-bolot")
    assert file.path.read_bytes() == before


@pytest.mark.parametrize("broken", ["{", "[]", '{"people": [{"handle": 1}]}', "\udc00"])
def test_a_broken_file_lets_nobody_in_and_is_not_overwritten(tmp_path, broken):
    (tmp_path / ACCOUNTS_FILE_NAME).write_bytes(broken.encode("utf-8", "surrogatepass"))
    file = AccountsFile(tmp_path)
    with pytest.raises(StateUnavailable, match="is damaged, so no one can sign in"):
        invites(file, ANNA)
    assert file.path.read_bytes() == broken.encode("utf-8", "surrogatepass")


def test_the_state_never_lies_among_the_data(tmp_path):
    for inside in (tmp_path, tmp_path / "state", tmp_path / "x" / ".." / "state"):
        with pytest.raises(StateUnavailable, match="is inside the data folder"):
            accounts_file(Config(tmp_path, inside))
    assert accounts_file(Config(tmp_path / "data", tmp_path / "state")).folder == tmp_path / "state"


def test_places_come_from_the_environment():
    given = {
        "TRACKER_DATA": "d",
        "TRACKER_STATE": "s",
        "TRACKER_CHANNELS": "c",
        "TRACKER_PUBLIC_URL": "https://x.example/",
    }
    assert load_config(given) == Config(Path("d"), Path("s"), "https://x.example", channels=Path("c"))
    state, channels = (Path("h", f"recommendation-tracker{end}") for end in ("", "-channels"))
    assert load_config({"XDG_STATE_HOME": "h"}) == Config(Path("data"), state, channels=channels)


@pytest.fixture
def tracker(tmp_path):
    """`tracker("people")` runs the command line on a folder: exit code, what it prints, what it complains of."""
    folder(tmp_path / "data", {"r/r1": ASKED + "recorded: 2026-01-31T12:00:00.000000Z\nrecorded_by: editor-cholpon\n"})

    def run(*arguments: str, **settings: str) -> tuple[int, str, str]:
        ours = {
            "TRACKER_DATA": str(tmp_path / "data"),
            "TRACKER_STATE": str(tmp_path / "state"),
            "HOST": "",
            "PORT": "",
        }
        return run_command(*arguments, settings=ours | settings)

    return run


def test_invite_prints_a_link_and_people_lists(tracker, tmp_path):
    assert tracker("people") == (0, "No one has been invited yet.\n", "")
    code, said, wrong = tracker("invite", ANNA, "--role", "reviewer", "--to", "/recommendation?id=r1", "--lang", "ru")
    link, note = said.splitlines()
    assert (code, wrong) == (0, "")
    assert link.startswith("http://127.0.0.1:8501/sign-in?token=") and link.endswith(
        "&next=%2Frecommendation%3Fid%3Dr1&lang=ru"
    )
    assert note.startswith("The link signs editor-anna in once, as reviewer, until 20") and "secure" in note
    assert note.endswith(
        f"The account is stored in {tmp_path / 'state'}: run the dashboard with the same TRACKER_STATE."
    )
    assert tracker("people")[1].split()[:6] == [ANNA, "reviewer", "-", "link", "valid", "until"]
    assert tracker("revoke", ANNA)[:2] == (
        0,
        "editor-anna can no longer sign in or save, even on pages that are already open. Everything they recorded stays.\n",
    )
    assert tracker("people")[1].split() == [ANNA, "reviewer", "-", "revoked"]
    assert tracker("revoke", "nobody")[::2] == (
        2,
        "No one has the handle 'nobody'. Run `people` to list all handles.\n",
    )
    public = tracker("invite", "editor-bolot", TRACKER_PUBLIC_URL="https://x.example")[1]
    assert public.startswith("https://x.example/sign-in?token=")
    assert [path.name for path in (tmp_path / "data").iterdir() if "sign" in path.name] == []


def test_a_person_is_invited_for_an_organisation_of_the_dataset(tracker, tmp_path):
    code, _said, wrong = tracker("invite", ANNA, "--organisation", "no-such")
    assert (code, wrong.split(".yaml")[1].split(".")[0]) == (2, " has no organisation 'no-such'; one of editors")
    assert "as editor, for the organisation 'editors', until" in tracker("invite", ANNA, "--organisation", "editors")[1]
    assert tracker("people")[1].split()[:3] == [ANNA, "editor", "editors"]
    # a new link keeps it, unless it names another one or none
    assert "for the organisation 'editors'" in tracker("invite", ANNA, "--again")[1]
    assert "for the organisation" not in tracker("invite", ANNA, "--again", "--organisation", "")[1]
    assert tracker("people")[1].split()[:3] == [ANNA, "editor", "-"]


def test_a_new_link_says_every_change_and_makes_none_that_was_not_asked_for(tracker):
    tracker("invite", ANNA, "--role", "reviewer", "--organisation", "editors")
    again = tracker("invite", ANNA, "--again")[1]
    assert "as reviewer, for the organisation 'editors'" in again and "Changed" not in again
    assert "Using it ends every earlier session" in again
    named = tracker("invite", ANNA, "--again", "--role", "editor", "--organisation", "")[1]
    changed = ["Changed: role, from reviewer to editor.", "Changed: organisation, from editors to none."]
    assert named.splitlines()[2:] == changed
    tracker("revoke", ANNA)
    refused = "editor-anna was revoked. To let this person sign in again, add --lift-revocation.\n"
    assert tracker("invite", ANNA, "--again")[::2] == (2, refused)
    lifted = tracker("invite", ANNA, "--again", "--lift-revocation")[1]
    assert lifted.splitlines()[2:] == ["Changed: the revocation was lifted."]


def test_the_owner_of_the_machine_who_was_revoked_is_not_let_in_by_a_start(tracker, tmp_path):
    tracker("invite", "--here")
    handle = read_owner_handle(tmp_path / "state")
    tracker("revoke", handle)
    assert tracker("invite", "--here")[2].startswith(f"{handle} was revoked.")


def test_a_handle_that_recorded_something_is_somebodys(tracker):
    code, _said, wrong = tracker("invite", "editor-cholpon")
    assert (code, wrong.split(".")[0]) == (2, "editor-cholpon is already in use as a handle")
    assert tracker("invite", "editor-cholpon", "--again")[0] == 0


def test_the_person_at_the_terminal_keeps_their_handle_and_gets_a_new_link_each_time(tracker, tmp_path):
    first, second = (tracker("invite", "--here", PORT="8777")[1].splitlines() for _start in range(2))
    handle = read_owner_handle(tmp_path / "state")
    assert first[0] == second[0] == f"To edit as {handle}, open this link. It works once:"
    assert (first[1] == second[1], first[1].startswith("http://127.0.0.1:8777/sign-in?token=")) == (False, True)
    (one,) = AccountsFile(tmp_path / "state").read().people
    assert (one.handle, one.role) == (handle, Role.REVIEWER)  # the files are theirs anyway
    assert oct((tmp_path / "state" / "handle").stat().st_mode)[-3:] == "600"


def test_no_link_is_printed_into_the_log_of_a_public_dashboard(tracker):
    said = tracker("invite", "--here", TRACKER_PUBLIC_URL="https://x.example")[1]
    assert ("token=" in said, "https://x.example" in said) == (False, True)
    assert tracker("people")[1] == "No one has been invited yet.\n"


@pytest.mark.parametrize("kept", [None, b"", b"Not A Handle", b"\xff\xfe"])
def test_without_a_kept_handle_there_is_none(tmp_path, kept):
    if kept is not None:
        (tmp_path / "handle").write_bytes(kept)
    assert read_owner_handle(tmp_path) == ""


def test_where_nobody_can_sign_in_it_says_so(tracker):
    assert tracker("invite", "--here", HOST="192.0.2.1")[::2] == (
        2,
        "No one can sign in at http://192.0.2.1:8501: it is read-only. Set TRACKER_PUBLIC_URL to its https address.\n",
    )
    assert "http://127.0.0.1:8501/sign-in" in tracker("invite", "--here", HOST="0.0.0.0")[1]


def test_a_mail_address_is_kept_with_the_account_until_the_person_is_revoked(tmp_path):
    file = AccountsFile(tmp_path)
    invites(file, ANNA)
    file.update(lambda now: (request_reminders(now, ANNA, address="a@example.org", language="ky", at=NOW), None))
    again = AccountsFile(tmp_path)
    file.update(lambda now: (confirm_reminders(now, now.people[0], NOW), None))
    (account,) = again.read().people
    assert account.reminders and (account.reminders.address, account.reminders.told) == ("a@example.org", NOW.date())
    file.update(lambda now: create_invite(now, ANNA, at=NOW, again=True))
    assert again.read().people[0].reminders == account.reminders
    file.update(lambda now: (revoke_account(now, ANNA), None))
    assert again.read().people[0].reminders is None
