"""Adding and editing evidence apart from an assessment: what was typed, as a record."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tracker.editing import link_lists
from tracker.editing.assessment_form import LINK, clean, wrong_date
from tracker.editing.form_values import By, longer, new_in, texts, twice, typed, wrong_id
from tracker.i18n import Language
from tracker.model.localized_text import LONGEST, MAIN, Wording
from tracker.model.records import Evidence, Tagging
from tracker.model.vocabulary import Bearing, Dimension, EvidenceKind, Mark, Tagger
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
    mark: Mark = Mark.REPORTED
    document: str | None = None
    link: str = ""
    archived: str = ""
    identifier: str = ""
    bears: Mapping[Bearing, tuple[str, ...]] = field(default_factory=dict)
    themes: tuple[str, ...] = ()


def fields_of(view: View, e: Evidence | None) -> Typed:
    """What the form starts with; `e` is the whole record as its file has it, None for a new one."""
    codes, main = view.settings.languages, view.settings.language
    if e is None:
        empty = dict.fromkeys(codes, "")
        return Typed(title=empty, summary=empty)
    return Typed(
        e.kind, e.publisher, typed(e.title, codes, main), typed(e.summary, codes, main), e.happened or "",
        e.published or "", e.dimension, e.mark, e.document, e.link or "", e.archived or "", e.identifier or "",
        {way: link_lists.names(b for b in e.bears_on if b.direction is way) for way in Bearing},
        next((t.themes for t in e.tags if t.by is Tagger.OURS), ()),
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
    found += longer(_, LONGEST, *said.title.values(), *said.summary.values())
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


def edited(view: View, e: Evidence, said: Typed, reason: Mapping[str, Wording]) -> Evidence:
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
        mark=said.mark,
        document=said.document,
        link=clean(said.link) or None,
        archived=clean(said.archived) or None,
        identifier=clean(said.identifier) or None,
        bears_on=link_lists.bearing(e.bears_on, said.bears, reason),
        tags=_tags(e.tags, said.themes),
    )


def new(view: View, name: str, said: Typed) -> Evidence:
    """The new item of a form in which nothing is missing."""
    blank = {MAIN: Wording(text="-")}
    e = Evidence(
        id=name,
        kind=said.kind,
        publisher=clean(said.publisher),
        summary=blank,
        dimension=said.dimension,
        mark=said.mark,
    )
    return replace(edited(view, e, said, {}), summary=texts({}, said.summary, view.settings.language))


def _tags(old: tuple[Tagging, ...], themes: tuple[str, ...]) -> tuple[Tagging, ...]:
    ours = next((t for t in old if t.by is Tagger.OURS), None)
    if ours is None:
        return (*old, Tagging(by=Tagger.OURS, themes=themes)) if themes else old
    return tuple(replace(t, themes=themes) if t is ours else t for t in old)
