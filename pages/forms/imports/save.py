"""The end of every review of an import: save all that is ticked at once, discard the review, or hand it over."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import streamlit as st

from pages.forms.widgets import choose_readers, chosen_readers, noting_errors, show_button_error
from pages.shared import import_drafts
from pages.shared.form_drafts import forget_input
from pages.shared.import_drafts import PREFIX, ReviewDraft, change_draft, has_review, reachable_drafts
from pages.shared.layout import Page, all_accounts, draft_owner, organisation_now, show_audience
from pages.shared.messages import _, escape_markdown, ngettext
from pages.shared.saving import save_records, withdrawal_place
from tracker.editing.private.drafts import ImportDraft
from tracker.model.dataset import Record
from tracker.model.errors import TrackerError
from tracker.model.labels import N_
from tracker.model.organisations import Organisation, Privacy, can_read, own_organisation, privacy_as_chosen
from tracker.model.ownership import needs_another_organisation
from tracker.model.permissions import Permission, Person
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document
from tracker.model.vocabulary import Issuer, Voice

WRONG = "hand_over_wrong"
"""The place (see `note_error`) that keeps the error if a change of a draft failed."""
READERS = "hand_over_readers"
"""The widget keys start with this where an editor chooses who can read a draft that is handed over."""


def colleagues(private: Privacy | None, organisations: Iterable[Organisation]) -> dict[str, str]:
    """Return the other editors who may read a draft, in alphabetical order: handle → organisation; {} when signed out."""
    me, organisations = draft_owner(), tuple(organisations)
    accounts = all_accounts() if me else ()
    people = [Person(one.role, one.handle, one.organisation) for one in accounts if not one.revoked]
    can_edit = [one for one in people if one.handle != me and one.can(Permission.SAVE)]
    theirs = {one.handle: own_organisation(one, organisations) for one in sorted(can_edit, key=lambda one: one.handle)}
    return {handle: organisation for handle, organisation in theirs.items() if can_read(private, organisation)}


def show_hand_over(page: Page, draft_id: str) -> None:
    """Show a button that opens a box to hand the draft over to a colleague and choose who can read it."""
    with st.popover(_("Hand over…")):
        draft = next((draft for draft in reachable_drafts() if draft.id == draft_id), None)
        private = choose_readers(page, READERS, draft.private if draft else None, is_new=False)
        people = colleagues(private, page.view.settings.organisations)
        if not people:
            st.write(_("No other editor can take it now."))
            return
        hint = _("Choose a colleague")
        chosen = st.selectbox(_("To whom?"), list(people), index=None, placeholder=hint, key="hand_over_to")
        if chosen and people[chosen] != organisation_now():
            name = page.context.organisation_name(people[chosen])
            told = N_(
                "{person} belongs to {name}. This organisation will see all of the draft and decide what is saved."
            )
            st.warning(escape_markdown(_(told, person=chosen, name=name)))
        args = (draft_id, chosen or "")
        st.button(_("Hand over"), key="hand_over", disabled=not chosen, on_click=_offer, args=args)


def show_offered_drafts(page: Page) -> None:
    """Show the drafts that colleagues offer to this editor, and this editor's own that were offered or declined."""
    if not page.can_edit or not page.context.person.can(Permission.SAVE):
        return
    me = draft_owner()
    show_button_error(WRONG)
    for draft in reachable_drafts():
        if draft.owner != me:
            sentence = _("{person} handed you a draft of {name}.", person=draft.owner, name=draft.name)
            if draft.for_organisation:
                told = N_("{person} has assessments of your organisation in {name}. Confirm them, or decline.")
                sentence = _(told, person=draft.owner, name=draft.name)
            is_busy = has_review()
            open_it, decline = (_("Open"), _accepted, is_busy), (_("Decline"), _declined, False)
            _show_line(page, draft, sentence, answers=[open_it, decline])
            if is_busy:
                st.caption(_("First save, discard or hand over the review that you have open."))
        elif to := draft.offered_to or page.context.organisation_name(draft.for_organisation):
            sentence = _("You handed your draft of {name} to {person}.", person=to, name=draft.name)
            _show_line(page, draft, sentence, answers=[(_("Keep it myself"), _taken_back, False)])
        elif draft.declined_by:
            told = N_("{person} did not take your draft of {name}. It is yours again.")
            _show_line(page, draft, _(told, person=draft.declined_by, name=draft.name), answers=[])


Answer = Callable[[ImportDraft, str], ImportDraft]
"""What the button beside a draft does: (the draft, this editor's handle) → the changed draft."""


def _show_line(page: Page, draft: ImportDraft, sentence: str, *, answers: list[tuple[str, Answer, bool]]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"rt_draft_{draft.id}"):
        href = "" if page.path == "/import" else page.context.link("/import")
        page.show("forms/offered_draft.html", sentence=sentence, href=href)
        for label, answer, is_disabled in answers:
            key = f"{answer.__name__}_{draft.id}"
            st.button(label, key=key, disabled=is_disabled, on_click=_change_or_note_error, args=(draft.id, answer))


def _change_or_note_error(draft_id: str, change: Answer) -> None:
    """Change a draft with `change_draft`. If that fails, keep the error; `show_offered_drafts` shows it in the next run."""
    with noting_errors(WRONG):
        change_draft(draft_id, change)


def _offer(draft_id: str, to: str) -> None:

    def offered(draft: ImportDraft, me: str) -> ImportDraft:
        # shared as chosen now: what the colleague may not read reaches nobody
        shared_with, private = chosen_readers(READERS), draft.private
        if private and shared_with is not None:
            private = privacy_as_chosen(private.organisation, shared_with)
        return replace(draft, offered_to=to, declined_by="", private=private) if draft.owner == me else draft

    if to:
        _change_or_note_error(draft_id, offered)
        forget_input(PREFIX)


def _accepted(draft: ImportDraft, me: str) -> ImportDraft:
    # the one who offered it may have taken it back at this moment
    kept = {key: value for key, value in draft.choices.items() if not key.startswith(import_drafts.WHOSE)}
    answered = replace(draft, offered_to="", for_organisation="", declined_by="", choices=kept)
    return replace(answered, owner=me) if draft.owner != me else draft


def _declined(draft: ImportDraft, me: str) -> ImportDraft:
    return replace(draft, offered_to="", for_organisation="", declined_by=me) if draft.owner != me else draft


def _taken_back(draft: ImportDraft, me: str) -> ImportDraft:
    return replace(draft, offered_to="", for_organisation="") if draft.owner == me else draft


MAX_SHOWN_PLACES = 5
"""At most this many of the recommendations that were saved get a link in the message about it."""
LEFT_OUT = "bring_in_left_out"
"""The key of the session state for the lines about what was left out of the last save."""


def show_left_out(lines: Sequence[str]) -> None:
    """Show lines that say what is left out of a save and why, in a closed box from which they can be copied."""
    if lines:
        with st.expander(ngettext("{n} thing stays out", "{n} things stay out", len(lines))):
            st.code("\n".join(lines), language=None, wrap_lines=True)


def ask_if_read(page: Page, draft: ReviewDraft, ticked: Iterable[str]) -> bool:
    """Ask whether somebody read what is ticked in the document itself. Nobody is taken to have read what is ticked later."""
    key, read_key, now = f"read_{draft.id}", f"read_of_{draft.id}", set(ticked)
    if not now <= st.session_state.get(read_key, set()):
        st.session_state[key] = False
    label = _(
        "I compared what is ticked with the document itself: it is saved as its words, with the mark “source read”."
    )
    if needs_another_organisation(page.view.settings, page.context.person):
        label = _(
            "I compared what is ticked with the document itself. What still says “not checked yet” after this save is "
            "compared by another organisation or the tracker's editors."
        )
    return st.checkbox(label, key=key, on_change=st.session_state.__setitem__, args=(read_key, now))


def show_tick_all(tick: Callable[[Any, bool], None], clear: Collection[str], usable: Collection[str]) -> None:
    """Show the buttons that tick all that are `clear`, and untick all. `tick` gets names and whether to tick them."""
    buttons = [
        (_("Tick all that are clear"), "bring_all_clear", clear, True),
        (_("Untick all"), "bring_none", usable, False),
    ]
    with st.container(horizontal=True, gap="small"):
        for label, key, names, is_on in buttons:
            if names:
                st.button(label, key=key, on_click=tick, args=(names, is_on))


def _in_words(page: Page, records: Sequence[Record]) -> str:
    """Return how many of what a save brings in, and whose it is: "2 recommendations (the committee), 1 deadline (…)"."""
    view, context = page.view, page.context
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    documents = {**view.dataset.documents, **{one.id: one for one in records if isinstance(one, Document)}}
    for record in records:
        document = record if isinstance(record, Document) else documents.get(getattr(record, "document", None) or "")
        body = context.label(view.bodies[document.body]) if document and document.body in view.bodies else ""
        names = {Voice.COMMITTEE: body, Voice.STATE: context.label(Voice.STATE)}
        old = view.dataset.registers[type(record)].get(record.id)
        if isinstance(record, Recommendation):
            issuer = record.issued_by
            found["recommendation"][body if issuer is Issuer.COMMITTEE else context.label(issuer)] += 1
            for a in record.assessments[len(getattr(old, "assessments", ())) :]:
                found["assessment"][names.get(a.voice) or context.organisation_name(a.organisation)] += 1
        if isinstance(record, Evidence):
            found["evidence"][context.own_organisation_name] += 1
        found["deadline"][body] += max(0, len(getattr(record, "deadlines", ())) - len(getattr(old, "deadlines", ())))
    n = {what: found[what].total() for what in ("recommendation", "deadline", "assessment", "evidence")}
    counted = {
        "recommendation": ngettext("{n} recommendation", "{n} recommendations", n["recommendation"]),
        "deadline": ngettext("{n} deadline", "{n} deadlines", n["deadline"]),
        "assessment": ngettext("{n} assessment", "{n} assessments", n["assessment"]),
        "evidence": ngettext("{n} item of evidence", "{n} items of evidence", n["evidence"]),
    }
    whose = {what: ", ".join(filter(None, names)) for what, names in found.items()}
    return ", ".join(f"{counted[what]} ({whose[what]})" if whose[what] else counted[what] for what in n if n[what])


SEEN_KEY = "bring_seen"
"""The key of the session state for (id of the draft, the `seen` of the last run); see `show_import_save`."""
_CHANGED = N_(
    "What is compared here has changed since you saw it. Nothing was saved: look again, then press once more."
)


def show_import_save(
    page: Page,
    draft: ReviewDraft,
    records: Sequence[Record],
    *,
    seen: Mapping[str, str],
    errors: Sequence[str],
    ticked: int,
    reason: str,
    document: str = "",
    left_out: Sequence[str] = (),
    label: str = "",
    is_compared: bool = False,
    numbers: Mapping[str, int] | None = None,
) -> None:
    """Show `errors`, and the buttons that save `records` (which ends the review), discard the review, and hand it over.

    `errors` alone do not prevent a save: the caller gives no records while something must be corrected. If the
    versions `seen` differ from those of the last run, nothing is saved until the editor presses again. `ticked` is the
    number of ticked rows, for the save button; its text begins with `label`. `document` is the id of a document to show
    after the save. `left_out` has a line for each row, column and cell left out, shown before and after the save.
    `is_compared` is as in `Store.save`. `numbers` maps id of a record → the number of its row in a table.
    """
    # the key of the first button does not depend on what is ticked: otherwise a tick and a press that arrive together
    # would lose the press
    n = sum(isinstance(record, Recommendation) for record in records)
    what = _in_words(page, records) or (ngettext("{n} recommendation", "{n} recommendations", ticked) if ticked else "")
    if is_report := bool(label):
        label = f"{label}: {what}" if what else label
    else:
        empty = _("Save the document, with 0 paragraphs") if records else _("Save what is ticked")
        label = _("Save {what}", what=what) if what else empty
    show_left_out(left_out)
    for error in errors:
        st.info(escape_markdown(error))
    if records:
        show_audience(page, is_public=True)
    with st.container(horizontal=True):
        is_pressed = st.button(escape_markdown(label), type="primary", key="bring_save", disabled=not records)
        show_discard()
        show_hand_over(page, draft.id)
    # what the editor saw when the button was pressed: the run before this one
    before = st.session_state.get(SEEN_KEY, (draft.id, seen))
    st.session_state[SEEN_KEY] = (draft.id, dict(seen))
    if not is_pressed or not records:
        return
    if before != (draft.id, seen):
        st.warning(escape_markdown(_(_CHANGED)))
        return
    known = page.view.dataset.registers
    pairs = [(known[type(record)].get(record.id), record) for record in records]
    new = sum(old is None for old, record in pairs if isinstance(record, Recommendation))

    def added(name: str) -> int:
        return sum(len(getattr(new, name, ())) - len(getattr(old, name, ())) for old, new in pairs)

    dates, said, found = added("deadlines"), added("assessments"), sum(isinstance(r, Evidence) for r in records)
    counted = [
        ngettext("{n} recommendation", "{n} recommendations", new) if new else "",
        ngettext("{n} deadline", "{n} deadlines", dates) if dates else "",
        ngettext("{n} assessment", "{n} assessments", said) if said else "",
        ngettext("{n} item of evidence", "{n} items of evidence", found) if found else "",
    ]
    changed = ngettext(
        "{n} recommendation that is here already was changed.",
        "{n} recommendations that are here already were changed.",
        n - new,
    )
    alone = (
        _("The report and its place in the follow-up are saved, and no grade.")
        if is_report
        else _("The document is saved, with 0 paragraphs.")
    )
    saved = _("Saved: {what}.", what=", ".join(filter(None, counted)))
    message = " ".join([alone] * (not n) + [saved] * any(counted) + [changed] * (n > new))
    rows = {id: _("Row {n}", n=number) for id, number in (numbers or {}).items()}
    if save_records(page, "import", records, reason=reason, message=message, is_compared=is_compared, rows=rows):
        shown = [withdrawal_place(page, record) for record in records if isinstance(record, Recommendation)]
        more = [(_("All changes"), page.context.link("/activity"))] if len(shown) > MAX_SHOWN_PLACES else []
        st.session_state["saved"] = replace(st.session_state["saved"], places=(*shown[:MAX_SHOWN_PLACES], *more))
        with suppress(TrackerError):  # what was saved is said; the draft can be discarded later
            import_drafts.drop_review()
        st.session_state.pop(SEEN_KEY, None)
        st.session_state["bring_in_done"], st.session_state[LEFT_OUT] = document, left_out
        st.rerun()


def show_discard() -> None:
    """Show the button that discards the review."""
    st.button(_("Discard the review"), key="bring_discard", on_click=_discard)
    show_button_error("bring_discard")


def _discard() -> None:
    with noting_errors("bring_discard"):
        import_drafts.drop_review()
