"""Save from a page: show what the save changed, offer to undo it, or explain why it failed.

A finding of the safety check is a passage that may identify a person. It stops a save until an editor rewords the
passage, or a reviewer dismisses the finding with a reason. Before a text becomes public, a person also confirms that
words with capital letters are not names.
"""

import secrets
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from hashlib import blake2b
from typing import Protocol, TypeVar

import streamlit as st

from pages.shared import layout
from pages.shared.layout import Page, can_check_sign_in, message_with_readers, page_view, store
from pages.shared.messages import _, error_text, escape_markdown, show_error
from pages.shared.text_fields import all_fit, text_field, too_long
from tracker.editing.store import NOTHING_CONFIRMED, StillRight
from tracker.editing.undo import SaveReversal, find_own_save, is_undo, undo_save
from tracker.files.new_file import NewFile
from tracker.files.scan import place_in_file
from tracker.i18n import Language
from tracker.model import errors
from tracker.model.dataset import Record
from tracker.model.fields import FIELD_LABELS
from tracker.model.labels import N_
from tracker.model.lifecycle import timestamps_of
from tracker.model.organisations import Privacy
from tracker.model.ownership import needs_another_organisation
from tracker.model.permissions import Permission, Person
from tracker.model.records import Evidence, Recommendation
from tracker.model.safety_config import SafetyFinding
from tracker.model.verification import quotations_in, statements_in
from tracker.publishing.submissions.safety_check import NAME as SUBMISSION
from tracker.queries.another_reading import COMPARED_BY_YOUR_ORGANISATION, ENTERED_BY_YOUR_ORGANISATION
from tracker.queries.quotations import ENTERED_BY_YOURSELF, QUOTATION_CHANGED, changed_by_hand
from tracker.queries.view import View
from tracker.storage.failures import NOTHING_CHANGED, NOTHING_SAVED

GroupedFindings = Mapping[str, list[SafetyFinding]]
"""Widget key → findings that are settled together: they are about the same passage, or about the same possible name."""
MAX_TICKED = 8
"""If there are more possible names than this, one check box confirms all of them."""
MAX_SHOWN_PAGES = 10
"""The largest number of pages that are named for one group of findings in a file."""
FINDING_NAMES = {**FIELD_LABELS, "reason": N_("Reason")}
"""Field name → its label, for each field that the safety check can report."""
Result = TypeVar("Result")
Message = str | Callable[[View], str]
"""The text about a save, or a function that returns it for the new view."""
CANNOT_CHECK_SIGN_IN = N_(
    "The database is away, so it cannot be checked who is signed in. Nothing was recorded; your text is still here. "
    "Try again in a minute."
)
CANNOT_UNDO = N_(
    "It cannot be undone here: it was undone already, or others have worked with it since. You can withdraw what you "
    "recorded there:"
)
SIGNED_OUT = N_("You are no longer signed in. Nothing was recorded.")


def group_by_words(candidates: Sequence[SafetyFinding], version: str) -> GroupedFindings:
    """Group candidates with the same words (case is ignored), by widget key. A tick counts only for this `version`."""
    return _grouped(candidates, "not_a_name", lambda one: (version, " ".join(one.match.words.casefold().split())))


def _grouped(findings: Sequence[SafetyFinding], prefix: str, key: Callable[[SafetyFinding], object]) -> GroupedFindings:
    grouped: dict[str, list[SafetyFinding]] = {}
    for finding in findings:
        digest = blake2b(repr(key(finding)).encode(), digest_size=8).hexdigest()
        grouped.setdefault(f"{prefix}_{digest}", []).append(finding)
    return grouped


def show_name_candidates(page: Page, candidates: GroupedFindings, *, edit_link: str = "") -> bool:
    """Show words that may be names, with boxes to confirm that they name nobody. Return whether all are ticked."""
    if not candidates:
        return True
    page.show("private/name_candidates.html", count=len(candidates), edit=edit_link)
    if len(candidates) > MAX_TICKED:
        rows = [(found[0].match.words, place_in_words(page, found), len(found)) for found in candidates.values()]
        page.show("private/many_candidates.html", rows=rows)
        key = "no_names_" + blake2b("".join(candidates).encode(), digest_size=8).hexdigest()
        return st.checkbox(_("I have read the list: none of these {n} is a person's name", n=len(candidates)), key=key)
    ticked = []
    with st.container(border=True):
        for key, found in candidates.items():
            page.show("private/name_candidate.html", one=found[0], field_name=place_in_words(page, found))
            words = escape_markdown(found[0].match.words)
            ticked.append(st.checkbox(_("“{words}” is not a person's name", words=words), key=key))
    return all(ticked)


def record_confirmations(page: Page, candidates: GroupedFindings) -> None:
    """Record, as dismissed findings, that the candidates are not names. Raises what `Dismissals.dismiss` raises."""
    if candidates:
        reason = _("Confirmed before it was published: this is not a person's name.")
        confirmed = [(finding, reason) for findings in candidates.values() for finding in findings]
        page.dismissals.dismiss(confirmed, by=layout.current_person())


def place_in_words(page: Page, found: Sequence[SafetyFinding]) -> str:
    """Return where a group of findings is: the label of a field, or a file with pages, such as "law.pdf, p. 3, 7"."""
    pages = dict.fromkeys(number for one in found if (place := place_in_file(one)) for number in place[1])
    first, text_field = found[0], found[0].text_field
    if pages:
        path = (*text_field.field_path[:2], *list(pages)[:MAX_SHOWN_PAGES])
        first = replace(first, text_field=replace(text_field, field_path=path))
    return finding_label(first, page.context.language)


def ask_about_findings(page: Page, unsafe: errors.SafetyFindings, rows: Mapping[str, str] | None = None) -> None:
    """Show the findings that stopped a save. A reviewer can dismiss each finding with a reason. `rows`: see `try_to_save`."""
    found = unsafe.findings
    show_findings(page, lambda: [one for one in found if not page.dismissals.covers(one)], rows=rows)


# A fragment: the findings stay on the page while a reason is typed, and the form around them is not run again.
@st.fragment
def show_findings(
    page: Page,
    find: Callable[[], Sequence[SafetyFinding]],
    edit_link: str = "",
    *,
    rows: Mapping[str, str] | None = None,
) -> None:
    """Show what `find` returns, with fields for a reviewer to dismiss it. If nothing is left, say how to go on.

    `edit_link` leads to the form in which a text can be reworded. If it is "", that form is on this page, or the text is in
    one of the `rows` (see `try_to_save`).
    """
    grouped = _grouped(find(), "settle", lambda one: (one.match.rule.id, one.match.start, one.text_field.text))
    if not grouped:
        again = _("Confirmed. Please save again: it is not recorded yet.")
        st.success(escape_markdown(_("Confirmed. You can publish it now.") if edit_link else again))
        return
    may_dismiss, language = page.context.person.can(Permission.DISMISS_FINDING), page.context.language
    found = [findings[0] for findings in grouped.values()]
    how = {"may": may_dismiss, "edit_link": edit_link, "in_file": all(map(place_in_file, found)), "rows": rows}
    # an import saves many records: which one it is leads to the row to untick
    is_import = page.path == "/import"

    def place(one: SafetyFinding) -> str:
        id = one.text_field.record.partition(" ")[2] if is_import else ""
        return " · ".join(filter(None, ((rows or {}).get(id, ""), id, finding_label(one, language))))

    page.show("forms/safety_findings.html", found=found, field=place, **how)
    if may_dismiss:
        with st.form("settle"):
            for number, key in enumerate(grouped, 1):
                text_field(_("Why is item {n} safe to publish?", n=number), key=key, most=500)
            st.form_submit_button(_("Confirm"), on_click=_dismiss, args=(page, grouped))
        if error := st.session_state.pop("settle_wrong", None):
            show_error(error)


def finding_label(finding: SafetyFinding, language: Language) -> str:
    """Return where a finding is: a file with its pages, the label of its field, a paragraph, or ""."""
    if place := place_in_file(finding):
        name, pages = place
        numbers = ", ".join(map(str, pages))
        return language.gettext("{name}, p. {pages}", name=name, pages=numbers) if pages else name
    steps = finding.text_field.field_path
    if finding.text_field.field == SUBMISSION:
        return str(steps[-1])
    is_form = "assessments" in steps and "events" not in steps
    names = FINDING_NAMES | ({"reason": N_("Reasons")} if is_form else {})
    return next((language.gettext(names[step]) for step in reversed(steps) if step in names), "")


def _dismiss(page: Page, grouped: GroupedFindings) -> None:
    """Dismiss the findings for which a reason was typed. If this fails, the next run of `show_findings` shows why."""
    if too_long(*grouped):
        return
    reasons = {key: st.session_state.get(key) for key in grouped}
    dismissed = [(one, reason) for key, reason in reasons.items() if reason for one in grouped[key]]
    try:
        if not dismissed:
            raise errors.DismissalFailed(N_("Confirming needs a reason: write why this is safe to publish."))
        page.dismissals.dismiss(dismissed, by=layout.current_person())
    except errors.TrackerError as error:
        st.session_state["settle_wrong"] = error.with_traceback(None)


class UndoesSaves(Protocol):
    """The private folder, as far as it undoes a save."""

    def undo(
        self, public: View, recorded: str, *, sharing: Privacy | None, by: Person, now: datetime, language: Language
    ) -> SaveReversal:
        """Undo a save, or bring back what an undo took."""


@dataclass(frozen=True)
class LastSave:
    """The last save of this session: the id of its page, the message about it, and what is needed to undo it.

    `recorded` is the time of one of its changes, "" if it cannot be undone. If `is_undo`, it undid another save. `folder`
    is the private folder in which it was saved, as its editor sees it, or None; `sharing`: with whom it was shared before.
    `places` has (title, link) of records to withdraw elsewhere. A new `token` makes the browser scroll to the message.
    """

    page_id: str
    message: str
    recorded: str = ""
    is_undo: bool = False
    folder: UndoesSaves | None = None
    sharing: Privacy | None = None
    warning: str = ""
    places: tuple[tuple[str, str], ...] = ()
    token: str = field(default_factory=lambda: secrets.token_hex(4))


def save_records(
    page: Page,
    page_id: str,
    changed: Sequence[Record],
    *,
    reason: str,
    message: Message,
    texts: str = "",
    still_right: StillRight = NOTHING_CONFIRMED,
    new_files: Sequence[NewFile] = (),
    agreed: Sequence[str] = (),
    is_compared: bool = False,
    rows: Mapping[str, str] | None = None,
) -> bool:
    """Save all the records or none, as `Store.save`; return whether they were saved. `texts`, `rows` are as in `try_to_save`.

    `show_saved` with the same `page_id` shows the message in the next run. If the save fails, the error is shown at
    once, and the input stays. After a conflict, the page runs again with the newer record.
    """
    save = partial(store().save, reason=reason, still_right=still_right, new_files=new_files, agreed=agreed)

    def act() -> tuple[Record, ...]:
        return save(*changed, by=layout.current_person(), is_compared=is_compared)

    after = try_to_save(page, page_id, act, texts=texts, rows=rows)
    if after is None:
        return False
    text = message if isinstance(message, str) else message(page_view())
    pairs = tuple(zip(changed, after, strict=True))
    is_lowered = any(quotations_in(old) != quotations_in(new) or changed_by_hand(new) for old, new in pairs)
    is_typed = any(not old.version and old.verification is not new.verification for old, new in pairs)
    warning = _(ENTERED_BY_YOURSELF) if is_typed else _(QUOTATION_CHANGED) if is_lowered else ""
    marks = [
        [[item.verification for _where, item in statements_in(one)] for one in records]
        for records in zip(*pairs, strict=True)
    ]
    if marks[0] != marks[1] and needs_another_organisation(page.view.settings, page.context.person):
        warning = _(COMPARED_BY_YOUR_ORGANISATION if is_compared else ENTERED_BY_YOUR_ORGANISATION)
    st.session_state["saved"] = LastSave(page_id, text, latest_time(after), warning=warning)
    return True


def point_to_conflict() -> None:
    """Make the browser scroll and move the focus to the next conflict. Call this only after a press on a button."""
    st.session_state["conflict_token"] = secrets.token_hex(4)


def try_to_save(
    page: Page,
    page_id: str,
    action: Callable[[], Result],
    *,
    refresh: Callable[[], object] = lambda: None,
    texts: str = "",
    has_input: bool = True,
    rows: Mapping[str, str] | None = None,
) -> Result | None:
    """Call `action` and return its result. If it raises a TrackerError, show what went wrong and return None.

    After a conflict, read the data again (`refresh` reads what is private). If the record can still be read, run the
    page again, where `show_saved` with the same `page_id` tells of the conflict. With `has_input`, errors say that the
    input is not lost, and nothing is saved if a text is too long in a field whose key begins with `texts`, by default any.
    `rows` maps id of a record → the row of a table that it comes from, in words.
    """
    if has_input and not all_fit(texts):
        return None
    try:
        return action()
    except errors.Conflict as conflict:
        with suppress(errors.NoDataset):
            store().reader.read(fresh=True)
        refresh()
        if conflict.current is not None:
            why = _("It was changed in the meantime. Nothing was overwritten: look at the newer version, then decide.")
            st.session_state["saved"] = LastSave(page_id, why, token="")  # it goes to the conflict
            point_to_conflict()
            st.rerun()
        st.error(_("The file was removed or damaged in the meantime. Nothing was recorded; copy your text."))
    except errors.SafetyFindings as unsafe:
        ask_about_findings(page, unsafe, rows)
    except errors.SignedByOthers as error:
        names = {key: page.context.organisation_name(str(id)) or id for key, id in error.values.items()}
        show_error(errors.SignedByOthers(error.message, names))
    except errors.NotAllowed:
        st.error(signed_out_sentence())
    except errors.TrackerError as error:
        st.error(escape_markdown(_failure_in_words(error, has_input=has_input)))
    return None


def signed_out_sentence() -> str:
    """Return the sentence for a person whose save was refused: the sign-in ended, or it cannot be checked now."""
    return _(SIGNED_OUT if can_check_sign_in() else CANNOT_CHECK_SIGN_IN)


def _failure_in_words(error: errors.TrackerError, *, has_input: bool) -> str:
    """Return what went wrong. With `has_input`, also say that the input is not lost, unless the outcome is unknown."""
    if not has_input and isinstance(error, errors.NoDataset):
        return error_text(error) + " " + _(NOTHING_CHANGED)
    if not has_input or isinstance(error, errors.OutcomeUnknown):
        return error_text(error)
    if isinstance(error, errors.WriteFailed):
        error = errors.TrackerError(error.message, error.values)  # that nothing was saved is said before
    said, kept = error_text(error), _("Nothing was saved. Your text is still here.")
    # a refusal says once that nothing was saved: in its own words, if it has them
    is_said = any(words.rstrip(".") in said for words in (NOTHING_SAVED, _(NOTHING_SAVED)))
    return f"{said} {kept.partition('. ')[2]}" if is_said else f"{kept} {said}"


def show_saved(page: Page, page_id: str, form: Hashable = None, record: Record | None = None) -> None:
    """Show the last save with this `page_id`, and an undo button, until another page or another `form` is shown.

    Then, and after a reload, show this person's last save of `record` for as long as it can be undone.
    """
    last = st.session_state.get("saved")
    shown, at = st.session_state.get("saved_shown", (None, form))
    st.session_state["saved_shown"] = (last, form)
    if last is None or last.page_id != page_id or (last is shown and at != form):
        st.session_state.pop("saved", None)
        if not record or not (last := undo_offer(page, record)):
            return
        last = replace(last, page_id=page_id)
    page.show("layout/saved.html", words=last.message, arrive=last.token, places=last.places)
    if last.warning:
        st.warning(escape_markdown(last.warning))
    if last.recorded:
        label = _("Redo") if last.is_undo else _("Undo the last save")
        st.button(label, key=f"undo_{last.recorded}", on_click=undo, args=(page, last))


def undo(page: Page, last: LastSave) -> None:
    """Undo the save `last`, or bring back what it undid. Later changes stay. The next run shows a message about this."""

    def act() -> SaveReversal:
        with suppress(errors.NoDataset):
            store().reader.read(fresh=True)
        by, now, view, language = layout.current_person(), datetime.now(UTC), page_view(), page.context.language
        if last.folder:
            return last.folder.undo(view, last.recorded, sharing=last.sharing, by=by, now=now, language=language)
        undo_publicly = partial(undo_save, view, last.recorded, by=by, now=now, language=language)
        return undo_publicly(lambda records, why: store().save(*records, by=by, reason=why))

    if (done := try_to_save(page, last.page_id, act, has_input=False)) is None:
        return
    message = _("Undone. What was saved stays in the history but no longer counts.")
    if not done.records:
        message = _(CANNOT_UNDO)
    elif done.is_undo:
        message = _("Brought back: it counts again.")
    elif done.has_later_work:
        message = _("Undone. What was done since stays.")
    if last.folder and done.records:
        message = message_with_readers(page, message, getattr(done.records[0], "private", None))
    places, recorded = tuple(withdrawal_place(page, record) for record in done.kept), latest_time(done.records)
    saved = LastSave(last.page_id, message, recorded, is_undo=not done.is_undo, folder=last.folder, places=places)
    st.session_state["saved"] = saved


def latest_time(records: Iterable[Record]) -> str:
    """Return the latest recorded time in the records, by which their last save is found; "" if there are none."""
    return max((time for record in records for time in timestamps_of(record)), default="")


def undo_offer(
    page: Page, record: Record, *, folder: UndoesSaves | None = None, view: View | None = None
) -> LastSave | None:
    """Return this person's last save of a record if it can still be undone. Private evidence is in a `folder`, and its `view`."""
    times = timestamps_of(record) if page.can_edit else ()
    if not (save := find_own_save(view or page.view, times, by=page.context.person, now=datetime.now(UTC))):
        return None
    day = page.context.language.format_timestamp(save.recorded)
    message = (
        _("You undid this on {day}.", day=day)
        if is_undo(save)
        else _("You saved this on {day}. For a day, you can undo it.", day=day)
    )
    return LastSave(page.path, message, save.recorded, is_undo=is_undo(save), folder=folder, token="")


def withdrawal_place(page: Page, record: Record) -> tuple[str, str]:
    """Return (title of the record, link to the place where a person can withdraw what they recorded in it)."""
    title = page.context.language.resolve(record.title or getattr(record, "summary", {})).text
    if isinstance(record, Recommendation):
        return title, page.context.link("/recommendation", ("id", record.id)) + "#rt-timeline"
    if isinstance(record, Evidence):
        return title, page.context.link("/edit", ("what", "retire"), ("id", record.id))
    return title, page.context.link("/treaty-bodies") + f"#e-{record.id}"
