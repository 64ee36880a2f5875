"""Follow what UN treaty bodies and civil society recommended to a State, from a folder of YAML files.

    dataset = tracker.load("data")
    view = tracker.View(dataset, today=date.today())
    dataset.frames().assessments  # a pandas table; see docs/analysis.md

Start reading in `tracker.model.records` (what is recorded), then `tracker.queries.view` (what is shown) and
`tracker.editing.store` (how it changes). Each package says in its docstring what is in it and where to start.
"""

from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tracker.editing.store import Store
from tracker.i18n import get_language
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

if TYPE_CHECKING:
    from tracker.queries.frames import Frames

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


class LoadedDataset(Dataset):
    """A dataset, with its tables for analysis."""

    def frames(self, *, as_of: date | None = None, recorded: str | None = None, language: str = "") -> "Frames":
        """Return the tables of the dataset for pandas: `recommendations`, `assessments`, `evidence`, `documents`, ….

        `as_of` and `recorded` choose a past state, as in `View`. `language` is the code of the language of the texts, by
        default the main language of the dataset.
        """
        # imported here, because pandas takes half a second
        from tracker.queries.frames import Frames

        settings = self.settings
        today = datetime.now(ZoneInfo(settings.timezone)).date()
        chosen = get_language(language or settings.language, settings)
        return Frames(View(self, today, as_of, recorded=recorded), chosen)


def load(folder: str | Path) -> LoadedDataset:
    """Read a data folder, and return its dataset. The `problems` of the dataset say what could not be read.

    Raises NoDataset if the folder is missing or unreadable.
    """
    dataset = DatasetReader(Path(folder)).read()
    return LoadedDataset(**{field.name: getattr(dataset, field.name) for field in fields(dataset)})
