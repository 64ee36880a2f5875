"""What was typed into a form's fields, as texts of the data: by language, whose words, dates, ids."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from tracker.i18n import Language
from tracker.model.fields import ID_PATTERN
from tracker.model.localized_text import DEFAULT_LANGUAGE, TextVariant, clean_input
from tracker.model.vocabulary import TextOrigin

TextByLanguage = Mapping[str, str]
"""Language code → what stands in its field."""


def text_by_language(text: Mapping[str, TextVariant] | None, codes: Collection[str], main: str) -> dict[str, str]:
    """What the fields of a text start with, one a language."""
    found = {code or main: wording.text for code, wording in (text or {}).items()}
    return {code: found.get(code, "") for code in codes}


def origins_by_language(
    text: Mapping[str, TextVariant] | None, codes: Collection[str], main: str, new: TextOrigin
) -> dict[str, TextOrigin]:
    """Whose words each wording is; `new` where there is none yet."""
    found = {code or main: wording.origin for code, wording in (text or {}).items()}
    return {code: found.get(code, new) for code in codes}


def update_text(
    old: Mapping[str, TextVariant] | None, by: TextByLanguage, main: str, whose: Mapping[str, TextOrigin] | None = None
) -> dict[str, TextVariant]:
    """The text with what was typed. A wording that was not touched stays as it is, with its marks; an emptied one goes."""
    found = {code or main: wording for code, wording in (old or {}).items()}
    for code, text in by.items():
        was, text = found.pop(code, None), clean_input(text)
        origin = (whose or {}).get(code, was.origin if was and clean_input(was.text) == text else TextOrigin.OWN)
        if was is not None and clean_input(was.text) == text and was.origin is origin:
            found[code] = was
        elif text:
            # as `>` and `|` in a file end: what a person does not see stays as it is
            end = "\n" if was and was.text.endswith("\n") else ""
            found[code] = TextVariant(text=text + end, origin=origin)
    order = [*((code or main) for code in old or {}), *by]
    found = {code: found[code] for code in dict.fromkeys(order) if code in found}
    # alone it names no language, as a person would write it; one that named its language goes on to
    return {DEFAULT_LANGUAGE: found[main]} if found.keys() == {main} and main not in (old or {}) else found


def update_one_language(
    old: Mapping[str, TextVariant] | None, text: str, language: Language
) -> Mapping[str, TextVariant] | None:
    """A text of one field, in the language of who typed it; what stands in other languages stays. None when emptied."""
    code = language.code
    return update_text(old, {code: text}, language.default) or None


def text_in(old: Mapping[str, TextVariant] | None, language: Language) -> str:
    """What such a field starts with."""
    return text_by_language(old, (language.code,), language.default)[language.code]


def free_id(name: str, taken: Collection[str]) -> str:
    """An id that is not taken, from words: small letters, digits and hyphens."""
    name = "-".join(re.findall(r"[a-z0-9]+", name.casefold()))[:60].strip("-") or "new"
    return next(i for i in (name, *(f"{name}-{n}" for n in range(2, 100_000))) if i not in taken)


def join_lines(words: str) -> str:
    """Words for an id, in which a letter in brackets joins its number: 46 (c) becomes 46c."""
    return re.sub(r"\s*\((\w{1,5})\)", r"\1", words)


def id_errors(name: str, taken: Collection[str], language: Language) -> Iterator[str]:
    """What is wrong with an id that somebody typed, as a sentence."""
    _ = language.gettext
    if not re.fullmatch(ID_PATTERN.strip("^$"), name) or len(name) > 80:
        yield _("The id has small letters a-z, digits and single hyphens, at most 80 characters.")
    elif name in taken:
        yield _("The id “{id}” is taken. Choose another one.", id=name)


def is_too_long(by: TextByLanguage, most: int) -> bool:
    """Whether a text is longer than so many characters in any language."""
    return any(len(clean_input(text)) > most for text in by.values())


def length_errors(language: Language, most: int, *typed: str) -> Iterator[str]:
    """A sentence for each that is longer than so many characters: the browser's own limit is only a help."""
    _ = language.gettext
    for text in map(clean_input, typed):
        if len(text) > most:
            yield _("“{text}…” is too long: at most {n} characters.", text=text[:40], n=most)


def added_items(said: TextByLanguage, start: TextByLanguage) -> list[str]:
    """The texts that differ from what the fields started with."""
    return [text for code, text in said.items() if clean_input(text) != clean_input(start.get(code, ""))]


def reason_errors(reason: str, language: Language) -> list[str]:
    """The sentence that asks why something is edited, where nobody said."""
    _ = language.gettext
    return [] if clean_input(reason) else [_("An edit needs a reason: say in a sentence what was wrong.")]


def duplicates(by: Mapping[Any, Iterable[str]], before: Mapping[Any, Iterable[str]]) -> list[str]:
    """What was put into two fields of which only one can be true."""
    was = _fields(before)
    return [name for name, keys in _fields(by).items() if len(keys) > 1 and keys != was.get(name)]


def _fields(by: Mapping[Any, Iterable[str]]) -> dict[str, set[Any]]:
    names = {name for several in by.values() for name in several}
    return {name: {key for key, several in by.items() if name in several} for name in sorted(names)}
