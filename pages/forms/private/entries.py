"""Private entries, which only editors see: evidence, notes and plans. And the form that gives old entries an owner.

Of all pages, only this module opens the private folder: never for a reader, and for an editor only as a
`PrivateFolder`, which shows what the editor's organisation may see.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache, partial
from textwrap import shorten
from typing import Any

import streamlit as st

from pages.forms import widgets
from pages.shared import layout
from pages.shared.layout import Page, all_accounts, message_with_readers, show_audience, store
from pages.shared.messages import _, error_text, escape_markdown, ngettext
from pages.shared.saving import LastSave, latest_time, show_saved, signed_out_sentence, try_to_save, undo_offer
from pages.shared.text_fields import text_field, too_long
from tracker.config import load_config
from tracker.editing.forms.typed_dates import read_date
from tracker.editing.forms.values import date_errors
from tracker.editing.private.eyes import THE_HOST
from tracker.editing.private.folder import PrivateFolder
from tracker.editing.private.notes import PrivateNote, active_notes
from tracker.editing.private.notices import PrivateNotice
from tracker.files.new_file import NewFile
from tracker.files.scan import scan_file_text
from tracker.model import partial_dates
from tracker.model.attached_files import AttachedFile
from tracker.model.errors import NotAllowed, TrackerError, UnusableFile
from tracker.model.lifecycle import is_withdrawn
from tracker.model.localized_text import MAX_TEXT_LENGTH
from tracker.model.organisations import ALL
from tracker.model.permissions import Permission, Person
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import TreatyBody
from tracker.model.safety_config import TextField
from tracker.publishing.exports.ics_calendar import plan_calendar
from tracker.queries.lists.filters import EvidenceFilters, filter_evidence
from tracker.queries.localized_names import describe_file
from tracker.safety.scanner import changed_texts, record_name, scan_texts

CHOICE, BY_AUTHOR = "old_entries", "author"
"""The widget key of the choice that gives old entries an owner, and its value for "the author's organisation"."""
NOTICE = "notice"
"""The place of the error (see `note_error`) if a notice cannot be taken from the list."""
TEXT, DAY, BODY, DONE, WHICH, READERS = "plan_text", "plan_due", "plan_body", "plan_done", "plan_which", "plan_readers"
"""The widget keys of plans."""
ADDED, CHANGED = "note_added", "note_changed"
"""The places of errors (see `note_error`): at the button that adds a note or plan, and at those that change one."""
NOTE_EXCERPT_LENGTH = 60
"""In the list where an editor chooses a note, each note is cut to this many characters."""
MAX_WARNED_PASSAGES = 10
"""The largest number of passages that `identifying_warning` names."""
_folder = cache(PrivateFolder)


def show_entries_without_owner(page: Page) -> None:
    """Show how many private entries have no owner, and let a reviewer choose to whom they belong."""
    folder = private_folder(page)
    count = folder.count_without_owner() if folder and page.context.readers(None) else 0
    if not count or not page.can_edit:
        return
    sentence = ngettext(
        "{n} private entry belongs to no organisation yet. All organisations of this tracker can read it.",
        "{n} private entries belong to no organisation yet. All organisations of this tracker can read them.",
        count,
    )
    with st.container(border=True):
        page.show("private/without_owner.html", sentence=sentence)
        if not page.context.person.can(Permission.PUBLISH):
            return
        labels = {
            BY_AUTHOR: _("Each belongs to the organisation of the person who added it, and only it can read it"),
            ALL: _("They belong to the editors, and all organisations can read them"),
        }
        in_words = {code: escape_markdown(label) for code, label in labels.items()}
        st.radio(_("Who can read this"), list(labels), format_func=in_words.get, index=None, key=CHOICE)
        st.button(_("Save who can read them"), key="old_entries_save", on_click=_give_owners, args=(page,))
        widgets.show_button_error(CHOICE)


def _give_owners(page: Page) -> None:
    """Give an owner to each entry that has none, as the reviewer chose (CHOICE). If this fails, the next run shows why."""
    chosen, folder = st.session_state.get(CHOICE), private_folder(page)
    if folder is None or chosen not in (BY_AUTHOR, ALL):
        widgets.note_error(CHOICE, _("Choose who can read them."))
        return
    organisations = {one.handle: one.organisation for one in all_accounts()} if chosen == BY_AUTHOR else None
    with widgets.noting_errors(CHOICE):
        folder.give_owners(organisations, by=layout.current_person(), reason=_("Whose it is."))


def show_notices(page: Page) -> None:
    """Show an editor what their organisation was told privately, each with a button that takes it from the list."""
    folder = private_folder(page)
    if folder is None or not page.can_edit or not (notices := folder.notices()):
        return
    with st.container(border=True, key="rt_notices"):
        st.html(f"<h2>{_('Told to your organisation only')}</h2>")
        for number, notice in enumerate(notices):
            how = {"notice": notice, "describe_file": describe_file, "evidence": private_evidence(page)}
            page.show("private/notice.html", **how)
            key = f"notice_{number}_{notice.recorded}"
            st.button(_("Take it from the list"), key=key, on_click=_settle_notice, args=(folder, notice))
        widgets.show_button_error(NOTICE)


def _settle_notice(folder: PrivateFolder, notice: PrivateNotice) -> None:
    with widgets.noting_errors(NOTICE):
        folder.settle_notice(notice, by=layout.current_person())


def private_plans(page: Page) -> list[tuple[TreatyBody, PrivateNote]]:
    """Return (committee, plan) for the private plans that the person may read: open ones first, by date."""
    known = folder.read().notes if (folder := private_folder(page)) else {}
    active = ((body, active_notes(known.get(id, ()), page.view.recorded)) for id, body in page.view.bodies.items())
    plans = [(body, note) for body, notes in active for note in notes if note.due]
    return sorted(plans, key=lambda plan: (plan[1].done is not None, partial_dates.last_day(plan[1].due or "")))


def calendar_of(page: Page, body: TreatyBody, plan: PrivateNote) -> str:
    """Return the text of a calendar file with a plan that is not done; "" if its day is not exact."""
    words = f"{page.context.label(body)}: {plan.text}"
    return "" if plan.done else plan_calendar(plan.recorded or plan.text, words, plan.due or "")


def show_private_plans(page: Page) -> None:
    """Show an editor the private plans, and the forms for them. Show readers nothing."""
    if (folder := private_folder(page)) is None:
        return
    plans, last_day = private_plans(page), partial_dates.last_day
    how = {"late": lambda plan: last_day(plan.due) < page.view.local_date, "calendar_of": partial(calendar_of, page)}
    page.show("private/plans.html", plans=plans, **how)
    show_saved(page, "deadlines")
    if page.can_edit:
        _show_plan_forms(page, folder, plans)


def _show_plan_forms(page: Page, folder: PrivateFolder, plans: Sequence[tuple[TreatyBody, PrivateNote]]) -> None:
    """Show the form that adds a plan, and the one that marks a plan as done, withdraws it or shares it."""
    language, label, hint = page.context.language, page.context.label, _("12 March 2026, March 2026, 2026…")
    with st.expander(_("Add a private plan")):
        one, two = st.columns(2)
        body = one.selectbox(page.context.body_word, list(page.view.bodies.values()), format_func=label, key=BODY)
        with two:
            text_field(_("Date"), key=DAY, most=80, placeholder=hint)
            widgets.show_error_below(DAY)
        text_field(_("What we will do"), key=TEXT, most=2_000)
        widgets.show_error_below(TEXT)
        _choose_readers(page, READERS)
        plan = (page, folder, body.id, TEXT, READERS, DAY)
        st.button(_("Save the plan"), key="plan_save", on_click=_add_note, args=plan)
        widgets.show_button_error(ADDED)
    if own := {note.recorded or note.text: (body, note) for body, note in plans if folder.can_change_note(note)}:
        with st.expander(_("Mark a plan as done, or withdraw it")):
            names = {
                time: f"{label(body)} · {language.format_date(note.due or '')} · {note.text[:60]}"
                for time, (body, note) in own.items()
            }
            chosen = st.selectbox(_("Which plan?"), list(own), format_func=names.__getitem__, key=WHICH) or next(
                iter(own)
            )
            text_field(_("Done on"), key=DONE, most=80, placeholder=hint)
            widgets.show_error_below(DONE)
            (body, note), key = own[chosen], f"{READERS}_{chosen}"
            _choose_readers(page, key, note)
            with st.container(horizontal=True):
                of_plan = (page, folder, body.id, note)
                st.button(_("Mark as done"), key="plan_finish", on_click=_finish_plan, args=of_plan)
                message = _("The plan is withdrawn. It stays in its file but is no longer shown.")
                st.button(_("Withdraw the plan"), key="plan_withdraw", on_click=_press, args=(*of_plan, message))
                if key in st.session_state:
                    share, message = _("Save who can read it"), _("It is saved who can read the plan.")
                    how = {"instead": note.text, "readers": key}
                    st.button(share, key="plan_share", on_click=_press, args=(*of_plan, message), kwargs=how)
            widgets.show_button_error(CHANGED)
    widgets.show_button_error(CHANGED)  # here if a colleague withdrew the only plan


def _press(page: Page, folder: PrivateFolder, subject: str, note: PrivateNote, message: str, **how: str) -> None:
    _change_note(page, folder, subject, note=note, message=message, **how)


def _finish_plan(page: Page, folder: PrivateFolder, body_id: str, plan: PrivateNote) -> None:
    done, wrong = _read_day(page, DONE, _("Done on"), missing=_("Enter the date on which it was done."))
    if not wrong and partial_dates.is_after(done, page.view.today):
        wrong = _("“Done on” is in the future. Enter when it was really done.")
    how = {"message": _("The plan is marked as done."), "instead": plan.text, "done": done}
    if wrong:
        widgets.note_error(DONE, wrong)
    elif _change_note(page, folder, body_id, note=plan, **how):
        st.session_state[DONE] = ""


def _read_day(page: Page, key: str, label: str, *, missing: str) -> tuple[str, str]:
    """Return (the partial date typed in the field `key`, what is wrong with it or "")."""
    typed, today = _typed_text(key), page.view.today
    day = read_date(typed, today).date or typed
    return day, " ".join(date_errors(day, label, page.context.language, today=today)) if day else missing


def _typed_text(key: str) -> str:
    """Return the text in the field `key` now, without spaces at its ends."""
    return str(st.session_state.get(key) or "").strip()


def _choose_readers(page: Page, key: str, note: PrivateNote | None = None) -> None:
    private = widgets.choose_readers(page, key, note.private if note else None, is_new=note is None)
    show_audience(page, is_public=False, private=private)


def show_note_forms(page: Page, folder: PrivateFolder, recommendation_id: str, *, notes: Sequence[PrivateNote]) -> None:
    """Show the forms that add a note and that correct or withdraw one of `notes` (active ones, the newest last)."""
    with st.expander(_("Add a private note")):
        key, readers = f"private_note_{recommendation_id}", f"private_note_{recommendation_id}_readers"
        text_field(_("Note"), key=key, most=MAX_TEXT_LENGTH, is_long=True)
        _choose_readers(page, readers)
        note = (page, folder, recommendation_id, key, readers)
        st.button(_("Save the note"), key=f"keep_note_{recommendation_id}", on_click=_add_note, args=note)
        widgets.show_button_error(ADDED)
    # choose by recorded time, not by position: a colleague's new note must not change which note is chosen
    changeable = [note for note in reversed(notes) if folder.can_change_note(note)]
    if by_time := {note.recorded or f"by hand: {note.text}": note for note in changeable}:
        with st.expander(_("Correct or withdraw a private note")):
            _show_correction_form(page, folder, recommendation_id, by_time=by_time)
    widgets.show_button_error(CHANGED)  # here if a colleague withdrew the only note


def _show_correction_form(
    page: Page, folder: PrivateFolder, recommendation_id: str, *, by_time: Mapping[str, PrivateNote]
) -> None:
    """Show the form that corrects, shares or withdraws a note. `by_time` maps recorded time → note to choose from."""

    def excerpt(time: str) -> str:
        note = by_time[time]
        text = shorten(note.text, NOTE_EXCERPT_LENGTH, placeholder="…")
        return f"{page.context.language.format_timestamp(note.recorded)}: {text}" if note.recorded else text

    key = f"which_note_{recommendation_id}"
    chosen = st.selectbox(_("Which note?"), list(by_time), format_func=excerpt, key=key)
    if chosen is None:
        return
    note, key = by_time[chosen], f"corrected_note_{recommendation_id}_{chosen}"
    text_field(_("Corrected"), note.text, key=key, most=MAX_TEXT_LENGTH, is_long=True)
    _choose_readers(page, f"{key}_readers", note)
    arguments = (page, folder, recommendation_id, note)
    message = _("The note is withdrawn. It stays in its file but is no longer shown.")
    one, two = f"correct_note_{recommendation_id}", f"take_back_note_{recommendation_id}"
    with st.container(horizontal=True):
        st.button(_("Save the correction"), key=one, on_click=_correct, args=(*arguments, key))
        st.button(_("Withdraw the note"), key=two, on_click=_press, args=(*arguments, message))
    widgets.show_button_error(CHANGED)


def _add_note(page: Page, folder: PrivateFolder, subject_id: str, key: str, readers: str, day_key: str = "") -> None:
    """Save the text typed in the field `key`: as a note or, with `day_key`, as a plan for the date typed in that field."""
    text, (due, wrong) = _typed_text(key), (None, "")
    if day_key:
        due, wrong = _read_day(page, day_key, _("Date"), missing=_("Enter the date."))
    if not text:
        place, empty = (key, _("Write what we will do.")) if day_key else (ADDED, _("The note is empty."))
        widgets.note_error(place, empty)
    if wrong:
        widgets.note_error(day_key, wrong)
    if not text or wrong:
        return

    def save() -> str:
        shared_with = widgets.chosen_readers(readers) or ()
        note = folder.add_note(subject_id, text, by=layout.current_person(), due=due, shared_with=shared_with)
        return message_with_readers(page, _("The plan is saved.") if due else _("The note is saved."), note.private)

    own = (key, day_key or key)
    if _save_with_message(page, "deadlines" if due else subject_id, save, place=ADDED, text=text, own=own):
        st.session_state.update({name: "" for name in (key, day_key) if name})
        widgets.forget_readers(readers)


def _correct(page: Page, folder: PrivateFolder, recommendation_id: str, note: PrivateNote, key: str) -> None:
    text, readers, before = _typed_text(key), f"{key}_readers", note.private.shared_with if note.private else ALL
    if not text:
        widgets.note_error(CHANGED, _("The note is empty. To remove it, withdraw it."))
    elif text == note.text and widgets.chosen_readers(readers) in (None, before):
        widgets.note_error(CHANGED, _("Nothing was changed, so there is nothing to save."))
    else:
        message = _("The note is corrected.")
        _change_note(page, folder, recommendation_id, note=note, message=message, instead=text, readers=readers)


def _change_note(
    page: Page, folder: PrivateFolder, subject: str, note: PrivateNote, message: str, *, readers: str = "", **how: str
) -> bool:
    """Withdraw a note or a plan. With the text `instead` in `how`, put a new one in its place. Return whether it worked."""

    def save() -> str:
        by, shared_with = layout.current_person(), widgets.chosen_readers(readers) if readers else None
        folder.take_back(subject, note, by=by, shared_with=shared_with, **how)
        return message

    instead = how.get("instead", "")
    text = "" if instead == note.text else instead
    own = (DONE,) if note.due else (readers.removesuffix("_readers"),) if readers else ()
    return _save_with_message(page, "deadlines" if note.due else subject, save, place=CHANGED, text=text, own=own)


def _save_with_message(
    page: Page, page_id: str, save: Callable[[], str], *, place: str, text: str, own: tuple[str, ...]
) -> bool:
    """Call `save`, and return whether it succeeded. The next run shows its message or, at `place`, what went wrong.

    `own` are the keys of the fields of the form.
    """
    if long := too_long(*own):
        widgets.note_error(place, " ".join(long))
        return False
    try:
        message = save()
    except NotAllowed:
        widgets.note_error(place, signed_out_sentence())
    except TrackerError as error:
        widgets.note_error(place, error_text(error))
    else:
        note = TextField(f"note {page_id}", "note", ("note",), text=text)
        st.session_state.pop(WHICH, None)  # a plan that was marked as done is another entry in the list
        st.session_state["saved"] = LastSave(page_id, message, warning=identifying_warning(page, [note]))
        return True
    return False


def identifying_warning(
    page: Page, texts: Iterable[TextField], *, record: str = "", new_files: Iterable[NewFile] = ()
) -> str:
    """Return a warning that names passages that may identify a person, or "". An unreadable file is left out."""
    covers = page.dismissals.covers
    findings = [*scan_texts(texts, page.view.dataset, covers)]
    for new in new_files:
        with suppress(UnusableFile):  # a warning that cannot be given does not stop the save
            about = partial(scan_file_text, record=record, name=new.entry.name, digest=new.entry.sha256)
            findings += about(new.pages, page.view.dataset, covers).findings
    passages = list(dict.fromkeys(" ".join(finding.match.words.split()) for finding in findings))
    named = ", ".join(_("“{text}”", text=passage) for passage in passages[:MAX_WARNED_PASSAGES])
    warning = _("This text may identify a person: {passages}. It is saved privately. Consider a general description.")
    return warning.format(passages=named) if passages else ""


def private_folder(page: Page) -> PrivateFolder | None:
    """Return the private folder as the signed-in person sees it; None for a reader or without a folder."""
    return private_folder_for(page.context.person)


def private_folder_for(person: Person) -> PrivateFolder | None:
    """Return the private folder as `person` sees it. Return None for a reader or if TRACKER_PRIVATE is not set."""
    root = load_config().private if person.can(Permission.SEE_PRIVATE) else None
    return _folder(root, store().reader, THE_HOST).seen_by(person) if root else None


def private_evidence(page: Page) -> Mapping[str, Evidence]:
    """Return the private evidence that the person may read, as a mapping: id → item. Return {} for a reader."""
    folder = private_folder(page)
    return folder.read().evidence if folder else {}


def filter_private_evidence(page: Page, filters: EvidenceFilters) -> Sequence[Evidence]:
    """Return the private evidence that the person may read and that matches the filters. Return () for a reader."""
    folder = private_folder(page)
    return filter_evidence(folder.view(page.view), filters) if folder else ()


def show_private_register(page: Page, filters: EvidenceFilters) -> None:
    """Show an editor the private evidence that matches, and the folder's problems. Show readers nothing."""
    if (folder := private_folder(page)) is None:
        return
    private_page = _with_private_view(page, folder)
    how = {"words": private_page.view.search_terms(filters.q), "undo_of": _undo_offers(page, folder)}
    private_page.show("private/register.html", items=filter_private_evidence(page, filters), **how)
    if (away := folder.unavailable) and away.shown:
        message, values = away.shown
        if not store().reader.unavailable:  # then the top of the page says so
            st.warning(escape_markdown(_(message, **values)))
        return
    if problems := folder.check():
        st.warning(_("Some private entries cannot be read or do not match the data."))
        how = {"most": 20, "describe_file": describe_file, "evidence": folder.read().evidence}
        page.show("layout/problems.html", problems=problems, **how)


def _undo_offers(page: Page, folder: PrivateFolder) -> Callable[[Evidence], LastSave | None]:
    return partial(undo_offer, page, folder=folder, view=folder.evidence_view(page.view))


def publishing_queue(page: Page) -> tuple[list[Evidence], list[tuple[Any, AttachedFile]]]:
    """Return the private evidence, and the (record, private file), that a reviewer may publish, the oldest first."""
    folder = private_folder(page) if page.context.may_publish(None) else None
    if folder is None:
        return [], []
    may, known = page.context.may_publish, folder.view(page.view).evidence.values()
    items = sorted((e for e in known if may(e.private)), key=lambda e: e.recorded or "")
    found = ((page.view.dataset.registers[kind].get(i), files) for (kind, i), files in folder.read().files.items())
    listed = [(record, file) for record, files in found if record for file in files if may(file.private, record)]
    listed = [(record, file) for record, file in listed if not is_withdrawn(file.events)]
    return items, sorted(listed, key=lambda pair: pair[1].recorded or "")


def show_publishing_queue(page: Page) -> None:
    """Show a reviewer what they may publish (see `publishing_queue`)."""
    items, listed = publishing_queue(page)
    if items or listed:
        page.show("private/publishing_queue.html", items=items, files=listed)


def show_private_section(page: Page, r: Recommendation) -> None:
    """Show an editor the private evidence and notes on a recommendation. If the page shows no past state, add forms for notes."""
    if (folder := private_folder(page)) is None:
        return
    private_page = _with_private_view(page, folder)
    notes = active_notes(folder.read().notes.get(r.id, ()), page.view.recorded)
    evidence = private_page.view.evidence_for(r)
    how = {"evidence": evidence, "notes": notes, "undo_of": _undo_offers(page, folder)}
    private_page.show("private/section.html", r=r, **how)
    if not page.view.is_past:
        show_note_forms(page, folder, r.id, notes=notes)


def evidence_of_recommendation(page: Page, r: Recommendation) -> list[Evidence]:
    """Return the private evidence for a recommendation, then the public evidence. Return [] for a reader."""
    folder = private_folder(page)
    views = [folder.view(page.view), page.view] if folder else []
    return [e for view in views for e, _link in view.evidence_for(r)]


def save_privately(
    page: Page, page_id: str, changed: Sequence[Evidence], *, reason: str, new_files: Sequence[NewFile] = (), **how: Any
) -> bool:
    """Save the one item of evidence in `changed` with its files in the private folder; return whether this succeeded.

    The next run shows a message and an undo button; an error is shown at once. Of `how`, only `texts` is used.
    """
    folder = private_folder(page)
    (e,), before = changed, private_evidence(page).get(changed[0].id)

    def save() -> Evidence:
        if folder is None:
            raise NotAllowed("Only an editor can keep something privately.")
        return folder.save(e, by=layout.current_person(), reason=reason, new_files=new_files)

    refresh = partial(folder.read, fresh=True) if folder else bool
    if after := try_to_save(page, page_id, save, refresh=refresh, texts=how["texts"]):
        message = message_with_readers(page, _("Saved privately."), after.private)
        texts = changed_texts(before, after, reason)
        warning = identifying_warning(page, texts, record=record_name(after), new_files=new_files)
        recorded = latest_time([after]) if not before or latest_time([before]) != latest_time([after]) else ""
        how = {"folder": folder, "sharing": before.private if before else None, "warning": warning}
        st.session_state["saved"] = LastSave(page_id, message, recorded, **how)
    return after is not None


def withdrawn_with_private_files(page: Page) -> list[Evidence]:
    """Return the public evidence that was withdrawn and has private files that the person may read. [] for a reader."""
    folder, public = private_folder(page), page.view.dataset.evidence
    owners = folder.read().files if folder else {}
    return [public[i] for kind, i in owners if kind is Evidence and i in public and is_withdrawn(public[i].events)]


def can_unpublish(page: Page, owner: str | None = None) -> bool:
    """Return whether the person may make private again what is public for `owner`. It needs a private folder."""
    return page.context.may_retract(owner) and private_folder(page) is not None


def _with_private_view(page: Page, folder: PrivateFolder) -> Page:
    return replace(page, context=replace(page.context, view=folder.view(page.view)))
