"""Small counts that a reviewer settled, in safety.yaml: what everybody is shown must not rest on what is private."""

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter

from tracker.editing.prepared_file import NotSaved
from tracker.editing.store import Store
from tracker.model.permissions import NotAllowed, Permission, Person
from tracker.safety.patterns import Count, SafetyFile
from tracker.safety.scanner import Found
from tracker.storage.atomic_write import replace_all
from tracker.storage.file_lock import locked
from tracker.storage.json_schema import first_line
from tracker.storage.record_builder import build
from tracker.storage.yaml_patch import splice
from tracker.storage.yaml_reader import Broken, compose, decode, plain

_COUNTS = TypeAdapter(tuple[Count, ...])


def show_counts(store: Store, settled: Iterable[Found], by: Person) -> None:
    """Has the counts among what was settled shown as they are written. Raises NotAllowed, Busy or NotSaved; then nothing was changed."""
    if not by.can(Permission.DISMISS_FINDING):
        raise NotAllowed("Only a reviewer can settle a finding.")
    new = tuple(
        Count(record=one.written.record, field=one.written.field, words=one.concern.words)
        for one in settled
        if one.concern.rule.shown
    )
    if not new:
        return
    path = store.root / "safety.yaml"
    try:
        with locked(store.root / ".lock"):
            raw = path.read_bytes() if path.exists() else None
            replace_all([(path, raw, _with(raw, new))])
    except OSError as bad:
        raise NotSaved(
            f"The disk did not take it ({bad.strerror}). The count is not shown yet; settle it again."
        ) from None
    store.reader.refresh(path)


def _with(raw: bytes | None, new: tuple[Count, ...]) -> bytes:
    text = first_line(SafetyFile) if raw is None else decode(raw)
    try:
        says: dict[str, Any] = plain(compose(text)) or {}
        before, _ = build(SafetyFile, says)
        counts = tuple(dict.fromkeys((*(before.counts if before else ()), *new)))
        wanted = {**says, "counts": _COUNTS.dump_python(counts, mode="json")}
        for quoted in (False, True):
            out = splice(text, wanted, quoted=quoted).encode()
            again, _ = build(SafetyFile, plain(compose(decode(out))))
            if again is not None and again.counts == counts:
                return out
    except (Broken, TypeError):
        pass
    raise NotSaved("safety.yaml cannot be read: correct it first. The count is not shown yet.")
