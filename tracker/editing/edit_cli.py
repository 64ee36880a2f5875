"""The command `edit`: a record is edited in a text editor, checked, and saved with a reason."""

import argparse
import shutil
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from difflib import unified_diff
from pathlib import Path
from tempfile import mkdtemp

from tracker.accounts.accounts_file import accounts_file
from tracker.accounts.owner_handle import read_owner_handle
from tracker.config import Config
from tracker.editing.edited_text import EditTarget, NotSaved, OpenedText, find_target
from tracker.editing.private.folder import PrivateFolder
from tracker.editing.redaction.redact_cli import CLI_HANDLE
from tracker.editing.store import Store
from tracker.editing.text_editor import find_editor, run_editor
from tracker.model.errors import NotAllowed, TrackerError
from tracker.model.permissions import Person, Role
from tracker.safety.dismissals import load_dismissals
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.record_storage import FilesChanged

EDIT_COMMANDS = ("edit",)
_NO_TERMINAL = (
    "Without a terminal nobody can be asked. Give --reason, and set EDITOR to a program that edits the file by itself."
)
_NO_PRIVATE_DATA = "There is no private data. TRACKER_PRIVATE says where it is."
_AGAIN = "Type e to edit again, or t to throw away what you typed: "
_REASON = "Why is it edited? "
_NOTHING_SAVED = "Nothing was saved."


def add_edit_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `edit` to the `commands` of the command line."""
    about = "edit a record in your text editor ($VISUAL or $EDITOR), check it, and save it with a reason"
    note = "What you type is never lost: if it cannot be saved, the path of the file that has it is printed."
    parser = commands.add_parser("edit", help=about, description=f"{about}. {note}")
    parser.add_argument(
        "id",
        metavar="ID",
        help="the id of a recommendation, evidence item, document or treaty body; or settings, safety, or the name of a "
        "file, such as documents.yaml",
    )
    parser.add_argument("--reason", metavar="TEXT", help="why it is edited; without it, you are asked")
    parser.add_argument("--private", action="store_true", help="edit private evidence")
    parser.add_argument(
        "--as",
        dest="handle",
        metavar="HANDLE",
        help="who edits, one of those whom `people` lists; by default the person who runs the dashboard",
    )


def run_edit_command(arguments: argparse.Namespace, config: Config, now: datetime) -> str:
    """Run the command `edit`, and return the text to print.

    Raises TrackerError if nothing was saved. If something was typed by then, the path of the file with it is printed.
    """
    is_asked, reason = sys.stdin.isatty(), (arguments.reason or "").strip()
    editor = find_editor(with_default=is_asked)
    if not is_asked and not reason:
        raise TrackerError(_NO_TERMINAL)
    by = _find_person(arguments.handle, config)
    target = _find_target(arguments, config)
    folder = Path(mkdtemp(prefix="tracker-edit-"))  # only the user who runs the command can open it
    session = _Session(target, folder / target.draft_name, by, is_asked=is_asked)
    try:
        told = session.run(editor, reason, now)
    except BaseException as error:
        if not (typed := session.typed_files()):
            shutil.rmtree(folder)
            raise
        where = f"What you typed is in {', '.join(map(str, typed))}"
        if isinstance(error, TrackerError):
            raise NotSaved(f"{error}\n{where}") from None
        print(where, file=sys.stderr)
        raise
    shutil.rmtree(folder)
    return told


class _Session:
    """One run of the command `edit`. The person types in the file `draft`. `is_asked` is whether there is a terminal."""

    def __init__(self, target: EditTarget, draft: Path, by: Person, *, is_asked: bool) -> None:
        self._target, self._draft, self._by, self._is_asked = target, draft, by, is_asked
        self._opened = target.open()
        self._set_aside: list[Path] = []

    def run(self, editor: list[str], reason: str, now: datetime) -> str:
        """Edit until it is saved or thrown away. Return a sentence that says which."""
        _write_private(self._draft, self._opened.shown)
        while True:
            run_editor(editor, self._draft)
            typed = self._read_draft()
            if typed == self._opened.shown:
                if self._set_aside:
                    raise TrackerError(f"You changed nothing in the text as it is now. {_NOTHING_SAVED}")
                return "Nothing was changed."
            lines = self._target.check(self._opened, typed, by=self._by, now=now)
            if not lines:
                reason = reason or self._ask_reason()
                try:
                    self._target.save(self._opened, typed, by=self._by, reason=reason)
                    return f"{self._target.label} was saved by {self._by.handle}."
                except FilesChanged:
                    lines = self._show_conflict(typed)
                except NotSaved as error:
                    lines, reason = str(error).splitlines(), ""
            if not self._is_edited_again(lines):
                return _NOTHING_SAVED

    def typed_files(self) -> list[Path]:
        """Return the files with something that was typed and is not saved."""
        is_typed = self._draft.exists() and self._draft.read_bytes() != self._opened.shown
        return [*self._set_aside, *([self._draft] if is_typed else [])]

    def _read_draft(self) -> bytes:
        try:
            return self._draft.read_bytes()
        except OSError as error:
            raise TrackerError(f"{self._draft} cannot be read ({error.strerror}). {_NOTHING_SAVED}") from None

    def _show_conflict(self, typed: bytes) -> list[str]:
        """Put the text as it is now in place of what was typed, which is kept beside it. Return the lines to print."""
        label, before = self._target.label, self._opened
        aside = self._draft.with_name(f"{self._draft.stem}.typed-{len(self._set_aside) + 1}.yaml")
        _write_private(aside, typed)
        self._set_aside.append(aside)
        current = self._target.open()
        _write_private(self._draft, current.shown)
        self._opened = current
        return [
            f"{label} changed while you edited it. Nothing was saved.",
            *_diff(before, current.shown, f"{label}, as it is now"),
            *_diff(before, typed, f"{label}, as you typed it"),
            f"If you edit again, you begin with the text as it is now. What you typed stays in {aside}",
        ]

    def _is_edited_again(self, lines: Iterable[str]) -> bool:
        """Print `lines`, and return whether the person wants to edit again. Raises NotSaved if nobody can be asked."""
        if not self._is_asked:
            raise NotSaved("\n".join([*lines, _NOTHING_SAVED]))
        print("\n".join(lines))
        while (answer := _ask(_AGAIN).lower()) not in ("e", "t"):
            pass
        return answer == "e"

    def _ask_reason(self) -> str:
        while not (reason := _ask(_REASON)):
            pass
        return reason


def _ask(question: str) -> str:
    try:
        return input(question).strip()
    except EOFError:
        raise TrackerError(f"There was no answer. {_NOTHING_SAVED}") from None


def _write_private(path: Path, raw: bytes) -> None:
    path.touch(0o600)
    path.write_bytes(raw)


def _diff(opened: OpenedText, other: bytes, title: str) -> Iterator[str]:
    before, after = (raw.decode("utf-8", "replace").splitlines() for raw in (opened.shown, other))
    return unified_diff(before, after, fromfile="as you opened it", tofile=title, lineterm="")


def _find_person(handle: str | None, config: Config) -> Person:
    """Return who edits. Raises NotAllowed if the handle is not that of an account that may sign in."""
    if handle is None:
        return Person(Role.REVIEWER, read_owner_handle(config.state) or CLI_HANDLE)
    account = accounts_file(config).read().find(handle)
    if account is None or account.revoked:
        raise NotAllowed(f"{handle[:40]!r} may not sign in. python -m tracker people lists who may.")
    return Person(account.role, account.handle, account.organisation)


def _find_target(arguments: argparse.Namespace, config: Config) -> EditTarget:
    """Return what is to be edited. Raises TrackerError if there is no such record, or more than one."""
    public = DatasetReader(config.data)
    public.read_or_fail(fresh=True)
    private = PrivateFolder(config.private, public) if config.private else None
    if arguments.private:
        if private is None or not private.storage.exists():
            raise TrackerError(_NO_PRIVATE_DATA)
        return find_target(private.store, arguments.id, None, folders=["evidence"])
    is_dismissed = load_dismissals(config).covers
    try:
        return find_target(Store(public, is_dismissed=is_dismissed), arguments.id, is_dismissed)
    except TrackerError:
        if private and arguments.id in private.read().evidence:
            raise TrackerError(f"{arguments.id} is private evidence: add --private.") from None
        raise
