"""The draft of a submission: its fields, what colleagues wrote in it at the same time, and who shares it.

After a submission was sent, an editor records it: the document and its demands are public then. One click
undoes this.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from hashlib import blake2b
from typing import Any, ClassVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.forms import widgets
from pages.forms.fields import Fields
from pages.forms.files.section import ChosenFile, choose_files, forget_files
from pages.forms.private.entries import private_folder
from pages.shared import layout
from pages.shared.layout import Page, draft_owner, organisation_now, show_audience
from pages.shared.messages import _, error_text, escape_markdown, ngettext, show_error
from pages.shared.saving import save_records
from tracker.config import load_config
from tracker.editing.forms.document import Demand, DocumentForm, submission_records
from tracker.editing.forms.values import date_errors, length_errors, text_from_input
from tracker.editing.private.drafts import APART, SIGNATORIES, FieldEdit, ImportDraft, Signing, SubmissionDrafts
from tracker.files.kept_file import PreparedUpload
from tracker.files.new_file import new_file
from tracker.i18n import native_name
from tracker.model.errors import TrackerError, UnusableFile
from tracker.model.fields import FIELD_LABELS
from tracker.model.localized_text import MAX_TEXT_LENGTH
from tracker.model.organisations import Privacy, can_change, can_read
from tracker.model.registers import Document, TreatyBody
from tracker.model.vocabulary import SubmissionStage, Voice
from tracker.publishing.submissions.document import Submission
from tracker.queries.follow_up import group_by_cycle
from tracker.queries.view import View

Address = tuple[str, ...]
"""What identifies the draft of a submission: kind of document, id of the committee or "", language code, one of several States."""
LOOK_AT_DRAFT_SECONDS = 7.0
"""How often, in seconds, the page of an open draft looks for what a colleague wrote."""
RECORDED = "recorded"
"""The draft keeps the id of the document under this name, after the sent submission was recorded."""
SENT_TO, SENT_FILE = "sent_to", "sent_file"
"""The draft keeps under these names to whom it was sent, and the SHA-256 of the file as it went."""
DEMAND_LABEL_LENGTH = 150
"""Beside its check box, a demand is cut to this many characters."""
_drafts_in = cache(SubmissionDrafts)


def submission_drafts() -> SubmissionDrafts:
    """Return the store of the drafts of submissions. Each of its methods checks what an organisation may read."""
    return _drafts_in(load_config().private)


@dataclass(frozen=True, kw_only=True)
class DraftFields(Fields[Any]):
    """The fields of a submission. They are kept in the draft at `address` of the organisation `owner` ("": the editor's).

    `draft` is None until something is written. Three mappings by field: `unsaved` has the edit that is not written yet,
    `tried` the edit that this run tried to write, `seen` (value that this tab knew before, value in the draft now).
    """

    may_write: ClassVar[bool] = True
    address: Address
    owner: str = ""
    draft: ImportDraft | None = None
    unsaved: dict[str, FieldEdit] = field(default_factory=dict)
    seen: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    tried: dict[str, FieldEdit] = field(default_factory=dict)

    def value(self, name: str, start: Any = "") -> Any:
        """Return the value of a field, also of one that is not shown. Return `start` if nobody has changed it."""
        if name in self.seen:
            return _as_kept(st.session_state.get(self.prefix + name, self.seen[name][1]))
        if edit := self.unsaved.get(name):
            return edit.after
        return self.draft.choices.get(name, start) if self.draft else start

    def key_and_value(self, name: str, start: Any) -> tuple[str, Any]:
        """Return (widget key of a field, its value now). `start` is its value while the draft has none."""
        there = _as_kept(self.value(name, start))
        self.seen[name] = (st.session_state.get(f"{self.prefix}start_{name}"), there)
        return super().key_and_value(name, there)

    @property
    def kept(self) -> ImportDraft | None:
        """Return the draft with what this run has written into it."""
        return _find_draft(self.address, self.owner)

    @property
    def values(self) -> dict[str, Any]:
        """Return the present value of each field that somebody changed. Call this after `save_edits`."""
        kept = self.kept.choices if self.kept else {}
        return _with_records(self.page.view, {**kept, **{name: edit.after for name, edit in self.unsaved.items()}})

    @property
    def signing(self) -> tuple[str, ...]:
        """Return the organisations that the document names: no other, because each signs only the text to which it agreed."""
        own, values = own_id(self.page), {SIGNATORIES: self.usual_signatories, **self.values}
        return self.kept.signatories(values, own) if self.kept else tuple(id for id in values[SIGNATORIES] if id == own)

    @property
    def previewed(self) -> tuple[str, ...]:
        """Return the organisations under whose names who is asked to sign reads the document."""
        values = {SIGNATORIES: self.usual_signatories, **self.values}
        return self.kept.previewed(values, own_id(self.page)) if self.kept else ()

    @property
    def usual_signatories(self) -> list[str]:
        """Return who signs unless somebody chooses others: the owner of the draft, if it is not the tracker's editors."""
        owner, view = self.owner or own_id(self.page), self.page.view
        return [owner] if owner in view.organisations and owner != view.editors.id else []

    @property
    def is_own(self) -> bool:
        """Return whether the draft belongs to the editor's organisation."""
        return self.draft is None or can_change(self.draft.private, own_id(self.page))

    @property
    def _apart(self) -> Sequence[list[str]]:
        return self.draft.content.get(APART, ()) if self.draft else ()

    def _note_typed(self, name: str, typed: Any, slot: DeltaGenerator) -> Any:
        """Note the value as `Fields` does. Show other texts typed in this field meanwhile. Buttons add or discard each text."""
        super()._note_typed(name, typed, slot)
        for number, apart in enumerate(self._apart):
            if apart[0] == name:
                self.page.show("forms/submission_apart.html", person=apart[1], text=apart[2])
                with st.container(horizontal=True):
                    for words, is_added in ((_("Add it to the text above"), True), (_("Discard it"), False)):
                        key = f"apart_{number}_{is_added}_{self.prefix}{name}"
                        st.button(words, key=key, on_click=_settle, args=(self.draft, apart, is_added))
        return typed

    def unsettled(self, names: Mapping[str, str]) -> list[str]:
        """Return a sentence for each field that still has two texts to choose between. `names` maps field → label."""
        places = dict.fromkeys(names[name] for name, *_rest in self._apart if name in names)
        sentence = _("{name}: two texts were typed at the same time. Add the second one or discard it.")
        return [sentence.format(name=place) for place in places]

    def save_edits(self) -> None:
        """Write what was typed since the last run into the draft, after the fields are shown.

        If a colleague wrote another text in one of the fields, run the page again, which shows both texts. If the draft
        cannot be written, warn; the next run tries again.
        """
        edits, replaced = dict(self.unsaved), dict[str, Any]()
        for name, (known, there) in self.seen.items():
            typed = _as_kept(st.session_state.get(self.prefix + name, there))
            if typed == there:
                continue
            if known is None and isinstance(typed, str):
                known = ""  # after a restart of the server, only the browser knows what was typed
                if typed in there:
                    replaced[name] = there
                    continue
            before = edits[name].before if name in edits else there if known is None else _as_kept(known)
            edits[name] = FieldEdit(name, before, typed)
        if edits != self.tried:  # what failed in this run is tried again in the next one
            replaced |= self._write_edits(edits)
        if replaced:
            st.session_state[f"{self.prefix}replaced"] = replaced
            st.rerun()

    def save_value(self, name: str, value: str) -> None:
        """Write `value` under `name` into the draft. The page has no field with this name."""
        self._write_edits({**self.unsaved, name: FieldEdit(name, self.value(name), value)})

    def _write_edits(self, edits: Mapping[str, FieldEdit]) -> dict[str, Any]:
        """Write `edits` (by field) into the draft. Return a mapping: field → value in the draft, if it is not the typed one."""
        unsaved_key, replaced = f"{self.prefix}unsaved", dict[str, Any]()
        self.tried.update(edits)
        self.unsaved.update(edits)
        st.session_state[unsaved_key] = dict(self.unsaved)
        if edits and (me := draft_owner()):
            place = {"own": organisation_now(), "owner": self.owner, "name": self.address[0]}
            try:
                draft = submission_drafts().write(self.address, edits.values(), by=me, **place)
            except TrackerError as error:
                st.warning(escape_markdown(error_text(error)))
                return replaced
            if draft is None:
                st.warning(_("This draft was discarded, or is no longer shared with you. What you typed is only here."))
                return replaced
            self.unsaved.clear()
            st.session_state[unsaved_key], st.session_state[f"{self.prefix}changed"] = {}, draft.changed
            for edit in edits.values():
                st.session_state[f"{self.prefix}start_{edit.name}"] = edit.after
                self.seen[edit.name] = edit.after, edit.after
                if draft.choices.get(edit.name, edit.after) != edit.after:
                    replaced[edit.name] = draft.choices[edit.name]
        return replaced


def _find_draft(address: Address, owner: str) -> ImportDraft | None:
    """Return the draft, or None if this editor may not read it now. No session keeps a copy: each run asks again."""
    return submission_drafts().find(address, organisation_now(), owner=owner) if draft_owner() else None


class ReadDraft(DraftFields):
    """The fields of a submission that the editor may read, but not change: none is shown, and nothing is written."""

    may_write = False

    def line(self, label: str, name: str, start: str | None = None, **_how: Any) -> str:
        """Return the value of the field."""
        return str(self.value(name, start or ""))

    area = line

    def choose_several(self, label: str, name: str, options: Any, start: Any = (), key: str = "", **how: bool) -> Any:
        """Return the value of the field."""
        return self.value(name, start)


def own_id(page: Page) -> str:
    """Return the id of the organisation of the editor who opened the page. It stays the same after the sign-in ends."""
    return page.editor_organisation or page.view.editors.id


def open_draft(page: Page, address: Address, owner: str) -> DraftFields:
    """Return the fields of a submission with its draft; while nobody knows who is signed in, with what this tab typed."""
    prefix = f"submission_{'_'.join(filter(None, [*address, owner]))}_"
    draft = _find_draft(address, owner)
    st.session_state[f"{prefix}changed"] = draft.changed if draft else ""
    for name, value in st.session_state.pop(f"{prefix}replaced", {}).items():
        st.session_state[prefix + name] = st.session_state[f"{prefix}start_{name}"] = value
    unsaved = st.session_state.get(f"{prefix}unsaved", {})
    kind = DraftFields if draft is None or can_read(draft.private, own_id(page)) else ReadDraft
    return kind(page, prefix, None, address=address, owner=owner, draft=draft, unsaved=dict(unsaved))


def show_other_drafts(form: DraftFields) -> None:
    """Show a line for each draft that the editor may continue, except that of `form`. The latest change comes first."""
    if not draft_owner():
        return
    page, own, shown = form.page, organisation_now(), form.kept
    drafts = [draft for draft in submission_drafts().list_readable(own) if not shown or draft.id != shown.id]
    if drafts:
        page.show("forms/submission_drafts.html", lines=[_draft_line(page, draft, own) for draft in drafts])


def _draft_line(page: Page, draft: ImportDraft, own: str) -> tuple[ImportDraft, str, str, str]:
    """Return (draft, its name, the organisation that shares it or "", link to it)."""
    address, whose = draft.content["address"], draft.private.organisation if draft.private else own
    label, body = page.context.label, page.view.bodies.get(address[1])
    of_state = (label(state) for state in page.view.states if state.id in address[3:])
    parts = [*of_state, label(SubmissionStage(address[0])), label(body) if body else "", native_name(address[2])]
    params = [*zip(("of", "id", "to", "state"), address, strict=False), *([] if whose == own else [("from", whose)])]
    by = "" if whose == own else page.context.organisation_name(whose)
    return draft, ", ".join(filter(None, parts)), by, page.context.link("/submission", *params)


def shared_submissions(page: Page, *, to_sign: bool = False) -> list[tuple[ImportDraft, str, str, str]]:
    """Return a line (see `_draft_line`) for each submission, not sent yet, that others share with this editor's organisation.

    With `to_sign`, only those that it is asked to sign, and has not answered as the text is now.
    """
    own, waiting = organisation_now(), (Signing.ASKED, Signing.CHANGED)
    drafts = submission_drafts().list_readable(own) if draft_owner() else []
    unsent = [draft for draft in drafts if draft.choices.get(RECORDED) not in page.view.documents]
    theirs = (draft for draft in unsent if draft.private and draft.private.organisation != own)
    asked = [
        draft
        for draft in theirs
        if not to_sign or draft.signing_of(own, _with_records(page.view, draft.choices)) in waiting
    ]
    return [_draft_line(page, draft, own) for draft in asked]


def _with_records(view: View, choices: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a submission, with a hash of the public records that it prints: who signs agreed to these, too."""
    signing, printed = choices.get(SIGNATORIES, ()), list[object]()
    for r in (view.recommendations[id] for id in choices.get("ids", ()) if id in view.recommendations):
        said = [a for a in r.assessments if a.voice is not Voice.CIVIL_SOCIETY or a.organisation in signing]
        printed += [replace(r, assessments=tuple(said)), view.evidence_for(r)]
    return {**choices, "of_records": blake2b(repr(printed).encode(), digest_size=16).hexdigest()}


def show_signatories(form: DraftFields, chosen: Sequence[str], ids: Sequence[str]) -> None:
    """Show which of the `chosen` organisations agreed to sign the text as it is now. The draft's owner can ask the others.

    `ids` are the chosen recommendations.
    """
    names, draft = form.page.context.organisation_name, form.kept
    if draft is None or not (signing := {id: draft.signing_of(id, form.values) for id in chosen}):
        return
    form.page.show("forms/submission_signing.html", signing=[(names(id), state) for id, state in signing.items()])
    others = [names(id) for id, state in signing.items() if state in (Signing.UNASKED, Signing.REFUSED)]
    if others and form.is_own:
        label = _("Ask them to sign: {names}", names=escape_markdown(", ".join(others)))
        args = (submission_drafts().ask, draft, chosen, ids)
        st.button(label, key=f"ask_{draft.id}", on_click=_change_draft, args=args)
        st.caption(_("They can then read this draft, also what you write later, until you no longer choose them."))


def _change_draft(change: Callable[..., None], *args: Any) -> None:
    """Call a method of `SubmissionDrafts` for the organisation of this editor. The next run shows why it failed."""
    if draft_owner():
        with widgets.noting_errors("submission_draft"):
            change(*args, own=organisation_now())


def show_request(form: DraftFields, submission: Submission, told: Sequence[str]) -> None:
    """Show an editor whose organisation is asked to sign it buttons to agree or refuse, and the text if they cannot write in it.

    `told` are sentences about the text.
    """
    page, draft, values = form.page, form.draft, form.values
    state = draft.signing_of(own_id(page), values) if draft else Signing.OWN
    if draft is None or state in (Signing.OWN, Signing.UNASKED):
        return
    if recorded := page.view.documents.get(values.get(RECORDED, "")):
        page.show("forms/submission_recorded.html", document=recorded)
        return
    how = {"owner": page.context.organisation_name(form.owner), "state": state, "reads": not form.may_write}
    hidden = sum(bool(value) for name, value in values.items() if name.startswith("private_"))
    page.show("forms/submission_request.html", submission=submission, hidden=hidden, told=told, **how)
    with st.container(horizontal=True):
        for label, text in ((_("Agree to sign this text"), values), (_("Do not sign"), None)):
            # the key holds the version that is shown: nobody agrees to a text that they have not seen
            key, args = f"{label}_{draft.id}_{draft.changed}", (submission_drafts().answer, draft, text)
            st.button(label, key=key, on_click=_change_draft, args=args)
    widgets.show_button_error("submission_draft")


def show_draft_tools(form: DraftFields) -> None:
    """Show whether the draft is shared, and whether a colleague wrote in it. Its owners can share and discard it."""
    _watch_draft(form.address, form.owner, f"{form.prefix}changed")
    page, draft = form.page, form.kept
    if draft is None or not form.may_write:
        return
    own = organisation_now()
    page.show("forms/submission_kept.html", shared=bool(draft.private and draft.private.shared_with))
    if not can_change(draft.private, own):
        return
    with st.container(horizontal=True):
        if any(o.id != own for o in page.view.organisations.values()):
            with st.popover(_("Share the draft…")):
                readers = f"{form.prefix}readers"
                widgets.choose_readers(page, readers, draft.private, is_new=False)
                st.button(_("Share"), key=f"share_{draft.id}", on_click=_share, args=(draft, readers))
        with st.popover(_("Discard the draft")):
            st.write(_("It is gone for everyone who writes in it."))
            st.button(_("Discard it"), key="discard_submission", on_click=_discard, args=(draft, form.prefix))
    widgets.show_button_error("submission_draft")


@st.fragment(run_every=LOOK_AT_DRAFT_SECONDS)
def _watch_draft(address: Address, owner: str, changed_key: str) -> None:
    """Show a notice if a colleague wrote in the draft since the page was drawn. The page itself does not change."""
    if not (now := _find_draft(address, owner)):
        return
    with st.container(key="rt_draft_changed", horizontal=True, vertical_alignment="center"):
        if now.changed != st.session_state.get(changed_key) and now.content.get("by") != draft_owner():
            st.write(escape_markdown(_("{person} wrote in this draft.", person=now.content.get("by", ""))))
            if st.button(_("Show it"), key="show_draft_changes"):
                st.rerun()


def _settle(draft: ImportDraft, apart: list[str], is_added: bool) -> None:
    # if this fails, the text stays beside its field
    if me := draft_owner():
        submission_drafts().settle(draft, apart, by=me, own=organisation_now(), is_added=is_added)


def _share(draft: ImportDraft, readers: str) -> None:
    _change_draft(submission_drafts().share, draft, widgets.chosen_readers(readers) or ())
    widgets.forget_readers(readers)


def _discard(draft: ImportDraft, prefix: str) -> None:
    _change_draft(submission_drafts().discard, draft)
    st.session_state.pop(f"{prefix}unsaved", None)
    # Fields that nobody changed get the value of the record, here none. A key that is deleted would keep the browser's text.
    for key in [str(key) for key in st.session_state if str(key).startswith(f"{prefix}start_")]:
        name = key.removeprefix(f"{prefix}start_")
        st.session_state[key] = _as_kept(st.session_state.get(prefix + name, st.session_state[key]))


def typed_texts(form: DraftFields, ids: Mapping[str, tuple[str, ...]]) -> dict[str, dict[str, str]]:
    """Return a mapping: id → field → typed text. `ids` maps id → its fields. Leave out fields and ids without a text."""
    texts = {id: {name: form.value(f"text_{id}_{name}") for name in names} for id, names in ids.items()}
    found = {id: {name: text for name, text in own.items() if text.strip()} for id, own in texts.items()}
    return {id: own for id, own in found.items() if own}


def _as_kept(value: Any) -> Any:
    """Return the value of a widget as a draft keeps it: a tuple as a list, None as ""."""
    return list(value) if isinstance(value, tuple | list) else "" if value is None else value


def show_recording_form(
    form: DraftFields,
    body: TreatyBody,
    submission: Submission,
    *,
    demands: Sequence[Demand],
    cycle: str,
    about: Document | None,
    view: View,
) -> None:
    """Show the form that keeps what was sent, privately, and then records it for readers. If that is done, show it.

    The form proposes `cycle` as the reporting cycle or, if it is "", the latest one of the committee in `view`, which
    shows one State. The file is kept as a private file of the document `about`, until the submission is recorded.
    """
    page, to = form.page, submission.lang
    _show_sent(form)
    if recorded := view.documents.get(form.value(RECORDED)):
        page.show("forms/submission_recorded.html", document=recorded)
        return
    key, words = f"open_{form.prefix}recording", _("It was sent: keep it, or record it in the register")
    if not (box := st.expander(words, key=key, on_change="rerun")).open:
        return
    with box:
        sent = replace(form, start=DocumentForm(body=body.id))
        sent_to = sent.line(_("Sent to"), SENT_TO, form.page.context.label(body), most=300)
        issued = sent.line(_("Sent on"), "issued", key="sent_issued", required=True)
        digest, chosen = form.value(SENT_FILE), list[ChosenFile]()
        keep = partial(_keep_file, form, about, submission, sent_to=sent_to, day=issued)
        if about and not digest:
            chosen = _show_keeping_form(form, keep, day=issued)
        st.subheader(_("Publish that it was sent"))
        st.caption(
            _(
                "Everybody can read then that there is this document ({kind}), and what it asks, not the rest of your text."
            ).format(kind=escape_markdown(page.context.label(SubmissionStage(form.address[0]))))
        )
        named = DocumentForm(body=body.id, state=next((state.id for state in view.settings.states), None))
        sent = replace(form, start=named)
        title = sent.line(_(FIELD_LABELS["title"]), "sent_title", submission.title, most=300, required=True)
        authors = sent.line(_(FIELD_LABELS["authors"]), "sent_authors", "; ".join(submission.organisations))
        start = cycle or next((latest for latest, *_rest in group_by_cycle(view, body)), "")
        cycle = sent.line(_(FIELD_LABELS["cycle"]), "sent_cycle", start, most=120, required=True)
        labels = {
            f"demand_{d.about.id}": f"{d.number}. **{widgets.option_label(d.title)}** {widgets.option_label(d.text[:DEMAND_LABEL_LENGTH])}"
            for d in demands
        }
        if demands:
            st.caption(
                _("Each is recorded with this heading, as asking for the same as the recommendation it is about.")
            )
        ticked = [d for d, name in zip(demands, labels, strict=True) if form.checkbox(labels[name], name, start=True)]
        is_read = form.checkbox(_("I have compared these words with the file that was sent"), "sent_read")
        kind = SubmissionStage(form.address[0]).document_kind
        typed = replace(named, kind=kind, title={to: title}, authors=authors, cycle=cycle, issued=issued)
        typed = replace(typed, id=typed.suggest_id(page.view))
        show_audience(page, is_public=True)
        with_demands = ngettext("Record it with {n} demand", "Record it with {n} demands", len(ticked))
        label = with_demands if ticked else _("Record it")
        if not st.button(label, key="record_submission", type="primary"):
            return
        demanded = length_errors(page.context.language, MAX_TEXT_LENGTH, [d.text for d in ticked])
        missing = [] if issued.strip() else _sent_on_errors(page, issued)
        if wrong := [*missing, *typed.validate(page.view, None, page.context.language), *demanded]:
            st.error(escape_markdown("\n".join(f"- {error}" for error in wrong)))
            return
        if chosen and not (digest := keep(chosen)):
            return
        records = submission_records(page.view, typed, ticked, lang=to, is_read=is_read)
        reason, message = _("Recorded after it was sent."), _("The submission is recorded.")
        if save_records(page, "submission", records, reason=reason, message=message, agreed=form.signing):
            form.save_value(RECORDED, typed.id)
            if (folder := private_folder(page)) and digest:
                report = next(one for one in records if isinstance(one, Document))
                with widgets.noting_errors("submission_sent"):
                    folder.move_file(digest, report, by=layout.current_person())
            st.rerun()


def _sent_on_errors(page: Page, day: str) -> list[str]:
    """Return a sentence if nobody said on which day it was sent, or if that is not understood."""
    errors = date_errors(day, _("Sent on"), page.context.language, today=page.view.today)
    return [*errors] if day.strip() else [_("Write on which day it was sent.")]


def _show_keeping_form(form: DraftFields, keep: Callable[[list[ChosenFile]], str], *, day: str) -> list[ChosenFile]:
    """Let an editor choose the file as it went and `keep` it. Return what is chosen and not kept yet."""
    page = form.page
    if private_folder(page) is None:
        st.caption(_("This tracker has no private folder, so the file is not kept here. Keep it yourselves."))
        return []
    st.caption(_("Choose the file as it went. Only your organisation sees it, until it is published."))
    show_audience(page, is_public=False, private=Privacy(organisation=own_id(page)))
    chosen = choose_files(form)
    for one in chosen:
        if isinstance(one.made, UnusableFile):
            page.show("forms/refused_file.html", f=one, error=error_text(one.made))
    if st.button(_("Keep it privately"), key=f"keep_{form.prefix}"):
        if wrong := _sent_on_errors(page, day):
            st.error(escape_markdown("\n".join(wrong)))
        elif keep(chosen):
            st.rerun()
    return chosen


def _keep_file(
    form: DraftFields,
    about: Document | None,
    submission: Submission,
    chosen: list[ChosenFile],
    *,
    sent_to: str,
    day: str,
) -> str:
    """Keep the one `chosen` file as a private file of the document `about`. Return its SHA-256, or say why not and return ""."""
    language, folder = form.page.context.language, private_folder(form.page)
    made = [one.made for one in chosen if isinstance(one.made, PreparedUpload)]
    if len(chosen) != 1 or not made or folder is None or about is None:
        st.error(_("Choose one file: the one that was sent."))
        return ""
    words = _("{title}. Sent to {name}, {day}.", title=submission.title, name=sent_to, day=language.format_date(day))
    new = partial(new_file, made[0].cleaned, pages=made[0].pages, preview=made[0].preview, language=submission.lang)
    file = new(caption=text_from_input(words, language), original=chosen[0].data)
    try:
        folder.add_files(about, [file], by=layout.current_person())
    except TrackerError as error:
        show_error(error)
        return ""
    form.save_value(SENT_FILE, file.entry.sha256)
    forget_files()
    return str(file.entry.sha256)


def _show_sent(form: DraftFields) -> None:
    """Show to whom and when it was sent, and the private file as it went, if it is kept."""
    widgets.show_button_error("submission_sent")
    folder, digest = private_folder(form.page), form.value(SENT_FILE)
    if folder and digest and (found := folder.find_file(digest)):
        (kind, record_id), entry = found
        record = form.page.view.dataset.registers[kind].get(record_id)
        is_recorded = form.value(RECORDED) == record_id and record_id in form.page.view.documents
        may_publish = is_recorded and form.page.context.may_publish(entry.private)
        form.page.show("forms/submission_sent.html", f=entry, r=record, may_publish=may_publish)
