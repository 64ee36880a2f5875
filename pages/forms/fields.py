"""The fields of a form, and what was typed in them.

The input survives a reload of the page. A field that nobody changed shows the current value of the record.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, NamedTuple

import streamlit as st
from markupsafe import escape
from streamlit.delta_generator import DeltaGenerator

from pages.forms.widgets import (
    date_in_words,
    errors_token,
    index_of,
    show_calendar,
    show_date_reading,
    show_field_error,
    show_link_reading,
    show_note,
    show_several_choices,
)
from pages.shared import form_drafts
from pages.shared.form_drafts import show_presence
from pages.shared.layout import Page
from pages.shared.messages import _, escape_markdown
from tracker.editing.forms.record_form import FieldKind, FieldSpec, RecordForm, field_specs
from tracker.files.new_file import NewFile
from tracker.i18n import native_name
from tracker.model.dataset import Record
from tracker.model.fields import FIELD_LABELS
from tracker.model.localized_text import MAX_TEXT_LENGTH, strip_bidi_controls
from tracker.model.records import Evidence, Recommendation
from tracker.model.vocabulary import Issuer


def recommendation_names(page: Page, among: Iterable[Recommendation]) -> dict[str, str]:
    """Return recommendation id → its name in a choice field, for each recommendation of `among`."""
    # made once for a view: with 5,000 recommendations this takes longer than the rest of a form
    known: dict[str, str] = page.view.cached("names of recommendations", page.context.language, dict)

    def name(r: Recommendation) -> str:
        body = r.issued_by if r.issued_by is Issuer.CIVIL_SOCIETY else page.view.body_of(r)
        parts = [page.context.label(body) if body else "", r.paragraph, page.context.language.resolve(r.title).text]
        return strip_bidi_controls(" · ".join(filter(None, parts)))

    return {r.id: known.get(r.id) or known.setdefault(r.id, name(r)) for r in among}


def document_names(page: Page) -> dict[str, str]:
    """Return document id → the name shown in a choice field, "symbol · title"."""
    title = page.context.language.resolve
    return {
        d.id: strip_bidi_controls(" · ".join(filter(None, [d.symbol, title(d.title).text])))
        for d in page.view.documents.values()
    }


def evidence_name(page: Page, e: Evidence) -> str:
    """Return the name of an item of evidence in a choice field: its title or summary, its publisher and its date."""
    language = page.context.language
    title = language.resolve(e.title or e.summary).text[:120]
    date = e.published and language.format_date(e.published)
    return strip_bidi_controls(" · ".join(filter(None, [title, page.context.name(e.publisher), date])))


class LocalizedInput(NamedTuple):
    """A text that is typed in several languages, in one field for each language.

    `name` is the field of the form, `key` begins the widget keys. `is_long` says that the text may have several lines.
    `required` says that it is needed in at least one language.
    """

    label: str
    name: str
    key: str = ""
    is_long: bool = True
    required: bool = False


@dataclass(frozen=True)
class Fields:
    """The fields of one form. Each widget key starts with `prefix`, which names the form and the record.

    `start` has the initial values, `typed` what is in the fields now: name → value. `record` is the record as recorded
    now, None for a new one. `slots` has the place below each field, where it says what is wrong. `told` has the
    sentences that stand there already. `nested` has the forms within this form, each with the beginning of its names.
    `new_files` are files that are to be saved, `files_missing` says what is still to do before; the nested forms share them.
    """

    page: Page
    prefix: str
    start: RecordForm[Any] | None = None
    record: Record | None = None
    typed: dict[str, Any] = field(default_factory=dict)
    slots: dict[str, DeltaGenerator] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    nested: dict[str, "Fields"] = field(default_factory=dict)
    new_files: list[NewFile] = field(default_factory=list)
    files_missing: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if form_drafts.restore(self.prefix):
            st.session_state[f"{self.prefix}restored"] = True

    def show_errors(self, errors: Iterable[str]) -> None:
        """Show each error at its field, unless the field shows it already.

        If the save button was pressed, the browser goes to the first of these fields.
        """
        nested = {name + key: slot for name, form in self.nested.items() for key, slot in form.slots.items()}
        slots, token = self.slots | nested, errors_token()
        for error in errors:
            if slot := slots.get(getattr(error, "field", "")):
                show_field_error(slot, "" if error in self.told else error, arrive=token)

    def _box(self, key: str, *, required: bool, at: DeltaGenerator | None) -> DeltaGenerator:
        return (at or st).container(key=f"rt_required_{key}" if required else f"rt_field_{key}", gap="xsmall")

    @property
    def filled(self) -> RecordForm[Any]:
        """Return the form with what was typed so far."""
        return replace(self.start, **{name: value for name, value in self.typed.items() if hasattr(self.start, name)})

    def key(self, name: str, start: Any) -> tuple[str, Any]:
        """Return (widget key of the field `name`, its value now). `start` is the value in the record now.

        A field that this editor did not change gets the value that a colleague saved meanwhile.
        """
        key, start_key = self.prefix + name, f"{self.prefix}start_{name}"
        start_before, st.session_state[start_key] = st.session_state.get(start_key), start
        # The caller passes the value to the widget as its default, and `start` never through the session state: after a
        # restart of the server the session state would win over what the browser sends back.
        if key in st.session_state and start_before == st.session_state[key] != start:
            st.session_state[key] = start
        return key, st.session_state.get(key, start)

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
        required: bool = False,
    ) -> str:
        """Show a field of one line, and return the text in it.

        `key` ends the widget key, if it is not `name`. `start` is the initial text, if it is not in the form. `at` is
        the container in which the field is shown; None means the page. A date is returned as a partial date, and a link
        with its scheme, if they are understood; otherwise they are returned as they are typed.
        """
        language = self.page.context.language
        spec = field_specs(type(self.start)).get(name, FieldSpec()) if self.start else FieldSpec()
        hints = {FieldKind.LINK: "https://", FieldKind.DATE: _("12 March 2026, March 2026, 2026…")}
        recorded = start = getattr(self.start, name, "") if start is None else start
        if is_date := spec.kind is FieldKind.DATE:
            start = date_in_words(language, start)
        widget_key, value = self.key(key or name, start)
        box = self._box(widget_key, required=required, at=at)
        with box.container(horizontal=True, vertical_alignment="bottom", gap="small") if is_date else box:
            how = {"max_chars": most or spec.most, "placeholder": placeholder or hints.get(spec.kind)}
            typed = str(st.text_input(label, value, key=widget_key, **how) or "")
            if is_date:
                show_calendar(key=widget_key)
        slot, error = box.container(gap="xsmall"), ""
        if typed == start:
            typed = recorded
        elif is_date:
            known = FIELD_LABELS.get(name)  # the label in `validate`: the same sentence is not shown twice
            typed, error = show_date_reading(self.page, typed, _(known) if known else label, key=widget_key, at=slot)
        elif spec.kind is FieldKind.LINK:
            typed, error = show_link_reading(self.page, typed, at=slot)
        self.slots.setdefault(name, slot)
        self.told.add(error)
        self.typed[name] = typed
        return typed

    def id(self) -> None:
        """Show the field for the id of a new record. While it is empty, the record gets the suggested id.

        That is the placeholder, not the value: to who types fast, the browser could send back a value of before.
        """
        if self.record is None:
            label = _("Short name for the link (cannot be changed later)")
            suggested = self.filled.suggest_id(self.page.view)
            self.typed["id"] = self.line(label, "id", start="", most=80, placeholder=suggested).strip() or suggested
            shorter = suggested.rpartition("-")[0]
            if shorter in getattr(self.page.view.dataset, self.filled.register) and self.typed["id"] == suggested:
                words = _("“{taken}” is taken, so the name is “{id}”.", taken=shorter, id=suggested)
                st.caption(escape_markdown(words))

    def area(
        self, label: str, name: str, start: str = "", *, most: int = MAX_TEXT_LENGTH, required: bool = False
    ) -> str:
        """Show a field for a text of several lines, and return the text in it."""
        key, value = self.key(name, start)
        box = self._box(key, required=required, at=None)
        self.typed[name] = str(box.text_area(label, value, height="content", max_chars=most, key=key) or "")
        self.slots.setdefault(name, box.container())
        return self.typed[name]

    def texts(self, *texts: LocalizedInput, codes: Iterable[str] | None = None) -> None:
        """Show a field for each text and each language of `codes`, by default each language of the texts."""
        for code in codes if codes is not None else getattr(self.start, texts[0].name):
            for text in texts:
                start = getattr(self.start, text.name)
                label = f"{text.label} · {native_name(code)}" if len(start) > 1 else text.label
                key = f"{text.key or text.name}_{code}"
                # the mark goes when the text is there in another language
                others = {f"{text.key or text.name}_{other}": start[other] for other in start if other != code}
                required = text.required and code == self._own_language(start) and not self.has_text(others)
                if text.is_long:
                    typed = self.area(label, key, start[code], required=required)
                else:
                    typed = self.line(label, key, start=start[code], required=required)
                self.typed[text.name] = {**self.typed.get(text.name, start), code: typed}
                if required or text.name not in self.slots:
                    self.slots[text.name] = self.slots[key]

    def texts_in_own_language(self, *texts: LocalizedInput) -> list[str]:
        """Show a field for each text in the language of the editor or, for want of it, the first. Return the other languages."""
        codes = list(getattr(self.start, texts[0].name))
        own = self._own_language(codes)
        self.texts(*texts, codes=[own])
        return [code for code in codes if code != own]

    def _own_language(self, codes: Iterable[str]) -> str:
        """Return the language of the editor if it is in `codes`, otherwise the first of them."""
        own, known = self.page.context.language.code, list(codes)
        return own if own in known else known[0]

    def has_text(self, recorded: Mapping[str, str]) -> bool:
        """Return whether one of the fields has a text. `recorded` maps its name → what it starts with: it may stand below."""
        return any(str(st.session_state.get(self.prefix + name, text) or "").strip() for name, text in recorded.items())

    def is_only_in(self, codes: Iterable[str], *texts: LocalizedInput) -> bool:
        """Return whether all of these texts are recorded only in the languages `codes`, and some of them are there."""
        known = {code for text in texts for code, value in getattr(self.start, text.name).items() if value}
        return bool(known) and known <= set(codes)

    def checkbox(self, label: str, name: str, *, start: bool = False) -> bool:
        """Show a box, and return whether it is ticked."""
        key, value = self.key(name, start)
        self.typed[name] = st.checkbox(label, value, key=key)
        return self.typed[name]

    def _one_of(
        self,
        show: Callable[..., Any],
        label: str,
        name: str,
        options: Sequence[str],
        *,
        start: str | None = None,
        at: DeltaGenerator | None = None,
        required: bool = False,
        key: str = "",
        **how: Any,
    ) -> Any:
        """Show a field in which one of the options is chosen, and return it, or None. `start` is chosen at first.

        `start` is by default the value in the form. `key` ends the widget key, if it is not `name`. `at` is the container
        in which the field is shown.
        """
        start = start or getattr(self.start, name, None) or None
        widget_key, value = self.key(key or name, start)
        box = self._box(widget_key, required=required, at=at)
        self.typed[name] = show(box, label, options, index_of(value, options), key=widget_key, **how)
        self.slots.setdefault(name, box.container())
        return self.typed[name]

    def code_select(self, label: str, name: str, codes: Iterable[StrEnum], **how: Any) -> StrEnum | None:
        """Show a list in which one of the codes is chosen, and return it. `start` is chosen at first, if given."""
        how |= {"format_func": self.page.context.label, "placeholder": _("Choose")}
        return self._one_of(DeltaGenerator.selectbox, label, name, options=list(codes), **how)

    def code_radio(self, label: str, name: str, codes: Iterable[StrEnum], **how: Any) -> StrEnum | None:
        """Show the codes side by side, and return the chosen one. `start` is chosen at first; None means that none is."""
        how |= {"format_func": self.page.context.label, "horizontal": True}
        return self._one_of(DeltaGenerator.radio, label, name, options=list(codes), **how)

    def select(self, label: str, name: str, options: Mapping[str, str], *, placeholder: str, **how: Any) -> str | None:
        """Show a list in which one option or none is chosen. Return the chosen id, or None if no option is chosen.

        `options` maps id → label. The id chosen at first can be chosen even if it is not in `options`.
        """
        start = getattr(self.start, name, None) or None
        known = list(options if start is None or start in options else {**options, start: start})
        how |= {"format_func": lambda i: options.get(i, i), "placeholder": placeholder}
        return self._one_of(DeltaGenerator.selectbox, label, name, options=known, **how)

    def choose_several(
        self,
        label: str,
        name: str,
        options: Mapping[str, str],
        *,
        key: str = "",
        start: Sequence[str] | None = None,
        accept_new: bool = False,
        is_shown: bool = True,
    ) -> tuple[str, ...]:
        """Show a field in which several options can be chosen, and return the chosen ids.

        `options` maps id → label. If `accept_new` is True, the editor can also type new words; they are returned too.
        If `is_shown` is False, only what was chosen is kept.
        """
        start = list(getattr(self.start, name) if start is None else start)
        widget_key, value = self.key(key or name, start)
        box = self._box(widget_key, required=False, at=None)
        how = {"start": start, "value": value, "accept_new": accept_new, "is_shown": is_shown}
        self.typed[name] = show_several_choices(label, options, at=box, key=widget_key, **how)
        self.slots.setdefault(name, box.container())
        return self.typed[name]

    def recommendations_by_code(
        self, label: str, name: str, *, codes: Iterable[StrEnum], among: Iterable[Recommendation], key: str
    ) -> None:
        """Show the codes side by side, each with the number of chosen recommendations, and the list of the pressed one.

        The value of the form field `name` is a mapping code → chosen ids, also of the lists that are not shown.
        """
        start, label_of = getattr(self.start, name), self.page.context.label
        names = recommendation_names(self.page, among)
        options = list(codes)
        counts = {
            code: len(st.session_state.get(f"{self.prefix}{key}_{code}", start.get(code, ()))) for code in options
        }
        opened_key = f"{self.prefix}{key}_opened"
        opened = st.session_state.get(opened_key, next((code for code in options if counts[code]), options[0]))
        # with other counts it is another widget: the browser sends back the label that was pressed
        shown_key = "_".join([self.prefix + key, "shown", *map(str, counts.values())])
        how = {"default": st.session_state.get(shown_key, opened) or opened, "key": shown_key}
        pressed = st.segmented_control(
            label, options, format_func=lambda one: f"{label_of(one)} ({counts[one]})", **how
        )
        # a second press on the same code would close its list
        shown = st.session_state[opened_key] = pressed or opened
        self.typed[name] = {
            code: self.choose_several(
                f"{label}: {label_of(code)}", f"{key}_{code}", names, start=start.get(code, ()), is_shown=code == shown
            )
            for code in options
        }


def open_form(
    page: Page,
    form_type: type[RecordForm[Any]],
    record: Record | None,
    *,
    name: str,
    heading: str,
    given: Mapping[str, Any] | None = None,
) -> Fields:
    """Show the heading of a form, and return its fields. The caller shows them, then calls `save_form`.

    `record` is the record as recorded now, None for a new one. `name` begins the widget keys. `given` has initial values
    for a new record: field name → value.
    """
    level = "h1" if page.path == "/edit" else "h2"
    note = f'<p class="rt-meta rt-requirednote">{escape(_("Fields marked with * are required."))}</p>'
    st.html(f"<{level} id='record'>{escape(heading)}</{level}>{note}")
    start = replace(form_type.from_record(page.view, record, page.context.language), **(given or {}))
    form = Fields(page, f"{name}_{record.id if record else ''}_", start, record=record)
    if st.session_state.get(f"{form.prefix}restored"):
        show_note(st, _("This is your unsaved draft. To start again, press “Discard and close” below the form."))
    if record is not None:
        show_presence(record)
    return form


def open_nested_form(outer: Fields, start: RecordForm[Any], *, name: str) -> Fields:
    """Return the fields of a form within another form. Its errors are named with `name` in front.

    The widget keys begin with those of the outer form, so a draft of the outer form has what is typed in both.
    """
    nested = replace(outer, prefix=f"{outer.prefix}{name.rstrip('.')}_", start=start, record=None, typed={}, slots={})
    outer.nested[name] = nested
    return nested
