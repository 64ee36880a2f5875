"""The words of a dataset that a file may use: labels of statuses and tags, committees, documents. It can be pickled."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from tracker.i18n import LANGUAGES, Language
from tracker.importing.tables.fields import IMPORT_FIELDS
from tracker.importing.tables.spreadsheet_words import mechanism_words, normalize_words, spreadsheet_words
from tracker.model.fields import FieldType
from tracker.model.labels import LABELS
from tracker.model.localized_text import TextVariant
from tracker.model.registers import TaxonomyTerm
from tracker.model.vocabulary import Direction, StateResponse, Status, Verification
from tracker.queries.view import View

CODE_FIELDS = (
    *(name for name, field in IMPORT_FIELDS.items() if field.kind in (FieldType.CODE, FieldType.REFERENCE)),
    "symbol",  # it stands for the document
)
"""The fields with one code in a cell."""
TAG_FIELDS_IN_SHEETS = tuple(name for name, field in IMPORT_FIELDS.items() if field.kind is FieldType.TERMS)
"""The fields with several codes in a cell."""


@dataclass(frozen=True, slots=True)
class ImportVocabulary:
    """What the words in a file mean in this dataset.

    `codes` maps the code of a field → normalized word → code. `labels` maps the code of a field → code → its label in
    the language of the editor. `languages` are the languages of the dataset, the main one first. `state` has the names
    of the State party in all languages.
    """

    codes: Mapping[str, Mapping[str, str]]
    labels: Mapping[str, Mapping[str, str]]
    languages: tuple[str, ...]
    state: tuple[str, ...]

    @classmethod
    def from_view(cls, view: View, language: Language) -> Self:
        """Return the words of the dataset in `view`. The labels are in `language`."""
        settings, known = view.settings, spreadsheet_words()
        names = {
            "status": [(status.value, display.label) for status, display in settings.statuses.items()],
            "themes": [(term.id, term.label) for term in settings.themes],
            "groups": [(term.id, term.label) for term in settings.groups],
            "body": [(body.id, body.name) for body in view.bodies.values()],
            "document": [(document.id, document.title) for document in view.documents.values()],
        }
        codes: dict[str, dict[str, str]] = {field: dict(_words(pairs)) for field, pairs in names.items()}
        for field, terms in (("themes", settings.themes), ("groups", settings.groups)):
            codes[field] = {**_other_words(terms, codes[field], settings.synonyms), **codes[field]}
        codes["status"] = {**known.statuses, **codes["status"]}
        ids = {body.code.casefold(): body.id for body in view.bodies.values()}
        others = {name: ids[code.casefold()] for name, code in mechanism_words().items() if code.casefold() in ids}
        codes["body"] = {**others, **codes["body"], **{normalize_words(code): id for code, id in ids.items()}}
        several = Counter(
            word for d in view.documents.values() for word in {normalize_words(t.text) for t in d.title.values()}
        )
        # a title that several documents have names none of them
        codes["document"] = {word: code for word, code in codes["document"].items() if several[word] < 2}
        symbols = {normalize_words(d.symbol): d.id for d in view.documents.values() if d.symbol}
        codes["document"] |= symbols
        codes["symbol"] = codes["document"]
        codes["direction"] = {**known.directions, **_enum_words(Direction)}
        codes["verification"] = _enum_words(Verification)
        codes["response"] = {**known.responses, **_enum_words(StateResponse)}
        labels = {
            field: {code: language.resolve(label).text for code, label in pairs} for field, pairs in names.items()
        }
        labels["status"].pop(Status.DIFFER, None)  # it follows from assessments, nobody gives it
        labels["body"] = {body.id: body.code for body in view.bodies.values()}
        labels["document"] |= {d.id: d.symbol for d in view.documents.values() if d.symbol}
        labels["symbol"] = labels["document"]
        for field, kind in (("direction", Direction), ("verification", Verification), ("response", StateResponse)):
            labels[field] = {code: language.gettext(label) for code, label in LABELS[kind].items()}
        state = tuple(variant.text for variant in settings.state_party.values())
        languages = (settings.language, *(code for code in settings.languages if code != settings.language))
        return cls(codes, labels, languages, state)

    def code(self, field: str, written: str) -> str:
        """Return the code that a written word means in a field, or ""."""
        return self.codes.get(field, {}).get(normalize_words(written), "")

    def label(self, field: str, code: str) -> str:
        """Return the label of a code in the language of the editor; the code itself if it has none."""
        return self.labels.get(field, {}).get(code, code)


def _words(pairs: list[tuple[str, Mapping[str, TextVariant]]]) -> Iterator[tuple[str, str]]:
    for code, label in pairs:
        for variant in label.values():
            yield normalize_words(variant.text), str(code)
    for code, _label in pairs:
        yield normalize_words(str(code)), str(code)


def _other_words(
    terms: Iterable[TaxonomyTerm], labels: Mapping[str, str], synonyms: Iterable[Iterable[str]]
) -> dict[str, str]:
    """Return the keywords of themes or groups, and what means the same as a keyword or a label, such as "PWUD" → id.

    A word that may mean two of them is left out: an editor is asked.
    """
    found: dict[str, set[str]] = {}
    for term in terms:
        for word in map(normalize_words, term.keywords):
            found.setdefault(word, set()).add(term.id)
    known = {**{word: {code} for word, code in labels.items()}, **found}
    for group in synonyms:
        words = [normalize_words(word) for word in group]
        meant = {code for word in words for code in known.get(word, ())}
        for word in words:
            found.setdefault(word, set()).update(meant)
    return {word: next(iter(codes)) for word, codes in found.items() if len(codes) == 1}


def _enum_words(kind: type[StrEnum]) -> dict[str, str]:
    words = {normalize_words(str(code)): str(code) for code in LABELS[kind]}
    for language in LANGUAGES:
        words |= {normalize_words(Language(language).gettext(label)): str(code) for code, label in LABELS[kind].items()}
    return words
