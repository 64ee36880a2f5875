"""The recommendation form: turn what was typed into a recommendation, and update the links between records.

Links are added, withdrawn and restored. No link is ever deleted.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Any, Self, TypeVar

from tracker.editing.forms import record_form, values
from tracker.editing.forms.record_form import Reason, RecordForm
from tracker.editing.forms.values import FieldError, TextByLanguage
from tracker.i18n import Language
from tracker.model import partial_dates, vocabulary
from tracker.model.dataset import Record
from tracker.model.events import Event
from tracker.model.lifecycle import is_withdrawn
from tracker.model.localized_text import MAX_TEXT_LENGTH, LocalizedText, clean_input, one_line
from tracker.model.partial_dates import date_range, last_day
from tracker.model.records import Authority, EvidenceLink, Part, Recommendation, SameDemand, Source, TagSet, Uptake
from tracker.model.registers import Document
from tracker.model.verification import mark_of, quotes_other_words
from tracker.model.vocabulary import AuthorityRole, DocumentKind, Issuer, TextOrigin, UptakeResult, Verification
from tracker.queries.localized_names import normalize_right
from tracker.queries.view import View, effective_date

TAG_FIELDS = ("themes", "rights", "groups", "sdg")
LETTER_PATTERN = r"[^\W\d_]|[ivx]{1,5}|\d{1,3}"
CYRILLIC_LOOKALIKES = str.maketrans("асеорху", "aceopxy")
"""Cyrillic letter → the Latin letter that looks the same. People often type the Cyrillic letter by mistake."""


def can_have_recommendations(document: Document | None) -> bool:
    """Return whether a document is of a kind that makes recommendations to the State. Return False for None."""
    if document is None:
        return False
    return document.kind is DocumentKind.CONCLUDING_OBSERVATIONS or document.kind.is_civil_societys


@dataclass(frozen=True, kw_only=True)
class RecommendationForm(RecordForm[Recommendation]):
    """What is typed in the recommendation form.

    Texts map language code → text. `same_demand` has ids of recommendations; `uptake` maps result → ids. Tags are only
    those that we assigned. `document` is the id of the document with the recommendation; its kind decides who issued
    it. `text` is the wording in the document; `text_origin` maps language code → whose wording this is.
    """

    record_type = Recommendation
    register = "recommendations"
    document: str | None = None
    paragraph: record_form.ShortInput = ""
    title: record_form.TitleInput = field(default_factory=dict)
    summary: record_form.TextInput = field(default_factory=dict)
    text: record_form.TextInput = field(default_factory=dict)
    text_origin: Mapping[str, TextOrigin] = field(default_factory=dict)
    verification: Verification = Verification.TO_CHECK
    parts_read: record_form.OneLanguageInput = ""
    publisher: record_form.LineInput = ""
    link: record_form.LinkInput = ""
    parts: Annotated[TextByLanguage, record_form.FieldSpec(most=MAX_TEXT_LENGTH)] = field(default_factory=dict)
    closing: record_form.TextInput = field(default_factory=dict)
    expected_action: record_form.TextInput = field(default_factory=dict)
    recommending_states: tuple[str, ...] = ()
    response: vocabulary.StateResponse | None = None
    themes: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()
    sdg: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    contributing: tuple[str, ...] = ()
    same_demand: tuple[str, ...] = ()
    uptake: Mapping[UptakeResult, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def from_record(cls, view: View, r: Recommendation | None, language: Language) -> Self:
        """Return the initial values of the form. `r` is the recommendation as recorded now, None for a new one."""
        codes, main = view.settings.languages, view.settings.language
        origins = {code or main: variant.origin for code, variant in ((r.text if r else None) or {}).items()}
        form = replace(
            super().from_record(view, r, language),
            text_origin={code: origins.get(code, TextOrigin.OFFICIAL) for code in codes},
            parts=format_parts(r.parts if r else (), codes, main),
        )
        if r is None:
            return form
        ours = our_tags(r.tags)
        names = [(a.role, language.resolve(a.name).text) for a in ours.authorities]
        tags: dict[str, Any] = {name: getattr(ours, name) for name in TAG_FIELDS}
        return replace(
            form,
            **tags,
            publisher=r.source.publisher or "",
            link=r.source.link or "",
            lead=tuple(name for role, name in names if role is AuthorityRole.LEAD),
            contributing=tuple(name for role, name in names if role is AuthorityRole.CONTRIBUTING),
            same_demand=tuple(other.id for other in view.same_demand(r)),
            uptake={result: linked_ids(u for u in r.uptake if u.result is result) for result in UptakeResult},
        )

    def _errors(self, view: View, r: Recommendation | None, start: Self, *, language: Language) -> Iterator[str]:
        _ = language.gettext
        if self.document is None:
            yield FieldError(_("Choose the source document. If it is not in the list, add it first."), "document")
        elif r is None and not can_have_recommendations(view.dataset.documents.get(self.document)):
            sentence = _("Choose concluding observations or an alternative report: others have no recommendations.")
            yield FieldError(sentence, "document")
        yield from values.missing_text_errors(language, _("Title"), self.title, field="title")
        yield from values.missing_text_errors(language, _("Summary"), self.summary, field="summary")
        yield from values.length_errors(language, 500, [*self.lead, *self.contributing, *self.recommending_states])
        yield from values.length_errors(language, 120, [*self.rights, *self.sdg])
        yield from values.length_errors(language, MAX_TEXT_LENGTH, self.parts.values())
        typed = [code for code, text in self.text.items() if clean_input(text)]
        official = [code for code in typed if self.text_origin.get(code) in vocabulary.QUOTED_ORIGINS]
        unread = _(
            "A quotation needs the mark “source read”. If you know it only from others, put it into the summary in your own words."
        )
        is_unchecked = self.verification is Verification.TO_CHECK and r is not None
        if official and self.verification is not Verification.SEEN and not is_unchecked:
            yield FieldError(unread, "verification")
        is_read = self.verification is Verification.SEEN and start.verification is not Verification.SEEN
        if is_read and not official and not clean_input(self.paragraph):
            yield values.place_error(language, "paragraph")
        is_edited = (self.link, self.publisher) != (start.link, start.publisher)
        if clean_input(self.link) and not clean_input(self.publisher) and is_edited:
            yield FieldError(_("The link needs a publisher: who reports it?"), "publisher")
        named = _named_parts(view, r, language) if r else {}
        yield from part_errors(r.parts if r else (), self.parts, named, language=language)
        if repeated := values.duplicates(self.uptake, start.uptake):
            titles = ", ".join(language.resolve(view.dataset.recommendations[i].title).text for i in repeated)
            yield _("For one recommendation there is one result: {names} appears in two fields.", names=titles)

    def apply(self, view: View, r: Recommendation | None, reason: Reason, language: Language) -> tuple[Record, ...]:
        """Return the recommendation with the values of the form, then others whose same-demand links change.

        The form must be valid. A new recommendation that is marked as read, but has no place, gets "not checked yet".
        """
        (changed,) = super().apply(view, r, reason, language=language)
        assert isinstance(changed, Recommendation)
        if r is None:  # a row of a table may say that it was read, but not where
            changed = replace(changed, verification=mark_of(changed))
        return update_same_demand(view, changed, self.same_demand, reason=reason)

    def _values(self, view: View, r: Recommendation | None, reason: Reason, *, language: Language) -> dict[str, Any]:
        main, publisher = view.settings.language, clean_input(self.publisher) or None
        source = r.source if r else Source()
        # A source needs a document or a publisher: without a publisher, the source is the document itself.
        document = source.document or (None if publisher else self.document)
        is_report = not r and view.dataset.documents[self.document or ""].kind.is_civil_societys
        issuer = r.issued_by if r else Issuer.CIVIL_SOCIETY if is_report else Issuer.COMMITTEE
        uptake = r.uptake if r else ()
        return {
            **super()._values(view, r, reason, language=language),
            "issued_by": issuer,
            **self._quotation(r, main),
            "source": replace(source, document=document, publisher=publisher, link=clean_input(self.link) or None),
            "tags": _update_tags(view, r.tags if r else (), self, language=language),
            "same_demand": r.same_demand if r else (),
            "uptake": update_uptake(uptake, self.uptake, reason) if issuer is Issuer.COMMITTEE else uptake,
        }

    def _quotation(self, r: Recommendation | None, main: str) -> dict[str, Any]:
        texts = {
            name: values.update_text(getattr(r, name, None), typed, main, origins=self.text_origin) or None
            for name, typed in (("text", self.text), ("closing", self.closing))
        }
        return {**texts, "parts": update_parts(r.parts if r else (), self.parts, main)}

    def quotes_other_words(self, r: Recommendation, main: str) -> bool:
        """Return whether other words than those in `r` are typed as a quotation. What is not valid yet counts as such."""
        with suppress(ValueError):
            changes = self._quotation(r, main)
            return quotes_other_words(r, replace(r, **changes))
        return True

    def suggest_id(self, view: View) -> str:
        """Return an unused id, made from the document and the paragraph (or else the title); "" if no document is chosen."""
        if (document := view.documents.get(self.document or "")) is None:
            return ""
        title = next(filter(None, self.title.values()), "")
        paragraph = clean_input(self.paragraph)
        # "46 (c)" becomes "46c", which can be a part of an id
        words = re.sub(r"\s*\((\w{1,5})\)", r"\1", paragraph) or " ".join(clean_input(title).split()[:2])
        if document.kind.is_civil_societys:
            name = f"{document.id}-r{words}" if paragraph else f"{document.id}-{words}"
        else:
            name = f"{document.body}-{partial_dates.last_year(effective_date(document) or '')}-{words}"
        return values.free_id(name, view.dataset.recommendations)


def _named_parts(view: View, r: Recommendation, language: Language) -> dict[str, str]:
    """Return a mapping: letter of a part, in lower case → a translated word for what refers to it (such as evidence)."""
    _ = language.gettext
    links = ((e, link) for e in view.dataset.evidence.values() for link in e.relevant_to)
    named = {link.part: _("evidence") for _e, link in links if link.recommendation == r.id}
    named |= {a.part: _("an assessment") for a in r.assessments}
    return {part.lower(): what for part, what in named.items() if part is not None}


def our_tags(tags: tuple[TagSet, ...]) -> TagSet:
    """Return the tags that we set ourselves, or an empty TagSet if there are none."""
    ours = vocabulary.TagSource.OURS
    return next((t for t in tags if t.tagged_by is ours), TagSet(tagged_by=ours))


def with_our_tags(tags: tuple[TagSet, ...], new: TagSet) -> tuple[TagSet, ...]:
    """Return the tags with `new` in place of those that we set ourselves. The tags of others stay."""
    ours = our_tags(tags)
    if ours in tags:
        return tuple(new if t is ours else t for t in tags)
    return (*tags, new) if new != ours else tags


def _update_tags(
    view: View, old: tuple[TagSet, ...], form: RecommendationForm, *, language: Language
) -> tuple[TagSet, ...]:
    ours = our_tags(old)
    by_role = ((AuthorityRole.LEAD, form.lead), (AuthorityRole.CONTRIBUTING, form.contributing))
    names = [(role, name) for role, given in by_role for name in given]
    authorities = tuple(_authority(view, ours, name, role=role, language=language) for role, name in names)
    bodies, main = view.bodies.values(), view.settings.language
    rights = tuple(normalize_right(right, bodies, main) for right in form.rights)
    # The form sorts authorities by role. If they are still the same, keep their order in the file.
    is_same = {str(a) for a in authorities} == {str(a) for a in ours.authorities}
    form = replace(form, rights=rights)
    tags: dict[str, Any] = {n: _in_file_order(getattr(ours, n), getattr(form, n)) for n in TAG_FIELDS}
    return with_our_tags(old, replace(ours, **tags, authorities=ours.authorities if is_same else authorities))


def _in_file_order(old: tuple[str, ...], chosen: tuple[str, ...]) -> tuple[str, ...]:
    """Return the `chosen` values: first those that are in `old`, in the order of `old`, then the new ones."""
    given = [clean_input(value) for value in chosen if clean_input(value)]
    return tuple(dict.fromkeys([*(value for value in old if value in given), *given]))


def _authority(view: View, ours: TagSet, name: str, *, role: AuthorityRole, language: Language) -> Authority:
    """Return the authority with this name in `language`, with the given role. If it is not known, make a new one."""
    main = view.settings.language
    for a in (*ours.authorities, *all_authorities(view)):
        if clean_input(language.resolve(a.name).text) == clean_input(name):
            return replace(a, role=role)
    return Authority(name=values.update_text({}, {language.code: name}, main), role=role)


def all_authorities(view: View) -> Iterable[Authority]:
    """Yield every authority in the tags of all recommendations, also the same authority several times."""
    return (a for r in view.recommendations.values() for t in r.tags for a in t.authorities)


def format_parts(parts: tuple[Part, ...], codes: tuple[str, ...], main: str) -> dict[str, str]:
    """Return a mapping: language code → text of the field, with one part on each line, such as "a) Repeal the article"."""
    texts = {part.id: values.initial_text_by_language(part.summary, codes, main) for part in parts}

    def lines(code: str) -> Iterator[str]:
        return (f"{letter}) {one_line(clean_input(text[code]))}" for letter, text in texts.items() if text[code])

    return {code: "\n".join(lines(code)) for code in codes}


def parse_parts(text: str, old: Iterable[Part] = ()) -> tuple[dict[str, str], list[str]]:
    """Parse typed parts. Return (mapping: letter → text of the part, list of lines that were not understood).

    Each part begins on a new line with its letter or number, such as "a)"; other lines continue the part above. Two
    kinds of lines are not understood: other lines before the first part, and lines with a letter that was used above
    or is not Latin. The letters of the recorded parts (`old`) need not be Latin.
    """
    known = [part.id.lower() for part in old]
    pattern = re.compile(
        rf"\(?({'|'.join([*map(re.escape, known), LETTER_PATTERN])})(?:\)(?=[^\W\d_])|[).:]\s+)(.+)", re.I
    )
    parts: dict[str, str] = {}
    rejected: list[str] = []
    current = None
    for line in filter(None, map(str.strip, clean_input(text).split("\n"))):
        if match := pattern.fullmatch(line):
            letter = match[1].lower()
            current = letter if letter in known else letter.translate(CYRILLIC_LOOKALIKES)
            rejected += [line] if current in parts or not (current in known or current.isascii()) else []
            parts.setdefault(current, match[2])
        elif current is None:
            rejected.append(line)
        else:
            parts[current] += " " + line
    return parts, rejected


def part_errors(
    old: tuple[Part, ...], typed: TextByLanguage, named: Mapping[str, str], language: Language
) -> list[str]:
    """Return what is wrong with typed parts. `named` maps the letter of a part that must stay → what refers to it."""
    _ = language.gettext
    parsed = {code: parse_parts(text, old) for code, text in typed.items()}
    sentence = _("Start each part with its own Latin letter, such as “a) …”. Not understood: {line}")
    errors = [sentence.format(line=line[:60]) for _parts, rejected in parsed.values() for line in rejected]
    letters = _letters({code: parts for code, (parts, _rejected) in parsed.items()})
    gone = ((i, what) for i, what in named.items() if i not in letters)
    errors += [_("Part ({part}) cannot be removed: {what} refers to it.", part=i, what=what) for i, what in gone]
    return errors


def _letters(parsed: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return the letters of all parts: first those of the language with the most parts, in their order, then the others."""
    by_number_of_parts = sorted(parsed.values(), key=len, reverse=True)
    return list(dict.fromkeys(letter for parts in by_number_of_parts for letter in parts))


def update_parts(old: tuple[Part, ...], typed: TextByLanguage, main: str) -> tuple[Part, ...]:
    """Return the typed parts, in the order of the language with most parts. Unchanged texts stay as recorded."""
    before = {part.id.lower(): part for part in old}
    parsed = {code: parse_parts(text, old)[0] for code, text in typed.items()}
    updated = []
    for letter in _letters(parsed):
        summary: LocalizedText = before[letter].summary if letter in before else {}
        texts = {code: parts.get(letter, "") for code, parts in parsed.items()}
        # a text that differs only in line breaks or spaces keeps those of the file
        there = values.initial_text_by_language(summary, texts, main)
        texts |= {c: t for c, t in there.items() if one_line(clean_input(t)) == one_line(clean_input(texts[c]))}
        name = before[letter].id if letter in before else letter
        updated.append(Part(id=name, summary=values.update_text(summary, texts, main)))
    return tuple(updated)


AnyLink = TypeVar("AnyLink", bound=EvidenceLink | SameDemand | Uptake)


def update_links(
    links: tuple[AnyLink, ...], chosen: Iterable[AnyLink], key: Callable[[AnyLink], Hashable], reason: Reason
) -> tuple[AnyLink, ...]:
    """Return the `links` with events added, so that exactly the `chosen` links are active.

    Links with equal `key` are one link. New ones come last; withdrawn and restored ones get events with the `reason`.
    """
    chosen_by_key = {key(link): link for link in chosen}
    active = {key(link) for link in links if not is_withdrawn(link.events)}
    # If several withdrawn links have the same key, only the last one is restored.
    to_restore = {key(link): place for place, link in enumerate(links) if key(link) in chosen_by_key.keys() - active}
    updated: list[AnyLink] = []
    for place, link in enumerate(links):
        is_dropped = not is_withdrawn(link.events) and key(link) not in chosen_by_key
        if is_dropped or to_restore.get(key(link)) == place:
            kind = vocabulary.EventType.WITHDRAWN if is_dropped else vocabulary.EventType.RESTORED
            link = replace(link, events=(*link.events, Event(type=kind, reason=reason)))
        updated.append(link)
    return (*updated, *(link for k, link in chosen_by_key.items() if k not in active and k not in to_restore))


def linked_ids(links: Iterable[EvidenceLink | Uptake]) -> tuple[str, ...]:
    """Return the ids of the recommendations in the active `links`: each id once, in the order of the links."""
    return tuple(dict.fromkeys(link.recommendation for link in links if not is_withdrawn(link.events)))


def update_evidence_links(
    links: tuple[EvidenceLink, ...], by_effect: Mapping[vocabulary.EvidenceEffect, Iterable[str]], reason: Reason
) -> tuple[EvidenceLink, ...]:
    """Return the links, changed so that exactly those in `by_effect` are active. If only the effect is new, the part stays."""
    parts = {link.recommendation: link.part for link in links if not is_withdrawn(link.events)}
    pairs = ((effect, i) for effect, ids in by_effect.items() for i in ids)
    chosen = [EvidenceLink(recommendation=i, part=parts.get(i), effect=effect) for effect, i in pairs]
    return update_links(links, chosen, lambda link: (link.recommendation, link.effect), reason=reason)


def update_uptake(
    links: tuple[Uptake, ...], by_result: Mapping[UptakeResult, Iterable[str]], reason: Reason
) -> tuple[Uptake, ...]:
    """Return the uptake links, changed so that exactly those to the recommendations in `by_result` are active."""
    chosen = [Uptake(recommendation=i, result=result) for result, ids in by_result.items() for i in ids]
    return update_links(links, chosen, lambda link: (link.recommendation, link.result), reason=reason)


def update_same_demand(view: View, r: Recommendation, ids: Iterable[str], reason: Reason) -> tuple[Recommendation, ...]:
    """Return `r`, linked as the same demand to exactly the recommendations `ids`, and then the others whose links changed."""
    chosen, before = dict.fromkeys(ids), [other.id for other in view.same_demand(r)]
    changed = []
    for i in dict.fromkeys([*before, *chosen]):
        original = other = view.dataset.recommendations[i]
        if i not in chosen:
            r = _set_same_demand(r, i, linked=False, reason=reason)
            other = _set_same_demand(other, r.id, linked=False, reason=reason)
        elif i not in before:
            named, names = ({link.recommendation for link in one.same_demand} for one in (other, r))
            if r.id in named and i not in names:
                other = _set_same_demand(other, r.id, linked=True, reason=reason)
            else:
                r = _set_same_demand(r, i, linked=True, reason=reason)
        changed += [other] if other != original else []
    return (r, *changed)


def _set_same_demand(r: Recommendation, other_id: str, *, linked: bool, reason: Reason) -> Recommendation:
    ids = [link.recommendation for link in r.same_demand if not is_withdrawn(link.events)]
    chosen = [SameDemand(recommendation=i) for i in ids if i != other_id]
    chosen += [SameDemand(recommendation=other_id)] if linked else []
    return replace(r, same_demand=update_links(r.same_demand, chosen, lambda link: link.recommendation, reason=reason))


def candidates_for_uptake(view: View, document: Document | None) -> tuple[Recommendation, ...]:
    """Return the civil-society recommendations to the committee of `document`. Leave out those that are surely newer than it."""
    if document is None or document.kind.is_civil_societys:
        return ()
    asked = [(r, view.document(r.document)) for r in view.by_issuer(Issuer.CIVIL_SOCIETY)]
    candidates = ((r, report.issued) for r, report in asked if report and report.body == document.body)
    issued = last_day(document.issued) if document.issued else date.max

    def first_day(day: str) -> date:
        first, last = date_range(day)
        return first or last

    return tuple(r for r, day in candidates if day is None or first_day(day) <= issued)
