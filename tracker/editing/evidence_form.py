"""The evidence form: validate what was typed, and turn it into an evidence item of the register."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tracker.editing import link_lists
from tracker.editing.assessment_form import URL_PATTERN, date_errors
from tracker.editing.form_values import (
    TextByLanguage,
    duplicates,
    edited_texts,
    id_errors,
    initial_text_by_language,
    length_errors,
    update_text,
)
from tracker.i18n import Language
from tracker.model.localized_text import MAX_TEXT_LENGTH, NO_LANGUAGE_CODE, TextVariant, clean_input
from tracker.model.records import Evidence, TagSet
from tracker.model.vocabulary import EvidenceDimension, EvidenceEffect, EvidenceKind, TagSource, Verification
from tracker.queries.view import View


@dataclass(frozen=True, slots=True)
class EvidenceForm:
    """What is typed in the evidence form.

    `title` and `summary` map language code → text. `relevant_to` maps effect → recommendation ids.
    """

    kind: EvidenceKind = EvidenceKind.NEWS
    publisher: str = ""
    title: TextByLanguage = field(default_factory=dict)
    summary: TextByLanguage = field(default_factory=dict)
    happened: str = ""
    published: str = ""
    dimension: EvidenceDimension = EvidenceDimension.PRACTICE
    verification: Verification = Verification.REPORTED
    document: str | None = None
    link: str = ""
    archived: str = ""
    identifier: str = ""
    relevant_to: Mapping[EvidenceEffect, tuple[str, ...]] = field(default_factory=dict)
    themes: tuple[str, ...] = ()


def evidence_form_from_record(view: View, e: Evidence | None) -> EvidenceForm:
    """Return the initial values of the form. `e` is the evidence item as recorded now, None for a new item."""
    codes, main = view.settings.languages, view.settings.language
    if e is None:
        empty = dict.fromkeys(codes, "")
        return EvidenceForm(title=empty, summary=empty)
    return EvidenceForm(
        kind=e.kind,
        publisher=e.publisher,
        title=initial_text_by_language(e.title, codes, main),
        summary=initial_text_by_language(e.summary, codes, main),
        happened=e.happened or "",
        published=e.published or "",
        dimension=e.dimension,
        verification=e.verification,
        document=e.document,
        link=e.link or "",
        archived=e.archived or "",
        identifier=e.identifier or "",
        relevant_to={
            effect: link_lists.linked_ids(link for link in e.relevant_to if link.effect is effect)
            for effect in EvidenceEffect
        },
        themes=next((t.themes for t in e.tags if t.tagged_by is TagSource.OURS), ()),
    )


def validate_evidence_form(
    view: View, e: Evidence | None, form: EvidenceForm, name: str, language: Language
) -> list[str]:
    """Return what is missing or wrong, as translated sentences; empty if the form can be saved.

    `e` is the evidence item as recorded now, None for a new item. `name` is the id that was typed for a new item.
    """
    _ = language.gettext
    errors, start = [], evidence_form_from_record(view, e)
    if not clean_input(form.publisher):
        errors.append(_("Evidence needs a publisher: who says it?"))
    if not clean_input(form.summary.get(view.settings.language, "")):
        errors.append(_("The summary is needed in the dataset's main language, in your own words."))
    errors += length_errors(language, 300, edited_texts(form.title, start.title))
    errors += length_errors(language, 500, [form.publisher, form.identifier])
    errors += length_errors(language, 2000, [form.link, form.archived])
    errors += length_errors(language, MAX_TEXT_LENGTH, [*form.title.values(), *form.summary.values()])
    for link in (form.link, form.archived):
        if clean_input(link) and not URL_PATTERN.fullmatch(clean_input(link)):
            errors.append(_("The link does not look like a web address: it starts with https:// or http://."))
    for date, label in ((form.happened, _("When it happened")), (form.published, _("When it was published"))):
        errors += date_errors(date, label, language)
    if repeated := duplicates(form.relevant_to, start.relevant_to):
        titles = ", ".join(language.resolve(view.dataset.recommendations[i].title).text for i in repeated)
        errors.append(_("It suggests one thing for a recommendation: {names} stands in two fields.", names=titles))
    if e is None:
        errors += id_errors(name, view.dataset.evidence, language)
    return errors


def apply_evidence_form(view: View, e: Evidence, form: EvidenceForm, reason: Mapping[str, TextVariant]) -> Evidence:
    """Return the evidence item `e` with the values of the form.

    `reason` is recorded with each link that is withdrawn or restored.
    """
    main = view.settings.language
    return replace(
        e,
        kind=form.kind,
        publisher=clean_input(form.publisher),
        title=update_text(e.title, form.title, main) or None,
        summary=update_text(e.summary, form.summary, main),
        happened=clean_input(form.happened) or None,
        published=clean_input(form.published) or None,
        dimension=form.dimension,
        verification=form.verification,
        document=form.document,
        link=clean_input(form.link) or None,
        archived=clean_input(form.archived) or None,
        identifier=clean_input(form.identifier) or None,
        relevant_to=link_lists.update_evidence_links(e.relevant_to, form.relevant_to, reason),
        tags=_update_tags(e.tags, form.themes),
    )


def create_evidence(view: View, name: str, form: EvidenceForm) -> Evidence:
    """Return the new evidence item that a valid form describes. Its id is `name`."""
    # Evidence must have a summary: start with a placeholder, which is replaced below.
    placeholder = {NO_LANGUAGE_CODE: TextVariant(text="-")}
    e = Evidence(
        id=name,
        kind=form.kind,
        publisher=clean_input(form.publisher),
        summary=placeholder,
        dimension=form.dimension,
        verification=form.verification,
    )
    return replace(
        apply_evidence_form(view, e, form, reason={}), summary=update_text({}, form.summary, view.settings.language)
    )


def _update_tags(old: tuple[TagSet, ...], themes: tuple[str, ...]) -> tuple[TagSet, ...]:
    ours = next((t for t in old if t.tagged_by is TagSource.OURS), None)
    if ours is None:
        return (*old, TagSet(tagged_by=TagSource.OURS, themes=themes)) if themes else old
    return tuple(replace(t, themes=themes) if t is ours else t for t in old)
