"""What others may do with the record of an organisation: contest it in public, or propose a change to its owner.

The owner sees old and new and takes or refuses the change. This module also has the form that brings back an archived
record, and the list of what others did to the word of an organisation.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial

import streamlit as st

from pages.shared import form_drafts, layout
from pages.shared.layout import Page, all_accounts, show_audience
from pages.shared.messages import _, escape_markdown
from pages.shared.saving import LastSave, Message, save_records, try_to_save
from pages.shared.text_fields import all_fit, text_field
from tracker.config import load_config
from tracker.editing.forms.values import text_from_input
from tracker.editing.private import proposals as kept
from tracker.editing.private.drafts import ImportDraft
from tracker.model.dataset import Record
from tracker.model.events import Event
from tracker.model.lifecycle import is_withdrawn, standing_contests
from tracker.model.organisations import Privacy
from tracker.model.ownership import can_bring_back, can_contest, events_made_by, may_confirm
from tracker.model.permissions import Permission
from tracker.model.records import Evidence
from tracker.model.vocabulary import EventType, Verification
from tracker.publishing.change_summaries import change_sentence
from tracker.queries.activity_log import last_removal
from tracker.queries.data_health import affected_by_others, owner_of_entry

_proposals_in = cache(kept.Proposals)


def _proposals() -> kept.Proposals | None:
    """Return the proposals, or None without a private folder: then a change of another's record cannot be proposed."""
    place = load_config().private
    return _proposals_in(place) if place else None


def _readable_proposals() -> list[ImportDraft]:
    """Return the proposals that the person who is signed in now may read."""
    is_editor = layout.current_person().can(Permission.SEE_PRIVATE)
    return found.list_readable(layout.organisation_now()) if is_editor and (found := _proposals()) else []


def show_whose(page: Page, record: Record | None) -> bool:
    """If a record belongs to another organisation, say so and offer to contest it. Return whether a form may follow.

    A form may not follow if the person can neither change the record nor propose a change.
    """
    if record is None or not (owner := page.others_owner(record)):
        return True
    if owner == page.view.editors.id:  # it is everybody's, but not what it is: the form says so
        return _proposals() is not None
    may_contest = can_contest(page.view.dataset, record, page.context.person) and not is_withdrawn(record.events)
    may_propose = _proposals() is not None
    page.show("forms/whose.html", r=record, owner=owner, may_contest=may_contest, may_propose=may_propose)
    is_read = record.verification is Verification.SEEN
    may = isinstance(record, Evidence) and not is_read and may_confirm(page.view.dataset, record, page.context.person)
    words = _("We published this: mark it “source read”")
    if may and st.button(words, key=f"confirm_{record.id}_{record.version}"):
        message, read = _("Marked as “source read”. The mark says whose reading it is."), Verification.SEEN
        if save_records(
            page, page_id_of(page, record), [replace(record, verification=read)], reason=message, message=message
        ):
            st.rerun()
    if may_contest:
        with st.container(border=True):
            _show_contest(page, record)
    return may_propose


def _show_contest(page: Page, record: Record) -> None:
    """Show the form that contests a record in public, or withdraws the own organisation's objection."""
    if events_made_by(standing_contests(record, None), page.view.settings, page.context.person):
        show_audience(page, is_public=True)
        if st.button(_("Withdraw the objection"), key=f"take_back_{record.id}_{record.version}"):
            message = _("The objection is withdrawn. It stays in the history.")
            _save_event(page, record, EventType.CONTEST_UNDONE, reason="", message=message)
        return
    words = _("Why do you contest it?"), _("Contest"), _("Please say why you contest it.")
    _ask_and_save(page, record, EventType.CONTESTED, words=words, message=_("Contested. Your reason stands beside it."))


def _ask_and_save(page: Page, record: Record, kind: EventType, *, words: tuple[str, str, str], message: str) -> None:
    """Ask for a reason and save an event with it. `words`: the question, the button, and the error without a reason."""
    question, label, sentence = words
    reason = text_field(question, key=f"{kind}_record_{record.id}", most=2000, is_long=True)
    show_audience(page, is_public=True)
    if st.button(label, type="primary", key=f"{kind}_now_{record.id}_{record.version}"):
        if reason.strip():
            _save_event(page, record, kind, reason=reason, message=message)
        else:
            st.error(escape_markdown(sentence))


def _save_event(page: Page, record: Record, kind: EventType, *, reason: str, message: str) -> None:
    text = text_from_input(reason, page.context.language) if reason else None
    changed = replace(record, events=(*record.events, Event(type=kind, reason=text)))
    page_id, texts = page_id_of(page, record), f"{kind}_record_{record.id}"
    if save_records(page, page_id, [changed], reason=reason or message, message=message, texts=texts):
        if page_id == "edit" and not form_drafts.has_input("edit_"):
            st.query_params.pop("editing", None)  # the form below begins anew: nobody else changed the record
        st.rerun()


def page_id_of(page: Page, record: Record) -> str:
    """Return the id under which this page shows the message about a save of the record."""
    return record.id if page.path == "/recommendation" else "edit"


def readers_of_proposal(page: Page, record: Record | None) -> Privacy | None:
    """Return who can read a proposal to change a record, or None if the record belongs to no other organisation."""
    owner, own = page.others_owner(record), layout.organisation_now()
    return kept.readers_of(page.view.dataset, record, owner=owner, own=own) if owner and record else None


def propose(page: Page, edited: Record, *, reason: str, message: Message, texts: str = "") -> bool:
    """Propose to the owner of a record that it becomes `edited`. Return whether that is kept; an error is shown."""
    page_id, proposals = page_id_of(page, edited), _proposals()

    def add() -> ImportDraft | None:
        dataset = layout.store().reader.read()
        return proposals.add(dataset, edited, reason, by=layout.current_person()) if proposals else None

    if is_kept := try_to_save(page, page_id, add, texts=texts) is not None:
        st.session_state["saved"] = LastSave(page_id, message if isinstance(message, str) else message(page.view))
    return is_kept


def show_proposal(page: Page, proposal_id: str) -> None:
    """Show a proposal: to the owner of the record with buttons to take or refuse it, to who made it with one to withdraw it."""
    own, proposals = layout.organisation_now(), _proposals()
    p = next((one for one in _readable_proposals() if one.id == proposal_id), None)
    if p is None or proposals is None or p.private is None:
        page.show("layout/no_form.html", past=False, id=proposal_id[:80], back=page.context.link("/health"))
        return
    record, changed = kept.apply_proposal(page.view.dataset, p)
    is_own = p.private.organisation == own
    page.show(
        "forms/proposal.html",
        p=p,
        r=record,
        changes=kept.proposed_changes(p),
        fits=changed,
        is_own=is_own,
        archives=kept.is_to_archive(p),
    )
    if is_own:
        if st.button(_("Remove") if p.content["answer"] else _("Withdraw the proposal"), key=f"remove_{p.id}"):
            _settle(page, lambda: proposals.withdraw(p, own=own))
    elif p.content["answer"] == kept.OPEN and kept.may_answer(p, own):
        show_audience(page, is_public=True)
        # the key holds the version that is shown: nobody takes what they have not compared
        take = _("Archive it") if kept.is_to_archive(p) else _("Take it")
        if changed and st.button(take, type="primary", key=f"take_{p.id}_{changed.version}"):
            who, by = map(page.context.organisation_name, (p.private.organisation, own))
            reason = _(
                "Proposed by {organisation}, taken by {own}: {reason}",
                organisation=who,
                own=by,
                reason=p.content["reason"],
            )
            message = _("Taken. It is saved as proposed.")
            if save_records(page, "edit", [changed], reason=reason, message=message, texts=f"take_{p.id}"):
                _settle(page, lambda: proposals.answer(p, kept.TAKEN, own=own))
        why = _("Why do you refuse it? Only who can read the proposal reads this.")
        word = text_field(why, key=f"word_{p.id}", most=500)
        if st.button(_("Refuse"), key=f"refuse_{p.id}") and all_fit(f"word_{p.id}"):
            _settle(page, lambda: proposals.answer(p, kept.REFUSED, word.strip(), own=own))


def _settle(page: Page, act: Callable[[], object]) -> None:
    if try_to_save(page, "edit", lambda: (act(),), has_input=False) is not None:
        st.rerun()


def show_bring_back_form(page: Page, record: Record | None) -> None:
    """Show the form that brings back an archived record, if the person may. After that, show a link to the record."""
    may = record is not None and can_bring_back(page.view.dataset, record, page.context.person)
    is_back = record is not None and not is_withdrawn(record.events)
    page.show("forms/bring_back.html", r=record, event=last_removal(record, None) if may else None, is_back=is_back)
    if may and record:
        words = _("Why is it brought back?"), _("Bring back"), _("Please say why it is brought back.")
        _ask_and_save(page, record, EventType.RESTORED, words=words, message=_("Brought back. It counts again."))


def open_proposals(page: Page) -> list[tuple[ImportDraft, str]]:
    """Return (proposal, sentence about it) for each one of others that this person's organisation has not answered yet."""
    own, context, found = layout.organisation_now(), page.context, list[tuple[ImportDraft, str]]()
    theirs = (p for p in _readable_proposals() if kept.may_answer(p, own) and p.content["answer"] == kept.OPEN)
    for p in theirs:
        title = getattr(kept.apply_proposal(page.view.dataset, p)[0], "title", None)
        who = context.organisation_name(p.private.organisation if p.private else None)
        named = context.language.resolve(title).text if title else p.name
        words = f"{_('{organisation} proposes a change', organisation=who)}: {named}"
        if kept.is_to_archive(p):
            told = _("{organisation} proposes to archive this: {reason}", organisation=who, reason=p.content["reason"])
            words = f"{named} · {told}"
        found.append((p, words))
    return found


def show_affected(page: Page) -> None:
    """Show an editor what others did to the word of their organisation, and the proposals of and to it."""
    own, found = layout.organisation_now(), _readable_proposals()
    who = {one.handle: one.organisation or page.view.editors.id for one in all_accounts()}
    entries = affected_by_others(page.view, own, {handle for handle, of in who.items() if of != own})
    if page.context.own_organisation_name and (entries or found):
        records = {p.id: kept.apply_proposal(page.view.dataset, p)[0] for p in found}
        sentence = partial(change_sentence, page.context)
        told = {"entries": entries, "who": who, "sentence": sentence, "whose": partial(owner_of_entry, page.view)}
        page.show("forms/affected.html", **told, proposals=found, records=records, own=own, archives=kept.is_to_archive)
