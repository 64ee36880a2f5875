"""Find the States that made a recommendation: "(Norway)" and "(Brazil, Spain and Cuba)", but not "(para. 5)" or "(OP-2)"."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from babel.core import Locale
from rapidfuzz import fuzz, process

STATE_LANGUAGES = ("en", "fr", "es", "ru")
_MIN_LIKENESS = 88
"""Percent. A name that is printed with a mistake must be so much like a known one."""
_SEPARATOR = re.compile(r"[\s,;/&+]*(?:(?:and|et|y|e|и|as well as|on behalf of[^,;()]*)(?=[\s,;(]))?[\s,;/&]*", re.I)
_AFTER_NAME = re.compile(r"\s*[*†‡]?\s*\d{0,2}\s*(?=[,;/&()]|\s+(?:and|et|y|e|и|as)\b|\s*$)", re.I)
_STARTS_NAME = re.compile(r"[A-ZÀ-ÞА-ЯЁ]")
_TITLES = re.compile(r"^(?i:the former |(?:the|la|le|les|el(?!\s+Salvador)|los|las)\s+|l['’])(?=[A-ZÀ-ÞА-ЯЁ])")


@dataclass(frozen=True, slots=True)
class StateBracket:
    """A bracket in a text with names of States. `states` are the names as printed; `is_sure` is False for unknown names."""

    start: int
    end: int
    states: tuple[str, ...]
    is_sure: bool = True


def _plain(name: str) -> str:
    """Return a name for comparison: small letters without accents, punctuation and articles."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace("&", " and "))
    words = re.findall(
        r"[^\W_]+", "".join(c for c in letters if not unicodedata.combining(c)).replace("'", "").replace("’", "")
    )
    return " ".join(word for word in words if word not in ("the", "of"))


@cache
def _codes() -> Mapping[str, str]:
    """Return a mapping: plain name of a State → its code, for all languages."""
    names = {
        _plain(name): code
        for language in STATE_LANGUAGES
        for code, name in Locale(language).territories.items()
        if re.fullmatch("[A-Z]{2}", code)
    }
    written = yaml.safe_load(Path(__file__).with_name("states.yaml").read_text("utf-8"))
    return names | {_plain(name): code for code, others in written.items() for name in others}


@cache
def _longest() -> int:
    return max(len(name.split()) for name in _codes()) + 4


def state_code(name: str) -> str:
    """Return the code of a State by its name, also with a small mistake in it; "" if it is not known."""
    plain = _plain(re.sub(r"\s*\d{1,2}$", "", name))
    if plain in _codes():
        return _codes()[plain]
    if len(plain) < 5 or not _STARTS_NAME.match(_TITLES.sub("", name)):
        return ""
    found = process.extractOne(plain, _codes().keys(), scorer=fuzz.ratio, score_cutoff=_MIN_LIKENESS)
    return _codes()[found[0]] if found and abs(len(found[0]) - len(plain)) < 4 else ""


def find_state_brackets(text: str) -> list[StateBracket]:
    """Return the brackets that hold nothing but names of States, in order."""
    found: list[StateBracket] = []
    for opening in re.finditer(r"[(\[]", text):
        if found and opening.start() < found[-1].end:
            continue
        names, end = _read_names(text, opening.end())
        if names:
            found.append(StateBracket(opening.start(), end, tuple(names)))
    return found


def _read_names(text: str, at: int) -> tuple[list[str], int]:
    """Return the names from `at` to the closing bracket, and where it ends; no names if anything else stands there."""
    names: list[str] = []
    while at < len(text):
        separator = _SEPARATOR.match(text, at)
        at = separator.end() if separator else at
        if text[at : at + 1] in (")", "]"):
            return names, at + 1
        # a bracket that was not closed: "(Paraguay (Argentina)", or at the end of the text
        if names and (at >= len(text) or text[at] in "(;."):
            return names, at
        end = _end_of_name(text, at)
        if not end:
            return [], at
        names.append(" ".join(text[at:end].split()))
        after = _AFTER_NAME.match(text, end)
        at = after.end() if after else end
    return names, at


def _end_of_name(text: str, at: int) -> int:
    """Return where the longest name of a State that begins at `at` ends; 0 if there is none."""
    rest = text[at : at + 140]
    if not _STARTS_NAME.match(_TITLES.sub("", rest)):
        return 0
    ends = [
        found.end()
        for found in re.finditer(r"[^\W_]+(?:['’`][^\W_]+)*\.?(?:(?<=of)\)|(?<=the)\))?|\([^()]{2,60}\)", rest)
    ]
    for end in reversed(ends[: _longest()]):
        name = rest[:end]
        is_whole = name.count("(") == name.count(")") and _AFTER_NAME.match(rest, end)
        if is_whole and _plain(name) in _codes():
            return at + end
    # a name with a mistake: up to the next separator
    part = re.match(r"(?:[^,;/()]|\([^()]*\))+?(?=\s*(?:[,;/)]|\s(?:and|et|y|и)\s|$))", rest)
    if part and state_code(part[0]):
        return at + part.end()
    # the comma is missing: "United Kingdom France"
    known = (
        end
        for end in reversed(ends[: _longest()])
        if _plain(rest[:end]) in _codes() and re.match(r"\s[A-ZА-Я]", rest[end:])
    )
    return next((at + end for end in known), 0)


def unknown_bracket_at_end(text: str) -> StateBracket | None:
    """Return the last bracket of an entry if it may name a State that is not known: capital first, no number, no acronym."""
    found = re.search(r"\(([^()\d]{3,60})\)[\s.;,*]*$", text)
    if found and find_state_brackets(found[0]):
        return None
    if found and _STARTS_NAME.match(found[1]) and not re.fullmatch(r"[A-Z][A-Za-z-]*[A-Z][\w-]*", found[1]):
        return StateBracket(found.start(), found.end(), (found[1].strip(),), is_sure=False)
    return None


def states_in(text: str) -> Iterator[str]:
    """Yield the States in the brackets of a text, each once, in their order."""
    brackets = find_state_brackets(text)
    if not brackets and (lost := re.search(r"(?:^|\))[^()\[]*?([^()\[]{4,80})\)\W*$", text)):
        # the bracket was not opened: "the Court Ghana)"
        words = list(re.finditer(r"[^\W\d_]\S*", text[lost.start(1) :]))[-6:]
        tails = (f"({text[lost.start(1) + word.start() :]}" for word in words)
        brackets = next((found for tail in tails if (found := find_state_brackets(tail))), [])
    names = (re.sub(r"\s*\d{1,2}$", "", name) for found in brackets for name in found.states)
    seen: set[str] = set()
    for name in names:
        plain = name if name.startswith("the former") else _TITLES.sub("", name)
        if (code := state_code(plain)) not in seen:
            seen.add(code)
            yield plain
