"""Texts in several languages; each wording says whether it is official, our own or a machine translation."""

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.dataclasses import dataclass

from tracker.model.vocabulary import TextOrigin

FORBID_UNKNOWN_KEYS = ConfigDict(extra="forbid")
"""Reject keys that are not fields of the record."""

MAX_TEXT_LENGTH = 20_000
Line = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
BIDI_CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Characters that change the direction of the words around them. Right-to-left scripts do not need them."""
DEFAULT_LANGUAGE = ""
"""The key of a wording without a language code: it is in the dataset's main language."""


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class TextVariant:
    """A text in one language, who worded it, and whether a second person has reviewed a translation."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT_LENGTH)]
    origin: TextOrigin = TextOrigin.OWN
    reviewed: bool = False


def _wrap_text(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


def _wrap_variant(value: Any) -> Any:
    if isinstance(value, str):
        return {DEFAULT_LANGUAGE: value}
    if isinstance(value, dict) and "text" in value:
        return {DEFAULT_LANGUAGE: value}
    return value


TextVariantInput = Annotated[TextVariant, BeforeValidator(_wrap_text, json_schema_input_type=str | TextVariant)]
LocalizedText = Annotated[
    Mapping[Annotated[str, StringConstraints(pattern=r"^([a-z]{2,3})?$")], TextVariantInput],
    Field(min_length=1),
    BeforeValidator(_wrap_variant, json_schema_input_type=str | TextVariant | dict[LanguageCode, str | TextVariant]),
]
"""Wordings by language code. A plain string in a file is one wording in the main language."""


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class ResolvedText:
    """The wording shown to a reader: `lang` is the language it is in, `requested` the language the reader asked for."""

    text: str
    lang: str
    origin: TextOrigin
    reviewed: bool
    requested: str

    @property
    def is_fallback(self) -> bool:
        """Return whether the text is in another language because there is no wording in the reader's."""
        return self.lang != self.requested


def strip_bidi_controls(text: str) -> str:
    """Return the text without the control characters that would change the direction of the text beside it."""
    if text.isascii() or not any(control in text for control in BIDI_CONTROLS):
        return text
    return text.translate(dict.fromkeys(map(ord, BIDI_CONTROLS)))


def resolve(text: Mapping[str, TextVariant], requested: str, main: str) -> ResolvedText:
    """Return the wording in the requested language, else in the main one, else the first one."""
    by_lang = {lang or main: variant for lang, variant in text.items()}
    lang = next((code for code in (requested, main) if code in by_lang), next(iter(by_lang)))
    wording = by_lang[lang]
    return ResolvedText(
        text=strip_bidi_controls(wording.text),
        lang=lang,
        origin=wording.origin,
        reviewed=wording.reviewed,
        requested=requested,
    )


def clean_input(text: str) -> str:
    """Return a typed or pasted text without the control characters that other programs leave in it."""
    lines = text.replace("\r\n", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return CONTROL_CHARACTERS.sub(" ", strip_bidi_controls(lines)).strip()


CONTROL_CHARACTERS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ufffe\uffff]|[\ud800-\udfff]")
