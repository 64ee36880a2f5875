"""The forms on the page of a recommendation. The main form records an assessment.

The URL parameter `editing` is the version of the recommendation on which a form was opened. In a link to a
form, its value is `NEWEST_VERSION`, because the recommendation may change before somebody opens the link.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial

import streamlit as st
from markupsafe import escape

from pages.forms.fields import Fields, document_names, evidence_name, open_form, open_nested_form
from pages.forms.files.section import forget_files, show_files_section
from pages.forms.records.proposals import show_whose
from pages.forms.records.record_forms import (
    evidence_texts,
    new_evidence_id,
    show_rarer_fields,
    show_recommendation_form,
    show_retire_recommendation_form,
    show_source_fields,
)
from pages.forms.submit import FormWords, save_form, show_action_button, warn_if_changed
from pages.forms.widgets import show_discard_button
from pages.shared import form_drafts
from pages.shared.form_drafts import note_closed_form, show_waiting_drafts
from pages.shared.layout import Page, UrlParams, show_audience
from pages.shared.messages import _, escape_markdown, ngettext
from pages.shared.saving import save_records
from pages.shared.text_fields import all_fit, forget_texts, text_field
from tracker.editing import undo
from tracker.editing.forms.assessment import NEW_EVIDENCE, AssessmentForm, EvidenceForm
from tracker.editing.forms.typed_dates import read_date
from tracker.editing.forms.values import text_from_input
from tracker.i18n import native_name
from tracker.model import vocabulary
from tracker.model.dataset import Record
from tracker.model.fields import FIELD_LABELS
from tracker.model.labels import N_
from tracker.model.lifecycle import is_active, standing_contests
from tracker.model.ownership import (
    ENTERED_BY_OTHERS,
    OTHERS_ASSESSMENT,
    assessment_key,
    can_confirm,
    can_contest,
    events_made_by,
    find_assessment_index,
    is_own,
    may_take_back,
)
from tracker.model.permissions import Permission
from tracker.model.records import Assessment, Evidence, Recommendation
from tracker.model.vocabulary import COMPUTED_STATUSES, NOT_SELECTED, Direction, EventType, Status, Voice
from tracker.publishing.sentences import full_name
from tracker.queries.view import View
from tracker.validation.scales import grades_in_use

CONTEST_NOTE = N_(
    "A contested assessment counts as before. Your reason stands beside it, with the name of your organisation."
)
ASKED = {
    "decline": (
        EventType.WITHDRAWN,
        N_("Why do you decline it?"),
        N_("Decline"),
        N_("Declining needs a reason."),
        N_("Declined. The assessment stays in the history but no longer counts."),
    ),
    "contest": (
        EventType.CONTESTED,
        N_("Why do you contest it?"),
        N_("Contest"),
        N_("Please say why you contest it."),
        N_("Contested. The assessment counts as before; your reason stands beside it."),
    ),
}
"""What an editor does → (event, question for the reason, label of the button, error without a reason, message)."""
FORM_PARAMS = ("editing", "form", "withdraw", "second", "contest")
"""The URL parameters that open a form on the page of a recommendation."""
NEWEST_VERSION = "now"
"""The value of `editing` in a link to a form. The form replaces it by the version of the record when it is opened."""
REVIEWED = "reviewed_unchanged"
"""The key of the session state that keeps a press on “Reviewed today: no change” until the page run reaches the button."""


def _form_link(page: Page, r: Recommendation, a: Assessment, params: UrlParams, name: str) -> str:
    """Return the link to a form on the assessment `a`."""
    return page.context.link("/recommendation", *params, ("editing", NEWEST_VERSION), (name, assessment_key(r, a)))


def _review_link(page: Page, r: Recommendation, a: Assessment, params: UrlParams) -> str:
    """Return the link to the form in which this person can confirm or decline `a`, or ""."""
    may = not page.view.is_past and page.view.awaits_second_reader(a) and can_confirm(page.context.person, a)
    return _form_link(page, r, a, params=params, name="second") if may else ""


def assessments_to_review(page: Page, r: Recommendation, params: UrlParams) -> list[tuple[Assessment, str]]:
    """Return (assessment, link to review it) for each one that counts and that this person may review; [] if a form is open."""
    if "editing" in st.query_params:
        return []
    whole = page.view.dataset.recommendations[r.id]
    links = ((a, _review_link(page, whole, a, params=params)) for a in page.view.counting_assessments(r))
    return [(a, link) for a, link in links if link]


def assessment_links(page: Page, r: Recommendation, params: UrlParams) -> Callable[[str], list[tuple[str, str]]]:
    """Return a function: assessment key → (name, link) of the forms that this person may use on the assessment."""
    person, settings, whole = page.context.person, page.view.settings, page.view.dataset.recommendations[r.id]

    def ways(key: str) -> list[tuple[str, str]]:
        if (index := find_assessment_index(whole, key)) is None:
            return []
        a = whole.assessments[index]
        may_withdraw = (
            a.recorded and is_active(a, None) and page.context.can_save and may_take_back(settings, a, person)
        )
        may_contest = not page.view.is_past and can_contest(page.view.dataset, a, person) and is_active(a, None)
        contest = _("Withdraw the objection") if _has_contested(page, a) else _("Contest")
        found = {
            _("Confirm or decline"): _review_link(page, whole, a, params=params),
            _("Withdraw"): _form_link(page, whole, a, params=params, name="withdraw") if may_withdraw else "",
            contest: _form_link(page, whole, a, params=params, name="contest") if may_contest else "",
        }
        return [(name, href) for name, href in found.items() if href]

    return ways


def _show_second_review_form(page: Page, r: Recommendation, version: str, index: int) -> None:
    """Show the form that confirms assessment number `index`. An own one can also be declined, another's can be contested."""
    person, a = page.context.person, r.assessments[index]
    is_theirs = is_own(page.view.settings, a, person)
    page.show("forms/second_review.html", a=a, is_own=is_theirs, contest_note=_(CONTEST_NOTE))
    if not page.view.awaits_second_reader(a):
        st.info(_("It no longer awaits a second review."))
    # without a handle, nobody can say who is signed in: keep the form, with what was typed
    elif person.handle and not can_confirm(person, a):
        st.info(_("A reviewer confirms or declines it. Nobody reviews their own assessment."))
    else:
        warn_if_changed(page, r, version, keys=[f"confirm_{r.id}_{version}", f"decline_now_{r.id}_{version}"])
        show_audience(page, is_public=True)
        # The keys hold the version that is shown: a click on a version that the reviewer has not seen does nothing.
        if st.button(_("Confirm"), type="primary", key=f"confirm_{r.id}_{r.version}"):
            message = _("Confirmed in a second review.")
            _save_event(page, r, EventType.CONFIRMED, index=index, message=message)
        _ask_reason_and_save(page, r, index, name="decline" if is_theirs else "contest")


def _has_contested(page: Page, a: Assessment) -> bool:
    return bool(events_made_by(standing_contests(a, None), page.view.settings, page.context.person))


def _show_contest_form(page: Page, r: Recommendation, version: str, index: int) -> None:
    """Show the form that contests the assessment number `index`, or withdraws an objection to it."""
    page.show("forms/withdraw.html", a=r.assessments[index], heading=_("Contest an assessment"), note=_(CONTEST_NOTE))
    warn_if_changed(page, r, version, keys=[f"contest_now_{r.id}_{version}", f"take_back_{r.id}_{version}"])
    show_audience(page, is_public=True)
    if not _has_contested(page, r.assessments[index]):
        _ask_reason_and_save(page, r, index, name="contest")
    elif st.button(_("Withdraw the objection"), key=f"take_back_{r.id}_{r.version}"):
        message = _("The objection is withdrawn. It stays in the history.")
        _save_event(page, r, EventType.CONTEST_UNDONE, index=index, message=message)


def _save_event(
    page: Page,
    r: Recommendation,
    kind: EventType,
    *,
    index: int,
    message: str,
    reason: str = "",
    retired: Iterable[Evidence] = (),
) -> None:
    """Save an event on assessment number `index`. With the same reason, archive the evidence `retired`. Close the form."""
    text = text_from_input(reason, page.context.language) if reason else None
    changed: list[Record] = [undo.with_event(kind, r, index, reason=text)]
    changed += [undo.retire_record(e, text or {}) for e in retired]
    # each of the forms has looked at its own text
    if save_records(page, r.id, changed, reason=reason or message, message=message, texts=f"{kind}_event"):
        leave_form()
        st.rerun()


def _ask_reason_and_save(page: Page, r: Recommendation, index: int, *, name: str) -> None:
    """Show the field for a reason, and the button that declines or contests the assessment."""
    kind, *words = ASKED[name]
    question, label, missing, message = map(_, words)
    with st.container(key=f"rt_required_{name}_{r.id}"):
        reason = text_field(question, key=f"{name}_{r.id}", most=2000, is_long=True)
    if not st.button(label, key=f"{name}_now_{r.id}_{r.version}") or not all_fit(f"{name}_{r.id}"):
        return
    if not reason.strip():
        st.error(escape_markdown(missing))
    else:
        _save_event(page, r, kind, index=index, message=message, reason=reason)


def show_no_change_button(page: Page, r: Recommendation) -> None:
    """If the own organisation has an assessment that counts, show the button “Reviewed today: no change”. Save a press."""
    language = page.context.language
    found = page.view.headline(page.view.recommendations[r.id]).assessments
    latest = next((a for a in found if is_own(page.view.settings, a, page.context.person)), None)
    if latest is None or not page.context.person.handle:
        return
    index = next(i for i, a in enumerate(r.assessments) if (a.recorded, a.reason) == (latest.recorded, latest.reason))
    note_key = f"note_{r.id}_{r.version}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text_field(_("Public note (optional)"), key=note_key, most=500, width=260)

        def remember() -> None:
            # the record that this person was looking at, not the one of the next run
            st.session_state[REVIEWED] = (r, index, str(st.session_state.get(note_key) or "").strip())

        note = _("Readers will see that the assessment was reviewed today, and the note.")
        st.button(_("Reviewed today: no change"), key=f"still_{r.id}", help=note, on_click=remember)
        show_audience(page, is_public=True)
    # saved here, not in the callback, so that a refusal stands at the button
    seen, number, note = st.session_state.pop(REVIEWED, (None, 0, ""))
    if seen and seen.id == r.id and all_fit(note_key):
        today = page.view.today.isoformat()
        text = text_from_input(note, language) if note else None
        changed = undo.with_event(EventType.CHECKED, seen, number, reason=text, day=today)
        message = _("Reviewed on {day}: no change.", day=language.format_date(today))
        reason = note or _("Reviewed today: no change.")
        if save_records(page, r.id, [changed], reason=reason, message=message, texts=note_key):
            st.rerun()


def _show_withdraw_form(page: Page, r: Recommendation, version: str, index: int) -> None:
    """Show the form that withdraws the assessment number `index`, opened on `version` of the recommendation."""
    note = _("It stays in the history, marked as withdrawn, and no longer counts.")
    page.show("forms/withdraw.html", a=r.assessments[index], heading=_("Withdraw an assessment"), note=note)
    with st.container(key=f"rt_required_withdraw_{r.id}"):
        reason = text_field(_("Why is it withdrawn?"), key=f"withdraw_{r.id}", most=2000, is_long=True)
    found = undo.evidence_recorded_with(page.view.dataset, r, r.assessments[index])
    if items := [e for e in found if not page.others_owner(e)]:
        st.html(f"<p>{escape(_('This evidence was recorded together with it. Nothing else uses it.'))}</p>")
    labels = {e.id: _("Also archive: {title}", title=escape_markdown(evidence_name(page, e))) for e in items}
    retired = [e for e in items if st.checkbox(labels[e.id], True, key=f"also_retire_{e.id}")]
    key, texts, anyway = f"withdraw_now_{r.id}", f"withdraw_{r.id}", _("Withdraw anyway")
    if not show_action_button(page, _("Withdraw"), r, anyway=anyway, version=version, key=key, texts=texts):
        return
    if not reason.strip():
        st.error(_("Please say why it is withdrawn."))
        return
    message = _("Withdrawn. It stays in the history but no longer counts.")
    _save_event(page, r, EventType.WITHDRAWN, index=index, message=message, reason=reason, retired=retired)


def leave_form() -> None:
    """Remove the parameters that open a form from the address, so that the next run shows the page without a form."""
    forget_texts()
    for name in FORM_PARAMS:
        st.query_params.pop(name, None)


def show_assessment_fields(form: Fields[AssessmentForm], r: Recommendation) -> None:
    """Show the fields for a new assessment of the recommendation `r`."""
    page, language, label = form.page, form.page.context.language, form.page.context.label
    voices = [v for v in Voice if v is not Voice.COMMITTEE or r.issued_by == "committee"]
    voice = form.code_radio(_("Whose assessment is this?"), "voice", voices, start=voices[0])
    form.typed["organisation"] = None
    if voice is Voice.CIVIL_SOCIETY:
        own = page.view.organisations.get(page.editor_organisation, page.view.editors)
        form.typed["organisation"] = own.id
        page.show("forms/own_organisation.html", name=full_name(language, own))
    is_ours, (one, two) = voice is Voice.CIVIL_SOCIETY, st.columns(2)
    with one:
        if voice is Voice.COMMITTEE:
            _show_grade(form, r)
        else:
            statuses = {s: label(s) for s in Status if s not in COMPUTED_STATUSES}
            none = _("Choose a status") if is_ours else _("claims no progress")
            form.select(_("Status"), "status", statuses, placeholder=none, required=is_ours)
    form.select(_("Direction"), "direction", {d: label(d) for d in Direction}, placeholder=_("not said"), at=two)
    one, two = st.columns(2)
    # only what we say ourselves is of today: the date of others' words stands in their document
    form.line(_("Date (as precise as you know it)"), "date", None if is_ours else "", at=one, required=True)
    if voice is Voice.COMMITTEE:
        hint = _("such as (a) and (c), or 2 for the second part")
        form.line(_(FIELD_LABELS["scope"]), "scope", at=two, placeholder=hint)
    if r.parts:
        parts = {p.id: f"({p.id}) {language.resolve(p.summary).text}" for p in r.parts}
        form.select(_("Of which part?"), "part", parts, placeholder=_("the whole recommendation"))
    others = [code for code in page.view.settings.languages if code != language.code]
    is_elsewhere = form.has_text(dict.fromkeys((f"reason_{code}" for code in others), ""))
    form.area(_("Reasons"), "reason", most=5000, required=not is_elsewhere)
    with_others = bool(others) and st.toggle(_("Write in other languages too"), key=form.prefix + "other_languages")
    if with_others:
        for code in others:
            form.area(f"{_('Reason for the assessment')} · {native_name(code)}", f"reason_{code}", most=5000)
        form.typed["other_reasons"] = {code: form.typed[f"reason_{code}"] for code in others}
    relevant = {e.id for e, _link in page.view.evidence_for(r)}
    listed = sorted(page.view.evidence.values(), key=lambda e: e.id not in relevant)
    form.choose_several(_("Evidence from the register"), "evidence", {e.id: evidence_name(page, e) for e in listed})
    one, two = st.columns([3, 1])
    documents = document_names(page)
    where = _("Source document (optional)") if is_ours else _("The document that says so")
    document = form.select(where, "document", documents, placeholder=_("none"), at=one)
    form.line(_("Paragraph"), "paragraph", at=two)
    if document or not is_ours:
        question, codes = _("Has the source itself been read?"), vocabulary.Verification
        form.code_radio(question, "verification", codes, key="mark", required=not is_ours)
    if issued := form.filled.later_document_date(page.view, r):
        text = _("The date is right, although the document is of {date}", date=language.format_date(issued))
        form.checkbox(text, "is_early_confirmed")
    if st.toggle(_("Add new evidence"), key=form.prefix + "add"):
        form.typed["new"] = _show_new_evidence(form, r, with_others)


def _show_grade(form: Fields[AssessmentForm], r: Recommendation) -> None:
    """Show the grades of the chosen report or the typed date, or a field for a grade if they are not known."""
    page, typed_date = form.page, str(st.session_state.get(form.prefix + "date", form.start.date))
    date = read_date(typed_date, page.view.today).date or None
    body = page.view.body_of(r)
    try:
        report = st.session_state.get(form.prefix + "document", form.start.document)
        grades = grades_in_use(page.view.dataset, body.id, date, report=report) if body else ()
    except ValueError:  # the date is not valid yet
        grades = ()
    not_selected = _("not selected for follow-up")
    if grades:
        options = {grade: grade for grade in grades} | {NOT_SELECTED: not_selected}
        label, choose = _("The committee's grade"), _("Choose a grade")
        grade = form.select(label, "grade", options, placeholder=choose, required=True) or ""
    else:
        label = _("The committee's grade, in its own letter or words")
        typed = form.line(label, "grade", key="grade_typed", most=120, required=True)
        grade = NOT_SELECTED if form.checkbox(not_selected, "grade_none") else typed
    form.typed["grade"] = grade


def _show_new_evidence(assessment: Fields[AssessmentForm], r: Recommendation, with_others: bool) -> EvidenceForm:
    """Show the fields for new evidence that is saved together with the assessment. Return what is typed in them."""
    language, settings = assessment.page.context.language, assessment.page.view.settings
    empty = dict.fromkeys(dict.fromkeys([language.code, *(settings.languages if with_others else ())]), "")
    start = replace(EvidenceForm.from_record(assessment.page.view, None, language), title=empty, summary=empty)
    form: Fields[EvidenceForm] = open_nested_form(assessment, start, name=NEW_EVIDENCE)
    with st.container(border=True):
        form.texts(*evidence_texts())
        show_source_fields(form)
        show_files_section(form)
        label = _("What does it show for this recommendation?")
        effect = form.code_radio(label, "suggests", vocabulary.EvidenceEffect, required=True)
        with st.expander(_("More")):
            show_rarer_fields(form)
    relevant_to = {effect: (r.id,)} if isinstance(effect, vocabulary.EvidenceEffect) else {}
    new_id = new_evidence_id(form, is_private=False)
    return replace(form.filled, id=new_id, relevant_to=relevant_to, added_for=r.id)


FORMS = {
    "edit": ("edit_recommendation_", show_recommendation_form),
    "retire": ("retire_", show_retire_recommendation_form),
}
"""Value of the URL parameter `form` → (beginning of the widget keys, function that shows the form)."""


def show_assessment_form(page: Page, r: Recommendation, params: UrlParams) -> None:
    """Show an editor the form in the address or, without one, links to all forms. Show readers nothing."""
    version = st.query_params.get("editing")
    # While nobody can say who is signed in, an open form stays with what was typed, and saving is refused.
    if not page.can_edit or (version is None and not page.context.person.can(Permission.SAVE)):
        return
    # A save writes the whole record: use it as it is in its file, because the view leaves out withdrawn items.
    whole = page.view.dataset.recommendations[r.id]
    if version is None:
        note_closed_form()
        show_waiting_drafts(page, record_id=r.id)
        _show_links(page, whole, [*params, ("editing", NEWEST_VERSION)])
        return
    name = next((name for name in ASSESSMENT_FORMS if st.query_params.get(name)), "")  # these keep no draft
    if version == NEWEST_VERSION:
        st.query_params["editing"] = version = r.version if name else form_drafts.version_of_draft(whole)
    with st.container(border=True):
        if name:
            _show_form_on_assessment(page, whole, version, name=name)
            return
        prefix, show = FORMS.get(st.query_params.get("form", ""), ("assess_", _show_new_assessment))
        close = partial(_close, prefix)
        if prefix != "assess_" and not show_whose(page, whole):
            return
        if show(page, whole, version):
            close()
            st.rerun()
        show_discard_button(has_input=lambda: form_drafts.has_input(prefix), close=close)


def _show_form_on_assessment(page: Page, r: Recommendation, version: str, name: str) -> None:
    index = find_assessment_index(r, st.query_params[name])
    if index is None or (name == "withdraw" and r.assessments[index].recorded is None):
        st.error(_("There is no such assessment."))
        return
    if name == "withdraw" and not may_take_back(page.view.settings, r.assessments[index], page.context.person):
        a, is_ours = r.assessments[index], r.assessments[index].voice is Voice.CIVIL_SOCIETY
        who = (
            page.context.assessor(a)
            if is_ours
            else page.context.organisation_name(a.recorded_for or page.view.editors.id)
        )
        st.error(escape_markdown(_(OTHERS_ASSESSMENT if is_ours else ENTERED_BY_OTHERS, organisation=who)))
        return
    ASSESSMENT_FORMS[name](page, r, version, index)
    reasons = [f"{form}_{r.id}" for form in ("withdraw", "decline", "contest")]
    show_discard_button(has_input=lambda: any(map(st.session_state.get, reasons)), close=leave_form)


def _show_links(page: Page, r: Recommendation, params: UrlParams) -> None:
    link, may_redact = page.context.link, page.context.person.can(Permission.REDACT)
    links = {
        "href": link("/recommendation", *params),
        "evidence": link("/edit", ("what", "evidence"), ("for", r.id)),
        "edit": link("/recommendation", *params, ("form", "edit")),
        "retire": link("/recommendation", *params, ("form", "retire")),
        "redact": link("/edit", ("what", "redact"), ("id", r.id)) if may_redact else "",
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        page.show("forms/assessment_link.html", r=r, **links)
    show_no_change_button(page, r)


def _show_new_assessment(page: Page, r: Recommendation, version: str) -> str | None:
    form = open_form(page, AssessmentForm, r, name="assess", heading=_("Record an assessment"))
    show_assessment_fields(form, r)
    reason = next(filter(str.strip, (form.typed["reason"], *form.typed.get("other_reasons", {}).values())), "")
    message, on_top = lambda view: _save_message(page, r.id, view), _("Save mine as well")
    return save_form(form, version, FormWords(_("Record"), message, reason, on_top=on_top))


def _close(prefix: str) -> None:
    """Discard the draft and the files of the form whose widget keys start with `prefix`, and close the form."""
    form_drafts.discard()
    form_drafts.forget_input(prefix)
    forget_files()
    note_closed_form()
    leave_form()


def _save_message(page: Page, recommendation_id: str, view_after: View) -> str:
    """Return the message after a new assessment was saved: who assessed, and how status and evidence changed."""
    label, view_before = page.context.label, page.view
    before, after = view_before.recommendations[recommendation_id], view_after.recommendations[recommendation_id]
    status_before, status_after = view_before.status(before), view_after.status(after)
    latest = max(view_after.assessments[recommendation_id], key=lambda a: a.recorded or "")
    change = _(
        "This page shows “{after}” now; before, it showed “{before}”.",
        before=label(status_before),
        after=label(status_after),
    )
    same = _("Status: {status}, as before.", status=label(status_after))
    recorded = _("Recorded: {voice}.", voice=page.context.assessor(latest))
    sentences = [recorded, same if status_before is status_after else change]
    is_counting = any(a is latest for a in view_after.counting_assessments(after))
    if latest.voice is Voice.CIVIL_SOCIETY and not is_counting:
        sentences.append(_("It does not decide the status: an assessment by an organisation, or a later one, does."))
    if latest.direction:
        sentences.append(_("Direction: {direction}.", direction=label(latest.direction)))
    added = len(view_after.evidence_for(after)) - len(view_before.evidence_for(before))
    if added > 0:
        sentences.append(ngettext("{n} new evidence item.", "{n} new evidence items.", added))
    return " ".join(sentences)


ASSESSMENT_FORMS: Mapping[str, Callable[[Page, Recommendation, str, int], None]] = {
    "withdraw": _show_withdraw_form,
    "second": _show_second_review_form,
    "contest": _show_contest_form,
}
"""Name of a URL parameter (its value is the key of an assessment) → function that shows the form on this assessment."""
