"""The fields of a form that edits a record. What was typed survives a reload; an untouched field follows the file."""

import json
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
from tracker.storage.yaml_reader import hash_version

Code = TypeVar("Code", bound=StrEnum)


@dataclass(frozen=True)
class TextInput:
    """A text with one field for each language: its label, its start values, and what was typed, by language code."""

    label: str
    name: str
    start: Mapping[str, str]
    long: bool = True
    """Whether the text may have several lines."""
    typed: dict[str, str] = field(default_factory=dict)
    """Filled in when the fields are shown."""


@dataclass(frozen=True)
class Fields:
    """The fields of one form. Their keys start with `prefix`, which names the form and the record."""

    page: Page
    prefix: str
    start_hashes: dict[str, str] = field(default_factory=dict)
    """By field name: a hash of the value that the record has for it now. Filled in when the fields are shown."""

    def __post_init__(self) -> None:
        form_drafts.restore(self.page.editor_handle, self.prefix)

    def heading(self, text: str) -> None:
        """Show the heading of the form: h1 on the form's own page, h2 on the page of a record."""
        level = "h1" if self.page.path == "/edit" else "h2"
        st.html(f"<{level} id='record'>{escape(text)}</{level}>")

    def key(self, name: str, start: Any) -> tuple[str, bool]:
        """Return the widget key of a field, and whether the field is new in this session.

        A field that nobody touched is set to the new `start` when a colleague changed the record.
        """
        key, hash_key = self.prefix + name, f"{self.prefix}start_{name}"
        start_before, self.start_hashes[name] = st.session_state.get(hash_key), _hash(start)
        st.session_state[hash_key] = self.start_hashes[name]
        # The caller passes `start` to a new widget as its default, not through the session state: after a restart of
        # the server the session state would win over what the browser sends back.
        if key not in st.session_state:
            return key, True
        if start_before == _hash(st.session_state[key]) != self.start_hashes[name]:
            st.session_state[key] = start
        return key, False

    def remember(self) -> None:
        """Remember what was typed. Call this after the last field.

        On the server it is a draft, for a reload of the page. In the browser a hidden field holds the start hashes, so
        that after a restart of the server what was typed can be told from what is only old.
        """
        key, current = f"{self.prefix}starts", json.dumps(self.start_hashes)
        if is_new := key not in st.session_state:
            known = self._hidden_field(key, current)
        else:
            st.session_state[key] = known = current
            self._hidden_field(key, "")
        if is_new and known != current:
            self._rerun_with_old_hashes(json.loads(known or "{}"))
        form_drafts.remember(self.page.editor_handle, self.prefix)

    def _hidden_field(self, key: str, value: str) -> str | None:
        with st.container(key="rt_unseen"):
            return st.text_input("-", value, key=key, label_visibility="collapsed")

    def _rerun_with_old_hashes(self, hashes: Mapping[str, str]) -> None:
        """Run the page again after a restart of the server; then untouched fields take their new start values."""
        st.session_state.update({f"{self.prefix}start_{name}": value for name, value in hashes.items()})
        st.rerun()

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
        """Show a field for one line of text and return what is in it. `at` is the container, the page if None."""
        key, is_new = self.key(name, start)
        value = start if is_new else ""
        return str((at or st).text_input(label, value, max_chars=max_chars, key=key, **options) or "")

    def date(self, label: str, name: str, start: str, *, at: DeltaGenerator | None = None) -> str:
        """Show a field for a partial date, such as 2024-06, and return what is in it, unchecked."""
        language = self.page.context.language
        _ = language.gettext
        return self.line(label, name, start, max_chars=30, at=at, placeholder=_("as well as it is known"))

    def area(self, label: str, name: str, start: str) -> str:
        """Show a field for a text of several lines and return what is in it."""
        key, is_new = self.key(name, start)
        value = start if is_new else ""
        return str(st.text_area(label, value, height="content", max_chars=MAX_TEXT_LENGTH, key=key) or "")

    def texts(self, codes: Iterable[str], texts: Sequence[TextInput]) -> None:
        """Show one field for each language and text, and put what is in it into the text's `typed`."""
        for code in codes:
            for text in texts:
                label = f"{text.label} · {native_name(code)}" if len(text.start) > 1 else text.label
                show_field = self.area if text.long else self.line
                text.typed[code] = show_field(label, f"{text.name}_{code}", text.start[code])

    def texts_in_own_languages(self, texts: Sequence[TextInput]) -> list[str]:
        """Show the fields in the main language and in the editor's. Return the codes of the other languages."""
        language, codes = self.page.context.language, list(texts[0].start)
        own = [code for code in codes if code in (language.default, language.code)]
        self.texts(own, texts)
        return [code for code in codes if code not in own]

    def code_select(
        self, label: str, name: str, kind: type[Code], *, start: Code, at: DeltaGenerator | None = None
    ) -> Code:
        """Show a choice of one code of an enum, with their labels, and return it."""
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
        """Show a choice of one id or none, and return it. `options` maps ids to labels; `start` need not be among them."""
        key, is_new = self.key(name, start)
        ids = list(options if start is None or start in options else {**options, start: start})
        index = ids.index(start) if is_new and start is not None else None
        return (at or st).selectbox(
            label, ids, index, format_func=lambda i: options.get(i, i), key=key, placeholder=placeholder
        )

    def multiselect(
        self, label: str, name: str, options: Mapping[str, str], *, start: Sequence[str], accept_new: bool = False
    ) -> tuple[str, ...]:
        """Show a choice of several ids and return them; with `accept_new`, words that are not among the options too."""
        key, is_new = self.key(name, list(start))
        added = st.session_state.get(key, ()) if accept_new else ()
        ids = list(dict.fromkeys([*options, *start, *added]))
        language = self.page.context.language
        _ = language.gettext
        return tuple(
            st.multiselect(
                label, ids, list(start) if is_new else None, format_func=lambda i: options.get(i, i), key=key,
                accept_new_options=accept_new, placeholder=_("Choose, or write a new one") if accept_new else _("Choose"),
            )
        )  # fmt: skip

    def recommendations(
        self, label: str, name: str, among: Iterable[Recommendation], *, start: Sequence[str]
    ) -> tuple[str, ...]:
        """Show a choice of several recommendations and return their ids."""
        return self.multiselect(label, name, {r.id: recommendation_name(self.page, r) for r in among}, start=start)


def _hash(value: Any) -> str:
    return hash_version(json.dumps(value).encode())[:8]


def recommendation_name(page: Page, r: Recommendation) -> str:
    """Return the label of a recommendation in a choice: who asks, the paragraph, the title."""
    language, body = page.context.language, page.view.body_of(r)
    if r.issued_by is Issuer.CIVIL_SOCIETY:
        issuer = page.context.label(Issuer.CIVIL_SOCIETY)
    else:
        issuer = body.code if body else ""
    return strip_bidi_controls(" · ".join(filter(None, [issuer, r.paragraph, language.resolve(r.title).text])))


def document_names(page: Page) -> dict[str, str]:
    """Return the labels of the documents in a choice, by id: symbol and title."""
    language = page.context.language
    labels = {
        d.id: " · ".join(filter(None, [d.symbol, language.resolve(d.title).text])) for d in page.view.documents.values()
    }
    return {name: strip_bidi_controls(label) for name, label in labels.items()}
