"""Widgets of forms: dates, links and several choices, who can read an entry, and the button that closes a form.

Below a date or a link, the page shows how it was understood, or what to type instead. If a button saves in its callback, an
error is kept for the next run, which shows it beside the button: the callback would show it at the top of the page.

In every run, not only in the first one, a widget gets its value in the session as its default. A browser takes the value of
a new widget from the default, and may never draw the first run, because another run can follow at once. A browser that has
the widget already ignores the default.
"""

import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from typing import Any

import streamlit as st
from markupsafe import escape
from streamlit.delta_generator import DeltaGenerator

from pages.shared.layout import Page, publishers_in_words
from pages.shared.messages import _, error_text, escape_markdown, ngettext
from pages.shared.text_fields import text_field
from tracker.editing.forms.typed_dates import read_date
from tracker.editing.forms.values import complete_link, date_errors, link_errors
from tracker.i18n import Language
from tracker.model.errors import TrackerError
from tracker.model.localized_text import clean_input
from tracker.model.organisations import ALL, NOBODY_CHOSEN, Privacy, SharedWith, can_read
from tracker.queries.search.word_forms import normalize, stem_word

MAX_BOXES = 20
"""If there are at most this many options, all are shown. A longer list can be searched by a text."""
SHOWN_AT_FIRST = 5
"""How many options of a list longer than MAX_BOXES are shown below the chosen ones while no text is typed."""
LONG_LABEL = 34
"""If a shown option has this many characters or more, each has its own line: in one row, a phone would cut it."""
MAX_WORDS = 200
"""The largest number of characters of a text that finds options or is a new one."""
ASKING = "discard_asking"
"""The key of the session state that is set while the editor is asked whether to discard a form."""
_KEY = "error_at_"
"""The beginning of the keys of the session state that hold errors for the next run."""
OWN, CHOSEN = "own", "chosen"
"""What can be chosen in `choose_readers`, besides ALL: only this organisation (OWN), or chosen organisations (CHOSEN)."""


def index_of(value: Any, options: Sequence[Any]) -> int | None:
    """Return the index of `value` in `options`, or None if it is none of them."""
    return options.index(value) if value in options else None


def errors_token() -> str:
    """Return the token of the errors that a form shows; a new token makes the browser scroll to the first error.

    The token is new in each run that a save button started, and "" before the first such run.
    """
    pressed = (str(key) for key, value in st.session_state.items() if value is True)
    if any(key.startswith(("save_", "on_top_", "bulk_add_")) for key in pressed):
        st.session_state["wrong_token"] = secrets.token_hex(4)
    return str(st.session_state.get("wrong_token", ""))


def date_in_words(language: Language, partial_date: str) -> str:
    """Return a partial date in words. Return it unchanged if it is no partial date, or if the words could mean another date."""
    if not partial_date or read_date(partial_date).date != partial_date:
        return partial_date
    words = language.format_date(partial_date)
    return words if read_date(words).date == partial_date else partial_date


def show_date_reading(page: Page, typed: str, label: str, *, key: str, at: DeltaGenerator) -> tuple[str, str]:
    """Show how a typed date was understood. Return (partial date, "") or, if it was not understood, (text, what is wrong).

    If the text may mean several dates, a button for each puts that date into the widget `key`.
    """
    language, text = page.context.language, clean_input(typed)
    reading = read_date(text, page.view.today)
    if reading.date:
        show_note(at, _("Understood as: {date}", date=language.format_date(reading.date)))
        return reading.date, ""
    error = next(date_errors(text, label, language, today=page.view.today), "")
    if error:
        show_field_error(at, error)
    if reading.choices:
        with at.container(horizontal=True, gap="small"):
            for choice in reading.choices:
                put, day = st.session_state.__setitem__, language.format_date(choice)
                st.button(day, key=f"{key}_is_{choice}", on_click=put, args=(key, choice))
    return text, error


def show_link_reading(page: Page, typed: str, *, at: DeltaGenerator) -> tuple[str, str]:
    """Show how a typed link will be saved. Return (complete link, "") or (text, what is wrong). Nothing typed: ("", "")."""
    text = clean_input(typed)
    link = complete_link(text) if text else ""
    if link and link != text:
        show_note(at, _("Saved as: {link}", link=link))
    error = next(link_errors(text, page.context.language), "") if text and not link else ""
    if error:
        show_field_error(at, error)
    return link or text, error


def show_calendar(key: str) -> None:
    """Show a button that opens a calendar. The day chosen there is put into the text widget `key`, as YYYY-MM-DD."""
    day_key = f"{key}_day"
    typed = read_date(str(st.session_state.get(key) or "")).date
    st.session_state[day_key] = None
    with suppress(ValueError):
        st.session_state[day_key] = date.fromisoformat(typed)

    def put_day() -> None:
        if isinstance(day := st.session_state.get(day_key), date):
            st.session_state[key] = day.isoformat()

    # the style sheet leaves only the button of this field: dates are typed in the field beside it
    with st.container(key=f"rt_calendar_{key}", width=48):
        label, first, last = _("Choose a day in a calendar"), date(1900, 1, 1), date(2100, 12, 31)
        st.date_input(label, None, first, last, key=day_key, on_change=put_day, label_visibility="collapsed")


def show_note(at: Any, sentence: str) -> None:
    """Show a sentence about a field. `at` is the place below the field."""
    at.html(f'<p class="rt-fieldnote" role="status">{escape(sentence)}</p>')


def show_field_error(at: DeltaGenerator, sentence: str, arrive: str = "") -> None:
    """Show an error below a field, and scroll to it if `arrive` is a new token. Without a `sentence`, only scroll."""
    mark = f' data-arrive="{arrive}"' if arrive else ""
    at.html(f'<p class="rt-fielderror"{mark}>{escape(sentence)}</p>')


def show_several_choices(
    label: str,
    options: Mapping[str, str],
    *,
    at: DeltaGenerator,
    key: str,
    start: Sequence[str],
    value: Sequence[str],
    accept_new: bool = False,
    is_shown: bool = True,
) -> tuple[str, ...]:
    """Show the options (id → label) as check boxes, chosen ones on top, and return the chosen ids.

    `start` are the ids chosen at first, `value` those chosen now. `accept_new` lets the editor add other words.
    Without `is_shown`, show nothing, but return the chosen ids.
    """
    box = at.container(key=f"rt_choose_{key}", gap="xsmall")
    known = list(dict.fromkeys([*start, *value]))
    # The style sheet hides this field. It keeps the chosen ids in the browser: only there they outlive a restart of the
    # server, and the check box of an id may not be on the page.
    kept = at.container(key=f"rt_chosen_{key}").multiselect(
        label,
        known,
        list(value),
        key=key,
        accept_new_options=True,
        label_visibility="collapsed",
        placeholder=label,
        select_all=False,
    )
    chosen = tuple(i for i in kept if accept_new or i in options or i in start)
    if not is_shown:
        return chosen
    text = ""
    if accept_new or len(options) > MAX_BOXES:
        text = _show_search(label, options, at=box, key=key, accept_new=accept_new)
    else:
        box.html(f'<p class="rt-chooselabel">{escape(label)}</p>')
    found = [i for i, name in options.items() if _matches(name, normalize(text).split())]
    shown = _ids_to_show(key, text, chosen, found=found)
    is_short = all(len(options.get(i, i)) < LONG_LABEL for i in shown)
    boxes = box.container(horizontal=is_short, gap="xsmall" if not is_short else "small")
    for one in shown:
        box_key = f"{key}_is_{one}"
        st.session_state[box_key] = one in chosen
        boxes.checkbox(option_label(options.get(one, one)), key=box_key, on_change=_keep_tick, args=(key, one))
    if text and not found:
        show_note(box, _("Nothing matches. Try another word."))
    elif n := len({*found, *chosen} - set(shown)):
        more = ngettext("{n} more. Type a word to find others.", "{n} more. Type a word to find others.", n)
        show_note(box, more)
    return chosen


def _show_search(label: str, options: Mapping[str, str], *, at: DeltaGenerator, key: str, accept_new: bool) -> str:
    """Show the field that finds options by a text, and return the text."""
    hint = _("Find by a word, or write a new one") if accept_new else _("Find by a word or a number")
    text = text_field(label, key=f"{key}_find", most=MAX_WORDS, is_kept=False, at=at, placeholder=hint)
    text = clean_input(text)

    def add() -> None:
        st.session_state[key] = list(dict.fromkeys([*st.session_state.get(key, ()), text]))
        st.session_state[f"{key}_find"] = ""

    if accept_new and 0 < len(text) <= MAX_WORDS and normalize(text) not in map(normalize, options.values()):
        at.button(_("Add “{words}”", words=escape_markdown(text)), key=f"add_to_{key}", on_click=add)
    return text


def _matches(name: str, words: Iterable[str]) -> bool:
    """Return whether each of `words` occurs in the name of an option, as part of a word or with another ending."""
    folded = normalize(name) if words else ""
    return all(word in folded or stem_word(word) in folded for word in words)


def _ids_to_show(key: str, text: str, chosen: Sequence[str], *, found: Sequence[str]) -> list[str]:
    """Return the ids to show: first those that were chosen when `text` was typed, then others of `found`."""
    top_key = f"{key}_top"
    if st.session_state.get(top_key, ("", ()))[0] != text or top_key not in st.session_state:
        st.session_state[top_key] = (text, chosen)
    top = st.session_state[top_key][1]
    most = MAX_BOXES if text or len(found) <= MAX_BOXES else SHOWN_AT_FIRST
    others = [i for i in found if i not in top][: max(most - (len(top) if text else 0), SHOWN_AT_FIRST)]
    absent = [i for i in chosen if i not in top and i not in others]
    # of very many chosen ones, those that match the text come first
    matching = set(found) if text else set()
    return [*sorted([*top, *absent], key=lambda i: i not in matching)[:MAX_BOXES], *others]


def option_label(name: str) -> str:
    """Return the name of an option with Markdown escaped, even a number or dash at its start, which would make a list."""
    return re.sub(r"^(\d*)([-+.)])", r"\1\\\2", escape_markdown(name))


def _keep_tick(key: str, one: str) -> None:
    is_ticked = st.session_state.get(f"{key}_is_{one}")
    if is_ticked is None:  # the form was closed in the meantime
        return
    others = [i for i in st.session_state.get(key, ()) if i != one]
    st.session_state[key] = [*others, one] if is_ticked else others


def show_discard_button(*, has_input: Callable[[], bool], close: Callable[[], None]) -> None:
    """Show the button that calls `close`. If `has_input()` is true at the press, the editor has to confirm it first."""

    def ask(*, is_sure: bool = False) -> None:
        # asked when the button is pressed: text that was typed just before arrives together with the click
        st.session_state[ASKING] = not is_sure and has_input()
        if not st.session_state[ASKING]:
            close()

    st.button(_("Discard and close"), type="tertiary", key="discard", on_click=ask)
    if not (st.session_state.get(ASKING) and has_input()):
        st.session_state.pop(ASKING, None)
        return
    st.warning(_("What you typed is not saved. Discard it?"))
    with st.container(horizontal=True):
        st.button(_("Discard it"), key="discard_now", on_click=ask, kwargs={"is_sure": True})
        st.button(_("Keep editing"), key="discard_not", on_click=st.session_state.pop, args=(ASKING, None))


def note_error(place: str, sentence: str) -> None:
    """Keep a translated sentence for the next run, to appear beside the button or field `place`."""
    st.session_state[_KEY + place] = sentence


@contextmanager
def noting_errors(place: str) -> Iterator[None]:
    """Catch a TrackerError in the `with` block, and keep its sentence as `note_error` does."""
    try:
        yield
    except TrackerError as error:
        note_error(place, error_text(error))


def has_error(place: str) -> bool:
    """Return whether a sentence is kept for `place`."""
    return _KEY + place in st.session_state


def show_button_error(place: str) -> None:
    """Show and forget the sentence kept for a button, if there is one. Call this right after the button."""
    if sentence := st.session_state.pop(_KEY + place, ""):
        st.error(escape_markdown(sentence))


def show_error_below(place: str) -> None:
    """Show the sentence that was kept for a field, if there is one, and forget it. Call this right after the field."""
    if sentence := st.session_state.pop(_KEY + place, ""):
        show_field_error(st.container(), sentence)


def choose_readers(
    page: Page, key: str, private: Privacy | None = None, *, is_new: bool = True, asks_publishers: bool = False
) -> Privacy | None:
    """Let an editor choose who can read an entry. Return which organisation owns it, and with whom it is shared.

    A new entry belongs to the editor's organisation. Of an old one, `private` names the owner (None: the tracker's
    editors). Show no choice if another organisation owns it, or if none (except the tracker's editors) could be chosen.
    With `asks_publishers`, ask of each organisation that can read it whether it may also publish it.
    """
    context, view = page.context, page.view
    own = page.editor_organisation or view.editors.id
    private = Privacy(organisation=own) if is_new else private
    others = {o.id: context.label(o) for o in view.organisations.values() if o.id != own}
    owner = private.organisation if private else view.editors.id
    if owner != own or not any(not view.organisations[other].is_editors for other in others):
        return private
    labels = {
        OWN: _("Only {organisation}", organisation=context.label(view.organisations.get(own, view.editors))),
        CHOSEN: _("Chosen organisations"),
        ALL: _("All organisations of this tracker"),
    }
    before = private.shared_with if private else ALL
    start = ALL if before == ALL else CHOSEN if before else OWN
    at_first = list(labels).index(st.session_state.get(key, start))
    st.radio(_("Who can read this"), list(labels), at_first, format_func=labels.get, key=key)
    if st.session_state[key] == CHOSEN:
        chosen = [other for other in before if other in others] if isinstance(before, tuple) else []
        which = f"{key}_which"
        start, asked = st.session_state.get(which, chosen), _("Which organisations?")
        st.multiselect(
            asked, list(others), start, key=which, format_func=others.__getitem__, placeholder=asked, select_all=False
        )
    private, shared = Privacy(organisation=own, shared_with=chosen_readers(key) or ()), private
    if not asks_publishers:
        return private
    may = {id: f"{key}_publish_{id}" for id in others if can_read(private, id)}
    if may:
        st.caption(_("To read it is not to publish it. Only your organisation publishes it, unless you tick here:"))
    for id, name in may.items():
        words = _("{organisation} may also publish it", organisation=others[id])
        st.checkbox(words, st.session_state.get(name, shared is not None and id in shared.may_publish), key=name)
    private = replace(private, may_publish=tuple(id for id, name in may.items() if st.session_state[name]))
    st.caption(escape_markdown(publishers_in_words(page, private)))
    return private


def chosen_readers(key: str) -> SharedWith | None:
    """Return the choice in `choose_readers`: ALL, ids, NOBODY_CHOSEN, or () for the own organisation; None if none was shown."""
    which = tuple(sorted(st.session_state.get(f"{key}_which", ()))) or NOBODY_CHOSEN
    return {None: None, ALL: ALL, CHOSEN: which}.get(st.session_state.get(key), ())


def forget_readers(key: str) -> None:
    """Forget the choice with this `key` after a save. A new entry then starts with "only the own organisation"."""
    for name in (key, f"{key}_which"):
        st.session_state.pop(name, None)
