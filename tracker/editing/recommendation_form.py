"""Adding, editing and retiring a recommendation: what was typed, as a new record."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from tracker.editing import link_lists, part_lines
from tracker.editing.assessment_form import LINK, clean, year
from tracker.editing.form_values import By, joined, longer, new_in, one, origins, shown, texts, twice, typed, wrong_id
from tracker.i18n import Language
from tracker.model.localized_text import DEFAULT_LANGUAGE, MAX_TEXT_LENGTH, TextVariant, resolve
from tracker.model.records import Authority, Event, Recommendation, Source, TagSet
from tracker.model.registers import Document
from tracker.model.vocabulary import (
    AuthorityRole,
    DocumentKind,
    EventType,
    Issuer,
    TagSource,
    TextOrigin,
    UptakeResult,
    Verification,
)
from tracker.queries.view import View, dated


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of the form: texts by language, links by id, our tags. `asks` is the document that it stands in."""

    asks: str | None = None
    paragraph: str = ""
    title: By = field(default_factory=dict)
    summary: By = field(default_factory=dict)
    quoted: By = field(default_factory=dict)
    whose: Mapping[str, TextOrigin] = field(default_factory=dict)
    mark: Verification = Verification.TO_CHECK
    read: str = ""
    publisher: str = ""
    link: str = ""
    parts: By = field(default_factory=dict)
    themes: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()
    sdg: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    contributing: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    taken: Mapping[UptakeResult, tuple[str, ...]] = field(default_factory=dict)


def fields_of(view: View, r: Recommendation | None, _: Language) -> Typed:
    """What the form starts with; `r` is the whole record as its file has it, None for a new one."""
    codes, main = view.settings.languages, view.settings.language
    if r is None:
        empty = dict.fromkeys(codes, "")
        return Typed(
            title=empty, summary=empty, quoted=empty, whose=dict.fromkeys(codes, TextOrigin.OFFICIAL), parts=empty
        )
    ours = _ours(r.tags)
    names = {
        share: tuple(resolve(a.name, _.code, main).text for a in ours.authorities if a.role is share)
        for share in AuthorityRole
    }
    return Typed(
        r.document, r.paragraph or "", typed(r.title, codes, main), typed(r.summary, codes, main),
        typed(r.text, codes, main), origins(r.text, codes, main, TextOrigin.OFFICIAL), r.verification, shown(r.parts_read, _),
        r.source.publisher or "", r.source.link or "", part_lines.lines(r.parts, codes, main), ours.themes, ours.groups,
        ours.rights, ours.sdg, names[AuthorityRole.LEAD], names[AuthorityRole.CONTRIBUTING],
        tuple(other.id for other in view.same_demand(r)),
        {result: link_lists.names(u for u in r.uptake if u.result is result) for result in UptakeResult},
    )  # fmt: skip


def missing(view: View, r: Recommendation | None, said: Typed, name: str, _: Language) -> list[str]:
    """What stands in the way of saving, as sentences. `name` is the id of a new recommendation."""
    main, start, found = view.settings.language, fields_of(view, r, _), []
    if r is None:
        if said.asks is None:
            found.append(_("Choose the document that it stands in; add the document first if it is not there."))
        found += wrong_id(name, view.dataset.recommendations, _)
    if not clean(said.title.get(main, "")) or not clean(said.summary.get(main, "")):
        found.append(_("The title and the summary are needed in the dataset's main language."))
    found += _too_long(said, start, _)
    official = {
        code for code, text in said.quoted.items() if clean(text) and said.whose.get(code) is TextOrigin.OFFICIAL
    }
    if official and said.mark is not Verification.SEEN:
        found.append(_("A quotation needs the mark “seen”: put what others report into the summary, in own words."))
    if clean(said.link) and not LINK.fullmatch(clean(said.link)):
        found.append(_("The link does not look like a web address: it starts with https:// or http://."))
    if clean(said.link) and not clean(said.publisher) and (said.link, said.publisher) != (start.link, start.publisher):
        found.append(_("The link needs a publisher: who reports it?"))
    found += part_lines.missing(r.parts if r else (), said.parts, main, _named(view, r, _) if r else {}, _)
    if names := twice(said.taken, start.taken):
        titles = [_.text(view.dataset.recommendations[name].title).text for name in names]
        found.append(
            _("Uptake has one result for a recommendation: {names} stands in two fields.", names=", ".join(titles))
        )
    return found


def _too_long(said: Typed, start: Typed, _: Language) -> Iterable[str]:
    yield from longer(_, 300, *new_in(said.title, start.title))
    yield from longer(_, 500, said.publisher, *said.lead, *said.contributing, said.read)
    yield from longer(_, 120, said.paragraph, *said.rights, *said.sdg)
    yield from longer(_, 2000, said.link)
    yield from longer(
        _, MAX_TEXT_LENGTH, *said.title.values(), *said.summary.values(), *said.quoted.values(), *said.parts.values()
    )


def _named(view: View, r: Recommendation, _: Language) -> dict[str, str]:
    """The parts that something else names, in small letters, with what names them."""
    found = {
        b.part: _("evidence") for e in view.dataset.evidence.values() for b in e.relevant_to if b.recommendation == r.id
    }
    found |= {a.part: _("an assessment") for a in r.assessments}
    return {part.lower(): what for part, what in found.items() if part is not None}


def edited(
    view: View, r: Recommendation, said: Typed, reason: Mapping[str, TextVariant], _: Language
) -> tuple[Recommendation, ...]:
    """The recommendation with what was typed, first; behind it others that a same demand was noted at and is not any more."""
    main = view.settings.language
    publisher, link = clean(said.publisher) or None, clean(said.link) or None
    # a source names somebody: where nobody reports it any more, it is the document itself
    document = r.source.document or (None if publisher else r.document)
    changed = replace(
        r,
        title=texts(r.title, said.title, main),
        summary=texts(r.summary, said.summary, main),
        text=texts(r.text, said.quoted, main, said.whose) or None,
        paragraph=clean(said.paragraph) or None,
        verification=said.mark,
        parts_read=one(r.parts_read, said.read, _),
        source=replace(r.source, document=document, publisher=publisher, link=link),
        parts=part_lines.parts_of(r.parts, said.parts, main),
        tags=_tags(view, r.tags, said, _),
        uptake=link_lists.taken(r.uptake, said.taken, reason) if r.issued_by is Issuer.COMMITTEE else r.uptake,
    )
    return link_lists.same(view, changed, said.same, reason)


def new(view: View, name: str, said: Typed, _: Language) -> tuple[Recommendation, ...]:
    """The new recommendation of a form in which nothing is missing."""
    document = view.dataset.documents[said.asks or ""]
    theirs = document.kind is DocumentKind.ALTERNATIVE_REPORT
    blank = {DEFAULT_LANGUAGE: TextVariant(text="-")}
    r = Recommendation(
        id=name, issued_by=Issuer.CIVIL_SOCIETY if theirs else Issuer.COMMITTEE, document=document.id, title=blank, summary=blank,
        verification=said.mark, source=Source(document=None if clean(said.publisher) else document.id),
    )  # fmt: skip
    made, *others = edited(view, r, said, {}, _)
    main = view.settings.language
    return (replace(made, title=texts({}, said.title, main), summary=texts({}, said.summary, main)), *others)


def proposed_id(view: View, document: Document | None, paragraph: str, title: str) -> str:
    """An id from the committee, the year and the paragraph; civil society's from the report and the number."""
    if document is None:
        return ""
    words = joined(clean(paragraph)) or " ".join(clean(title).split()[:2])
    if document.kind is DocumentKind.ALTERNATIVE_REPORT:
        return f"{document.id}-r{words}" if clean(paragraph) else f"{document.id}-{words}"
    return f"{document.body}-{year(dated(document) or '')}-{words}"


def _ours(tags: tuple[TagSet, ...]) -> TagSet:
    return next((t for t in tags if t.tagged_by is TagSource.OURS), TagSet(tagged_by=TagSource.OURS))


def _tags(view: View, old: tuple[TagSet, ...], said: Typed, _: Language) -> tuple[TagSet, ...]:
    ours = _ours(old)
    people = tuple(
        _authority(view, ours, name, share, _)
        for share, names in ((AuthorityRole.LEAD, said.lead), (AuthorityRole.CONTRIBUTING, said.contributing))
        for name in names
    )
    same = {str(a) for a in people} == {str(a) for a in ours.authorities}
    now = replace(
        ours, themes=_kept(ours.themes, said.themes), groups=_kept(ours.groups, said.groups),
        rights=_kept(ours.rights, said.rights), sdg=_kept(ours.sdg, said.sdg),
        authorities=ours.authorities if same else people,
    )  # fmt: skip
    if ours in old:
        return tuple(now if t is ours else t for t in old)
    return (*old, now) if now != ours else old


def _kept(old: tuple[str, ...], now: tuple[str, ...]) -> tuple[str, ...]:
    """What was chosen; in the order of the file, the new ones behind."""
    chosen = [clean(value) for value in now if clean(value)]
    return tuple(dict.fromkeys([*(value for value in old if value in chosen), *chosen]))


def _authority(view: View, ours: TagSet, name: str, share: AuthorityRole, _: Language) -> Authority:
    """The authority of a name: as somebody recorded it already, else as typed."""
    main = view.settings.language
    for a in (*ours.authorities, *authorities(view)):
        if clean(resolve(a.name, _.code, main).text) == clean(name):
            return replace(a, role=share)
    return Authority(name=texts({}, {_.code: name}, main), role=share)


def authorities(view: View) -> Iterable[Authority]:
    """Every authority that a recommendation names."""
    return (a for r in view.recommendations.values() for t in r.tags for a in t.authorities)


def retired(r: Recommendation, into: str | None, reason: Mapping[str, TextVariant]) -> Recommendation:
    """The recommendation retired, with the one that its links lead on to."""
    return replace(r, events=(*r.events, Event(type=EventType.RETIRED, into=into, reason=reason)))
