"""Every field of an organisation's record, set by everybody else: only what is everybody's changes."""

from dataclasses import fields, replace
from typing import Any

import pytest

from tests.editing.test_who_may_do_what import RECORDS, WHO, Case
from tests.support.small_dataset import said
from tracker.model.errors import TrackerError
from tracker.model.localized_text import TextVariant
from tracker.model.ownership import EVERYBODYS
from tracker.model.records import EvidenceLink, SameDemand, Source, TagSet, Uptake
from tracker.model.registers import Deadline
from tracker.model.vocabulary import DateSetBy, DeadlineKind, EvidenceEffect, TagSource, TextOrigin, UptakeResult

STAMPS = {
    "id",
    "version",
    "history",
    "recorded",
    "recorded_by",
    "recorded_for",
    "private",
    "files",
    "assessments",
    "events",
}
QUOTED = {"en": TextVariant(text="Zed.", origin=TextOrigin.OFFICIAL)}
OTHERS: dict[str, Any] = {
    **dict.fromkeys(("due", "received", "considered", "adopted", "issued", "happened", "published"), "2020"),
    **dict.fromkeys(("link", "archived"), "https://example.org/z"),
    **dict.fromkeys(("authors", "publisher", "cycle", "identifier", "paragraph"), "99"),
    **dict.fromkeys(("title", "summary", "note", "parts_read"), said("Zed.")),
    "text": QUOTED,
    "closing": QUOTED,
    "symbol": "E/C.12/RUR/CO/8",
    "document": "co-2021",
    "original_language": "ru",
    "source": Source(publisher="P", link="https://example.org/z"),
    "tags": (TagSet(tagged_by=TagSource.OURS, rights=("ICESCR art. 12",)),),
    "same_demand": (SameDemand(recommendation="answered"),),
    "uptake": (Uptake(recommendation="ours", result=next(iter(UptakeResult))),),
    "relevant_to": (EvidenceLink(recommendation="answered", effect=EvidenceEffect.CONTEXT),),
    "deadlines": (Deadline(kind=DeadlineKind.REPLY, date="2027", set_by=DateSetBy.OURS),),
    "recommending_states": ("Ruritania",),
}


def other_values(name: str, now: Any) -> list[Any]:
    """Return values of a field that it does not have now: a typed one, other codes, and nothing."""
    codes = [one for one in type(now) if one is not now][:2] if hasattr(now, "value") else []
    return [
        one
        for one in (OTHERS.get(name), *codes, *(((),) if now and isinstance(now, tuple) else ()))
        if one not in (None, now)
    ]


@pytest.mark.parametrize("name", ["evidence", "demand", "demand in its report", "report"])
def test_no_other_changes_a_field_of_an_organisation_s_record(name, tmp_path):
    changed, case = set[str](), Case(tmp_path)
    before = case.record(name)
    tried = {f.name: other_values(f.name, getattr(before, f.name)) for f in fields(before) if f.name not in STAMPS}
    for field, value, who in [(f, v, who) for f, values in tried.items() for v in values for who in "cCeEg"]:
        try:
            case.save(replace(before, **{field: value}), WHO[who])
        except TrackerError:
            assert case.record(name) == before
        else:
            changed.add(field)
            case = Case(tmp_path / f"{len(list(tmp_path.iterdir()))}")
            before = case.record(name)
    assert changed <= set(EVERYBODYS), (changed, RECORDS[name])
    assert {"title", "summary"} & {field for field, values in tried.items() if values}
