"""What all forms share: fill a form from a record, validate what was typed, and apply it to the record.

A form is a frozen dataclass with the values of its fields. The type of a form field says how its value is written in
the field of the same name in the record (see `FieldKind`). A subclass adds what is particular to its type of record.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import Enum, auto
from typing import Annotated, Any, ClassVar, Generic, Self, TypeVar, get_origin, get_type_hints

from tracker.editing.forms import values
from tracker.editing.forms.typed_dates import MAX_DATE_LENGTH
from tracker.editing.forms.values import FieldError
from tracker.i18n import Language
from tracker.model.dataset import Record
from tracker.model.fields import FIELD_LABELS
from tracker.model.localized_text import MAX_TEXT_LENGTH, LocalizedText, clean_input
from tracker.model.partial_dates import is_after
from tracker.queries.view import View

Reason = LocalizedText
"""Why something is changed, in one or more languages. It is recorded with the change."""
EditedRecord = TypeVar("EditedRecord", bound=Record)


class FieldKind(Enum):
    """How the value of a form field differs from the value in the record. A field without a kind has the same value."""

    LINE = auto()  # a text of one line; "" if the record has none
    LINK = auto()  # a web address; "" if the record has none
    DATE = auto()  # a partial date, such as 2026-03; "" if the record has none
    TEXTS = auto()  # a text in several languages: language code → text
    ONE_LANGUAGE = auto()  # a text of one line. The form has only the variant in the language of the editor


@dataclass(frozen=True)
class FieldSpec:
    """What the type of a form field says. `most` is the largest number of characters; `is_past` forbids the future."""

    kind: FieldKind | None = None
    most: int = 500
    is_past: bool = False


LineInput = Annotated[str, FieldSpec(FieldKind.LINE)]
ShortInput = Annotated[str, FieldSpec(FieldKind.LINE, 120)]
LinkInput = Annotated[str, FieldSpec(FieldKind.LINK, 2000)]
DateInput = Annotated[str, FieldSpec(FieldKind.DATE, MAX_DATE_LENGTH)]
PastDateInput = Annotated[str, FieldSpec(FieldKind.DATE, MAX_DATE_LENGTH, is_past=True)]
OneLanguageInput = Annotated[str, FieldSpec(FieldKind.ONE_LANGUAGE)]
TitleInput = Annotated[Mapping[str, str], FieldSpec(FieldKind.TEXTS, 300)]
TextInput = Annotated[Mapping[str, str], FieldSpec(FieldKind.TEXTS, MAX_TEXT_LENGTH)]


def field_specs(form_type: type) -> Mapping[str, FieldSpec]:
    """Return a mapping: name of each field of the form → its `FieldSpec`. A field without one gets `FieldSpec()`."""
    return {
        name: next((item for item in getattr(hint, "__metadata__", ()) if isinstance(item, FieldSpec)), FieldSpec())
        for name, hint in get_type_hints(form_type, include_extras=True).items()
        if get_origin(hint) is not ClassVar
    }


@dataclass(frozen=True, kw_only=True)
class RecordForm(ABC, Generic[EditedRecord]):
    """What is typed in a form that adds or edits a record. `id` is the typed id of a new record."""

    record_type: ClassVar[type[Any]]
    register: ClassVar[str]
    """The name of the field of the dataset that maps id → record of this type."""
    id: str = ""

    @classmethod
    def from_record(cls, view: View, record: EditedRecord | None, language: Language) -> Self:
        """Return the initial values of the form. `record` is the record as recorded now, None for a new one."""
        given: dict[str, Any] = {}
        for name, spec in field_specs(cls).items():
            value = getattr(record, name, None)
            if spec.kind is FieldKind.TEXTS:
                given[name] = values.initial_text_by_language(value, view.settings.languages, view.settings.language)
            elif spec.kind is FieldKind.ONE_LANGUAGE:
                given[name] = values.text_in(value, language)
            elif hasattr(record, name):
                given[name] = value or "" if spec.kind else value
        return cls(**given)

    def validate(self, view: View, record: EditedRecord | None, language: Language) -> list[str]:
        """Return translated sentences that say what is missing or wrong. A sentence that belongs to a field is a FieldError."""
        start = self.from_record(view, record, language)
        errors = [*self._errors(view, record, start, language=language)]
        for name, spec in field_specs(type(self)).items():
            wrong = self._errors_of_field(name, spec, start, language=language, today=view.today)
            errors += [FieldError(sentence, name) for sentence in wrong]
        if record is None and (self.id or not errors):  # the id is suggested from the fields that are still missing
            errors += values.id_errors(self.id, getattr(view.dataset, self.register), language)
        return errors

    def suggest_id(self, view: View) -> str:
        """Return an id for a new record that no record has, or "" if what it is made of is not typed yet."""
        return ""

    @abstractmethod
    def _errors(self, view: View, record: EditedRecord | None, start: Self, *, language: Language) -> Iterator[str]:
        """Yield what breaks the rules of this type of record. `start` is the form with its initial values."""

    def _errors_of_field(
        self, name: str, spec: FieldSpec, start: Self, *, language: Language, today: date
    ) -> Iterator[str]:
        """Yield a translated sentence for each error in one field. `spec` says what the field may contain."""
        _, typed = language.gettext, getattr(self, name)
        if spec.kind is FieldKind.DATE:
            label = _(FIELD_LABELS[name])
            wrong = list(values.date_errors(typed, label, language, today=today))
            yield from wrong
            day = clean_input(typed)
            # a future date that is recorded already does not stop an edit
            if spec.is_past and day and not wrong and typed != getattr(start, name) and is_after(day, today):
                sentence = _("{field}: {date} is in the future. Enter a planned date as a deadline.")
                yield sentence.format(field=label, date=language.format_date(day))
        elif spec.kind is FieldKind.TEXTS:
            # a text that was too long before does not stop an edit
            before = getattr(start, name)
            edited = [one for code, one in typed.items() if clean_input(one) != clean_input(before.get(code, ""))]
            yield from values.length_errors(language, spec.most, edited)
        elif spec.kind:
            yield from values.length_errors(language, spec.most, [typed])
        if spec.kind is FieldKind.LINK:
            yield from values.link_errors(typed, language)

    def apply(self, view: View, record: EditedRecord | None, reason: Reason, language: Language) -> tuple[Record, ...]:
        """Return the record with the values of the form, then other records that have to be saved with it.

        The form must be valid. What the editor did not change stays. `reason` is recorded with each link that changes.
        """
        given = self._values(view, record, reason, language=language)
        return (replace(record, **given) if record else self.record_type(**given),)

    def _values(self, view: View, record: EditedRecord | None, reason: Reason, *, language: Language) -> dict[str, Any]:
        """Return a mapping: field name → value to save, for each field of the record that the form has too."""
        given: dict[str, Any] = {}
        names = {f.name for f in fields(self.record_type)}
        for name, spec in field_specs(type(self)).items():
            if name not in names:
                continue
            kind, old, typed = spec.kind, getattr(record, name, None), getattr(self, name)
            if kind is FieldKind.TEXTS:
                start = values.initial_text_by_language(old, typed, language.default)
                typed = values.by_own_language(typed, start, language)
                given[name] = values.update_text(old, typed, view.settings.language) or None
            elif kind is FieldKind.ONE_LANGUAGE:
                given[name] = values.update_one_language(old, typed, language)
            else:
                given[name] = clean_input(typed) or None if kind else typed
        return given
