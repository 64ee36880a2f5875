"""Sentences about whose assessments decide a status. Only organisations of civil society are called civil society.

The functions take a view and a language, so that templates can call them too.
"""

from collections import Counter
from collections.abc import Iterable

from tracker.i18n import Language
from tracker.model.organisations import Organisation
from tracker.model.records import Assessment, Recommendation
from tracker.model.vocabulary import Issuer, OrganisationKind
from tracker.queries.headline import Headline
from tracker.queries.view import View

MAX_NAMES = 4
"""The largest number of organisations that a sentence names."""


def assessed_by(view: View, language: Language, r: Recommendation) -> str:
    """Return a sentence that says whose assessments decide the status of a recommendation.

    If there are several, it also gives their dates and, if they differ, their statuses. Of the editors' assessment, it
    says which organisations have not reviewed it.
    """
    _, headline = language.gettext, view.headline(r)
    if not headline.assessments:
        return _("No assessment by this date.") if view.is_past else _("No organisation has assessed this yet.")
    if headline.by_editors:
        names = names_of_unreviewing(view, language, r)
        if not names:
            return _("Assessed by the tracker's editors; not reviewed by any organisation.")
        return _("Assessed by the tracker's editors; not reviewed by {organisations}.", organisations=names)
    if headline.differs:
        return "; ".join(_with_status(view, language, a) for a in headline.assessments) + "."
    named = ", ".join(_with_date(view, language, a, is_dated=headline.only is None) for a in headline.assessments)
    if _is_civil_society(view, headline):
        return _("Civil society's assessment: {organisations}.", organisations=named)
    return _("Assessed by {organisations}.", organisations=named)


def notes_on_editors(view: View, language: Language, rs: Iterable[Recommendation]) -> list[str]:
    """Return lines that say how many of the recommendations `rs` only the tracker's editors have assessed.

    There is one line for each group of organisations that have not reviewed them, at most MAX_NAMES lines.
    """
    groups = Counter(names_of_unreviewing(view, language, r) for r in rs if view.headline(r).by_editors)
    return [_note_on_editors(language, names, n) for names, n in groups.most_common(MAX_NAMES)]


def _note_on_editors(language: Language, names: str, n: int) -> str:
    if not names:
        return language.ngettext(
            "{n} assessed by the tracker's editors only; not reviewed by any organisation.",
            "{n} assessed by the tracker's editors only; not reviewed by any organisation.",
            n,
        )
    return language.ngettext(
        "{n} assessed by the tracker's editors only; not reviewed by {organisations}.",
        "{n} assessed by the tracker's editors only; not reviewed by {organisations}.",
        n,
        organisations=names,
    )


def freshness(view: View, language: Language, r: Recommendation) -> str:
    """Return a sentence that gives the date of the only assessment, and says whether it was checked or is out of date.

    Return "" if there is no assessment, or more than one: then `assessed_by` gives the dates.
    """
    _, only = language.gettext, view.headline(r).only
    if only is None:
        return ""
    date, checked = language.format_date(only.date), view.checked_on(only)
    if checked != only.date:
        day = language.format_date(checked)
        return _("Assessment of {date}, reviewed on {day}: no change.", date=date, day=day)
    if view.is_stale(r):
        return _("Assessment of {date}, not updated since.", date=date)
    return _("Assessment of {date}.", date=date)


def dates_in_words(view: View, language: Language, a: Assessment) -> str:
    """Return the date of an assessment and, if it was checked later, of the last check."""
    checked = view.checked_on(a)
    if checked == a.date:
        return language.format_date(a.date)
    date, day = language.format_date(a.date), language.format_date(checked)
    return language.gettext("{date}, reviewed on {day}: no change", date=date, day=day)


def heading_of_assessments(view: View, language: Language, headline: Headline) -> str:
    """Return the heading for the assessments that count, beside those of the State and of the committee."""
    _ = language.gettext
    if not headline.assessments:
        return _("Assessment")
    if _is_civil_society(view, headline):
        return _("Civil society")
    if headline.only:
        return _short_name(language, view.organisation_of(headline.only))
    return _("Organisations")


def names_of_unreviewing(view: View, language: Language, r: Recommendation) -> str:
    """Return the names of the organisations that have not reviewed the editors' assessment of `r`.

    They are the organisations that issued its document or, if none of them is known, all organisations of the dataset.
    Return "" if there are none.
    """
    key = (language, r.document, r.issued_by)
    return view.cached("unreviewing", key, lambda: _names_of_unreviewing(view, language, r), most=2_000)


def _names_of_unreviewing(view: View, language: Language, r: Recommendation) -> str:
    others = [o for o in view.settings.organisations if not o.is_editors]
    document = view.document(r.document)
    authors = (document.authors or "") if document and r.issued_by is Issuer.CIVIL_SOCIETY else ""
    issuing = [o for o in others if _is_named_in(authors, o)]
    if authors and not issuing:
        return authors
    return _joined(language, [_short_name(language, o) for o in issuing or others])


def full_name(language: Language, organisation: Organisation) -> str:
    """Return the name of an organisation, with its abbreviation in brackets if there is one."""
    name = language.resolve(organisation.name).text
    return f"{name} ({_short_name(language, organisation)})" if organisation.abbreviation else name


def names_of_organisations(language: Language, organisations: Iterable[Organisation]) -> str:
    """Return the short names of organisations in one text, at most MAX_NAMES of them."""
    return _joined(language, [_short_name(language, o) for o in organisations])


def _is_named_in(authors: str, organisation: Organisation) -> bool:
    texts = (*organisation.name.values(), *(organisation.abbreviation or {}).values())
    return any(variant.text.casefold() in authors.casefold() for variant in texts)


def _is_civil_society(view: View, headline: Headline) -> bool:
    kinds = {view.organisation_of(a).kind for a in headline.assessments}
    return kinds == {OrganisationKind.CIVIL_SOCIETY}


def _short_name(language: Language, organisation: Organisation) -> str:
    return language.resolve(organisation.short_name).text


def _joined(language: Language, names: list[str]) -> str:
    _ = language.gettext
    if len(names) > MAX_NAMES:
        names = [*names[: MAX_NAMES - 1], _("{n} others", n=len(names) - MAX_NAMES + 1)]
    if len(names) < 2:
        return "".join(names)
    return _("{first} and {last}", first=", ".join(names[:-1]), last=names[-1])


def _with_date(view: View, language: Language, a: Assessment, *, is_dated: bool) -> str:
    name = _short_name(language, view.organisation_of(a))
    return f"{name} ({dates_in_words(view, language, a)})" if is_dated else name


def _with_status(view: View, language: Language, a: Assessment) -> str:
    display = view.settings.statuses.get(a.status) if a.status else None
    status = language.resolve(display.label).text if display else str(a.status)
    return f"{_short_name(language, view.organisation_of(a))}: {status} ({dates_in_words(view, language, a)})"


def part_in_words(language: Language, part: str) -> str:
    """Return the name of a part of a recommendation: its letter, or its place if it has no letter."""
    _ = language.gettext
    return _("part {number}, without a letter", number=part) if part.isdigit() else _("part ({letter})", letter=part)
