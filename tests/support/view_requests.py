"""Requests of readers, for tests of what is published."""

from datetime import date
from pathlib import Path

from tests.support.small_dataset import dataset
from tracker.i18n import get_language
from tracker.model.dataset import Dataset
from tracker.publishing.request import ViewRequest
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
    **params: list[str],
) -> ViewRequest:
    """Return the request of a reader. `one` is the id in the path of the address, `params` are its parameters."""
    view = View(found, TODAY, as_of, recorded)
    language = get_language(lang, found.settings)
    return ViewRequest(view, language, Filters.from_params(view, params), ORIGIN, one, params)


def small(root: Path, *more: tuple[str, str]) -> Dataset:
    """Return the small dataset with these records, given as (name, text) like in `small_dataset.folder`."""
    return dataset(root, dict(more))


ASSESSED = """\
issued_by: civil-society
document: report-2024
paragraph: 7
title: {en: Expand the programme, ru: Расширить программу}
summary: {en: The programme should grow., ru: "Программа должна расти; для всех."}
verification: seen
source: {document: report-2024, link: "https://example.org/report"}
tags: [{tagged_by: ours, themes: [health, drug-policy]}]
recorded: 2026-01-01T12:00:00.000000Z
recorded_by: editor-anna
assessments:
  - {voice: civil-society, status: not-implemented, direction: backward, date: 2025-03-04, reason: Closed., evidence: [law], recorded: 2026-01-02T12:00:00.000000Z, recorded_by: editor-anna}
  - {voice: state, status: implemented, date: 2025, reason: All is done., recorded: 2026-01-03T12:00:00.000000Z, recorded_by: editor-bolot}
"""
LAW = """\
kind: law
publisher: Парламент
title: Закон
published: 2025-02
happened: 2025-01-31
summary: A law.
dimension: law
verification: seen
link: https://example.org/law?a=1&b=2
relevant_to: [{recommendation: x, effect: setback, recorded: 2026-01-02T12:00:00.000000Z}]
recorded: 2026-01-02T12:00:00.000000Z
recorded_by: editor-bolot
"""
CO = """\
issued_by: committee
document: co-2024
title: T
summary: S
verification: seen
source: {document: co-2024}
recorded: 2026-01-01T12:00:00.000000Z
"""
FILES = (("r/x", ASSESSED), ("r/y", CO), ("e/law", LAW))
LATER = (
    ASSESSED
    + """\
  - {voice: civil-society, status: implemented, date: 2025-04-01, reason: Opened again., evidence: [law], recorded: 2026-01-09T12:00:00.000000Z}
"""
)
"""The same recommendation after an assessment was recorded on 9 January, dated back to April 2025."""
BEFORE = "2026-01-05T12:00:00.000000Z"
