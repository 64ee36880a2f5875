"""A small dataset for tests: two committees, a report, two concluding observations. Each test has its own records."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tracker.editing.store import Store
from tracker.model.dataset import Dataset
from tracker.model.localized_text import NO_LANGUAGE_CODE, TextVariant
from tracker.model.permissions import Person, Role
from tracker.model.records import Assessment, Evidence
from tracker.model.vocabulary import EvidenceDimension, EvidenceKind, Status, Verification, Voice
from tracker.storage.dataset_reader import DatasetReader

ANNA = Person(Role.EDITOR, "editor-anna")
BOLOT = Person(Role.EDITOR, "editor-bolot")

TRACKER = """\
title: A small dataset
state_party: Ruritania
publisher: {name: Nobody}
themes:
  - {id: drug-policy, label: Drug policy}
  - {id: health, label: Health}
statuses:
""" + "".join(
    f"  {status}: {{label: {status}, definition: x, colour: '#000000', dark: '#ffffff'}}\n" for status in Status
)

BODIES = """\
treaty_bodies:
  - {id: cescr, code: CESCR, name: Committee on Rights, treaty: Covenant}
  - id: cat
    code: CAT
    name: Committee against Torture
    treaty: Convention
    scales: [{verification: seen, grades: [{grade: A}, {grade: B1}]}]
"""

DOCUMENTS = """\
documents:
  - {id: report-2024, body: cescr, kind: alternative-report, title: Report, cycle: cescr-2024, issued: 2024-02, verification: seen}
  - {id: co-2024, body: cescr, kind: concluding-observations, title: CO, symbol: E/C.12/RUR/CO/4, cycle: cescr-2024, issued: 2024-03-28, verification: seen}
  - {id: co-2021, body: cat, kind: concluding-observations, title: CO, symbol: CAT/C/RUR/CO/3, cycle: cat-2021, issued: 2021-12, verification: seen}
"""

ASKED = "issued_by: civil-society\ndocument: report-2024\ntitle: T\nsummary: S\nverification: seen\nsource: {document: report-2024, paragraph: 1}\n"
"""A civil-society recommendation; more keys may follow."""
CONCLUDED = "issued_by: committee\ndocument: co-2024\ntitle: T\nsummary: S\nverification: seen\nsource: {document: co-2024, paragraph: 1}\n"
"""A committee's recommendation; more keys may follow."""
SHOWN = "kind: news\npublisher: A paper\nsummary: S\ndimension: law\nverification: reported\n"
"""An evidence item; more keys may follow."""


def folder(root: Path, files: dict[str, str | bytes]) -> Path:
    """Write a data folder and return it. The name r/x stands for recommendations/x.yaml, e/x for evidence/x.yaml."""
    for name, text in {"tracker": TRACKER, "treaty_bodies": BODIES, "documents": DOCUMENTS, **files}.items():
        path = root / f"{name.replace('r/', 'recommendations/').replace('e/', 'evidence/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def dataset(root: Path, files: dict[str, str | bytes]) -> Dataset:
    """Return the dataset of such a folder. Fails if it has problems."""
    found = DatasetReader(folder(root, files)).read()
    assert [str(problem) for problem in found.problems] == []
    return found


def said(text: str) -> dict[str, TextVariant]:
    """Return a text in the main language of the dataset."""
    return {NO_LANGUAGE_CODE: TextVariant(text=text)}


class Clock:
    """A clock that goes on by a second each time it is read."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 31, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def store_of(root: Path, files: dict[str, str | bytes]) -> Store:
    """Return a store for a folder with these files. Only what the store saves is read again."""
    return Store(DatasetReader(folder(root, files), look_every=10_000), clock=Clock())


PARTLY = Assessment(voice=Voice.CIVIL_SOCIETY, status=Status.PARTIALLY, date="2026-01", reason=said("A bill."))
LAW = Evidence(
    id="law-2026",
    kind=EvidenceKind.LAW,
    publisher="Parliament",
    summary=said("The law."),
    dimension=EvidenceDimension.LAW,
    verification=Verification.REPORTED,
)
