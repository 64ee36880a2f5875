"""The fields of a form that edits a record: they keep what was typed over a reload, and follow the file where untouched."""

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

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True)
class TextInput:
    """A text that has a field a language: what the fields start with, and what was typed."""

    label: str
    name: str
    start: Mapping[str, str]
    long: bool = True
    typed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Fields:
    """One form's fields. Their keys start with `prefix`, which names the form and the record."""

    page: Page
    prefix: str
    starts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        form_drafts.restore(self.page.editor_handle, self.prefix)

    def heading(self, words: str) -> None:
        """What the form does: the name of its own page, or of a part of the record's page."""
        level = "h1" if self.page.path == "/edit" else "h2"
        st.html(f"<{level} id='record'>{escape(words)}</{level}>")

    def key(self, name: str, start: Any) -> tuple[str, bool]:
        """The key of a field, and whether it is new. What nobody touched follows the file when a colleague changes it."""
        key, was = self.prefix + name, f"{self.prefix}start_{name}"
        before, self.starts[name] = st.session_state.get(was), _short(start)
        st.session_state[was] = self.starts[name]
        # A new field gets its start as the default, not through the state: after a restart of the server that would
        # win over what the browser sends back.
        if key not in st.session_state:
            return key, True
        if before == _short(st.session_state[key]) != self.starts[name]:
            st.session_state[key] = start
        return key, False

    def keep(self) -> None:
        """Remembers what was typed: here for when the page is loaded again, in the browser for when the server restarts."""
        key, now = f"{self.prefix}starts", json.dumps(self.starts)
        if new := key not in st.session_state:
            known = self._unseen(key, now)
        else:
            st.session_state[key] = known = now
            self._unseen(key, "")
        if new and known != now:
            self._look_again(json.loads(known or "{}"))
        form_drafts.remember(self.page.editor_handle, self.prefix)

    def _unseen(self, key: str, value: str) -> str | None:
        """What the fields started with, in a field that nobody sees: it tells what was typed from what is only old."""
        with st.container(key="rt_unseen"):
            return st.text_input("-", value, key=key, label_visibility="collapsed")

    def _look_again(self, before: Mapping[str, str]) -> None:
        """The server was restarted: the fields hold what the browser sent back, some of it only old by now."""
        st.session_state.update({f"{self.prefix}start_{name}": short for name, short in before.items()})
        st.rerun()

    def line(
        self, label: str, name: str, start: str, most: int = 300, *, at: DeltaGenerator | None = None, **more: Any
    ) -> str:
        """One line of text."""
        key, new = self.key(name, start)
        return str((at or st).text_input(label, start if new else "", most, key, **more) or "")

    def date(self, label: str, name: str, start: str, *, at: DeltaGenerator | None = None) -> str:
        """A date as well as it is known."""
        language = self.page.context.language
        _ = language.gettext
        return self.line(label, name, start, 30, at=at, placeholder=_("as well as it is known"))

    def area(self, label: str, name: str, start: str, most: int = MAX_TEXT_LENGTH) -> str:
        """A text of several lines."""
        key, new = self.key(name, start)
        return str(st.text_area(label, start if new else "", "content", most, key) or "")

    def texts(self, codes: Iterable[str], fields: Sequence[TextInput]) -> None:
        """One field a text and language; what is typed stands in `typed` of each text afterwards."""
        for code in codes:
            for text in fields:
                label = f"{text.label} · {native_name(code)}" if len(text.start) > 1 else text.label
                text.typed[code] = (self.area if text.long else self.line)(
                    label, f"{text.name}_{code}", text.start[code]
                )

    def is_first(self, fields: Sequence[TextInput]) -> list[str]:
        """The fields in the main language and in the editor's; gives the languages that are left."""
        language, codes = self.page.context.language, list(fields[0].start)
        first = [code for code in codes if code in (language.default, language.code)]
        self.texts(first, fields)
        return [code for code in codes if code not in first]

    def id_field(self, label: str, name: str, kind: type[E], start: E, *, at: DeltaGenerator | None = None) -> E:
        """One of the codes of the field's vocabulary."""
        key, new = self.key(name, start)
        shown, options = self.page.context.label, list(kind)
        found: E = (at or st).selectbox(label, options, options.index(start) if new else 0, shown, key)
        return found

    def select(
        self,
        label: str,
        name: str,
        options: Mapping[str, str],
        start: str | None,
        placeholder: str,
        *,
        at: DeltaGenerator | None = None,
    ) -> str | None:
        """One id of several, or none."""
        key, new = self.key(name, start)
        ids = list(options if start is None or start in options else {**options, start: start})
        place = ids.index(start) if new and start is not None else None
        return (at or st).selectbox(label, ids, place, lambda i: options.get(i, i), key, placeholder=placeholder)

    def multiselect(
        self, label: str, name: str, options: Mapping[str, str], start: Sequence[str], *, more: bool = False
    ) -> tuple[str, ...]:
        """Several ids; with `more`, words that are not among them yet."""
        key, new = self.key(name, list(start))
        ids = list(dict.fromkeys([*options, *start, *(st.session_state.get(key, ()) if more else ())]))
        language = self.page.context.language
        _ = language.gettext
        return tuple(
            st.multiselect(
                label, ids, list(start) if new else None, lambda i: options.get(i, i), key, accept_new_options=more,
                placeholder=_("Choose, or write a new one") if more else _("Choose"),
            )
        )  # fmt: skip

    def recommendations(
        self, label: str, name: str, among: Sequence[Recommendation], start: Sequence[str]
    ) -> tuple[str, ...]:
        """Several recommendations."""
        return self.multiselect(label, name, {r.id: recommendation_name(self.page, r) for r in among}, start)


def _short(value: Any) -> str:
    return hash_version(json.dumps(value).encode())[:8]


def recommendation_name(page: Page, r: Recommendation) -> str:
    """How a recommendation is called in a choice: who asks, its place, its title."""
    language, body = page.context.language, page.view.body_of(r)
    asks = (
        page.context.label(Issuer.CIVIL_SOCIETY) if r.issued_by is Issuer.CIVIL_SOCIETY else body.code if body else ""
    )
    return strip_bidi_controls(" · ".join(filter(None, [asks, r.paragraph, language.resolve(r.title).text])))


def document_names(page: Page) -> dict[str, str]:
    """How the documents are called in a choice."""
    language = page.context.language
    named = {
        d.id: " · ".join(filter(None, [d.symbol, language.resolve(d.title).text])) for d in page.view.documents.values()
    }
    return {name: strip_bidi_controls(words) for name, words in named.items()}
