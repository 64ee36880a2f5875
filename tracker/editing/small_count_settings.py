"""Small counts that a reviewer settled, in safety.yaml: what everybody is shown must not rest on what is private."""

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter

from tracker.editing.store import Store
from tracker.model.errors import InvalidFile, NotAllowed, WriteFailed
from tracker.model.permissions import Permission, Person
from tracker.model.safety_config import PermittedCount, SafetyFile, SafetyFinding
from tracker.storage.atomic_write import replace_all
from tracker.storage.file_lock import lock_file
from tracker.storage.json_schema import schema_comment
from tracker.storage.record_builder import build_record
from tracker.storage.yaml_patch import patch_file
from tracker.storage.yaml_reader import compose, decode, to_values

_COUNTS = TypeAdapter(tuple[PermittedCount, ...])


def permit_counts(store: Store, settled: Iterable[SafetyFinding], by: Person) -> None:
    """Has the counts among what was settled shown as they are written. Raises NotAllowed, Busy or NotSaved; then nothing was changed."""
    if not by.can(Permission.DISMISS_FINDING):
        raise NotAllowed("Only a reviewer can settle a finding.")
    new = tuple(
        PermittedCount(record=one.text_field.record, field=one.text_field.field, words=one.match.words)
        for one in settled
        if one.match.rule.shown
    )
    if not new:
        return
    path = store.root / "safety.yaml"
    try:
        with lock_file(store.root / ".lock"):
            raw = path.read_bytes() if path.exists() else None
            replace_all([(path, raw, _with(raw, new))])
    except OSError as bad:
        raise WriteFailed(
            f"The disk did not take it ({bad.strerror}). The count is not shown yet; settle it again."
        ) from None
    store.reader.refresh(path)


def _with(raw: bytes | None, new: tuple[PermittedCount, ...]) -> bytes:
    header = schema_comment(SafetyFile)
    try:
        says: dict[str, Any] = to_values(compose(decode(raw) if raw is not None else header)) or {}
        before, _ = build_record(SafetyFile, says)
        counts = tuple(dict.fromkeys((*(before.counts if before else ()), *new)))
        wanted = {**says, "counts": _COUNTS.dump_python(counts, mode="json")}

        def read_back(out: bytes) -> SafetyFile | None:
            again, _ = build_record(SafetyFile, to_values(compose(decode(out))))
            return again if again is not None and again.counts == counts else None

        return patch_file(raw, wanted, read_back=read_back, header=header)[0]
    except (InvalidFile, TypeError):
        pass
    raise WriteFailed("safety.yaml cannot be read: correct it first. The count is not shown yet.")
