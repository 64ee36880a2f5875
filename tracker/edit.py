"""Editing a recommendation's texts and tags, and retiring a duplicate: what was typed, as a new record."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tracker.draft import clean
from tracker.language import Language
from tracker.model import Event, Recommendation, Tagging
from tracker.texts import MAIN, Wording
from tracker.words import Tagger, What


@dataclass(frozen=True, slots=True)
class Edited:
    """The fields of the form that edits: texts by language, the paragraph, our tags."""

    title: Mapping[str, str]
    summary: Mapping[str, str]
    paragraph: str
    themes: tuple[str, ...]
    groups: tuple[str, ...]


def fields_of(r: Recommendation, languages: tuple[str, ...], main: str) -> Edited:
    """What the form starts with."""
    ours = next((t for t in r.tags if t.by is Tagger.OURS), None)
    return Edited(
        {code: _typed(r.title, code, main) for code in languages},
        {code: _typed(r.summary, code, main) for code in languages},
        r.paragraph or "",
        ours.themes if ours else (),
        ours.groups if ours else (),
    )


def _typed(text: Mapping[str, Wording], code: str, main: str) -> str:
    found = text.get(code) or (text.get(MAIN) if code == main else None)
    return found.text if found else ""


def missing(edited: Edited, main: str, reason: str, _: Language) -> list[str]:
    """What stands in the way of saving, as sentences."""
    found = []
    if not edited.title.get(main, "").strip() or not edited.summary.get(main, "").strip():
        found.append(_("The title and the summary are needed in the dataset's main language."))
    if any(len(clean(text)) > 300 for text in edited.title.values()):
        found.append(_("A title has at most 300 characters."))
    if not reason.strip():
        found.append(_("An edit needs a reason: say in a sentence what was wrong."))
    return found


def edited(r: Recommendation, typed: Edited, main: str) -> Recommendation:
    """The recommendation with what was typed. A wording that was not touched stays as it is, with its marks."""
    return replace(
        r,
        title=_texts(r.title, typed.title, main),
        summary=_texts(r.summary, typed.summary, main),
        paragraph=clean(typed.paragraph) or None,
        tags=_tags(r.tags, typed),
    )


def _texts(old: Mapping[str, Wording], typed: Mapping[str, str], main: str) -> Mapping[str, Wording]:
    found: dict[str, Wording] = {}
    for code in dict.fromkeys([*(code or main for code in old), *typed]):
        key = MAIN if code == main and MAIN in old else code
        text = clean(typed[code]) if code in typed else old[key].text
        was = old.get(key)
        if was is not None and clean(was.text) == text:
            found[key] = was
        elif text:
            found[key] = Wording(text=text)
    return found


def _tags(old: tuple[Tagging, ...], typed: Edited) -> tuple[Tagging, ...]:
    if not any(t.by is Tagger.OURS for t in old):
        new = Tagging(by=Tagger.OURS, themes=typed.themes, groups=typed.groups)
        return (*old, new) if typed.themes or typed.groups else old
    return tuple(replace(t, themes=typed.themes, groups=typed.groups) if t.by is Tagger.OURS else t for t in old)


def retired(r: Recommendation, into: str | None, reason: Mapping[str, Wording]) -> Recommendation:
    """The recommendation retired, with the one that its links lead on to."""
    return replace(r, afterwards=(*r.afterwards, Event(what=What.RETIRED, into=into, reason=reason)))
