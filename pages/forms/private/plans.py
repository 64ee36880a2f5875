"""Our own plans with a date, which only editors see: the list on the page of deadlines, and its forms."""

from collections.abc import Callable, Sequence

import streamlit as st

from pages.forms.button_errors import note_error, show_button_error, show_error_below
from pages.forms.private.evidence import private_folder
from pages.forms.private.readers import choose_readers, chosen_readers, forget_readers
from pages.forms.private.warning import identifying_warning
from pages.shared import layout
from pages.shared.audience import show_audience
from pages.shared.layout import Page
from pages.shared.saving import Saved, show_saved, signed_out_sentence
from tracker.editing.forms.typed_dates import read_date
from tracker.editing.forms.values import date_errors
from tracker.editing.private.notes import PrivateNote, active_notes
from tracker.editing.private.seen import SeenFolder
from tracker.model import partial_dates
from tracker.model.errors import NotAllowed, TrackerError
from tracker.model.registers import TreatyBody
from tracker.model.safety_config import TextField
from tracker.publishing.wording import error_sentence

Plan = tuple[TreatyBody, PrivateNote]
"""A plan with the committee that it is about."""
TEXT, DAY, BODY, DONE, WHICH, READERS = "plan_text", "plan_due", "plan_body", "plan_done", "plan_which", "plan_readers"
"""The widget keys."""
ADDED_PLAN, CHANGED_PLAN = "plan_added", "plan_changed"
"""The places of errors: below the button that adds a plan, and below those that finish or withdraw one."""


def show_private_plans(page: Page) -> None:
    """Show an editor the private plans, and the forms that add a plan, say that it was done, or withdraw it."""
    if (folder := private_folder(page)) is None:
        return
    notes = folder.read().notes
    plans = [
        (body, note)
        for body in page.view.bodies.values()
        for note in active_notes(notes.get(body.id, ()), page.view.recorded)
        if note.due
    ]
    plans.sort(key=lambda plan: (plan[1].done is not None, partial_dates.last_day(plan[1].due or "")))
    page.show(
        "private/plans.html",
        plans=plans,
        late=lambda plan: partial_dates.last_day(plan.due) < page.view.local_date,
    )
    show_saved(page, "deadlines")
    if page.can_edit:
        _show_forms(page, folder, plans)


def _show_forms(page: Page, folder: SeenFolder, plans: Sequence[Plan]) -> None:
    language, label = page.context.language, page.context.label
    _ = language.gettext
    with st.expander(_("Add a private plan")):
        one, two = st.columns(2)
        bodies = list(page.view.bodies.values())
        body = one.selectbox(_("Committee"), bodies, format_func=label, key=BODY)
        with two:
            st.text_input(_("Date"), key=DAY, max_chars=80, placeholder=_("12 March 2026, March 2026, 2026…"))
            show_error_below(DAY)
        st.text_input(_("What we will do"), key=TEXT, max_chars=2_000)
        show_error_below(TEXT)
        show_audience(page, is_public=False, private=choose_readers(page, READERS))
        st.button(_("Save the plan"), key="plan_save", on_click=_add, args=(page, folder, body))
        show_button_error(ADDED_PLAN)
    own = {note.recorded or note.text: (body, note) for body, note in plans if folder.can_change_note(note)}
    if own:
        with st.expander(_("Mark a plan as done, or withdraw it")):
            names = {
                time: f"{label(body)} · {language.format_date(note.due or '')} · {note.text[:60]}"
                for time, (body, note) in own.items()
            }
            chosen = st.selectbox(_("Which plan?"), list(own), format_func=lambda time: names[time], key=WHICH)
            st.text_input(_("Done on"), key=DONE, max_chars=80, placeholder=_("12 March 2026, March 2026, 2026…"))
            show_error_below(DONE)
            body, note = own[chosen]
            key = f"{READERS}_{chosen}"
            show_audience(page, is_public=False, private=choose_readers(page, key, note.private, is_new=False))
            with st.container(horizontal=True):
                arguments = (page, folder, own[chosen])
                st.button(_("Mark as done"), key="plan_finish", on_click=_finish, args=arguments)
                st.button(_("Withdraw the plan"), key="plan_withdraw", on_click=_withdraw, args=arguments)
                if key in st.session_state:
                    st.button(_("Save who can read it"), key="plan_share", on_click=_share, args=(*arguments, key))
            show_button_error(CHANGED_PLAN)
    else:  # a colleague withdrew the only plan
        show_button_error(CHANGED_PLAN)


def _add(page: Page, folder: SeenFolder, body: TreatyBody) -> None:
    _ = page.context.language.gettext
    text, day = _typed(TEXT), _date(page, DAY)
    errors = (
        date_errors(day, _("Date"), page.context.language, today=page.view.today) if day else [_("Enter the date.")]
    )
    wrong = {TEXT: "" if text else _("Write what we will do."), DAY: " ".join(errors)}
    wrong = {field: sentence for field, sentence in wrong.items() if sentence}
    for field, sentence in wrong.items():
        note_error(field, sentence)
    if wrong:
        return

    def save() -> None:
        shared_with = chosen_readers(READERS) or ()
        folder.add_note(body.id, text, by=layout.current_person(), due=day, shared_with=shared_with)

    message = _("The plan is saved. Only editors can see it.")
    if _try_to_save(page, save, place=ADDED_PLAN, message=message, text=text):
        st.session_state[TEXT] = st.session_state[DAY] = ""
        forget_readers(READERS)


def _finish(page: Page, folder: SeenFolder, plan: Plan) -> None:
    (body, note), language, done = plan, page.context.language, _date(page, DONE)
    _ = language.gettext
    wrong = (
        [*date_errors(done, _("Done on"), language, today=page.view.today)]
        if done
        else [_("Enter the date on which it was done.")]
    )
    if not wrong and partial_dates.is_after(done, page.view.today):
        wrong = [_("“Done on” is in the future. Enter when it was really done.")]
    if wrong:
        note_error(DONE, " ".join(wrong))
        return

    def save() -> None:
        folder.take_back(body.id, note, by=layout.current_person(), instead=note.text, done=done)

    if _try_to_save(page, save, place=CHANGED_PLAN, message=_("The plan is marked as done.")):
        st.session_state[DONE] = ""


def _share(page: Page, folder: SeenFolder, plan: Plan, key: str) -> None:
    body, note = plan

    def save() -> None:
        folder.take_back(
            body.id,
            note,
            by=layout.current_person(),
            instead=note.text,
            shared_with=chosen_readers(key),
        )

    message = page.context.language.gettext("It is saved who can read the plan.")
    _try_to_save(page, save, place=CHANGED_PLAN, message=message)


def _withdraw(page: Page, folder: SeenFolder, plan: Plan) -> None:
    body, note = plan
    _ = page.context.language.gettext

    def save() -> None:
        folder.take_back(body.id, note, by=layout.current_person())

    message = _("The plan is withdrawn. It stays in its file but is no longer shown.")
    _try_to_save(page, save, place=CHANGED_PLAN, message=message)


def _date(page: Page, key: str) -> str:
    """Return the partial date that was typed, or the text itself if it is not understood."""
    return read_date(_typed(key), page.view.today).date or _typed(key)


def _typed(key: str) -> str:
    return str(st.session_state.get(key) or "").strip()


def _try_to_save(page: Page, save: Callable[[], None], *, place: str, message: str, text: str = "") -> bool:
    """Call `save`, and return whether it succeeded. The next run says so, with a warning if `text` may identify a person.

    If it failed, the next run shows at `place` what went wrong.
    """
    _ = page.context.language.gettext
    try:
        save()
    except NotAllowed:
        note_error(place, signed_out_sentence(page.context.language))
    except TrackerError as error:
        note_error(place, error_sentence(page.context.language, error))
    else:
        plan = TextField("private plan", "plan", ("plan",), text=text)
        st.session_state.pop(WHICH, None)  # a plan that was marked as done is another entry in the list
        st.session_state["saved"] = Saved("deadlines", message, warning=identifying_warning(page, [plan]))
        return True
    return False
