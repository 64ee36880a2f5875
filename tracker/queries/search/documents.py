"""Collect the searchable texts of a record, including those of its document, assessments, evidence and tags."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, repeat
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

    `names` are its names and codes, such as symbols and publishers. `main_texts` say what it is about. `origins` has for
    each text and then each name the statement, evidence or document that it is from; None if it is the record's own.
    """

    texts: tuple[TextWithLanguage, ...]
    names: tuple[str, ...]
    main_texts: tuple[TextWithLanguage, ...] = ()
    origins: tuple[Any, ...] = ()

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
    organisations = {o.id: o for o in settings.organisations}
    names = [*_own_names(r), r.source.publisher, *(f"({part.id})" for part in r.parts)]
    said: list[_Said] = [(None, [*main_texts, *(part.summary for part in r.parts), *more, r.source.note], names)]
    for a in assessments:
        organisation = organisations.get(a.organisation or "")
        texts = [a.reason, a.assessor, a.source.note if a.source else None]
        texts += [organisation.name, organisation.abbreviation] if organisation else []
        others = organisation.other_names if organisation else ()
        said.append((a, texts, [*others, a.grade, a.source.publisher if a.source else None]))
    for e in evidence:
        said.append((e, [e.title, e.summary, *_publisher_names(e.publisher, settings)], [e.publisher]))
    texts = [*(same.note for same in r.same_demand), *(uptake.note for uptake in r.uptake), *_labels(r.tags, settings)]
    said.append((None, texts, [code for tagging in r.tags for code in (*tagging.rights, *tagging.sdg)]))
    if document:
        said.append((document, [document.title, document.note], [document.symbol, document.authors]))
        said.append((None, _state_names(document, settings), ()))
    if body:
        said.append((None, [body.name, body.treaty, body.abbreviation], [body.code]))
    return _without_empty(said, main_texts)


def evidence_search_texts(e: Evidence, document: Document | None, settings: Settings) -> SearchTexts:
    """Return the searchable texts of an item of evidence, with the title and symbol of its `document`."""
    main_texts, *more = _own_texts(e)
    texts = [*main_texts, *more, *_labels(e.tags, settings), *_publisher_names(e.publisher, settings)]
    codes = (code for tagging in e.tags for code in (*tagging.rights, *tagging.sdg))
    names = [*_own_names(e), *codes]
    names += [*_in_every_language(e.kind), *(last_year(date or "") for date in (e.happened, e.published))]
    of_document: list[_Said] = [(document, [document.title], [document.symbol])] if document else []
    return _without_empty([(None, texts, names), *of_document], main_texts)


def document_search_texts(d: Document, body: TreatyBody | None, settings: Settings) -> SearchTexts:
    """Return the searchable texts of a document, with its committee (`body`), one of several States, kind and years."""
    main_texts, *more = _own_texts(d)
    names = [*_own_names(d), *_in_every_language(d.kind)]
    names += [last_year(date or "") for date in (d.issued, d.adopted, d.considered, d.received, d.due)]
    texts: list[TextWithLanguage | None] = [*main_texts, *more, *((body.name, body.treaty) if body else ())]
    texts += _state_names(d, settings)
    names += [body.code, body.id] if body else []
    return _without_empty([(None, texts, names)], main_texts)


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


_Said = tuple[Any, Iterable[TextWithLanguage | None], Iterable[str | None]]
"""(origin, texts, names): what a record says itself (origin None), or what is said beside it."""


def _without_empty(said: Iterable[_Said], main: Any) -> SearchTexts:
    found = [(of, list(filter(None, texts)), list(filter(None, names))) for of, texts, names in said]
    texts = [(text, of) for of, own, _names in found for text in own]
    names = [(name, of) for of, _texts, own in found for name in own]
    origins = (*(of for _text, of in texts), *(of for _name, of in names))
    own, named = tuple(text for text, _of in texts), tuple(name for name, _of in names)
    return SearchTexts(own, named, main, origins=origins)


def snippet(
    searched: SearchTexts, words: tuple[SearchTerm, ...], language: Language
) -> tuple[ResolvedText, Any] | None:
    """Return (excerpt, its origin) of the first text with a search word, or None. The reader's wordings come first, names last.

    If only a wording in another language has the word, it is the beginning of the reader's wording, if there is one.
    """
    if not words:
        return None
    origins = chain(searched.origins, repeat(None))
    own = list(zip(searched.texts, origins, strict=False))
    names = zip(({language.code: TextVariant(text=name)} for name in searched.names), origins, strict=False)
    by_language = (({code: wording}, text, of) for text, of in own for code, wording in text.items())
    for text, whole, of in chain(((t, t, of) for t, of in own), by_language, ((n, n, of) for n, of in names)):
        resolved = language.resolve(text)
        if found := excerpt(resolved.plain, words):
            # the word is in a language that the reader did not choose; the title stands above in the reader's
            if text is not whole and language.code in whole and whole not in searched.main_texts[:1]:
                resolved = language.resolve(whole)
                cut = resolved.plain[:EXCERPT_LENGTH].rpartition(" ")[0]
                found = f"{cut} …" if len(resolved.plain) > EXCERPT_LENGTH else resolved.plain
            return replace(resolved, text=found + resolved.label), of
    return None
