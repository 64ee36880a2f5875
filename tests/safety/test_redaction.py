"""Words that endanger somebody are removed from everything, and nothing else changes."""

import io
import json
import os
import re
import sys
from argparse import Namespace
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.support.canary_folder import lay
from tests.support.examples import examples
from tests.support.small_dataset import ANNA, ASKED, REVIEWER, Clock, folder, said
from tracker.__main__ import main
from tracker.accounts.accounts import Account, Accounts, issue_session, person_from_cookie
from tracker.accounts.accounts_file import AccountsFile, read_owner_handle
from tracker.accounts.reminders import request_reminders
from tracker.config import Config
from tracker.editing import cli
from tracker.editing.private.drafts import ImportDrafts
from tracker.editing.private.notices import PrivateNotices
from tracker.editing.redaction.remove_words import find_occurrences, redact, redact_folders
from tracker.editing.store import Store
from tracker.model.errors import RedactionRefused, WriteFailed
from tracker.model.permissions import READER, Role
from tracker.queries.as_recorded import as_recorded
from tracker.safety.redaction.files import redacted_files
from tracker.safety.redaction.terms import RedactionTerms
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.folder import atomic_write
from tracker.storage.folder.storage import FolderStorage
from tracker.storage.open_storage import open_storage

EXAMPLES = examples(__file__)

DAY = date(2026, 11, 24)
NAME = "Ivan Testov"
MARK = "(removed for safety 2026-11-24)"
FOLDER = pytest.mark.folder_only  # where the words stand makes no difference to a database


def redacted(
    root: Path, *names: str, others: tuple[Path, ...] = (), whole: bool = False
) -> list[tuple[str, tuple[int, ...]]]:
    store = Store(DatasetReader(root), clock=Clock())
    done = redact_folders(store, RedactionTerms(names or (NAME,), whole=whole), *others, by=REVIEWER, day=DAY)
    return [(one.path.name, one.lines) for one in done]


def one(tmp_path: Path, text: str, *names: str, whole: bool = False) -> str:
    """What a recommendation says afterwards behind its required fields."""
    root = folder(tmp_path, {"r/r1": ASKED + text})
    redacted(root, *names, whole=whole)
    assert DatasetReader(root).read().problems == ()
    return (root / "recommendations" / "r1.yaml").read_bytes().decode().removeprefix(ASKED)


@FOLDER
@pytest.mark.parametrize(("before", "after"), EXAMPLES["the words go and the rest of the file stays"])
def test_the_words_go_and_the_rest_of_the_file_stays(tmp_path, before, after):
    more = "recorded: 2026-01-31T12:00:00.000000Z\n"
    stamped = [text.replace("reason:", f"{more.strip()}, recorded_by: x1, reason:") for text in (before, after)]
    assert one(tmp_path, stamped[0] + more) == stamped[1] + more


@FOLDER
def test_a_folded_text_is_found_across_its_lines_and_is_folded_again(tmp_path):
    words = [f"This is line {n} of a long text that nobody should have to set anew." for n in range(6)]
    lines = [*words[:3], "and it was Ivan", "Testov who was taken away on that day", *words[3:]]
    text = "text: >-\n" + "".join(f"  {line}\n" for line in lines) + "recorded: 2026-01-31T12:00:00.000000Z\n"
    first, *after, _ = one(tmp_path, text).splitlines()
    assert (first, max(map(len, after)) < 120) == ("text: >-", True)
    said = [*words[:3], f"and it was {MARK} who was taken away on that day", *words[3:]]
    assert " ".join(map(str.strip, after)) == " ".join(said)


@FOLDER
def test_longer_words_go_with_it_unless_whole_words_are_meant(tmp_path):
    more = "recorded: 2026-01-31T12:00:00.000000Z\n"
    assert (
        one(tmp_path / "a", "text: Of Айбека, Семёнова.\n" + more, "айбек", "Семенов")
        == f"text: Of {MARK}, {MARK}.\n" + more
    )
    assert (
        one(tmp_path / "b", "text: Ann planned it.\n" + more, "Ann", whole=True) == f"text: {MARK} planned it.\n" + more
    )


@FOLDER
def test_a_link_that_holds_them_leads_nowhere_and_a_handle_is_nobodys(tmp_path):
    text = "source: {publisher: P, paragraph: 1, link: 'https://x.org/1/ivan%20testov.html'}\n"
    root = folder(
        tmp_path,
        {
            "r/r1": ASKED.replace("source: {document: report-2024, paragraph: 1}\n", text)
            + "recorded: 2026-01-31T12:00:00.000000Z\nrecorded_by: ivan-testov\n"
        },
    )
    redacted(root)
    found = DatasetReader(root).read()
    r = found.recommendations["r1"]
    assert (found.problems, r.source.link, r.recorded_by) == (
        (),
        "https://removed-for-safety.invalid/2026-11-24",
        "removed-for-safety",
    )


@FOLDER
def test_the_history_holds_it_no_more_and_a_recorded_view_shows_the_gap(tmp_path):
    root = folder(tmp_path, {"r/r1": ASKED + "recorded: 2026-01-01T12:00:00.000000Z\n"})
    store = Store(DatasetReader(root), clock=Clock(), is_dismissed=lambda finding: True)
    r = store.reader.read().recommendations["r1"]
    long = "It is said that " + "so much was written here " * 5 + "of Ivan Testov by all."
    (r,) = store.save(replace(r, summary=said(long)), by=ANNA, reason="Ivan Testov told us.")
    (r,) = store.save(replace(r, summary=said("Ivan Testov")), by=ANNA, reason="Shorter")
    (r,) = store.save(replace(r, summary=said("Nobody")), by=ANNA, reason="Better")
    redacted(root)
    r = DatasetReader(root).read().recommendations["r1"]
    assert [c.reason for c in r.history] == [f"{MARK} told us.", "Shorter", "Better"]
    then = [as_recorded(r, moment) for moment in (r.history[0].recorded, r.history[1].recorded)]
    assert [t.summary[""].text for t in then if t] == [long.replace(NAME, MARK), MARK]


def test_line_ends_and_a_byte_order_mark_stay(tmp_path):
    raw = (
        b"\xef\xbb\xbf"
        + (ASKED + "text: Ivan Testov\nrecorded: 2026-01-31T12:00:00.000000Z\n").replace("\n", "\r\n").encode()
    )
    root = folder(tmp_path, {"r/r1": raw})
    assert redacted(root) == [("r1.yaml", (7,))]
    assert (root / "recommendations" / "r1.yaml").read_bytes() == raw.replace(NAME.encode(), MARK.encode())


def everywhere(tmp_path: Path) -> tuple[Path, Path]:
    root = folder(tmp_path / "data", {f"r/r{n}": ASKED + "text: Ivan Testov\n" for n in (1, 2)})
    (root / "documents.yaml").write_text(
        (root / "documents.yaml").read_text().replace("title: Report", "title: Ivan Testov")
    )
    (root / "recommendations" / ".r1.yaml.new").write_text("half: of\n  a save Ivan Testov")
    (root / "recommendations" / "broken.yaml").write_text("a: [Ivan Testov\n")
    state = tmp_path / "state"
    state.mkdir()
    (state / "notes").mkdir()
    (state / "notes" / "r1.yaml").write_text(
        "# Of Ivan Testov\nnotes:\n  - {text: Ivan Testov, recorded_by: ivan-testov}\n"
    )
    (state / "settled.yaml").write_text("- {reason: It is Ivan Testov}\n")
    (state / "people.json").write_text('{"handle": "Ivan Testov"}')
    return root, state


def holding(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and b"Testov" in path.read_bytes()]


def test_every_folder_is_cleaned_and_says_when(tmp_path):
    root, state = everywhere(tmp_path)
    names = [name for name, _ in redacted(root, others=(state,))]
    assert sorted(names) == [
        ".r1.yaml.new", "broken.yaml", "documents.yaml", "people.json", "r1.yaml", "r1.yaml", "r2.yaml",
        "settled.yaml",
    ]  # fmt: skip
    assert (holding(tmp_path), (root / ".redacted").read_text()) == ([], "2026-01-31T12:00:01.000000Z reviewer-x1\n")
    assert (
        state / "notes" / "r1.yaml"
    ).read_text() == f"# Of {MARK}\nnotes:\n  - {{text: {MARK}, recorded_by: removed-for-safety}}\n"
    assert json.loads((state / "people.json").read_text()) == {"handle": "removed-for-safety"}
    assert redacted(root, others=(state,)) == []


def bytes_in(folder: Path) -> dict[Path, bytes]:
    """Without the locks and the halves of saves, which any save may clear away."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".new")
    return {path: path.read_bytes() for path in files if not path.name.endswith("lock")}


@pytest.mark.folder_only
def test_a_disk_that_fails_in_between_leaves_every_file_as_it_was(tmp_path, monkeypatch):
    root, state = everywhere(tmp_path)
    before, replacing, count = bytes_in(tmp_path), os.replace, iter(range(100))

    def failing(*paths: Path) -> None:
        if next(count) == 4:
            raise OSError(28, "No space left on device")
        replacing(*paths)

    monkeypatch.setattr(atomic_write.os, "replace", failing)
    with pytest.raises(WriteFailed, match=r"No space left.*Nothing was removed"):
        redacted(root, others=(state,))
    assert bytes_in(tmp_path) == before


@pytest.mark.folder_only
def test_what_a_crash_left_is_ended_by_doing_it_again(tmp_path, monkeypatch):
    root, state = everywhere(tmp_path)
    replacing, count = os.replace, iter(range(100))

    def dying(*paths: Path) -> None:
        if next(count) == 3:
            raise KeyboardInterrupt
        replacing(*paths)

    with monkeypatch.context() as patched:
        patched.setattr(atomic_write.os, "replace", dying)
        with pytest.raises(KeyboardInterrupt):
            redacted(root, others=(state,))
    redacted(root, others=(state,))
    assert holding(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("r/ivan-testov", ASKED, r"….yaml: the file name contains the words. Rename the file"),
        ("r/r1", ASKED.replace("report-2024, paragraph", "ivan-testov, paragraph"), r"r1.yaml:6: the words are in an id, a date or another code"),
        ("r/r1", ASKED + "Ivan Testov: x\n", r"r1.yaml:7: the words are in a key"),
        ("r/r1", ASKED.encode() + "# Ivan Testov, Иван".encode("cp1251"), r"r1.yaml:1: the file is not UTF-8"),
    ],
)  # fmt: skip
def test_what_cannot_be_changed_is_said_without_the_words_and_nothing_changes(tmp_path, name, text, says):
    root = folder(tmp_path, {name: text, "r/a": ASKED + "text: Ivan Testov\n"})
    before = bytes_in(root)
    with pytest.raises(RedactionRefused, match=says) as refused:
        redacted(root)
    assert ("estov" in str(refused.value).lower(), bytes_in(root)) == (False, before)


@FOLDER
@pytest.mark.parametrize("typed", [[], [" "], ["ab"], ["safety"], ["безопасности"]])
def test_words_that_cannot_be_meant_are_refused(typed):
    with pytest.raises(RedactionRefused):
        RedactionTerms(typed)


def test_the_command_reads_the_words_and_a_dry_run_says_where_without_them(tmp_path, capsys, monkeypatch):
    root, state = everywhere(tmp_path)
    monkeypatch.setenv("TRACKER_DATA", str(root))
    monkeypatch.setenv("TRACKER_STATE", str(state))
    monkeypatch.setattr(sys, "stdin", io.StringIO("ivan testov\n"))
    before = bytes_in(tmp_path)
    assert main(["redact", "--dry-run"]) == 0
    out = capsys.readouterr().out
    assert (f"{root}/recommendations/r1.yaml:7\n" in out, "estov" in out, bytes_in(tmp_path)) == (True, False, before)
    monkeypatch.setattr(sys, "stdin", io.StringIO("ivan testov\n"))
    assert (main(["redact"]), "Removed." in capsys.readouterr().out) == (0, True)
    assert list(redacted_files(open_storage(root), RedactionTerms([NAME]), DAY)) == []
    places, at = Config(root, state), datetime(2026, 11, 24, tzinfo=UTC)
    args = Namespace(dry_run=False, whole_words=False)
    again = cli.run_redact_command(args, places, at, source=io.StringIO("Ivan Testov"))
    assert again.startswith("The words are in none of the files. If some files cannot be read")


def test_what_a_running_server_cached_is_deleted_and_stops_no_redaction(tmp_path):
    root, state = everywhere(tmp_path)
    cached = state / "cache" / f"{os.getpid()}"
    cached.mkdir(parents=True)
    (cached / "index.sqlite").write_bytes(b"\xff Testov \xff Ivan Testov")
    store = Store(DatasetReader(root), clock=Clock())
    redact(store, Config(root, state), RedactionTerms([NAME]), by=REVIEWER, at=datetime(2026, 11, 24, tzinfo=UTC))
    assert (holding(root), (state / "cache").exists()) == ([], False)


TOKEN = "tgram://1234:secret-token/9"


def with_a_state(tmp_path: Path) -> tuple[Path, Path]:
    """A state with accounts, the key of sessions, channels, keys and a reason in which the name is."""
    root, state = (
        folder(tmp_path / "data", {"r/r1": ASKED + "text: Ivan Testov\nrecorded_by: ivan-testov\n"}),
        tmp_path / "state",
    )
    accounts, at = AccountsFile(state), datetime(2026, 11, 24, tzinfo=UTC)

    def fill(people: Accounts) -> tuple[Accounts, None]:
        for handle, organisation in (("ivan-testov", "watch"), ("editor-x1", "centre"), ("editor-x2", "")):
            people = people.with_account(Account(handle, Role.EDITOR, generation=1, organisation=organisation))
        for handle in ("editor-x1", "editor-x2"):
            people = request_reminders(people, handle, address=f"{handle}@example.org", language="en", at=at)
        return people, None

    accounts.update(fill)
    (state / "channels.yaml").write_text(f"channels: [{{name: Ivan Testov, address: '{TOKEN}'}}]\n")
    (state / "settled.key").write_text("00" * 32)
    (state / "handle").write_text("editor-x2\n")
    entry = "{sign: '1', rule: name, record: r, field: f, reason: It is Ivan Testov., by: editor-x1, at: '2026'}"
    (state / "settled.yaml").write_text(f"- {entry}\n")
    return root, state


@FOLDER
def test_keys_and_channels_are_never_opened_and_the_file_of_accounts_stays_readable(tmp_path, monkeypatch):
    root, state = with_a_state(tmp_path)
    places, opened, reading = Config(root, state), list[str](), FolderStorage.read
    before, key = bytes_in(state), AccountsFile(state).read().key

    def noting(storage, name, most=None):
        opened.append(name) if storage.root == state else None
        return reading(storage, name, most)

    monkeypatch.setattr(FolderStorage, "read", noting)
    store = Store(DatasetReader(root), clock=Clock())
    for words in ("Ivan Testov", "generation", key[:3], "secret-token", "example.org", "people", "00000000"):
        redact(store, places, RedactionTerms([words]), by=REVIEWER, at=datetime(2026, 11, 24, tzinfo=UTC))
    assert set(opened) == {"settled.yaml", ".redacted"}
    changed = {path.name for path, raw in bytes_in(state).items() if before.get(path) != raw}
    assert changed <= {"settled.yaml", ".redacted"}
    assert "reason: It is (removed for safety 2026-11-24)." in (state / "settled.yaml").read_text("utf-8")
    assert AccountsFile(state).read().key == key
    assert find_occurrences(store, RedactionTerms(["secret-token"]), datetime.now(UTC)) == ()


@FOLDER
def test_an_account_is_changed_by_a_whole_handle_or_address_alone(tmp_path, monkeypatch, capsys):
    root, state = with_a_state(tmp_path)
    settings = {"TRACKER_DATA": str(root), "TRACKER_STATE": str(state)}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    def removed(*words: str, dry: bool = False) -> str:
        monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(words)))
        assert main(["redact", *(["--dry-run"] if dry else [])]) == 0
        return capsys.readouterr().out

    before = AccountsFile(state).read()
    assert "an account in TRACKER_STATE: its handle or mail address\n" in removed("EDITOR-x1@example.org", dry=True)
    assert AccountsFile(state).read() == before
    removed("ivan-testov", "EDITOR-x1@example.org", "example.org", "editor-x")
    after = AccountsFile(state).read()
    known = {one.handle: one for one in after.people}
    (new,) = known.keys() - {"editor-x1", "editor-x2"}
    assert (new.startswith("editor-"), known[new].organisation, after.key) == (True, "watch", before.key)
    assert [known[handle].reminders is None for handle in ("editor-x1", "editor-x2")] == [True, False]
    session = issue_session(before, before.people[-1], datetime.now(UTC))
    assert (before.people[-1].handle, person_from_cookie(after, session, datetime.now(UTC))) == ("ivan-testov", READER)
    removed("editor-x2")
    left = re.findall(r"editor-\w+", repr(AccountsFile(state).read()))  # a random handle may begin with the removed one
    assert (read_owner_handle(state), "editor-x2" in left, len(set(left)) >= 2) == ("", False, True)


@FOLDER
def test_a_reviewer_changes_no_account(tmp_path):
    root, state = with_a_state(tmp_path)
    before, at = AccountsFile(state).path.read_bytes(), datetime(2026, 11, 24, tzinfo=UTC)
    terms = RedactionTerms(["ivan-testov", "editor-x1"])
    redact(Store(DatasetReader(root)), Config(root, state), terms, by=REVIEWER, at=at, readable=())
    assert (AccountsFile(state).path.read_bytes(), "ivan-testov" in one_text(root)) == (before, False)


def one_text(root: Path) -> str:
    return (root / "recommendations" / "r1.yaml").read_text("utf-8")


@FOLDER
def test_words_without_which_a_private_file_could_not_be_read_are_left_to_their_owner(tmp_path):
    """In one list, what stands in an entry of one owner keeps no words in an entry of another."""
    root, private, name = folder(tmp_path / "data", {}), tmp_path / "private", f"{7:016x}"
    note = "  - {{text: Of {0}., private: {{organisation: {1}}}{2}}}\n"
    draft = {"id": name, "kind": "document", "owner": "x", "name": NAME, "content": {NAME: f"{NAME} said"}}
    files = {
        "notes/x.yaml": "notes:\n"
        + note.format("2027-03", "centre", "")
        + note.format("it", "watch", ", due: 2027-03"),
        "document_files/report-2024.yaml": f"files: []\n# {NAME}\n",
        f"import-drafts/{name}.json": json.dumps(draft | {"private": {"organisation": "centre"}}),
        "unpublishing.txt": "evidence law-2027-03 - reviewer-x1 2026-11-24\n",
    }
    lay(private, files)
    redacted(root, "2027-03", NAME, others=(private,))
    mark, text = "(removed for safety 2026-11-24)", (private / "notes" / "x.yaml").read_text("utf-8")
    assert text == "notes:\n" + note.format(mark, "centre", "") + note.format("it", "watch", ", due: 2027-03")
    kept = json.loads((private / "import-drafts" / f"{name}.json").read_text("utf-8"))
    assert (kept["name"], kept["content"]) == ("removed-for-safety", {NAME: "removed-for-safety said"})
    assert ImportDrafts(private).find(name) is not None
    assert (private / "unpublishing.txt").read_text("utf-8") == files["unpublishing.txt"]
    assert "Testov" not in (private / "document_files" / "report-2024.yaml").read_text("utf-8")
    told = {of: [(one.kind, *one.subjects) for one in PrivateNotices(private).of(of)] for of in ("centre", "watch")}
    draft_name = f"import-drafts/{name}.json"
    assert sorted(told["centre"]) == [("left", draft_name), ("removed", draft_name, "notes/x.yaml")]
    assert told["watch"] == [("left", "notes/x.yaml")]
