"""The page for editors that prepares a submission to a committee: choose, select, write, check, and save a Word file."""

import secrets
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import streamlit as st

from pages.forms.fields import evidence_name, recommendation_names
from pages.forms.private.entries import private_evidence
from pages.forms.submission_draft import (
    RECORDED,
    open_draft,
    own_id,
    show_draft_tools,
    show_other_drafts,
    show_recording_form,
    show_request,
    show_signatories,
    typed_texts,
)
from pages.forms.widgets import index_of, option_label
from pages.shared.layout import open_page, show_footer, show_header, site_origin
from pages.shared.messages import _, error_text, escape_markdown, ngettext, show_error
from pages.shared.saving import ask_about_findings, group_by_words, show_name_candidates, show_saved
from tracker.editing.forms.document import Demand
from tracker.editing.forms.values import length_errors
from tracker.i18n import get_language, native_name
from tracker.model.errors import SafetyFindings, TrackerError
from tracker.model.localized_text import MAX_TEXT_LENGTH
from tracker.model.records import Evidence, EvidenceLink, Recommendation
from tracker.model.vocabulary import Issuer, MechanismKind, SubmissionStage
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.submissions import before_writing, own_words, selection, stages, word_file
from tracker.publishing.submissions.document import Submission
from tracker.publishing.submissions.safety_check import check_submission, limit_sentences, without_sentences
from tracker.publishing.submissions.selection import Choice, Order, select_recommendations
from tracker.publishing.submissions.speakers import Speakers
from tracker.queries.lists.filters import Filters
from tracker.queries.procedures import Procedure, list_procedures, propose_procedure
from tracker.safety.dismissals import load_dismissals
from tracker.safety.scanner import PublicationCheck
from tracker.storage.word_templates import template_files

OPEN_AT_FIRST = 3
"""If at most this many recommendations are chosen, the fields of all of them are open at first."""
LinkedEvidence = tuple[tuple[Evidence, EvidenceLink], ...]
"""Items of evidence, each with its link to one recommendation."""

page = open_page("/submission")
view, language = page.view, page.context.language
in_address = ("state", "of", "id", "to", "order", "from")
show_header(page, [(name, st.query_params[name]) for name in in_address if name in st.query_params])
if not page.can_edit:
    page.show("layout/no_form.html", past=view.is_past, id="", back=page.context.link("/treaty-bodies"))
    show_footer(page)
    st.stop()


def choose_in_url(label: str, name: str, options: Mapping[str, str], *, start: str) -> str:
    """Show a list of `options` (code → label), and return the chosen code. Keep it in the URL parameter `name`."""
    codes, key, named = list(options), f"address_{name}", st.query_params.get(name, "")
    value = st.session_state.get(key)  # read once: when the page is closed meanwhile, the session loses it
    if value not in options or st.session_state.get(f"{key}_seen") != named:
        value = st.session_state[key] = next(code for code in (named, start, *codes) if code in options)
    chosen = st.selectbox(label, codes, index_of(value, codes), options.__getitem__, key=key) or codes[0]
    st.session_state[f"{key}_seen"] = chosen
    if named != chosen:
        st.query_params[name] = chosen
    return chosen


def named() -> tuple[str, ...]:
    """Return the organisations that the document names: those that agreed or, for who is asked to sign it, itself, too."""
    return form.signing if form.may_write else form.previewed


def has_proposals(body_id: str) -> bool:
    """Return whether any recommendation of this committee is proposed for the chosen kind of document."""
    try:
        return bool(select_recommendations(view, stage, view.bodies.get(body_id)))
    except TrackerError:
        return False


def own_private_evidence(r: Recommendation) -> LinkedEvidence:
    """Return the private evidence for `r` that this editor's organisation owns, but not what others share with it."""
    own = (e for e in private_evidence(page).values() if page.context.owns(e.private))
    return tuple((e, link) for e in own for link in e.relevant_to if link.recommendation == r.id)


def public_tick(r: Recommendation, e: Evidence) -> str:
    """Return the name of the box that takes public evidence into the document, or leaves it out."""
    return f"public_{r.id}_{e.id}"


def show_before_writing() -> None:
    """Show which procedures of the committee are open and, in red, if this one is over or its language is not taken."""
    empty = Choice(stage, body, ())
    told, is_wrong = before_writing.language_sentence(page.context, empty, to)
    if told:
        (st.error if is_wrong else st.caption)(escape_markdown(told))
    ended, question, other = before_writing.ask_to_change(page.context, empty)
    if ended:
        st.error(escape_markdown(f"{ended} {question}".strip()))
    if other and question:
        st.button(_("Yes, change it"), on_click=change_procedure, args=(other,), type="primary")
    found = list_procedures(view, body) if body else ()
    lines = [(p, before_writing.procedure_line(page.context, body, p)) for p in found if body]
    page.show("forms/submission_procedures.html", lines=lines, missing=selection.missing_paragraphs(view, empty))


def change_procedure(other: Procedure) -> None:
    """Change the address to another procedure of the committee, with the order that is usual for it."""
    st.query_params["of"] = other.stage.value
    st.query_params.pop("order", None)


def show_recommendation(r: Recommendation) -> None:
    """Show what is known about a recommendation, the fields for the texts about it, and boxes for evidence."""
    is_written = bool(form.value(f"text_{r.id}_situation").strip())
    speakers = Speakers(request, choice, page.context)
    is_silent = not is_written and speakers.is_silent(r)
    known = own_words.known_about(request, choice, r)
    page.show("forms/submission_known.html", known=known, assess=r.id if is_silent else "")
    for field, words in own_words.writable_fields(request, choice, r, author=page.context).items():
        name = f"text_{r.id}_{field}"
        if field == "grade":
            grades = ", ".join(grade.grade for grade in choice.grades)
            form.line(f"{words} ({option_label(grades)})" if grades else words, name, start="", most=40)
            continue
        show_start_buttons(r, field)
        form.area(option_label(words), name)
        if field == "situation":
            st.caption(_("The assessments of those who sign follow this text, each with its author."))
    for e, _link in speakers.evidence(r):
        form.checkbox(
            _("In the document: {name}", name=option_label(evidence_name(page, e))), public_tick(r, e), start=True
        )
    for e, _link in own_private_evidence(r):
        label = _("Private, makes the document confidential: {name}", name=option_label(evidence_name(page, e)))
        form.checkbox(label, f"private_{r.id}_{e.id}")


def show_leaving_out() -> None:
    """Show a button that leaves out the recommendations about which those who sign say nothing, unless these are all."""
    speaking = [r.id for r in chosen if not Speakers(request, choice, page.context).is_silent(r)]
    if n := speaking and len(chosen) - len(speaking):
        label = ngettext(
            "Leave out {n} recommendation that those who sign have not assessed",
            "Leave out {n} recommendations that those who sign have not assessed",
            n,
        )
        put, args = st.session_state.__setitem__, (f"{form.prefix}ids", speaking)
        st.button(label, on_click=put, args=args)


def show_start_buttons(r: Recommendation, field: str) -> None:
    """While a field is empty, show buttons that put the reason of an assessment or the tracker's summary into it."""
    name = f"text_{r.id}_{field}"
    if st.session_state.get(form.prefix + name, form.value(name)):
        return
    with st.container(horizontal=True):
        for number, (who, reason) in enumerate(own_words.starts_of(request, choice, r, field=field)):
            words = (
                _("Start with the reason of {who}")
                if field in ("situation", "state")
                else _("Start with this text: {who}")
            )
            words = words.format(who=option_label(who))
            put, args = st.session_state.__setitem__, (form.prefix + name, reason)
            st.button(words, key=f"start_{form.prefix}{name}_{number}", on_click=put, args=args)


def checked_file(
    template: str, used: Choice, submission: Submission
) -> tuple[Submission, word_file.SubmissionFile, PublicationCheck]:
    """Return the document of a choice, its file, and what must be settled before it leaves."""
    file = word_file.write_submission(page.config.data, template, request, choice=used, submission=submission)
    check = partial(check_submission, is_dismissed=load_dismissals(page.config).covers, organisation=own_id(page))
    return submission, file, check(request, used, submission, file=file)


def show_file_button(submission: Submission, unsettled: list[str]) -> None:
    """Show the button that makes the Word file. After a press, show the file, or what has to be settled first."""
    asking = f"{form.prefix}asking"
    own = template_files(page.config.data)
    template = st.selectbox(_("Form"), ["", *own], format_func=lambda n: n or _("The usual one")) if own else ""
    is_pressed = st.button(_("Make the Word file"), type="primary")
    if not (st.session_state.pop(asking, False) or is_pressed):
        return
    if unsettled:
        st.error(escape_markdown(" ".join(unsettled)))
        return
    used = choice
    try:
        made, file, check = checked_file(template, used, submission)
        if check.findings:
            st.session_state[asking] = True  # the box stays until the findings are settled
            if st.checkbox(_("Make it without the sentences that are named below"), key=f"{form.prefix}without"):
                # others agreed to another text
                signing = tuple(name for name in choice.organisations if name == own_id(page))
                used = replace(without_sentences(choice, check.findings), organisations=signing)
                left_out = stages.build_submission(request, used, page.context)
                made, file, check = checked_file(template, used, left_out)
    except TrackerError as error:
        show_error(error)
        return
    if check.findings:
        ask_about_findings(page, SafetyFindings(check.findings))
        return
    if not show_name_candidates(page, group_by_words(check.candidates, form.prefix)):
        st.session_state[asking] = True  # the boxes stay until all are ticked
        return
    kind = [stage.value, body.id if body else "", str(view.local_date), to]
    name = "-".join(filter(None, ["confidential" if made.is_confidential else "", *kind])) + ".docx"
    letter = stages.build_submission(request, used, page.context, kind=stages.LETTER).write()
    files = {name: file.data, f"letter-{name}": letter}
    how = {"is_confidential": made.is_confidential, "token": secrets.token_hex(4)}
    how |= {"has_contents": not template and stage is SubmissionStage.ALTERNATIVE_REPORT}
    shown = {name: b64encode(data).decode() for name, data in files.items()}
    page.show("forms/submission_file.html", files=shown, **how)


st.html(f"<h1>{_('Prepare a submission')}</h1>")
before_writing_place = st.container()
state = ""
if view.has_several_states:  # a submission is about one State
    states = {one.id: page.context.label(one) for one in view.states}
    state = choose_in_url(_("State party"), "state", states, start=view.states[0].id)
    view = view.of_state(state)
kinds = {s.value: page.context.label(s) for s in SubmissionStage}
usual = propose_procedure(view, *view.bodies.values())
stage = SubmissionStage(choose_in_url(_("Kind of document"), "of", kinds, start=usual.stage.value if usual else ""))
bodies = {"all": _("All committees")} if stage is SubmissionStage.UPR else {}
bodies |= {body.id: language.resolve(body.name).text for body in view.bodies.values()}
bodies = bodies or {"": "–"}
# first a committee to which something can be said at this stage
open_now = [p for one in view.bodies.values() for p in list_procedures(view, one) if p.is_open and p.stage is stage]
hearing = {p.document.body for p in open_now}
first = next(filter(has_proposals, sorted(bodies, key=lambda id: id not in hearing)), next(iter(bodies)))
body = view.bodies.get(choose_in_url(page.context.body_word, "id", bodies, start=first))
codes = {code: native_name(code) for code in view.settings.languages if get_language(code).code == code}
to = choose_in_url(_("Language of the document"), "to", codes, start=language.code)
orders = {order.value: page.context.label(order) for order in Order}
order = Order(choose_in_url(_("Order"), "order", orders, start=Order.PARAGRAPH.value))

address = (stage.value, body.id if body else "", to, *filter(None, [state]))
form = open_draft(page, address, st.query_params.get("from", ""))
show_saved(page, "submission")
show_other_drafts(form)
with before_writing_place:
    show_before_writing()
    languages_place = st.container()
request = ViewRequest(view, get_language(to, view.settings), Filters(), origin=site_origin())
try:
    found = select_recommendations(view, stage, body)
    # what the document asked, once it is recorded, does not come into the document itself
    proposed = tuple(r for r in found if r.document != form.value(RECORDED))
except TrackerError as error:
    proposed = ()
    st.info(escape_markdown(error_text(error)))
known = view.recommendations.values()
fits = [r for r in known if (view.body_of(r) == body if body else r.issued_by is Issuer.COMMITTEE)]
ids = form.choose_several(_("Recommendations"), "ids", recommendation_names(page, fits), start=[r.id for r in proposed])
organisations = {o.id: language.resolve(o.name).text for o in view.organisations.values() if not o.is_editors}
signing = form.choose_several(
    _("Organisations that sign"), "organisations", organisations, start=form.usual_signatories
)
signing_place = st.container()
session = form.line(
    _("Session and report of the State, as they are to stand on the first page"), "session", start="", most=200
)
files_label = _("The annex names the public files of the sources, with their digests")
has_annex = form.may_write and stage is not SubmissionStage.BRIEF
with_files = form.checkbox(files_label, "with_files") if has_annex else form.value("with_files")
in_order = [*proposed, *(r for r in fits if r not in proposed)]
chosen = tuple(r for r in in_order if r.id in ids)
choice = Choice(stage, body, chosen, order=order, session=session, organisations=named(), asking=own_id(page))
top = st.container()
written = {r.id: tuple(own_words.writable_fields(request, choice, r, author=page.context)) for r in chosen}
if stage is not SubmissionStage.BRIEF:
    is_long = stage in (SubmissionStage.ALTERNATIVE_REPORT, SubmissionStage.UPR)
    in_document = selection.IN_REPORT if is_long else {}
    whole = {name: _(words) for name, words in (*in_document.items(), *selection.IN_LETTER.items())}
    written[""] = (*whole,)
    for name, words in whole.items():
        form.area(words, f"text__{name}")
if stage is SubmissionStage.UPR and order is Order.THEME:
    for code, heading, _rs in selection.group_by_order(page.context, choice):
        written[code] = ("theme",)
        form.area(heading, f"text_{code}_theme")
choice = replace(choice, with_files=bool(with_files))
names = recommendation_names(page, choice.recommendations)
boxes = {r.id: f"open_{form.prefix}{r.id}" for r in choice.recommendations}
for r in choice.recommendations if form.may_write else ():
    key = boxes[r.id]
    box = st.expander(option_label(names[r.id]), expanded=len(names) <= OPEN_AT_FIRST, key=key, on_change="rerun")
    if box.open:
        with box:
            show_recommendation(r)
form.save_edits()
if form.may_write:
    with signing_place:
        show_signatories(form, signing, ids)

private: dict[str, LinkedEvidence] = {}
for r in choice.recommendations:
    private[r.id] = tuple(pair for pair in own_private_evidence(r) if form.value(f"private_{r.id}_{pair[0].id}"))
without = {
    r.id: frozenset(e.id for e, _link in view.evidence_for(r) if not form.value(public_tick(r, e), True))
    for r in choice.recommendations
}
choice = replace(choice, own_texts=typed_texts(form, written), private_evidence=private, organisations=named())
choice = replace(choice, without=without)
if choice.recommendations:
    try:
        submission = stages.build_submission(request, choice, page.context)
        unchanged = tuple(own_words.taken_over(request, choice, page.context))
        submission = replace(submission, to_fill=(*unchanged, *submission.to_fill))
    except TrackerError as error:
        top.error(escape_markdown(error_text(error)))
        show_draft_tools(form)
        show_footer(page)
        st.stop()
    places = {"": _("Summary")} | names
    fields = [(f"text_{id}_{name}", id) for id, parts in written.items() for name in parts]
    unsettled = form.unsettled({field: places.get(id) or page.context.term_label(id) for field, id in fields})
    texts = [text for own in choice.own_texts.values() for text in own.values()]
    unsettled += [*length_errors(language, MAX_TEXT_LENGTH, texts)]
    said = limit_sentences(page.context, choice, submission)
    target, rows = before_writing.texts_by_language(request, choice, page.context)
    if form.may_write:
        with languages_place:
            page.show("forms/submission_languages.html", target=target, rows=rows)
    with top:
        show_request(form, submission, unchanged)
        if form.may_write:
            box_of = {selection.name_of(page.context, r): boxes[r.id] for r in choice.recommendations}
            box_of = dict(sorted(box_of.items(), key=lambda one: len(one[0]), reverse=True))
            show_length = partial(page.show, "forms/submission_length.html", places=box_of, submission=submission)
            show_length(sentences=said, unsettled=tuple(unsettled))
            show_leaving_out()
    if form.may_write:
        show_file_button(submission, unsettled)
    mechanism = body or next((b for b in view.bodies.values() if b.kind is MechanismKind.UPR), None)
    if mechanism and stage is not SubmissionStage.BRIEF and form.is_own:
        demands = [Demand(*one) for one in own_words.demands_of(request, choice)]
        about = next((d for r in chosen if (d := view.document(r.document))), None)
        cycle = about.cycle if about and stage is SubmissionStage.FOLLOW_UP else ""
        show_recording_form(form, mechanism, submission, demands=demands, cycle=cycle, about=about, view=view)
form.save_edits()
show_draft_tools(form)
show_footer(page)
