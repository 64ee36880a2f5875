"""Propose themes for a paragraph that is brought in, by the keywords of the themes in tracker.yaml.

A keyword only says what a paragraph may be about: an editor decides.
"""

from collections.abc import Iterable
from functools import lru_cache

from tracker.importing.documents.imported_document import ImportedParagraph
from tracker.queries.search.text_search import Synonyms
from tracker.queries.search.word_forms import stems_of
from tracker.queries.view import View
from tracker.storage.cache_registry import register_cache


def propose_themes(view: View, versions: Iterable[ImportedParagraph]) -> tuple[str, ...]:
    """Return the ids of the themes of which a keyword occurs in a paragraph, in the order of the settings.

    `versions` are the paragraph in one or more languages. Its topic heading counts, the concern before it does not.
    """
    terms = view.settings.themes
    keywords = _keywords(tuple(term.keywords for term in terms), view.settings.synonyms)
    found: set[int] = set()
    for paragraph in versions:
        for text in (paragraph.heading, paragraph.full_text, *(part.text for part in paragraph.parts)):
            found |= keywords.groups_in(stems_of(text))
    return tuple(term.id for number, term in enumerate(terms) if number in found)


@lru_cache(maxsize=8)
def _keywords(of_themes: tuple[tuple[str, ...], ...], groups: tuple[tuple[str, ...], ...]) -> Synonyms:
    """Return one group for each theme: its keywords, and all phrases of the groups of synonyms in which they are."""
    by_stems = {stems_of(phrase): group for group in groups for phrase in group}
    return Synonyms(
        [
            [phrase for keyword in keywords for phrase in (keyword, *by_stems.get(stems_of(keyword), ()))]
            for keywords in of_themes
        ]
    )


register_cache(_keywords.cache_clear)
