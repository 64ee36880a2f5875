"""Convert between form fields and data, and check what was typed: texts in several languages, links, dates and ids."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import chain, count
from typing import Any

from tracker.editing.forms.typed_dates import read_date
from tracker.i18n import Language
from tracker.model import partial_dates
from tracker.model.field_types import MAX_OWN_ID_LENGTH, is_id, is_url
from tracker.model.localized_text import (
    NO_LANGUAGE_CODE,
    WEB_OR_MAIL,
    LocalizedText,
    TextVariant,
    clean_input,
    language_of_letters,
)
from tracker.model.vocabulary import TextOrigin

HOST = r"(?:[\w-]+\.)+[^\W\d_]{2,}"
ADDRESS_WITHOUT_SCHEME = re.compile(rf"{HOST}(?::\d+)?(?:[/?#][^\s<>\"]*)?", re.I)


def complete_link(text: str) -> str:
    """Return the typed web address, with https:// in front if it has no scheme; "" if `text` is no web address."""
    text = text.strip().rstrip(".,;").strip("<>")
    if scheme := re.match(r"https?://", text, re.I):
        link = scheme[0].casefold() + text[scheme.end() :]
        return link if is_url(link) else ""
    text = text.removeprefix("//")
    return f"https://{text}" if ADDRESS_WITHOUT_SCHEME.fullmatch(text) else ""


def contact_from_input(text: str) -> str:
    """Return the typed mail address with mailto: in front, or the web address. Return "" if the text is neither."""
    mail = text.strip().removeprefix("mailto:")
    return f"mailto:{mail}" if re.fullmatch(r"[^\s@]+@[^\s@?]+\.[^\s@?]+", mail) else complete_link(text)


RUSSIAN = re.compile(r"[ъщ]|\b(?:и|в|на|не|что|по|для|это|из|от|с|был[аои]?|как|его|ещ[её]|уже|или|нет)\b")


def language_of_text(text: str, language: Language, code: str = "") -> str:
    """Return the language code of a text: `code` (default: that of `language`), unless it is clearly in another one."""
    code = code or language.code
    found, words = language_of_letters(text), len(re.findall(r"[^\W\d_]{3,}", WEB_OR_MAIL.sub(" ", text)))
    others = {language.code, language.default, *language.fallback} - {code}
    if found not in others or (found == "en" and (code not in ("ru", "ky") or not re.search("[a-z]{3}", text))):
        return code
    if code == "ky" and found == "ru" and not RUSSIAN.search(text.casefold()):
        return code  # a short Kyrgyz text may have only letters that Russian has, too
    return found if words else code


class FieldError(str):
    """A translated sentence about what is wrong in a form. `field` is where it is shown, "" for the whole form."""

    field: str

    def __new__(cls, sentence: str, field: str = "") -> "FieldError":
        """Return the sentence with the name of its field."""
        error = super().__new__(cls, sentence)
        error.field = field
        return error


TextByLanguage = Mapping[str, str]
"""Language code → the text that is typed in the field of this language."""


def initial_text_by_language(text: LocalizedText | None, codes: Collection[str], main: str) -> dict[str, str]:
    """Return a mapping: each language code in `codes` → the initial value of its field, "" if the text has no such variant."""
    known = {code or main: variant.text for code, variant in (text or {}).items()}
    return {code: known.get(code, "") for code in codes}


def place_error(language: Language, field: str) -> FieldError:
    """Return the error that a source is marked as read, but that no place in it is given. The error is shown at `field`."""
    return FieldError(language.gettext("Say where you read it: the paragraph, the page or the sentence."), field)


def update_text(
    old: LocalizedText | None, typed: TextByLanguage, main: str, origins: Mapping[str, TextOrigin] | None = None
) -> dict[str, TextVariant]:
    """Return the text `old` with the variants replaced by what was typed.

    If a field is empty, its variant is removed. Languages without a field keep their variant. A variant keeps its
    origin and review if its text is the same and `origins` (language code → origin) names no other origin. A changed
    variant that is not in `origins` is our own wording. A text only in the language `main` gets no code if it had none.
    """
    variants = {code or main: variant for code, variant in (old or {}).items()}
    for code, value in typed.items():
        before, text = variants.pop(code, None), clean_input(value)
        is_same = before is not None and clean_input(before.text) == text
        origin = (origins or {}).get(code, before.origin if before and is_same else TextOrigin.OWN)
        if before is not None and is_same and before.origin is origin:
            variants[code] = before
        elif text:
            # Block scalars (`>` and `|`) end with a line break, which nobody sees in the field: keep it.
            end = "\n" if before and before.text.endswith("\n") else ""
            variants[code] = TextVariant(text=text + end, origin=origin)
    order = [*((code or main) for code in old or {}), *typed]
    variants = {code: variants[code] for code in dict.fromkeys(order) if code in variants}
    # A text in the main language alone is written without a language code, unless the file already has the code.
    return {NO_LANGUAGE_CODE: variants[main]} if variants.keys() == {main} and main not in (old or {}) else variants


def update_one_language(old: LocalizedText | None, text: str, language: Language) -> LocalizedText | None:
    """Return `old` with `text` as its wording in `language` (a new wording: in its own language), or None if nothing is left."""
    start = {language.code: text_in(old, language)}
    return update_text(old, by_own_language({language.code: text}, start, language), language.default) or None


def by_own_language(typed: TextByLanguage, start: TextByLanguage, language: Language) -> dict[str, str]:
    """Return `typed`, but move each text typed into an empty field to the field of its own language, if that is empty."""
    moved = dict(typed)
    for code, text in typed.items():
        own = language_of_text(text, language, code)
        if own != code and not clean_input(start.get(code, "")) and not clean_input(moved.get(own, "")):
            moved |= {own: text, code: ""}
    return moved


def text_in(old: LocalizedText | None, language: Language) -> str:
    """Return the wording of the text `old` in `language`, "" if it has none: the initial value of a field."""
    return initial_text_by_language(old, (language.code,), language.default)[language.code]


def text_from_input(text: str, language: Language) -> dict[str, TextVariant]:
    """Return a text with one variant. Its key is the language of the text, or NO_LANGUAGE_CODE for the main language."""
    code = language_of_text(text, language)
    return {NO_LANGUAGE_CODE if code == language.default else code: TextVariant(text=clean_input(text))}


def free_id(name: str, taken: Collection[str]) -> str:
    """Return an unused id, made from the digits and letters a-z of `name` (or "new"). If that is in `taken`, add a number."""
    name = "-".join(re.findall(r"[a-z0-9]+", name.casefold()))[:60].strip("-") or "new"
    return next(i for i in chain([name], (f"{name}-{n}" for n in count(2))) if i not in taken)


def id_errors(name: str, taken: Collection[str], language: Language) -> Iterator[str]:
    """Yield a translated sentence if the typed id `name` is malformed or is in `taken`."""
    _ = language.gettext
    rule = _(
        "The short name for the link has only small letters a-z, digits and single hyphens, at most 80 characters."
    )
    if not is_id(name) or "." in name or len(name) > MAX_OWN_ID_LENGTH:
        yield FieldError(rule, "id")
    elif name in taken:
        yield FieldError(_("The short name “{id}” is taken. Choose another one.", id=name), "id")


def missing_text_errors(language: Language, label: str, typed: TextByLanguage, *, field: str) -> Iterator[FieldError]:
    """Yield an error at `field` if a text is typed in no language. The sentence names the field by its `label`."""
    _ = language.gettext
    if not any(map(clean_input, typed.values())):
        yield FieldError(_("{field}: please fill this in, in one language at least.", field=label), field)


def date_errors(typed: str, label: str, language: Language, *, today: date | None = None) -> Iterator[str]:
    """Yield a sentence if `typed` is neither "" nor a partial date. The sentence offers dates that may be meant."""
    _ = language.gettext
    typed = typed.strip()
    try:
        if typed:
            partial_dates.date_range(typed)
    except ValueError:
        unclear = {"field": label, "value": typed[:40]}
        if choices := read_date(typed, today).choices:
            meant = language.format_date(choices[0])
            if len(choices) > 1:
                meant = _("{one} or {other}", one=meant, other=language.format_date(choices[1]))
            yield _("{field}: “{value}” is not clear. Is it {choices}?", **unclear, choices=meant)
        elif (day := re.search(r"\b(29|30|31)\b", typed)) and (
            known := read_date(day.re.sub("28", typed, count=1)).date
        ):
            month = language.format_date(known[:7])
            yield _("{field}: there is no day {day} in this month: {month}.", field=label, day=day[0], month=month)
        else:
            sentence = _(
                "{field}: “{value}” is not understood as a date. Write, for example, 12 March 2026, March 2026, 2026, "
                "11–12 March 2026, 2021–2024 or about May 2025."
            )
            yield sentence.format(**unclear)


def link_errors(typed: str, language: Language) -> Iterator[str]:
    """Yield a translated sentence if `typed` is not "" and not a web address."""
    _, link = language.gettext, clean_input(typed)
    if link and not is_url(link):
        yield _("“{value}” is not a link. Copy the address of the page, such as https://undocs.org/…", value=link[:40])


def length_errors(language: Language, most: int, texts: Iterable[str]) -> Iterator[str]:
    """Yield a translated sentence for each text of more than `most` characters."""
    _, number = language.gettext, language.format_number
    for text in map(clean_input, texts):
        if (over := len(text) - most) > 0:
            counts = {"n": number(len(text)), "most": number(most), "over": number(over)}
            yield _("“{text}…” is too long: {n} of {most} characters. Shorten it by {over}.", text=text[:40], **counts)


def reason_errors(reason: str, language: Language) -> list[str]:
    """Return a list with a translated sentence if the typed reason is empty, otherwise an empty list."""
    wrong = FieldError(language.gettext("Please say in a sentence why you changed it."), "reason")
    return [] if clean_input(reason) else [wrong]


def duplicates(chosen: Mapping[Any, Collection[str]], start: Mapping[Any, Collection[str]]) -> list[str]:
    """Return the sorted ids that are in two or more fields, except those that were in the same fields at `start`."""
    ids = sorted({i for field_ids in chosen.values() for i in field_ids})
    now, before = ({i: {field for field in form if i in form[field]} for i in ids} for form in (chosen, start))
    return [i for i in ids if len(now[i]) > 1 and now[i] != before[i]]
