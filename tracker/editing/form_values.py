"""Convert between form fields and data: texts by language, their origins, ids; and check their lengths."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from tracker.i18n import Language
from tracker.model.fields import ID_PATTERN
from tracker.model.localized_text import DEFAULT_LANGUAGE, TextVariant, clean_input
from tracker.model.vocabulary import TextOrigin

TextByLanguage = Mapping[str, str]
"""The text that is typed in the field of each language, by language code."""


def text_by_language(text: Mapping[str, TextVariant] | None, codes: Collection[str], main: str) -> dict[str, str]:
    """Return the initial values of a text's fields, one for each language code."""
    known = {code or main: variant.text for code, variant in (text or {}).items()}
    return {code: known.get(code, "") for code in codes}


def origins_by_language(
    text: Mapping[str, TextVariant] | None, codes: Collection[str], main: str, new: TextOrigin
) -> dict[str, TextOrigin]:
    """Return the origin of a text in each language. It is `new` for languages in which there is no text yet."""
    known = {code or main: variant.origin for code, variant in (text or {}).items()}
    return {code: known.get(code, new) for code in codes}


def update_text(
    old: Mapping[str, TextVariant] | None,
    typed: TextByLanguage,
    main: str,
    origins: Mapping[str, TextOrigin] | None = None,
) -> dict[str, TextVariant]:
    """Return a text with what was typed. A language without a field stays; an empty field removes its language.

    A variant that did not change keeps its origin and review. The origin of a changed variant is the one in `origins`,
    or "own" (our own wording) if there is none. `main` is the dataset's main language.
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
    return {DEFAULT_LANGUAGE: variants[main]} if variants.keys() == {main} and main not in (old or {}) else variants


def update_one_language(
    old: Mapping[str, TextVariant] | None, text: str, language: Language
) -> Mapping[str, TextVariant] | None:
    """Return a text that was edited in the person's language only; other languages stay. None if no text is left."""
    return update_text(old, {language.code: text}, language.default) or None


def text_in(old: Mapping[str, TextVariant] | None, language: Language) -> str:
    """Return the initial value of a field that is shown only in the person's language."""
    return text_by_language(old, (language.code,), language.default)[language.code]


def free_id(name: str, taken: Collection[str]) -> str:
    """Return an id that is not taken, made from the letters a-z and digits of `name`."""
    name = "-".join(re.findall(r"[a-z0-9]+", name.casefold()))[:60].strip("-") or "new"
    return next(i for i in (name, *(f"{name}-{n}" for n in range(2, 100_000))) if i not in taken)


def join_paragraph_letters(paragraph: str) -> str:
    """Return a paragraph number with its bracketed letters joined, for an id: 46 (c) becomes 46c."""
    return re.sub(r"\s*\((\w{1,5})\)", r"\1", paragraph)


def id_errors(name: str, taken: Collection[str], language: Language) -> Iterator[str]:
    """Yield a translated sentence if a typed id is malformed or taken."""
    _ = language.gettext
    if not re.fullmatch(ID_PATTERN.strip("^$"), name) or len(name) > 80:
        yield _("The id has small letters a-z, digits and single hyphens, at most 80 characters.")
    elif name in taken:
        yield _("The id “{id}” is taken. Choose another one.", id=name)


def is_too_long(typed: TextByLanguage, most: int) -> bool:
    """Return whether a text has more than `most` characters in any language."""
    return any(len(clean_input(text)) > most for text in typed.values())


def length_errors(language: Language, most: int, texts: Iterable[str]) -> Iterator[str]:
    """Yield a translated sentence for each text with more than `most` characters.

    The browser limits the fields too, but not every request comes from our page.
    """
    _ = language.gettext
    for text in map(clean_input, texts):
        if len(text) > most:
            yield _("“{text}…” is too long: at most {n} characters.", text=text[:40], n=most)


def edited_texts(typed: TextByLanguage, start: TextByLanguage) -> list[str]:
    """Return the texts that differ from the initial values of their fields."""
    return [text for code, text in typed.items() if clean_input(text) != clean_input(start.get(code, ""))]


def reason_errors(reason: str, language: Language) -> list[str]:
    """Return a list with one translated sentence if the reason of an edit is empty, otherwise an empty list."""
    _ = language.gettext
    return [] if clean_input(reason) else [_("An edit needs a reason: say in a sentence what was wrong.")]


def duplicates(chosen: Mapping[Any, Collection[str]], start: Mapping[Any, Collection[str]]) -> list[str]:
    """Return the ids that are chosen in two or more fields, unless they were in the same fields at the start."""
    before = _fields_by_id(start)
    return [i for i, fields in _fields_by_id(chosen).items() if len(fields) > 1 and fields != before.get(i)]


def _fields_by_id(chosen: Mapping[Any, Collection[str]]) -> dict[str, set[Any]]:
    """Turn field → ids into id → fields."""
    ids = sorted({i for field_ids in chosen.values() for i in field_ids})
    return {i: {field for field, field_ids in chosen.items() if i in field_ids} for i in ids}
