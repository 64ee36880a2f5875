"""Adding, editing and retiring a recommendation: what was typed, as a new record."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from tracker.editing import link_lists, part_lines
from tracker.editing.assessment_form import URL_PATTERN, first_year_of
from tracker.editing.form_values import (
    TextByLanguage,
    added_items,
    duplicates,
    id_errors,
    join_lines,
    length_errors,
    origins_by_language,
    text_by_language,
    text_in,
    update_one_language,
    update_text,
)
from tracker.i18n import Language
from tracker.model.localized_text import DEFAULT_LANGUAGE, MAX_TEXT_LENGTH, TextVariant, clean_input, resolve
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
from tracker.queries.view import View, effective_date


@dataclass(frozen=True, slots=True)
class RecommendationForm:
    """The fields of the form: texts by language, links by id, our tags. `asks` is the document that it stands in."""

    issued_by: str | None = None
    paragraph: str = ""
    title: TextByLanguage = field(default_factory=dict)
    summary: TextByLanguage = field(default_factory=dict)
    quotation: TextByLanguage = field(default_factory=dict)
    quotation_origin: Mapping[str, TextOrigin] = field(default_factory=dict)
    verification: Verification = Verification.TO_CHECK
    parts_read: str = ""
    publisher: str = ""
    link: str = ""
    parts: TextByLanguage = field(default_factory=dict)
    themes: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()
    sdg: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    contributing: tuple[str, ...] = ()
    same_demand: tuple[str, ...] = ()
    uptake: Mapping[UptakeResult, tuple[str, ...]] = field(default_factory=dict)


def recommendation_form_from_record(view: View, r: Recommendation | None, language: Language) -> RecommendationForm:
    """What the form starts with; `r` is the whole record as its file has it, None for a new one."""
    codes, main = view.settings.languages, view.settings.language
    if r is None:
        empty = dict.fromkeys(codes, "")
        return RecommendationForm(
            title=empty,
            summary=empty,
            quotation=empty,
            quotation_origin=dict.fromkeys(codes, TextOrigin.OFFICIAL),
            parts=empty,
        )
    ours = _ours(r.tags)
    names = {
        share: tuple(resolve(a.name, language.code, main).text for a in ours.authorities if a.role is share)
        for share in AuthorityRole
    }
    return RecommendationForm(
        r.document, r.paragraph or "", text_by_language(r.title, codes, main), text_by_language(r.summary, codes, main),
        text_by_language(r.text, codes, main), origins_by_language(r.text, codes, main, TextOrigin.OFFICIAL), r.verification, text_in(r.parts_read, language),
        r.source.publisher or "", r.source.link or "", part_lines.format_parts(r.parts, codes, main), ours.themes, ours.groups,
        ours.rights, ours.sdg, names[AuthorityRole.LEAD], names[AuthorityRole.CONTRIBUTING],
        tuple(other.id for other in view.same_demand(r)),
        {result: link_lists.linked_ids(u for u in r.uptake if u.result is result) for result in UptakeResult},
    )  # fmt: skip


def validate_recommendation_form(
    view: View, r: Recommendation | None, said: RecommendationForm, name: str, language: Language
) -> list[str]:
    """What stands in the way of saving, as sentences. `name` is the id of a new recommendation."""
    _ = language.gettext
    main, start, found = view.settings.language, recommendation_form_from_record(view, r, language), []
    if r is None:
        if said.issued_by is None:
            found.append(_("Choose the document that it stands in; add the document first if it is not there."))
        found += id_errors(name, view.dataset.recommendations, language)
    if not clean_input(said.title.get(main, "")) or not clean_input(said.summary.get(main, "")):
        found.append(_("The title and the summary are needed in the dataset's main language."))
    found += _too_long(said, start, language)
    official = {
        code
        for code, text in said.quotation.items()
        if clean_input(text) and said.quotation_origin.get(code) is TextOrigin.OFFICIAL
    }
    if official and said.verification is not Verification.SEEN:
        found.append(_("A quotation needs the mark “seen”: put what others report into the summary, in own words."))
    if clean_input(said.link) and not URL_PATTERN.fullmatch(clean_input(said.link)):
        found.append(_("The link does not look like a web address: it starts with https:// or http://."))
    if (
        clean_input(said.link)
        and not clean_input(said.publisher)
        and (said.link, said.publisher) != (start.link, start.publisher)
    ):
        found.append(_("The link needs a publisher: who reports it?"))
    found += part_lines.part_errors(
        r.parts if r else (), said.parts, main, _named(view, r, language) if r else {}, language
    )
    if names := duplicates(said.uptake, start.uptake):
        titles = [language.resolve(view.dataset.recommendations[name].title).text for name in names]
        found.append(
            _("Uptake has one result for a recommendation: {names} stands in two fields.", names=", ".join(titles))
        )
    return found


def _too_long(said: RecommendationForm, start: RecommendationForm, language: Language) -> Iterable[str]:
    yield from length_errors(language, 300, *added_items(said.title, start.title))
    yield from length_errors(language, 500, said.publisher, *said.lead, *said.contributing, said.parts_read)
    yield from length_errors(language, 120, said.paragraph, *said.rights, *said.sdg)
    yield from length_errors(language, 2000, said.link)
    yield from length_errors(
        language,
        MAX_TEXT_LENGTH,
        *said.title.values(),
        *said.summary.values(),
        *said.quotation.values(),
        *said.parts.values(),
    )


def _named(view: View, r: Recommendation, language: Language) -> dict[str, str]:
    """The parts that something else names, in small letters, with what names them."""
    _ = language.gettext
    found = {
        b.part: _("evidence") for e in view.dataset.evidence.values() for b in e.relevant_to if b.recommendation == r.id
    }
    found |= {a.part: _("an assessment") for a in r.assessments}
    return {part.lower(): what for part, what in found.items() if part is not None}


def apply_recommendation_form(
    view: View, r: Recommendation, said: RecommendationForm, reason: Mapping[str, TextVariant], language: Language
) -> tuple[Recommendation, ...]:
    """The recommendation with what was typed, first; behind it others that a same demand was noted at and is not any more."""
    main = view.settings.language
    publisher, link = clean_input(said.publisher) or None, clean_input(said.link) or None
    # a source names somebody: where nobody reports it any more, it is the document itself
    document = r.source.document or (None if publisher else r.document)
    changed = replace(
        r,
        title=update_text(r.title, said.title, main),
        summary=update_text(r.summary, said.summary, main),
        text=update_text(r.text, said.quotation, main, said.quotation_origin) or None,
        paragraph=clean_input(said.paragraph) or None,
        verification=said.verification,
        parts_read=update_one_language(r.parts_read, said.parts_read, language),
        source=replace(r.source, document=document, publisher=publisher, link=link),
        parts=part_lines.update_parts(r.parts, said.parts, main),
        tags=_tags(view, r.tags, said, language),
        uptake=link_lists.update_uptake(r.uptake, said.uptake, reason) if r.issued_by is Issuer.COMMITTEE else r.uptake,
    )
    return link_lists.update_same_demand(view, changed, said.same_demand, reason)


def create_recommendation(
    view: View, name: str, said: RecommendationForm, language: Language
) -> tuple[Recommendation, ...]:
    """The new recommendation of a form in which nothing is missing."""
    document = view.dataset.documents[said.issued_by or ""]
    theirs = document.kind is DocumentKind.ALTERNATIVE_REPORT
    blank = {DEFAULT_LANGUAGE: TextVariant(text="-")}
    r = Recommendation(
        id=name, issued_by=Issuer.CIVIL_SOCIETY if theirs else Issuer.COMMITTEE, document=document.id, title=blank, summary=blank,
        verification=said.verification, source=Source(document=None if clean_input(said.publisher) else document.id),
    )  # fmt: skip
    made, *others = apply_recommendation_form(view, r, said, {}, language)
    main = view.settings.language
    return (
        replace(made, title=update_text({}, said.title, main), summary=update_text({}, said.summary, main)),
        *others,
    )


def suggest_recommendation_id(view: View, document: Document | None, paragraph: str, title: str) -> str:
    """An id from the committee, the year and the paragraph; civil society's from the report and the number."""
    if document is None:
        return ""
    words = join_lines(clean_input(paragraph)) or " ".join(clean_input(title).split()[:2])
    if document.kind is DocumentKind.ALTERNATIVE_REPORT:
        return f"{document.id}-r{words}" if clean_input(paragraph) else f"{document.id}-{words}"
    return f"{document.body}-{first_year_of(effective_date(document) or '')}-{words}"


def _ours(tags: tuple[TagSet, ...]) -> TagSet:
    return next((t for t in tags if t.tagged_by is TagSource.OURS), TagSet(tagged_by=TagSource.OURS))


def _tags(view: View, old: tuple[TagSet, ...], said: RecommendationForm, language: Language) -> tuple[TagSet, ...]:
    ours = _ours(old)
    people = tuple(
        _authority(view, ours, name, share, language)
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
    chosen = [clean_input(value) for value in now if clean_input(value)]
    return tuple(dict.fromkeys([*(value for value in old if value in chosen), *chosen]))


def _authority(view: View, ours: TagSet, name: str, share: AuthorityRole, language: Language) -> Authority:
    """The authority of a name: as somebody recorded it already, else as typed."""
    main = view.settings.language
    for a in (*ours.authorities, *parse_authorities(view)):
        if clean_input(resolve(a.name, language.code, main).text) == clean_input(name):
            return replace(a, role=share)
    return Authority(name=update_text({}, {language.code: name}, main), role=share)


def parse_authorities(view: View) -> Iterable[Authority]:
    """Every authority that a recommendation names."""
    return (a for r in view.recommendations.values() for t in r.tags for a in t.authorities)


def retire_recommendation(r: Recommendation, into: str | None, reason: Mapping[str, TextVariant]) -> Recommendation:
    """The recommendation retired, with the one that its links lead on to."""
    return replace(r, events=(*r.events, Event(type=EventType.RETIRED, into=into, reason=reason)))
