"""Private files of evidence and documents, as editors see them, and the forms that act on them.

An editor can withdraw, share or remove a file. A reviewer can publish private evidence or one private file,
and make it private again. Before something is published, the reviewer sees it as readers will see it, and
settles everything that may identify a person. In the address of a form, `of` and `id` name the record, and
`file` is the SHA-256 of the file.
"""

import hmac
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import PurePath
from typing import Any, NamedTuple

import streamlit as st

from pages.forms.private.entries import can_unpublish, private_evidence, private_folder, private_folder_for
from pages.forms.widgets import choose_readers, noting_errors, show_button_error
from pages.shared import layout, saving
from pages.shared.layout import Page, publishers_in_words, session_cookie_name, show_audience, store
from pages.shared.messages import _, show_error
from pages.shared.text_fields import all_fit, text_field
from tracker.editing.forms.values import text_from_input
from tracker.editing.redaction.remove_words import redaction_log, remove_file
from tracker.editing.undo import can_undo_publication, dependants_of
from tracker.model.attached_files import PRIVATE_FILES_PATH, AttachedFile
from tracker.model.errors import TrackerError
from tracker.model.events import Event
from tracker.model.lifecycle import is_unpublished, is_withdrawn
from tracker.model.organisations import Privacy
from tracker.model.ownership import files_of_others
from tracker.model.permissions import READER, Permission, Person
from tracker.model.records import Evidence
from tracker.model.registers import Document
from tracker.model.vocabulary import EventType
from tracker.safety.scanner import PublicationCheck

MAX_PREVIEWS = 12
"""The largest number of previews on a page. Each has up to 100 KB."""
Owner = Evidence | Document


class OwnedFile(NamedTuple):
    """An attached file with its record. If the record itself is private, both are published together."""

    record: Owner
    entry: AttachedFile
    is_private: bool
    has_private_record: bool

    @property
    def private(self) -> Privacy | None:
        """Return who owns a private file and who can read it. None means that all editors can read it."""
        of_record = self.record.private if isinstance(self.record, Evidence) else None
        return of_record or self.entry.private

    def is_of_others(self, page: Page) -> bool:
        """Return whether the file is public, and it or its record belongs to another organisation."""
        person, dataset = Person(organisation=page.editor_organisation), page.view.dataset
        is_theirs = self.entry in files_of_others(dataset, self.record, person)
        return not self.is_private and (is_theirs or bool(page.others_owner(self.record)))

    @property
    def register(self) -> str:
        """Return the value of the URL parameter `of` for the record: "document", or "" for evidence."""
        return "document" if isinstance(self.record, Document) else ""


def owned_files(page: Page, record: Owner) -> list[OwnedFile]:
    """Return the files of a record that are not withdrawn and that the person may read, the public ones first."""
    folder = private_folder(page)
    is_private = isinstance(record, Evidence) and record.id in private_evidence(page)
    active = [f for f in record.files if not is_withdrawn(f.events)]
    apart = [] if folder is None or is_private else folder.files_of(record)
    found = [OwnedFile(record, f, is_private, has_private_record=is_private) for f in active]
    return found + [OwnedFile(record, f, is_private=True, has_private_record=False) for f in apart]


def can_remove_files(page: Page) -> bool:
    """Return whether the person may remove a file for good from this page."""
    return page.context.person.can(Permission.REDACT) and not page.view.is_past


def count_private_files(page: Page, record: Owner) -> int:
    """Return how many private files of a record the person may read."""
    return sum(file.is_private for file in owned_files(page, record))


def show_private_files(page: Page, records: Iterable[Owner]) -> None:
    """Show an editor the private files of these records, each with its record. Show readers nothing."""
    has_folder = private_folder(page) is not None
    files = [file for record in records if has_folder for file in owned_files(page, record) if file.is_private]
    if not files:
        return
    with st.container(key="rt_private_files", gap="small"):
        page.show("private/files_top.html", count=len(files))
        for number, file in enumerate(files):
            show_private_file(page, file, with_preview=number < MAX_PREVIEWS)


def show_private_file(page: Page, file: OwnedFile, *, with_preview: bool, with_links: bool = True) -> None:
    """Show the facts about a private file, and its download links. Add its picture and links to its forms if asked."""
    folder, cookie = private_folder(page), dict(st.context.cookies).get(session_cookie_name(), "")
    owner, has_original = (type(file.record), file.record.id), folder and folder.original_kind(file.entry)
    preview = None
    with suppress(OSError):
        preview = folder.read_preview(file.entry) if folder and with_preview else None
    what = {"f": file.entry, "r": file.record, "of": file.register, "private": file.private}
    may = {
        "may_publish": can_unpublish(page),
        "may_remove": can_remove_files(page),
        "alone": not file.has_private_record,
    }
    how = {
        "links": with_links and not page.view.is_past,
        "publishers": publishers_in_words(page, file.private) if with_links else "",
        "address": _address(owner, file.entry, cookie),
        "original": _address(owner, file.entry, cookie, original=True) if has_original else "",
    }
    page.show("private/file.html", preview=data_address(preview), **what, **may, **how)


def data_address(webp: bytes | None) -> str:
    """Return a data: address that contains the WebP image itself. Return "" for None or b""."""
    return f"data:image/webp;base64,{b64encode(webp).decode()}" if webp else ""


def _address(owner: tuple[type[Owner], str], entry: AttachedFile, cookie: str, *, original: bool = False) -> str:
    """Return the path at which the person with this session cookie can download a private file."""
    kind, record_id = owner
    named = "\n".join((kind.__name__, record_id, entry.sha256, "original" if original else ""))
    return PRIVATE_FILES_PATH + hmac.digest(cookie.encode(), named.encode(), "sha256").hex()


def find_private_file(person: Person, cookie: str, path: str) -> tuple[AttachedFile, bytes] | None:
    """Return (entry, bytes) of a private file, or None if the path was not made for this sign-in cookie.

    `person` is who is signed in with the cookie now. The file is returned only if this person may read it now. For an
    untouched original, the entry has the kind of the original, and its name ends accordingly. Raises OSError.
    """
    folder = private_folder_for(person)
    if folder is None:
        return None
    kept = folder.read()
    owned = {(Evidence, e.id): e.files for e in kept.evidence.values()}
    for owner, entries in (*owned.items(), *kept.files.items()):
        for entry in entries:
            if path == _address(owner, entry, cookie):
                return entry, folder.read_file(entry)
            is_original = path == _address(owner, entry, cookie, original=True)
            if is_original and (original := folder.read_original(entry)):
                kind, data = original
                return replace(entry, kind=kind, name=f"{PurePath(entry.name).stem}.{kind.value}"), data
    return None


def show_publish_form(page: Page, evidence_id: str) -> str | None:
    """Show private evidence as readers will see it, with a publish button. Return its id if it was published now."""
    folder, link = private_folder(page), page.context.link
    found = folder.find_publishable(evidence_id) if folder else None
    if folder is None or found is None or not page.context.may_publish(found[0].private):
        page.show("private/nothing.html", public=False, back=link("/evidence"))
        return None
    (e, public), edit_link = found, link("/edit", ("what", "evidence"), ("id", found[0].id))
    _show_as_readers_see_it(page, public, e.private)
    if files := owned_files(page, e):
        page.show("private/files_to_publish.html", count=len(files))
    for file in files:
        show_private_file(page, file, with_preview=True, with_links=False)
    settled = _show_what_to_settle(page, lambda: folder.check_publication(e, store()), e.version, edit_link=edit_link)
    edit_link = edit_link if page.context.owns(e.private) else ""
    key, ways = f"publish_{e.id}_{e.version}", {"cancel": link("/evidence") + f"#e-{e.id}", "edit": edit_link}
    if settled is None or not _show_button(page, _("Publish"), key, **ways, is_public=True):
        return None
    if not _publish(page, *settled, publish=lambda: folder.publish(e, store(), by=layout.current_person())):
        return None
    st.session_state["saved"] = saving.LastSave("edit", _("It is public now."))
    return evidence_id


def _show_what_to_settle(
    page: Page, check: Callable[[], PublicationCheck], version: str, *, edit_link: str, of_file: bool = False
) -> tuple[bool, saving.GroupedFindings] | None:
    """Show what `check` finds. Return (whether all of it is settled, words that may be names), or None if `check` fails."""
    try:
        found = check()
    except TrackerError as error:
        show_error(error)
        return None
    except OSError:
        st.error(_("A file cannot be read now. Try again, or attach it again."))
        return None
    if found.findings:
        if of_file:
            page.show("private/file_text_note.html")
        saving.show_findings(page, lambda: check().findings, edit_link=edit_link)
    candidates = saving.group_by_words(found.candidates, version)
    are_ticked = saving.show_name_candidates(page, candidates, edit_link="" if of_file else edit_link)
    return are_ticked and not found.findings, candidates


def _publish(page: Page, is_settled: bool, candidates: saving.GroupedFindings, publish: Callable[[], object]) -> bool:
    """If everything is settled, record the confirmed words and call `publish`. Return whether this succeeded."""

    def act() -> None:
        saving.record_confirmations(page, candidates)
        publish()

    if not is_settled:
        st.error(_("Not published yet: first confirm or change what is listed above."))
    return is_settled and _try_action(page, act)


def _show_as_readers_see_it(page: Page, public: Evidence, private: Privacy | None) -> None:
    view = page.view
    view_after = replace(view, dataset=replace(view.dataset, evidence={**view.dataset.evidence, public.id: public}))
    context = replace(page.context, view=view_after, person=READER)
    main, texts = view.settings.language, [text for text in (public.title, public.summary) if text]
    # What is shown above, in the reader's language or instead of it, is not repeated.
    others = {c for text in texts for c in text if context.language.resolve(text).lang != (c or main)}
    shown = replace(page, context=context)
    shown.show("private/publish.html", e=public, others=sorted(others), private=private)


def show_publication_undo(page: Page, evidence_id: str) -> None:
    """For a day after evidence was published, show a reviewer a button to make it private again, or that this was done."""
    e = page.view.dataset.evidence.get(evidence_id)
    if e is None or not can_unpublish(page, e.recorded_for):
        return
    if is_unpublished(e):
        _show_made_private(page, e)
    elif can_undo_publication(e, datetime.now(UTC)):
        key = f"undo_publication_{e.version}"
        st.button(_("Undo: make it private"), key=key, on_click=_undo_publication, args=(page, e))
        show_button_error("undo_publication")


def _undo_publication(page: Page, e: Evidence) -> None:
    folder = private_folder(page)
    if folder and can_undo_publication(e, datetime.now(UTC)):
        with noting_errors("undo_publication"):
            folder.unpublish(e, store(), by=layout.current_person(), day=page.view.today)


def show_unpublish_form(page: Page, evidence_id: str) -> None:
    """Show public evidence, the records that depend on it, and the button that makes it private again."""
    dataset, back = page.view.dataset, page.context.link("/evidence")
    folder, e = private_folder(page), dataset.evidence.get(evidence_id)
    if folder is None or e is None or not can_unpublish(page, e.recorded_for) or page.others_owner(e):
        page.show("private/nothing.html", public=True, back=back)
        return
    if is_unpublished(e):
        _show_made_private(page, e)
        return
    # A private copy with the same texts exists if the machine stopped between the two steps last time.
    private_items = folder.read().evidence
    copies = (private_items[copy] for copy in folder.private_ids_of(evidence_id))
    is_half_done = any((c.title, c.summary, c.history) == (e.title, e.summary, e.history) for c in copies)
    page.show("private/unpublish.html", e=e, rests=dependants_of(dataset, evidence_id), half=is_half_done)
    key, cancel = f"unpublish_{evidence_id}_{e.version}", back + f"#e-{e.id}"
    is_own = (e.recorded_for or page.view.editors.id) == layout.organisation_now()
    question = _("Why is it made private? Readers see it beside “no longer public”.")
    typed = text_field(question, key=f"unpublish_why_{e.id}", most=500)
    reason = text_from_input(typed, page.context.language) if typed.strip() else None
    act = partial(folder.unpublish, e, store(), day=page.view.today, reason=reason)
    if _show_button(page, _("Make it private"), key, cancel=cancel, is_public=False, private=folder.privacy_again(e)):
        if not is_own and not reason:
            st.error(_("Please say why it is made private."))
        elif all_fit(f"unpublish_why_{e.id}"):
            _act_and_rerun(page, lambda: act(by=layout.current_person()))


def _show_made_private(page: Page, e: Evidence) -> None:
    """Show that `e` is private again, with links to its private copies."""
    # read from the files, because unpublishing clears the state of every session
    folder, back = private_folder(page), page.context.link("/evidence")
    copies = [back + f"#e-{copy}" for copy in (folder.private_ids_of(e.id) if folder else ())]
    page.show("private/unpublished_stub.html", e=e, back=back, there=copies)


def show_file_action(page: Page, what: str, record: Owner | None) -> None:
    """Show the form of FILE_ACTIONS named `what` for the file in the address, or say why it is not possible now."""
    digest = st.query_params.get("file", "")
    files = owned_files(page, record) if record and page.can_edit else []
    # a file that is in both places was published or made private halfway, and is offered again
    files.sort(key=lambda one: one.is_private == (what == "unpublish-file"))
    file = next((one for one in files if one.entry.sha256 == digest), None)
    folder, entries = private_folder(page), record.files if record else ()
    if record and folder and page.can_edit:
        entries += folder.read().files.get((type(record), record.id), ())
    if file is None or not FILE_ACTIONS[what](page, file):
        # read from the files: making a file private again clears the state of every session
        is_done = file is not None and file.is_private == (what == "unpublish-file") and what.endswith("publish-file")
        # what was removed leaves no trace but the time
        log = redaction_log(store(), page.config) if what == "remove-file" and file is None else ()
        by = page.context.person.handle
        is_removed = any(datetime.now(UTC) - entry.at < REMOVED_JUST_NOW and entry.by == by for entry in log[-1:])
        how = {"done": is_done, "what": what, "back": _back_link(page, record), "is_removed": is_removed}
        how["removal"] = folder.removal_of(digest) if folder and page.can_edit else None
        how["was_here"] = any(one.sha256 == digest for one in entries)
        page.show("private/file_state.html", f=file.entry if file else None, **how)


def _show_publish(page: Page, file: OwnedFile) -> bool:
    """Show the form that publishes a private file of a public record. Return False if this is not possible now."""
    folder, record, entry = private_folder(page), file.record, file.entry
    may = can_unpublish(page) and page.context.may_publish(file.private, record)
    if folder is None or not may or not file.is_private or file.has_private_record:
        return False
    page.show("private/publish_file.html", r=record, private=file.private)
    show_private_file(page, file, with_preview=True, with_links=False)
    edit_link = page.context.link("/edit", ("what", file.register or "evidence"), ("id", record.id))
    check = partial(folder.check_file_publication, entry, store())
    if (settled := _show_what_to_settle(page, check, entry.sha256, edit_link=edit_link, of_file=True)) is None:
        return True
    is_settled, candidates = settled
    if entry.kind.is_image:
        page.show("forms/image_reminder.html")
        label = _("I have looked: nothing in this picture puts anybody at risk")
        is_settled = st.checkbox(label, key=f"publish_seen_{entry.sha256}") and is_settled
    if _show_file_button(page, file, _("Publish"), is_public=True):
        publish = partial(folder.publish_file, record, entry.sha256, store(), by=layout.current_person())
        if _publish(page, is_settled, candidates, publish=publish):
            st.rerun()
    return True


def _show_unpublish(page: Page, file: OwnedFile) -> bool:
    folder, digest = private_folder(page), file.entry.sha256
    may = can_unpublish(page, file.entry.recorded_for or file.record.recorded_for) and not file.is_of_others(page)
    if folder is None or not may or file.is_private:
        return False
    page.show("private/unpublish_file.html", f=file.entry, r=file.record)
    how = {"is_public": False, "private": folder.privacy_again(file.record, digest)}
    if _show_file_button(page, file, _("Make it private"), **how):
        _act_and_rerun(page, lambda: folder.unpublish_file(file.record, digest, store(), by=layout.current_person()))
    return True


def _show_withdraw(page: Page, file: OwnedFile) -> bool:
    """Show the form that withdraws a private file. Return False if this is not possible now."""
    folder = private_folder(page)
    if folder is None or not page.can_edit or not file.is_private or not page.context.owns(file.private):
        return False

    def withdraw() -> None:
        record, digest, by = file.record, file.entry.sha256, layout.current_person()
        if isinstance(record, Evidence) and file.has_private_record:
            event = Event(type=EventType.WITHDRAWN)
            files = tuple(replace(f, events=(*f.events, event)) if f.sha256 == digest else f for f in record.files)
            folder.save(replace(record, files=files), by=by, reason=_("A file was withdrawn."))
        else:
            folder.withdraw_file(record, digest, by=by)

    page.show("private/withdraw_file.html", f=file.entry, r=file.record)
    if _show_file_button(page, file, _("Withdraw the file")):
        _act_and_rerun(page, withdraw)
    return True


def _show_remove(page: Page, file: OwnedFile) -> bool:
    if not can_remove_files(page) or not page.context.owns(file.private) or file.is_of_others(page):
        return False
    page.show("private/remove_file.html", f=file.entry, r=file.record, private=file.is_private)
    digest = file.entry.sha256
    is_sure = st.checkbox(_("Remove it for good: it cannot be brought back"), key=f"remove_sure_{digest}")
    if not _show_file_button(page, file, _("Remove for good")):
        return True
    if is_sure:
        now = datetime.now(UTC)
        _act_and_rerun(page, lambda: remove_file(store(), page.config, digest, by=layout.current_person(), at=now))
    else:
        st.error(_("Tick the box first: a file that is removed cannot be brought back."))
    return True


def _show_share(page: Page, file: OwnedFile) -> bool:
    folder = private_folder(page)
    if folder is None or not page.can_edit or not file.is_private or file.has_private_record:
        return False
    page.show("private/share_file.html", f=file.entry, r=file.record)
    how = {"is_new": False, "asks_publishers": True}
    private = choose_readers(page, f"share_{file.entry.sha256}", file.private, **how)

    def share() -> None:
        if private:
            folder.share_file(file.record, file.entry.sha256, private, by=layout.current_person())

    if _show_file_button(page, file, _("Save who can read it"), is_public=False, private=private):
        _act_and_rerun(page, share)
    return True


REMOVED_JUST_NOW = timedelta(minutes=15)
"""How long the page says that a file was removed."""
FILE_ACTIONS: Mapping[str, Callable[[Page, OwnedFile], bool]] = {
    "publish-file": _show_publish,
    "unpublish-file": _show_unpublish,
    "withdraw-file": _show_withdraw,
    "remove-file": _show_remove,
    "share-file": _show_share,
}
"""Value of `what` in the address → function that shows the form. It returns False if the form is not possible now."""


def _show_file_button(page: Page, file: OwnedFile, label: str, **how: Any) -> bool:
    """Show the button `label` of a form on a file, and return whether it was pressed. `how` is as in `_show_button`."""
    key = f"file_{label}_{file.record.version}_{file.entry.sha256}"
    return _show_button(page, label, key, cancel=_back_link(page, file.record), **how)


def _show_button(page: Page, label: str, key: str, *, cancel: str, edit: str = "", **audience: Any) -> bool:
    """Show the button `label` with the links `cancel` and `edit`, and return whether it was pressed."""
    if audience:
        show_audience(page, **audience)
    # the key holds the version that is shown: nobody acts on a version that they have not seen.
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(label, type="primary", key=key)
        page.show("private/publish_links.html", edit=edit, cancel=cancel)
    return pressed


def _try_action(page: Page, act: Callable[[], object]) -> bool:
    """Call `act`, and return whether it succeeded. If it fails, show why. After a conflict, run the page again."""
    folder = private_folder(page)
    refresh = partial(folder.read, fresh=True) if folder else lambda: None
    return saving.try_to_save(page, "edit", lambda: (act(),), refresh=refresh, has_input=False) is not None


def _act_and_rerun(page: Page, act: Callable[[], object]) -> None:
    """Call `act`, then run the page again, which shows that it was done. If `act` fails, show why."""
    if _try_action(page, act):
        st.rerun()


def _back_link(page: Page, record: Owner | None) -> str:
    """Return the link to the page that has `record`: treaty bodies for a document, otherwise evidence."""
    if isinstance(record, Evidence) or record is None:
        return page.context.link("/evidence") + (f"#e-{record.id}" if record else "")
    return page.context.link("/treaty-bodies")
