"""Whether a document is about the State party of this dataset."""

import re
from dataclasses import dataclass, replace

from tracker.importing.documents.front_matter import SYMBOL
from tracker.importing.documents.imported_document import ImportedDocument, ImportNotice
from tracker.model.dataset import Dataset
from tracker.model.labels import N_

_OTHER_STATE = N_(
    "This document is about {found}, but this dataset is about {expected}. Check that it is the right file."
)


@dataclass(frozen=True, slots=True)
class ExpectedState:
    """The State party of a dataset: its name in each language, and its codes in the symbols of the documents."""

    names: tuple[str, ...]
    codes: frozenset[str]


def expected_state(dataset: Dataset, lang: str = "") -> ExpectedState:
    """Return the State party of a dataset, with its name in the language `lang` first if there is one."""
    symbols = [document.symbol for document in dataset.documents.values() if document.symbol]
    codes = {found["country"] for found in map(SYMBOL.search, symbols) if found and found["country"]}
    party = dataset.settings.state_party
    names = tuple(party[code].text for code in sorted(party, key=lambda code: code != lang))
    return ExpectedState(names, frozenset(codes))


def check_state(document: ImportedDocument, expected: ExpectedState) -> ImportedDocument:
    """Return the document, with a notice if it is about another State party than the dataset."""
    if not is_other_state(document, expected):
        return document
    found = document.state or document.country
    notice = ImportNotice(_OTHER_STATE, (("found", found), ("expected", next(iter(expected.names), ""))))
    return replace(document, notices=(notice, *document.notices))


def is_other_state(document: ImportedDocument, expected: ExpectedState) -> bool:
    """Return whether the document is about another State party. False if the document does not say."""
    if document.country and expected.codes:
        return document.country not in expected.codes
    if not document.state or not expected.names:
        return False
    # the name may be in another case: Кыргызстан, Кыргызстана
    stems = {word[:5].lower() for name in expected.names for word in re.findall(r"[^\W\d_]{4,}", name)}
    words = {word[:5].lower() for word in re.findall(r"[^\W\d_]{4,}", document.state)}
    return not stems & words
