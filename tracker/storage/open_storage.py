"""Open the storage of records at a place: a folder."""

from pathlib import Path, PurePath

from tracker.storage.folder_storage import FolderStorage
from tracker.storage.record_storage import RecordStorage


def open_storage(place: PurePath) -> RecordStorage:
    """Return the storage at `place`, which is a folder. Nothing is read or made yet."""
    return FolderStorage(Path(place))
