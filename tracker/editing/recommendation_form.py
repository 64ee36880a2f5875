"""The recommendation form: validate what was typed, and turn it into a recommendation; retire a duplicate."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from tracker.editing import link_lists, part_lines
from tracker.editing.assessment_form import URL_PATTERN
from tracker.editing.form_values import (
    TextByLanguage,
    duplicates,
    edited_texts,
    id_errors,
    initial_origins_by_language,
    initial_text_by_language,
    join_paragraph_letters,
    length_errors,
    text_in,
    update_one_language,
    update_text,
)
from tracker.i18n import Language
from tracker.model import partial_dates
from tracker.model.localized_text import MAX_TEXT_LENGTH, NO_LANGUAGE_CODE, TextVariant, clean_input, resolve
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
    """What is typed in the recommendation form.

    Texts map language code → text. Links are recommendation ids. Tags are only those that we assigned
    (`TagSource.OURS`). `document` is the id of the document that contains the recommendation. The document decides who
    issued the recommendation.
    """

    document: str | None = None
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
    """Return the initial values of the form. `r` is the recommendation as recorded now, None for a new one."""
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
    ours = our_tags(r.tags)
    authorities = {
        role: tuple(resolve(a.name, language.code, main).text for a in ours.authorities if a.role is role)
        for role in AuthorityRole
    }
    return RecommendationForm(
        document=r.document,
        paragraph=r.paragraph or "",
        title=initial_text_by_language(r.title, codes, main),
        summary=initial_text_by_language(r.summary, codes, main),
        quotation=initial_text_by_language(r.text, codes, main),
        quotation_origin=initial_origins_by_language(r.text, codes, main, new=TextOrigin.OFFICIAL),
        verification=r.verification,
        parts_read=text_in(r.parts_read, language),
        publisher=r.source.publisher or "",
        link=r.source.link or "",
        parts=part_lines.format_parts(r.parts, codes, main),
        themes=ours.themes,
        groups=ours.groups,
        rights=ours.rights,
        sdg=ours.sdg,
        lead=authorities[AuthorityRole.LEAD],
        contributing=authorities[AuthorityRole.CONTRIBUTING],
        same_demand=tuple(other.id for other in view.same_demand(r)),
        uptake={result: link_lists.linked_ids(u for u in r.uptake if u.result is result) for result in UptakeResult},
    )


def validate_recommendation_form(
    view: View, r: Recommendation | None, form: RecommendationForm, name: str, language: Language
) -> list[str]:
    """Return what is missing or wrong, as translated sentences; empty if the form can be saved.

    `r` is the recommendation as recorded now, None for a new one. `name` is the id that was typed for a new
    recommendation.
    """
    _ = language.gettext
    main, start, errors = view.settings.language, recommendation_form_from_record(view, r, language), []
    if r is None:
        if form.document is None:
            errors.append(_("Choose the document that it stands in; add the document first if it is not there."))
        errors += id_errors(name, view.dataset.recommendations, language)
    if not clean_input(form.title.get(main, "")) or not clean_input(form.summary.get(main, "")):
        errors.append(_("The title and the summary are needed in the dataset's main language."))
    errors += _length_errors(form, start, language)
    official = {
        code
        for code, text in form.quotation.items()
        if clean_input(text) and form.quotation_origin.get(code) is TextOrigin.OFFICIAL
    }
    if official and form.verification is not Verification.SEEN:
        errors.append(_("A quotation needs the mark “seen”: put what others report into the summary, in own words."))
    if clean_input(form.link) and not URL_PATTERN.fullmatch(clean_input(form.link)):
        errors.append(_("The link does not look like a web address: it starts with https:// or http://."))
    if (
        clean_input(form.link)
        and not clean_input(form.publisher)
        and (form.link, form.publisher) != (start.link, start.publisher)
    ):
        errors.append(_("The link needs a publisher: who reports it?"))
    named = _named_parts(view, r, language) if r else {}
    errors += part_lines.part_errors(r.parts if r else (), form.parts, main, named=named, language=language)
    if repeated := duplicates(form.uptake, start.uptake):
        titles = [language.resolve(view.dataset.recommendations[i].title).text for i in repeated]
        errors.append(
            _("Uptake has one result for a recommendation: {names} stands in two fields.", names=", ".join(titles))
        )
    return errors


def _length_errors(form: RecommendationForm, start: RecommendationForm, language: Language) -> Iterable[str]:
    yield from length_errors(language, 300, edited_texts(form.title, start.title))
    yield from length_errors(language, 500, [form.publisher, *form.lead, *form.contributing, form.parts_read])
    yield from length_errors(language, 120, [form.paragraph, *form.rights, *form.sdg])
    yield from length_errors(language, 2000, [form.link])
    texts = (form.title, form.summary, form.quotation, form.parts)
    yield from length_errors(
        language, MAX_TEXT_LENGTH, [text for by_language in texts for text in by_language.values()]
    )


def _named_parts(view: View, r: Recommendation, language: Language) -> dict[str, str]:
    """Return letter of a part → what refers to this part, for the parts that evidence or an assessment refers to.

    The letters are in lower case. The values are the translated words "evidence" or "an assessment".
    """
    _ = language.gettext
    named = {
        link.part: _("evidence")
        for e in view.dataset.evidence.values()
        for link in e.relevant_to
        if link.recommendation == r.id
    }
    named |= {a.part: _("an assessment") for a in r.assessments}
    return {part.lower(): what for part, what in named.items() if part is not None}


def apply_recommendation_form(
    view: View, r: Recommendation, form: RecommendationForm, reason: Mapping[str, TextVariant], language: Language
) -> tuple[Recommendation, ...]:
    """Return the recommendation `r` with the values of the form, then the other recommendations that change.

    Another recommendation changes if a same-demand link to `r` is recorded in it. `reason` is recorded with each link
    that is withdrawn or restored.
    """
    main = view.settings.language
    publisher, link = clean_input(form.publisher) or None, clean_input(form.link) or None
    # A source needs a document or a publisher: without a publisher, the source is the document itself.
    document = r.source.document or (None if publisher else r.document)
    changed = replace(
        r,
        title=update_text(r.title, form.title, main),
        summary=update_text(r.summary, form.summary, main),
        text=update_text(r.text, form.quotation, main, origins=form.quotation_origin) or None,
        paragraph=clean_input(form.paragraph) or None,
        verification=form.verification,
        parts_read=update_one_language(r.parts_read, form.parts_read, language),
        source=replace(r.source, document=document, publisher=publisher, link=link),
        parts=part_lines.update_parts(r.parts, form.parts, main),
        tags=_update_tags(view, r.tags, form, language=language),
        uptake=link_lists.update_uptake(r.uptake, form.uptake, reason) if r.issued_by is Issuer.COMMITTEE else r.uptake,
    )
    return link_lists.update_same_demand(view, changed, form.same_demand, reason=reason)


def create_recommendation(
    view: View, name: str, form: RecommendationForm, language: Language
) -> tuple[Recommendation, ...]:
    """Return the new recommendation with the id `name`, then the other recommendations that change.

    The form must be valid. Another recommendation changes if a same-demand link to the new one is recorded in it.
    """
    document = view.dataset.documents[form.document or ""]
    is_report = document.kind is DocumentKind.ALTERNATIVE_REPORT
    # A recommendation must have a title and a summary: start with a placeholder, which is replaced below.
    placeholder = {NO_LANGUAGE_CODE: TextVariant(text="-")}
    r = Recommendation(
        id=name,
        issued_by=Issuer.CIVIL_SOCIETY if is_report else Issuer.COMMITTEE,
        document=document.id,
        title=placeholder,
        summary=placeholder,
        verification=form.verification,
        source=Source(document=None if clean_input(form.publisher) else document.id),
    )
    new, *others = apply_recommendation_form(view, r, form, reason={}, language=language)
    main = view.settings.language
    return (
        replace(new, title=update_text({}, form.title, main), summary=update_text({}, form.summary, main)),
        *others,
    )


def suggest_recommendation_id(view: View, document: Document | None, paragraph: str, title: str) -> str:
    """Return a text from which `free_id` can make an id, or "" if `document` is None.

    For a committee's recommendation, the text has the committee's id, the year and the paragraph. For a recommendation
    of civil society, the text has the report's id and the paragraph. If no paragraph is typed, the first two words of
    the title take its place.
    """
    if document is None:
        return ""
    words = join_paragraph_letters(clean_input(paragraph)) or " ".join(clean_input(title).split()[:2])
    if document.kind is DocumentKind.ALTERNATIVE_REPORT:
        return f"{document.id}-r{words}" if clean_input(paragraph) else f"{document.id}-{words}"
    return f"{document.body}-{partial_dates.last_year(effective_date(document) or '')}-{words}"


def our_tags(tags: tuple[TagSet, ...]) -> TagSet:
    """Return the tags that we set ourselves; without any, an empty TagSet."""
    return next((t for t in tags if t.tagged_by is TagSource.OURS), TagSet(tagged_by=TagSource.OURS))


def _update_tags(
    view: View, old: tuple[TagSet, ...], form: RecommendationForm, *, language: Language
) -> tuple[TagSet, ...]:
    ours = our_tags(old)
    authorities = tuple(
        _authority(view, ours, name, role=role, language=language)
        for role, names in ((AuthorityRole.LEAD, form.lead), (AuthorityRole.CONTRIBUTING, form.contributing))
        for name in names
    )
    # The form sorts authorities by role. If they are still the same, keep their order in the file.
    is_same = {str(a) for a in authorities} == {str(a) for a in ours.authorities}
    updated = replace(
        ours,
        themes=_in_file_order(ours.themes, form.themes),
        groups=_in_file_order(ours.groups, form.groups),
        rights=_in_file_order(ours.rights, form.rights),
        sdg=_in_file_order(ours.sdg, form.sdg),
        authorities=ours.authorities if is_same else authorities,
    )
    if ours in old:
        return tuple(updated if t is ours else t for t in old)
    return (*old, updated) if updated != ours else old


def _in_file_order(old: tuple[str, ...], chosen: tuple[str, ...]) -> tuple[str, ...]:
    """Return the `chosen` values: first those that are in `old`, in the order of `old`, then the new ones."""
    values = [clean_input(value) for value in chosen if clean_input(value)]
    return tuple(dict.fromkeys([*(value for value in old if value in values), *values]))


def _authority(view: View, ours: TagSet, name: str, *, role: AuthorityRole, language: Language) -> Authority:
    """Return the authority called `name`. If it is recorded already, include its names in other languages."""
    main = view.settings.language
    for a in (*ours.authorities, *all_authorities(view)):
        if clean_input(resolve(a.name, language.code, main).text) == clean_input(name):
            return replace(a, role=role)
    return Authority(name=update_text({}, {language.code: name}, main), role=role)


def all_authorities(view: View) -> Iterable[Authority]:
    """Yield every authority in the tags of all recommendations. The same authority may be yielded several times."""
    return (a for r in view.recommendations.values() for t in r.tags for a in t.authorities)


def retire_recommendation(r: Recommendation, into: str | None, reason: Mapping[str, TextVariant]) -> Recommendation:
    """Return the recommendation `r`, retired.

    `into` is the id of the recommendation to which links to `r` are redirected, None if there is no redirection.
    """
    return replace(r, events=(*r.events, Event(type=EventType.RETIRED, into=into, reason=reason)))
