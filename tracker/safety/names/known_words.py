"""Collect the words of a dataset that are not names of persons: words of its documents, treaties and organisations."""

from collections.abc import Iterator
from functools import lru_cache

from tracker.model.dataset import Dataset, all_records
from tracker.model.localized_text import LocalizedText
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document
from tracker.model.safety_config import WORD_PATTERN
from tracker.safety.names.word_kinds import SURE, base_form, word_kind
from tracker.safety.patterns import normalize_lookalikes
from tracker.storage.cache_registry import register_cache


class _BySignature:
    """A dataset that is equal to every dataset with the same signature, so that it can be the key of a cache."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self._key = (dataset.root, dataset.signature)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _BySignature) and self._key == other._key


def known_words(dataset: Dataset) -> frozenset[str]:
    """Return the words, in small letters and as `base_form` returns them, that are not names of persons.

    These are the words of the settings with their organisations, treaty bodies and treaties, the places in the list `not-a-name` of safety.yaml,
    and the words of the titles of documents, the publishers and the authorities. From titles, publishers and authorities, words that look like names are left out: a person can be
    written there. The words are collected once for each signature.
    """
    return _collect(_BySignature(dataset))


@lru_cache(maxsize=2)
def _collect(key: _BySignature) -> frozenset[str]:
    curated, typed = set[str](), set[str]()
    for found, texts in ((curated, _curated_texts(key.dataset)), (typed, _typed_texts(key.dataset))):
        for text in set(texts):
            found.update(WORD_PATTERN.findall(normalize_lookalikes(text).casefold()))
    words = curated | {word for word in typed if not word_kind(word) & SURE}
    return frozenset(words | {base_form(word) for word in words})


register_cache(_collect.cache_clear)


def _curated_texts(dataset: Dataset) -> Iterator[str]:
    settings = dataset.settings
    yield from _wordings(settings.title, settings.state_party)
    yield from _wordings(*(term.label for term in (*settings.themes, *settings.groups)))
    yield from _wordings(*(status.label for status in settings.statuses.values()))
    for organisation in settings.organisations:
        yield from _wordings(organisation.name, organisation.short_name)
    yield from dataset.safety.words.get("not-a-name", ()) if dataset.safety else ()
    for body in dataset.bodies.values():
        yield body.code
        names = (body.name, body.treaty, body.abbreviation, body.treaty_abbreviation)
        yield from _wordings(*(name for name in names if name))
    yield from _wordings(*settings.publisher_names)


def _typed_texts(dataset: Dataset) -> Iterator[str]:
    yield from _wordings(dataset.settings.publisher.name)
    for record in all_records(dataset):
        if isinstance(record, Document):
            yield from _wordings(record.title)
            yield record.authors or ""
        if isinstance(record, Evidence):
            yield record.publisher
        if isinstance(record, Recommendation):
            yield record.source.publisher or ""
        if not isinstance(record, Document):
            yield from _wordings(*(authority.name for tags in record.tags for authority in tags.authorities))


def _wordings(*texts: LocalizedText) -> Iterator[str]:
    yield from (variant.text for text in texts for variant in text.values())
