"""Make a dataset in which every free text of every kind of record is the same. It is made from the record types."""

import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from itertools import count
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import yaml
from pydantic import StringConstraints

from tracker.model.field_types import Handle, Id, PartialDate, ShortText, Timestamp, TimeZoneName, Url
from tracker.model.localized_text import MAX_TEXT_LENGTH, LanguageCode, Line, LocalizedText
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document, Settings, TreatyBody
from tracker.model.states import State

HACKED = "window.hacked=1"
PAYLOADS = (
    f"<script>{HACKED}</script><img src=x onerror={HACKED}>",
    f"[x](javascript:{HACKED}) ![x](https://elsewhere.invalid/{HACKED}.png)",
    f"\"><svg onload={HACKED}>'><b>",
    "{{7*7}} {% raw %} ${7*7} #{7*7} <%= 7*7 %>",
    ":material/home: :red[x] $$x$$ **bold** <https://elsewhere.invalid>",
    "before \u202e\u2066\u202aretfa\u202d after",
    "a\u0085b\u2028c\ufeffd\x7fe]]>&amp;-->",
    "=cmd|' /C calc'!A0",
)
EVERYTHING = "\n".join(("Many words.", *PAYLOADS))
SHORT = (
    f'<img src=x onerror={HACKED}>"><svg onload={HACKED}>[x](javascript:{HACKED})![x](https://e.invalid/x)**b**\u202e'
)
"""The same in a short text, for fields of up to 120 characters."""
LIMITS = {LocalizedText: MAX_TEXT_LENGTH, Line: 500, ShortText: 120}
NAMES: Mapping[str, str] = {
    "id": "r1",
    "body": "cescr",
    "document": "report",
    "cited_by": "co-4",
    "recommendation": "r1",
    "evidence": "e1",
    "themes": "t1",
    "groups": "g1",
    "organisation": "x",
    "into": "co-1",
}
"""Name of a field → the id that it has or refers to."""
CODES: Mapping[str, Any] = {
    "type": "checked",
    "languages": ("en", "ru"),
    "fallback": {"ru": ["en"]},
    "reviewed": "yes",
    "neutral_previews": "no",
    "second_reader": (),
    "embed_hosts": ("www.example.org",),
}
GIVEN = ("id", "version", "private")


def bare(hint: Any) -> Any:
    """Return the type of a field without None, and without Annotated around a list or a dictionary."""
    if get_origin(hint) in (types.UnionType, Union):
        return next(one for one in get_args(hint) if one is not type(None))
    if get_origin(hint) is Annotated and get_origin(get_args(hint)[0]) in (tuple, dict):
        return get_args(hint)[0]
    return hint


class Saying:
    """Makes records as plain values. `say(limit)` returns the text for a field of at most `limit` characters."""

    def __init__(self, say: Callable[[int], str]) -> None:
        self.say, self._moment = say, count(1)

    def record(self, kind: Any, /, **given: Any) -> dict[str, Any]:
        """Return a record of type `kind` with every field filled. `given` are values by name; None leaves one out."""
        hints = get_type_hints(kind, include_extras=True)
        found = {}
        for name in (f.name for f in fields(kind)):
            if name in given:
                found[name] = given[name]
            elif name not in GIVEN:
                found[name] = self.value(bare(hints[name]), name)
        return {name: value for name, value in found.items() if value is not None}

    def value(self, hint: Any, name: str) -> Any:
        """Return a value for a field with the type `hint` and this name."""
        if hint == LocalizedText:
            return {lang: self.say(MAX_TEXT_LENGTH) for lang in ("en", "ru")}
        if hint in (Line, ShortText):
            return self.say(LIMITS[hint])
        plain = {
            PartialDate: "2024-02-03",
            Url: "https://example.org/a?b=1#c",
            Handle: "editor-x1",
            TimeZoneName: "UTC",
            LanguageCode: "en",
            int: 12,
            bool: "true",
        }
        if hint in plain:
            return plain[hint]
        if hint == Timestamp:
            return f"2026-01-31T12:00:00.{next(self._moment):06d}Z"
        if hint == Id or name in CODES:
            return list(CODES[name]) if isinstance(CODES.get(name), tuple) else CODES.get(name, NAMES.get(name))
        if name == "states":
            return [self.record(State, id=code) for code in ("xyz", "kgz")]
        if get_origin(hint) is tuple:
            return [self.value(get_args(hint)[0], name)]
        if get_origin(hint) is dict:
            code, words = get_args(hint)
            return {str(one): self.value(words, name) for one in code}
        if is_dataclass(hint):
            return self.record(hint, **({"id": NAMES[name]} if name in ("themes", "groups") else {"id": "xyz"}))
        if isinstance(hint, type) and issubclass(hint, StrEnum):
            return str(next(iter(hint)))
        return self.other(hint, name)

    def other(self, hint: Any, name: str) -> Any:
        """Return a value for a field whose text has a pattern or a limit of its own."""
        rules = [one for one in get_args(hint) if isinstance(one, StringConstraints)]
        if get_origin(hint) is Annotated and rules and rules[0].pattern is None:
            return self.say(rules[0].max_length or MAX_TEXT_LENGTH)
        return {
            "contact": "mailto:name@example.org",
            "stale_after_months": 12,
            "size": 12,
            "words": 12,
            "pages": 12,
            "is_copy_of_link": "true",
            "state": "xyz",
        }.get(name, "ab" * 32 if "sha256" in name else "#123456")

    def files(self) -> Iterator[tuple[str, Any]]:
        """Yield (name, plain values) of every file of the dataset."""
        yield "tracker.yaml", self.record(Settings)
        yield (
            "treaty_bodies.yaml",
            {"treaty_bodies": [self.record(TreatyBody, id="cescr", kind="upr", usual_wording=None)]},
        )
        kinds = {"report": "alternative-report", "co-4": "concluding-observations"}
        yield "documents.yaml", {"documents": [self.record(Document, id=i, kind=k) for i, k in kinds.items()]}
        voices = [self.value_of("assessments", voice=voice) for voice in ("civil-society", "state", "committee")]
        for name, by, document in (("r1", "civil-society", "report"), ("co-1", "committee", "co-4")):
            uptake = None if by == "civil-society" else [self.value_of("uptake")]
            yield (
                f"recommendations/{name}.yaml",
                self.record(Recommendation, id=None, by=by, document=document, assessments=voices, uptake=uptake),
            )
        retired = [
            {
                "type": "retired",
                "reason": self.say(MAX_TEXT_LENGTH),
                "recorded": "2026-02-01T12:00:00.000001Z",
                "recorded_by": "editor-x1",
            }
        ]
        yield (
            "recommendations/gone.yaml",
            self.record(Recommendation, id=None, by="committee", document="co-4", events=retired, uptake=None),
        )
        yield "evidence/e1.yaml", self.record(Evidence, id=None)
        rule = {
            "id": "x",
            "why": self.say(MAX_TEXT_LENGTH),
            "instead": self.say(MAX_TEXT_LENGTH),
            "patterns": ["onerror|Calm"],
        }
        yield "safety.yaml", {"rules": [rule]}

    def value_of(self, field: str, **given: Any) -> dict[str, Any]:
        """Return an item of one of a recommendation's lists."""
        kind = get_args(get_type_hints(Recommendation, include_extras=True)[field])[0]
        return self.record(kind, **given)


def saying(text: str, short: str = "") -> Saying:
    """Return a Saying whose fields have `text`, cut to their limit; fields of up to 120 characters have `short`."""
    return Saying(lambda limit: text[:limit] if limit > 120 or not short else short[:limit])


def lay(root: Path, said: Saying) -> Path:
    """Write the dataset as files into the folder `root`, and return it."""
    for name, values in said.files():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=10**6), "utf-8")
    return root
