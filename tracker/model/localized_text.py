"""Texts in several languages, each wording marked official, own or machine."""

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.dataclasses import dataclass

from tracker.model.vocabulary import (
    TextOrigin,
)

FORBID_UNKNOWN_KEYS = ConfigDict(extra="forbid")
"""A record takes the keys of its fields and no others."""

MAX_TEXT_LENGTH = 20_000
Line = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
BIDI_CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""What turns the direction of the words around it. A script that runs from right to left needs none of them."""
DEFAULT_LANGUAGE = ""
"""The key of a wording that names no language: it is in the dataset's main language."""


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class TextVariant:
    """One text in one language: whose words they are, and whether a second person has read a translation."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT_LENGTH)]
    origin: TextOrigin = TextOrigin.OWN
    reviewed: bool = False


def _plain(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


def _main(value: Any) -> Any:
    if isinstance(value, str):
        return {DEFAULT_LANGUAGE: value}
    if isinstance(value, dict) and "text" in value:
        return {DEFAULT_LANGUAGE: value}
    return value


TextVariantInput = Annotated[TextVariant, BeforeValidator(_plain, json_schema_input_type=str | TextVariant)]
LocalizedText = Annotated[
    Mapping[Annotated[str, StringConstraints(pattern=r"^([a-z]{2,3})?$")], TextVariantInput],
    Field(min_length=1),
    BeforeValidator(_main, json_schema_input_type=str | TextVariant | dict[LanguageCode, str | TextVariant]),
]
"""language → wording; a plain string in a file is one wording in the main language."""


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class ResolvedText:
    """The wording that a reader of one language is shown, and the language it is really in."""

    text: str
    lang: str
    origin: TextOrigin
    reviewed: bool
    requested: str

    @property
    def is_fallback(self) -> bool:
        """True when the reader's language has no wording and another one stands in."""
        return self.lang != self.requested


def strip_bidi_controls(text: str) -> str:
    """The text as it is shown: without the signs that would turn around what stands beside it."""
    if text.isascii() or not any(sign in text for sign in BIDI_CONTROLS):
        return text
    return text.translate(dict.fromkeys(map(ord, BIDI_CONTROLS)))


def resolve(text: Mapping[str, TextVariant], wanted: str, main: str) -> ResolvedText:
    """The wording in the wanted language, else in the main one, else the first there is."""
    by_lang = {lang or main: wording for lang, wording in text.items()}
    lang = next((code for code in (wanted, main) if code in by_lang), next(iter(by_lang)))
    w = by_lang[lang]
    return ResolvedText(
        text=strip_bidi_controls(w.text), lang=lang, origin=w.origin, reviewed=w.reviewed, requested=wanted
    )


def clean_input(text: str) -> str:
    """A text as it was typed or pasted, without the control characters that other programs leave in it."""
    lines = text.replace("\r\n", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return CONTROL_CHARACTERS.sub(" ", strip_bidi_controls(lines)).strip()


CONTROL_CHARACTERS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ufffe\uffff]|[\ud800-\udfff]")
