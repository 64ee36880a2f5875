"""The fields of a form, and what was typed in them.

The input survives a reload of the page. A field that nobody changed shows the current value of the record.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, NamedTuple

import streamlit as st
from markupsafe import escape
from streamlit.delta_generator import DeltaGenerator

from pages.shared import form_drafts
from pages.shared.layout import Page
from tracker.editing.record_form import FieldKind, FieldSpec, RecordForm, field_specs
from tracker.i18n import native_name
from tracker.model.dataset import Record
from tracker.model.localized_text import MAX_TEXT_LENGTH, strip_bidi_controls
from tracker.model.records import Evidence, Recommendation
from tracker.model.vocabulary import Issuer


class LocalizedInput(NamedTuple):
    """A text that is typed in several languages, in one field for each language.

    `name` is the field of the form, `key` begins the widget keys. `is_long` says that the text may have several lines.
    """

    label: str
    name: str
    key: str = ""
    is_long: bool = True


@dataclass(frozen=True)
class Fields:
    """The fields of one form. Each widget key starts with `prefix`, which names the form and the record.

    `start` has the initial values, `typed` what is in the fields now: name → value. `record` is the record as recorded
    now, None for a new one. A conflict is shown in the container `conflict`.
    """

    page: Page
    prefix: str
    start: RecordForm[Any] | None = None
    record: Record | None = None
    conflict: DeltaGenerator | None = None
    typed: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        form_drafts.restore(self.page.editor_handle, self.prefix)

    @property
    def filled(self) -> RecordForm[Any]:
        """Return the form with what was typed so far."""
        return replace(self.start, **{name: value for name, value in self.typed.items() if hasattr(self.start, name)})

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

    def line(
        self,
        label: str,
        name: str,
        *,
        key: str = "",
        start: str | None = None,
        most: int = 0,
        at: DeltaGenerator | None = None,
        placeholder: str = "",
        help: str | None = None,
    ) -> str:
        """Show a field of one line, and return the text in it.

        `key` ends the widget key, if it is not `name`. `start` is the initial text, if it is not in the form. `at` is
        the container in which the field is shown; None means the page. A date or a link may not be valid.
        """
        _ = self.page.context.language.gettext
        spec = self._spec(name)
        hints = {FieldKind.LINK: "https://", FieldKind.DATE: _("as precise as you know it")}
        start = getattr(self.start, name, "") if start is None else start
        widget_key, is_new = self.key(key or name, start)
        self.typed[name] = str(
            (at or st).text_input(
                label,
                start if is_new else "",
                max_chars=most or spec.most,
                key=widget_key,
                placeholder=placeholder or hints.get(spec.kind),
                help=help,
            )
            or ""
        )
        return self.typed[name]

    def _spec(self, name: str) -> FieldSpec:
        return field_specs(type(self.start)).get(name, FieldSpec()) if self.start else FieldSpec()

    def id(self) -> None:
        """Show the field for the id of a new record. Until the editor types one, it has the suggested id."""
        if self.record is None:
            _ = self.page.context.language.gettext
            label = _("Short name for the link (cannot be changed later)")
            self.typed["id"] = self.line(label, "id", start=self.filled.suggest_id(self.page.view), most=80).strip()

    def area(self, label: str, name: str, start: str = "", most: int = MAX_TEXT_LENGTH) -> str:
        """Show a field for a text of several lines, and return the text in it."""
        key, is_new = self.key(name, start)
        value = start if is_new else ""
        self.typed[name] = str(st.text_area(label, value, height="content", max_chars=most, key=key) or "")
        return self.typed[name]

    def texts(self, *texts: LocalizedInput, codes: Iterable[str] | None = None) -> None:
        """Show a field for each text and each language of `codes`, by default each language of the texts."""
        for code in codes if codes is not None else getattr(self.start, texts[0].name):
            for text in texts:
                start = getattr(self.start, text.name)
                label = f"{text.label} · {native_name(code)}" if len(start) > 1 else text.label
                key = f"{text.key or text.name}_{code}"
                typed = self.area(label, key, start[code]) if text.is_long else self.line(label, key, start=start[code])
                self.typed[text.name] = {**self.typed.get(text.name, start), code: typed}

    def texts_in_own_language(self, *texts: LocalizedInput) -> list[str]:
        """Show a field for each text in the language of the editor; if the dataset has no such language, in its first.

        Return the codes of the languages for which no field was shown.
        """
        language, codes = self.page.context.language, list(getattr(self.start, texts[0].name))
        own = language.code if language.code in codes else codes[0]
        self.texts(*texts, codes=[own])
        return [code for code in codes if code != own]

    def is_only_in(self, codes: Iterable[str], *texts: LocalizedInput) -> bool:
        """Return whether all of these texts are recorded only in the languages `codes`, and some of them are there."""
        known = {code for text in texts for code, value in getattr(self.start, text.name).items() if value}
        return bool(known) and known <= set(codes)

    def code_select(
        self, label: str, name: str, *, key: str = "", start: StrEnum | None = None, at: DeltaGenerator | None = None
    ) -> StrEnum:
        """Show a field with all codes of a vocabulary, and return the chosen one. `start` is chosen at first."""
        start = start or getattr(self.start, name)
        widget_key, is_new = self.key(key or name, start)
        codes = list(type(start))
        self.typed[name] = (at or st).selectbox(
            label, codes, codes.index(start) if is_new else 0, format_func=self.page.context.label, key=widget_key
        )
        return self.typed[name]

    def code_radio(self, label: str, name: str, codes: Sequence[StrEnum], *, start: StrEnum, key: str = "") -> StrEnum:
        """Show the codes side by side, and return the chosen one. `start` is chosen at first."""
        widget_key, is_new = self.key(key or name, start)
        self.typed[name] = st.radio(
            label,
            codes,
            codes.index(start) if is_new else 0,
            format_func=self.page.context.label,
            horizontal=True,
            key=widget_key,
        )
        return self.typed[name]

    def select(
        self,
        label: str,
        name: str,
        options: Mapping[str, str],
        *,
        placeholder: str,
        at: DeltaGenerator | None = None,
    ) -> str | None:
        """Show a field in which one option or none is chosen. Return the chosen id, or None if no option is chosen.

        `options` maps id → label. The id chosen at first can be chosen even if it is not in `options`.
        """
        start = getattr(self.start, name, None) or None
        key, is_new = self.key(name, start)
        ids = list(options if start is None or start in options else {**options, start: start})
        index = ids.index(start) if is_new and start is not None else None
        self.typed[name] = (at or st).selectbox(
            label, ids, index, format_func=lambda i: options.get(i, i), key=key, placeholder=placeholder
        )
        return self.typed[name]

    def multiselect(
        self,
        label: str,
        name: str,
        options: Mapping[str, str],
        *,
        key: str = "",
        start: Sequence[str] | None = None,
        accept_new: bool = False,
        placeholder: str = "",
    ) -> tuple[str, ...]:
        """Show a field in which several options can be chosen, and return the chosen ids.

        `options` maps id → label. If `accept_new` is True, the editor can also type new words; they are returned too.
        """
        _ = self.page.context.language.gettext
        start = list(getattr(self.start, name) if start is None else start)
        widget_key, is_new = self.key(key or name, start)
        added = st.session_state.get(widget_key, ()) if accept_new else ()
        hint = _("Choose, or write a new one") if accept_new else _("Choose")
        self.typed[name] = tuple(
            st.multiselect(
                label,
                list(dict.fromkeys([*options, *start, *added])),
                start if is_new else None,
                format_func=lambda i: options.get(i, i),
                key=widget_key,
                accept_new_options=accept_new,
                placeholder=placeholder or hint,
            )
        )
        return self.typed[name]

    def recommendations(self, label: str, name: str, among: Iterable[Recommendation], *, key: str) -> None:
        """Show a field in which several recommendations of `among` can be chosen."""
        self.multiselect(label, name, {r.id: recommendation_name(self.page, r) for r in among}, key=key)

    def recommendations_by_code(
        self, label: str, name: str, codes: Iterable[StrEnum], *, among: Iterable[Recommendation], key: str
    ) -> None:
        """Show such a field for each code. The value of the form field `name` is a mapping code → chosen ids."""
        start = getattr(self.start, name)
        names = {r.id: recommendation_name(self.page, r) for r in among}
        self.typed[name] = {
            code: self.multiselect(
                f"{label}: {self.page.context.label(code)}", f"{key}_{code}", names, start=start.get(code, ())
            )
            for code in codes
        }


def open_form(
    page: Page, form_type: type[RecordForm[Any]], record: Record | None, *, name: str, heading: str
) -> Fields:
    """Show the heading of a form, and return its fields. The caller shows them, then calls `save_form`.

    `record` is the record as recorded now, None for a new one. `name` begins the widget keys.
    """
    level = "h1" if page.path == "/edit" else "h2"
    st.html(f"<{level} id='record'>{escape(heading)}</{level}>")
    return Fields(
        page,
        f"{name}_{record.id if record else ''}_",
        form_type.from_record(page.view, record, page.context.language),
        record=record,
        conflict=st.container(),
    )


def recommendation_name(page: Page, r: Recommendation) -> str:
    """Return the name of a recommendation in a choice field: its issuer, paragraph and title."""
    language, body = page.context.language, page.view.body_of(r)
    if r.issued_by is Issuer.CIVIL_SOCIETY:
        issuer = page.context.label(Issuer.CIVIL_SOCIETY)
    else:
        issuer = page.context.label(body) if body else ""
    return strip_bidi_controls(" · ".join(filter(None, [issuer, r.paragraph, language.resolve(r.title).text])))


def document_names(page: Page) -> dict[str, str]:
    """Return document id → the name shown in a choice field, "symbol · title"."""
    language = page.context.language
    labels = {
        d.id: " · ".join(filter(None, [d.symbol, language.resolve(d.title).text])) for d in page.view.documents.values()
    }
    return {name: strip_bidi_controls(label) for name, label in labels.items()}


def evidence_name(page: Page, e: Evidence) -> str:
    """Return the name of an item of evidence in a choice field: its title or summary, its publisher and its date."""
    language = page.context.language
    title = language.resolve(e.title or e.summary).text[:120]
    date = e.published and language.format_date(e.published)
    return strip_bidi_controls(" · ".join(filter(None, [title, page.context.name(e.publisher), date])))
