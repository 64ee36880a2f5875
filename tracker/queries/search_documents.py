"""What a search looks in: every text of a record, and of what stands beside it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from tracker.model.localized_text import ResolvedText, TextVariant, resolve
from tracker.model.records import Assessment, Evidence, Recommendation, TagSet
from tracker.model.registers import Document, Settings, TreatyBody
from tracker.queries.text_search import SearchIndex, SearchTerm, excerpt

TextWithLanguage = Mapping[str, TextVariant]


class SearchDocument(NamedTuple):
    """The texts of one record: those in languages, in the order in which a reader is told of them, and the names."""

    texts: tuple[TextWithLanguage, ...]
    names: tuple[str, ...]

    def all(self) -> tuple[str, ...]:
        """Every wording in every language, and every name."""
        return (*self.names, *(wording.text for text in self.texts for wording in text.values()))


class Searchable:
    """The texts of the records of a view, and an index of their words."""

    def __init__(self, texts: Mapping[str, SearchDocument]) -> None:
        self.texts = texts
        self.index = SearchIndex({name: those.all() for name, those in texts.items()})


def recommendation_document(
    r: Recommendation,
    document: Document | None,
    body: TreatyBody | None,
    assessments: Iterable[Assessment],
    evidence: Iterable[Evidence],
    settings: Settings,
) -> SearchDocument:
    """The texts of a recommendation with these assessments and this evidence."""
    said: list[TextWithLanguage | None] = [
        r.title,
        r.text,
        r.summary,
        *(part.summary for part in r.parts),
        r.parts_read,
        r.source.note,
    ]
    names: list[str | None] = [r.id, r.paragraph, r.source.publisher, *(f"({part.id})" for part in r.parts)]
    for a in assessments:
        said += [a.reason, a.assessor, a.source.note if a.source else None]
        names += [a.grade, a.source.publisher if a.source else None]
    for e in evidence:
        said += [e.title, e.summary]
        names.append(e.publisher)
    said += [*(same.note for same in r.same_demand), *(uptake.note for uptake in r.uptake)]
    said += _labels(r.tags, settings)
    names += _codes(r.tags)
    if document:
        said += [document.title, document.note]
        names += [document.symbol, document.authors]
    if body:
        said += [body.name, body.treaty]
        names.append(body.code)
    return _texts(said, names)


def evidence_document(e: Evidence, document: Document | None, settings: Settings) -> SearchDocument:
    """The texts of an evidence item."""
    said = [e.title, e.summary, *_labels(e.tags, settings), document.title if document else None]
    names = [e.id, e.publisher, e.identifier, *_codes(e.tags), document.symbol if document else None]
    return _texts(said, names)


def _labels(tags: Iterable[TagSet], settings: Settings) -> Iterator[TextWithLanguage]:
    for tagging in tags:
        yield from (theme.label for theme in settings.themes if theme.id in tagging.themes)
        yield from (group.label for group in settings.groups if group.id in tagging.groups)
        yield from (authority.name for authority in tagging.authorities)


def _codes(tags: Iterable[TagSet]) -> Iterator[str]:
    for tagging in tags:
        yield from (*tagging.rights, *tagging.sdg)


def _texts(said: Iterable[TextWithLanguage | None], names: Iterable[str | None]) -> SearchDocument:
    return SearchDocument(tuple(text for text in said if text), tuple(name for name in names if name))


def snippet(texts: SearchDocument, words: tuple[SearchTerm, ...], lang: str, main: str) -> ResolvedText | None:
    """An excerpt of the first text that shows one of the words: in the reader's language, in another one, or a name."""
    if not words:
        return None
    single = ({code: wording} for text in texts.texts for code, wording in text.items())
    names = ({lang: TextVariant(text=name)} for name in texts.names)
    for text in chain(texts.texts, single, names):
        chosen = resolve(text, lang, main)
        if found := excerpt(chosen.text, words):
            return replace(chosen, text=found)
    return None
