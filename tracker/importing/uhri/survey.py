"""What is in an export of UHRI, so that an editor can choose from it before anything is shown."""

from collections import Counter
from dataclasses import dataclass

from tracker.importing.tables.spreadsheet_words import normalize_words
from tracker.importing.uhri.records import terms_of, year_of_record
from tracker.importing.uhri.stream import JsonRecords, WorkbookRecords
from tracker.importing.vocabulary import ImportVocabulary

MAX_CHOICES = 500
"""The largest number of States, and of themes, to choose from. The most frequent ones are kept."""


@dataclass(frozen=True, slots=True)
class UhriSurvey:
    """What the records of an export name: States, ids of committees, themes, and years of publication.

    States and themes are written as in UHRI, the most frequent first. `unlisted_bodies` are the names of bodies that the
    dataset does not have: their records cannot be chosen by body. The years are 0 if no record has one. `problem` is a
    sentence if the file ends too early.
    """

    records: int
    states: tuple[str, ...]
    bodies: tuple[str, ...]
    unlisted_bodies: tuple[str, ...]
    themes: tuple[str, ...]
    first_year: int
    last_year: int
    problem: str = ""

    def states_of(self, vocabulary: ImportVocabulary) -> tuple[str, ...]:
        """Return the States in the export that are the State of the dataset."""
        own = set(map(normalize_words, vocabulary.state))
        return tuple(state for state in self.states if normalize_words(state) in own)


def survey_uhri(records: JsonRecords | WorkbookRecords, vocabulary: ImportVocabulary) -> UhriSurvey:
    """Return what the records of an export name."""
    states: Counter[str] = Counter()
    bodies: Counter[str] = Counter()
    themes: Counter[str] = Counter()
    years: set[int] = set()
    for record in records:
        states.update(terms_of(record.get("Countries")))
        bodies.update(terms_of(record.get("Body")))
        themes.update(terms_of(record.get("Themes")))
        years.add(year_of_record(record))
    known = {body: vocabulary.code("body", body) for body in bodies}
    years.discard(0)
    return UhriSurvey(
        records=records.count,
        states=_most_frequent(states),
        bodies=tuple(sorted({code for code in known.values() if code})),
        unlisted_bodies=tuple(sorted(body for body, code in known.items() if not code))[:MAX_CHOICES],
        themes=_most_frequent(themes),
        first_year=min(years, default=0),
        last_year=max(years, default=0),
        problem=records.problem,
    )


def _most_frequent(names: Counter[str]) -> tuple[str, ...]:
    return tuple(name for name, _n in names.most_common(MAX_CHOICES))
