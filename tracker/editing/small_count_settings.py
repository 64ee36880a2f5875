"""Permit small counts in the file safety.yaml of the dataset. A permitted count is shown as it is written.

Permitted counts are public, unlike other dismissed findings: what readers see must not depend on a private file.
"""

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter

from tracker.editing.store import Store
from tracker.model.errors import InvalidFile, NotAllowed, WriteFailed
from tracker.model.permissions import Permission, Person
from tracker.model.safety_config import PermittedCount, SafetyFile, SafetyFinding
from tracker.storage.atomic_write import replace_all
from tracker.storage.file_lock import lock_file
from tracker.storage.guarded_read import read_file
from tracker.storage.json_schema import schema_comment
from tracker.storage.record_builder import build_record
from tracker.storage.yaml_patch import patch_file
from tracker.storage.yaml_reader import compose, decode, to_values

_COUNTS = TypeAdapter(tuple[PermittedCount, ...])


def permit_counts(store: Store, dismissed: Iterable[SafetyFinding], by: Person) -> None:
    """Permit the small counts among the `dismissed` findings. Findings of other kinds are ignored.

    Raises NotAllowed, LockTimeout or WriteFailed. After an error nothing was changed.
    """
    if not by.can(Permission.DISMISS_FINDING):
        raise NotAllowed("Only a reviewer can dismiss a finding.")
    new = tuple(
        PermittedCount(record=finding.text_field.record, field=finding.text_field.field, words=finding.match.words)
        for finding in dismissed
        if finding.match.rule.shown
    )
    if not new:
        return
    path = store.root / "safety.yaml"
    try:
        with lock_file(store.root / ".lock"):
            raw = read_file(path) if path.exists() else None
            replace_all([(path, raw, _with_counts(raw, new))])
    except OSError as error:
        raise WriteFailed(
            f"Could not write to disk ({error.strerror}). The count is not shown yet; dismiss the finding again."
        ) from None
    store.reader.refresh(path)


def _with_counts(raw: bytes | None, new: tuple[PermittedCount, ...]) -> bytes:
    """Return the new contents of safety.yaml: the contents `raw` with the counts `new` added.

    `raw` is None if there is no file. Raises WriteFailed if the file is not valid.
    """
    header = schema_comment(SafetyFile)
    try:
        written: dict[str, Any] = to_values(compose(decode(raw) if raw is not None else header)) or {}
        before, _ = build_record(SafetyFile, written)
        counts = tuple(dict.fromkeys((*(before.counts if before else ()), *new)))
        values = {**written, "counts": _COUNTS.dump_python(counts, mode="json")}

        def read_back(patched: bytes) -> SafetyFile | None:
            file, _ = build_record(SafetyFile, to_values(compose(decode(patched))))
            return file if file is not None and file.counts == counts else None

        return patch_file(raw, values, read_back=read_back, header=header)[0]
    except (InvalidFile, TypeError):
        pass
    raise WriteFailed("safety.yaml cannot be read: correct it first. The count is not shown yet.")
