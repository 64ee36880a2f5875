"""Sentences and headings that several outputs share: pages, link previews, feeds and files."""

import logging
import re
import time
from functools import lru_cache

from tracker.config import AnyPlace
from tracker.i18n import Language, get_language
from tracker.model import partial_dates
from tracker.model.dataset import Dataset
from tracker.model.errors import Conflict, NoDataset, TrackerError, ValidationFailed
from tracker.model.fields import FIELD_LABELS
from tracker.model.localized_text import clean_input, shorten
from tracker.model.records import Recommendation
from tracker.model.vocabulary import Issuer
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.sentences import (
    assessed_by,
    directions_in_words,
    freshness,
    named_for_people,
    part_in_words,
    said_in,
    status_words,
)
from tracker.queries.current_view import reader_of
from tracker.queries.lists.filters import Filters, count_by_status, filter_recommendations, group_by_issuer
from tracker.queries.recommendation_details import AbsenceReason
from tracker.queries.view import View, effective_date
from tracker.storage.failures import NOTHING_SAVED

LONGEST_TITLE = 200
FEED_MEDIA_TYPE = "application/atom+xml"


def site_name(context: ViewRequest) -> str:
    """Return the name of the dashboard in the reader's language."""
    return context.language.resolve(context.view.settings.title).text


def labels_by_filter(context: ViewRequest, filters: Filters) -> dict[str, list[str]]:
    """Return a mapping: URL parameter → labels of its values, for each filter in use. A filter by ids has only its title."""
    labels: dict[str, list[str]] = {}
    for row, value in filters.in_use():
        title = row.title(context.view, context.language)
        if row.options is None:
            labels[row.name] = [title] if row.is_list else [f"\u201c{value}\u201d"]
        else:
            options = row.options(context.view)
            values = [context.label(options[code]) for code in row.texts(value)]
            labels[row.name] = values if row.is_list else [f"{title}: {values[0]}"]
    return labels


def filter_labels(context: ViewRequest, filters: Filters) -> list[str]:
    """Return the labels of `labels_by_filter` in one list. [] if no filter is set."""
    return [label for labels in labels_by_filter(context, filters).values() for label in labels]


def filter_heading(request: ViewRequest) -> str:
    """Return the heading of the list with its filters, but no search words: anybody can put these into a link."""
    labels = labels_by_filter(request, request.filters)
    words = "; ".join(", ".join(values) for name, values in labels.items() if name != "q")
    return shorten(": ".join(filter(None, [request.language.gettext("Recommendations"), words])), LONGEST_TITLE)


def feed_title(request: ViewRequest) -> str:
    """Return the title of the feed: the dashboard's name, then "Activity" or, with filters, these and the search words."""
    heading = filter_heading(request) if request.filters.in_use() else request.language.gettext("Activity")
    query = labels_by_filter(request, request.filters).get("q", [])
    return shorten(clean_input(" · ".join([site_name(request), heading, *query])), 300)


def matches_by_issuer(request: ViewRequest, filters: Filters) -> list[tuple[Issuer, tuple[Recommendation, ...]]]:
    """Return (issuer, its recommendations that match the filters) for each issuer that has any; [] if they are to several States."""
    view, matching = request.view, filter_recommendations(request.view, filters, request.language.code)
    # the statuses of several States are never counted together
    return [] if view.has_several_states and len(view.states_of(*matching)) > 1 else group_by_issuer(matching)


def states_line(request: ViewRequest, filters: Filters) -> str:
    """Return the names of the States whose recommendations match the filters; "" in a dataset of one State."""
    return request.of_state(*filter_recommendations(request.view, filters, request.language.code))


def counts_line(context: ViewRequest, rs: tuple[Recommendation, ...]) -> str:
    """Return one line: the number of recommendations, and how many of them have each status."""
    n = context.language.ngettext("{n} recommendation", "{n} recommendations", len(rs))
    counts = (f"{context.label(status)}: {k}" for status, k in count_by_status(context.view, rs).items())
    return f"{n} ({', '.join(counts)})"


def status_line(context: ViewRequest, r: Recommendation) -> str:
    """Return the status of a recommendation as in `status_words`. If there is a direction, it follows after a comma."""
    directions = directions_in_words(context.language, context.view.headline(r)).values()
    return ", ".join([" · ".join(status_words(context.view, context.language, r)), *directions])


def assessment_line(context: ViewRequest, r: Recommendation) -> str:
    """Return sentences: who assessed `r` and when, whether that is out of date, whether it awaits a second review.

    What `status_line` says is left out.
    """
    language, view = context.language, context.view
    is_waiting = any(map(view.awaits_second_reader, view.headline(r).assessments))
    awaits = language.gettext("It awaits a second review.") if is_waiting else ""
    by = assessed_by(view, language, r)
    return " ".join(filter(None, [by if by != status_line(context, r) else "", freshness(view, language, r), awaits]))


def source_parts(context: ViewRequest, r: Recommendation) -> list[str]:
    """Return the known parts of the source of `r` in words, such as authors, committee, document and paragraph."""
    language, view, _ = context.language, context.view, context.language.gettext
    d, body, civil = view.document(r.document), view.body_of(r), r.issued_by is Issuer.CIVIL_SOCIETY
    parts = [state] if (state := context.of_state(r)) else []
    parts += [(context.name(d.authors) if d and d.authors else context.label(r.issued_by))] if civil else []
    if body:
        parts.append(_("addressed to {committee}", committee=context.label(body)) if civil else context.label(body))
    if d:
        parts.append(
            d.symbol or f"{context.document_kind_name(d)} {partial_dates.last_year(effective_date(d) or '')}".strip()
        )
    if r.paragraph:
        number = r.paragraph.replace("-", "\u2013")
        parts.append(_("no. {number}", number=number) if civil else _("para. {number}", number=number))
    title = language.resolve(r.title)
    return [*parts, context.mark_words(r), *([language.language_name(title.lang)] if title.is_fallback else [])]


def text_label(context: ViewRequest, path: str) -> str:
    """Return the label of the text at `path` in a record (see `record_texts`): the part, or the field and the item."""
    language, _ = context.language, context.language.gettext
    name, _slash, rest = path.partition("/")
    if name == "parts":
        return part_in_words(language, rest)
    recorded, _slash, field = rest.rpartition("/")
    steps = (field,) if name == "assessments" else (name, field)
    labels = [_(FIELD_LABELS[step]) for step in steps if step in FIELD_LABELS]
    return " · ".join([*labels, *([language.format_timestamp(recorded)] if recorded else [])])


def later_sentence(language: Language, later: AbsenceReason) -> str:
    """Return a sentence for a recommendation that is later than the view: its date, or when it was recorded."""
    _ = language.gettext
    if later.dated:
        return _("This recommendation dates from {date}.", date=language.format_date(later.dated))
    if later.recorded:
        return _("This recommendation was entered here on {day}.", day=language.format_timestamp(later.recorded))
    return _("This recommendation is not part of this page of an earlier date.")


def short_past_notices(request: ViewRequest) -> list[str]:
    """Return short sentences such as "As of 21 November 2026." Return [] if the view is current."""
    view, language, _ = request.view, request.language, request.language.gettext
    notices = [_("As of {day}", day=language.format_day(view.as_of))] if view.as_of else []
    notices += [_("As recorded on {day}", day=language.format_moment(view.moment))] if view.recorded else []
    return [f"{notice}." for notice in notices]


def error_sentence(language: Language, error: TrackerError, view: View | None = None) -> str:
    """Return what an error says, in the reader's language. It names no place on the server, and with `view` no id."""
    message, values = error.shown if isinstance(error, NoDataset) else (error.message, error.values)
    # a value that is a date, or the id of a record
    dates = {name: value for name, value in values.items() if re.match(partial_dates.DATE_PATTERN, str(value))}
    values = {**values, **{name: language.format_date(str(value)) for name, value in dates.items()}}
    if fields := values.get("fields"):
        values["fields"] = ", ".join(language.gettext(FIELD_LABELS[name]) for name in str(fields).split(", "))
    said = [language.gettext(message, **values)] if message else []
    if isinstance(error, ValidationFailed):
        broken = (violation.message for violation in error.violations)
        said = ["; ".join(said_in(language, one) for one in broken)]
        said = [said[0].rstrip(".") + ".", language.gettext(NOTHING_SAVED)]
    if view and isinstance(error, ValidationFailed | Conflict):
        said[0] = named_for_people(view, language, said[0])
    return " ".join([*said, language.gettext(error.outcome)] if error.outcome else said)


def outage_sentence(language: Language, error: TrackerError) -> str:
    """Return `error_sentence`, and write the whole error into the log, but the same error at most once a minute."""
    _log_once(str(error), int(time.time() // 60))
    return error_sentence(language, error)


@lru_cache(maxsize=8)
def _log_once(message: str, _minute: int) -> None:
    """Write a message into the log. A call with the same message and the same minute does nothing."""
    logging.getLogger(__name__).warning("%s", message)


def page_title(root: AnyPlace, name: str, code: str) -> str:
    """Return the title of a browser tab in the language `code`. `name` is the English name of the page, or ""."""
    try:
        settings = reader_of(root).read().settings
        language = get_language(code, settings)
        site = language.resolve(settings.title).text
    except NoDataset:
        language, site = get_language(code), "Recommendation tracker"
    return " · ".join(filter(None, [language.gettext(name) if name else "", site]))


def unreadable_notes(dataset: Dataset) -> list[str]:
    """Return a sentence in a list: how many entries are not in the file because they cannot be read; [] if all can."""
    n = len(dataset.problems)
    return [f"Left out because they cannot be read: {n}. Run python -m tracker check to see where."] if n else []
