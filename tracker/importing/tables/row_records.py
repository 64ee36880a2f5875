"""Make records from the rows of a spreadsheet or of an export of UHRI: new recommendations, and changes of known ones.

What the tracker knows besides, such as earlier assessments, other languages and the tags of others, stays.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from tracker.editing.forms.recommendation import RecommendationForm, our_tags
from tracker.editing.forms.values import free_id, update_text
from tracker.i18n import Language
from tracker.importing.comparison import ImportedChange, RowComparison
from tracker.importing.documents.review import shorten_title
from tracker.importing.tables.fields import SETS, TEXTS_OF_RECORD
from tracker.importing.tables.results import ImportedRow
from tracker.importing.tables.row_assessments import (
    ASSESSMENT_FIELDS,
    RowDefaults,
    assessment_of_row,
    skips_assessment,
    texts_of_row,
)
from tracker.model.localized_text import TextVariant, clean_input
from tracker.model.records import Recommendation, TagSet
from tracker.model.vocabulary import SEPARATOR, StateResponse, TagSource, TextOrigin, Verification
from tracker.queries.localized_names import recorded_right
from tracker.queries.view import View

UHRI_TAGS = "uhri_tags"
"""The field of a change that gives a recommendation the tags of UHRI."""


def form_of_row(view: View, row: ImportedRow, document: str, *, defaults: RowDefaults) -> RecommendationForm:
    """Return a new recommendation as it would be typed in the form, without an id.

    A text that nobody read in the document is no quotation: it becomes the summary if the row has none.
    """
    main = view.settings.language
    texts: dict[str, Any] = {field: texts_of_row(row, field, main) for field in TEXTS_OF_RECORD}
    title, summary, text = (texts.pop(field) for field in ("title", "summary", "text"))
    mark = Verification(row.value("verification") or defaults.verification)
    if not title:
        title = {code: shorten_title(words) for code, words in (summary or text).items()}
    if not summary and mark is not Verification.SEEN:
        summary, text = text, {}
    origin = TextOrigin.OFFICIAL if mark is Verification.SEEN else TextOrigin.OWN
    return RecommendationForm(
        document=document or None,
        paragraph=row.value("paragraph"),
        title=title,
        summary=summary or title,
        text=text,
        text_origin=dict.fromkeys(text, origin),
        verification=mark,
        publisher=row.value("publisher") if row.value("source_link") else "",
        themes=_several(row, "themes"),
        groups=_several(row, "groups"),
        rights=_several(row, "rights"),
        sdg=_several(row, "sdg"),
        recommending_states=_several(row, "recommending_states"),
        response=StateResponse(response) if (response := row.value("response")) else None,
        lead=_several(row, "authorities"),
        **texts,
    )


def _several(row: ImportedRow, field: str) -> tuple[str, ...]:
    return tuple(filter(None, row.value(field).split(SEPARATOR)))


def new_recommendation(
    view: View,
    row: ImportedRow,
    document: str,
    *,
    defaults: RowDefaults,
    taken: Iterable[str],
    language: Language,
    tags: TagSet | None = None,
) -> Recommendation:
    """Return a new recommendation of a row under a free id. `tags` are those of UHRI."""
    form = form_of_row(view, row, document, defaults=defaults)
    name = form.suggest_id(view)
    if not form.paragraph and not any("a" <= letter <= "z" for letter in "".join(form.title.values()).casefold()):
        name = f"{document}-{row.number}"  # an id has no Cyrillic letters
    (r,) = replace(form, id=free_id(name, {*view.dataset.recommendations, *taken})).apply(
        view, None, {}, language=language
    )
    assert isinstance(r, Recommendation)
    if link := row.value("source_link"):
        r = replace(r, source=replace(r.source, link=link))
    if tags:
        r = replace(r, tags=(*r.tags, tags))
    assessment = assessment_of_row(view, row, None, defaults=defaults, language=language)
    if assessment and not skips_assessment(view, assessment, defaults, language=language):
        r = replace(r, assessments=(assessment.record(view.settings.language),))
    return r


def changed_recommendation(
    view: View, compared: RowComparison, *, defaults: RowDefaults, language: Language, tags: TagSet | None = None
) -> Recommendation:
    """Return a known recommendation with the changes of a row. Other fields and other languages stay."""
    r = view.dataset.recommendations[compared.recommendation]
    fields = {change.field for change in compared.changes}
    for change in compared.changes:
        r = _with_change(view, r, change, defaults=defaults)
    if UHRI_TAGS in fields and tags:
        r = replace(r, tags=(*(one for one in r.tags if one.tagged_by is not TagSource.UHRI), tags))
    if fields & set(ASSESSMENT_FIELDS):
        assessment = assessment_of_row(view, compared.row, r, defaults=defaults, language=language)
        if assessment:
            r = replace(r, assessments=(*r.assessments, assessment.record(view.settings.language)))
    return r


def _with_change(view: View, r: Recommendation, change: ImportedChange, *, defaults: RowDefaults) -> Recommendation:
    main, new = view.settings.language, change.new
    if change.field == "paragraph":
        return replace(r, paragraph=new or None)
    if change.field == "verification":
        return replace(r, verification=Verification(new))
    if change.field == "source_link":
        return replace(r, source=replace(r.source, link=new or None))
    if change.field in TEXTS_OF_RECORD:
        origins = _origin(r, change.language, main, defaults=defaults) if change.field == "text" else None
        text: Any = update_text(getattr(r, change.field), {change.language: new}, main, origins=origins) or None
        return replace(r, **{change.field: text})
    if change.field in SETS:
        return _with_tags(view, r, change)
    return r


def _origin(r: Recommendation, code: str, main: str, defaults: RowDefaults) -> dict[str, TextOrigin]:
    """Return the origin of a changed quotation: as before, or the document's own words if they were read there."""
    before: Mapping[str, TextVariant] = {lang or main: variant for lang, variant in (r.text or {}).items()}
    if code in before:
        return {code: before[code].origin}
    was_read = r.verification is Verification.SEEN and defaults.verification is Verification.SEEN
    return {code: TextOrigin.OFFICIAL if was_read else TextOrigin.OWN}


def _with_tags(view: View, r: Recommendation, change: ImportedChange) -> Recommendation:
    """Add and remove tags among our own. The file shows the tags of all; those of others stay."""
    old, new = (_recorded(view, change.field, text) for text in (change.old, change.new))
    ours = our_tags(r.tags)
    others = {code for one in r.tags if one is not ours for code in getattr(one, change.field)}
    kept = [code for code in getattr(ours, change.field) if code in new or code not in old]
    added = [code for code in new if code not in kept and code not in others]
    values: dict[str, Any] = {change.field: (*kept, *added)}
    updated = replace(ours, **values)
    if ours in r.tags:
        return replace(r, tags=tuple(updated if one is ours else one for one in r.tags))
    return replace(r, tags=(*r.tags, updated)) if added else r


def _recorded(view: View, field: str, text: str) -> tuple[str, ...]:
    values = [value for value in text.split(SEPARATOR) if clean_input(value)]
    if field == "rights":
        values = [recorded_right(value, view.bodies.values(), view.settings.language) for value in values]
    return tuple(dict.fromkeys(values))
