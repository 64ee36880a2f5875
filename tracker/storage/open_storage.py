"""Open the storage of records at a place: a folder, or an area in a database."""

import threading
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from tracker.config import AnyPlace, DatabasePlace
from tracker.storage.folder.storage import FolderStorage
from tracker.storage.record_storage import RecordStorage

if TYPE_CHECKING:
    from tracker.storage.database.storage import DatabaseStorage

_databases: "dict[AnyPlace, DatabaseStorage]" = {}
_lock = threading.Lock()


def open_storage(place: AnyPlace) -> RecordStorage:
    """Return the storage at `place`. For a database, all callers get the same one. Nothing is read or created yet."""
    with _lock:
        if (known := _databases.get(place)) is not None:
            return known
        if isinstance(place, DatabasePlace):
            # only who uses a database needs the packages for it
            from tracker.storage.database.storage import DatabaseStorage

            storage = DatabaseStorage(place)
            _databases[place] = _databases[storage.root] = storage
            return storage
    assert isinstance(place, PurePath)
    return FolderStorage(Path(place))


def close_databases() -> None:
    """End the threads and connections of all opened databases. Then `open_storage` opens them anew."""
    with _lock:
        storages = set(_databases.values())
        _databases.clear()
    for storage in storages:
        storage.close()
