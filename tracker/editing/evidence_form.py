"""Adding and editing evidence apart from an assessment: what was typed, as a record."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tracker.editing import link_lists
from tracker.editing.assessment_form import URL_PATTERN, date_errors
from tracker.editing.form_values import (
    TextByLanguage,
    added_items,
    duplicates,
    id_errors,
    length_errors,
    text_by_language,
    update_text,
)
from tracker.i18n import Language
from tracker.model.localized_text import DEFAULT_LANGUAGE, MAX_TEXT_LENGTH, TextVariant, clean_input
from tracker.model.records import Evidence, TagSet
from tracker.model.vocabulary import Dimension, EvidenceEffect, EvidenceKind, TagSource, Verification
from tracker.queries.view import View


@dataclass(frozen=True, slots=True)
class EvidenceForm:
    """The fields of the form: texts by language; `bears` are recommendations by what it suggests for them."""

    kind: EvidenceKind = EvidenceKind.NEWS
    publisher: str = ""
    title: TextByLanguage = field(default_factory=dict)
    summary: TextByLanguage = field(default_factory=dict)
    happened: str = ""
    published: str = ""
    dimension: Dimension = Dimension.PRACTICE
    verification: Verification = Verification.REPORTED
    document: str | None = None
    link: str = ""
    archived: str = ""
    identifier: str = ""
    relevant_to: Mapping[EvidenceEffect, tuple[str, ...]] = field(default_factory=dict)
    themes: tuple[str, ...] = ()


def evidence_form_from_record(view: View, e: Evidence | None) -> EvidenceForm:
    """What the form starts with; `e` is the whole record as its file has it, None for a new one."""
    codes, main = view.settings.languages, view.settings.language
    if e is None:
        empty = dict.fromkeys(codes, "")
        return EvidenceForm(title=empty, summary=empty)
    return EvidenceForm(
        e.kind, e.publisher, text_by_language(e.title, codes, main), text_by_language(e.summary, codes, main), e.happened or "",
        e.published or "", e.dimension, e.verification, e.document, e.link or "", e.archived or "", e.identifier or "",
        {way: link_lists.linked_ids(b for b in e.relevant_to if b.effect is way) for way in EvidenceEffect},
        next((t.themes for t in e.tags if t.tagged_by is TagSource.OURS), ()),
    )  # fmt: skip


def validate_evidence_form(
    view: View, e: Evidence | None, said: EvidenceForm, name: str, language: Language
) -> list[str]:
    """What stands in the way of saving, as sentences. `name` is the id of a new item."""
    _ = language.gettext
    found, start = [], evidence_form_from_record(view, e)
    if not clean_input(said.publisher):
        found.append(_("Evidence needs a publisher: who says it?"))
    if not clean_input(said.summary.get(view.settings.language, "")):
        found.append(_("The summary is needed in the dataset's main language, in your own words."))
    found += length_errors(language, 300, *added_items(said.title, start.title))
    found += length_errors(language, 500, said.publisher, said.identifier)
    found += length_errors(language, 2000, said.link, said.archived)
    found += length_errors(language, MAX_TEXT_LENGTH, *said.title.values(), *said.summary.values())
    for link in (said.link, said.archived):
        if clean_input(link) and not URL_PATTERN.fullmatch(clean_input(link)):
            found.append(_("The link does not look like a web address: it starts with https:// or http://."))
    for known, field_name in ((said.happened, _("When it happened")), (said.published, _("When it was published"))):
        found += date_errors(known, field_name, language)
    if names := duplicates(said.relevant_to, start.relevant_to):
        titles = ", ".join(language.resolve(view.dataset.recommendations[name].title).text for name in names)
        found.append(_("It suggests one thing for a recommendation: {names} stands in two fields.", names=titles))
    if e is None:
        found += id_errors(name, view.dataset.evidence, language)
    return found


def apply_evidence_form(view: View, e: Evidence, said: EvidenceForm, reason: Mapping[str, TextVariant]) -> Evidence:
    """The evidence with what was typed."""
    main = view.settings.language
    return replace(
        e,
        kind=said.kind,
        publisher=clean_input(said.publisher),
        title=update_text(e.title, said.title, main) or None,
        summary=update_text(e.summary, said.summary, main),
        happened=clean_input(said.happened) or None,
        published=clean_input(said.published) or None,
        dimension=said.dimension,
        verification=said.verification,
        document=said.document,
        link=clean_input(said.link) or None,
        archived=clean_input(said.archived) or None,
        identifier=clean_input(said.identifier) or None,
        relevant_to=link_lists.update_evidence_links(e.relevant_to, said.relevant_to, reason),
        tags=_tags(e.tags, said.themes),
    )


def create_evidence(view: View, name: str, said: EvidenceForm) -> Evidence:
    """The new item of a form in which nothing is missing."""
    blank = {DEFAULT_LANGUAGE: TextVariant(text="-")}
    e = Evidence(
        id=name,
        kind=said.kind,
        publisher=clean_input(said.publisher),
        summary=blank,
        dimension=said.dimension,
        verification=said.verification,
    )
    return replace(
        apply_evidence_form(view, e, said, {}), summary=update_text({}, said.summary, view.settings.language)
    )


def _tags(old: tuple[TagSet, ...], themes: tuple[str, ...]) -> tuple[TagSet, ...]:
    ours = next((t for t in old if t.tagged_by is TagSource.OURS), None)
    if ours is None:
        return (*old, TagSet(tagged_by=TagSource.OURS, themes=themes)) if themes else old
    return tuple(replace(t, themes=themes) if t is ours else t for t in old)
