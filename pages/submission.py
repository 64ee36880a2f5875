"""The page for editors that prepares a submission to a committee: choose, select, write, check, and save a Word file."""

import secrets
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from itertools import chain

import streamlit as st

from pages.forms.buttons import show_discard_button
from pages.forms.fields import Fields
from pages.forms.private.entries import private_evidence
from pages.forms.records.choice_names import evidence_name, recommendation_names
from pages.forms.several_choices import option_label
from pages.shared import form_drafts
from pages.shared.layout import open_page, show_footer, show_header, site_origin
from pages.shared.markdown import escape_markdown
from pages.shared.saving import ask_about_findings
from pages.shared.url_state import bind_to_url, write_to_url
from pages.shared.waiting_drafts import SUBMISSION_FORM, show_waiting_drafts
from pages.shared.widget_values import index_of
from tracker.config import load_config
from tracker.i18n import get_language, native_name
from tracker.model.errors import SafetyFindings, TrackerError
from tracker.model.permissions import Permission
from tracker.model.records import Evidence, EvidenceLink, Recommendation
from tracker.model.safety_config import TextField
from tracker.model.vocabulary import Issuer, SubmissionStage
from tracker.publishing.request import ViewRequest
from tracker.publishing.submissions.document import measure
from tracker.publishing.submissions.docx_writer import write_docx
from tracker.publishing.submissions.selection import (
    DEFAULT_ORDER,
    ORDERS,
    WRITTEN_FIELDS,
    Choice,
    Order,
    group,
    select_recommendations,
)
from tracker.publishing.submissions.stages import build_submission, known_about, limit_sentences
from tracker.publishing.wording import error_sentence
from tracker.queries.lists.filters import Filters
from tracker.safety.dismissals import load_dismissals
from tracker.safety.scanner import scan_texts

OPEN_AT_FIRST = 3
"""Up to this number of recommendations, all are open at first."""
Pairs = tuple[tuple[Evidence, EvidenceLink], ...]

page = open_page("/submission")
view, language = page.view, page.context.language
_ = language.gettext
show_header(
    page, [(name, st.query_params[name]) for name in ("what", "of", "id", "to", "order") if name in st.query_params]
)
if not page.can_edit or not page.context.person.can(Permission.SAVE):
    page.show("layout/no_form.html", past=view.is_past, id="", back=page.context.link("/treaty-bodies"))
    show_footer(page)
    st.stop()


def choose(label: str, name: str, options: Mapping[str, str], *, start: str) -> str:
    """Show a field whose value is in the address, and return the chosen code."""
    named = st.query_params.get(name, "")
    key = bind_to_url(name, named if named in options else start, options=options, single=True)
    codes = list(options)
    index = index_of(st.session_state[key], codes) or 0
    chosen = st.selectbox(label, codes, index, format_func=lambda code: options.get(code, code), key=key)
    write_to_url(name, (chosen or codes[0],))
    return chosen or codes[0]


def has_own(body_id: str) -> bool:
    """Return whether the stage has recommendations of its own for a committee: with one of these the page begins."""
    try:
        return bool(select_recommendations(view, stage, view.bodies.get(body_id)))
    except TrackerError:
        return False


def known_private(r: Recommendation) -> Pairs:
    """Return the private evidence for a recommendation that belongs to the organisation of this editor, and to no other."""
    own = (e for e in private_evidence(page).values() if page.context.owns(e.private))
    return tuple((e, link) for e in own for link in e.relevant_to if link.recommendation == r.id)


def show_recommendation(r: Recommendation) -> None:
    """Show what is known about a recommendation, and the fields for what the organisations write."""
    written = dict(texts.get(r.id, {}))
    page.show("forms/submission_known.html", known=known_about(request, choice, r))
    for field, label in WRITTEN_FIELDS[stage].items():
        if field == "situation":
            st.caption(_("While this is empty, the assessments stand here, each with its author."))
        key, start = f"text_{r.id}_{field}", written.get(field, "")
        if field == "grade":
            grades = ", ".join(grade.grade for scale in (body.scales[:1] if body else ()) for grade in scale.grades)
            written[field] = form.line(
                f"{_(label)} ({option_label(grades)})" if grades else _(label), key, start=start, most=40
            )
        else:
            written[field] = form.area(_(label), key, start)
    for e, _link in known_private(r):
        ticked = form.checkbox(
            _("Private, makes the document confidential: {name}", name=option_label(evidence_name(page, e))),
            f"private_{r.id}_{e.id}",
            start=bool(written.get(f"private {e.id}")),
        )
        written[f"private {e.id}"] = "yes" if ticked else ""
    texts[r.id] = {name: text for name, text in written.items() if text}


st.html(f"<h1>{_('Prepare a submission')}</h1>")
st.query_params["what"] = SUBMISSION_FORM
show_waiting_drafts(page, what=SUBMISSION_FORM)
stage = SubmissionStage(
    choose(_("Kind of document"), "of", {s.value: page.context.label(s) for s in SubmissionStage}, start="follow-up")
)
bodies = {body.id: language.resolve(body.name).text for body in view.bodies.values()}
if stage is SubmissionStage.UPR:
    bodies = {"all": _("All committees")} | bodies
bodies = bodies or {"": "–"}
body = view.bodies.get(choose(_("Committee"), "id", bodies, start=next(filter(has_own, bodies), next(iter(bodies)))))
codes = {code: native_name(code) for code in view.settings.languages if get_language(code).code == code}
to = choose(_("Language of the document"), "to", codes, start=language.code)
orders = {order.value: _(label) for order, label in ORDERS.items()}
order = Order(choose(_("Order"), "order", orders, start=DEFAULT_ORDER.get(stage, Order.THEME).value))

form = Fields(page, f"submission_{stage}_{body.id if body else ''}_{to}_")
texts: dict[str, dict[str, str]] = {id: dict(t) for id, t in st.session_state.get(f"{form.prefix}texts", {}).items()}
st.session_state.setdefault(f"{form.prefix}start_texts", {})
request = ViewRequest(view, get_language(to, view.settings), Filters(), origin=site_origin())
try:
    proposed = select_recommendations(view, stage, body)
except TrackerError as error:
    proposed = ()
    st.info(escape_markdown(error_sentence(language, error)))
fits = [
    r for r in view.recommendations.values() if (view.body_of(r) == body if body else r.issued_by is Issuer.COMMITTEE)
]
ids = form.choose_several(_("Recommendations"), "ids", recommendation_names(page, fits), start=[r.id for r in proposed])
organisations = {o.id: language.resolve(o.name).text for o in view.organisations.values() if not o.is_editors}
signing = form.choose_several(_("Organisations that sign"), "organisations", organisations, start=[])
session = form.line(_("Session, as it is to stand on the first page"), "session", start="", most=200)
in_order = [*proposed, *(r for r in fits if r not in proposed)]
chosen = tuple(r for r in in_order if r.id in ids)
choice = Choice(stage, body, chosen, order=order, session=session, organisations=signing)
top = st.container()
if stage in (SubmissionStage.ALTERNATIVE_REPORT, SubmissionStage.UPR):
    texts[""] = {"summary": form.area(_("Summary"), "text__summary", texts.get("", {}).get("summary", ""))}
if stage is SubmissionStage.UPR and order is Order.THEME:
    for code, heading, _rs in group(page.context, choice):
        texts[code] = {"theme": form.area(heading, f"text_{code}_theme", texts.get(code, {}).get("theme", ""))}
names = recommendation_names(page, choice.recommendations)
for r in choice.recommendations:
    key = f"open_{form.prefix}{r.id}"
    box = st.expander(option_label(names[r.id]), expanded=len(names) <= OPEN_AT_FIRST, key=key, on_change="rerun")
    if box.open:
        with box:
            show_recommendation(r)
texts = {id: written for id, written in texts.items() if any(written.values())}
st.session_state[f"{form.prefix}texts"] = texts
form_drafts.remember(form.prefix)

private: dict[str, Pairs] = {
    r.id: tuple(pair for pair in known_private(r) if texts.get(r.id, {}).get(f"private {pair[0].id}"))
    for r in choice.recommendations
}
choice = replace(choice, own_texts=texts, private_evidence=private)
if choice.recommendations:
    submission = build_submission(request, choice, page.context)
    said = limit_sentences(page.context, choice, to, length=measure(submission))
    with top:
        page.show("forms/submission_length.html", sentences=said, notes=submission.notes)
    if st.button(_("Make the Word file"), type="primary"):
        written = [(name, (id, name), text) for id, fields in texts.items() for name, text in fields.items()]
        written += [
            ("summary", (e.id, "summary"), v.text) for e, _l in chain(*private.values()) for v in e.summary.values()
        ]
        fields = [
            TextField("submission", name, path, text=text)
            for name, path, text in [*written, ("session", ("session",), session)]
        ]
        if findings := scan_texts(fields, view.dataset, load_dismissals(load_config()).covers):
            ask_about_findings(page, SafetyFindings(findings))
        else:
            kind = [stage.value, body.id if body else "", str(view.local_date), to]
            name = "-".join(filter(None, ["confidential" if submission.is_confidential else "", *kind])) + ".docx"
            page.show(
                "forms/submission_file.html",
                bytes=b64encode(write_docx(submission)).decode(),
                name=name,
                is_confidential=submission.is_confidential,
                token=secrets.token_hex(4),
            )


def discard() -> None:
    """Discard what was typed for this document."""
    form_drafts.discard()
    form_drafts.forget_input(form.prefix)


show_discard_button(page, has_input=lambda: form_drafts.has_input(form.prefix), close=discard)
show_footer(page)
