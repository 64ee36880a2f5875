"""Adding and editing evidence apart from an assessment: what was typed, as a record."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tracker.editing import link_lists
from tracker.editing.assessment_form import LINK, clean, wrong_date
from tracker.editing.form_values import By, longer, new_in, texts, twice, typed, wrong_id
from tracker.i18n import Language
from tracker.model.localized_text import DEFAULT_LANGUAGE, MAX_TEXT_LENGTH, TextVariant
from tracker.model.records import Evidence, TagSet
from tracker.model.vocabulary import Dimension, EvidenceEffect, EvidenceKind, TagSource, Verification
from tracker.queries.view import View


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of the form: texts by language; `bears` are recommendations by what it suggests for them."""

    kind: EvidenceKind = EvidenceKind.NEWS
    publisher: str = ""
    title: By = field(default_factory=dict)
    summary: By = field(default_factory=dict)
    happened: str = ""
    published: str = ""
    dimension: Dimension = Dimension.PRACTICE
    mark: Verification = Verification.REPORTED
    document: str | None = None
    link: str = ""
    archived: str = ""
    identifier: str = ""
    bears: Mapping[EvidenceEffect, tuple[str, ...]] = field(default_factory=dict)
    themes: tuple[str, ...] = ()


def fields_of(view: View, e: Evidence | None) -> Typed:
    """What the form starts with; `e` is the whole record as its file has it, None for a new one."""
    codes, main = view.settings.languages, view.settings.language
    if e is None:
        empty = dict.fromkeys(codes, "")
        return Typed(title=empty, summary=empty)
    return Typed(
        e.kind, e.publisher, typed(e.title, codes, main), typed(e.summary, codes, main), e.happened or "",
        e.published or "", e.dimension, e.verification, e.document, e.link or "", e.archived or "", e.identifier or "",
        {way: link_lists.names(b for b in e.relevant_to if b.effect is way) for way in EvidenceEffect},
        next((t.themes for t in e.tags if t.tagged_by is TagSource.OURS), ()),
    )  # fmt: skip


def missing(view: View, e: Evidence | None, said: Typed, name: str, _: Language) -> list[str]:
    """What stands in the way of saving, as sentences. `name` is the id of a new item."""
    found, start = [], fields_of(view, e)
    if not clean(said.publisher):
        found.append(_("Evidence needs a publisher: who says it?"))
    if not clean(said.summary.get(view.settings.language, "")):
        found.append(_("The summary is needed in the dataset's main language, in your own words."))
    found += longer(_, 300, *new_in(said.title, start.title))
    found += longer(_, 500, said.publisher, said.identifier)
    found += longer(_, 2000, said.link, said.archived)
    found += longer(_, MAX_TEXT_LENGTH, *said.title.values(), *said.summary.values())
    for link in (said.link, said.archived):
        if clean(link) and not LINK.fullmatch(clean(link)):
            found.append(_("The link does not look like a web address: it starts with https:// or http://."))
    for known, field_name in ((said.happened, _("When it happened")), (said.published, _("When it was published"))):
        found += wrong_date(known, field_name, _)
    if names := twice(said.bears, start.bears):
        titles = ", ".join(_.text(view.dataset.recommendations[name].title).text for name in names)
        found.append(_("It suggests one thing for a recommendation: {names} stands in two fields.", names=titles))
    if e is None:
        found += wrong_id(name, view.dataset.evidence, _)
    return found


def edited(view: View, e: Evidence, said: Typed, reason: Mapping[str, TextVariant]) -> Evidence:
    """The evidence with what was typed."""
    main = view.settings.language
    return replace(
        e,
        kind=said.kind,
        publisher=clean(said.publisher),
        title=texts(e.title, said.title, main) or None,
        summary=texts(e.summary, said.summary, main),
        happened=clean(said.happened) or None,
        published=clean(said.published) or None,
        dimension=said.dimension,
        verification=said.mark,
        document=said.document,
        link=clean(said.link) or None,
        archived=clean(said.archived) or None,
        identifier=clean(said.identifier) or None,
        relevant_to=link_lists.bearing(e.relevant_to, said.bears, reason),
        tags=_tags(e.tags, said.themes),
    )


def new(view: View, name: str, said: Typed) -> Evidence:
    """The new item of a form in which nothing is missing."""
    blank = {DEFAULT_LANGUAGE: TextVariant(text="-")}
    e = Evidence(
        id=name,
        kind=said.kind,
        publisher=clean(said.publisher),
        summary=blank,
        dimension=said.dimension,
        verification=said.mark,
    )
    return replace(edited(view, e, said, {}), summary=texts({}, said.summary, view.settings.language))


def _tags(old: tuple[TagSet, ...], themes: tuple[str, ...]) -> tuple[TagSet, ...]:
    ours = next((t for t in old if t.tagged_by is TagSource.OURS), None)
    if ours is None:
        return (*old, TagSet(tagged_by=TagSource.OURS, themes=themes)) if themes else old
    return tuple(replace(t, themes=themes) if t is ours else t for t in old)
