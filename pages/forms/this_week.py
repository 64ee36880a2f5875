"""This week, first under "To do": what is overdue or near, what waits for an answer, what has no new evidence.

Each line has one link to where it is done. A private plan gets into a calendar by a file, never by an address.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from pages.forms.assessments.assessment import assessments_to_review
from pages.forms.private.entries import calendar_of, private_plans, publishing_queue
from pages.forms.records.proposals import open_proposals
from pages.forms.submission_draft import shared_submissions
from pages.shared.import_drafts import reachable_drafts
from pages.shared.layout import Page, draft_owner, organisation_now
from pages.shared.messages import _, ngettext
from tracker.editing.undo import is_undo, list_own_saves
from tracker.model import partial_dates
from tracker.model.ownership import can_bring_back
from tracker.model.records import Evidence
from tracker.model.registers import Document
from tracker.publishing.change_summaries import change_sentence
from tracker.publishing.exports.ics_calendar import date_link
from tracker.publishing.sentences import part_in_words, time_left, time_until
from tracker.queries import data_health
from tracker.queries.activity_log import SavedTogether
from tracker.queries.deadlines import list_overdue, list_upcoming

_NEAR = timedelta(days=30)
"""A deadline is near if it is at most this far away."""
_MOST_LINES = 5
"""The largest number of lines of a group. The pages that the last line leads to have all."""
_Line = tuple[str, str, str, str]
"""(what it is, the word of its link, the address of the link, the text of a calendar file or "")."""


def show_this_week(page: Page) -> None:
    """Show who is signed in what is to be done this week."""
    deadlines = page.context.link("/deadlines")
    unseen = _("Without new evidence for {n} months", n=data_health.MONTHS_WITHOUT_EVIDENCE)
    groups = (
        (_("To sign"), _to_sign(page), ""),
        (_("Overdue"), _deadlines(page, is_late=True), deadlines),
        (_("Waits for you"), _waiting(page), ""),
        (_("Near deadlines and own plans"), _deadlines(page, is_late=False), deadlines),
        (unseen, list(_without_evidence(page)), page.context.link("/recommendations")),
        (
            _("Saved by you in the last 24 hours"),
            [_undo_line(page, s) for s in _own_saves(page)],
            page.context.link("/activity"),
        ),
        (_("Archived: what can be brought back"), list(_archived(page)), page.context.link("/activity")),
    )
    contact = page.view.settings.publisher.contact or ""
    page.show("forms/this_week.html", groups=groups, most=_MOST_LINES, contact=contact)


def last_import(page: Page) -> _Line | None:
    """Return the line of the newest import that this person can undo: a save of recommendations with their document."""
    imports = (save for save in _own_saves(page) if save.document_id and len(save.records) > 1 and not is_undo(save))
    return next((_undo_line(page, save) for save in imports), None)


def _own_saves(page: Page) -> list[SavedTogether]:
    return list_own_saves(page.view, by=page.context.person, now=datetime.now(UTC)) if page.can_edit else []


def _undo_line(page: Page, save: SavedTogether) -> _Line:
    context = page.context
    change = save if len(save.entries) > 1 else save.entries[0]
    words = f"{change_sentence(context, change)}, {context.language.format_timestamp(save.recorded)}"
    press = _("Redo") if is_undo(save) else _("Undo")
    return words, press, context.link("/edit", ("what", "undo"), ("id", save.recorded)), ""


def _deadlines(page: Page, *, is_late: bool) -> list[_Line]:
    """Return the overdue deadlines and plans with the latest first, or those to come with the earliest first."""
    view, context, today, found = page.view, page.context, page.view.local_date, list[tuple[int, _Line]]()
    near = (i for i in list_upcoming(view) if i.last_day <= today + _NEAR)
    for item in list_overdue(view) if is_late else near:
        body = view.bodies.get(item.document.body)
        who = context.label(body) if body else ""
        words = f"{time_left(context.language, item, today)}: {who}, {context.date_label(item)}"
        words = context.date_words(item, words)
        found.append(((item.last_day - today).days, (words, _("See it"), date_link(context, item), "")))
    for body, plan in private_plans(page):
        days = (partial_dates.last_day(plan.due or "") - today).days
        if not plan.done and (days < 0) is is_late:
            words = f"{time_until(context.language, plan.due or '', today)}: {context.label(body)}, {plan.text[:120]}"
            own = context.link("/deadlines") + "#rt-plans"
            found.append((days, (words, _("See it"), own, calendar_of(page, body, plan))))
    return [line for _days, line in sorted(found, key=lambda pair: abs(pair[0]))]


def _to_sign(page: Page) -> list[_Line]:
    """Return the submissions that the organisation of who is signed in is asked to sign. They stand before all else."""
    words = _("{organisation} asks you to sign: {name}.")
    asked = shared_submissions(page, to_sign=True)
    return [(words.format(organisation=o, name=n), _("Read it and answer"), href, "") for _draft, n, o, href in asked]


def _waiting(page: Page) -> list[_Line]:
    """Return what waits for this person: proposals, confirmations, drafts, submissions to read."""
    language, context, me = page.context.language, page.context, draft_owner()
    found: list[_Line] = []
    for p, words in open_proposals(page):
        found.append((words, _("Take or refuse"), context.link("/edit", ("what", "proposal"), ("id", p.id)), ""))
    for r in data_health.list_awaiting_second_reader(page.view):
        for a, link in assessments_to_review(page, r, [("id", r.id)]):
            part = f" ({part_in_words(language, a.part)})" if a.part else ""
            words = f"{context.assessor(a)}: {language.resolve(r.title).text}{part}"
            found.append((words, _("Confirm or decline"), link, ""))
    if n := sum(len(found) for found in publishing_queue(page)):
        one, several = (
            "{n} private item: publish it or keep it private",
            "{n} private items: publish them or keep them private",
        )
        found.append((ngettext(one, several, n), _("See it"), "#rt-publishing", ""))
    for draft in reachable_drafts() if me else ():
        if draft.owner != me:
            words = _("{person} handed you a draft of {name}.", person=draft.owner, name=draft.name)
            found.append((words, _("Open or decline"), context.link("/import"), ""))
    asked = {draft.id for draft, *_rest in shared_submissions(page, to_sign=True)}
    for draft, name, whose, href in shared_submissions(page):
        if draft.id not in asked:
            words = _("{organisation} shares a draft: {name}.", organisation=whose, name=name)
            found.append((words, _("Read it"), href, ""))
    return found


def _archived(page: Page) -> Iterator[_Line]:
    language, dataset = page.context.language, page.view.dataset
    for r, event in data_health.list_archived_by(page.view, organisation_now()):
        if can_bring_back(dataset, r, page.context.person):
            register = {Evidence: "evidence", Document: "documents"}.get(type(r), "recommendations")
            day = language.format_timestamp(event.recorded) if event.recorded else ""
            words = ", ".join(
                filter(None, (language.resolve(getattr(r, "title", None) or getattr(r, "summary", {})).text, day))
            )
            href = page.context.link("/edit", ("what", "bring-back"), ("of", register), ("id", r.id))
            yield words, _("Bring back…"), href, ""


def _without_evidence(page: Page) -> Iterator[_Line]:
    language, link = page.context.language, page.context.link
    for r, newest in data_health.list_without_new_evidence(page.view, organisation_now()):
        since = language.format_date(newest) if newest else _("no evidence yet")
        words = f"{language.resolve(r.title).text}: {since}"
        yield words, _("Add public evidence"), link("/edit", ("what", "evidence"), ("for", r.id)), ""
