"""Take the digests of untouched originals out of all files. Before, they stood under `received_sha256`, also in public."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from tracker.config import AnyPlace
from tracker.model.errors import InvalidFile
from tracker.model.file_kind import FileKind
from tracker.safety.redaction.files import entries_in, is_entry
from tracker.storage.attached_files import MAX_KEPT_BYTES, is_kept, kept_name, original_name
from tracker.storage.open_storage import open_storage
from tracker.storage.record_storage import RecordStorage, display_path
from tracker.storage.yaml.patch import patch_file
from tracker.storage.yaml.reader import compose, decode, to_values
from tracker.storage.yaml.record_builder import RECEIVED_DIGEST

OLDER_COPIES = (
    f"{RECEIVED_DIGEST} can show who gave a file. Git history, backups and packages that were made before still have it: "
    "see docs/redaction.md"
)
NEEDS_PRIVATE = (
    f"{RECEIVED_DIGEST} was not removed: the private folder may have untouched originals, and only this key leads to them. "
    "Set TRACKER_DATA to this folder and TRACKER_PRIVATE to the private one, and run it again. If no original was ever kept "
    "privately, add --no-originals."
)


def remove_received_digests(public: AnyPlace, private: AnyPlace | None, *, no_originals: bool = False) -> Iterator[str]:
    """Take the digests of originals out of the YAML files of both places, and yield what was done, as lines.

    `private` is the place of the private data, None if it is not known. First its originals get their new names, and what
    has only a digest is noted there: after that nothing else would lead to them. So without a private place nothing is
    removed, unless the host says that it never had an original (`no_originals`). If the machine stops, a second call
    finishes the work. Raises LockTimeout or OSError.
    """
    places = [place for place in (private, public) if place and open_storage(place).exists()]
    entries = [entry for place in places for entry in entries_in(open_storage(place))]
    if not any(RECEIVED_DIGEST in entry for entry in entries):
        return
    pairs = {(entry["sha256"], str(entry.get(RECEIVED_DIGEST, entry["sha256"]))) for entry in entries}
    if private and private in places:
        _name_originals(open_storage(private), pairs, kept={entry["sha256"] for entry in entries})
    elif not no_originals:
        yield NEEDS_PRIVATE
        return
    for place in places:
        storage, done = open_storage(place), list[str]()
        with storage.transaction() as transaction:
            for name in [name for name in storage.list_all() if name.endswith(".yaml")]:
                raw = transaction.read(name, None) or b""
                with suppress(InvalidFile):
                    new, count = _without_digests(raw)
                    if count:
                        transaction.stage([(name, raw, new)])
                        path = display_path(storage.root / name)
                        done.append(f"{path}: removed {count} digest{'s' * (count > 1)} of untouched originals")
            transaction.commit()
        yield from done
    yield OLDER_COPIES


def _name_originals(storage: RecordStorage, pairs: set[tuple[str, str]], *, kept: set[str]) -> None:
    """Name each original after its file. `pairs` are (digest of a file, digest of its original)."""
    for sha256, received in sorted(pairs):
        if sha256 == received:
            continue
        with storage.transaction() as transaction:
            old = {kind: name for kind in FileKind if is_kept(storage, name := kept_name(f"{received}.{kind.value}"))}
            new = {original_name(sha256, received, kind.value): storage.read(old[kind], MAX_KEPT_BYTES) for kind in old}
            new = new or {original_name(sha256, received): b""}
            transaction.stage([(name, None, raw) for name, raw in new.items() if not is_kept(storage, name)])
            # an original can be the file of another entry, or the original of two files
            if received not in kept and sum(received == each for _, each in pairs) == 1:
                transaction.discard(*old.values())
            transaction.commit()


def _without_digests(raw: bytes) -> tuple[bytes, int]:
    """Return (new bytes of a file, number of digests in it). Raises InvalidFile."""
    if RECEIVED_DIGEST.encode() not in raw:
        return raw, 0
    removed = list[str]()

    def without(value: Any) -> Any:
        if isinstance(value, list):
            return [without(item) for item in value]
        if not isinstance(value, dict):
            return value
        if is_entry(value) and RECEIVED_DIGEST in value:
            removed.append(value[RECEIVED_DIGEST])
            value = {key: item for key, item in value.items() if key != RECEIVED_DIGEST}
        return {key: without(item) for key, item in value.items()}

    values = without(to_values(compose(decode(raw))))
    patched, _ = patch_file(raw, values, read_back=lambda new: to_values(compose(decode(new))) == values or None)
    return patched, len(removed)
