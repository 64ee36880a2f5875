"""Full-text search in Russian, Kyrgyz and English: collect the texts of a record, parse a search, find by an index, cut and mark."""

import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import chain, repeat
from operator import and_
from typing import Any, NamedTuple

from markupsafe import Markup

from tracker.i18n import LANGUAGES, Language, get_language
from tracker.model.dataset import Record
from tracker.model.fields import LOCALIZED, FieldType, Use, fields_of
from tracker.model.localized_text import ResolvedText, TextVariant
from tracker.model.partial_dates import last_year
from tracker.model.records import Assessment, Evidence, Recommendation, TagSet
from tracker.model.registers import Document, Settings, TreatyBody
from tracker.model.vocabulary import DocumentKind, EvidenceKind
from tracker.queries.search.word_forms import (
    TOKEN,
    plain_stems,
    split_token,
    stem_word,
    stems_of,
    without_endings,
    words_of,
)
from tracker.storage.cache_registry import cached_until_redaction

Phrase = tuple[str, ...]
"""The stems of the words of a phrase, in their order."""


class Synonyms:
    """Groups of phrases, in any language, that mean the same. A search for one phrase of a group finds all of them.

    The groups are numbered from 0. `first_words` are the first stems of all phrases, `words` all normalized words.
    """

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        self.phrases: tuple[tuple[Phrase, ...], ...] = tuple(
            tuple(dict.fromkeys(filter(None, map(stems_of, group)))) for group in groups
        )
        self._by_first_word: dict[str, list[tuple[Phrase, int]]] = defaultdict(list)
        for number, phrases in enumerate(self.phrases):
            for phrase in phrases:
                self._by_first_word[phrase[0]].append((phrase, number))
        for found in self._by_first_word.values():
            found.sort(key=lambda pair: -len(pair[0]))
        self.first_words = frozenset(self._by_first_word)
        self.words = frozenset(word for group in groups for phrase in group for word in words_of(phrase))

    def phrases_at(self, stems: Sequence[str], start: int) -> Iterator[tuple[int, int]]:
        """Yield (number of words, number of the group) for each phrase at the position `start`, the longest first."""
        for phrase, number in self._by_first_word.get(stems[start], ()):
            if tuple(stems[start : start + len(phrase)]) == phrase:
                yield len(phrase), number

    def groups_in(self, stems: Sequence[str]) -> frozenset[int]:
        """Return the numbers of the groups that have a phrase in the text with these stems."""
        starts = (i for i, stem in enumerate(stems) if stem in self.first_words)
        return frozenset(number for start in starts for _length, number in self.phrases_at(stems, start))


NO_SYNONYMS = Synonyms(())


@cached_until_redaction(maxsize=8)
def synonyms_of(groups: tuple[tuple[str, ...], ...]) -> Synonyms:
    """Return the synonyms for `groups`, as in `Settings.synonyms`. Equal groups give the same object."""
    return Synonyms(groups)


MIN_PREFIX_STEM_LENGTH = 6
"""A shorter stem does not find longer stems that begin with it: parti (from parties) would find particular."""
_STOP_WORDS = """
a about an and are at be by did do does for from has have how in is it of on or that the there this to was
were what when where which who why with а в во где для до за и из или к как какие какой когда кто ли на о об
от по при с со у чего что это боюнча жана кандай ким менен учун эмне
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""Normalized words without a meaning of their own. They are searched for only if nothing else was typed."""
NOTHING = "\x01"
"""A search word that no text contains."""
_MARK = "\x00"
"""The first character of the words by which the index marks groups of synonyms in a record. Nobody can type it."""


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """One search word, or a phrase of several words that somebody typed and that has synonyms.

    For a phrase, `word` has all words and `stem` all stems, with spaces between them. `groups` are the numbers of the
    groups of synonyms to which the term belongs, `phrases` all phrases of these groups. `parts` are a phrase's words.
    """

    word: str
    stem: str
    groups: tuple[int, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    parts: tuple["SearchTerm", ...] = ()

    def matches(self, word: str) -> bool:
        """Return whether the search word finds `word`, a normalized word of a text, not considering synonyms.

        The search word must be the beginning or another form of `word` or, if it has a slash, any part of `word`.
        """
        if "/" in self.word:
            return self.word in word
        if word.startswith(self.word):
            return True
        if word[0] != self.word[0]:
            return False  # a stem begins with the same letter as its word, and to find a stem takes long
        other = stem_word(word)
        return other == self.stem or (len(self.stem) >= MIN_PREFIX_STEM_LENGTH and other.startswith(self.stem))

    def occurs_as(self, word: str) -> bool:
        """Return whether the search word finds `word`, as `matches` does. A search word of one or two letters must equal it."""
        return self.word == word or (len(self.word) >= 3 and self.matches(word))

    def without_synonyms(self) -> tuple["SearchTerm", ...]:
        """Return the search terms for the typed words only: one for each word of a phrase, without synonyms."""
        return self.parts or (SearchTerm(self.word, self.stem),)


def parse_search(typed: str, synonyms: Synonyms = NO_SYNONYMS) -> tuple[SearchTerm, ...]:
    """Return the search words and phrases in `typed`, each once, in order, without STOP_WORDS if there are other words.

    If `typed` is only punctuation, return a word that finds nothing. If it is empty, return ().
    """
    tokens = TOKEN.findall(unicodedata.normalize("NFC", typed))
    words = [word for token in tokens for word in _search_words(split_token(token))]
    if not words and typed.strip():
        words = [NOTHING]
    terms = tuple({term.word: term for term in _terms(words, synonyms)}.values())
    return tuple(term for term in terms if term.word not in STOP_WORDS) or terms


def _terms(words: list[str], synonyms: Synonyms) -> Iterator[SearchTerm]:
    stems, start = [stem_word(word) for word in words], 0
    while start < len(words):
        matches = list(synonyms.phrases_at(stems, start))
        for shorter in () if matches else without_endings(words[start]):
            # a Kyrgyz form, such as метадонду: the stemmer knows only Russian
            matches = matches or list(synonyms.phrases_at([stem_word(shorter)], 0))
        length = matches[0][0] if matches else 1
        groups = tuple(number for size, number in matches if size == length)
        phrases = tuple(phrase for number in groups for phrase in synonyms.phrases[number])
        plain = tuple(map(SearchTerm, words[start : start + length], stems[start : start + length]))
        word, stem = " ".join(part.word for part in plain), " ".join(part.stem for part in plain)
        yield SearchTerm(word, stem, groups=groups, phrases=phrases, parts=plain if length > 1 else ())
        start += length


def _search_words(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the search words of a typed token. `words` is what `split_token` returns for it."""
    whole = words[0] if words else ""
    if "/" in whole and not any(c.isdigit() for c in whole):
        return words[1:]  # prison/police: two words, not a symbol
    return words[:1] if "/" in whole or "(" in whole else words


def _words_of(texts: tuple[str, ...], synonyms: Synonyms) -> set[str]:
    """Return the words of the texts of a record, and a mark for each group of synonyms in them."""
    tokens = TOKEN.findall(unicodedata.normalize("NFC", "\n".join(texts)))
    different = set(tokens)
    words = {word for token in different for word in split_token(token)}
    if synonyms.first_words:
        stems = {token: plain_stems(token) for token in different}
        if not all(map(synonyms.first_words.isdisjoint, stems.values())):
            groups = synonyms.groups_in([stem for token in tokens for stem in stems[token]])
            words.update(f"{_MARK}{number}" for number in groups)
    return words


MAX_FOUND = 8
"""How many results an index keeps: a list with a search asks for the same words several times."""


class SearchIndex:
    """An index: word → ids of records with it, and group of synonyms → ids of records with one of its phrases."""

    def __init__(self, texts: Mapping[str, tuple[str, ...]], synonyms: Synonyms = NO_SYNONYMS) -> None:
        self._all = frozenset(texts)
        self._found: dict[tuple[SearchTerm, ...], frozenset[str]] = {}
        self._synonyms = synonyms
        ids_by_word: dict[str, list[str]] = defaultdict(list)
        for name, record_texts in texts.items():
            for word in _words_of(record_texts, synonyms):
                ids_by_word[word].append(name)
        self._buckets: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
        for word, names in ids_by_word.items():
            self._buckets[_bucket_key(word)][word] = tuple(names)

    def updated(self, old: Mapping[str, tuple[str, ...]], new: Mapping[str, tuple[str, ...]]) -> "SearchIndex":
        """Return a new index in which `new` replaces `old` (both: id → texts). `old` must have the texts of this index."""
        index = SearchIndex({}, self._synonyms)
        index._all = frozenset((self._all - old.keys()) | new.keys())
        index._buckets = defaultdict(dict, {key: dict(bucket) for key, bucket in self._buckets.items()})
        for name in old.keys() | new.keys():
            before, after = (_words_of(t[name], self._synonyms) if name in t else set() for t in (old, new))
            for word in before - after:
                bucket = index._buckets[_bucket_key(word)]
                bucket[word] = tuple(other for other in bucket[word] if other != name)
                if not bucket[word]:
                    del bucket[word]
            for word in after - before:
                bucket = index._buckets[_bucket_key(word)]
                bucket[word] = *bucket.get(word, ()), name
        return index

    def find(self, terms: Iterable[SearchTerm]) -> frozenset[str]:
        """Return the ids of the records that contain each of `terms` or a synonym of it. Without terms, return all."""
        asked = tuple(terms)
        if (found := self._found.get(asked)) is None:
            # the smallest first: each step looks at the ids that are left
            found = reduce(and_, sorted(map(self._ids_with, asked), key=len)) if asked else self._all
            if len(self._found) >= MAX_FOUND:
                self._found.clear()
            self._found[asked] = found
        return found

    def ids_by_word(self) -> dict[str, tuple[str, ...]]:
        """Return a mapping: normalized word → ids of the records that contain it, for all words of the index."""
        return {word: names for key, bucket in self._buckets.items() if key != _MARK for word, names in bucket.items()}

    def ids_by_group(self) -> dict[int, tuple[str, ...]]:
        """Return a mapping: number of a group of synonyms → ids of the records that contain one of its phrases."""
        return {int(mark.removeprefix(_MARK)): names for mark, names in self._buckets.get(_MARK, {}).items()}

    def _ids_with(self, term: SearchTerm) -> frozenset[str]:
        bucket, marks = self._buckets.get(_bucket_key(term.word), {}), self._buckets.get(_MARK, {})
        words: Iterable[Iterable[str]] = (names for word, names in bucket.items() if term.matches(word))
        groups = (marks.get(f"{_MARK}{number}", ()) for number in term.groups)
        return frozenset[str]().union(*([self.find(term.parts)] if term.parts else words), *groups)


def _bucket_key(word: str) -> str:
    # All forms of a word begin with the same letter, so a search has to look at only about a tenth of all words.
    return "/" if "/" in word else word[0]


EXCERPT_LENGTH = 120
"""An excerpt has about this many characters."""


Span = tuple[int, int]
"""(start, end) of a found word or phrase in a text."""


MARKED_LATER = (SearchTerm("", ""),)
"""In place of search words: `highlight` puts the text in <w>, in which words are marked later."""


def highlight(text: str, words: Iterable[SearchTerm]) -> Markup:
    """Return `text` as escaped HTML: `words` and their synonyms in <mark>, or all in <w> if they are MARKED_LATER."""
    if words is MARKED_LATER:
        return Markup("<w>{}</w>").format(text)
    pieces, at = "", 0
    for start, end in find_spans(text, words):
        pieces += f"{Markup.escape(text[at:start])}<mark>{Markup.escape(text[start:end])}</mark>"
        at = end
    return Markup(f"{pieces}{Markup.escape(text[at:])}")


def find_spans(text: str, words: Iterable[SearchTerm]) -> list[Span]:
    """Return where the search words `words`, or synonyms of them, occur in `text`, in order and without overlaps."""
    if not (words := tuple(words)):
        return []
    tokens, spans = _Tokens(text), list[Span]()
    for start, end in sorted((span for word in words for span in _spans_of(word, tokens)), key=lambda s: (s[0], -s[1])):
        if not spans or start >= spans[-1][1]:
            spans.append((start, end))
    return spans


class _Tokens:
    """The normalized words and the symbols of a text, each with its span, and first letter → positions of words in `words`."""

    def __init__(self, text: str) -> None:
        self.words: list[tuple[str, Span]] = []
        self.by_letter: dict[str, list[int]] = {}
        self.symbols: list[tuple[str, Span]] = []
        for token in TOKEN.finditer(text):
            words, span = split_token(token[0]), token.span()
            if words and not words[0].isalnum():
                self.symbols.append((words[0], span))
                words = words[1:]
            for word in words:
                self.by_letter.setdefault(word[0], []).append(len(self.words))
                self.words.append((word, span))

    def beginning_with(self, letters: Iterable[str]) -> Iterator[int]:
        """Return an iterator over the positions of the words that begin with one of `letters`."""
        return chain.from_iterable(self.by_letter.get(letter, ()) for letter in letters)


def _spans_of(term: SearchTerm, tokens: _Tokens) -> list[Span]:
    """Return where a search term or a synonym of it occurs."""
    if term.parts:
        spans = _phrases_in(term, tokens)
        by_part = [_spans_of(part, tokens) for part in term.parts]
        return spans or ([span for part in by_part for span in part] if all(by_part) else [])
    if not term.word.isalnum():
        return [span for symbol, span in tokens.symbols if term.occurs_as(symbol)]
    found = (tokens.words[at] for at in tokens.beginning_with(term.word[0]))
    return [span for word, span in found if term.occurs_as(word)] + _phrases_in(term, tokens)


def _phrases_in(term: SearchTerm, tokens: _Tokens) -> list[Span]:
    """Return where the synonyms of a search term (its `phrases`) occur."""
    spans: list[Span] = []
    for at in tokens.beginning_with({phrase[0][0] for phrase in term.phrases}):
        stem = stem_word(tokens.words[at][0])
        for phrase in term.phrases:
            if stem == phrase[0]:
                following = tokens.words[at : at + len(phrase)]
                if tuple(stem_word(word) for word, _ in following) == phrase:
                    spans.append((following[0][1][0], following[-1][1][1]))
    return spans


def missing_terms(text: str, words: Iterable[SearchTerm]) -> tuple[SearchTerm, ...]:
    """Return those of the search words `words` that do not occur in `text` and have no synonym that occurs there."""
    tokens = _Tokens(text)
    return tuple(word for word in words if not _spans_of(word, tokens))


def _densest_span(text: str, words: Iterable[SearchTerm]) -> Span | None:
    """Return the span of a found word that is followed closely by the most other search words, or None."""
    tokens = _Tokens(text)
    spans = sorted((span, number) for number, word in enumerate(words) for span in _spans_of(word, tokens))
    starts = [span[0] for span, _ in spans]
    best, most = None, 0
    for at, (span, _) in enumerate(spans):
        near = {number for _, number in spans[at : bisect_right(starts, span[0] + EXCERPT_LENGTH // 2)]}
        if len(near) > most:
            best, most = span, len(near)
    return best


def excerpt(text: str, words: Iterable[SearchTerm]) -> str:
    """Return about EXCERPT_LENGTH characters where most search words are, cut with "…", or "" if none occurs."""
    text = " ".join(text.split())
    if not (best := _densest_span(text, words)):
        return ""
    hit_start, hit_end = best
    start = max(0, min(hit_start - EXCERPT_LENGTH // 3, len(text) - EXCERPT_LENGTH))
    end = min(len(text), max(start + EXCERPT_LENGTH, hit_end))
    # not in the middle of a word, unless the word is longer than the excerpt
    if start and (space := text.rfind(" ", 0, start + 1)) >= start - 20:
        start = space + 1
    if end < len(text) and (space := text.rfind(" ", hit_end, end + 1)) > 0:
        end = space
    return ("… " if start else "") + text[start:end].strip() + (" …" if end < len(text) else "")


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
