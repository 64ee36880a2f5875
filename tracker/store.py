"""The one door back: saving changed records, so that nobody is overwritten and nothing acknowledged is lost."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tracker import rules
from tracker.build import build
from tracker.dataset import Dataset, Reader
from tracker.disk import replace_all
from tracker.files import Broken, compose, decode, plain, version_of
from tracker.lock import locked
from tracker.merge import merge
from tracker.model import Change, Evidence, Recommendation
from tracker.parse import parse
from tracker.people import Deed, NotAllowed, Person
from tracker.problems import Finding, TrackerError
from tracker.recorded import LISTS, Record, Stamps, next_moment
from tracker.render import block, values_of
from tracker.schema import first_line
from tracker.splice import splice

EVENTS = {*LISTS, "afterwards", "recorded", "recorded_by", "history", "id", "version"}
"""What carries its own recorded time; an edit of anything else is kept in the history."""


class Conflict(TrackerError):
    """The file is not the one that the change was made on. `now` is what it says now, None when it is gone or broken."""

    def __init__(self, mine: Record, now: Record | None) -> None:
        super().__init__(f"{mine.id} was changed in between. Nothing was saved, and nothing was overwritten.")
        self.mine, self.now = mine, now


class Refused(TrackerError):
    """The change breaks rules; `findings` say which, and where."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("Nothing was saved: " + "; ".join(finding.what for finding in findings))
        self.findings = findings


class NotSaved(TrackerError):
    """The disk did not take it."""


@dataclass(frozen=True, slots=True)
class _Ready:
    path: Path
    record: Record
    raw: bytes
    was: bytes | None


def utc_now() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


class Store:
    """Saves records of one data folder. Threads and processes may share the folder."""

    def __init__(self, reader: Reader, *, clock: Callable[[], datetime] = utc_now) -> None:
        self.reader, self.root, self._clock = reader, reader.root, clock

    def save(self, *changed: Record, by: Person, reason: str) -> tuple[Record, ...]:
        """Saves all of the records or none, and gives them back in their order, with new versions and recorded times.

        Each record carries the version it was read in; an empty version means that it is new. Raises Conflict, Refused,
        NotAllowed, Busy or NotSaved; then nothing was changed.
        """
        if not by.may(Deed.SAVE) or not by.handle:
            raise NotAllowed("Only an editor can save. Nothing was saved.")
        if not reason.strip():
            raise Refused((Finding(self.root, (), "a save needs a reason; say in a sentence why"),))
        try:
            with locked(self.root / ".lock") as lock:
                ready = self._prepare(changed, by, reason.strip(), lock)
                # Evidence first: a crash in between leaves evidence that nothing names yet, never a name without it.
                order = sorted(ready, key=lambda item: not isinstance(item.record, Evidence))
                replace_all([(item.path, item.was, item.raw) for item in order])
        except OSError as bad:
            raise NotSaved(
                f"The disk did not take it ({bad.strerror}). Nothing was saved; what you typed is still here."
            ) from None
        self.reader.refresh(*(item.path for item in ready))
        return tuple(item.record for item in ready)

    def _prepare(self, changed: tuple[Record, ...], by: Person, reason: str, lock: int) -> list[_Ready]:
        dataset = self.reader.read()
        there = [_now(dataset, record) for record in changed]
        for record, (now, version, _) in zip(changed, there, strict=True):
            if (version or "") != record.version:
                raise Conflict(record, now)
        before = [now for now, _, _ in there]
        stamps = Stamps(next_moment(self._clock(), dataset, before, lock), by.handle)
        after = [_stamped(old, record, stamps, reason) for old, record in zip(before, changed, strict=True)]
        self._check(dataset, before, after)
        ready = [_ready(dataset.file_of(new), raw, old, new) for (old, _, raw), new in zip(there, after, strict=True)]
        stamps.keep(lock)
        return ready

    def _check(self, dataset: Dataset, before: list[Record | None], after: list[Record]) -> None:
        changed = replace(
            dataset,
            recommendations={**dataset.recommendations, **{r.id: r for r in after if isinstance(r, Recommendation)}},
            evidence={**dataset.evidence, **{e.id: e for e in after if isinstance(e, Evidence)}},
        )
        wrong: list[Finding] = []
        for old, new in zip(before, after, strict=True):
            # what was wrong before does not stand in the way of a save; the same fault once more does
            known = Counter(f.what for f in rules.of_record(dataset, old)) if old else Counter()
            for finding in rules.of_record(changed, new):
                known[finding.what] -= 1
                wrong += [finding] if known[finding.what] < 0 else []
            if old:
                wrong += [Finding(dataset.file_of(new), (name,), what) for name, what in _overwritten(old, new)]
        if wrong:
            raise Refused(tuple(wrong))


def _overwritten(old: Record, new: Record) -> Iterator[tuple[str, str]]:
    """(field, what is wrong) where what was recorded did not stay as it was."""
    for name in LISTS:
        if not _only_adds(getattr(old, name, ()), getattr(new, name, ())):
            what = "assessments are" if name == "assessments" else f"what {name!r} lists is"
            yield name, f"{what} added, never overwritten"
    if new.afterwards[: len(old.afterwards)] != old.afterwards:
        yield "afterwards", "what became of a record is added, never overwritten"


def _only_adds(old: tuple[Any, ...], new: tuple[Any, ...]) -> bool:
    """Whether every item stays as it was; events may be added to it, and items behind it."""
    return len(new) >= len(old) and all(
        replace(now, afterwards=was.afterwards) == was and now.afterwards[: len(was.afterwards)] == was.afterwards
        for was, now in zip(old, new, strict=False)
    )


def _now(dataset: Dataset, record: Record) -> tuple[Record | None, str | None, bytes | None]:
    """The record, its version and its bytes as the disk has them at this moment."""
    path = dataset.file_of(record)
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None, None, None
    try:
        records, _ = parse(path, raw)
    except Broken:
        records = ()
    return (records[0] if records else None), version_of(raw), raw


def _stamped(old: Record | None, new: Record, stamps: Stamps, reason: str) -> Record:
    """The record with recorded times at what is new, and the edits of its texts in its history."""
    changes: dict[str, Any] = {}
    for name in LISTS:
        if items := getattr(new, name, ()):
            changes[name] = stamps.on(items, getattr(old, name, ()))
    # Times, names and history are ours to give: what the caller says of them does not count.
    if old is None:
        changes |= {"recorded": stamps(), "recorded_by": stamps.handle, "history": ()}
    else:
        changes |= {"recorded": old.recorded, "recorded_by": old.recorded_by}
        changes["history"] = old.history + _edits(old, new, stamps, reason)
    changes["afterwards"] = stamps.events(new.afterwards, old.afterwards if old else ())
    return replace(new, **changes)


def _edits(old: Record, new: Record, stamps: Stamps, reason: str) -> tuple[Change, ...]:
    before, after = values_of(old), values_of(new)
    reason = reason if len(reason) <= 500 else reason[:499] + "…"
    fields = [key for key in {**after, **before} if key not in EVENTS and before.get(key) != after.get(key)]
    return tuple(
        Change(
            recorded=stamps(), recorded_by=stamps.handle, reason=reason, field=key,
            was=block(before[key]).removesuffix("\n") if key in before else None,
        )
        for key in fields
    )  # fmt: skip


def _ready(path: Path, raw: bytes | None, old: Record | None, new: Record) -> _Ready:
    """The new bytes of a file, read back and found to say what was asked."""
    values = values_of(new)
    values.pop("id")
    for quoted in (False, True):
        if raw is None or old is None:
            text, mark = first_line(type(new)) + block(values, quoted=quoted), b""
        else:
            text, mark = _edited(raw, old, values, quoted)
        out = mark + text.encode()
        again = _read_back(new, out)
        if again is not None:
            return _Ready(path, again, out, raw)
    raise NotSaved(
        f"{path.name} could not be written so that it reads back the same. Nothing was saved; please report this."
    )


def _edited(raw: bytes, old: Record, values: dict[str, Any], quoted: bool) -> tuple[str, bytes]:
    text = decode(raw)
    before = values_of(old)
    before.pop("id")
    wanted = merge(plain(compose(text)), before, values)
    return splice(text, wanted, quoted=quoted), b"\xef\xbb\xbf" if raw.startswith(b"\xef\xbb\xbf") else b""


def _read_back(asked: Record, raw: bytes) -> Record | None:
    try:
        record, _ = build(type(asked), plain(compose(decode(raw))), id=asked.id, version=version_of(raw))
    except Broken:
        return None
    return record if record is not None and replace(record, version=asked.version) == asked else None
