"""The end of every form that adds or edits a record: validate it, show errors or a conflict, save it with its files."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import NamedTuple

import streamlit as st

from pages.forms.fields import AnyForm
from pages.forms.private.entries import identifying_warning, private_folder, save_privately
from pages.forms.records.proposals import propose, readers_of_proposal
from pages.shared import form_drafts, layout, saving
from pages.shared.layout import Page, message_with_readers, show_audience, store
from pages.shared.messages import _, error_text, escape_markdown, ngettext
from pages.shared.text_fields import all_fit, too_long
from tracker.editing.forms.translation import fields_becoming_outdated
from tracker.editing.forms.values import reason_errors, text_from_input
from tracker.editing.store import StillRight
from tracker.files.new_file import NewFile
from tracker.i18n import native_name
from tracker.model.dataset import RECORDED_LISTS, Record
from tracker.model.errors import NotAllowed, TrackerError
from tracker.model.fields import FIELD_LABELS
from tracker.model.labels import N_
from tracker.model.localized_text import clean_input
from tracker.model.organisations import Privacy
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document
from tracker.queries.field_diff import diff_records
from tracker.safety.scanner import record_name

_LEFT = "files_left"
_NOT_SAVED = N_("The entry is saved, but its files are not. They are still here: press “Save the files”.")


def show_conflict(page: Page, current: Record, edited: Record | None, *, errors: Sequence[str]) -> bool:
    """Show that a record was changed meanwhile. Return whether the input would change the newer version.

    `current` is what is recorded now, `edited` what a save would record. If the input makes no valid record, `edited` is
    None, `errors` says why, and the result is True.
    """
    changed = [n for n in RECORDED_LISTS if edited and getattr(current, n, ()) != getattr(edited, n, ())]
    edits, status, mine = diff_records(current, edited) if edited else (), "", None
    if isinstance(edited, Recommendation) and len(edited.assessments) > len(getattr(current, "assessments", ())):
        mine = edited.assessments[-1]
        recommendations = {**page.view.dataset.recommendations, edited.id: edited}
        view = replace(page.view, dataset=replace(page.view.dataset, recommendations=recommendations))
        status = page.context.label(view.status(edited))
    how = {
        "links": [name for name in changed if name != "assessments" or not mine],
        "saver": layout.store().saver_of(current.version),
        "arrive": st.session_state.get("conflict_token", ""),
    }
    page.show("forms/conflict.html", current=current, edits=edits, wrong=errors, status=status, mine=mine, **how)
    return bool(edits or changed or errors)


def warn_if_changed(page: Page, current: Record, version: str, *, keys: Sequence[str] = ()) -> None:
    """If the version of `current` is not `version`, warn. If a button in `keys` was pressed, scroll to the warning."""
    if version != current.version:
        if any(st.session_state.get(key) for key in keys):
            saving.point_to_conflict()
        saver = layout.store().saver_of(current.version)
        page.show("forms/changed_warning.html", saver=saver, arrive=st.session_state.get("conflict_token", ""))


def show_action_button(
    page: Page,
    label: str,
    record: Record,
    *,
    anyway: str,
    version: str,
    key: str,
    texts: str,
    is_public: bool = True,
    private: Privacy | None = None,
) -> bool:
    """Show a button that acts on `record` as it is now, and return whether it was pressed.

    It does nothing while a text is too long in a field whose key begins with `texts`.
    `private` says who can read what it saves, if it is not public; by default, that is who can read the record.
    If the record changed after the form was opened on `version`, warn above the button and label it `anyway`.
    """
    pressed = [str(name) for name, value in st.session_state.items() if value is True]
    warn_if_changed(page, record, version, keys=[name for name in pressed if name.startswith(f"{key}_")])
    show_audience(page, is_public=is_public, private=private or getattr(record, "private", None))
    # The key holds the version that is shown: a click on a version that the editor has not seen does nothing.
    label = label if version == record.version else anyway
    return st.button(label, type="primary", key=f"{key}_{record.version}") and all_fit(texts)


def confirm_names_in_files(page: Page, records: Sequence[Record], new_files: Sequence[NewFile]) -> list[str]:
    """Show words in the new files that may be names, to be confirmed. Return [] or [a sentence on what is left to do].

    The files belong to the first evidence or document in `records`. Other safety findings are not shown here, but
    they stop a save.
    """
    target = next(record for record in records if isinstance(record, Evidence | Document))
    found = [one for new in new_files for one in store().check_file_publication(target, new).candidates]
    candidates = saving.group_by_words(found, " ".join(new.entry.sha256 for new in new_files))
    undone = [_("Confirm that the words listed above name nobody, or take the file out.")]
    return [] if saving.show_name_candidates(page, candidates) else undone


def save_files_apart(
    page: Page,
    page_id: str,
    records: Sequence[Record],
    *,
    new_files: Sequence[NewFile],
    save: Callable[[], bool] | None,
    private: Privacy | None = None,
) -> bool:
    """Call `save` for the public `records`, then save their files privately. Return whether the records were saved.

    If only the files fail, return True: `show_unsaved_files` offers to try again. With `save` None, save only the
    files, and return whether this succeeded.
    """
    target = next(record for record in records if isinstance(record, Evidence | Document))

    def save_files() -> saving.LastSave:
        if (folder := private_folder(page)) is None:
            raise NotAllowed("Only an editor can keep something privately.")
        entries = folder.add_files(target, new_files, by=layout.current_person(), sharing=private)
        message = ngettext("{n} file is saved.", "{n} files are saved.", len(entries))
        warning = identifying_warning(page, (), record=record_name(target), new_files=new_files)
        return saving.LastSave(page_id, message_with_readers(page, message, entries[0].private), warning=warning)

    if save is None:
        if files := saving.try_to_save(page, page_id, save_files, texts=_LEFT):
            st.session_state["saved"] = files
        return files is not None
    if not save():
        return False
    saved: saving.LastSave = st.session_state["saved"]
    try:
        files = save_files()
    except TrackerError as error:
        st.session_state[_LEFT] = (page_id, target, {"new_files": tuple(new_files), "private": private})
        st.session_state["saved"] = replace(saved, warning=f"{_(_NOT_SAVED)} {error_text(error)}")
    else:
        st.session_state["saved"] = replace(
            saved,
            message=f"{saved.message} {_('Everybody can read the entry.')} {files.message}",
            warning=files.warning,
        )
    return True


def show_unsaved_files(page: Page, page_id: str) -> None:
    """If a save with this `page_id` saved a record but not its files, show a button that tries to save the files again."""
    left_on, record, how = st.session_state.get(_LEFT, (None, None, {}))
    if left_on != page_id:
        return
    is_pressed = st.button(_("Save the files"), type="primary", key="save_files_left")
    if is_pressed and save_files_apart(page, page_id, [record], save=None, **how):
        del st.session_state[_LEFT]
        st.rerun()


def confirm_translations(form: AnyForm, edited: Record) -> StillRight:
    """Show the translations that `edited` makes outdated. Return a mapping: field → languages that the editor confirmed."""
    main, record = form.page.view.settings.language, form.record
    outdated = fields_becoming_outdated(record, edited, main) if record else {}
    if not outdated:
        return {}
    labels = {lang: ", ".join(_(FIELD_LABELS[name]) for name in fields) for lang, fields in outdated.items()}
    words = _(
        "These translations will be marked as translations of an earlier text, and come into the translation "
        "queue: {names}.",
        names="; ".join(f"{native_name(lang)} ({fields})" for lang, fields in labels.items()),
    )
    st.info(escape_markdown(words))
    if not form.checkbox(_("The meaning is the same: they are still right"), "still_right"):
        return {}
    fields = dict.fromkeys(chain.from_iterable(outdated.values()))
    return {name: tuple(lang for lang in outdated if name in outdated[lang]) for name in fields}


class FormWords(NamedTuple):
    """The translated texts at the end of a form, and who can read what it saves.

    `label` is on the save button, `on_top` on the one that saves over a newer version. With `reason` None, the editor
    is asked for it. `private` says to whom the record or its private files will belong. `is_proposal`: the record belongs
    to another organisation, so that the change is proposed to it.
    """

    label: str
    message: saving.Message
    reason: str | None
    on_top: str = ""
    is_public: bool = True
    private: Privacy | None = None
    is_proposal: bool = False


def words_for(form: AnyForm, label: str, message: str, *, reason: str, report: Document | None = None) -> FormWords:
    """Return the texts for the end of a form. A new record gets the given texts, an edited one always the same texts.

    What is put into the `report` of another organisation is proposed to it.
    """
    about = form.record or report
    if private := readers_of_proposal(form.page, about):
        name, label = form.page.context.organisation_name(form.page.others_owner(about)), _("Propose the change")
        message = _("Proposed. It stands under “To do” of {organisation}, to be taken or refused.", organisation=name)
        return FormWords(label, message, None, on_top=label, private=private, is_proposal=True)
    if form.record is None:
        return FormWords(label, message, reason)
    saved = _("The edit is saved. The earlier text stays in the history.")
    return FormWords(_("Save the edit"), saved, None, on_top=_("Replace with mine"))


def save_form(
    form: AnyForm, version: str, words: FormWords, *, errors: Sequence[str] = (), still_right: StillRight | None = None
) -> str | None:
    """Show the save button of a form that was opened on `version`. Return the record's id if it was saved now.

    If the record has a newer version, show the differences and a button that saves on top of it. `errors` prevent the
    save. `still_right` maps field → languages of the translations confirmed as still right; with None, the form asks.
    """
    page, record, refused_key = form.page, form.record, f"{form.prefix}refused"
    question = _("Why do you propose it?") if words.is_proposal else _("Why is it edited?")
    reason = form.line(question, "reason", required=True) if words.reason is None else words.reason
    form_drafts.remember(form.prefix)
    typed = _typed_form(form, words, reason, errors=errors, still_right=bool(still_right))
    if typed.records and record and words.is_public and still_right is None and not words.is_proposal:
        still_right = confirm_translations(form, typed.records[0])
    is_pressed = _show_save_button(form, version, words, typed=typed)
    # what was refused stays marked until it is put right
    st.session_state[refused_key] = bool(typed.errors) and (is_pressed or st.session_state.get(refused_key, False))
    if st.session_state[refused_key]:
        form.show_errors(typed.errors)
        st.error(escape_markdown("\n".join(f"- {error}" for error in dict.fromkeys(map(str, typed.errors)))))
    if typed.errors or not is_pressed:
        return None
    if not typed.is_changed and not typed.has_files_apart:
        st.info(_("Nothing was changed, so there is nothing to save."))
        return None
    page_id = record.id if record and page.path == "/recommendation" else "edit"
    inside = () if typed.has_files_apart else tuple(form.new_files)
    evidence = [record for record in typed.records if isinstance(record, Evidence)]
    publicly = partial(saving.save_records, changed=typed.records, message=words.message, still_right=still_right or {})
    how = publicly if words.is_public else partial(save_privately, changed=evidence)
    save = partial(how, page, page_id, reason=reason, texts=form.prefix, new_files=inside)
    if words.is_proposal:
        is_saved = propose(page, typed.records[0], reason=reason, message=words.message, texts=form.prefix)
    elif typed.has_files_apart:
        how = partial(save_files_apart, page, page_id, typed.records, save=save if typed.is_changed else None)
        is_saved = how(new_files=form.new_files, private=words.private)
    else:
        is_saved = save()
    return typed.records[0].id if is_saved else None


class TypedForm(NamedTuple):
    """What a form would save now. If `records` is empty, `errors` says why the input is not valid.

    `has_files_apart`: new files are saved in the private list of files of the record. `is_changed` does not count them.
    """

    records: Sequence[Record]
    errors: Sequence[str]
    is_changed: bool
    has_files_apart: bool


def _typed_form(form: AnyForm, words: FormWords, reason: str, *, errors: Sequence[str], still_right: bool) -> TypedForm:
    """Return what the form would save now. If new files would be public, show words in them that may be names."""
    page, record, language = form.page, form.record, form.page.context.language
    wrong = [*form.filled.validate(page.view, record, language), *too_long(form.prefix)]
    edited: Sequence[Record] = ()
    if not wrong:
        # while no reason is typed, the edit can be compared with a newer version all the same
        recorded_reason = text_from_input(clean_input(reason) or "-", language)
        edited = form.filled.apply(page.view, record, recorded_reason, language=language)
    if not words.is_public and words.private:
        edited = [replace(e, private=words.private) if isinstance(e, Evidence) else e for e in edited]
    # Files of a public record are private until a reviewer publishes them. Without a private folder they can only be public.
    # This is not asked of the person: who was signed out in the meantime must not come to save publicly.
    apart = bool(form.new_files) and words.is_public and page.config.private is not None
    if form.new_files and not apart:
        entries = tuple(new.entry for new in form.new_files)
        edited = [replace(r, files=(*r.files, *entries)) if isinstance(r, Evidence | Document) else r for r in edited]
        if edited and words.is_public:
            wrong += confirm_names_in_files(page, edited, form.new_files)
    is_changed = list(edited) != [record] or still_right
    # files that are kept apart from the record leave it as it is, so they need no reason
    needs_reason = words.reason is None and (is_changed or not apart)
    wrong += [*(reason_errors(reason, language) if needs_reason else ()), *errors, *form.files_missing]
    return TypedForm(edited, wrong, is_changed=is_changed, has_files_apart=apart)


def _show_save_button(form: AnyForm, version: str, words: FormWords, typed: TypedForm) -> bool:
    """Show the save button; if the record was changed, the conflict and a button to save over it. Return whether pressed."""
    record = form.record
    key = f"save_{type(record).__name__}_{record.id if record else 'new'}"
    # files that are kept apart from the record change nothing of what a colleague saved
    is_current = record is None or version == record.version or (typed.has_files_apart and not typed.is_changed)
    has_changes = True
    if record and not is_current:
        if st.session_state.get(key):  # pressed on the page as it was before the colleague's save
            saving.point_to_conflict()
        mine = typed.records[0] if typed.records else None
        has_changes = show_conflict(form.page, record, mine, errors=() if mine else typed.errors)
    if has_changes:
        private_files = len(form.new_files) if typed.has_files_apart else 0
        is_public = words.is_public and not words.is_proposal
        show_audience(form.page, is_public=is_public, private_files=private_files, private=words.private)
    if record is None or is_current:
        return st.button(words.label, type="primary", key=key)
    # The key holds the version that is shown: a click on a version that the editor has not seen does nothing.
    on_top_key = f"on_top_{record.id}_{record.version}"
    return st.button(words.on_top, type="primary", key=on_top_key, disabled=not has_changes)
