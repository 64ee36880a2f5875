"""Requests of readers, for tests of what is published."""

from datetime import date
from pathlib import Path
from typing import Any

from tests.support.examples import examples
from tests.support.small_dataset import dataset
from tracker.i18n import get_language
from tracker.model.dataset import Dataset
from tracker.publishing.render_context import ViewRequest
from tracker.queries.lists.filters import Filters
from tracker.queries.view import View

TODAY = date(2026, 6, 18)
ORIGIN = "https://tracker.example"


def ask(
    found: Dataset,
    lang: str = "en",
    *,
    as_of: date | None = None,
    recorded: str | None = None,
    one: str = "",
    **params: Any,
) -> ViewRequest:
    """Return the request of a reader. `one` is the id in the path of the address, `params` are its parameters, each a list."""
    view = View(found, TODAY, as_of, recorded)
    language = get_language(lang, found.settings)
    return ViewRequest(view, language, Filters.from_params(view, params), ORIGIN, one, params)


def small(root: Path, *more: tuple[str, str]) -> Dataset:
    """Return the small dataset with these records, given as (name, text) like in `small_dataset.folder`."""
    return dataset(root, dict(more))


RECORDS = examples(__file__)
ASSESSED, LAW, CO = RECORDS["assessed"], RECORDS["law"], RECORDS["co"]
FILES = (("r/x", ASSESSED), ("r/y", CO), ("e/law", LAW))
LATER = (
    ASSESSED
    + """\
  - {voice: civil-society, status: implemented, date: 2025-04-01, reason: Opened again., evidence: [law], recorded: 2026-01-09T12:00:00.000000Z}
"""
)
"""The same recommendation after an assessment was recorded on 9 January, dated back to April 2025."""
BEFORE = "2026-01-05T12:00:00.000000Z"
