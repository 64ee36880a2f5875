"""Follow what UN treaty bodies and civil society recommended to a State, from a folder of YAML files.

    dataset = tracker.load("data")
    view = tracker.View(dataset, today=date.today())
    dataset.frames().assessments  # a pandas table; see docs/analysis.md

Start reading in `tracker.model.records` (what is recorded), then `tracker.queries.view` (what is shown) and
`tracker.editing.store` (how it changes). Each package says in its docstring what is in it and where to start.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tracker.editing.store import Store
    from tracker.model.dataset import Dataset
    from tracker.model.errors import (
        Conflict,
        InvalidFile,
        LockTimeout,
        NoDataset,
        NotAllowed,
        SafetyFindings,
        TrackerError,
        ValidationFailed,
        WriteFailed,
    )
    from tracker.queries.tables.loaded_dataset import LoadedDataset, load
    from tracker.queries.view import View
    from tracker.storage.dataset_reader import DatasetReader

__all__ = [
    "Conflict",
    "Dataset",
    "DatasetReader",
    "InvalidFile",
    "LoadedDataset",
    "LockTimeout",
    "NoDataset",
    "NotAllowed",
    "SafetyFindings",
    "Store",
    "TrackerError",
    "ValidationFailed",
    "View",
    "WriteFailed",
    "load",
]
_MODULES = {
    "Dataset": "tracker.model.dataset",
    "DatasetReader": "tracker.storage.dataset_reader",
    "LoadedDataset": "tracker.queries.tables.loaded_dataset",
    "Store": "tracker.editing.store",
    "View": "tracker.queries.view",
    "load": "tracker.queries.tables.loaded_dataset",
}


def __getattr__(name: str) -> Any:
    """Import a name of `__all__` when it is first used: a process that cleans one file must not wait for all modules.

    Raise AttributeError for other names.
    """
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES.get(name, "tracker.model.errors")), name)
