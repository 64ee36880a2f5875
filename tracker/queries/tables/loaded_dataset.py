"""Read a data folder in a script or a notebook, with tables for analysis: `tracker.load`."""

from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tracker.i18n import get_language
from tracker.model.dataset import Dataset
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

if TYPE_CHECKING:
    from tracker.queries.tables.frames import Frames


class LoadedDataset(Dataset):
    """A dataset, with its tables for analysis."""

    def frames(self, *, as_of: date | None = None, recorded: str | None = None, language: str = "") -> "Frames":
        """Return the tables for pandas, of now or a past state. Texts are by default in the main language of the dataset."""
        # imported here, because pandas takes half a second
        from tracker.queries.tables.frames import Frames

        settings = self.settings
        today = datetime.now(ZoneInfo(settings.timezone)).date()
        chosen = get_language(language or settings.language, settings)
        return Frames(View(self, today, as_of, recorded=recorded), chosen)


def load(folder: str | Path) -> LoadedDataset:
    """Return the dataset of a folder. Its `problems` name the records that cannot be read. Raises NoDataset."""
    dataset = DatasetReader(Path(folder)).read()
    return LoadedDataset(**{field.name: getattr(dataset, field.name) for field in fields(dataset)})
