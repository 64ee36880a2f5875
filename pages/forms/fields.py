"""The fields of a form, and what was typed in them.

The input survives a reload of the page. A field that nobody changed shows the current value of the record.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from typing import Any, Generic, NamedTuple, TypedDict, TypeVar, Unpack

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
from pages.shared.text_fields import text_field, too_long
from tracker.editing.forms.record_form import FieldKind, FieldSpec, RecordForm, field_specs
from tracker.files.new_file import NewFile
from tracker.i18n import native_name
from tracker.model.dataset import Record
from tracker.model.fields import FIELD_LABELS
from tracker.model.labels import N_
from tracker.model.localized_text import MAX_TEXT_LENGTH, strip_bidi_controls
from tracker.model.ownership import keeper_of
from tracker.model.records import Evidence, Recommendation
from tracker.model.vocabulary import Issuer

Form = TypeVar("Form", bound=RecordForm[Any])
Option = TypeVar("Option", bound=str)
Value = TypeVar("Value")


FIXED = N_("It says what the entry is. Who may change it is said above the form.")
"""The help of a field that this editor may not change."""


def recommendation_names(page: Page, among: Iterable[Recommendation]) -> dict[str, str]:
    """Return recommendation id → its name in a choice field, "issuer · paragraph · title", in the order of `among`."""
    # made once for a view: with 5,000 recommendations this takes longer than the rest of a form
    known: dict[str, str] = page.view.cached("names of recommendations", page.context.language, dict)

    def name(r: Recommendation) -> str:
        body = r.issued_by if r.issued_by is Issuer.CIVIL_SOCIETY else page.view.body_of(r)
        parts = [page.context.label(body) if body else "", r.paragraph, page.context.language.resolve(r.title).text]
        return strip_bidi_controls(" · ".join(filter(None, parts)))

    return {r.id: known.get(r.id) or known.setdefault(r.id, name(r)) for r in among}


def document_names(page: Page) -> dict[str, str]:
    """Return document id → its name in a choice field, "symbol · title", for all documents of the view."""
    title = page.context.language.resolve
    return {
        d.id: strip_bidi_controls(" · ".join(filter(None, [d.symbol, title(d.title).text])))
        for d in page.view.documents.values()
    }


def evidence_name(page: Page, e: Evidence) -> str:
    """Return the name of an item of evidence in a list: "title or summary (120 characters at most) · publisher · date"."""
    language = page.context.language
    title = language.resolve(e.title or e.summary).text[:120]
    date = e.published and language.format_date(e.published)
    return strip_bidi_controls(" · ".join(filter(None, [title, page.context.name(e.publisher), date])))


class LocalizedInput(NamedTuple):
    """A text that is typed in several languages. If `key` is not "", it replaces `name` in the widget keys."""

    label: str
    name: str
    key: str = ""
    is_long: bool = True
    required: bool = False


class How(TypedDict, total=False):
    """How a field is shown: its widget key, by default its name; its container, by default the page; whether it is required."""

    key: str
    at: DeltaGenerator | None
    required: bool


@dataclass(frozen=True)
class Fields(Generic[Form]):
    """The fields of one form. Each widget key starts with `prefix`, which names the form and the record.

    `start` has the initial values, `typed` the values of the fields shown in this run, `record` what is recorded now.
    `slots` are the places for errors below the fields, `told` the errors shown there already. `nested` maps name →
    form within this form; in errors, the names of its fields start with this name. `files_missing` has sentences about
    what must be done with files before a save. The methods pass their keyword arguments `how` to `_open`.
    """

    page: Page
    prefix: str
    start: Form
    record: Record | None = None
    typed: dict[str, Any] = field(default_factory=dict)
    slots: dict[str, DeltaGenerator] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    nested: dict[str, "AnyForm"] = field(default_factory=dict)
    new_files: list[NewFile] = field(default_factory=list)
    files_missing: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if form_drafts.restore(self.prefix):
            st.session_state[f"{self.prefix}restored"] = True

    def show_errors(self, errors: Iterable[str]) -> None:
        """Show each error once, below the field that it names. After a failed save, scroll to the first one."""
        nested = {name + key: slot for name, form in self.nested.items() for key, slot in form.slots.items()}
        slots, token, told = self.slots | nested, errors_token(), {*self.told, *too_long(self.prefix)}
        for error in errors:
            if slot := slots.get(getattr(error, "field", "")):
                show_field_error(slot, "" if error in told else error, arrive=token)

    def _open(
        self, name: str, start: Any, *, key: str = "", at: DeltaGenerator | None = None, required: bool = False
    ) -> tuple[DeltaGenerator, str, Any]:
        """Return (a container for the field `name`, its widget key, its value now)."""
        key, value = self.key_and_value(key or name, start)
        return (at or st).container(key=f"rt_{'required' if required else 'field'}_{key}", gap="xsmall"), key, value

    def _note_typed(self, name: str, typed: Value, slot: DeltaGenerator) -> Value:
        """Note the value `typed` of the field, and the place below it for errors. Return the value."""
        self.typed[name] = typed
        self.slots.setdefault(name, slot)
        return typed

    def _locked(self, name: str) -> dict[str, Any]:
        """Return the arguments of a widget for a field that this editor may not change (see `Page.fixed_fields`)."""
        is_fixed = {name, f"source/{name}"} & self.page.fixed_fields(self.record)
        return {"disabled": True, "help": _(FIXED)} if is_fixed else {}

    @property
    def filled(self) -> Form:
        """Return the form `start` with the values typed so far. It leaves out names that are no fields of the form."""
        return replace(self.start, **{name: value for name, value in self.typed.items() if hasattr(self.start, name)})

    def key_and_value(self, name: str, start: Any) -> tuple[str, Any]:
        """Return (widget key, value now). Unless this editor changed the field, the value is the recorded `start`."""
        key, start_key = self.prefix + name, f"{self.prefix}start_{name}"
        start_before, st.session_state[start_key] = st.session_state.get(start_key), start
        # The caller passes the value to the widget as its default, and `start` never through the session state: after a
        # restart of the server the session state would win over what the browser sends back.
        if key in st.session_state and start_before == st.session_state[key] != start:
            st.session_state[key] = start  # not changed by this editor, but saved by a colleague meanwhile
        return key, st.session_state.get(key, start)

    def line(
        self,
        label: str,
        name: str,
        start: str | None = None,
        *,
        most: int = 0,
        placeholder: str = "",
        **how: Unpack[How],
    ) -> str:
        """Show a field of one line and return its text. A date becomes a partial date, and a link gets its scheme.

        A date or link that is not understood is returned as typed, with an error below the field. By default, `start`
        and `most` (the largest number of characters) are those of the form.
        """
        spec = field_specs(type(self.start)).get(name, FieldSpec()) if self.start else FieldSpec()
        hints = {None: "", FieldKind.LINK: "https://", FieldKind.DATE: _("12 March 2026, March 2026, 2026…")}
        recorded = start = getattr(self.start, name, "") if start is None else start
        if is_date := spec.kind is FieldKind.DATE:
            start = date_in_words(self.page.context.language, start)
        box, key, value = self._open(name, start, **how)
        with box.container(horizontal=True, vertical_alignment="bottom", gap="small") if is_date else box:
            hint, most = placeholder or hints.get(spec.kind, ""), most or spec.most
            typed = text_field(
                label,
                value,
                key=key,
                most=most,
                is_kept=False,
                told=box,
                placeholder=hint,
                **(locked := self._locked(name)),
            )
            if is_date and not locked:
                show_calendar(key=key)
        slot, error = box.container(gap="xsmall"), ""
        if typed == start:
            typed = recorded
        elif is_date:
            known = FIELD_LABELS.get(name)  # the label in `validate`: the same sentence is not shown twice
            typed, error = show_date_reading(self.page, typed, _(known) if known else label, key=key, at=slot)
        elif spec.kind is FieldKind.LINK:
            typed, error = show_link_reading(self.page, typed, at=slot)
        self.told.add(error)
        return self._note_typed(name, typed, slot)

    def id_line(self) -> None:
        """Show the field for the id of a new record. While the field is empty, the record gets a suggested id."""
        if self.record is None:
            label = _("Short name for the link (cannot be changed later)")
            suggested = self.filled.suggest_id(self.page.view)
            self.typed["id"] = self.line(label, "id", start="", most=80, placeholder=suggested).strip() or suggested
            shorter = suggested.rpartition("-")[0]
            if shorter in getattr(self.page.view.dataset, self.filled.register) and self.typed["id"] == suggested:
                words = _("“{taken}” is taken, so the name is “{id}”.", taken=shorter, id=suggested)
                st.caption(escape_markdown(words))

    def area(self, label: str, name: str, start: str = "", *, most: int = MAX_TEXT_LENGTH, **how: Unpack[How]) -> str:
        """Show a field of several lines, for at most `most` characters, and return the text in it."""
        box, key, value = self._open(name, start, **how)
        typed = text_field(label, value, key=key, most=most, is_long=True, is_kept=False, at=box, height="content")
        return self._note_typed(name, typed, box.container())

    def texts(self, *texts: LocalizedInput, codes: Iterable[str] | None = None) -> None:
        """Show a field for each text in each language of `codes`, by default in all languages of the first text."""
        for code in codes if codes is not None else getattr(self.start, texts[0].name):
            for text in texts:
                start = getattr(self.start, text.name)
                label = f"{text.label} · {native_name(code)}" if len(start) > 1 else text.label
                key = f"{text.key or text.name}_{code}"
                # the mark goes when the text is there in another language
                others = {f"{text.key or text.name}_{other}": start[other] for other in start if other != code}
                required = text.required and code == self._own_language(start) and not self.has_text(others)
                most, show = field_specs(type(self.start))[text.name].most, self.area if text.is_long else self.line
                typed = show(label, key, start[code], most=most, required=required)
                self.typed[text.name] = {**self.typed.get(text.name, start), code: typed}
                if required or text.name not in self.slots:
                    self.slots[text.name] = self.slots[key]

    def texts_in_own_language(self, *texts: LocalizedInput) -> list[str]:
        """Show fields for the texts in one language: the editor's or the form's first. Return the codes of the others."""
        codes = list(getattr(self.start, texts[0].name))
        own = self._own_language(codes)
        self.texts(*texts, codes=[own])
        return [code for code in codes if code != own]

    def _own_language(self, codes: Iterable[str]) -> str:
        """Return the code of the editor's language if it is in `codes`, otherwise the first code."""
        own, known = self.page.context.language.code, list(codes)
        return own if own in known else known[0]

    def has_text(self, recorded: Mapping[str, str]) -> bool:
        """Return whether any of these fields has a text. `recorded` maps field → text, used if the field was not shown yet."""
        return any(str(st.session_state.get(self.prefix + name, text) or "").strip() for name, text in recorded.items())

    def is_only_in(self, codes: Iterable[str], *texts: LocalizedInput) -> bool:
        """Return whether these texts are recorded only in the languages `codes`. Return False if none of them is recorded."""
        known = {code for text in texts for code, value in getattr(self.start, text.name).items() if value}
        return bool(known) and known <= set(codes)

    def checkbox(self, label: str, name: str, *, start: bool = False) -> bool:
        """Show a check box, and return whether it is ticked. `start` says whether it is ticked at first."""
        key, value = self.key_and_value(name, start)
        self.typed[name] = st.checkbox(label, value, key=key)
        return bool(self.typed[name])

    def code_select(
        self, label: str, name: str, codes: Iterable[Option], *, start: Option | None = None, **how: Unpack[How]
    ) -> Option | None:
        """Show a list of codes with their labels. Return the chosen code, or None. `start` is as in `select`."""
        options = {code: self.page.context.label(code) for code in codes}
        return self.select(label, name, options, placeholder=_("Choose"), start=start, **how)

    def code_radio(
        self, label: str, name: str, codes: Iterable[Option], *, start: Option | None = None, **how: Unpack[How]
    ) -> Option | None:
        """Show the codes side by side, and return the chosen one. By default, `start` is the value in the form."""
        known, start = list(codes), start or getattr(self.start, name, None) or None
        box, key, value = self._open(name, start, **how)
        chosen = box.radio(label, known, index_of(value, known), self.page.context.label, key=key, horizontal=True)
        return self._note_typed(name, chosen, box.container())

    def select(
        self,
        label: str,
        name: str,
        options: Mapping[Option, str],
        *,
        placeholder: str,
        start: Option | None = None,
        **how: Unpack[How],
    ) -> Option | None:
        """Show a list of `options` (id → label), and return the chosen id. `start` need not be one of the options."""
        start = start or getattr(self.start, name, None) or None
        known = list(options if start is None or start in options else {**options, start: start})
        box, key, value = self._open(name, start, **how)
        show = partial(box.selectbox, label, known, index_of(value, known), lambda i: options.get(i, i))
        return self._note_typed(name, show(key=key, placeholder=placeholder, **self._locked(name)), box.container())

    def choose_several(
        self,
        label: str,
        name: str,
        options: Mapping[str, str],
        start: Sequence[str] | None = None,
        key: str = "",
        **how: bool,
    ) -> tuple[str, ...]:
        """Let the editor choose several `options` (id → label), and return the chosen ids. `how` is for `show_several_choices`."""
        start = list(getattr(self.start, name) if start is None else start)
        if locked := self._locked(name):
            st.multiselect(
                label, start, start, lambda one: options.get(one, one), key=f"{self.prefix}{name}_fixed", **locked
            )
            return self._note_typed(name, tuple(start), st.container())
        box, key, value = self._open(name, start, key=key)
        chosen = show_several_choices(label, options, at=box, key=key, start=start, value=value, **how)
        return self._note_typed(name, chosen, box.container())

    def recommendations_by_code(
        self, label: str, name: str, *, codes: Iterable[StrEnum], among: Iterable[Recommendation], key: str
    ) -> None:
        """For each code, let the editor choose some of the recommendations `among`. The field's value maps code → chosen ids."""
        names, label_of, state = recommendation_names(self.page, among), self.page.context.label, st.session_state
        start, begin = {code: getattr(self.start, name).get(code, ()) for code in codes}, f"{self.prefix}{key}_"
        counts = {code: len(state.get(f"{begin}{code}", ids)) for code, ids in start.items()}
        opened = state.get(f"{begin}opened", next((code for code in start if counts[code]), next(iter(start))))
        # with other counts it is another widget: the browser sends back the label that was pressed
        shown_key = "_".join([f"{begin}shown", *map(str, counts.values())])
        default, word = state.get(shown_key, opened) or opened, lambda c: f"{label_of(c)} ({counts[c]})"
        pressed = st.segmented_control(label, list(start), default=default, format_func=word, key=shown_key)
        # a second press on the same code would close its list
        shown = state[f"{begin}opened"] = pressed or opened
        chosen = {}
        for code, ids in start.items():
            words, field_name = f"{label}: {label_of(code)}", f"{key}_{code}"
            chosen[code] = self.choose_several(words, field_name, names, start=ids, is_shown=code == shown)
        self.typed[name] = chosen


AnyForm = Fields[Any]


def open_form(
    page: Page, form_type: type[Form], record: Record | None, *, name: str, heading: str, **given: Any
) -> Fields[Form]:
    """Show the heading of a form, and return its `Fields`. The caller shows the fields, then calls `save_form`.

    `record` is None for a new record. `given` maps field → initial value. The widget keys start with `name`.
    """
    level = "h1" if page.path == "/edit" else "h2"
    if name.startswith("edit_") and page.others_owner(record):
        heading = _("Propose a change")
    note = f'<p class="rt-meta rt-requirednote">{escape(_("Fields marked with * are required."))}</p>'
    st.html(f"<{level} id='record'>{escape(heading)}</{level}>{note}")
    start = replace(form_type.from_record(page.view, record, page.context.language), **given)
    form = Fields(page, f"{name}_{record.id if record else ''}_", start, record=record)
    if st.session_state.get(f"{form.prefix}restored"):
        show_note(st, _("This is your unsaved draft. To start again, press “Discard and close” below the form."))
    if record is not None:
        is_proposal = page.others_owner(record) == page.view.editors.id
        how: dict[str, Any] = {
            "is_fixed": page.fixed_fields(record),
            "is_proposal": is_proposal,
            "may_propose": page.config.private,
        }
        keeper = keeper_of(page.view.dataset, record)
        how["keeper"] = "" if keeper == page.view.editors.id else page.context.organisation_name(keeper)
        page.show("forms/fixed_fields.html", r=record, **how)
        show_presence(record)
    return form


def open_nested_form(outer: AnyForm, start: Any, *, name: str) -> AnyForm:
    """Return the `Fields` of a form within `outer`, which share its draft. In errors, their names start with `name`."""
    nested = replace(outer, prefix=f"{outer.prefix}{name.rstrip('.')}_", start=start, record=None, typed={}, slots={})
    outer.nested[name] = nested
    return nested
