"""Collect the searchable texts of a record, including those of its document, assessments, evidence and tags."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import Any, NamedTuple

from tracker.i18n import LANGUAGES, Language, get_language
from tracker.model.dataset import Record
from tracker.model.fields import LOCALIZED, FieldType, Use, fields_of
from tracker.model.localized_text import ResolvedText, TextVariant
from tracker.model.partial_dates import last_year
from tracker.model.records import Assessment, Evidence, Recommendation, TagSet
from tracker.model.registers import Document, Settings, TreatyBody
from tracker.model.vocabulary import DocumentKind, EvidenceKind
from tracker.queries.search.text_search import EXCERPT_LENGTH, SearchIndex, SearchTerm, Synonyms, excerpt

TextWithLanguage = Mapping[str, TextVariant]
"""Language code → wording."""
MAIN_TEXTS = ("title", "text", "summary")
"""The fields that say what a record is about, the most important first."""


class SearchTexts(NamedTuple):
    """The searchable texts of one record. A snippet is taken from the first of its `texts` that contains a search word.

    `names` are its names and codes, such as symbols and publishers. `main_texts` say what it is about.
    """

    texts: tuple[TextWithLanguage, ...]
    names: tuple[str, ...]
    main_texts: tuple[TextWithLanguage, ...] = ()

    def all(self) -> tuple[str, ...]:
        """Return every text in every language, and every name."""
        return (*self.names, *(wording.text for text in self.texts for wording in text.values()))

    def main(self) -> tuple[str, ...]:
        """Return the main texts in every language."""
        return tuple(wording.text for text in self.main_texts for wording in text.values())


class Searchable:
    """The searchable texts of the records of a view (record id → texts), with an index of all words and of main texts.

    If few texts differ from those of `previous`, copies of its indexes are updated. Unchanged means: the same object.
    """

    def __init__(
        self, texts: Mapping[str, SearchTexts], synonyms: Synonyms, previous: "Searchable | None" = None
    ) -> None:
        self.texts, self._synonyms = texts, synonyms
        if previous and previous._synonyms is not synonyms:
            previous = None
        before = previous.texts if previous else {}
        changed = {id for id in before.keys() | texts.keys() if before.get(id) is not texts.get(id)}

        def index_of(part: Callable[[SearchTexts], tuple[str, ...]], known: SearchIndex | None) -> SearchIndex:
            if known is None or len(changed) > 0.1 * len(texts):
                return SearchIndex({id: part(one) for id, one in texts.items()}, synonyms)
            old, new = ({id: part(of[id]) for id in changed if id in of} for of in (before, texts))
            return known.updated(old, new)

        self.index: SearchIndex = index_of(SearchTexts.all, previous.index if previous else None)
        self.main_index: SearchIndex = index_of(SearchTexts.main, previous.main_index if previous else None)


def recommendation_search_texts(
    r: Recommendation,
    document: Document | None,
    body: TreatyBody | None,
    assessments: Iterable[Assessment],
    settings: Settings,
    *evidence: Evidence,
) -> SearchTexts:
    """Return the searchable texts of a recommendation, its document, committee (`body`), assessments and evidence."""
    main_texts, *more = _own_texts(r)
    texts: list[TextWithLanguage | None] = [*main_texts, *(part.summary for part in r.parts), *more, r.source.note]
    organisations = {o.id: o for o in settings.organisations}
    names: list[str | None] = [*_own_names(r), r.source.publisher, *(f"({part.id})" for part in r.parts)]
    for a in assessments:
        organisation = organisations.get(a.organisation or "")
        texts += [a.reason, a.assessor, a.source.note if a.source else None]
        texts += [organisation.name, organisation.abbreviation] if organisation else []
        names += [
            *(organisation.other_names if organisation else ()),
            a.grade,
            a.source.publisher if a.source else None,
        ]
    for e in evidence:
        texts += [e.title, e.summary, *_publisher_names(e.publisher, settings)]
        names.append(e.publisher)
    texts += [*(same.note for same in r.same_demand), *(uptake.note for uptake in r.uptake)]
    texts += _labels(r.tags, settings)
    names += [code for tagging in r.tags for code in (*tagging.rights, *tagging.sdg)]
    if document:
        texts += [document.title, document.note, *_state_names(document, settings)]
        names += [document.symbol, document.authors]
    if body:
        texts += [body.name, body.treaty, body.abbreviation]
        names.append(body.code)
    return _without_empty(texts, names, main_texts)


def evidence_search_texts(e: Evidence, document: Document | None, settings: Settings) -> SearchTexts:
    """Return the searchable texts of an item of evidence, with the title and symbol of its `document`."""
    main_texts, *more = _own_texts(e)
    title = document.title if document else None
    texts = [*main_texts, *more, *_labels(e.tags, settings), title, *_publisher_names(e.publisher, settings)]
    codes = (code for tagging in e.tags for code in (*tagging.rights, *tagging.sdg))
    names = [*_own_names(e), *codes, document.symbol if document else None]
    names += [*_in_every_language(e.kind), *(last_year(date or "") for date in (e.happened, e.published))]
    return _without_empty(texts, names, main_texts)


def document_search_texts(d: Document, body: TreatyBody | None, settings: Settings) -> SearchTexts:
    """Return the searchable texts of a document, with its committee (`body`), one of several States, kind and years."""
    main_texts, *more = _own_texts(d)
    names = [*_own_names(d), *_in_every_language(d.kind)]
    names += [last_year(date or "") for date in (d.issued, d.adopted, d.considered, d.received, d.due)]
    texts: list[TextWithLanguage | None] = [*main_texts, *more, *((body.name, body.treaty) if body else ())]
    texts += _state_names(d, settings)
    names += [body.code, body.id] if body else []
    return _without_empty(texts, names, main_texts)


def _own_texts(record: Record) -> Iterator[Any]:
    texts = {f.name: getattr(record, f.name) for f in fields_of(type(record), *LOCALIZED, use=Use.SEARCHED)}
    yield tuple(text for name in MAIN_TEXTS if (text := texts.get(name)))
    yield from (text for name, text in texts.items() if text and name not in MAIN_TEXTS)


def _own_names(record: Record) -> tuple[str | None, ...]:
    kinds = (FieldType.ID, FieldType.SHORT, FieldType.LINE, FieldType.NAMES)
    values = (getattr(record, f.name) for f in fields_of(type(record), *kinds, use=Use.SEARCHED))
    return tuple(name for value in values for name in (value if isinstance(value, tuple) else (value,)))


def _in_every_language(code: DocumentKind | EvidenceKind) -> Iterator[str]:
    return (get_language(lang).gettext(code.label) for lang in LANGUAGES)


def _labels(tags: Iterable[TagSet], settings: Settings) -> Iterator[TextWithLanguage]:
    for tagging in tags:
        yield from (theme.label for theme in settings.themes if theme.id in tagging.themes)
        yield from (group.label for group in settings.groups if group.id in tagging.groups)
        yield from (authority.name for authority in tagging.authorities)


def _state_names(d: Document, settings: Settings) -> Iterator[TextWithLanguage]:
    return (state.name for state in settings.states if state.id == d.state and len(settings.states) > 1)


def _publisher_names(publisher: str, settings: Settings) -> Iterator[TextWithLanguage]:
    return (name for name in settings.publisher_names if any(v.text in publisher for v in name.values()))


def _without_empty(texts: Iterable[TextWithLanguage | None], names: Iterable[str | None], main: Any) -> SearchTexts:
    return SearchTexts(tuple(text for text in texts if text), tuple(name for name in names if name), main)


def snippet(searched: SearchTexts, words: tuple[SearchTerm, ...], language: Language) -> ResolvedText | None:
    """Return an excerpt of the first text with a search word, or None. The reader's wordings come first, names last.

    If only a wording in another language has the word, it is the beginning of the reader's wording, if there is one.
    """
    if not words:
        return None
    by_language = (({code: wording}, text) for text in searched.texts for code, wording in text.items())
    names = ({language.code: TextVariant(text=name)} for name in searched.names)
    for text, whole in chain(((t, t) for t in searched.texts), by_language, ((name, name) for name in names)):
        resolved = language.resolve(text)
        if found := excerpt(resolved.text, words):
            # the word is in a language that the reader did not choose; the title stands above in the reader's
            if text is not whole and language.code in whole and whole not in searched.main_texts[:1]:
                resolved = language.resolve(whole)
                cut = resolved.text[:EXCERPT_LENGTH].rpartition(" ")[0]
                found = f"{cut} …" if len(resolved.text) > EXCERPT_LENGTH else resolved.text
            return replace(resolved, text=found)
    return None
