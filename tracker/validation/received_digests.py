"""Take the digests of untouched originals out of all files. Before, they stood under `received_sha256`, also in public."""

from collections.abc import Iterator
from typing import Any

from tracker.config import AnyPlace
from tracker.model.file_kind import FileKind
from tracker.safety.redaction.files import entries_in, is_entry
from tracker.storage.attached_files import MAX_KEPT_BYTES, is_kept, kept_name, original_name
from tracker.storage.open_storage import open_storage
from tracker.storage.record_storage import RecordStorage
from tracker.storage.yaml.patch import patch_file
from tracker.storage.yaml.reader import compose, decode, to_values
from tracker.storage.yaml.renamed_keys import RECEIVED_DIGEST
from tracker.validation.rewrite_files import rewrite_files

OLDER_COPIES = (
    f"{RECEIVED_DIGEST} can show who gave a file. Git history, backups and packages that were made before still have it: "
    "see docs/redaction.md"
)


def remove_received_digests(public: AnyPlace, private: AnyPlace | None) -> Iterator[str]:
    """Take the digests of originals out of the YAML files of both places, and yield what was done, as lines.

    `private` is the place of the private data, None if there is none. First its originals get their new names, and what
    has only a digest is noted there: after that nothing else would lead to them. If the machine stops, a second call
    finishes the work. Raises LockTimeout or OSError.
    """
    places = [place for place in (private, public) if place and open_storage(place).exists()]
    entries = [entry for place in places for entry in entries_in(open_storage(place))]
    pairs = {(entry["sha256"], str(entry.get(RECEIVED_DIGEST, entry["sha256"]))) for entry in entries}
    if private in places and private:
        _name_originals(open_storage(private), pairs, kept={entry["sha256"] for entry in entries})
    has_changed = False
    for place in places:
        storage = open_storage(place)
        files = {name: None for name in storage.list_all() if name.endswith(".yaml")}
        for path, count in rewrite_files(place, files, lambda _, text: _without_digests(text)):
            has_changed = True
            yield f"{path}: removed {count} digest{'s' * (count > 1)} of untouched originals"
    if has_changed:
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


def _without_digests(text: str) -> tuple[str, int]:
    if RECEIVED_DIGEST not in text:
        return text, 0
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

    values = without(to_values(compose(text)))
    patched, _ = patch_file(
        text.encode(), values, read_back=lambda raw: to_values(compose(decode(raw))) == values or None
    )
    return patched.decode(), len(removed)
