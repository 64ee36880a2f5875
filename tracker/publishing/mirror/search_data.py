"""What the script of a mirror searches and filters: words, values of filters, and titles, as JavaScript that assigns data.

A page from a memory stick may load a script, but not fetch a file.
"""

import json
from collections.abc import Iterable, Mapping
from itertools import chain, pairwise
from typing import Any

from tracker.model.vocabulary import Issuer
from tracker.publishing.render_context import RenderContext
from tracker.publishing.wording import source_line
from tracker.queries.lists.filters import (
    EvidenceFilters,
    Filters,
    filter_recommendations,
    ids_of_evidence,
    ids_of_recommendations,
)
from tracker.queries.search.text_search import STOP_WORDS, synonyms_of
from tracker.queries.search.word_forms import stem_word
from tracker.queries.view import View, effective_date


def _records(view: View) -> tuple[list[str], list[str], list[str]]:
    """Return the ids of recommendations, evidence and documents. A record is named by its place in all three lists."""
    order = filter_recommendations(view, Filters(), view.settings.language)
    return [r.id for r in order], [*view.evidence], [*view.documents]


def _assignment(name: str, value: Any) -> bytes:
    return f"rt.{name} = {json.dumps(value, ensure_ascii=False, separators=(',', ':'))};\n".encode()


def _steps(numbers: Iterable[int]) -> list[int]:
    """Return sorted numbers as differences, which are shorter to write."""
    return [b - a for a, b in pairwise([0, *sorted(numbers)])]


def words_script(view: View) -> bytes:
    """Return the words of all records with their stems, and the groups of synonyms: the index of `SearchIndex`."""
    places: dict[str, set[int]] = {}
    groups: dict[int, set[int]] = {}
    start = 0
    for ids, group in zip(
        _records(view), (view.searchable, view.searchable_evidence, view.searchable_documents), strict=True
    ):
        numbers = {id: start + place for place, id in enumerate(ids)}
        start += len(ids)
        for word, found in group.index.ids_by_word().items():
            places.setdefault(word, set()).update(numbers[id] for id in found)
        for number, found in group.index.ids_by_group().items():
            groups.setdefault(number, set()).update(numbers[id] for id in found)
    synonyms = synonyms_of(view.settings.synonyms)
    words = sorted({*places, *synonyms.words})
    return _assignment(
        "words",
        {
            "stop": sorted(STOP_WORDS),
            "words": words,
            "stems": [len(stem) if word.startswith(stem := stem_word(word)) else stem for word in words],
            "places": [_steps(places.get(word, ())) for word in words],
            "phrases": synonyms.phrases,
            "groups": [_steps(groups.get(number, ())) for number in range(len(synonyms.phrases))],
        },
    )


def filters_script(view: View) -> bytes:
    """Return the values of all filters, each with the places of its records."""
    rs, evidence, _ = _records(view)
    numbers = {id: place for place, id in enumerate([*rs, *evidence])}

    def places(found: Mapping[str, frozenset[str]]) -> dict[str, list[int]]:
        return {code: sorted(numbers[id] for id in found[code]) for code in sorted(found)}

    return _assignment(
        "filters",
        {
            "recommendations": {
                row.name: places(ids_of_recommendations(view).get(row.name, {}))
                for row in Filters.rows()
                if row.options and row.narrows
            },
            "evidence": {
                row.name: places(ids_of_evidence(view).get(row.name, {}))
                for row in EvidenceFilters.rows()
                if row.options
            },
        },
    )


def titles_script(context: RenderContext) -> bytes:
    """Return what a result shows of each record in one language, and the words around the results."""
    view, language = context.view, context.language
    _ = language.gettext
    rs, evidence, documents = _records(view)

    def date(day: str | None) -> str:
        return language.format_date(day) if day else ""

    recommendations = []
    for r in (view.recommendations[id] for id in rs):
        about = " · ".join(source_line(context, r))
        recommendations.append([r.id, language.resolve(r.title).text, about, view.status(r)])
    items = [
        [
            e.id,
            language.resolve(e.title or e.summary).text,
            " · ".join(filter(None, [context.name(e.publisher), date(e.published or e.happened)])),
            context.label(e.kind),
        ]
        for e in (view.evidence[id] for id in evidence)
    ]
    papers = [
        [
            d.id,
            language.resolve(d.title).text,
            " · ".join(filter(None, [d.symbol, date(effective_date(d))])),
            context.label(d.kind),
        ]
        for d in (view.documents[id] for id in documents)
    ]
    statuses = {
        code: [context.label(code), status.colour, status.dark] for code, status in view.settings.statuses.items()
    }
    words = {
        "search": _("Search: {words}", words="{words}"),
        "nothing": _("Nothing found for “{typed}”.", typed="{typed}"),
        "none": _("No recommendation matches these filters."),
        **{issuer.value: context.issuer_heading(issuer) for issuer in Issuer},
        "evidence": _("Evidence"),
        "documents": _("Documents"),
    }
    return _assignment(
        "titles",
        {"records": [*chain(recommendations, items, papers)], "counts": [len(rs), len(evidence)]}
        | {"statuses": statuses, "says": words},
    )
