"""Find the text of a record by its id, open it, check what was typed, and save it: for the command `edit`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from pathlib import PurePath
from typing import Any

from tracker.editing.hand_edits import HandEdit, check_edit, locate_findings, locate_in
from tracker.editing.store import Store
from tracker.model.dataset import all_records
from tracker.model.errors import InvalidFile, SafetyFindings, TrackerError, ValidationFailed
from tracker.model.field_types import is_id
from tracker.model.permissions import Person
from tracker.model.problems import Problem, RuleViolation
from tracker.model.safety_config import SafetyFile
from tracker.safety.scanner import IsDismissed
from tracker.storage.data_folder import is_data_file
from tracker.storage.record_storage import FilesChanged, RecordStorage, display_path
from tracker.storage.yaml.excerpt import Excerpt, cut_item
from tracker.storage.yaml.file_parser import RECORD_FOLDERS, REGISTER_FILES
from tracker.storage.yaml.json_schema import schema_comment
from tracker.storage.yaml.patch import BOM
from tracker.storage.yaml.reader import compose, decode, to_values
from tracker.validation.check import locate_violations

SAFETY_FILE = "safety.yaml"
NAMED_FILES = {"settings": "tracker.yaml", "safety": SAFETY_FILE}
"""What can be edited without an id → the file in which it is."""


class NotSaved(TrackerError):
    """What was typed cannot be saved. The text has a line for each problem."""


@dataclass(frozen=True, slots=True)
class OpenedText:
    """A text as it was opened: `raw` are the bytes of its file, None if there is none yet, `shown` those to edit.

    `excerpt` is the part of the file that is edited. None means the whole file.
    """

    raw: bytes | None
    shown: bytes
    excerpt: Excerpt | None = None


@dataclass(frozen=True, slots=True)
class EditTarget:
    """What is edited: the file `name`, or the item with the id `item_id` of the list `list_key` in it.

    `is_dismissed` is as in `Store`; None means that the file is private, and safety is not checked.
    """

    store: Store
    name: str
    is_dismissed: IsDismissed | None
    list_key: str = ""
    item_id: str = ""

    @property
    def label(self) -> str:
        """Return how messages name the text."""
        path = display_path(self.store.root / self.name)
        return f"{self.item_id} in {path}" if self.list_key else path

    @property
    def draft_name(self) -> str:
        """Return the name of a file in which the text is edited."""
        return f"{self.item_id}.yaml" if self.list_key else PurePath(self.name).name

    def open(self) -> OpenedText:
        """Return the text as it is now. Raises TrackerError if it is not there or cannot be read."""
        self.store.reader.read_or_fail(fresh=True)
        try:
            raw = self.store.storage.snapshot(fresh=True).read(self.name)
        except FileNotFoundError:
            if self.name != SAFETY_FILE:
                raise TrackerError(f"{self.label} is not there any more.") from None
            return OpenedText(None, schema_comment(SafetyFile).encode())
        except OSError as error:
            raise TrackerError(f"{self.label} cannot be read ({error.strerror}).") from None
        try:
            excerpt = cut_item(decode(raw), self.list_key, self.item_id) if self.list_key else None
        except InvalidFile:
            excerpt = None
        return OpenedText(raw, excerpt.text.encode() if excerpt else raw, excerpt)

    def check(self, opened: OpenedText, typed: bytes, *, by: Person, now: datetime) -> list[str]:
        """Return what is wrong with the text that was typed, in the words of `check`, with the lines of this text.

        Raises what `Store.save_text` raises, except FilesChanged, ValidationFailed and SafetyFindings.
        """
        try:
            edit = self._edit(opened, typed)
        except InvalidFile as bad:
            return [self._line(opened, bad.line, bad.message)]
        found = check_edit(self.store.reader.read_or_fail(), edit, self.is_dismissed, now=now)
        lines = [self._line(opened, line, message, edit=edit) for line, message in found]
        try:
            self.store.save_text(edit, by=by, reason="", only_check=True)
        except FilesChanged:
            pass  # what was typed is compared with the text of now when it is saved
        except InvalidFile as bad:
            lines = lines or [self._line(opened, bad.line, bad.message, edit=edit)]
        except ValidationFailed as error:
            lines += self._lines_of(opened, edit, error.violations)
        except SafetyFindings as error:
            lines = lines or self._lines_of(opened, edit, list(locate_findings(error, self.store.root / self.name)))
        return lines

    def save(self, opened: OpenedText, typed: bytes, *, by: Person, reason: str) -> None:
        """Save what was typed. If only other parts of the file changed since it was opened, they stay as they are now.

        Raises NotSaved if it breaks rules, FilesChanged if the text itself changed since it was opened, and what
        `Store.save_text` raises.
        """
        while True:
            edit = self._edit(opened, typed)
            try:
                return self.store.save_text(edit, by=by, reason=reason)
            except ValidationFailed as error:
                raise NotSaved("\n".join(self._lines_of(opened, edit, error.violations))) from None
            except SafetyFindings as error:
                violations = list(locate_findings(error, self.store.root / self.name))
                raise NotSaved("\n".join(self._lines_of(opened, edit, violations))) from None
            except FilesChanged:
                current = self.open()
                if current.excerpt is None or current.shown != opened.shown:
                    raise
                opened = current

    def _edit(self, opened: OpenedText, typed: bytes) -> HandEdit:
        """Return the edit of the whole file. Raises InvalidFile if a part was typed that cannot be put back into it."""
        if opened.excerpt is None or opened.raw is None:
            return HandEdit(self.name, opened.raw, typed)
        part, text = decode(typed), decode(opened.raw)
        new = to_values(compose(part))
        whole = opened.excerpt.put_back(text, part)
        expected = to_values(compose(text))
        items = expected[self.list_key]
        place = next(i for i, item in enumerate(items) if isinstance(item, dict) and item.get("id") == self.item_id)
        items[place] = new
        if to_values(compose(whole)) != expected:
            raise InvalidFile(1, f"this cannot be put back into {self.name}; edit the whole file")
        return HandEdit(self.name, opened.raw, BOM * opened.raw.startswith(BOM) + whole.encode())

    def _lines_of(self, opened: OpenedText, edit: HandEdit, violations: Sequence[RuleViolation]) -> list[str]:
        """Return violations as lines of output. Those in other files have the line that they have there now."""
        path = self.store.root / self.name
        own = locate_in(decode(edit.typed), (one for one in violations if one.path == path))
        others = locate_violations((v for v in violations if v.path != path), self.store.reader.read_or_fail())
        return [*(self._line(opened, line, message, edit=edit) for line, message in own), *map(str, others)]

    def _line(self, opened: OpenedText, line: int, message: str, *, edit: HandEdit | None = None) -> str:
        """Return a problem as a line of output. `line` counts in the file of `edit`; without it, in the text as shown."""
        path, excerpt = display_path(self.store.root / self.name), opened.excerpt
        if excerpt is None:
            return str(Problem(path, line, message))
        if edit is None:
            return str(Problem(self.draft_name, line, message))
        grown = edit.typed.count(b"\n") - (edit.before or b"").count(b"\n")
        shown, length = line - excerpt.line + 1, excerpt.text.count("\n") + grown
        if 1 <= shown <= length:
            return str(Problem(self.draft_name, shown, message))
        return str(Problem(path, line if shown < 1 else line - grown, message))


def find_target(store: Store, wanted: str, is_dismissed: IsDismissed | None, folders: Sequence[str] = ()) -> EditTarget:
    """Return what a person wants to edit: an id, one of NAMED_FILES, or the name of a data file.

    With `folders`, only these folders are searched for an id. Raises TrackerError if there is no such text, or if
    several records have the id.
    """
    places = list(_find_places(store.storage, wanted, folders))
    if len(places) > 1:
        names = ", ".join(name for name, _ in places)
        raise TrackerError(f"Several records have the id {wanted}. Give the name of the file instead: {names}")
    if not places:
        dataset = store.reader.read_or_fail()
        ids = [*(record.id for record in all_records(dataset)), *dataset.bodies, *NAMED_FILES]
        near = get_close_matches(wanted[:80], ids, n=1)
        advice = f" Did you mean {near[0]}?" if near else ""
        raise TrackerError(f"There is nothing with the id {wanted[:80]!r}.{advice}")
    ((name, list_key),) = places
    return EditTarget(store, name, is_dismissed, list_key=list_key, item_id=wanted if list_key else "")


def _find_places(storage: RecordStorage, wanted: str, folders: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield (name of the file, key of the list in it) for each place of the id `wanted`. The key is "" for a whole file."""
    if not folders and wanted in NAMED_FILES:
        yield NAMED_FILES[wanted], ""
    elif not folders and is_data_file(wanted):
        yield from [(wanted, "")] if storage.stat(wanted) or wanted == SAFETY_FILE else []
    elif is_id(wanted):
        names = [f"{folder}/{wanted}.yaml" for folder in folders or RECORD_FOLDERS]
        yield from ((name, "") for name in names if storage.stat(name))
        for name, (key, _) in {} if folders else REGISTER_FILES.items():
            if wanted in _ids_in_list(storage, name, key):
                yield name, key


def _ids_in_list(storage: RecordStorage, name: str, key: str) -> set[Any]:
    """Return the ids in the list `key` of a file, also of items that are not valid. Empty if the file is not YAML."""
    try:
        values = to_values(compose(decode(storage.read(name))))
    except (InvalidFile, OSError):
        return set()
    items = values.get(key) if isinstance(values, dict) else None
    return {str(item.get("id")) for item in items or () if isinstance(item, dict)}
