"""The fields of a form that edits a record.

The input survives a reload of the page. A field that nobody changed shows the current value of the record.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

import streamlit as st
from markupsafe import escape
from streamlit.delta_generator import DeltaGenerator

from pages.shared import form_drafts
from pages.shared.layout import Page
from tracker.i18n import native_name
from tracker.model.localized_text import MAX_TEXT_LENGTH, strip_bidi_controls
from tracker.model.records import Recommendation
from tracker.model.vocabulary import Issuer

Code = TypeVar("Code", bound=StrEnum)


@dataclass(frozen=True)
class TextInput:
    """A text that is typed in several languages, in one field for each language.

    `start` and `typed` map language code → text: the text before editing, and the text that was typed.
    """

    label: str
    name: str
    start: Mapping[str, str]
    long: bool = True
    """Whether the text may have several lines."""
    typed: dict[str, str] = field(default_factory=dict)
    """Empty until the fields are shown."""


@dataclass(frozen=True)
class Fields:
    """The fields of one form. Each widget key starts with `prefix`, which names the form and the record."""

    page: Page
    prefix: str

    def __post_init__(self) -> None:
        form_drafts.restore(self.page.editor_handle, self.prefix)

    def heading(self, text: str) -> None:
        """Show the heading of the form: as h1 if the form has its own page, as h2 on the page of a record."""
        level = "h1" if self.page.path == "/edit" else "h2"
        st.html(f"<{level} id='record'>{escape(text)}</{level}>")

    def key(self, name: str, start: Any) -> tuple[str, bool]:
        """Return (widget key of the field `name`, whether the field is new in this session).

        `start` is the value in the record now. If a colleague changed the record, and this editor did not change the
        field, the field gets the new value.
        """
        key, start_key = self.prefix + name, f"{self.prefix}start_{name}"
        start_before, st.session_state[start_key] = st.session_state.get(start_key), start
        # The caller passes `start` to a new widget as its default, not through the session state: after a restart of
        # the server the session state would win over what the browser sends back.
        if key not in st.session_state:
            return key, True
        if start_before == st.session_state[key] != start:
            st.session_state[key] = start
        return key, False

    def remember(self) -> None:
        """Keep a draft of what was typed, so that a reload of the page restores it. Call this after the last field."""
        form_drafts.remember(self.page.editor_handle, self.prefix)

    def line(
        self,
        label: str,
        name: str,
        start: str,
        *,
        max_chars: int = 300,
        at: DeltaGenerator | None = None,
        **options: Any,
    ) -> str:
        """Show a field for one line of text, and return the text in it.

        `at` is the container in which the field is shown; None means the page.
        """
        key, is_new = self.key(name, start)
        value = start if is_new else ""
        return str((at or st).text_input(label, value, max_chars=max_chars, key=key, **options) or "")

    def date(self, label: str, name: str, start: str, *, at: DeltaGenerator | None = None) -> str:
        """Show a field for a partial date, such as 2024-06, and return the text in it.

        The text may not be a valid date. `at` is the container in which the field is shown; None means the page.
        """
        language = self.page.context.language
        _ = language.gettext
        return self.line(label, name, start, max_chars=30, at=at, placeholder=_("as precise as you know it"))

    def area(self, label: str, name: str, start: str) -> str:
        """Show a field for a text of several lines, and return the text in it."""
        key, is_new = self.key(name, start)
        value = start if is_new else ""
        return str(st.text_area(label, value, height="content", max_chars=MAX_TEXT_LENGTH, key=key) or "")

    def texts(self, codes: Iterable[str], texts: Sequence[TextInput]) -> None:
        """Show a field for each text and each language. Store what is typed in the `typed` of each text."""
        for code in codes:
            for text in texts:
                label = f"{text.label} · {native_name(code)}" if len(text.start) > 1 else text.label
                show_field = self.area if text.long else self.line
                text.typed[code] = show_field(label, f"{text.name}_{code}", text.start[code])

    def texts_in_own_languages(self, texts: Sequence[TextInput]) -> list[str]:
        """Show a field for each text in two languages: the main language of the dataset and the language of the editor.

        Return the codes of the languages for which no field was shown.
        """
        language, codes = self.page.context.language, list(texts[0].start)
        own = [code for code in codes if code in (language.default, language.code)]
        self.texts(own, texts)
        return [code for code in codes if code not in own]

    def code_select(
        self, label: str, name: str, kind: type[Code], *, start: Code, at: DeltaGenerator | None = None
    ) -> Code:
        """Show a field with the labels of the enum `kind`, and return the chosen code. `start` is chosen at first."""
        key, is_new = self.key(name, start)
        codes = list(kind)
        chosen: Code = (at or st).selectbox(
            label, codes, codes.index(start) if is_new else 0, format_func=self.page.context.label, key=key
        )
        return chosen

    def select(
        self,
        label: str,
        name: str,
        options: Mapping[str, str],
        *,
        start: str | None,
        placeholder: str,
        at: DeltaGenerator | None = None,
    ) -> str | None:
        """Show a field in which one option or none is chosen. Return the chosen id, or None if no option is chosen.

        `options` maps id → label. `start` is the id chosen at first; it can be chosen even if it is not in `options`.
        """
        key, is_new = self.key(name, start)
        ids = list(options if start is None or start in options else {**options, start: start})
        index = ids.index(start) if is_new and start is not None else None
        return (at or st).selectbox(
            label, ids, index, format_func=lambda i: options.get(i, i), key=key, placeholder=placeholder
        )

    def multiselect(
        self, label: str, name: str, options: Mapping[str, str], *, start: Sequence[str], accept_new: bool = False
    ) -> tuple[str, ...]:
        """Show a field in which several options can be chosen, and return the chosen ids.

        `options` maps id → label. If `accept_new` is True, the editor can also type new words; they are returned too.
        """
        key, is_new = self.key(name, list(start))
        added = st.session_state.get(key, ()) if accept_new else ()
        ids = list(dict.fromkeys([*options, *start, *added]))
        language = self.page.context.language
        _ = language.gettext
        return tuple(
            st.multiselect(
                label,
                ids,
                list(start) if is_new else None,
                format_func=lambda i: options.get(i, i),
                key=key,
                accept_new_options=accept_new,
                placeholder=_("Choose, or write a new one") if accept_new else _("Choose"),
            )
        )

    def recommendations(
        self, label: str, name: str, among: Iterable[Recommendation], *, start: Sequence[str]
    ) -> tuple[str, ...]:
        """Show a field in which several recommendations of `among` can be chosen, and return their ids."""
        return self.multiselect(label, name, {r.id: recommendation_name(self.page, r) for r in among}, start=start)


def recommendation_name(page: Page, r: Recommendation) -> str:
    """Return the name of a recommendation in a choice field: its issuer, paragraph and title."""
    language, body = page.context.language, page.view.body_of(r)
    if r.issued_by is Issuer.CIVIL_SOCIETY:
        issuer = page.context.label(Issuer.CIVIL_SOCIETY)
    else:
        issuer = body.code if body else ""
    return strip_bidi_controls(" · ".join(filter(None, [issuer, r.paragraph, language.resolve(r.title).text])))


def document_names(page: Page) -> dict[str, str]:
    """Return document id → the name shown in a choice field, "symbol · title"."""
    language = page.context.language
    labels = {
        d.id: " · ".join(filter(None, [d.symbol, language.resolve(d.title).text])) for d in page.view.documents.values()
    }
    return {name: strip_bidi_controls(label) for name, label in labels.items()}
