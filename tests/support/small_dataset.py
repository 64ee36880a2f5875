"""A small dataset for tests: two committees, a report, two concluding observations. Each test has its own records."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.support.examples import examples
from tracker.editing.store import Store
from tracker.model.dataset import Dataset
from tracker.model.localized_text import NO_LANGUAGE_CODE, TextVariant
from tracker.model.permissions import Person, Role
from tracker.model.records import Assessment, Evidence
from tracker.model.vocabulary import EvidenceDimension, EvidenceKind, Status, Verification, Voice
from tracker.storage.dataset_reader import DatasetReader

ANNA = Person(Role.EDITOR, "editor-anna")
BOLOT = Person(Role.EDITOR, "editor-bolot")
REVIEWER = Person(Role.REVIEWER, "reviewer-x1")
WATCH = Person(Role.EDITOR, "editor-w1", "watch")
CENTRE = Person(Role.EDITOR, "editor-c1", "centre")
NOBODYS = Person(Role.EDITOR, "editor-n1")
ORGANISATIONS = """\
languages: [en, ru]
organisations:
  - {id: watch, name: Health Watch, kind: civil-society}
  - {id: centre, name: A Centre, abbreviation: AC, kind: civil-society}
"""
"""Settings that name the organisations of WATCH and CENTRE."""

TEXTS = examples(__file__)
TRACKER = TEXTS["tracker"] + "".join(
    f"  {status}: {{label: {status}, definition: x, colour: '#000000', dark: '#ffffff'}}\n" for status in Status
)

BODIES, DOCUMENTS = TEXTS["bodies"], TEXTS["documents"]
ASKED, CONCLUDED, SHOWN = TEXTS["asked"], TEXTS["concluded"], TEXTS["shown"]
"""A recommendation of civil society, one of a committee, and evidence; more keys may follow."""


def folder(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write a data folder and return it. The name r/x stands for recommendations/x.yaml, e/x for evidence/x.yaml."""
    for name, text in {"tracker": TRACKER, "treaty_bodies": BODIES, "documents": DOCUMENTS, **files}.items():
        path = root / f"{name.replace('r/', 'recommendations/').replace('e/', 'evidence/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def dataset(root: Path, files: Mapping[str, str | bytes]) -> Dataset:
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


def store_of(root: Path, files: Mapping[str, str | bytes]) -> Store:
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
