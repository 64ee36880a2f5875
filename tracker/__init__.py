"""Follow what UN treaty bodies and civil society recommended to a State, from a folder of YAML files.

    dataset = tracker.load("data")
    view = tracker.View(dataset, today=date.today())

Start reading in `tracker.model.records` (what is recorded), then `tracker.queries.view` (what is shown) and
`tracker.editing.store` (how it changes). Each package says in its docstring what is in it and where to start.
"""

from pathlib import Path

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
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

__all__ = [
    "Conflict",
    "Dataset",
    "DatasetReader",
    "InvalidFile",
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


def load(folder: str | Path) -> Dataset:
    """Read a data folder, and return its dataset. The `problems` of the dataset say what could not be read.

    Raises NoDataset if the folder is missing or unreadable.
    """
    return DatasetReader(Path(folder)).read()
