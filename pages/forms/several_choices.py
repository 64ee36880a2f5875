"""A field in which several options are chosen: a check box for each, and a text that narrows a long list."""

import re
from collections.abc import Iterable, Mapping, Sequence

import streamlit as st
from markupsafe import escape
from streamlit.delta_generator import DeltaGenerator

from pages.forms.typed_values import show_note
from pages.shared.markdown import escape_markdown
from tracker.i18n import Language
from tracker.model.localized_text import clean_input
from tracker.queries.search.word_forms import normalize, stem_word

MAX_BOXES = 20
"""The largest number of options that are all shown. A longer list is narrowed by a text."""
SHOWN_AT_FIRST = 5
"""How many options of a longer list are shown below the chosen ones, before a text is typed."""
LONG_LABEL = 34
"""From this number of characters on, each option has a line of its own: a phone cuts longer ones in a row."""


def show_several_choices(
    language: Language,
    label: str,
    options: Mapping[str, str],
    *,
    at: DeltaGenerator,
    key: str,
    start: Sequence[str],
    value: Sequence[str],
    accept_new: bool,
    is_shown: bool = True,
) -> tuple[str, ...]:
    """Show the options as check boxes, the chosen ones on top, and return the chosen ids.

    `options` maps id → label. `key` is the widget key under which the session state has the chosen ids. `start` are the
    ids chosen at first, `value` those chosen now. If `accept_new`, words that are not an option can be added. If not
    `is_shown`, the page has only the chosen ids, which nobody sees.
    """
    _ = language.gettext
    box = at.container(key=f"rt_choose_{key}", gap="xsmall")
    known = list(dict.fromkeys([*start, *value]))
    # The style sheet hides this field. It keeps the chosen ids in the browser: only there they outlive a restart of the
    # server, and the check box of an id may not be on the page.
    kept = at.container(key=f"rt_chosen_{key}").multiselect(
        label, known, list(value), key=key, accept_new_options=True, label_visibility="collapsed"
    )
    chosen = tuple(i for i in kept if accept_new or i in options or i in start)
    if not is_shown:
        return chosen
    text = ""
    if accept_new or len(options) > MAX_BOXES:
        text = _show_search(language, label, options, at=box, key=key, accept_new=accept_new)
    else:
        box.html(f'<p class="rt-chooselabel">{escape(label)}</p>')
    found = [i for i, name in options.items() if _matches(name, normalize(text).split())]
    shown = _in_order(key, text, chosen, found=found)
    is_short = all(len(options.get(i, i)) < LONG_LABEL for i in shown)
    boxes = box.container(horizontal=is_short, gap="xsmall" if not is_short else "small")
    for one in shown:
        box_key = f"{key}_is_{one}"
        st.session_state[box_key] = one in chosen
        boxes.checkbox(option_label(options.get(one, one)), key=box_key, on_change=_keep_tick, args=(key, one))
    _show_count(language, shown, chosen, at=box, found=found, is_narrowed=bool(text))
    return chosen


def _show_search(
    language: Language, label: str, options: Mapping[str, str], *, at: DeltaGenerator, key: str, accept_new: bool
) -> str:
    """Show the field for the text that narrows the list, and return the text in it."""
    _ = language.gettext
    hint = _("Find by a word, or write a new one") if accept_new else _("Find by a word or a number")
    text = clean_input(str(at.text_input(label, key=f"{key}_find", max_chars=200, placeholder=hint) or ""))
    if accept_new and text and normalize(text) not in map(normalize, options.values()):
        at.button(
            _("Add “{words}”", words=escape_markdown(text)), key=f"add_to_{key}", on_click=_add_new, args=(key, text)
        )
    return text


def _matches(name: str, words: Iterable[str]) -> bool:
    """Return whether all `words` occur in the name of an option, also with other endings. They may be parts of words."""
    folded = normalize(name) if words else ""
    return all(word in folded or stem_word(word) in folded for word in words)


def _in_order(key: str, text: str, chosen: Sequence[str], *, found: Sequence[str]) -> list[str]:
    """Return the ids to show: those that were chosen when the text was typed, then those that match it.

    An option that is ticked stays where it is until another text is typed: nothing moves away under the finger.
    """
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


def _show_count(
    language: Language,
    shown: Sequence[str],
    chosen: Sequence[str],
    *,
    at: DeltaGenerator,
    found: Sequence[str],
    is_narrowed: bool,
) -> None:
    """Say how many options are chosen or found and not shown, if there are any."""
    _ = language.gettext
    if is_narrowed and not found:
        show_note(at, _("Nothing matches. Try another word."))
    elif hidden := len({*found, *chosen} - set(shown)):
        counted = language.ngettext(
            "{n} more. Type a word to find others.", "{n} more. Type a word to find others.", hidden
        )
        show_note(at, counted)


def option_label(name: str) -> str:
    """Return the name of an option as Markdown. A number or a dash at its start would make it a list."""
    return re.sub(r"^(\d*)([-+.)])", r"\1\\\2", escape_markdown(name))


def _keep_tick(key: str, one: str) -> None:
    is_ticked = st.session_state.get(f"{key}_is_{one}")
    if is_ticked is None:  # the form was closed in the meantime
        return
    others = [i for i in st.session_state.get(key, ()) if i != one]
    st.session_state[key] = [*others, one] if is_ticked else others


def _add_new(key: str, words: str) -> None:
    st.session_state[key] = list(dict.fromkeys([*st.session_state.get(key, ()), words]))
    st.session_state[f"{key}_find"] = ""
