"""Texts in several languages. Each wording has an origin: official, our own, or a translation."""

import re
from collections.abc import Mapping
from dataclasses import dataclass as plain_dataclass
from dataclasses import replace
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.dataclasses import dataclass

from tracker.model.vocabulary import QUOTED_ORIGINS, TextOrigin

FORBID_UNKNOWN_KEYS = ConfigDict(extra="forbid")
"""A setting for record classes: a record is rejected if it has a key that is not one of its fields."""

MAX_TEXT_LENGTH = 20_000
Line = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
BIDI_CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Control characters that change the direction of the text around them. Texts in Arabic or Hebrew do not need them."""
_BIDI_BYTES = re.compile("|".join(BIDI_CONTROLS).encode())
NO_LANGUAGE_CODE = ""
"""The key that is used instead of a language code. A wording with this key is in the main language of the dataset."""


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class TextVariant:
    """The wording of a text in one language.

    `origin` says who wrote it. `reviewed` is True if it is a translation that a second person reviewed.
    """

    text: Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT_LENGTH)]
    origin: TextOrigin = TextOrigin.OWN
    reviewed: bool = False


class _ChangedVariant(TextVariant):
    """A wording that says, where it is shown, which organisation changed it. It is equal to the wording itself."""

    changed_by: Mapping[str, TextVariant]

    def __eq__(self, other: object) -> bool:
        """Return whether the wordings are the same, whoever changed them."""
        same = isinstance(other, TextVariant) and (other.text, other.origin, other.reviewed)
        return same == (self.text, self.origin, self.reviewed)

    __hash__ = TextVariant.__hash__


def changed_variant(wording: TextVariant, by: Mapping[str, TextVariant]) -> TextVariant:
    """Return a copy of a wording for readers. `Language.resolve` says that the organisation with the name `by` changed it."""
    changed = _ChangedVariant(text=wording.text, origin=wording.origin, reviewed=wording.reviewed)
    object.__setattr__(changed, "changed_by", by)
    return changed


def _wrap_text(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


def _wrap_variant(value: Any) -> Any:
    is_one = isinstance(value, str) or (isinstance(value, dict) and "text" in value)
    return {NO_LANGUAGE_CODE: value} if is_one else value


TextVariantInput = Annotated[TextVariant, BeforeValidator(_wrap_text, json_schema_input_type=str | TextVariant)]
LocalizedText = Annotated[
    Mapping[Annotated[str, StringConstraints(pattern=r"^([a-z]{2,3})?$")], TextVariantInput],
    Field(min_length=1),
    BeforeValidator(_wrap_variant, json_schema_input_type=str | TextVariant | dict[LanguageCode, str | TextVariant]),
]
"""A text: language code → wording. A plain string in a file is one wording in the main language."""


# not checked by pydantic: it is made for every text that is shown, from texts that were checked
@plain_dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedText:
    """The wording of a text that is shown to a reader. `lang` is its language, `requested` that of the reader.

    `changed_by` is the name of the organisation that changed it and is not its owner, in several languages, or None.
    `label` is what the text ends with to say so, in the language of the reader.
    """

    text: str
    lang: str
    origin: TextOrigin
    reviewed: bool
    requested: str
    changed_by: Mapping[str, TextVariant] | None = None
    label: str = ""

    @property
    def plain(self) -> str:
        """Return the text without its label."""
        return self.text.removesuffix(self.label)

    def cut(self, most: int) -> str:
        """Return the text as `shorten` does. Its label is never cut."""
        return shorten(self.plain, most - len(self.label)) + self.label

    @property
    def is_fallback(self) -> bool:
        """Return whether the text has no wording in the language that the reader chose."""
        return self.lang != self.requested


def strip_bidi_controls(text: str) -> str:
    """Return `text` without BIDI_CONTROLS, because they could change the direction of the text that follows."""
    # in UTF-8 the byte with which they begin is rare, so a page is searched in half the time
    if text.isascii() or not _BIDI_BYTES.search(text.encode("utf-8", "surrogatepass")):
        return text
    return text.translate(dict.fromkeys(map(ord, BIDI_CONTROLS)))


def resolve(text: Mapping[str, TextVariant], requested: str, main: str, fallback: tuple[str, ...] = ()) -> ResolvedText:
    """Return the wording of `text` for a reader who chose the language `requested`.

    If there is none in this language, the languages of `fallback` are tried in their order, then `main`, then any
    other. A wording without a language code is in `main`. `text` must have at least one wording.
    """
    by_lang = {lang or main: variant for lang, variant in text.items()} if NO_LANGUAGE_CODE in text else text
    lang = requested
    if lang not in by_lang:
        lang = next((code for code in (*fallback, main) if code in by_lang), next(iter(by_lang)))
    one = by_lang[lang]
    shown = strip_bidi_controls(one.text)
    by = getattr(one, "changed_by", None)
    return ResolvedText(
        text=shown, lang=lang, origin=one.origin, reviewed=one.reviewed, requested=requested, changed_by=by
    )


def mark_translations(text: LocalizedText, original: str | None, main: str) -> LocalizedText:
    """Return the quotation `text`, in which the wordings that are translations have the origin of a translation.

    An official wording in another language than `original` is an official translation; if `original` is None, nobody
    knows this, and it stays official. Beside a quoted wording, our own wording is our own translation. A wording
    without a language code is in the language `main`.
    """
    is_quoted = any(variant.origin in QUOTED_ORIGINS for variant in text.values())

    def marked(variant: TextVariant, lang: str) -> TextVariant:
        if variant.origin is TextOrigin.OFFICIAL and original not in (None, lang):
            return replace(variant, origin=TextOrigin.OFFICIAL_TRANSLATION)
        if variant.origin is TextOrigin.OWN and is_quoted:
            return replace(variant, origin=TextOrigin.OWN_TRANSLATION)
        return variant

    return {lang: marked(variant, lang or main) for lang, variant in text.items()}


def clean_input(text: str) -> str:
    """Return a typed or pasted text with spaces in place of control characters, and without spaces at its ends.

    Line breaks are kept. Controls of the text direction are removed.
    """
    lines = text.replace("\r\n", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return CONTROL_CHARACTERS.sub(" ", strip_bidi_controls(lines)).strip()


def one_line(text: str) -> str:
    """Return `text` on one line: each sequence of spaces and line breaks becomes one space."""
    return " ".join(text.split())


def shorten(text: str, max_length: int) -> str:
    """Return a text as one line of at most `max_length` characters. A longer one is cut between words, with "…"."""
    text = one_line(text)
    if len(text) <= max_length:
        return text
    return (text[:max_length].rpartition(" ")[0] or text[: max_length - 1]).rstrip(" .,;:") + "…"


WEB_OR_MAIL = re.compile(r"https?://\S+|\S+@\S+")
KYRGYZ = re.compile(
    r"[өүң]|\b(?:жана|менен|боюнча|эмес|болгон|керек|катары|тууралуу|ушул|алган|кылган|деген|жок|ошол|кабыл|барат|болду)\b"
)


def language_of_letters(text: str) -> str:
    """Return "en", "ru" or "ky" as the likely language of `text`, or "". Links and mail addresses do not count."""
    text = WEB_OR_MAIL.sub(" ", text).casefold()
    cyrillic, latin = len(re.findall(r"[а-яёөүң]", text)), len(re.findall("[a-z]", text))
    if cyrillic > latin:
        return "ky" if len(KYRGYZ.findall(text)) * 100 > cyrillic else "ru"
    return "en" if latin else ""


CONTROL_CHARACTERS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ufffe\uffff]|[\ud800-\udfff]")
_NUMBER = re.compile(r"[0-9]+")
_LETTER_ORDER = str.maketrans({"ё": "е", "ң": "н\uffff", "ө": "о\uffff", "ү": "у\uffff"})
"""Unicode puts these letters after я. With this table, ё is sorted like е, and ң, ө, ү come right after н, о, у."""


def natural_key(name: str) -> str:
    """Return a sort key for an id. Numbers in it are sorted by their value, and upper case like lower case."""
    return _NUMBER.sub(lambda number: number[0].zfill(12), name.casefold())


def alphabetical_key(text: str) -> tuple[str, str]:
    """Return a sort key for a title in Latin, Russian or Kyrgyz letters. Numbers in it are sorted by their value."""
    return natural_key(text).translate(_LETTER_ORDER), text
